package bfftest

import (
	"fmt"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// Person is invented person i, i from 0 to 999999, with a pass and a permit in
// force on [Start]. The permit names no pass. No two share a number or a phone.
func Person(i int) synthetic.Person {
	p := synthetic.Person{
		Index: i, Case: synthetic.PermitSilent,
		Names: synthetic.Names{Mainland: "陈美玲", Taiwan: "陳美玲", Roman: "CHEN, MEI-LING"},
		Birth: civil.Date{Year: 1990, Month: 5, Day: 1}.AddDays(-i % 10_000), Sex: document.Female,
		Phone: fmt.Sprintf("+886%09d", 900_000_000+i),
	}
	permit, err := document.ComposePermit("830000", p.Birth, 2*(i/10_000))
	if err != nil {
		panic(err) // of a calendar day and a small sequence there is always one
	}
	issue := synthetic.Document{
		Kind: document.TaiwanPass, Number: fmt.Sprintf("%08d", 71_000_000+i), IssueCount: "01", Names: p.Names,
		Birth: p.Birth, Sex: p.Sex, ValidFrom: civil.Date{Year: 2024, Month: 3, Day: 1},
		ValidTo: civil.Date{Year: 2029, Month: 2, Day: 28}, State: synthetic.StateIssued,
	}
	p.Passes = []synthetic.Document{issue}
	issue.Kind, issue.Number, issue.Names = document.TaiwanPermit, permit, synthetic.Names{Mainland: p.Names.Mainland}
	p.Permits = []synthetic.Document{issue}
	return p
}

// Settle makes people exist at the authorities and takes their documents over
// from the registers, each into a file of its own.
func (s *Server) Settle(t testing.TB, people ...synthetic.Person) {
	t.Helper()
	for _, p := range people {
		s.Sandbox.Add(p)
		s.Take(t, p)
	}
}

// Take takes a person's documents over from the registers.
func (s *Server) Take(t testing.TB, p synthetic.Person) {
	t.Helper()
	var entries []dossier.Entry
	for _, d := range p.Documents() {
		e := dossier.Entry{
			Number: s.Number(t, d.Number), State: states[d.State], Phone: p.Phone,
			Validity: dossier.Validity{IssueCount: d.IssueCount, From: d.ValidFrom, To: d.ValidTo},
			Holder: dossier.Holder{
				Names: dossier.Names{Mainland: d.Names.Mainland, Taiwan: d.Names.Taiwan, Roman: d.Names.Roman},
				Birth: d.Birth, Sex: d.Sex,
			},
		}
		if d.Replaces != "" {
			e.Replaces = s.Number(t, d.Replaces)
		}
		entries = append(entries, e)
	}
	taken, err := s.Files.TakeDocuments(t.Context(), entries)
	must(t, err)
	for i, x := range taken {
		if x.Fault != nil {
			t.Fatalf("document %d is left out: %v", i, x.Fault)
		}
	}
}

var states = map[synthetic.State]document.Status{
	synthetic.StateIssued: document.Valid, synthetic.StateReplaced: document.Replaced,
	synthetic.StateLost: document.Lost, synthetic.StateRevoked: document.Revoked,
}

// Join links two documents as an officer does who has both on the counter.
func (s *Server) Join(t testing.TB, first, second string) dossier.Link {
	t.Helper()
	by := s.Employ(t, Office, "window", actor.Accept).Actor()
	by.Duty = actor.Accept
	link, err := s.Files.LinkAtWindow(t.Context(), by, s.Number(t, first), s.Number(t, second), "both seen")
	must(t, err)
	return link
}

// Number reads a well formed number of any kind.
func (s *Server) Number(t testing.TB, raw string) document.Number {
	t.Helper()
	number, err := s.Files.Parse("", raw)
	must(t, err)
	return number
}

// Holder returns a token for the holder of a document, as after a sign-in.
func (s *Server) Holder(t testing.TB, number string) string {
	t.Helper()
	id, file, err := s.Files.Locate(t.Context(), s.Number(t, number))
	must(t, err)
	return s.Token(t, actor.Actor{Role: actor.Person, Document: id, Dossier: file})
}
