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
