package text

import (
	"strings"
	"unicode/utf8"
)

// longestIssuer is how many characters before a number name who gave it.
const longestIssuer = 10

// brackets around the year of an official number: 〔2018〕.
const opening, closing = "〔﹝［[", "〕﹞］]"

// beforeIssuer are the characters that end a phrase before an official number.
const beforeIssuer = "据據照见見和与與及以由在对對的按如经經从從向到给給为為是依了或并並号號"

// number is an official number as printed, found at its last character:
// 国办发〔2018〕81号, 台財稅字第10404000000號, 闽ICP备2021000001号. Others, as
// 第81号, are words.
func number(text string, from, at int) span {
	if !strings.HasPrefix(text[at:], "号") && !strings.HasPrefix(text[at:], "號") {
		return span{}
	}
	digits := back(text, from, at, 20, func(r rune) bool { return r >= '0' && r <= '9' || r == '-' })
	before := strings.TrimSuffix(text[from:digits], "第")
	end := from + len(before)
	r, size := utf8.DecodeLastRuneInString(before)
	switch {
	case digits == at:
		return span{}
	case strings.ContainsRune(closing, r):
		inside := back(text, from, end-size, 8, func(r rune) bool { return !strings.ContainsRune(opening, r) })
		opened, size := utf8.DecodeLastRuneInString(text[from:inside])
		if !strings.ContainsRune(opening, opened) {
			return span{}
		}
		end = inside - size
	case r == '字' && end < digits, r == '备', r == '備':
	default:
		return span{}
	}
	issuer := back(text, from, end, longestIssuer, func(r rune) bool { return isHan(r) && !strings.ContainsRune(beforeIssuer, r) })
	return span{issuer, at + len("号")}
}

// provinces are the characters with which plates begin.
const provinces = "京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊"

// plate is the plate of a vehicle or the like: 闽D12345, 闽ICP.
func plate(text string, from, at int) span {
	province, size := utf8.DecodeLastRuneInString(text[from:at])
	if !strings.ContainsRune(provinces, province) {
		return span{}
	}
	rest := limited(text, at, 12)
	end := strings.IndexFunc(rest, func(r rune) bool { return !alphanumeric(r) && r != '·' })
	if end < 0 {
		end = len(rest)
	}
	if !strings.ContainsAny(rest[:end], "0123456789") && rest[:end] != "ICP" {
		return span{}
	}
	return span{at - size, at + end}
}
