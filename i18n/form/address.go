package form

import (
	"errors"
	"slices"
	"strings"
)

// ErrPostcode: no code of Taiwan's post.
var ErrPostcode = errors.New("form: not a postcode of Taiwan")

// Address is a postal address on either shore, in its parts. Each part is written
// as it is to be shown, with its own unit (福州市, 中山路二段, 5號), in one script;
// nothing here converts it. Empty parts are left out.
type Address struct {
	// Printed is the address as a document has it. If it is there it is all that
	// is shown, to every reader.
	Printed string
	// Postcode is 350108 on the mainland, 100206 (or 100, 10048) in Taiwan.
	Postcode string
	// Region is a 省, 自治区 or 直辖市; in Taiwan a 縣 or 市 of the first level.
	Region string
	// City is a 市 within a province. It is empty in Taiwan.
	City string
	// District is a 区 or 县; in Taiwan 鄉, 鎮, 市 or 區.
	District string
	// Village is a 街道, 镇 or 村; in Taiwan 村 or 里 with 鄰.
	Village string
	// Street is a road, in Taiwan with its 段.
	Street string
	// Door is what follows: 5号3楼; in Taiwan 12巷3弄5號7樓之2.
	Door string
}

// Postal writes an address on one line: in Chinese from the postcode and the
// largest part to the smallest, in English from the smallest part to the largest
// and the postcode. The parts stay as they are. No country is added.
func Postal(s Style, a Address) string {
	if a.Printed != "" {
		return a.Printed
	}
	parts := slices.DeleteFunc([]string{a.Region, a.City, a.District, a.Village, a.Street, a.Door},
		func(part string) bool { return part == "" })
	if s.script() == english {
		slices.Reverse(parts)
		return strings.TrimSpace(strings.Join(parts, ", ") + " " + a.Postcode)
	}
	return strings.TrimSpace(a.Postcode + " " + joinParts(parts))
}

// joinParts leaves a space only where two parts would run together: Zhongshan Rd
// No. 5.
func joinParts(parts []string) string {
	var text strings.Builder
	last := byte(0x80)
	for _, part := range parts {
		if last < 0x80 && part[0] < 0x80 {
			text.WriteByte(' ')
		}
		text.WriteString(part)
		last = part[len(part)-1]
	}
	return text.String()
}

// ParseTaiwanPostcode reads a code of Taiwan's post, digits only: the three that
// name the district, or with the two (3+2, until 2020) or three (3+3) of the round
// [GK, S]. They may be full-width and have a hyphen, + or space between. Whether
// the code is in use is not known here.
func ParseTaiwanPostcode(text string) (string, error) {
	if len(text) > maxPhone {
		return "", ErrPostcode
	}
	text = tidy(text)
	if len(text) > 3 && strings.ContainsRune("-+ ", rune(text[3])) {
		text = text[:3] + text[4:]
		if len(text) == 3 {
			return "", ErrPostcode
		}
	}
	if n := len(text); n != 3 && n != 5 && n != 6 || !allDigits(text) || text[0] == '0' {
		return "", ErrPostcode
	}
	return text, nil
}

// IsMainlandPostcode reports whether a text is written like a mainland postcode:
// six digits, the first not 9, the first two not 00 [GK]. Whether it is in use is
// not known here.
func IsMainlandPostcode(text string) bool {
	return len(text) == 6 && allDigits(text) && text[0] != '9' && text[:2] != "00"
}

func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }
