package dispute_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// TestDecide: an answer is given once, the person is told, another dispute may follow, and
// the history stays.
func TestDecide(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		right, wrong := w.filed(t, p.Pass, "SECRET name"), w.filed(t, p.Permit, "SECRET date")
		w.Clock.Advance(time.Hour)
		by := officer("o", police)
		corrected, err := w.Decide(t.Context(), by, right.ID, true, "SECRET put right")
		must(t, "correct", err)
		dismissed, err := w.Decide(t.Context(), by, wrong.ID, false, "SECRET it is so")
		must(t, "dismiss", err)
		right.State, right.Answer, right.Decided = dispute.Corrected, "SECRET put right", w.Clock.Now().UTC()
		if corrected != right || dismissed.State != dispute.Dismissed {
			t.Errorf("decided %+v and %s, want %+v", corrected, dismissed.State, right)
		}
		for _, id := range []dispute.ID{right.ID, wrong.ID} {
			_, err := w.Decide(t.Context(), by, id, true, "once more")
			fails(t, "a second answer", err, dispute.ErrDecided)
		}
		if list, _ := pages(t, w.Waiting, by, 10); len(list) != 0 {
			t.Errorf("%d still wait", len(list))
		}
		if got := w.told(t, p.Pass); !slices.Equal(got, []string{"dispute_corrected"}) {
			t.Errorf("told %v of the pass", got)
		}
		if got := w.told(t, p.Permit); !slices.Equal(got, []string{"dispute_dismissed"}) {
			t.Errorf("told %v of the permit", got)
		}
		third := w.filed(t, p.Permit, "SECRET still wrong")
		if third.ID == wrong.ID {
			t.Error("filing after the answer returns what was answered")
		}
		mine, _ := pages(t, w.Mine, w.Holder(p.Permit), 10)
		if !slices.Equal(mine, []dispute.Dispute{third, dismissed, corrected}) {
			t.Errorf("the history is %+v", mine)
		}
	})
}

// TestDecideAtOnce: of many answers at a time one is given, and the person is told once.
func TestDecideAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		d := w.filed(t, p.Pass, "why")
		var all sync.WaitGroup
		given := make([]error, 8)
		for i := range given {
			all.Go(func() { _, given[i] = w.Decide(t.Context(), officer(fmt.Sprint(i), police), d.ID, i%2 == 0, "so") })
		}
		all.Wait()
		done := 0
		for _, err := range given {
			if err == nil {
				done++
				continue
			}
			fails(t, "the others", err, dispute.ErrDecided)
		}
		if done != 1 || len(w.told(t, p.Pass)) != 1 {
			t.Errorf("%d answers, told %v", done, w.told(t, p.Pass))
		}
	})
}

// TestWhoDecides: an officer of the department that owns it, with the duty to review, who
// may enter the file, and who did not make what is disputed.
func TestWhoDecides(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		d := w.filed(t, p.Pass, "why")
		made, err := w.File(t.Context(), w.Holder(p.Pass), dispute.Subject{Kind: draft, ID: string(w.ID(p.Pass))}, "badly made")
		must(t, "file about what an officer made", err)
		tied, idle := officer("tied", police), officer("idle", police)
		w.Staff.Tie(tied.Officer, w.Number(p.Pass))
		idle.Duties = []actor.Duty{actor.Accept, actor.Approve}
		for what, x := range map[string]struct {
			by   actor.Actor
			id   dispute.ID
			want *fault.Fault
		}{
			"who made it":        {officer("maker", police), made.ID, guard.ErrMaker},
			"another department": {officer("o", bureau), d.ID, dispute.ErrNotFound},
			"no department":      {officer("o", ""), d.ID, guard.ErrNotFound},
			"family":             {tied, d.ID, guard.ErrConflict},
			"without the duty":   {idle, d.ID, guard.ErrNotFound},
			"the person":         {w.Holder(p.Pass), d.ID, guard.ErrNotFound},
			"an auditor":         {actor.Actor{Role: actor.Auditor, Officer: "a", Department: string(police)}, d.ID, guard.ErrNotFound},
			"nobody":             {actor.Actor{}, d.ID, guard.ErrNotFound},
			"nobody's":           {officer("o", police), dispute.ID(w.newID()), dispute.ErrNotFound},
		} {
			_, err := w.Decide(t.Context(), x.by, x.id, true, "so")
			fails(t, what, err, x.want)
		}
		for what, by := range map[string]actor.Actor{"idle": idle, "no department": officer("o", ""), "the person": w.Holder(p.Pass), "nobody": {}} {
			_, _, err := w.Waiting(t.Context(), by, dispute.Cursor{}, 10)
			fails(t, what, err, guard.ErrNotFound)
		}
		for _, by := range []actor.Actor{tied, officer("o", bureau)} {
			if list, _ := pages(t, w.Waiting, by, 10); len(list) != 0 {
				t.Errorf("%s is shown %d", by.Officer, len(list))
			}
		}
		if list, _ := pages(t, w.Waiting, officer("maker", police), 10); len(list) != 2 {
			t.Errorf("the department is shown %d, want both", len(list))
		}
		_, err = w.Decide(t.Context(), officer("maker", police), d.ID, true, "so")
		must(t, "what somebody else made", err)
	})
}

// TestPages: lists come in pages of any size, in order, nothing twice and nothing left out;
// those of other regions hide nothing.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var near []dispute.ID
		for i := range 9 {
			p := dossiertest.NewPerson(i)
			entry := w.PermitEntry(p, "")
			entry.Area = []string{"350128", "350200", "350200"}[i%3]
			w.Take(entry)
			d := w.filed(t, p.Permit, fmt.Sprint(i))
			if i%3 == 0 {
				near = append(near, d.ID)
			}
			if i%2 == 1 {
				w.Clock.Advance(24 * time.Hour)
			}
		}
		by := officer("near", police)
		w.Staff.Limit(by.Officer, "350128")
		for size := 1; size <= 4; size++ {
			list, _ := pages(t, w.Waiting, by, size)
			var got []dispute.ID
			for _, d := range list {
				got = append(got, d.ID)
			}
			if !slices.Equal(got, near) {
				t.Errorf("pages of %d: %v, want %v", size, got, near)
			}
		}
		all, n := pages(t, w.Waiting, officer("o", police), 4)
		sorted := slices.IsSortedFunc(all, func(a, b dispute.Dispute) int { return a.Due.Compare(b.Due) })
		if len(all) != 9 || n != 3 || !sorted {
			t.Errorf("%d in %d pages, sorted %v", len(all), n, sorted)
		}
	})
}

// TestRemind: from the deadline on a dispute is late, its person is told once, and an
// answer in time is left alone.
func TestRemind(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		w.filed(t, p.Pass, "late")
		answered := w.filed(t, p.Permit, "in time")
		_, err := w.Decide(t.Context(), officer("o", police), answered.ID, true, "so")
		must(t, "decide", err)
		w.Clock.Advance(24 * time.Hour)
		w.filed(t, q.Pass, "a day later")
		remind := func(want int) {
			t.Helper()
			if n, err := w.Remind(t.Context(), 10); err != nil || n != want {
				t.Errorf("at %s: %d are reminded of (%v), want %d", w.Clock.Now(), n, err, want)
			}
		}
		w.until(t, "2026-04-21 23:59:59")
		remind(0)
		if list, _ := pages(t, w.Waiting, officer("o", police), 9); list[0].Late(w.Clock.Now()) {
			t.Error("it is late in the last second")
		}
		w.Clock.Advance(time.Second)
		remind(1)
		remind(0)
		list, _ := pages(t, w.Waiting, officer("o", police), 9)
		if len(list) != 2 || !list[0].Late(w.Clock.Now()) || !list[0].Told.Equal(w.Clock.Now()) || list[1].Late(w.Clock.Now()) || !list[1].Told.IsZero() {
			t.Errorf("%+v wait, want one of two late", list)
		}
		w.until(t, "2026-05-20 00:00:00")
		remind(1)
		_, err = w.Decide(t.Context(), officer("o", police), list[0].ID, false, "so")
		must(t, "answer late", err)
		remind(0)
		if got := w.told(t, p.Pass); !slices.Equal(got, []string{"dispute_late", "dispute_dismissed"}) {
			t.Errorf("told %v", got)
		}
		if got := w.told(t, q.Pass); !slices.Equal(got, []string{"dispute_late"}) {
			t.Errorf("told %v", got)
		}
	})
}

// TestRemindAtOnce: processes that remind at one time tell each person once, in batches.
func TestRemindAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var folk []dossiertest.Person
		for i := range 7 {
			folk = append(folk, w.person(t, i))
			w.filed(t, folk[i].Pass, "why")
		}
		w.until(t, "2026-05-20 00:00:00")
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for n := 1; n > 0; {
					var err error
					if n, err = w.Remind(t.Context(), 2); err != nil {
						t.Errorf("remind: %v", err)
					}
				}
			})
		}
		all.Wait()
		for _, p := range folk {
			if got := w.told(t, p.Pass); !slices.Equal(got, []string{"dispute_late"}) {
				t.Errorf("told %v, want once", got)
			}
		}
	})
}
