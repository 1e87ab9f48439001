package subsidy_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	payoutrow "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// The officers: one prepares, another one approves.
var maker, checker = dossiertest.Officer("maker"), dossiertest.Officer("checker")

// number is the bank account of somebody.
func number(i int) string { return fmt.Sprintf("62220000%08d", i) }

// payee is somebody with a bank account to whom a fifth of so much tax is due, in fen.
func (w *world) payee(t testing.TB, i int, tax int64) dossiertest.Person {
	t.Helper()
	p := w.person(t, i)
	w.works(p.Pass).payments = []upstream.TaxPayment{wages(fmt.Sprint("R", i), tax, 0)}
	w.account(t, p, number(i))
	return p
}

// account gives somebody an account at the gateway, and has it registered.
func (w *world) account(t testing.TB, p dossiertest.Person, number string) {
	t.Helper()
	w.gateway.AddAccount(upstream.BankAccount, number, p.Names.Mainland, w.Number(p.Pass).Canonical())
	_, err := w.SetAccount(t.Context(), w.Holder(p.Pass), upstream.BankAccount, number)
	must(t, "set an account", err)
}

// decideAll decides 2025 for everybody.
func (w *world) decideAll(t testing.TB) subsidy.Tally {
	t.Helper()
	got, err := w.Run(t.Context(), "pingtan_iit", "2025", 100, func(subsidy.Tally) {})
	must(t, "run", err)
	return got
}

// prepared is a batch of all that is due, with so much money for it.
func (w *world) prepared(t testing.TB, fund int64) subsidy.Batch {
	t.Helper()
	w.decideAll(t)
	if fund > 0 {
		must(t, "fund", w.Fund(t.Context(), maker, "pingtan_iit", fund, "paper-"+w.newID()[30:]))
	}
	v, err := w.Preview(t.Context(), maker, "pingtan_iit")
	must(t, "preview", err)
	b, err := w.Prepare(t.Context(), maker, "pingtan_iit", v.Digest)
	must(t, "prepare", err)
	return b
}

// approved is a prepared batch that another officer approved.
func (w *world) approved(t testing.TB, fund int64) subsidy.Batch {
	t.Helper()
	b, err := w.Approve(t.Context(), checker, w.prepared(t, fund).ID)
	must(t, "approve", err)
	return b
}

// settleLater lets a minute pass and asks about what is open, until there is nothing.
func (w *world) settleLater(t testing.TB) {
	t.Helper()
	for range 5 {
		w.Clock.Advance(time.Minute + time.Second)
		n, err := w.Service.Settle(t.Context(), 1000)
		must(t, "settle", err)
		if n == 0 {
			return
		}
	}
	t.Fatal("something stays open")
}

func (w *world) payouts(t testing.TB) []*ent.Payout {
	t.Helper()
	rows, err := w.DB.Client(t.Context()).Payout.Query().Order(payoutrow.ByID()).All(t.Context())
	must(t, "read payouts", err)
	return rows
}

// states counts payouts by state and cause.
func (w *world) states(t testing.TB) map[string]int {
	t.Helper()
	states := map[string]int{}
	for _, r := range w.payouts(t) {
		name := string(r.State)
		if r.Cause != "" {
			name += " " + r.Cause
		}
		states[name]++
	}
	return states
}

func (w *world) wantStates(t testing.TB, want map[string]int) {
	t.Helper()
	if got := w.states(t); !maps.Equal(got, want) {
		t.Errorf("payouts are %v, want %v", got, want)
	}
}

// tasks are what somebody has to look into.
func (w *world) tasks(t testing.TB) (kinds []subsidy.TaskKind) {
	t.Helper()
	list, err := w.Tasks(t.Context(), checker)
	must(t, "read tasks", err)
	for _, x := range list {
		kinds = append(kinds, x.Kind)
	}
	return kinds
}

func (w *world) wantTasks(t testing.TB, want ...subsidy.TaskKind) {
	t.Helper()
	if got := w.tasks(t); !slices.Equal(got, want) {
		t.Errorf("tasks %v, want %v", got, want)
	}
}

// balanced wants the books to add up, and so much to be with the payees, in fen.
func (w *world) balanced(t testing.TB, paid int64) {
	t.Helper()
	differences, err := w.books.Verify(t.Context())
	if err != nil || len(differences) > 0 {
		t.Errorf("the books differ: %v, %v", differences, err)
	}
	accounts, err := w.DB.Client(t.Context()).LedgerAccount.Query().All(context.WithoutCancel(t.Context()))
	must(t, "read the books", err)
	var all, payees int64
	for _, a := range accounts {
		all += a.Credits - a.Debits
		if a.Kind == "payee" {
			payees += a.Credits - a.Debits
		}
		if a.Kind == "clearing" && a.Credits != a.Debits || a.Kind == "payable" && a.Credits != a.Debits {
			t.Errorf("%s has %d left", a.Code, a.Credits-a.Debits)
		}
	}
	if all != 0 || payees != paid {
		t.Errorf("the books sum up to %d, with %d at the payees, want %d", all, payees, paid)
	}
}

// paidOnce wants one payment for each payout, and so much with the payees, who are all
// there are, in fen.
func (w *world) paidOnce(t testing.TB, fen int64) {
	t.Helper()
	var came int64
	for i, p := range w.payouts(t) {
		if n := w.gateway.PaidByKey(p.ID); n != 1 {
			t.Errorf("payout %s was paid %d times after %d sendings", p.ID, n, p.Sendings)
		}
		came += w.received(number(i))
	}
	if came != fen {
		t.Errorf("%d fen came to the accounts, want %d", came, fen)
	}
}

// received is what came to an account at the gateway and stayed, in fen.
func (w *world) received(number string) (fen int64) {
	for _, p := range w.gateway.Paid(number) {
		if p.Returned.IsZero() {
			fen += p.Fen
		}
	}
	return fen
}
