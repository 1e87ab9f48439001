package tax_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// all is what a query finds that asks for everything from 2026 on, page by page.
func (w *world) all(t testing.TB, by actor.Actor, q tax.Query) []tax.Listed {
	t.Helper()
	q.From, q.To, q.Limit = date("2026-01-01"), date("2030-01-01"), 5
	var list []tax.Listed
	for {
		page, more, err := w.List(t.Context(), by, q)
		must(t, "list", err)
		if len(page) > 5 || more && len(page) < 5 {
			t.Fatalf("a page of %d, more %v", len(page), more)
		}
		if len(page) == 0 && len(list) > 0 {
			t.Fatal("there was to be more, and there is none")
		}
		list = append(list, page...)
		if !more {
			return list
		}
		q.After = tax.Cursor{Due: page[4].Due, ID: page[4].ID}
	}
}

// TestPeople is who sees what: the own, the firm's, nobody else's.
func TestPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me, other := w.person(1), w.person(2)
		company, firm := w.firm(t, 1)
		w.take(t, reg(me, "comprehensive_reconciliation", tax.Yearly), reg(company, "vat_general", tax.Monthly), reg(other, "vat_small", tax.Quarterly))
		w.plan(t)

		mine := w.all(t, as(me), tax.Query{})
		if len(mine) != 14+1 || !slices.IsSortedFunc(mine, func(a, b tax.Listed) int { return a.Due.DaysSince(b.Due) }) {
			t.Errorf("%d are listed, want the firm's 14 and the own in order", len(mine))
		}
		for _, o := range mine {
			if own := o.Document == me; own != (o.Firm == "") || !own && (o.Firm != firm || o.FirmName != "1號商行") {
				t.Errorf("%s is of firm %q %q", o.Kind, o.Firm, o.FirmName)
			}
		}
		if n := len(w.all(t, as(me), tax.Query{Firm: firm})); n != 14 {
			t.Errorf("the firm has %d", n)
		}
		for _, by := range []actor.Actor{as(other), dossiertest.Officer("window"), {}} {
			_, _, err := w.List(ctx, by, tax.Query{Firm: firm, From: date("2026-01-01"), To: date("2027-01-01"), Limit: 5})
			fails(t, "list another's firm", err, tax.ErrNotFound)
			for _, id := range []tax.ID{mine[0].ID, "there is none"} {
				_, err := w.Get(ctx, by, id)
				fails(t, "get another's", err, tax.ErrNotFound)
				_, err = w.Complete(ctx, by, id)
				fails(t, "complete another's", err, tax.ErrNotFound)
				_, err = w.Reopen(ctx, by, id)
				fails(t, "reopen another's", err, tax.ErrNotFound)
			}
		}
		registered, err := w.ListRegistrations(ctx, as(me))
		must(t, "list registrations", err)
		if len(registered) != 2 || registered[0].Document != me || registered[1].FirmName != "1號商行" {
			t.Errorf("registrations are %v", registered)
		}
		holders, err := w.files.Holders(ctx, []actor.DocumentID{company, me, "there is none"})
		must(t, "find holders", err)
		if len(holders) != 2 || !slices.Equal(holders[company], []actor.DocumentID{me}) || !slices.Equal(holders[me], []actor.DocumentID{me}) {
			t.Errorf("holders are %v", holders)
		}
	})
}

// TestDelegate acts for the holder, and the audit names whose data it was.
func TestDelegate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := w.person(1)
		company, _ := w.firm(t, 1)
		w.take(t, reg(company, "vat_general", tax.Monthly))
		w.plan(t)
		by := as(me)
		by.Delegate, by.Delegation = w.person(2), "charge"
		ctx, look := audit.Begin(t.Context(), by, "/tax/ListObligations", "request")
		if _, _, err := w.List(ctx, by, tax.Query{From: date("2026-01-01"), To: date("2027-01-01"), Limit: 5}); err != nil {
			t.Errorf("list as a delegate: %v", err)
		}
		subjects := look.Subjects()
		for _, id := range []actor.DocumentID{me, company} {
			if !slices.Contains(subjects, id) {
				t.Errorf("the look concerns %v, want %s as well", subjects, id)
			}
		}
	})
}

// TestByHand marks and takes back; each is told once.
func TestByHand(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := w.person(0)
		r := reg(me, "vat_general", tax.Monthly)
		w.take(t, r)
		w.plan(t)
		w.at("2026-04-21")
		o := w.one(t, me, "vat_general", "2026-03")
		w.listen()
		for range 2 {
			done, err := w.Complete(ctx, as(me), o.ID)
			must(t, "complete", err)
			if done.State != tax.Done || done.DoneBy != tax.ByHand || !done.DoneAt.Equal(w.files.Clock.Now()) || done.Overdue {
				t.Errorf("done is %+v", done)
			}
		}
		if n := len(w.all(t, as(me), tax.Query{OpenOnly: true})); n != 13 {
			t.Errorf("%d are open, want 13", n)
		}
		for range 2 {
			open, err := w.Reopen(ctx, as(me), o.ID)
			must(t, "reopen", err)
			if open.State != tax.Open || open.DoneBy != "" || !open.DoneAt.IsZero() || !open.Overdue || open.WorkdaysLeft != -1 {
				t.Errorf("open is %+v", open)
			}
		}
		if len(w.heard) != 2 || w.heard[0].change != tax.Settled || w.heard[1].change != tax.Revived {
			t.Errorf("told was %v", w.heard)
		}

		_, err := w.Complete(ctx, as(me), o.ID)
		must(t, "complete", err)
		r.To = date("2026-01-31") // it ended before, as was found out now
		w.take(t, r)
		gone, err := w.Reopen(ctx, as(me), o.ID)
		must(t, "reopen", err)
		if gone.State != tax.Void {
			t.Errorf("what no registration makes due is %s", gone.State)
		}
	})
}

// TestExplained holds steps, sources and the like tax of a few kinds.
func TestExplained(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := w.person(0)
		w.take(t, reg(me, "vat_general", tax.Monthly), reg(me, "cit_reconciliation", tax.Yearly), reg(me, "iit_withholding", tax.Monthly), reg(me, "surcharges", tax.Monthly), reg(me, "cit_prepayment", tax.Quarterly))
		must(t, "raise", w.Raise(t.Context(), licence(me, "A", "2026-07-04")))
		w.plan(t)
		tests := []struct {
			kind   tax.Kind
			period tax.Period
			steps  []string
			notice string
			taiwan string
		}{
			{"vat_general", "2026-04", []string{calendar.StepStatutory, calendar.StepHolidays}, "税总办征科函〔2025〕64号", "tw_business_tax 2026-05-15"},
			{"vat_general", "2026-09", nil, "税总办征科函〔2025〕64号", "tw_business_tax 2026-11-16"},
			{"cit_reconciliation", "2025", []string{calendar.StepStatutory, calendar.StepWeekend}, "", "tw_income_tax 2026-06-01"},
			{"iit_withholding", "2026-10", nil, "税总办征科函〔2025〕64号", "tw_withholding_statement 2027-02-01"},
			{"cit_prepayment", "2026-Q3", nil, "税总办征科函〔2025〕64号", "tw_provisional_payment 2026-09-30"},
			{"surcharges", "2027-01", nil, "", ""},
			{tax.LicenceRenewal, "2026-07-04 A", []string{}, "", ""},
		}
		for _, tt := range tests {
			e, err := w.Get(t.Context(), as(me), w.one(t, me, tt.kind, tt.period).ID)
			must(t, "get", err)
			var keys []string
			for _, s := range e.Steps {
				keys = append(keys, s.Key)
			}
			if tt.steps != nil && !slices.Equal(keys[:min(len(keys), len(tt.steps))], tt.steps) {
				t.Errorf("%s %s: steps are %v, want %v", tt.kind, tt.period, keys, tt.steps)
			}
			taiwan := ""
			if e.Taiwan != nil {
				taiwan = e.Taiwan.Tax + " " + e.Taiwan.Date.String()
			}
			if e.Notice.Number != tt.notice || taiwan != tt.taiwan || e.Info.Source == "" {
				t.Errorf("%s %s: notice %q, Taiwan %q, want %q, %q", tt.kind, tt.period, e.Notice.Number, taiwan, tt.notice, tt.taiwan)
			}
			if p := e.Basis == tax.Provisional; p != slices.Contains(keys, calendar.StepProvisional) {
				t.Errorf("%s %s: %s, explained by %v", tt.kind, tt.period, e.Basis, keys)
			}
		}
	})
}

func TestYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		y, err := w.Year(t.Context(), 2026, "")
		must(t, "read 2026", err)
		var common, kinds int
		for _, e := range y.Entries {
			if e.Kind == "" {
				common++
			} else {
				kinds++
			}
		}
		if common != 12 || kinds != 5 || y.Provisional || len(y.Taiwan) != 11 {
			t.Errorf("2026 has %d months, %d kinds of the year, %d of Taiwan", common, kinds, len(y.Taiwan))
		}
		if first := y.Entries[0]; first.Period != "2025-12" || first.Date != date("2026-01-20") || first.Basis != tax.National {
			t.Errorf("2026 begins with %+v", first)
		}
		y, err = w.Year(t.Context(), 2027, "350128")
		must(t, "read 2027", err)
		if !y.Provisional || y.Entries[0].Basis != tax.Provisional || !y.Taiwan[0].Illustrative {
			t.Errorf("2027 is not provisional: %+v", y.Entries[0])
		}
	})
}

// TestExpiries follows a pass that runs out: planned, lost, found, renewed.
func TestExpiries(t *testing.T) {
	const kind = tax.Kind("taiwan_pass_expiry")
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var docs []actor.DocumentID
		for i := range 5 { // all last until the end of 2027
			docs = append(docs, w.person(i))
		}
		plan := func(what string, want int) {
			t.Helper()
			n, err := w.PlanExpiries(ctx, 2)
			must(t, what, err)
			if n != want {
				t.Errorf("%s: %d changed, want %d", what, n, want)
			}
		}
		w.at("2027-09-01")
		plan("121 days before", 0)
		w.at("2027-09-02")
		plan("120 days before", 10) // passes and permits
		plan("again", 0)
		p := dossiertest.NewPerson(0)
		o := w.one(t, docs[0], kind, "2027-12-31")
		if o.Due != date("2027-12-31") || o.Basis != tax.Printed || w.changes(tax.Planned) != 10 {
			t.Errorf("planned is %+v, %d told", o, w.changes(tax.Planned))
		}
		_, err := w.Complete(ctx, as(docs[1]), w.one(t, docs[1], kind, "2027-12-31").ID)
		must(t, "complete", err)
		plan("one done by hand", 0)

		w.listen()
		renew := func(p dossiertest.Person) {
			entry := w.files.PassEntry(p)
			entry.Validity = p.Validity(3)
			w.files.Take(entry)
		}
		renew(p)
		plan("one renewed", 1)
		if o := w.one(t, docs[0], kind, "2027-12-31"); o.State != tax.Void || w.changes(tax.Settled) != 1 {
			t.Errorf("it is %s, %d told", o.State, w.changes(tax.Settled))
		}
		renew(dossiertest.NewPerson(1))
		plan("what was done is renewed", 0)
		for i := 2; i < 5; i++ {
			must(t, "forget", w.files.Forget(ctx, docs[i]))
		}
		plan("three forgotten", 3)
		plan("again", 0)
		w.at("2030-09-10")
		plan("the new printings", 2)
		for _, doc := range docs[:2] {
			if w.one(t, doc, kind, "2030-12-31").State != tax.Open {
				t.Error("the new printing does not run out")
			}
		}
	})
}

// TestForget leaves nothing, and a forgotten document takes nothing any more.
func TestForget(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me, other := w.person(0), w.person(1)
		w.take(t, reg(me, "vat_general", tax.Monthly), reg(other, "vat_general", tax.Monthly))
		w.plan(t)
		h, err := w.Holdings(ctx, 3, me)
		must(t, "read holdings", err)
		if len(h.Registrations) != 1 || len(h.Obligations) != 3 || h.Obligations[0].Period != "2027-03" {
			t.Errorf("held are %d and %d", len(h.Registrations), len(h.Obligations))
		}
		for range 2 {
			must(t, "forget", w.files.DB.InTx(ctx, func(ctx context.Context) error {
				if err := w.Forget(ctx, me); err != nil {
					return err
				}
				return w.files.Forget(ctx, me)
			}))
		}
		taken, err := w.Take(ctx, []tax.Registration{reg(me, "vat_general", tax.Monthly)})
		must(t, "take", err)
		fails(t, "a forgotten one", taken[0].Fault, dossier.ErrPersonUnknown)
		if n, m := len(w.held(t, me)), len(w.held(t, other)); n != 0 || m != 14 {
			t.Errorf("%d are left, and %d of the other", n, m)
		}
	})
}

// TestCatalogue: each kind can be used, and says where it comes from.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	seen := map[tax.Kind]bool{}
	for _, k := range tax.Kinds() {
		_, err := time.Parse("01-02", k.Day)
		switch {
		case seen[k.ID]:
			t.Errorf("%s is there twice", k.ID)
		case k.Rule != tax.InMonth && k.Rule != tax.Annual && k.Rule != tax.OnPaper:
			t.Errorf("%s has the rule %q", k.ID, k.Rule)
		case (k.Rule == tax.Annual) != (err == nil), (k.Rule == tax.OnPaper) == (len(k.Cycles) > 0):
			t.Errorf("%s has the day %q and the cycles %v", k.ID, k.Day, k.Cycles)
		case k.Rule == tax.Annual && !slices.Equal(k.Cycles, []tax.Cycle{tax.Yearly}):
			t.Errorf("%s has the cycles %v", k.ID, k.Cycles)
		case k.Source == "" || k.Confidence == "" || k.Confidence == "L" && !k.Illustrative:
			t.Errorf("%s: source %q, confidence %q", k.ID, k.Source, k.Confidence)
		case k.Like != "" && !slices.ContainsFunc(calendar.Taiwan(2026), func(d calendar.TaiwanDate) bool { return d.Tax == k.Like }):
			t.Errorf("%s is like %s, which there is not", k.ID, k.Like)
		case len(k.ID) > 40:
			t.Errorf("%s is too long for a postponement", k.ID)
		}
		seen[k.ID] = true
	}
}

func ExampleKinds() {
	info, _ := tax.InfoOf("cit_reconciliation")
	fmt.Println(info.Rule, info.Day, info.Like)
	// Output: annual 05-31 tw_income_tax
}
