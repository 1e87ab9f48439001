package sandbox_test

import (
	"reflect"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestCreditIsTheSameAtEachStart asks two sandboxes about everybody and each firm: both
// tell one story, each source has something to say, and income tax is what the tax bureau
// says.
func TestCreditIsTheSameAtEachStart(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 300, Firms: 60})
	_, first, _ := startWith(t, pop)
	_, second, _ := startWith(t, pop)
	var qs []upstream.CreditQuestion
	for i := range pop.People() {
		for _, d := range pop.Person(i).Documents() {
			qs = append(qs, upstream.CreditQuestion{Kind: d.Kind, Number: d.Number})
		}
	}
	for i := range pop.Firms() {
		qs = append(qs, upstream.CreditQuestion{Kind: document.CreditCode, Number: pop.Firm(i).CreditCode})
	}
	for _, source := range sandbox.CreditSources() {
		a, errA := first.CreditFacts(t.Context(), source, qs)
		b, errB := second.CreditFacts(t.Context(), source, qs)
		if errA != nil || errB != nil {
			t.Fatal(source, errA, errB)
		}
		if !reflect.DeepEqual(a.Answers, b.Answers) {
			t.Errorf("%s tells another story at the next start", source)
		}
		facts := 0
		for i, answer := range a.Answers {
			if facts += len(answer.Facts); !answer.Known {
				t.Fatalf("%s does not know document %d", source, i)
			}
		}
		if facts == 0 {
			t.Errorf("%s knows nothing of anybody", source)
		}
	}
	payer := pop.Taxpayers()[0]
	got, err := first.CreditFacts(t.Context(), "tax_payments", []upstream.CreditQuestion{{Kind: payer.Receipts[0].DocumentKind, Number: payer.Receipts[0].DocumentNumber}})
	if err != nil || len(got.Answers[0].Facts) == 0 {
		t.Errorf("a taxpayer paid %d times, %v", len(got.Answers[0].Facts), err)
	}
}

// TestWrongCredit: known and unknown change places.
func TestWrongCredit(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	box.Add(someone())
	for _, source := range sandbox.CreditSources() {
		box.SetFault(source.Authority(), sandbox.Wrong, 0)
		got, err := clients.CreditFacts(t.Context(), source, []upstream.CreditQuestion{
			{Kind: document.TaiwanPass, Number: "99000001"}, {Kind: document.TaiwanPass, Number: "99000002"},
		})
		if err != nil || got.Answers[0].Known || len(got.Answers[1].Facts) != 1 {
			t.Errorf("%s: %v, want the opposite", source, err)
		}
	}
}
