package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Reason says what is wrong with a row. It is the key of the message that words it,
// and is never renamed or reused.
type Reason string

// The reasons for which a file is refused.
const (
	TooLarge   Reason = "CALENDAR_TOO_LARGE"   // over 64 KiB; nothing was read
	BOM        Reason = "CALENDAR_BOM"         // starts with a byte order mark: save as plain UTF-8
	WrongHead  Reason = "CALENDAR_HEADER"      // the first line is not the header
	NotCSV     Reason = "CALENDAR_CSV"         // a quote that is not closed, and the like
	Columns    Reason = "CALENDAR_COLUMNS"     // too few or too many cells
	BadText    Reason = "CALENDAR_TEXT"        // no UTF-8, unseen characters, spaces at the ends, too long
	NotEmpty   Reason = "CALENDAR_NOT_EMPTY"   // a cell that a row of this kind leaves empty
	BadKind    Reason = "CALENDAR_KIND"        // no such kind
	BadDate    Reason = "CALENDAR_DATE"        // no date in the form 2026-05-09
	OtherYear  Reason = "CALENDAR_OTHER_YEAR"  // a date of another year
	DateTwice  Reason = "CALENDAR_DATE_TWICE"  // a second row for a date
	NoName     Reason = "CALENDAR_NAME"        // no name of a holiday, or no issuer
	NoNumber   Reason = "CALENDAR_NOTICE"      // no number of a notice
	NoNotice   Reason = "CALENDAR_NO_NOTICE"   // a number that no notice row explains
	Twice      Reason = "CALENDAR_TWICE"       // the same notice, or the same postponement, again
	Uncertain  Reason = "CALENDAR_CONFIDENCE"  // neither H nor M
	NoSource   Reason = "CALENDAR_SOURCE"      // nothing about where it was seen
	OnWeekday  Reason = "CALENDAR_ON_WEEKDAY"  // a make-up day from Monday to Friday
	Festival   Reason = "CALENDAR_FESTIVAL"    // a festival of every year is missing
	TooEarly   Reason = "CALENDAR_TOO_EARLY"   // before the day that the law names
	TooLate    Reason = "CALENDAR_TOO_LATE"    // more than a year after it
	OnRestDay  Reason = "CALENDAR_ON_REST_DAY" // a deadline on a day off
	MonthTwice Reason = "CALENDAR_MONTH_TWICE" // a second deadline in a month
	NoMonth    Reason = "CALENDAR_MONTH"       // deadlines, but not for every month
	BadArea    Reason = "CALENDAR_AREA"        // no area code of six digits
	BadTax     Reason = "CALENDAR_TAX"         // no tax of that name, or no name of a tax
	BadWhy     Reason = "CALENDAR_WHY"         // the cause is unknown, or the dates contradict it
	BadYear    Reason = "CALENDAR_YEAR"        // the year that was asked for has not four digits
)

// Mistake is one thing wrong with a file.
type Mistake struct {
	// Line counts from 1, the header. It is 0 where the file as a whole is at
	// fault. Of postponements that were not read from a file it is the place in
	// the list, from 1.
	Line   int
	Column string // "" where the row as a whole is at fault
	Reason Reason
	Value  string // what stands there or is missing, where that helps and is readable
}

// Mistakes is the error with which a file is refused: all that was found, in the
// order of the lines. It is no fault; whoever takes files from people makes one.
type Mistakes []Mistake

// Error is one line for logs.
func (m Mistakes) Error() string {
	texts := make([]string, len(m))
	for i, one := range m {
		texts[i] = strings.TrimRight(fmt.Sprintf("line %d %s %s %s", one.Line, one.Column, one.Reason, one.Value), " ")
	}
	return "calendar: " + strings.Join(texts, "; ")
}

// mostMistakes keeps the answer to a file of rubbish short.
const mostMistakes = 50

// report gathers mistakes.
type report struct{ found Mistakes }

func (r *report) add(line int, column string, reason Reason, value string) {
	if len(r.found) < mostMistakes {
		r.found = append(r.found, Mistake{Line: line, Column: column, Reason: reason, Value: value})
	}
}

// err is the mistakes by line, or nil.
func (r *report) err() error {
	if len(r.found) == 0 {
		return nil
	}
	slices.SortStableFunc(r.found, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return r.found
}
