package tax_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

func TestTakeRefuses(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(r *tax.Registration)
		want  error
		field string
	}{
		{"an unknown kind", func(r *tax.Registration) { r.Tax = "poll_tax" }, tax.ErrRegistration, "tax"},
		{"a kind that nobody registers for", func(r *tax.Registration) { r.Tax = tax.LicenceRenewal }, tax.ErrRegistration, "tax"},
		{"a document's own kind", func(r *tax.Registration) { r.Tax = "taiwan_pass_expiry" }, tax.ErrRegistration, "tax"},
		{"a cycle that the kind has not", func(r *tax.Registration) { r.Cycle = tax.Yearly }, tax.ErrRegistration, "cycle"},
		{"no cycle", func(r *tax.Registration) { r.Cycle = "" }, tax.ErrRegistration, "cycle"},
		{"five digits", func(r *tax.Registration) { r.Area = "35012" }, tax.ErrRegistration, "area"},
		{"February 30", func(r *tax.Registration) { r.From = civil.Date{Year: 2026, Month: time.February, Day: 30} }, tax.ErrRegistration, "valid_from"},
		{"no first day", func(r *tax.Registration) { r.From = civil.Date{} }, tax.ErrRegistration, "valid_from"},
		{"an end before the beginning", func(r *tax.Registration) { r.To = date("2019-12-31") }, tax.ErrRegistration, "valid_to"},
		{"an end that is no day", func(r *tax.Registration) { r.To = civil.Date{Year: 2026, Month: time.April, Day: 31} }, tax.ErrRegistration, "valid_to"},
		{"the day that stands for never", func(r *tax.Registration) { r.To = date("9999-12-31") }, tax.ErrRegistration, "valid_to"},
		{"no source", func(r *tax.Registration) { r.Source = "" }, tax.ErrRegistration, "source"},
		{"a long name", func(r *tax.Registration) { r.Ref = strings.Repeat("x", 101) }, tax.ErrRegistration, "source_ref"},
		{"nobody's document", func(r *tax.Registration) { r.Document = "nobody" }, dossier.ErrPersonUnknown, "document_number"},
	}
	each(t, func(t *testing.T, w *world) {
		doc := w.person(0)
		list := []tax.Registration{reg(doc, "vat_small", tax.Monthly)}
		for _, tt := range tests {
			r := reg(doc, "vat_general", tax.Monthly)
			r.Ref = tt.name
			tt.spoil(&r)
			list = append(list, r)
		}
		taken, err := w.Take(t.Context(), list)
		must(t, "take", err)
		if taken[0].Effect != dossier.Added {
			t.Errorf("the good one is %q %v", taken[0].Effect, taken[0].Fault)
		}
		for i, tt := range tests {
			if x := taken[i+1]; !errors.Is(x.Fault, tt.want) || x.Fault.Field() != tt.field {
				t.Errorf("%s: %v, want %v on %s", tt.name, x.Fault, tt.want, tt.field)
			}
		}
		w.plan(t)
		if n := len(w.held(t, doc)); n != 14 {
			t.Errorf("%d are planned, want those of the good one", n)
		}
	})
}

// TestTakeAgain takes registrations again: the same, with other ends, and as
// something else.
func TestTakeAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc := w.person(0)
		r := reg(doc, "vat_general", tax.Monthly)
		if taken := w.take(t, r, r); taken[0].Effect != dossier.Added || taken[1].Effect != dossier.Unchanged {
			t.Errorf("twice in one file is %v", taken)
		}
		w.plan(t)
		all := len(w.held(t, doc))
		w.listen()
		if taken := w.take(t, r); taken[0].Effect != dossier.Unchanged {
			t.Errorf("again is %v", taken)
		}
		w.plan(t)
		if len(w.heard) != 0 || len(w.held(t, doc)) != all {
			t.Errorf("taking it again told %v", w.heard)
		}

		r.To = date("2026-08-15")
		w.take(t, r)
		void := 0
		for _, o := range w.held(t, doc) {
			if gone := o.Period > "2026-08"; gone != (o.State == tax.Void) {
				t.Errorf("%s is %s after an end in August", o.Period, o.State)
			} else if gone {
				void++
			}
		}
		if void == 0 || w.changes(tax.Settled) != void || len(w.heard) != void {
			t.Errorf("%d fell away, and told was %v", void, w.heard)
		}
		w.listen()
		w.plan(t)
		if len(w.heard) != 0 {
			t.Errorf("planning brings them back: %v", w.heard)
		}

		r.To = civil.Date{}
		w.take(t, r)
		w.plan(t)
		if w.changes(tax.Revived) != void || len(w.heard) != void || len(w.held(t, doc)) != all {
			t.Errorf("of %d that fell away %d came back", void, w.changes(tax.Revived))
		}

		r.Cycle = tax.Quarterly
		taken, err := w.Take(t.Context(), []tax.Registration{r})
		must(t, "take another", err)
		fails(t, "another under the same name", taken[0].Fault, dossier.ErrRecordDiffers)
	})
}

// TestEndBeyondTheHorizon: a last day that nothing was worked out to yet leaves no
// hole when it is lifted.
func TestEndBeyondTheHorizon(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc := w.person(0)
		r := reg(doc, "vat_general", tax.Monthly)
		r.To = date("2028-12-31")
		w.take(t, r)
		w.plan(t)
		r.To = civil.Date{}
		w.take(t, r)
		w.at("2028-01-20")
		w.plan(t)
		if n := len(w.held(t, doc)); n != 3*12 {
			t.Errorf("%d months are planned, want those from February 2026 to January 2029", n)
		}
	})
}

// TestTwoRegistrations: what two make due is there once, and stays while one of them
// holds.
func TestTwoRegistrations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc := w.person(0)
		a, b := reg(doc, "vat_general", tax.Monthly), reg(doc, "vat_general", tax.Monthly)
		b.Ref = "another"
		w.take(t, a, b)
		w.plan(t)
		all := w.held(t, doc)
		if len(all) != 14 || w.changes(tax.Planned) != 14 {
			t.Errorf("%d are there, %d told, want 14", len(all), w.changes(tax.Planned))
		}
		a.To = date("2026-04-30")
		w.take(t, a)
		b.To = date("2026-06-30")
		w.take(t, b)
		for _, o := range w.held(t, doc) {
			if gone := o.Period > "2026-06"; gone != (o.State == tax.Void) {
				t.Errorf("%s is %s", o.Period, o.State)
			}
		}
	})
}

// TestCycleChanges: a firm that files by quarter from July on.
func TestCycleChanges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc := w.person(0)
		monthly, quarterly := reg(doc, "vat_small", tax.Monthly), reg(doc, "vat_small", tax.Quarterly)
		w.take(t, monthly)
		w.plan(t)
		monthly.To, quarterly.From = date("2026-06-30"), date("2026-07-01")
		w.take(t, monthly, quarterly)
		w.plan(t)
		var open []string
		for _, o := range w.held(t, doc) {
			if o.State == tax.Open {
				open = append(open, string(o.Period))
			}
		}
		want := 5 + 3 // February to June, Q3 to Q1
		if len(open) != want {
			t.Errorf("open are %v, want %d", open, want)
		}
	})
}

// file says what an authority decided, some hours after the start.
func file(o tax.Obligation, ref string, accepted bool, at time.Time) tax.Filing {
	return tax.Filing{Document: o.Document, Kind: o.Kind, Period: o.Period, Accepted: accepted, Ref: ref, At: at}
}

func TestFilings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc := w.person(0)
		w.take(t, reg(doc, "vat_general", tax.Monthly))
		w.plan(t)
		o := w.one(t, doc, "vat_general", "2026-02")
		start := w.files.Clock.Now()
		hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
		steps := []struct {
			name   string
			do     func() error
			filing tax.Filing
			effect dossier.Effect
			state  tax.State
			by     string
			told   tax.Change
		}{
			{name: "a rejected one of an open one", filing: file(o, "A", false, hour(1)), effect: dossier.Changed, state: tax.Open},
			{name: "the same again", filing: file(o, "A", false, hour(1)), effect: dossier.Unchanged, state: tax.Open},
			{name: "what was rejected is not accepted by an old message", filing: file(o, "A", true, hour(0)), effect: dossier.Unchanged, state: tax.Open},
			{name: "accepted", filing: file(o, "B", true, hour(2)), effect: dossier.Changed, state: tax.Done, by: tax.ByFiling, told: tax.Settled},
			{name: "accepted again", filing: file(o, "B", true, hour(2)), effect: dossier.Unchanged, state: tax.Done, by: tax.ByFiling},
			{name: "another one was rejected before", filing: file(o, "A", false, hour(1)), effect: dossier.Unchanged, state: tax.Done, by: tax.ByFiling},
			{name: "a corrected one is accepted", filing: file(o, "C", true, hour(3)), effect: dossier.Changed, state: tax.Done, by: tax.ByFiling},
			{name: "another one at the same moment", filing: file(o, "X", true, hour(3)), effect: dossier.Unchanged, state: tax.Done, by: tax.ByFiling},
			{name: "the one before comes again", filing: file(o, "B", true, hour(2)), effect: dossier.Unchanged, state: tax.Done, by: tax.ByFiling},
			{name: "the corrected one is rejected after all", filing: file(o, "C", false, hour(4)), effect: dossier.Changed, state: tax.Open, told: tax.Revived},
			{name: "and accepted by an old message", filing: file(o, "C", true, hour(3)), effect: dossier.Unchanged, state: tax.Open},
			{name: "done by hand", do: func() error {
				w.files.Clock.Advance(5 * time.Hour)
				_, err := w.Complete(t.Context(), as(doc), o.ID)
				return err
			}, state: tax.Done, by: tax.ByHand, told: tax.Settled},
			{name: "rejected before that", filing: file(o, "C", false, hour(4)), effect: dossier.Unchanged, state: tax.Done, by: tax.ByHand},
			{name: "rejected after that", filing: file(o, "D", false, hour(6)), effect: dossier.Changed, state: tax.Open, told: tax.Revived},
			{name: "accepted at last", filing: file(o, "E", true, hour(7)), effect: dossier.Changed, state: tax.Done, by: tax.ByFiling, told: tax.Settled},
			{name: "reopened by hand", do: func() error {
				_, err := w.Reopen(t.Context(), as(doc), o.ID)
				fails(t, "reopen what was filed", err, tax.ErrFiled)
				return nil
			}, state: tax.Done, by: tax.ByFiling},
		}
		for _, s := range steps {
			w.listen()
			if s.do != nil {
				must(t, s.name, s.do())
			} else {
				taken, err := w.TakeFilings(t.Context(), []tax.Filing{s.filing})
				must(t, s.name, err)
				if taken[0].Fault != nil || taken[0].Effect != s.effect {
					t.Errorf("%s: %q %v, want %q", s.name, taken[0].Effect, taken[0].Fault, s.effect)
				}
			}
			now := w.one(t, doc, "vat_general", "2026-02")
			if now.State != s.state || now.DoneBy != s.by || now.DoneAt.IsZero() != (s.state == tax.Open) {
				t.Errorf("%s: %s by %q at %s, want %s by %q", s.name, now.State, now.DoneBy, now.DoneAt, s.state, s.by)
			}
			if told := len(w.heard); s.told == "" && told != 0 || s.told != "" && (told != 1 || w.heard[0].change != s.told) {
				t.Errorf("%s: told %v, want %q", s.name, w.heard, s.told)
			}
		}
	})
}

// TestFilingsBeforeThePlan: a return that was accepted first is not asked for.
func TestFilingsBeforeThePlan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc := w.person(0)
		f := tax.Filing{Document: doc, Kind: "vat_general", Period: "2026-02", Accepted: true, Ref: "A", At: w.files.Clock.Now()}
		event := f
		event.Kind, event.Period = "stamp_duty", "2026-03-02"
		bad := []struct {
			name  string
			spoil func(*tax.Filing)
			want  error
		}{
			{"an unknown kind", func(f *tax.Filing) { f.Kind = "poll_tax" }, tax.ErrFiling},
			{"a year of what is filed by month", func(f *tax.Filing) { f.Period = "2026" }, tax.ErrFiling},
			{"month 13", func(f *tax.Filing) { f.Period = "2026-13" }, tax.ErrFiling},
			{"quarter 5", func(f *tax.Filing) { f.Period = "2026-Q5" }, tax.ErrFiling},
			{"a sign", func(f *tax.Filing) { f.Period = "+202-10" }, tax.ErrFiling},
			{"no return", func(f *tax.Filing) { f.Ref = "" }, tax.ErrFiling},
			{"no moment", func(f *tax.Filing) { f.At = time.Time{} }, tax.ErrFiling},
			{"nobody's", func(f *tax.Filing) { f.Document = "nobody" }, dossier.ErrPersonUnknown},
		}
		list := []tax.Filing{f, f, event}
		for _, tt := range bad {
			x := f
			tt.spoil(&x)
			list = append(list, x)
		}
		taken, err := w.TakeFilings(t.Context(), list)
		must(t, "take filings", err)
		for i, want := range []dossier.Effect{dossier.Added, dossier.Unchanged, dossier.Unchanged} {
			if taken[i].Effect != want {
				t.Errorf("filing %d is %q %v, want %q", i, taken[i].Effect, taken[i].Fault, want)
			}
		}
		for i, tt := range bad {
			fails(t, tt.name, taken[i+3].Fault, tt.want)
		}
		w.take(t, reg(doc, "vat_general", tax.Monthly))
		w.plan(t)
		if o := w.one(t, doc, "vat_general", "2026-02"); o.State != tax.Done || o.DoneBy != tax.ByFiling {
			t.Errorf("it is %s by %q", o.State, o.DoneBy)
		}
		if n := w.changes(tax.Planned); n != 13 {
			t.Errorf("%d were planned, want all but that", n)
		}
	})
}
