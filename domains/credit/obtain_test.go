package credit_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestObtain: one report over both documents, each fact once with its documents and what is
// to be noted, and a grade with its trace; the read has a voucher.
func TestObtain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		w.holds("penalties", []upstream.CreditFact{w.penalty("P1", "open", 100_000)}, p.Pass)
		w.holds("utilities", []upstream.CreditFact{w.bill("U1", "late", 40), w.bill("U2", "on_time", 10)}, p.Pass, p.Permit)
		on := w.authorises(t, p.Permit, "platform", scopes())
		r, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
		must(t, "obtain", err)
		if len(r.Content.Sections) != 8 || len(r.Readings) != 8 || r.Number != 1 {
			t.Errorf("version %d has %d sections from %d sources, want 8 that speak of persons", r.Number, len(r.Content.Sections), len(r.Readings))
		}
		fine := section(t, r, "penalties")
		if len(fine.Facts) != 1 || !slices.Equal(fine.Facts[0].Under, []string{w.Number(p.Pass).Masked()}) || fine.Facts[0].Fields[2].Number != 100_000 ||
			len(fine.Notable) != 1 || fine.Notable[0].Rule != "open_penalties" || !slices.Equal(fine.Notable[0].References, []string{"P1"}) {
			t.Error("the penalty is not there once, under the pass, and to be noted")
		}
		bills := section(t, r, "utilities")
		if len(bills.Facts) != 2 || bills.Facts[0].Reference != "U2" || len(bills.Facts[0].Under) != 2 || bills.Facts[0].Differs {
			t.Error("what both documents show is not there once, the newest first, with both")
		}
		if g := r.Content.Grade; g.Value != "b" || !g.Illustrative || r.Trace == nil || r.Trace.Digest != g.Digest || r.Trace.Facts["open_penalties"] != int64(1) {
			t.Errorf("the grade is %+v, want b with its trace", r.Content.Grade)
		}
		use, err := w.consents.Voucher(t.Context(), "platform", r.Voucher)
		if err != nil || use.Consent != on || len(use.Scopes) != 8 {
			t.Errorf("the read has no voucher of its own: %v", err)
		}
		if got := w.queries(t, p.Permit); !slices.Equal(got, []string{"obtain made"}) {
			t.Errorf("queries %v", got)
		}
	})
}

// TestSameFactsSameReport: asked again, by the other document and in another order, it is
// the same version, confirmed; something new makes another one, and both are there.
func TestSameFactsSameReport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		bills := []upstream.CreditFact{w.bill("U1", "on_time", 3), w.bill("U2", "on_time", 3), w.bill("U3", "on_time", 1)}
		w.holds("utilities", bills, p.Pass)
		on := w.authorises(t, p.Pass, "platform", scopes())
		first, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
		must(t, "obtain", err)
		w.Clock.Advance(time.Hour)
		slices.Reverse(bills)
		w.holds("utilities", bills, p.Pass)
		same, err := w.Obtain(t.Context(), w.Holder(p.Permit), on)
		must(t, "obtain again", err)
		if same.ID != first.ID || same.Digest != first.Digest || !same.Confirmed.After(first.Confirmed) || w.kept(t) != 1 {
			t.Errorf("%d versions are kept of the same facts", w.kept(t))
		}
		w.holds("utilities", append(bills, w.bill("U4", "late", 0)), p.Pass)
		next, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
		must(t, "obtain something new", err)
		list, err := w.Reports(t.Context(), w.Holder(p.Permit))
		must(t, "list", err)
		if next.Number != 2 || next.Digest == first.Digest || len(list) != 2 || list[0].ID != next.ID || list[1].ID != first.ID {
			t.Errorf("version %d of %d", next.Number, len(list))
		}
		if got := w.queries(t, p.Pass); !slices.Equal(got, []string{"obtain made", "obtain unchanged", "obtain made"}) {
			t.Errorf("queries %v", got)
		}
	})
}

// TestGap: a source that fails, in any way, is a gap with its reason and its date, and
// there is no grade, because; the gap keeps its date while it lasts, and heals.
func TestGap(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "platform", scopes())
		begun := w.Clock.Now()
		for _, broken := range []sandbox.Fault{sandbox.Gone, sandbox.Error, sandbox.Garbage} {
			w.box.SetFault("credit/penalties", broken, 0)
			r, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
			must(t, "obtain", err)
			gap := section(t, r, "penalties")
			if gap.State != credit.Gap || gap.Why != credit.Unavailable || !gap.Since.Equal(begun.Truncate(time.Microsecond)) || len(r.Readings) != 7 {
				t.Errorf("%s: the section is %s since %s", broken, gap.State, gap.Since)
			}
			if g := r.Content.Grade; g.Value != "" || !slices.Equal(g.Missing, []string{"open_penalties"}) {
				t.Errorf("%s: the grade is %+v, want none, because", broken, g)
			}
			w.Clock.Advance(time.Minute)
		}
		if w.kept(t) != 1 {
			t.Errorf("%d versions of one gap", w.kept(t))
		}
		w.box.SetFault("credit/penalties", sandbox.Healthy, 0)
		r, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
		must(t, "obtain after it healed", err)
		if r.Number != 2 || r.Content.Grade.Value != "a" || section(t, r, "penalties").State != credit.Read {
			t.Errorf("after it healed: version %d, grade %q", r.Number, r.Content.Grade.Value)
		}
	})
}

// TestBadFacts: facts that are not what is agreed with a source make a gap of it, whole, and
// leave the others.
func TestBadFacts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "platform", scopes())
		good := w.penalty("P1", "open", 1)
		for name, change := range map[string]func(*upstream.CreditFact){
			"a field that is missing":   func(f *upstream.CreditFact) { f.Fields = f.Fields[1:] },
			"a field of another kind":   func(f *upstream.CreditFact) { f.Fields[2].Kind = upstream.CreditCount },
			"a code that is not listed": func(f *upstream.CreditFact) { f.Fields[3].Text = "forgiven" },
			"a field that is not agreed": func(f *upstream.CreditFact) {
				f.Fields = append(f.Fields, upstream.CreditField{Name: "score", Kind: upstream.CreditCount, Number: 1})
			},
		} {
			bad := good
			bad.Fields = slices.Clone(good.Fields)
			change(&bad)
			bad.Reference = "P2"
			w.holds("penalties", []upstream.CreditFact{good, bad}, p.Pass)
			r, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
			must(t, name, err)
			if got := section(t, r, "penalties"); got.State != credit.Gap || got.Why != credit.Unreadable || got.Facts != nil {
				t.Errorf("%s: the section is %s with %d facts", name, got.State, len(got.Facts))
			}
			if got := section(t, r, "licences"); got.State != credit.Read {
				t.Errorf("%s: another section is %s", name, got.State)
			}
		}
	})
}

// TestDocumentsContradict: what a source says otherwise under each document is there twice
// and says so, and is counted for no grade; a source that knows nobody holds not nothing.
func TestDocumentsContradict(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		for _, source := range sandbox.CreditSources() {
			if source != "judgments" {
				w.holds(source, nil, p.Pass, p.Permit)
			}
		}
		w.holds("penalties", []upstream.CreditFact{w.penalty("P1", "open", 1)}, p.Pass)
		w.holds("penalties", []upstream.CreditFact{w.penalty("P1", "settled", 1)}, p.Permit)
		on := w.authorises(t, p.Pass, "platform", scopes())
		r, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
		must(t, "obtain", err)
		facts := section(t, r, "penalties").Facts
		if len(facts) != 2 || !facts[0].Differs || !facts[1].Differs || section(t, r, "judgments").State != credit.Unknown {
			t.Errorf("%d facts; the source that knows nobody is %s", len(facts), section(t, r, "judgments").State)
		}
		if !slices.Equal(r.Content.Grade.Missing, []string{"judgments_unperformed", "open_penalties"}) {
			t.Errorf("the grade lacks %v", r.Content.Grade.Missing)
		}
	})
}

// TestOnlyWhatIsAuthorised: a source that is not named is not asked, and its section says
// so; a consent for other data, of another file, purpose or nobody is refused, and so is
// whoever has no part in the file.
func TestOnlyWhatIsAuthorised(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, other := w.joined(0), w.joined(1)
		on := w.authorises(t, p.Pass, "platform", []string{"licences", "utilities", "customs", "records"})
		r, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
		must(t, "obtain", err)
		if section(t, r, "penalties").State != credit.NotAuthorised || section(t, r, "licences").State != credit.Read ||
			w.box.Count("credit/penalties").Received != 0 || w.box.Count("credit/customs").Received != 0 {
			t.Error("more was read than was authorised, or speaks of persons")
		}
		records := w.authorises(t, p.Pass, "platform", []string{"records"})
		for what, err := range map[string]error{
			"other data":     second(w.Obtain(t.Context(), w.Holder(p.Pass), records)),
			"another's":      second(w.Obtain(t.Context(), w.Holder(other.Pass), on)),
			"nobody's":       second(w.Obtain(t.Context(), w.Holder(p.Pass), "guessed")),
			"another's firm": second(w.Obtain(t.Context(), w.Holder(other.Pass), records)),
		} {
			fails(t, what, err, consent.ErrNotValid)
		}
		delegate := w.Holder(p.Pass)
		delegate.Delegate, delegate.Delegation = w.ID(other.Pass), "charge"
		fails(t, "a delegate", second(w.Obtain(t.Context(), delegate, on)), guard.ErrNotFound)
		fails(t, "an officer", second(w.Obtain(t.Context(), officer("one", "platform"), on)), guard.ErrNotFound)
		want := []string{"obtain refused CONSENT_NOT_VALID", "obtain refused CONSENT_NOT_VALID", "obtain made"}
		if got := w.queries(t, p.Pass); !slices.Equal(got, want) {
			t.Errorf("queries %v, want %v", got, want)
		}
	})
}

// TestConsentEndsWhileSourcesAreAsked: the asking ends at once, nothing is kept or asked any
// more, and asking again is refused.
func TestConsentEndsWhileSourcesAreAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "platform", scopes())
		w.box.SetFault("credit/judgments", sandbox.Slow, time.Minute)
		w.when("judgments", func() { w.revokes(t, p.Permit, on) })
		begun := time.Now()
		fails(t, "ended meanwhile", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)), credit.ErrEnded)
		if took := time.Since(begun); took > 4*time.Second {
			t.Errorf("it went on asking for %v", took)
		}
		asked := w.received()
		fails(t, "asked again", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)), consent.ErrNotValid)
		if list, err := w.Reports(t.Context(), w.Holder(p.Pass)); err != nil || len(list) > 0 || w.kept(t) != 0 || w.received() != asked {
			t.Errorf("%d versions, %v; %d calls after the end", len(list), err, w.received()-asked)
		}
		if got := w.queries(t, p.Pass); !slices.Equal(got, []string{"obtain refused CONSENT_NOT_VALID", "obtain refused CREDIT_CONSENT_ENDED"}) {
			t.Errorf("queries %v", got)
		}
	})
}

// TestQueryIsThereBeforeItsAnswer: while sources are asked, the query says that it began, so
// that one whose process dies is there all the same; nothing holds the file up meanwhile.
func TestQueryIsThereBeforeItsAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "platform", scopes())
		var during []string
		w.when("licences", func() {
			during = w.queries(t, p.Permit)
			must(t, "write meanwhile", second(w.SaveData(t.Context(), w.Holder(p.Pass), []dossier.Input{{Code: "occupation", Value: "教師"}})))
		})
		must(t, "obtain", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)))
		if !slices.Equal(during, []string{"obtain started"}) || !slices.Equal(w.queries(t, p.Pass), []string{"obtain made"}) {
			t.Errorf("queries %v, then %v", during, w.queries(t, p.Pass))
		}
	})
}

// TestConsentRunsOutWhileSourcesAreAsked does so where its time is up.
func TestConsentRunsOutWhileSourcesAreAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "platform", scopes())
		w.when("licences", func() { w.Clock.Advance(200 * 24 * time.Hour) })
		fails(t, "ended meanwhile", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)), credit.ErrEnded)
		if w.kept(t) != 0 {
			t.Error("a report was kept")
		}
	})
}

// received is how often any source was called.
func (w *world) received() (n int) {
	for _, source := range sandbox.CreditSources() {
		n += w.box.Count(source.Authority()).Received
	}
	return n
}

// TestFileChangesMeanwhile: a report about documents that came apart is not kept, and one
// that was made before is shown to neither side.
func TestFileChangesMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := dossiertest.NewPerson(0)
		link := w.Join(p)
		w.clean(p.Pass, p.Permit)
		on := w.authorises(t, p.Pass, "platform", scopes())
		must(t, "obtain", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)))
		w.when("licences", func() { must(t, "cut", second(w.Unlink(t.Context(), w.Holder(p.Pass), link.ID, ""))) })
		fails(t, "cut meanwhile", second(w.Obtain(t.Context(), w.Holder(p.Pass), on)), credit.ErrFileChanged)
		for _, raw := range []string{p.Pass, p.Permit} {
			if list, err := w.Reports(t.Context(), w.Holder(raw)); err != nil || len(list) != 0 {
				t.Errorf("%d versions about both are shown to one, %v", len(list), err)
			}
		}
		r, err := w.Obtain(t.Context(), w.Holder(p.Pass), on)
		must(t, "obtain for one", err)
		if r.Number != 2 {
			t.Errorf("version %d, want another number than the one before", r.Number)
		}
	})
}

// TestCallerLeaves: the query says so, and nothing is kept.
func TestCallerLeaves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.joined(0)
		on := w.authorises(t, p.Pass, "platform", scopes())
		ctx, leave := context.WithCancel(t.Context())
		w.when("licences", leave)
		if err := second(w.Obtain(ctx, w.Holder(p.Pass), on)); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want the caller's own end", err)
		}
		if got := w.queries(t, p.Pass); !slices.Equal(got, []string{"obtain refused CALLER_LEFT"}) || w.kept(t) != 0 {
			t.Errorf("queries %v", got)
		}
	})
}

// TestFirm: whoever has a role in a firm obtains its report on the firm's authorisation, with
// a section from customs and none of the person's own.
func TestFirm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, other := w.joined(0), w.joined(1)
		code, firm := w.aFirm(t, p.Pass)
		w.clean(code)
		w.holds("penalties", []upstream.CreditFact{w.penalty("F1", "settled", 1)}, code)
		w.holds("penalties", []upstream.CreditFact{w.penalty("P1", "open", 1)}, p.Pass)
		own := w.authorises(t, p.Pass, "platform", scopes())
		c, err := w.consents.GiveForFirm(t.Context(), w.Holder(p.Permit), firm, w.terms(t, "bank", scopes()))
		must(t, "authorise for the firm", err)
		r, err := w.ObtainForFirm(t.Context(), w.Holder(p.Permit), firm, c.ID)
		must(t, "obtain", err)
		if facts := section(t, r, "penalties").Facts; len(facts) != 1 || facts[0].Reference != "F1" || section(t, r, "customs").State != credit.Read {
			t.Errorf("%d facts; customs is %s", len(facts), section(t, r, "customs").State)
		}
		fails(t, "on the person's own", second(w.ObtainForFirm(t.Context(), w.Holder(p.Pass), firm, own)), consent.ErrNotValid)
		fails(t, "for the person on the firm's", second(w.Obtain(t.Context(), w.Holder(p.Pass), c.ID)), consent.ErrNotValid)
		fails(t, "without a role", second(w.ObtainForFirm(t.Context(), w.Holder(other.Pass), firm, c.ID)), dossier.ErrNotFound)
		fails(t, "reports without a role", second(w.ReportsOfFirm(t.Context(), w.Holder(other.Pass), firm)), dossier.ErrNotFound)
		_, _, err = w.QueriesOfFirm(t.Context(), w.Holder(other.Pass), firm, credit.QueryCursor{}, 10)
		fails(t, "queries without a role", err, dossier.ErrNotFound)
		list, _, err := w.QueriesOfFirm(t.Context(), w.Holder(p.Pass), firm, credit.QueryCursor{}, 10)
		if err != nil || len(list) != 2 || list[1].PartyName != "示例银行" || list[1].Result != credit.Made {
			t.Errorf("%d queries of the firm, %v", len(list), err)
		}
		seen, err := w.Read(t.Context(), officer("one", "bank"), w.Number(code))
		if err != nil || seen.ID != r.ID {
			t.Errorf("the bank reads %s, %v", seen.ID, err)
		}
		w.Staff.Limit("far", "350200")
		fails(t, "an officer of another region", second(w.Read(t.Context(), officer("far", "bank"), w.Number(code))), guard.ErrNotFound)
	})
}
