package sandbox_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestDemoAddsUp asks the offices about everybody in the population who may have
// worked in Pingtan, as a department would, and adds up at 20 %.
func TestDemoAddsUp(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 300})
	_, clients, _ := startWith(t, pop)
	var qs []upstream.YearQuestion
	var of []int
	for i := range pop.People() {
		for _, d := range pop.Person(i).Documents() {
			qs, of = append(qs, upstream.YearQuestion{Kind: d.Kind, Number: d.Number, Year: 2025}), append(of, i)
		}
	}
	tax, errTax := clients.TaxPayments(t.Context(), qs)
	days, errDays := clients.MainlandDays(t.Context(), qs)
	engaged, errEngaged := clients.Engagements(t.Context(), qs)
	if errTax != nil || errDays != nil || errEngaged != nil {
		t.Fatal(errTax, errDays, errEngaged)
	}
	net, counted := map[int]int64{}, map[string]bool{}
	for k, answer := range tax {
		if answer.Verdict != upstream.Match || days[k].Known != engaged[k].Known || engaged[k].SimilarBenefit {
			t.Errorf("question %d: %v, known %v and %v", k, answer.Verdict, days[k].Known, engaged[k].Known)
		}
		for _, p := range answer.Payments {
			if p.Category == "wages" && p.Area == "350128" && !counted[p.Receipt] && engaged[k].Areas[0] == "350128" {
				counted[p.Receipt] = true
				net[of[k]] += p.PaidFen - p.RefundedFen
			}
		}
	}
	var total int64
	for _, fen := range net {
		total += (fen*2000 + 5000) / 10000
	}
	if len(net) != 83 || total != 33_590_000 {
		t.Errorf("%d people with %d fen, want 83 with 33590000", len(net), total)
	}
	for _, p := range pop.Taxpayers() {
		got, err := clients.RegisterAccount(t.Context(), upstream.AccountQuestion{
			Key: uuid.NewString(), Kind: upstream.BankAccount, Number: p.Account.Number, HolderName: p.Person.Names.Taiwan,
			DocumentNumber: p.Person.Documents()[len(p.Person.Documents())-1].Number,
		})
		if err != nil || got.Verdict != upstream.Match {
			t.Fatalf("an account: %v, %v, want a match", got, err)
		}
	}
}

// TestWrongFacts: known and unknown change places.
func TestWrongFacts(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	box.Add(someone())
	for _, a := range upstream.Authorities() {
		box.SetFault(a, sandbox.Wrong, 0)
	}
	box.SetMainlandDays("99000001", 2025, 300)
	box.SetEngagement("99000001", 2025, upstream.Engagement{Known: true})
	qs := []upstream.YearQuestion{
		{Kind: document.TaiwanPass, Number: "99000001", Year: 2025}, {Kind: document.TaiwanPass, Number: "99000002", Year: 2025},
	}
	tax, errTax := clients.TaxPayments(t.Context(), qs)
	days, errDays := clients.MainlandDays(t.Context(), qs)
	engaged, errEngaged := clients.Engagements(t.Context(), qs)
	if errTax != nil || errDays != nil || errEngaged != nil {
		t.Fatal(errTax, errDays, errEngaged)
	}
	if tax[0].Verdict != upstream.NotFound || tax[1].Verdict != upstream.Match || len(tax[1].Payments) != 1 {
		t.Errorf("taxes: %v, want the opposite", tax)
	}
	if days[0].Known || !days[1].Known || engaged[0].Known || !engaged[1].Known {
		t.Error("days or engagements are true")
	}
	box.AddAccount(upstream.BankAccount, account, "欧阳测试", "99000001")
	for number, want := range map[string]upstream.Verdict{account: upstream.NotFound, "9990000000000000002": upstream.Match} {
		got, err := clients.RegisterAccount(t.Context(), upstream.AccountQuestion{
			Key: uuid.NewString(), Kind: upstream.BankAccount, Number: number, HolderName: "欧阳测试", DocumentNumber: "99000001",
		})
		if err != nil || got.Verdict != want {
			t.Errorf("an account: %v, %v, want %s", got, err, want)
		}
	}
}

// TestWrongQuestionsAboutYears are refused by the contract.
func TestWrongQuestionsAboutYears(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	good := upstream.YearQuestion{Kind: document.TaiwanPass, Number: "99000001", Year: 2025}
	for what, change := range map[string]func(*upstream.YearQuestion){
		"kind": func(q *upstream.YearQuestion) { q.Kind = document.CreditCode }, "number": func(q *upstream.YearQuestion) { q.Number = "9900000" },
		"year": func(q *upstream.YearQuestion) { q.Year = 1999 },
	} {
		q := good
		change(&q)
		if _, err := clients.TaxPayments(t.Context(), []upstream.YearQuestion{q}); err == nil {
			t.Errorf("another %s is taken", what)
		}
	}
	if got := box.Count(upstream.TaxOffice); got != (sandbox.Count{Received: 3}) {
		t.Errorf("counts are %+v, want three refusals without a retry", got)
	}
}
