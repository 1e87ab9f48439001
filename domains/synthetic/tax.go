package synthetic

import (
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Registration is a tax that a person or a firm has to file.
type Registration struct {
	DocumentKind   document.Kind
	DocumentNumber string
	Tax            string // a kind of the catalogue of domains/tax
	Cycle          string // month, quarter, year or event
	Area           string // GB/T 2260
	From, To       civil.Date
	Source         string // the system that it comes from
	SourceRef      string // the source's own name for it
}

// Filing is what the tax bureau decided on one return.
type Filing struct {
	DocumentKind   document.Kind
	DocumentNumber string
	Tax            string
	Period         string // 2026-10 or 2026-Q3
	Accepted       bool
	Ref            string // the return
	DecideTime     time.Time
}

// taxSource is the system from which registrations come.
const taxSource = "tax"

// Shares of what is registered and filed. None is a figure of any authority.
const (
	generalShare  = 0.25 // companies that are general taxpayers of VAT, each month
	byEventShare  = 0.10 // households that file VAT when something happens
	employerShare = 0.80 // companies that withhold income tax
	earnerShare   = 0.40 // permit holders with an annual reconciliation
	acceptedShare = 0.90 // returns that were accepted
	rejectedShare = 0.04 // returns that were rejected; the others are missing
)

// duty is a tax and how often it is filed.
type duty struct{ tax, cycle string }

// Duties that every firm of a sort has.
var (
	householdDuties = []duty{{"business_income_prepayment", "quarter"}, {"business_income_annual", "year"}, {"market_annual_report", "year"}}
	companyDuties   = []duty{
		{"cit_prepayment", "quarter"}, {"cit_reconciliation", "year"}, {"statements_interim", "quarter"},
		{"statements_annual", "year"}, {"market_annual_report", "year"},
	}
)

// dutiesOf draws what a firm has to file.
func dutiesOf(d *draw, f Firm) []duty {
	if f.Category == "taiwan_household" {
		vat := "quarter"
		if d.chance(byEventShare) {
			vat = "event"
		}
		return append([]duty{{"vat_small", vat}}, householdDuties...)
	}
	duties := []duty{{"vat_small", "quarter"}, {"surcharges", "quarter"}}
	if d.chance(generalShare) {
		duties = []duty{{"vat_general", "month"}, {"surcharges", "month"}}
	}
	if d.chance(employerShare) {
		duties = append(duties, duty{"iit_withholding", "month"})
	}
	return append(duties, companyDuties...)
}

// RegistrationsOfFirm is what firm i is registered for; one that was taken off the
// register has registrations that ended. It panics unless 0 <= i < Firms().
func (p *Population) RegistrationsOfFirm(i int) []Registration {
	f := p.Firm(i)
	d := newDraw(p.options.Seed, taxStream, i)
	var end civil.Date
	if f.State == StateRevoked {
		end = p.options.Today.AddDays(-1 - d.below(30)) // a firm is registered for 30 days at least
	}
	var list []Registration
	for n, x := range dutiesOf(d, f) {
		list = append(list, Registration{
			DocumentKind: document.CreditCode, DocumentNumber: f.CreditCode, Tax: x.tax, Cycle: x.cycle, Area: f.Area,
			From: f.RegisteredOn, To: end, Source: taxSource, SourceRef: fmt.Sprintf("%s-firm-%05d-%d", taxSource, i, n+1),
		})
	}
	return list
}

// RegistrationsOf is what person i is registered for: income tax once a year, for
// some of those who hold a permit. It panics unless 0 <= i < People().
func (p *Population) RegistrationsOf(i int) []Registration {
	permit, ok := p.Person(i).Permit()
	if !ok || !newDraw(p.options.Seed, earnerStream, i).chance(earnerShare) {
		return nil
	}
	return []Registration{{
		DocumentKind: document.TaiwanPermit, DocumentNumber: permit.Number, Tax: "comprehensive_reconciliation", Cycle: "year",
		Area: permit.Area, From: permit.ValidFrom, Source: taxSource, SourceRef: fmt.Sprintf("%s-person-%07d", taxSource, i),
	}}
}

// FilingsOfFirm is what was decided on the returns of firm i for the last months and
// the last quarter. Some are rejected, and some are missing, so that something is
// overdue. It panics unless 0 <= i < Firms().
func (p *Population) FilingsOfFirm(i int) []Filing {
	d := newDraw(p.options.Seed, filingStream, i)
	var list []Filing
	for _, r := range p.RegistrationsOfFirm(i) {
		for _, x := range lastPeriods(r.Cycle, p.options.Today) {
			point, at := d.point(), inHours(x.next.AddDays(d.below(14)), d)
			if point >= acceptedShare+rejectedShare || !r.From.Before(x.next) || !r.To.IsZero() && r.To.Before(x.next) ||
				!civil.DateOf(at).Before(p.options.Today) {
				continue
			}
			list = append(list, Filing{
				DocumentKind: r.DocumentKind, DocumentNumber: r.DocumentNumber, Tax: r.Tax, Period: x.name,
				Accepted: point < acceptedShare, Ref: r.SourceRef + "-" + x.name, DecideTime: at,
			})
		}
	}
	return list
}

// period is one that is over, and the first day after it.
type period struct {
	name string
	next civil.Date
}

// lastPeriods are the two months, or the quarter, that ended last before a day.
func lastPeriods(cycle string, today civil.Date) []period {
	first := civil.Date{Year: today.Year, Month: today.Month, Day: 1}
	switch cycle {
	case "month":
		last := first.AddDays(-1)
		before := civil.Date{Year: last.Year, Month: last.Month, Day: 1}
		earlier := before.AddDays(-1)
		return []period{{earlier.String()[:7], before}, {last.String()[:7], first}}
	case "quarter":
		first.Month -= (first.Month - 1) % 3
		last := first.AddDays(-1)
		return []period{{fmt.Sprintf("%04d-Q%d", last.Year, (last.Month-1)/3+1), first}}
	}
	return nil
}
