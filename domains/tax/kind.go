package tax

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Kind names a kind of obligation, in the catalogue or, for documents that run
// out, made of the document's kind.
type Kind string

// Rule says how the last day of a kind is found.
type Rule string

// The rules.
const (
	// InMonth: the month's filing deadline after the period.
	InMonth Rule = "filing"
	// Annual: a day of the year after the period, moved off days that are not
	// worked.
	Annual Rule = "annual"
	// OnPaper: the last day that the document names. It is not moved.
	OnPaper Rule = "printed"
)

// Info is what the catalogue says of a kind. It is read-only.
type Info struct {
	ID   Kind `json:"id"`
	Rule Rule `json:"rule"`
	// Day of an annual rule, MM-DD.
	Day string `json:"day,omitempty"`
	// Cycles are those in which it can be registered.
	Cycles []Cycle `json:"cycles,omitempty"`
	// Like is the tax of package calendar that comes nearest in Taiwan, or "".
	Like string `json:"like,omitempty"`
	// Source is the law behind it, and Confidence how sure the facts are.
	Source     string `json:"source"`
	Confidence string `json:"confidence"`
	// Illustrative: the facts do not confirm the date; whatever shows it says so.
	Illustrative bool `json:"illustrative,omitempty"`
	// LateFee: being late with the tax itself costs a fee for each day.
	LateFee bool `json:"late_fee,omitempty"`
}

//go:embed data/kinds.json
var kindsFile []byte

// kinds reads the catalogue. It is part of the program and read by a test, so a
// mistake in it is a bug.
var kinds = sync.OnceValue(func() []Info {
	var list []Info
	if err := json.Unmarshal(kindsFile, &list); err != nil {
		panic(fmt.Errorf("data/kinds.json: %w", err))
	}
	for _, kind := range []document.Kind{document.TaiwanPass, document.TaiwanPermit, document.HKMOPermit, document.ResidentID, document.ForeignPermanent} {
		list = append(list, Info{ID: expiryOf(kind), Rule: OnPaper, Source: "证件所载有效期", Confidence: "H"})
	}
	return list
})

// expiryOf is the kind of obligation that a document makes which runs out.
func expiryOf(kind document.Kind) Kind { return Kind(kind) + "_expiry" }

// Kinds lists the catalogue. The slice is the caller's.
func Kinds() []Info { return slices.Clone(kinds()) }

// InfoOf is what the catalogue says of a kind.
func InfoOf(kind Kind) (Info, bool) {
	i := slices.IndexFunc(kinds(), func(k Info) bool { return k.ID == kind })
	if i < 0 {
		return Info{}, false
	}
	return kinds()[i], true
}

// takes reports whether a return of the kind can be for a period.
func (k Info) takes(p Period) bool {
	_, _, ok := p.days()
	return ok && slices.Contains(k.Cycles, p.cycle())
}

// statutory is the day that the law names for a period, before anything moves it.
// There is none for what is filed when something happens: the facts name no day.
func (k Info) statutory(p Period) (civil.Date, bool) {
	_, last, ok := p.days()
	switch {
	case !ok || k.Rule != OnPaper && p.cycle() == ByEvent:
		return civil.Date{}, false
	case k.Rule == InMonth:
		return calendar.MonthOf(last.AddDays(1)).Statutory(), true
	case k.Rule == Annual:
		return k.dayIn(last.Year + 1)
	}
	return last, true
}

// dayIn is an annual kind's day in a year.
func (k Info) dayIn(year int) (civil.Date, bool) {
	day, err := time.Parse("01-02", k.Day)
	return civil.Date{Year: year, Month: day.Month(), Day: day.Day()}, err == nil
}

// deadline is the last day for a period, in an area.
func (k Info) deadline(c calendar.Calendar, p Period, area string) (calendar.Deadline, bool) {
	day, ok := k.statutory(p)
	if !ok {
		return calendar.Deadline{}, false
	}
	return k.on(c, day, area), true
}

// on is the last day where the law names this one.
func (k Info) on(c calendar.Calendar, day civil.Date, area string) calendar.Deadline {
	where := calendar.Where{Area: area, Tax: string(k.ID)}
	switch k.Rule {
	case InMonth:
		return c.Filing(calendar.MonthOf(day), where)
	case Annual:
		return c.Shift(day, where)
	case OnPaper:
	}
	return calendar.Deadline{Statutory: day, Date: day}
}

// basis is what made a date.
func (k Info) basis(d calendar.Deadline) Basis {
	switch {
	case k.Rule == OnPaper:
		return Printed
	case d.Provisional:
		return Provisional
	}
	return Basis(d.Basis)
}

// byBasis is what made a date of the calendar.
func byBasis(d calendar.Deadline) Basis { return Info{}.basis(d) }
