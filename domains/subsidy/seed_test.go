package subsidy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	row "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
)

// files puts a synthetic person on file, both documents in one, and lets the house ask
// and pay. It returns who that is.
func (w *world) files(t *testing.T, x synthetic.Taxpayer) actor.Actor {
	t.Helper()
	var entries []dossier.Entry
	var numbers []document.Number
	for _, d := range x.Person.Documents() {
		n := w.Number(d.Number)
		numbers = append(numbers, n)
		entries = append(entries, dossier.Entry{
			Number: n, State: document.Valid, Validity: dossier.Validity{From: d.ValidFrom, To: d.ValidTo},
			Holder: dossier.Holder{Names: dossier.Names{Mainland: x.Person.Names.Mainland}, Birth: x.Person.Birth, Sex: x.Person.Sex},
		})
	}
	taken, err := w.TakeDocuments(t.Context(), entries)
	must(t, "take documents", err)
	for _, one := range taken {
		if one.Fault != nil {
			t.Fatal(one.Fault)
		}
	}
	if len(numbers) == 2 {
		_, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("window"), numbers[0], numbers[1], "")
		must(t, "link", err)
	}
	raw := x.Person.Documents()[0].Number
	w.authorises(t, raw)
	_, err = w.SetAccount(t.Context(), w.Holder(raw), upstream.BankAccount, x.Account.Number)
	must(t, "set an account", err)
	return w.Holder(raw)
}

// TestSeed: 83 people, 335,900.00 yuan, no application; each is paid once, the books
// balance, and each sees why. The authorities and the gateway answer over the wire.
func TestSeed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		pop := synthetic.New(synthetic.Options{Seed: 1})
		w.deps.Payments = w.openGatewayOf(t, pop)
		w.deps.Authorities = w.deps.Payments.(*upstream.Clients)
		var err error
		w.Service, err = subsidy.New(w.deps)
		must(t, "make the service", err)
		var people []actor.Actor
		for _, x := range pop.Taxpayers() {
			people = append(people, w.files(t, x))
		}
		b := w.approved(t, 33_590_000)
		if b.Payouts != 83 || b.Fen != 33_590_000 {
			t.Fatalf("%+v, want 83 people and 335,900.00 yuan", b)
		}
		must(t, "pay", w.Pay(t.Context(), string(b.ID)))
		w.wantStates(t, map[string]int{"paid": 83})
		w.balanced(t, 33_590_000)
		for i, by := range people {
			m, err := w.Mine(t.Context(), by)
			must(t, "look", err)
			if len(m.Decisions) != 1 || len(m.Payouts) != 1 || len(m.Holds) != 0 {
				t.Fatalf("person %d sees %d decisions, %d payouts and %v", i, len(m.Decisions), len(m.Payouts), m.Holds)
			}
			d := m.Decisions[0]
			if d.Fen != m.Payouts[0].Fen || len(d.Trace.Steps) == 0 || len(d.Trace.Parameters) == 0 || d.Voucher == "" {
				t.Errorf("person %d sees %+v, want the amount that was paid, and why", i, d.Decision)
			}
			if got := w.received(pop.Taxpayers()[i].Account.Number); got != d.Fen {
				t.Errorf("person %d got %d fen, want %d", i, got, d.Fen)
			}
			if t.Failed() {
				return
			}
		}
		w.wantTasks(t)
	})
}

// TestExport: an auditor takes a decision out, and it holds together without the
// database; any figure that is changed shows.
func TestExport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.payee(t, 0, 2_400_000)
		must(t, "pay", w.Pay(t.Context(), string(w.approved(t, 1_000_000).ID)))
		id := subsidy.DecisionID(w.DB.Client(t.Context()).Entitlement.Query().Where(row.Latest(true)).OnlyIDX(t.Context()))
		auditor := actor.Actor{Role: actor.Auditor, Officer: "auditor"}
		e, err := w.Export(t.Context(), auditor, id)
		must(t, "export", err)
		raw, err := json.Marshal(e)
		must(t, "write", err)
		must(t, "check", subsidy.Check(t.Context(), subsidy.Policies(), raw))
		for _, change := range [][2]string{
			{`"fen":480000`, `"fen":480001`}, {`"paid_fen":2400000`, `"paid_fen":2400005`}, {`"state":"paid"`, `"state":"refused"`},
			{`"outcome":"entitled"`, `"outcome":"not_yet"`}, {`"value":2000`, `"value":2001`}, {`"period":"2025"`, `"period":"2024"`},
		} {
			damaged := strings.Replace(string(raw), change[0], change[1], 1)
			if damaged == string(raw) {
				t.Errorf("%s is not in the export", change[0])
			}
			if err := subsidy.Check(t.Context(), subsidy.Policies(), []byte(damaged)); !errors.Is(err, subsidy.ErrExport) {
				t.Errorf("%s: %v, want %v", change[1], err, subsidy.ErrExport)
			}
		}
		for what, by := range map[string]actor.Actor{"an officer": checker, "a person": w.Holder(dossiertest.NewPerson(0).Pass), "nobody": {}} {
			_, err := w.Export(t.Context(), by, id)
			fails(t, what, err, guard.ErrNotFound)
		}
		_, err = w.Export(t.Context(), auditor, "no-such")
		fails(t, "no such decision", err, subsidy.ErrDecision)
	})
}
