package synthetic

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/golang-sql/civil"
)

// Tally says what a writer wrote, the header left out.
type Tally struct {
	Rows  int // all of them
	Messy int // of these, untidy but readable
	Bad   int // of these, to be refused
}

// The columns of the files. Dates are YYYY-MM-DD in Asia/Shanghai, times
// RFC 3339 in UTC, money fen; what is unknown is empty.
var (
	passColumnsCSV         = []string{"number", "issue_count", "name_mainland", "name_taiwan", "name_roman", "birth_date", "sex", "valid_from", "valid_to", "state", "phone", "replaces_number"}
	permitColumnsCSV       = []string{"number", "issue_count", "name_mainland", "name_roman", "birth_date", "sex", "valid_from", "valid_to", "state", "exit_entry_number", "phone", "replaces_number", "area"}
	firmColumnsCSV         = []string{"credit_code", "name", "category", "area", "state", "representative_kind", "representative_number", "registered_on"}
	recordColumnsCSV       = []string{"document_kind", "document_number", "kind", "title", "authority", "occur_time", "amount_fen", "source", "source_ref"}
	registrationColumnsCSV = []string{"document_kind", "document_number", "tax", "cycle", "area", "valid_from", "valid_to", "source", "source_ref"}
	filingColumnsCSV       = []string{"document_kind", "document_number", "tax", "period", "outcome", "return_ref", "decide_time"}
)

// WritePasses streams the register of passes as CSV in UTF-8, one row per
// printing, old printings first.
func WritePasses(w io.Writer, pop *Population) (Tally, error) {
	s := pop.newSheet(w, "passes", passColumnsCSV, weakness{number: 0, name: 2, date: 5})
	for i := range pop.People() {
		person := pop.Person(i)
		for _, d := range person.Passes {
			s.write(d.Number, d.IssueCount, d.Names.Mainland, d.Names.Taiwan, d.Names.Roman, date(d.Birth), string(d.Sex),
				date(d.ValidFrom), date(d.ValidTo), string(d.State), person.Phone, d.Replaces)
		}
	}
	return s.close()
}

// WritePermits streams the register of permits, one row per printing, old
// printings first. A [Document.RegisterSilent] row has no exit_entry_number.
func WritePermits(w io.Writer, pop *Population) (Tally, error) {
	s := pop.newSheet(w, "permits", permitColumnsCSV, weakness{number: 0, name: 2, date: 4})
	for i := range pop.People() {
		person := pop.Person(i)
		for _, d := range person.Permits {
			names := d.ExitEntryNumber
			if d.RegisterSilent {
				names = ""
			}
			s.write(d.Number, d.IssueCount, d.Names.Mainland, d.Names.Roman, date(d.Birth), string(d.Sex),
				date(d.ValidFrom), date(d.ValidTo), string(d.State), names, person.Phone, d.Replaces, d.Area)
		}
	}
	return s.close()
}

// WriteFirms streams the register of firms, one row each.
func WriteFirms(w io.Writer, pop *Population) (Tally, error) {
	s := pop.newSheet(w, "firms", firmColumnsCSV, weakness{number: 0, name: 1, date: 7})
	for i := range pop.Firms() {
		f := pop.Firm(i)
		s.write(f.CreditCode, f.Name, f.Category, f.Area, string(f.State),
			string(f.RepresentativeKind), f.RepresentativeNumber, date(f.RegisteredOn))
	}
	return s.close()
}

// WriteRecords streams what all people got done, one row each.
func WriteRecords(w io.Writer, pop *Population) (Tally, error) {
	s := pop.newSheet(w, "records", recordColumnsCSV, weakness{number: 1, name: 3, date: 5})
	for i := range pop.People() {
		for _, r := range pop.RecordsOf(i) {
			fen := ""
			if r.AmountFen != nil {
				fen = strconv.FormatInt(*r.AmountFen, 10)
			}
			s.write(string(r.DocumentKind), r.DocumentNumber, r.Kind, r.Title, r.Authority,
				r.OccurTime.Format(time.RFC3339), fen, r.Source, r.SourceRef)
		}
	}
	return s.close()
}

// WriteRegistrations streams what firms and people have to file, one row for each
// tax.
func WriteRegistrations(w io.Writer, pop *Population) (Tally, error) {
	s := pop.newSheet(w, "registrations", registrationColumnsCSV, weakness{number: 1, name: 2, date: 5})
	write := func(list []Registration) {
		for _, r := range list {
			s.write(string(r.DocumentKind), r.DocumentNumber, r.Tax, r.Cycle, r.Area, date(r.From), dateIfAny(r.To), r.Source, r.SourceRef)
		}
	}
	for i := range pop.Firms() {
		write(pop.RegistrationsOfFirm(i))
	}
	for i := range pop.People() {
		write(pop.RegistrationsOf(i))
	}
	return s.close()
}

// WriteFilings streams what was decided on firms' returns, one row each.
func WriteFilings(w io.Writer, pop *Population) (Tally, error) {
	s := pop.newSheet(w, "filings", filingColumnsCSV, weakness{number: 1, name: 2, date: 6})
	for i := range pop.Firms() {
		for _, f := range pop.FilingsOfFirm(i) {
			outcome := "rejected"
			if f.Accepted {
				outcome = "accepted"
			}
			s.write(string(f.DocumentKind), f.DocumentNumber, f.Tax, f.Period, outcome, f.Ref, f.DecideTime.Format(time.RFC3339))
		}
	}
	return s.close()
}

// date writes YYYY-MM-DD.
func date(d civil.Date) string { return d.String() }

// dateIfAny writes nothing for the zero date.
func dateIfAny(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return date(d)
}

// sheet writes rows, some of them spoilt. The first error stops it and is kept.
type sheet struct {
	out   *csv.Writer
	name  string
	pop   *Population
	draw  *draw
	weak  weakness
	tally Tally
	err   error
}

func (p *Population) newSheet(w io.Writer, name string, header []string, weak weakness) *sheet {
	s := &sheet{out: csv.NewWriter(w), name: name, pop: p, weak: weak}
	s.draw = newDraw(p.options.Seed, spoilStream, int(name[0])<<8+int(name[1]))
	s.err = s.out.Write(header)
	return s
}

// write adds a row; which rows are spoilt depends on their order alone.
func (s *sheet) write(row ...string) {
	if s.err != nil {
		return
	}
	switch point := s.draw.point(); {
	case point < s.pop.options.Bad:
		s.weak.spoil(row, s.draw)
		s.tally.Bad++
	case point < s.pop.options.Bad+s.pop.options.Messy:
		s.weak.untidy(row, s.draw)
		s.tally.Messy++
	}
	s.tally.Rows++
	s.err = s.out.Write(row)
}

func (s *sheet) close() (Tally, error) {
	s.out.Flush()
	if s.err == nil {
		s.err = s.out.Error()
	}
	if s.err != nil {
		return s.tally, fmt.Errorf("write %s: %w", s.name, s.err)
	}
	return s.tally, nil
}
