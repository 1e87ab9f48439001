package document

import (
	"fmt"

	"github.com/golang-sql/civil"
)

const (
	lastYear     = 9999
	lastSequence = 999
)

// ComposePermit writes a well formed number of a permit or another personal
// document for synthetic people: the demo's generator and tests use it. It
// invents a number and proves nothing; never show the result as a real one.
//
// Area is six digits ("830000" for Taiwan); sequence is 0 to 999, odd for male.
// The same input gives the same number. It fails with [ErrArea] for an area
// that no kind has, [ErrBirthDate] for a day that the calendar does not have or
// before 1900 (a later day than today is not noticed), and [ErrDigits] for a
// sequence of more than three digits.
func ComposePermit(area string, birth civil.Date, sequence int) (string, error) {
	switch {
	case len(area) != areaLength || !allDigits(area) || kindOfArea(area) == "":
		return "", ErrArea
	case !bornBy(birth, civil.Date{Year: lastYear, Month: 12, Day: 31}):
		return "", ErrBirthDate
	case sequence < 0 || sequence > lastSequence:
		return "", ErrDigits
	}
	body := fmt.Sprintf("%s%04d%02d%02d%03d", area, birth.Year, birth.Month, birth.Day, sequence)
	return body + string(mod11Check(body)), nil
}

// ComposeCreditCode writes a well formed credit code for synthetic firms: the
// demo's generator and tests use it.
//
// Given the first 17 characters it adds the outer check character and keeps the
// 17th, right or wrong, so that a code with [WarningInnerCheck] can be made.
// Given the first 16 it adds both. It fails with [ErrLength], [ErrAlphabet] for
// characters outside the code's alphabet (lower case included), and [ErrArea]
// for letters in characters 3 to 8.
func ComposeCreditCode(first17 string) (string, error) {
	body := first17
	if len(body) != orgCheck && len(body) != bodyLength {
		return "", ErrLength
	}
	if err := checkCreditBody(body); err != nil {
		return "", err
	}
	if len(body) == orgCheck {
		body += string(organisationCheck(body[orgStart:]))
	}
	return body + string(creditCheck(body)), nil
}
