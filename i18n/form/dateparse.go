package form

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/golang-sql/civil"
)

// Why a typed date is refused.
var (
	// ErrDateForm: not written like any date that is known here.
	ErrDateForm = errors.New("form: not a date in a known form")
	// ErrDateAmbiguous: the text can mean two days. Ask for a year of four
	// digits first, or for 民國 before the year.
	ErrDateAmbiguous = errors.New("form: the date is ambiguous, write the year first, with four digits or with 民國")
	// ErrDateNoSuchDay: no calendar has this day, as 30 February.
	ErrDateNoSuchDay = errors.New("form: there is no such day")
)

// maxDate is the length in bytes of the longest text that is read as a date.
const maxDate = 128

// lookalike is where a year of three digits without 民國 stops to be read as the
// Republic's: 190 to 299 is how a Gregorian year looks that has lost a digit.
const lookalike = 190

// The ways to write a date, once tidied and without its era.
var (
	withWords      = regexp.MustCompile(`^(元|[0-9]{1,4})年([0-9]{1,2})月([0-9]{1,2})[日号號]$`)
	withSeparators = regexp.MustCompile(`^([0-9]{1,4})([-/.])([0-9]{1,2})([-/.])([0-9]{1,4})$`)
	onlyDigits     = regexp.MustCompile(`^[0-9]{5,8}$`)
	inEnglish      = regexp.MustCompile(`^([0-9]{1,2})([A-Za-z]+)([0-9]{4})(\((?:ROC[0-9]+|[0-9]+beforeROC)\))?$`)
)

// era is the calendar that a typed date names.
type era int

const (
	unmarked era = iota
	western
	republic
	beforeRepublic
)

// eras are the marks before a year, longer ones before their beginnings.
var eras = []struct {
	mark string
	era  era
}{
	{"中華民國前", beforeRepublic}, {"中华民国前", beforeRepublic}, {"民國前", beforeRepublic}, {"民国前", beforeRepublic},
	{"中華民國", republic}, {"中华民国", republic}, {"民國", republic}, {"民国", republic},
	{"西元", western}, {"公元", western},
}

// ParseDate reads a day as people type it: 2026-11-24, 2026/11/24, 2026.11.24,
// 20261124, 2026年11月24日, 24 November 2026; and in the Republic's years
// 民國115年11月24日, 115.11.24 and 1151124. Digits and signs may be full-width,
// spaces may stand beside words and signs.
//
// A year of four digits is Gregorian. One of three, which may begin with 0, is
// the Republic's up to 189; later ones need 民國. Refused as [ErrDateAmbiguous]
// are years of two digits, six digits in a row, and a date in figures that ends
// with its year. Whether a day is likely is the caller's to say.
func ParseDate(text string) (civil.Date, error) {
	if len(text) > maxDate {
		return civil.Date{}, ErrDateForm
	}
	text = tidy(text)
	if m := inEnglish.FindStringSubmatch(text); m != nil {
		return englishDate(m[1], m[2], m[3], m[4])
	}
	era, text := cutEra(text)
	year, month, day, err := split(text)
	if err != nil {
		return civil.Date{}, err
	}
	return newDate(era, year, month, day)
}

func cutEra(text string) (era, string) {
	for _, e := range eras {
		if rest, ok := strings.CutPrefix(text, e.mark); ok {
			return e.era, rest
		}
	}
	return unmarked, text
}

// split finds the three parts of a date, all digits, but for the year 元.
func split(text string) (year, month, day string, err error) {
	if m := withWords.FindStringSubmatch(text); m != nil {
		return m[1], m[2], m[3], nil
	}
	if m := withSeparators.FindStringSubmatch(text); m != nil && m[2] == m[4] {
		return splitSeparated(m[1], m[3], m[5])
	}
	if onlyDigits.MatchString(text) {
		n := len(text) - 4 // the digits of the year, whose number tells the calendar
		return text[:n], text[n : n+2], text[n+2:], nil
	}
	return "", "", "", ErrDateForm
}

func splitSeparated(first, second, third string) (year, month, day string, err error) {
	switch {
	case len(third) <= 2:
		return first, second, third, nil
	case len(first) <= 2 && len(third) == 4:
		return "", "", "", ErrDateAmbiguous
	}
	return "", "", "", ErrDateForm
}

// newDate makes a day of its parts.
func newDate(era era, year, month, day string) (civil.Date, error) {
	y, err := gregorian(era, year)
	if err != nil {
		return civil.Date{}, err
	}
	m, _ := strconv.Atoi(month) // one or two digits, as day
	d, _ := strconv.Atoi(day)
	date := civil.Date{Year: y, Month: time.Month(m), Day: d}
	if !writable(date) {
		return civil.Date{}, ErrDateNoSuchDay
	}
	return date, nil
}

// gregorian is the Gregorian year that was meant, of at most four digits.
func gregorian(era era, year string) (int, error) {
	if year == "元" {
		return firstYear(era)
	}
	n, _ := strconv.Atoi(year)
	switch era {
	case western:
		return n, nil
	case republic:
		return republicToGregorian(year, n)
	case beforeRepublic:
		return republicBegins + 1 - n, positive(n)
	default:
		return unmarkedToGregorian(year, n)
	}
}

// firstYear is 元年, of which only the Republic's is known here.
func firstYear(era era) (int, error) {
	if era != republic {
		return 0, ErrDateForm
	}
	return republicBegins + 1, nil
}

// republicToGregorian reads a year after 民國. Four digits there are a
// contradiction: 民國2026年.
func republicToGregorian(year string, n int) (int, error) {
	if len(year) > 3 {
		return 0, ErrDateAmbiguous
	}
	return republicBegins + n, positive(n)
}

func unmarkedToGregorian(year string, n int) (int, error) {
	switch {
	case len(year) == 4 && n >= 1000:
		return n, nil
	case len(year) == 3 && n < lookalike:
		return republicBegins + n, positive(n)
	}
	return 0, ErrDateAmbiguous
}

// positive refuses the year 0, which no calendar here has.
func positive(n int) error {
	if n < 1 {
		return ErrDateNoSuchDay
	}
	return nil
}

// englishDate reads a day whose month is named, in full or by three letters. A
// year of the Republic behind it must be the same year.
func englishDate(day, month, year, behind string) (civil.Date, error) {
	m, ok := monthNamed(month)
	if !ok {
		return civil.Date{}, ErrDateForm
	}
	date, err := newDate(western, year, strconv.Itoa(int(m)), day)
	if err != nil {
		return civil.Date{}, err
	}
	same := tidy(Style{Calendar: Republic}.era(date.Year))
	if behind != "" && behind != same {
		return civil.Date{}, ErrDateAmbiguous
	}
	return date, nil
}

func monthNamed(name string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(name, m.String()) || strings.EqualFold(name, m.String()[:3]) {
			return m, true
		}
	}
	return 0, false
}
