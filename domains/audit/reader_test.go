package audit_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent/document"
	"github.com/minzhengtong/minzhengtong/gen/ent/dossier"
)

var (
	errMaker  = fault.New(fault.Denied, "MAKER_IS_CHECKER")
	errHidden = fault.New(fault.NotFound, "DOSSIER_NOT_FOUND")
)

// files says that documents 1 and 2 are one file, and each other one its own.
type files struct{}

func (files) FileDocuments(_ context.Context, id actor.DocumentID) ([]actor.DocumentID, error) {
	if id == doc(1) || id == doc(2) {
		return []actor.DocumentID{doc(1), doc(2)}, nil
	}
	return []actor.DocumentID{id}, nil
}

// reader shows a log. Officers from the office "closed" may enter no file.
func reader(t *testing.T, w *audittest.World, days int) *audit.Reader {
	t.Helper()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	must(t, "zone", err)
	r, err := audit.NewReader(audit.ReaderDeps{
		Log: w.Service, Files: files{}, Zone: shanghai, ObjectionDays: days,
		Enter: func(_ context.Context, by actor.Actor, _ ...actor.DocumentID) error {
			if by.Office == "closed" {
				return errHidden
			}
			return nil
		},
		Checker: func(by actor.Actor, makers ...string) error {
			if slices.Contains(makers, by.ID()) {
				return errMaker
			}
			return nil
		},
	})
	must(t, "reader", err)
	return r
}

// onFile writes rows for the documents that objections point at.
func onFile(t *testing.T, w *audittest.World, documents ...actor.DocumentID) {
	t.Helper()
	must(t, "write documents", w.DB.InTx(t.Context(), func(ctx context.Context) error {
		for _, d := range documents {
			c := w.DB.Client(ctx)
			err := c.Dossier.Create().SetID(string(d)).SetKind(dossier.KindPerson).SetCreateTime(w.Now()).Exec(ctx)
			if err == nil {
				err = c.Document.Create().SetID(string(d)).SetKind(document.KindTaiwanPass).SetDossierID(string(d)).SetOriginID(string(d)).
					SetNumberSealed([]byte("-")).SetRecorded(document.RecordedValid).SetOrigin(document.OriginRegister).SetCreateTime(w.Now()).Exec(ctx)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// looks reads a person's whole list, in pages.
func looks(t *testing.T, r *audit.Reader, by actor.Actor, othersOnly bool, size int) []audit.Shown {
	t.Helper()
	var all []audit.Shown
	page := audit.Page{Limit: size}
	for {
		list, more, err := r.Looks(t.Context(), by, page, othersOnly)
		must(t, "looks", err)
		all = append(all, list...)
		if !more {
			return all
		}
		if len(list) != size {
			t.Fatalf("a page that is not the last has %d entries, want %d", len(list), size)
		}
		page.After = list[len(list)-1].ID
	}
}

func TestLooks(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		r := reader(t, w, 0)
		delegate := person(1)
		delegate.Delegate, delegate.Delegation = doc(9), "d1"
		for range 7 {
			look(t, w, person(2), "")                         // the person, by the other document
			look(t, w, officer, "窗口", doc(1))                 // an officer
			look(t, w, delegate, "")                          // a delegate
			look(t, w, officer, "", doc(3))                   // about somebody else
			look(t, w, person(4), "", doc(2))                 // somebody else tries
			look(t, w, officer, "兩人", doc(1), doc(2), doc(4)) // about the person and another
		}
		for _, size := range []int{1, 3, 50} {
			all := looks(t, r, person(1), false, size)
			if len(all) != 35 {
				t.Fatalf("pages of %d: %d entries, want 35", size, len(all))
			}
			if !slices.IsSortedFunc(all, func(a, b audit.Shown) int { return -1 * compare(a.ID, b.ID) }) {
				t.Errorf("pages of %d: not the newest first", size)
			}
			others := looks(t, r, person(2), true, size)
			if len(others) != 21 || slices.ContainsFunc(others, func(s audit.Shown) bool { return s.Own }) {
				t.Errorf("pages of %d: %d entries of others, want 21", size, len(others))
			}
		}
		all := looks(t, r, person(1), false, 5)
		both, prober, byDelegate, byOfficer, own := all[0], all[1], all[2], all[3], all[4]
		if !slices.Equal(both.Subjects, []actor.DocumentID{doc(1), doc(2)}) || both.Why != "" {
			t.Errorf("an entry about others too shows %v, %q, want the own documents and no reason", both.Subjects, both.Why)
		}
		if prober.Actor != "" || prober.Own || prober.Session != "" {
			t.Errorf("a stranger's try shows %+v, want nobody", fields(prober.Entry))
		}
		if !byDelegate.Own || byDelegate.Basis != "delegation/d1" || byDelegate.Delegate != "" {
			t.Errorf("a delegate's act shows %+v", fields(byDelegate.Entry))
		}
		if byOfficer.Actor != string(officer.Officer) || byOfficer.Why != "窗口" || byOfficer.Office != officer.Office || byOfficer.Own {
			t.Errorf("an officer's look shows %+v", fields(byOfficer.Entry))
		}
		if !own.Own {
			t.Error("the person's own act is not shown as own")
		}
		if list, more, err := r.Looks(t.Context(), person(77), audit.Page{Limit: 5}, false); len(list) > 0 || more || err != nil {
			t.Errorf("a file that nobody looked at: %d entries, %v, %v", len(list), more, err)
		}
	})
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

// TestProve checks a proof with nothing but the answer and the verifier key.
func TestProve(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		r := reader(t, w, 0)
		look(t, w, officer, "", doc(1))
		mine := newest(t, w).ID
		_, err := r.Prove(t.Context(), person(2), mine)
		fails(t, "before it has a place", err, audit.ErrNotNumbered)
		fill(t, w, 30, 7)
		_, err = r.Prove(t.Context(), person(3), mine)
		fails(t, "somebody else's entry", err, audit.ErrEntryNotFound)
		_, err = r.Prove(t.Context(), person(3), string(doc(1)))
		fails(t, "no such entry", err, audit.ErrEntryNotFound)
		for _, s := range looks(t, r, person(1), false, 50) {
			p, err := r.Prove(t.Context(), person(1), s.ID)
			must(t, "prove", err)
			verifier, err := note.NewVerifier(w.VerifierKey())
			must(t, "verifier", err)
			opened, err := note.Open(p.Checkpoint, note.VerifierList(verifier))
			must(t, "open the checkpoint", err)
			size, root := parse(t, opened.Text)
			must(t, "check the path", tlog.CheckRecord(p.Hashes, size, root, p.Position, tlog.RecordHash(p.Body)))
			if tlog.CheckRecord(p.Hashes, size, root, p.Position, tlog.RecordHash(append(p.Body, ' '))) == nil {
				t.Error("another body has the same proof")
			}
		}
	})
}

func TestObjection(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		r := reader(t, w, 0)
		onFile(t, w, doc(1), doc(2), doc(3))
		look(t, w, officer, "", doc(2), doc(1))
		entry := newest(t, w).ID
		_, err := r.Object(t.Context(), person(3), entry, "不是我")
		fails(t, "to somebody else's entry", err, audit.ErrEntryNotFound)
		first, err := r.Object(t.Context(), person(1), entry, "我沒去過那個窗口")
		must(t, "object", err)
		// 24 November 09:00 in Shanghai; the fifteenth day ends with 9 December.
		if want := time.Date(2026, time.December, 9, 16, 0, 0, 0, time.UTC); !first.Due.Equal(want) || !first.Illustrative {
			t.Errorf("due %v, illustrative %v, want %v as an example", first.Due, first.Illustrative, want)
		}
		again, err := r.Object(t.Context(), person(2), entry, "再說一次")
		if err != nil || again.ID != first.ID || again.Text != first.Text {
			t.Errorf("objecting again: %+v, %v, want the first one", again, err)
		}
		if all := looks(t, r, person(2), false, 5); all[0].Objection != first.ID {
			t.Errorf("the entry names objection %q, want %q", all[0].Objection, first.ID)
		}

		open, next, err := r.ListOpen(t.Context(), second, audit.QueueCursor{}, 5)
		must(t, "list open", err)
		if len(open) != 1 || open[0].Entry.ID != entry || open[0].Text != first.Text || next != (audit.QueueCursor{}) {
			t.Errorf("the queue is %d long, next %v, want the one", len(open), next)
		}
		closed := second
		closed.Office = "closed"
		if open, _, err := r.ListOpen(t.Context(), closed, audit.QueueCursor{}, 5); len(open) != 0 || err != nil {
			t.Errorf("an officer who may not enter sees %d, %v", len(open), err)
		}
		_, err = r.Answer(t.Context(), closed, first.ID, audit.Justified, "查過了")
		fails(t, "an officer who may not enter", err, audit.ErrObjectionNotFound)
		_, err = r.Answer(t.Context(), officer, first.ID, audit.Justified, "查過了")
		fails(t, "the officer who looked", err, errMaker)
		_, err = r.Answer(t.Context(), second, "01890000-0000-7000-8000-000000000000", audit.Justified, "查過了")
		fails(t, "no such objection", err, audit.ErrObjectionNotFound)
		for range 2 {
			o, err := r.Answer(t.Context(), second, first.ID, audit.NotJustified, "查閱沒有依據")
			if err != nil || o.Finding != audit.NotJustified || o.Answer != "查閱沒有依據" || o.AnsweredBy != string(second.Officer) {
				t.Errorf("answer: %+v, %v", o, err)
			}
		}
		_, err = r.Answer(t.Context(), second, first.ID, audit.Justified, "改口")
		fails(t, "another answer", err, audit.ErrObjectionAnswered)
		list, err := r.List(t.Context(), person(1))
		if err != nil || len(list) != 1 || list[0].Answer != "查閱沒有依據" || list[0].Text != first.Text || list[0].Answered.IsZero() {
			t.Errorf("the person's list: %+v, %v", list, err)
		}
		if list, err := r.List(t.Context(), person(3)); len(list) != 0 || err != nil {
			t.Errorf("somebody else's list: %d, %v", len(list), err)
		}

		must(t, "shred", w.Vault.Shred(t.Context(), string(doc(1)), string(doc(2))))
		if list, err = r.List(t.Context(), person(1)); err != nil || list[0].Text != "" || list[0].Answer != "" || list[0].Finding != audit.NotJustified {
			t.Errorf("after the erasure: %+v, %v, want no texts", list, err)
		}
	})
}

// second is another officer who reviews.
var second = func() actor.Actor {
	by := officer
	by.Officer = "01890000-0000-7000-8000-0000000000f2"
	return by
}()

// TestObjectAtOnce objects to one entry from many goroutines, by both documents.
func TestObjectAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		r := reader(t, w, 20)
		onFile(t, w, doc(1), doc(2))
		look(t, w, officer, "", doc(2), doc(1))
		entry := newest(t, w).ID
		ids := make(chan audit.ObjectionID, 20)
		for i := range cap(ids) {
			go func() {
				o, err := r.Object(t.Context(), person(1+i%2), entry, "")
				if err != nil || o.Illustrative {
					t.Errorf("object: %+v, %v", o, err)
				}
				ids <- o.ID
			}()
		}
		first := <-ids
		for range cap(ids) - 1 {
			if id := <-ids; id != first {
				t.Errorf("objections %q and %q to one entry", first, id)
			}
		}
	})
}

// TestQueueOfObjections pages through the queue, the first deadline first.
func TestQueueOfObjections(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		r := reader(t, w, 0)
		onFile(t, w, doc(1))
		for i := range 11 {
			look(t, w, officer, "", doc(1))
			_, err := r.Object(t.Context(), person(1), newest(t, w).ID, "")
			must(t, "object", err)
			if i%3 == 0 {
				w.Advance(24 * time.Hour)
			}
		}
		var seen []audit.OpenObjection
		var after audit.QueueCursor
		for {
			some, next, err := r.ListOpen(t.Context(), second, after, 4)
			must(t, "list open", err)
			seen = append(seen, some...)
			if after = next; next == (audit.QueueCursor{}) {
				break
			}
		}
		ordered := slices.IsSortedFunc(seen, func(a, b audit.OpenObjection) int { return a.Due.Compare(b.Due) })
		if len(seen) != 11 || !ordered {
			t.Errorf("the queue shows %d, in order: %v, want 11 in order", len(seen), ordered)
		}
	})
}

// TestAnswerAfterErasure: the objection can be closed though nobody can read it.
func TestAnswerAfterErasure(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		r := reader(t, w, 0)
		onFile(t, w, doc(3))
		look(t, w, officer, "", doc(3))
		o, err := r.Object(t.Context(), person(3), newest(t, w).ID, "x")
		must(t, "object", err)
		must(t, "shred", w.Vault.Shred(t.Context(), string(doc(3))))
		if got, err := r.Answer(t.Context(), second, o.ID, audit.Justified, "查過了"); err != nil || got.Finding != audit.Justified || got.Answer != "" {
			t.Errorf("answer: %+v, %v, want one without words", got, err)
		}
		if _, err = r.Answer(t.Context(), second, o.ID, audit.NotJustified, "查過了"); !errors.Is(err, audit.ErrObjectionAnswered) {
			t.Errorf("another answer: %v", err)
		}
	})
}
