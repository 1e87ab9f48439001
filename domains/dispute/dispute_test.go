package dispute_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// TestFile: a holder disputes any document of the own file; what is open is returned with
// its first words, and nobody but the holder files.
func TestFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		me := w.Holder(p.Pass)
		first := w.filed(t, p.Pass, "the name is wrong")
		want := dispute.Dispute{
			ID: first.ID, Subject: w.about(p.Pass), Document: w.ID(p.Pass), Owner: police, State: dispute.Open, Reason: "the name is wrong",
			Filed: dossiertest.Start.UTC(), Due: at(t, "2026-04-22 00:00:00").UTC(), // from 4 to 6 April is Qingming
		}
		if first != want {
			t.Errorf("filed %+v, want %+v", first, want)
		}
		w.Clock.Advance(time.Hour)
		again, err := w.File(t.Context(), me, w.about(p.Pass), "other words")
		if err != nil || again != first {
			t.Errorf("again: %+v (%v), want the first one", again, err)
		}
		other, err := w.File(t.Context(), me, w.about(p.Permit), "the linked one")
		if err != nil || other.Document != w.ID(p.Permit) {
			t.Errorf("the linked document: %+v (%v)", other, err)
		}
		delegate := me
		delegate.Delegate, delegate.Delegation = w.ID(q.Pass), "d"
		for what, x := range map[string]struct {
			by      actor.Actor
			subject dispute.Subject
			want    *fault.Fault
		}{
			"somebody else's":   {me, w.about(q.Pass), dispute.ErrSubject},
			"nobody's":          {me, dispute.Subject{Kind: dispute.DocumentKind, ID: w.newID()}, dispute.ErrSubject},
			"no such kind":      {me, dispute.Subject{Kind: "house", ID: string(w.ID(p.Pass))}, dispute.ErrSubject},
			"nothing":           {me, dispute.Subject{}, dispute.ErrSubject},
			"a delegate":        {delegate, w.about(p.Pass), guard.ErrNotFound},
			"an officer":        {officer("o", police), w.about(p.Pass), guard.ErrNotFound},
			"nobody":            {actor.Actor{}, w.about(p.Pass), guard.ErrNotFound},
			"a forgotten one's": {actor.Actor{Role: actor.Person, Document: actor.DocumentID(w.newID())}, w.about(p.Pass), guard.ErrNotFound},
		} {
			_, err := w.File(t.Context(), x.by, x.subject, "why")
			fails(t, what, err, x.want)
		}
	})
}

// TestFileWhatHasNoOwner: a document of a kind that belongs to no department cannot be
// disputed.
func TestFileWhatHasNoOwner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		w.deps.Kinds = map[dispute.Kind]dispute.Subjects{dispute.DocumentKind: dispute.Documents{}}
		s, err := dispute.New(w.deps)
		must(t, "make a service", err)
		_, err = s.File(t.Context(), w.Holder(p.Pass), w.about(p.Pass), "why")
		fails(t, "without an owner", err, dispute.ErrSubject)
	})
}

// TestSharedSubject: what stands on two files is disputed on each by itself, and nobody is
// given what the other one said.
func TestSharedSubject(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		subject := dispute.Subject{Kind: shared, ID: "one"}
		mine, err := w.File(t.Context(), w.Holder(p.Pass), subject, "mine")
		must(t, "file", err)
		theirs, err := w.File(t.Context(), w.Holder(q.Pass), subject, "theirs")
		must(t, "file", err)
		if mine.ID == theirs.ID || theirs.Reason != "theirs" {
			t.Errorf("the other one is told %q", theirs.Reason)
		}
	})
}

// TestFileAtOnce: however many at a time file, there is one.
func TestFileAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		by, subject := w.Holder(p.Pass), w.about(p.Pass)
		var all sync.WaitGroup
		got := make([]dispute.Dispute, 8)
		for i := range got {
			all.Go(func() {
				var err error
				if got[i], err = w.File(t.Context(), by, subject, fmt.Sprint("words ", i)); err != nil {
					t.Errorf("file: %v", err)
				}
			})
		}
		all.Wait()
		for _, d := range got {
			if d != got[0] {
				t.Errorf("%s of %q and %s of %q", d.ID, d.Reason, got[0].ID, got[0].Reason)
			}
		}
	})
}

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

// TestPagesOfMine: the newest first, in pages.
func TestPagesOfMine(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		w.filed(t, q.Pass, "somebody else's")
		var want []dispute.ID
		for i := range 5 {
			d := w.filed(t, p.Pass, fmt.Sprint(i))
			want = append([]dispute.ID{d.ID}, want...)
			_, err := w.Decide(t.Context(), officer("o", police), d.ID, false, "so")
			must(t, "decide", err)
			if i%2 == 0 {
				w.Clock.Advance(time.Second)
			}
		}
		for size, n := range map[int]int{1: 5, 2: 3, 5: 1, 9: 1} {
			list, count := pages(t, w.Mine, w.Holder(p.Permit), size)
			var got []dispute.ID
			for _, d := range list {
				got = append(got, d.ID)
			}
			if !slices.Equal(got, want) || count != n {
				t.Errorf("pages of %d: %d, %v, want %d, %v", size, count, got, n, want)
			}
		}
		_, _, err := w.Mine(t.Context(), officer("o", police), dispute.Cursor{}, 5)
		fails(t, "an officer", err, guard.ErrNotFound)
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

// TestHeldAndForgotten: what was said is sealed and held, and blank once it is forgotten;
// what was open is withdrawn, and nothing of anybody else changes.
func TestHeldAndForgotten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		answered, open := w.filed(t, p.Pass, "CANARY reason"), w.filed(t, p.Permit, "CANARY open")
		theirs := w.filed(t, q.Pass, "CANARY theirs")
		_, err := w.Decide(t.Context(), officer("o", police), answered.ID, true, "CANARY answer")
		must(t, "answer", err)
		file := []actor.DocumentID{w.ID(p.Pass), w.ID(p.Permit)}
		held, err := w.Holdings(t.Context(), 10, file...)
		if err != nil || len(held) != 2 || held[1].Reason != "CANARY reason" || held[1].Answer != "CANARY answer" {
			t.Errorf("%d are held (%v)", len(held), err)
		}
		if some, err := w.Holdings(t.Context(), 1, file...); err != nil || len(some) != 1 || some[0].ID != open.ID {
			t.Errorf("%d are held, want the newest (%v)", len(some), err)
		}
		var heard strings.Builder
		slog.New(slog.NewTextHandler(&heard, nil)).Info("x", "one", held[0], "err", err)
		before := w.rows(t)
		if strings.Contains(heard.String()+fmt.Sprint(before), "CANARY") {
			t.Error("the log or the table has it in clear")
		}
		forget := func() {
			t.Helper()
			must(t, "forget", w.deps.DB.InTx(t.Context(), func(ctx context.Context) error { return w.Forget(ctx, file...) }))
		}
		forget()
		after := w.rows(t)
		if after[theirs.ID] != before[theirs.ID] || !strings.Contains(after[open.ID], "state=withdrawn") || !strings.Contains(after[answered.ID], "state=corrected") {
			t.Errorf("%s, %s and %s", after[theirs.ID], after[open.ID], after[answered.ID])
		}
		if held, err = w.Holdings(t.Context(), 10, file...); err != nil || held[0].Reason+held[1].Reason+held[1].Answer != "" {
			t.Errorf("%v are left (%v)", held, err)
		}
		w.Clock.Advance(time.Hour)
		forget()
		if again := w.rows(t); again[open.ID] != after[open.ID] || again[answered.ID] != after[answered.ID] {
			t.Error("forgetting again changes something")
		}
		must(t, "erase", w.Erase(t.Context(), file...))
		_, err = w.Decide(t.Context(), officer("o", police), open.ID, true, "so")
		fails(t, "a forgotten one", err, dispute.ErrNotFound)
		w.until(t, "2026-06-01 00:00:00")
		if n, err := w.Remind(t.Context(), 10); err != nil || n != 1 {
			t.Errorf("%d are reminded of (%v), want the other one's", n, err)
		}
	})
}

// rows are all disputes as texts, with what they hold.
func (w *world) rows(t testing.TB) map[dispute.ID]string {
	t.Helper()
	all := map[dispute.ID]string{}
	must(t, "read", w.deps.DB.InTx(t.Context(), func(ctx context.Context) error {
		list, err := w.deps.DB.Client(ctx).Dispute.Query().All(ctx)
		for _, r := range list {
			all[dispute.ID(r.ID)] = fmt.Sprintf("%v %s %s", r, r.ReasonSealed, r.AnswerSealed)
		}
		return err
	}))
	return all
}

// TestNoted: filing, answering, and a reminder leave entries about the person's documents;
// a list notes those whose disputes it shows and nobody else.
func TestNoted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		far := dossiertest.NewPerson(1)
		entry := w.PermitEntry(far, "")
		entry.Area = "350200"
		w.Take(entry)
		w.filed(t, far.Permit, "far")
		w.filed(t, p.Pass, "near")
		by := officer("near", police)
		w.Staff.Limit(by.Officer, "350128")
		ctx, look := audit.Begin(t.Context(), by, "list", "request")
		list, _, err := w.Waiting(ctx, by, dispute.Cursor{}, 10)
		must(t, "list", err)
		if len(list) != 1 || slices.Contains(look.Subjects(), w.ID(far.Permit)) || !slices.Contains(look.Subjects(), w.ID(p.Pass)) {
			t.Errorf("%d are shown, %v noted", len(list), look.Subjects())
		}
		w.until(t, "2026-05-20 00:00:00")
		_, err = w.Remind(t.Context(), 10)
		must(t, "remind", err)
		_, err = w.Decide(t.Context(), by, list[0].ID, true, "so")
		must(t, "decide", err)
		entries, _, err := w.Audit.ListEntries(t.Context(), audit.Filter{}, audit.Page{Limit: 100})
		must(t, "read the log", err)
		for _, action := range []string{"dispute.file", "job/remind-disputes", "dispute.decide"} {
			found := slices.ContainsFunc(entries, func(e audit.Entry) bool {
				return e.Action == action && slices.Contains(e.Subjects, w.ID(p.Pass))
			})
			if !found {
				t.Errorf("there is no entry of %s", action)
			}
		}
	})
}

// TestNewWantsEverything: each dependency is required.
func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := dispute.New(dispute.Deps{}); err == nil {
		t.Error("a service over nothing")
	}
}
