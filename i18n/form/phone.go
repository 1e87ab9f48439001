package form

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Why a typed phone number is refused.
var (
	// ErrPhoneForm: no number that can be dialled from both shores; also one with
	// an extension, and one of the other shore without its +.
	ErrPhoneForm = errors.New("form: not a phone number in a known form")
	// ErrPhoneAmbiguous: a number of either shore. Ask for the + and the code.
	ErrPhoneAmbiguous = errors.New("form: the phone number can be of either shore, write it with +86 or +886")
	// ErrPhoneRegion: the caller named neither shore.
	ErrPhoneRegion = errors.New("form: the region of a phone number is CN, TW or empty")
)

// maxPhone is the length in bytes of the longest text that is read as a number.
const maxPhone = 64

// Phone writes a number given in E.164 as its reader dials it: 0912-345-678 for
// readers in Taiwan, 139 0000 1234 for readers of Simplified characters, and with
// its + for all others. What is no number is written as it is.
func Phone(s Style, e164 string) string {
	if !strings.HasPrefix(e164, "+") {
		return e164
	}
	number, err := phonenumbers.Parse(e164, "")
	if err != nil || phonenumbers.Format(number, phonenumbers.E164) != e164 {
		return e164
	}
	format := phonenumbers.INTERNATIONAL
	local := s.dials(phonenumbers.GetRegionCodeForNumber(number))
	if local {
		format = phonenumbers.NATIONAL
	}
	if national, ok := strings.CutPrefix(e164, "+886"); ok {
		return taiwanPhone(taiwanParts(national), phonenumbers.Format(number, format), local)
	}
	return phonenumbers.Format(number, format)
}

// dials reports whether the style's readers dial a region's numbers without +.
func (s Style) dials(region string) bool {
	return region == "TW" && s.script() == traditional || region == "CN" && s.script() == simplified
}

// taiwanPhone joins the parts of a number in Taiwan, or takes the library's form
// where they are not known. Hyphens are for numbers without +.
func taiwanPhone(parts []string, library string, local bool) string {
	switch {
	case parts == nil && local:
		return strings.ReplaceAll(library, " ", "-")
	case parts == nil:
		return library
	case local:
		return "0" + strings.Join(parts, "-")
	}
	return "+886 " + strings.Join(parts, " ")
}

// ParsePhone reads a number as people type it and gives it in E.164. Region is
// where a number without + is dialled, "CN" or "TW"; if it is empty, such a number
// is taken only if exactly one shore can have it. One with + may be of any
// country, as may one with the region's prefix for abroad (00 on the mainland, 002
// in Taiwan). Digits may be full-width, parted by spaces, hyphens, dots and brackets.
//
// The number is one that could be given out, not one that was.
func ParsePhone(text, region string) (e164 string, err error) {
	if len(text) > maxPhone {
		return "", ErrPhoneForm
	}
	text = tidy(text)
	if !dialable(text) {
		return "", ErrPhoneForm
	}
	switch {
	case region != "" && region != "CN" && region != "TW":
		return "", ErrPhoneRegion
	case region != "" || strings.HasPrefix(text, "+"):
		e164 = number(text, region)
	default:
		return eitherShore(text)
	}
	if e164 == "" {
		return "", ErrPhoneForm
	}
	return e164, nil
}

// dialable reports whether a text has the signs of a number only. The library
// would read letters as the keys they stand on.
func dialable(text string) bool {
	text = strings.TrimPrefix(text, "+")
	return strings.Trim(text, "0123456789 -.()") == "" && strings.ContainsAny(text, "0123456789")
}

// number is what somebody in the region reaches, or "".
func number(text, region string) string {
	n, err := phonenumbers.Parse(text, region)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// eitherShore reads a number that does not say where it is dialled.
func eitherShore(text string) (string, error) {
	mainland, taiwan := number(text, "CN"), number(text, "TW")
	switch {
	case mainland == "" && taiwan == "":
		return "", ErrPhoneForm
	case mainland == "":
		return taiwan, nil
	case taiwan == "" || taiwan == mainland:
		return mainland, nil
	}
	return "", ErrPhoneAmbiguous
}
