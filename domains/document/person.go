package document

import (
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of numbers that are built like the citizen number.
var (
	// ErrDigits: something other than a digit where only digits can stand.
	ErrDigits = fault.New(fault.Invalid, "DOCUMENT_DIGITS")
	// ErrArea: the area code is not one of the kind.
	ErrArea = fault.New(fault.Invalid, "DOCUMENT_AREA")
	// ErrBirthDate: no such day in the calendar, before 1900, or after today.
	ErrBirthDate = fault.New(fault.Invalid, "DOCUMENT_BIRTH_DATE")
	// ErrCheckCharacter: the check character does not fit the rest; most often
	// one character is wrong or two neighbours are swapped.
	ErrCheckCharacter = fault.New(fault.Invalid, "DOCUMENT_CHECK_CHARACTER")
	// ErrLegacy: the number of an older edition, which is not read: the
	// 15-digit resident ID (no longer valid since 2013-01-01), the permanent
	// residence ID of 2017 (3 letters and 12 digits), the 15-digit registration
	// number of a firm, or the Taiwan resident certificate with two letters.
	ErrLegacy = fault.New(fault.Invalid, "DOCUMENT_LEGACY")
)

const (
	longLength   = 18 // a personal number or a credit code
	bodyLength   = 17 // without the check character
	areaLength   = 6
	birthEnd     = 14 // the birth date is in front of this offset
	sexOffset    = 16 // the 17th character
	legacyID     = 15
	earliestYear = 1900
)

// parsePerson reads a normalised number of 18 characters: 6 of area, 8 of birth
// date, 3 of sequence, 1 check character.
//
// Source: GB 11643-1999 (resident ID); 國辦發〔2018〕81號, Art. 3, which gives
// the permits the same structure with the areas 810000 (Hong Kong), 820000
// (Macao) and 830000 (Taiwan). The foreigner's card of 2023 starts with 9 and
// has the same check character; that its birth date stands in the same place
// is of medium confidence.
func parsePerson(kind Kind, s string, today civil.Date) (Number, error) {
	switch {
	case len(s) == legacyID && legacyShaped(kind, s):
		return Number{}, ErrLegacy
	case len(s) != longLength:
		return Number{}, ErrLength
	case !personShaped(s):
		return Number{}, ErrDigits
	case kind == "" || kindOfArea(s[:areaLength]) != kind:
		return Number{}, ErrArea
	case !bornBy(birthDate(s), today):
		return Number{}, ErrBirthDate
	case mod11Check(s[:bodyLength]) != s[bodyLength]:
		return Number{}, ErrCheckCharacter
	}
	return newNumber(kind, "", s), nil
}

// personShaped reports whether s is 17 digits and a digit or X.
func personShaped(s string) bool {
	return len(s) == longLength && allDigits(s[:bodyLength]) && (isDigit(s[bodyLength]) || s[bodyLength] == 'X')
}

// legacyShaped recognises the 15 characters of an older edition of the kind.
func legacyShaped(kind Kind, s string) bool {
	if kind == ForeignPermanent {
		return isLetter(s[0]) && isLetter(s[1]) && isLetter(s[2]) && allDigits(s[3:])
	}
	return kind == ResidentID && allDigits(s)
}

// kindOfArea names the kind that an area code of six digits belongs to, or "".
// Heads 81, 82 and 83 belong to permits alone and never to a resident ID.
func kindOfArea(area string) Kind {
	switch {
	case area == "830000":
		return TaiwanPermit
	case area == "810000" || area == "820000":
		return HKMOPermit
	case area[0] == '9':
		return ForeignPermanent
	case isProvince(area[:2]):
		return ResidentID
	}
	return ""
}

// isProvince knows the province part of GB/T 2260. The county part is not
// checked: cards keep codes that were withdrawn long ago.
func isProvince(head string) bool {
	switch head {
	case "11", "12", "13", "14", "15", "21", "22", "23",
		"31", "32", "33", "34", "35", "36", "37",
		"41", "42", "43", "44", "45", "46",
		"50", "51", "52", "53", "54",
		"61", "62", "63", "64", "65", "71":
		return true
	}
	return false
}

// birthDate reads the eight digits after the area, whether or not the calendar
// has such a day.
func birthDate(s string) civil.Date {
	return civil.Date{
		Year:  decimal(s[6:10]),
		Month: time.Month(decimal(s[10:12])),
		Day:   decimal(s[12:birthEnd]),
	}
}

// bornBy reports whether born is a real day from 1900 up to and with today.
func bornBy(born, today civil.Date) bool {
	return born.Year >= earliestYear && born.IsValid() && !born.After(today)
}

// mod11Check is the check character of 17 digits after ISO 7064 MOD 11-2, the
// method of GB 11643-1999. It finds every single wrong digit and every swap of
// two neighbours.
func mod11Check(body string) byte {
	weights := [bodyLength]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(body[i]-'0')
	}
	return "10X98765432"[sum%11]
}
