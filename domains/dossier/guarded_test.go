package dossier_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

const pingtan, fuzhou = "350128", "350100"

// settleIn is Settle with a permit that was issued in an area.
func settleIn(w *dossiertest.World, p dossiertest.Person, area string) {
	w.Know(p, "")
	permit := w.PermitEntry(p, "")
	permit.Area = area
	w.Take(w.PassEntry(p), permit)
}

// deskCalls are the calls of an officer about two persons, each with the fault
// for "not there".
func deskCalls(w *dossiertest.World, p, q dossiertest.Person, v dossier.ReviewID, l dossier.LinkID) map[string]func(context.Context, actor.Actor) error {
	paper := dossier.Paper{Pass: w.Number(p.Pass), Permit: w.Number(q.Permit), Number: "P-1", Date: w.Today()}
	return map[string]func(context.Context, actor.Actor) error{
		"find": func(ctx context.Context, by actor.Actor) error {
			_, err := w.Find(ctx, by, w.Number(q.Permit))
			return err
		},
		"get a review": func(ctx context.Context, by actor.Actor) error { _, err := w.GetReview(ctx, by, v); return err },
		"keep apart":   func(ctx context.Context, by actor.Actor) error { _, err := w.KeepApart(ctx, by, v, ""); return err },
		"unlink":       func(ctx context.Context, by actor.Actor) error { _, err := w.Unlink(ctx, by, l, ""); return err },
		"link at a window": func(ctx context.Context, by actor.Actor) error {
			_, err := w.LinkAtWindow(ctx, by, w.Number(p.Pass), w.Number(q.Permit), "")
			return err
		},
		"enter a paper": func(ctx context.Context, by actor.Actor) error { _, _, err := w.EnterPaper(ctx, by, paper); return err },
	}
}

// TestOfficersAreAsked tries every call of an officer from the wrong region, on
// the own family, without the duty, and as somebody who is no officer.
func TestOfficersAreAsked(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx := t.Context()
		p, q, linked := dossiertest.NewPerson(0), dossiertest.NewPerson(1), dossiertest.NewPerson(2)
		settleIn(w, p, pingtan)
		settleIn(w, q, pingtan)
		settleIn(w, linked, pingtan)
		link, err := w.LinkAtWindow(ctx, dossiertest.Officer("window"), w.Number(linked.Pass), w.Number(linked.Permit), "")
		must(t, "link", err)
		twin := q
		twin.Permit = q.PermitNo(1)
		settleIn(w, twin, pingtan)
		ask(t, w, q.Pass, q.Permit)
		review := queue(t, w)[0].ID

		away, family, off := dossiertest.Officer("away"), dossiertest.Officer("family"), dossiertest.Officer("off")
		w.Staff.Limit(away.Officer, fuzhou)
		for _, number := range []string{q.Pass, linked.Permit} { // any one document of a file is enough
			w.Staff.Tie(family.Officer, w.Number(number))
		}
		w.Staff.Tie(family.Officer, w.Number(q.Permit))
		off.Duties = nil
		calls := deskCalls(w, p, q, review, link.ID)
		for name, call := range calls {
			notThere := dossier.ErrNotFound
			if name == "unlink" {
				notThere = dossier.ErrLinkNotFound
			}
			for who, want := range map[*actor.Actor]error{
				&away: notThere, &family: guard.ErrConflict, &off: notThere,
				{}: notThere, {Role: actor.System, Officer: "bureau"}: notThere, {Role: actor.Auditor, Officer: "a", Duty: actor.Audit, Duties: actor.Duties()}: notThere,
				{Role: actor.Person, Document: w.ID(p.Pass)}: notThere,
			} {
				if name == "enter a paper" && who.Role == actor.Person {
					continue // p may touch the own pass; the transport lets no person in
				}
				if err := call(ctx, *who); !errors.Is(err, want) {
					t.Errorf("%s as %s %q: %v, want %v", name, who.Role, who.Officer, err, want)
				}
			}
		}
		for _, who := range []actor.Actor{away, family, off} {
			if reviews, more, err := w.ListReviews(ctx, who, "", dossier.ReviewCursor{}, 10); err != nil || more || len(reviews) != 0 {
				t.Errorf("%s is shown %d reviews (%v)", who.Officer, len(reviews), err)
			}
		}
		w.Staff.Limit(away.Officer, pingtan)
		for _, name := range []string{"find", "get a review", "enter a paper", "keep apart", "unlink"} {
			must(t, name+" in the own region", calls[name](ctx, away))
		}
	})
}

// TestNotYoursLooksLikeNotThere: an officer of another region gets word for word
// the fault of a number that nobody has.
func TestNotYoursLooksLikeNotThere(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, absent := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		settleIn(w, p, pingtan)
		away := dossiertest.Officer("away")
		w.Staff.Limit(away.Officer, fuzhou)
		try := func(permit string) string {
			_, err := w.LinkAtWindow(t.Context(), away, w.Number(p.Pass), w.Number(permit), "")
			if err == nil {
				t.Fatal("linked")
			}
			return err.Error()
		}
		if a, b := try(p.Permit), try(absent.Permit); a != b {
			t.Errorf("not yours is %q, not there %q", a, b)
		}
	})
}

// TestReviewPagesLeaveOut pages through a queue of which every second review is
// another region's.
func TestReviewPagesLeaveOut(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		for i := range 9 {
			p := dossiertest.NewPerson(i)
			settleIn(w, p, []string{pingtan, fuzhou}[i%2])
			ask(t, w, p.Pass, p.Permit)
		}
		by := dossiertest.Officer("a")
		w.Staff.Limit(by.Officer, pingtan)
		// Passes are of no region, so that each file has one area only.
		ctx, look := audit.Begin(t.Context(), by, "ListReviews", "")
		var seen []dossier.ReviewID
		var after dossier.ReviewCursor
		for pages := 1; ; pages++ {
			page, more, err := w.ListReviews(ctx, by, "", after, 2)
			must(t, "list reviews", err)
			for _, v := range page {
				seen = append(seen, v.ID)
				after = dossier.ReviewCursor{Opened: v.Opened, ID: v.ID}
				if !slices.Contains([]string{v.Sides[0].Area, v.Sides[1].Area}, pingtan) {
					t.Error("a review of another region is shown")
				}
			}
			if !more {
				break
			}
			if len(page) != 2 || pages > 5 {
				t.Fatalf("page %d has %d reviews and says there are more", pages, len(page))
			}
		}
		if slices.Sort(seen); len(slices.Compact(seen)) != 5 {
			t.Errorf("%d reviews are listed, want 5", len(seen))
		}
		if got := len(look.Subjects()); got != 10 {
			t.Errorf("the look names %d documents, want the 10 that were shown", got)
		}
	})
}

// TestListsNameTheGrant: the audit entry of a list names the grant by which an
// officer saw what was shown, and no grant for what was only tried.
func TestListsNameTheGrant(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		here, far := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		settleIn(w, here, pingtan)
		ask(t, w, here.Pass, here.Permit)
		w.Clock.Advance(time.Second)
		settleIn(w, far, fuzhou)
		ask(t, w, far.Pass, far.Permit)
		by := dossiertest.Officer("a")
		by.Duty = actor.Review
		w.Staff.Limit(by.Officer, pingtan)
		w.Staff.Roam(by.Officer, fuzhou, "g")
		noted := func(action string, list func(ctx context.Context) error) audit.Basis {
			t.Helper()
			ctx, look := audit.Begin(t.Context(), by, action, "")
			must(t, action, list(ctx))
			must(t, "record", w.Audit.Finish(ctx, look, audit.OK))
			entries, _, err := w.Audit.ListEntries(t.Context(), audit.Filter{Action: action}, audit.Page{Limit: 1})
			must(t, "read the log", err)
			return entries[0].Basis
		}
		reviews := func(limit int) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				_, _, err := w.ListReviews(ctx, by, "", dossier.ReviewCursor{}, limit)
				return err
			}
		}
		named := func(p dossiertest.Person) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				_, err := w.FindByName(ctx, by, p.Names.Mainland, p.Birth)
				return err
			}
		}
		for action, tt := range map[string]struct {
			list func(ctx context.Context) error
			want audit.Basis
		}{
			"one review":    {reviews(1), audit.OnDuty(actor.Review)},
			"both reviews":  {reviews(2), "duty/review roaming/g"},
			"a name here":   {named(here), audit.OnDuty(actor.Review)},
			"a name of far": {named(far), "duty/review roaming/g"}, // the pass belongs to no region
		} {
			if got := noted(action, tt.list); got != tt.want {
				t.Errorf("%s: on %q, want %q", action, got, tt.want)
			}
		}
	})
}

// TestLooksNameTheWholeFile: the audit entry of a call names every document of
// the file, also when the call is refused.
func TestLooksNameTheWholeFile(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		both := []dossier.DocumentID{w.ID(p.Pass), w.ID(p.Permit)}
		slices.Sort(both)
		family := dossiertest.Officer("family")
		w.Staff.Tie(family.Officer, w.Number(p.Pass))
		for name, call := range map[string]func(context.Context) error{
			"get":           func(ctx context.Context) error { _, err := w.Get(ctx, w.Holder(p.Permit)); return err },
			"save":          func(ctx context.Context) error { _, err := w.SaveData(ctx, w.Holder(p.Pass), nil); return err },
			"find, refused": func(ctx context.Context) error { _, _ = w.Find(ctx, family, w.Number(p.Permit)); return nil },
			"find": func(ctx context.Context) error {
				_, err := w.Find(ctx, dossiertest.Officer("a"), w.Number(p.Permit))
				return err
			},
			"list, delegate": func(ctx context.Context) error { return listAs(ctx, w, delegate(w, p)) },
		} {
			ctx, look := audit.Begin(t.Context(), w.Holder(p.Pass), name, "")
			must(t, name, call(ctx))
			if got := look.Subjects(); !slices.Equal(got, both) {
				t.Errorf("%s: the look names %v, want %v", name, got, both)
			}
		}
	})
}

// delegate is somebody who acts for a person.
func delegate(w *dossiertest.World, p dossiertest.Person) actor.Actor {
	by := w.Holder(p.Pass)
	by.Delegate, by.Delegation = "delegate", "delegation"
	return by
}

func listAs(ctx context.Context, w *dossiertest.World, by actor.Actor) error {
	_, _, err := w.ListRecords(ctx, by, dossier.RecordCursor{}, 10)
	return err
}

// TestFindShowsNoContents: what was done and said is read on a consent or a law,
// which this call does not have.
func TestFindShowsNoContents(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		done(t, w, p.Pass, "r1")
		takeFirms(t, w, dossier.FirmEntry{Code: firmCode(t, w, 1), Name: "商行", Category: "5310", Area: pingtan, Representative: w.Number(p.Permit)})
		full := w.File(p.Pass)
		if len(full.Records) != 1 || len(full.Data) != 1 || len(full.Roles) != 1 {
			t.Fatalf("the holder sees %d records, %d data and %d roles, want 1 of each", len(full.Records), len(full.Data), len(full.Roles))
		}
		seen, err := w.Find(t.Context(), dossiertest.Officer("a"), w.Number(p.Permit))
		must(t, "find", err)
		if len(seen.Documents) != 2 || len(seen.Links) != 1 || len(seen.Powers) != len(full.Powers) {
			t.Errorf("the officer sees %d documents, %d links and %d powers", len(seen.Documents), len(seen.Links), len(seen.Powers))
		}
		if len(seen.Records)+len(seen.Data)+len(seen.Roles)+seen.RecordCount != 0 {
			t.Error("the officer sees what stands on the file")
		}
	})
}

// done has a record taken.
func done(t *testing.T, w *dossiertest.World, number, ref string) {
	t.Helper()
	taken, err := w.TakeRecords(t.Context(), []dossier.RecordEntry{{
		Number: w.Number(number), Kind: "subsidy", Title: "title of " + ref, Authority: "Bureau",
		Occurred: dossiertest.Start, Source: "test", SourceRef: ref,
	}})
	must(t, "take a record", err)
	became(t, "a record", taken, dossier.Added)
}

// TestJobsAreNoted: a link that a job makes, and a renewal that it finishes, are
// in the log, under both documents; those of a call are in the call's entry.
func TestJobsAreNoted(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Know(p, p.Pass)
		w.Take(w.PassEntry(p), w.PermitEntry(p, p.Pass))
		w.Finish()
		want := []dossier.DocumentID{w.ID(p.Pass), w.ID(p.Permit)}
		noted(t, w, "dossier.link", want...)
		ctx, look := audit.Begin(t.Context(), dossiertest.Officer("a"), "unlink", "")
		_, err := w.Unlink(ctx, dossiertest.Officer("a"), w.File(p.Pass).Links[0].ID, "")
		must(t, "unlink", err)
		slices.Sort(want)
		if got := look.Subjects(); !slices.Equal(got, want) {
			t.Errorf("the look names %v, want %v", got, want)
		}
		noted(t, w, "dossier.unlink")
		if err := w.Audit.Finish(ctx, look, audit.OK); err != nil {
			t.Fatal(err)
		}
	})
}

// noted fails unless the log has one entry of a job's action about these
// documents, or none at all for no documents.
func noted(t *testing.T, w *dossiertest.World, action string, documents ...dossier.DocumentID) {
	t.Helper()
	rows, err := w.DB.SQL(t.Context()).QueryContext(t.Context(), w.DB.Rebind(
		`SELECT s.document_id FROM audit_entries e JOIN audit_subjects s ON s.entry_id = e.id WHERE e.action = ? AND e.actor = 'jobs'`), action)
	must(t, "read the log", err)
	defer rows.Close()
	var got []dossier.DocumentID
	for rows.Next() {
		var id dossier.DocumentID
		must(t, "read the log", rows.Scan(&id))
		got = append(got, id)
	}
	must(t, "read the log", rows.Err())
	slices.Sort(got)
	slices.Sort(documents)
	if !slices.Equal(got, documents) {
		t.Errorf("%s is noted for %v, want %v", action, got, documents)
	}
}
