package upstream_test

import (
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

func TestCheckPass(t *testing.T) {
	t.Parallel()
	_, clients := start(t)
	p, pass, _ := personWith(t, synthetic.Plain)
	_, renewed, _ := personWith(t, synthetic.RenewedSameNumber)
	tests := []struct {
		name     string
		question upstream.PassQuestion
		want     upstream.Verdict
	}{
		{"number alone", upstream.PassQuestion{Number: pass.Number}, upstream.Match},
		{"mainland name", upstream.PassQuestion{Number: pass.Number, Name: p.Names.Mainland}, upstream.Match},
		{"Taiwan name", upstream.PassQuestion{Number: pass.Number, Name: p.Names.Taiwan}, upstream.Match},
		{"roman name", upstream.PassQuestion{Number: pass.Number, Name: p.Names.Roman}, upstream.Match},
		{"with birth date", upstream.PassQuestion{Number: pass.Number, Birth: p.Birth}, upstream.Match},
		{"renewed", upstream.PassQuestion{Number: renewed.Number}, upstream.Match},
		{"other name", upstream.PassQuestion{Number: pass.Number, Name: "测试"}, upstream.Mismatch},
		{"other birth date", upstream.PassQuestion{Number: pass.Number, Birth: civil.Date{Year: 1950, Month: 1, Day: 1}}, upstream.Mismatch},
		{"nobody's", upstream.PassQuestion{Number: "00000001"}, upstream.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := clients.CheckPass(t.Context(), tt.question)
			if err != nil || got.Verdict != tt.want {
				t.Fatalf("%v, %v, want %s", got, err, tt.want)
			}
			if got.TraceID == "" || !got.CheckTime.Equal(moment) {
				t.Error("no trace id or another check time")
			}
			if (got.Holder != upstream.Holder{}) != (tt.want == upstream.Match) {
				t.Error("the holder must come with a match and with nothing else")
			}
		})
	}
}

func TestMatchCarriesTheRegister(t *testing.T) {
	t.Parallel()
	_, clients := start(t)
	p, pass, permit := personWith(t, synthetic.RenewedNewNumber)
	got, err := clients.CheckPermits(t.Context(), []upstream.PermitQuestion{{Number: permit.Number}, {Number: permit.Replaces}})
	if err != nil {
		t.Fatal(err)
	}
	want := upstream.PermitAnswer{
		Verdict: upstream.Match,
		Holder:  upstream.Holder{NameMainland: permit.Names.Mainland, Birth: p.Birth, Sex: p.Sex},
		Issue: upstream.Issue{
			IssueCount: permit.IssueCount, ValidFrom: permit.ValidFrom, ValidTo: permit.ValidTo,
			Status: document.Valid, ReplacesNumber: permit.Replaces,
		},
		ExitEntryNumber: pass.Number, CheckTime: moment, TraceID: got[0].TraceID,
	}
	if got[0] != want {
		t.Error("the answer differs from the register")
	}
	if got[1].Verdict != upstream.Match || got[1].Issue.Status != document.Replaced {
		t.Errorf("the old number: %v, %v, want a match that is replaced", got[1].Verdict, got[1].Issue.Status)
	}
}

// TestManyPermits asks about more than one call takes; order must hold.
func TestManyPermits(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	var questions []upstream.PermitQuestion
	var want []string
	for i := range 450 {
		p := population.Person(i)
		permit, ok := p.Permit()
		if !ok {
			permit.Number = "830000190001010000"
		}
		questions = append(questions, upstream.PermitQuestion{Number: permit.Number})
		want = append(want, permit.ExitEntryNumber)
	}
	answers, err := clients.CheckPermits(t.Context(), questions)
	if err != nil || len(answers) != len(questions) {
		t.Fatalf("%d answers, %v, want %d", len(answers), err, len(questions))
	}
	for i, a := range answers {
		if a.ExitEntryNumber != want[i] {
			t.Fatalf("answer %d is not to question %d", i, i)
		}
	}
	if got := box.Count(upstream.PoliceOffice).Received; got != 3 {
		t.Errorf("%d calls for 450 questions, want 3", got)
	}
	if none, err := clients.CheckPermits(t.Context(), nil); len(none) != 0 || err != nil {
		t.Errorf("no questions: %d answers, %v", len(none), err)
	}
}

func TestCheckLink(t *testing.T) {
	t.Parallel()
	_, clients := start(t)
	_, pass, permit := personWith(t, synthetic.PermitSilent)
	_, otherPass, _ := personWith(t, synthetic.Plain)
	tests := []struct {
		name, pass string
		want       upstream.Verdict
	}{
		{"one person", pass.Number, upstream.Match},
		{"two persons", otherPass.Number, upstream.Mismatch},
		{"no such pass", "00000001", upstream.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			question := upstream.LinkQuestion{Key: newKey(), Pass: tt.pass, Permit: permit.Number}
			first, err := clients.CheckLink(t.Context(), question)
			if err != nil || first.Verdict != tt.want {
				t.Fatalf("%v, %v, want %s", first.Verdict, err, tt.want)
			}
			again, err := clients.CheckLink(t.Context(), question)
			if err != nil || again != first {
				t.Errorf("the same key: %v, %v, want the first answer", again, err)
			}
		})
	}
}
