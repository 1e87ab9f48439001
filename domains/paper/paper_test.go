package paper_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/paper"
)

// TestTaken: papers of the kinds that officers open are taken, by whatever name in whatever
// script.
func TestTaken(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"報價單.pdf": pdf(), "scan.PNG": picture(t, png.Encode), "照片.jpeg": picture(t, jpegs), "photo.jpg": picture(t, jpegs),
		"帳目 2026.xlsx": office(t, "xl/workbook.xml", nil), "合同.docx": office(t, "word/document.xml", nil),
	} {
		if media, err := paper.Check(name, content); err != nil || media == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNotItsName: what a paper is, is seen from its content.
func TestNotItsName(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"a.pdf": picture(t, png.Encode), "a.png": pdf(), "a.jpg": picture(t, png.Encode), "b.pdf": []byte("MZ\x90\x00 a program"),
		"a.xlsx": office(t, "word/document.xml", nil), "a.docx": office(t, "plain.txt", nil), "c.pdf": []byte("<html><script>alert(1)</script>"),
	} {
		refused(t, name, content, paper.ErrNotItsName)
	}
}

// TestNames: a name leads nowhere and hides nothing.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", ".pdf", "../a.pdf", `..\a.pdf`, "c:a.pdf", "a\x00.pdf", "a\n.pdf", "fdp.\u202efdp.pdf", strings.Repeat("長", 121) + ".pdf", "\xff.pdf",
	} {
		refused(t, name, pdf(), paper.ErrName)
	}
	for _, name := range []string{"a", "a.exe", "a.pdf.exe", "a.zip", "a.svg", "a.html", "a.doc"} {
		refused(t, name, pdf(), paper.ErrKind)
	}
}

// TestFloods: what unpacks into a flood is refused, and so is what lies about its own size.
func TestFloods(t *testing.T) {
	t.Parallel()
	many := map[string][]byte{}
	for range 1001 {
		many["e/"+strings.Repeat("x", len(many)+1)] = nil
	}
	for name, c := range map[string]struct {
		content []byte
		want    *fault.Fault
	}{
		"one.xlsx":    {office(t, "xl/workbook.xml", map[string][]byte{"xl/flood.xml": make([]byte, 65<<20)}), paper.ErrUnpacks},
		"liar.xlsx":   {liar(t, 65<<20), paper.ErrBroken},
		"many.docx":   {office(t, "word/document.xml", many), paper.ErrUnpacks},
		"nested.docx": {office(t, "word/document.xml", map[string][]byte{"word/inner.zip": []byte("PK")}), paper.ErrActive},
		"macro.xlsx":  {office(t, "xl/workbook.xml", map[string][]byte{"xl/vbaProject.bin": []byte("x")}), paper.ErrActive},
		"slip.docx":   {office(t, "word/document.xml", map[string][]byte{"../../etc/passwd": []byte("x")}), paper.ErrBroken},
		"large.pdf":   {append(make([]byte, paper.MostBytes), pdf()...), paper.ErrTooLarge},
		"pixels.png":  {pixels(t, 100_000, 100_000), paper.ErrTooLarge},
	} {
		refused(t, name, c.content, c.want)
	}
}

// TestBroken: what breaks off is refused, at whatever byte.
func TestBroken(t *testing.T) {
	t.Parallel()
	refused(t, "empty.pdf", nil, paper.ErrBroken)
	for name, whole := range map[string][]byte{
		"a.pdf": pdf(), "a.png": picture(t, png.Encode), "a.xlsx": office(t, "xl/workbook.xml", nil),
	} {
		for n := range len(whole) - 8 {
			_, err := paper.Check(name, whole[:n])
			if err == nil && name != "a.png" { // a picture whose last lines are missing is shown
				t.Errorf("%s was taken after %d of %d bytes", name, n, len(whole))
			}
		}
	}
	locked := office(t, "xl/workbook.xml", nil)
	for i := range len(locked) - 8 { // the flag that says so, in the list of what is inside
		if bytes.HasPrefix(locked[i:], []byte("PK\x01\x02")) {
			locked[i+8] |= 1
		}
	}
	refused(t, "locked.xlsx", locked, paper.ErrBroken)
}

// FuzzCheck: whatever is handed in is answered with a fault of the house or a kind.
func FuzzCheck(f *testing.F) {
	f.Add("a.pdf", pdf())
	f.Add("a.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		media, err := paper.Check(name, content)
		var known *fault.Fault
		if (media == "") != (err != nil) || err != nil && !errors.As(err, &known) {
			t.Errorf("%q: %q, %v", name, media, err)
		}
	})
}

func refused(t *testing.T, name string, content []byte, want *fault.Fault) {
	t.Helper()
	if media, err := paper.Check(name, content); !errors.Is(err, want) {
		t.Errorf("%q: %q, %v, want %v", name, media, err, want)
	}
}

func pdf() []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n")
}

func jpegs(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }

func picture(t *testing.T, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))))
	return b.Bytes()
}

// pixels is the head of a picture that says it is this large.
func pixels(t *testing.T, width, height uint32) []byte {
	t.Helper()
	raw := picture(t, png.Encode)
	binary.BigEndian.PutUint32(raw[16:], width)
	binary.BigEndian.PutUint32(raw[20:], height)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

// office is an office's paper with one main part, and others.
func office(t *testing.T, main string, parts map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	write := func(name string, content []byte) {
		part, err := w.Create(name)
		must(t, err)
		_, err = part.Write(content)
		must(t, err)
	}
	write("[Content_Types].xml", []byte("<Types/>"))
	write("_rels/.rels", []byte("<Relationships/>"))
	write(main, []byte("<x/>"))
	for name, content := range parts {
		write(name, content)
	}
	must(t, w.Close())
	return b.Bytes()
}

// liar is a paper with an entry that says it has one byte.
func liar(t *testing.T, size int) []byte {
	t.Helper()
	var packed bytes.Buffer
	deflate, err := flate.NewWriter(&packed, flate.BestCompression)
	must(t, err)
	_, err = deflate.Write(make([]byte, size))
	must(t, err)
	must(t, deflate.Close())
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml"} {
		part, err := w.Create(name)
		must(t, err)
		_, err = part.Write([]byte("<x/>"))
		must(t, err)
	}
	part, err := w.CreateRaw(&zip.FileHeader{
		Name: "xl/flood.xml", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: 1, CRC32: 1,
	})
	must(t, err)
	_, err = part.Write(packed.Bytes())
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
