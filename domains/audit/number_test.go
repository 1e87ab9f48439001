package audit_test

import (
	"bytes"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
)

func TestNumber(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		if n, err := w.Number(t.Context(), 10); n != 0 || err != nil {
			t.Errorf("an empty log: %d, %v", n, err)
		}
		for range 25 {
			look(t, w, officer, "", doc(1))
			w.Advance(time.Second)
		}
		if p, err := w.Pending(t.Context()); err != nil || p.Unnumbered != 25 || !p.Oldest.Equal(audittest.Start) {
			t.Errorf("pending: %+v, %v, want 25 since the start", p, err)
		}
		if n, err := w.Number(t.Context(), 10); n != 10 || err != nil {
			t.Errorf("a limit of 10: %d, %v", n, err)
		}
		if n := ask[int](t, w, "SELECT count(*) FROM audit_entries WHERE position < 10"); n != 10 {
			t.Errorf("%d entries have a place below 10, want 10", n)
		}
		if n, err := w.Number(t.Context(), 10_000); n != 15 || err != nil {
			t.Errorf("the rest: %d, %v", n, err)
		}
		if p, err := w.Pending(t.Context()); err != nil || p.Unnumbered != 0 || !p.Oldest.IsZero() {
			t.Errorf("pending: %+v, %v, want none", p, err)
		}
		sound(t, w, 25)
	})
}

// TestCheckpointOpensElsewhere reads a checkpoint as any program does that knows
// signed notes and the format of c2sp.org/tlog-checkpoint.
func TestCheckpointOpensElsewhere(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		empty, err := w.Checkpoint(t.Context())
		if err != nil || empty.Size != 0 || len(empty.Note) != 0 {
			t.Errorf("of an empty log: %+v, %v", empty, err)
		}
		fill(t, w, 12, 5)
		got, err := w.Checkpoint(t.Context())
		must(t, "checkpoint", err)
		verifier, err := note.NewVerifier(w.VerifierKey())
		must(t, "verifier", err)
		opened, err := note.Open(got.Note, note.VerifierList(verifier))
		must(t, "open", err)
		lines := bytes.Split([]byte(opened.Text), []byte("\n"))
		if len(lines) != 4 || string(lines[0]) != verifier.Name() || string(lines[1]) != strconv.FormatInt(got.Size, 10) || got.Size != 12 {
			t.Errorf("the checkpoint says %q", opened.Text)
		}
	})
}

// TestNumberAtOnce lets several processes number while others write: every entry
// gets one place, and no place stays empty.
func TestNumberAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		const writers, writes = 4, 60
		var writing, numbering sync.WaitGroup
		done := make(chan struct{})
		for range writers {
			writing.Go(func() {
				for range writes {
					look(t, w, officer, "", doc(1))
				}
			})
		}
		for range 3 {
			s := w.Process(t)
			numbering.Go(func() {
				for ended := false; !ended; {
					select {
					case <-done:
						ended = true
					default:
					}
					if _, err := s.Number(t.Context(), 7); err != nil {
						t.Errorf("number: %v", err)
						return
					}
				}
			})
		}
		writing.Wait()
		close(done)
		numbering.Wait()
		number(t, w)
		sound(t, w, writers*writes)
	})
}
