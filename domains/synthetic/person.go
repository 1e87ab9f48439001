package synthetic

import (
	"fmt"
	"slices"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// State is what the issuing authority says of a printing.
type State string

// The states. A document past its date is StateIssued all the same.
const (
	StateIssued   State = "issued"
	StateReplaced State = "replaced"
	StateLost     State = "lost"
	StateRevoked  State = "revoked"
)

// Document is one printing of a pass or a permit, as its authority has it.
// Dates are of Asia/Shanghai.
type Document struct {
	Kind       document.Kind // [document.TaiwanPass] or [document.TaiwanPermit]
	Number     string
	IssueCount string // two digits
	Names      Names  // as printed; a permit prints the mainland form only
	Birth      civil.Date
	Sex        document.Sex
	ValidFrom  civil.Date
	ValidTo    civil.Date // the last day
	State      State
	Replaces   string // the number before, where a renewal changed it
	// ExitEntryNumber is the pass that the permit carries, or "" for a silent
	// permit and for a pass.
	ExitEntryNumber string
	// RegisterSilent: the register's file leaves ExitEntryNumber out, although
	// the authority knows it.
	RegisterSilent bool
	// Area is where a permit was issued, GB/T 2260, a place in Fujian; "" for a
	// pass. All permits of a person are of one place.
	Area string
}

// Person is the truth about one invented human being: whatever stands in Passes
// and Permits is held by this one person.
type Person struct {
	Index int
	Case  Case
	Names Names // in every form, whether or not a document prints it
	Birth civil.Date
	Sex   document.Sex
	Phone string // with country code, without spaces
	// Passes and Permits hold every printing, the oldest first; the last one is
	// the current one. Either may be empty, never both.
	Passes, Permits []Document
}

// Pass is the current pass, and false for a person without one.
func (p Person) Pass() (Document, bool) { return last(p.Passes) }

// Permit is the current permit, and false for a person without one.
func (p Person) Permit() (Document, bool) { return last(p.Permits) }

// Documents are all printings, passes first. The slice belongs to the caller.
func (p Person) Documents() []Document { return slices.Concat(p.Passes, p.Permits) }

// Document is the newest printing under a number, and false when the person
// holds no such document.
func (p Person) Document(kind document.Kind, number string) (Document, bool) {
	for _, d := range slices.Backward(p.Documents()) {
		if d.Kind == kind && d.Number == number {
			return d, true
		}
	}
	return Document{}, false
}

func last(printings []Document) (Document, bool) {
	if len(printings) == 0 {
		return Document{}, false
	}
	return printings[len(printings)-1], true
}

// Person computes person i. It panics unless 0 <= i < People().
func (p *Population) Person(i int) Person {
	checkIndex("person", i, p.options.People)
	d := newDraw(p.options.Seed, personStream, i)
	birth, sequence := p.permitSlot(i)
	person := Person{Index: i, Birth: birth, Sex: document.Female}
	if sequence%2 == 1 {
		person.Sex = document.Male
	}
	person.Case = caseAt(p.limits, d.point())
	person.Phone = phoneOf(i, d)
	names := drawNaming(d, person.Sex, person.Case)
	person.Names = names.truth

	pass := p.issue(d, document.TaiwanPass, p.passNumber(i), person)
	pass.Names = Names{Mainland: names.pass, Taiwan: names.truth.Taiwan, Roman: names.truth.Roman}
	permit := p.issue(d, document.TaiwanPermit, permitNumber(birth, sequence, false), person)
	permit.Names = Names{Mainland: names.permit}
	permit.ExitEntryNumber = pass.Number
	permit.Area = choose(newDraw(p.options.Seed, areaStream, i), areas)
	person.Passes, person.Permits = []Document{pass}, []Document{permit}
	p.plant(&person, d, func() string { return permitNumber(birth, sequence, true) })
	return person
}

// issue is an ordinary printing: five years, begun within the last five. A few
// have expired.
func (p *Population) issue(d *draw, kind document.Kind, number string, of Person) Document {
	const expiredShare = 0.04
	from := p.options.Today.AddDays(-1 - d.below(1800))
	if d.chance(expiredShare) {
		from = plusYears(from, -5)
	}
	return Document{
		Kind:       kind,
		Number:     number,
		IssueCount: fmt.Sprintf("%02d", 1+d.below(4)),
		Birth:      of.Birth,
		Sex:        of.Sex,
		ValidFrom:  from,
		ValidTo:    plusYears(from, 5).AddDays(-1),
		State:      StateIssued,
	}
}

// plusYears moves a date by years; the 29th of February may become the 1st of
// March.
func plusYears(d civil.Date, years int) civil.Date {
	return civil.DateOf(time.Date(d.Year+years, d.Month, d.Day, 0, 0, 0, 0, time.UTC))
}
