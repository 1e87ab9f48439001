#!/usr/bin/python3
"""Cuts data/font.ttf out of WenQuanYi Micro Hei. Run by hand; README.md says when.

    apt-get install --no-install-recommends fonts-wqy-microhei python3-fonttools
    /usr/bin/python3 cut.py

The same two packages give the same bytes.
"""
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
TARGET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "font.ttf")

# Characters that PDF's 16-bit codes can name, without controls and private use.
PLANE = list(range(0x20, 0x7F)) + list(range(0xA0, 0xD800)) + list(range(0xF900, 0xFFFE))


def encodable(codec):
    """The characters of a national set: Python's codecs are their tables."""
    found = set()
    for code in PLANE:
        try:
            chr(code).encode(codec)
        except UnicodeError:
            continue
        found.add(code)
    return found


def wanted():
    """GB 2312 and GBK (Simplified and both together), Big5 (Traditional), every ideograph of
    the basic block (names take rare ones), Latin with the letters of pinyin and Minnan, and
    general punctuation. Format characters, which draw nothing, are left out."""
    codes = encodable("gb2312") | encodable("gbk") | encodable("big5")
    codes |= set(range(0x4E00, 0xA000))
    codes |= set(range(0x20, 0x7F)) | set(range(0xA0, 0x250)) | set(range(0x1E00, 0x1F00))
    codes |= set(range(0x2010, 0x2028)) | set(range(0x2030, 0x205F)) | set(range(0x20A0, 0x20D0))
    return codes - {0xAD}


def main():
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    font = TTFont(SOURCE, fontNumber=0, recalcTimestamp=False)
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "gasp", "vhea", "vmtx"]
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted())
    cutter.subset(font)
    # One table from characters to glyphs, in the form that the reader in font.go knows.
    cmap = font["cmap"]
    cmap.tables = [t for t in cmap.tables if (t.platformID, t.platEncID, t.format) == (3, 1, 4)]
    if len(cmap.tables) != 1:
        sys.exit("the source has no table of format 4")
    font.save(TARGET, reorderTables=True)


if __name__ == "__main__":
    main()
