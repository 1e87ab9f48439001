package audit_test

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
)

// damaged fails the test unless err is a Damage at a position.
func damaged(t *testing.T, what string, err error, position int64) *audit.Damage {
	t.Helper()
	d, ok := errors.AsType[*audit.Damage](err)
	if !ok || d.Position != position {
		t.Errorf("%s: %v, want damage at position %d", what, err, position)
	}
	return d
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, "read a file", err)
	return raw
}

// TestAnchorCatchesUp: what is new is appended, in one piece or several, by one
// process or another, and what stands there never changes.
func TestAnchorCatchesUp(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		anchorAll(t, w) // nothing yet
		fill(t, w, 20, 7)
		anchorAll(t, w)
		before := read(t, w.Anchor)
		anchorAll(t, w) // nothing new
		fill(t, w, 2500, 1250)
		second := w.Process(t)
		if n, err := second.Anchor(t.Context()); err != nil || n != 4 {
			t.Errorf("another process anchored %d checkpoints (%v), want 4", n, err)
		}
		fill(t, w, 5, 5)
		anchorAll(t, w) // by the first, which did not see what the second wrote
		if after := read(t, w.Anchor); !bytes.HasPrefix(after, before) {
			t.Error("what stood in the anchor file changed")
		}
		if r := verify(t, w); r.Anchored != 2525 || !r.OK() {
			t.Errorf("verify: %+v, want 2525 anchored", r)
		}
	})
}

// TestAnchorAtOnce has several processes anchor and number at the same time.
func TestAnchorAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		for range 200 {
			look(t, w, officer, "", doc(1))
		}
		var all sync.WaitGroup
		for range 4 {
			s := w.Process(t)
			all.Go(func() {
				for range 5 {
					if _, err := s.Number(t.Context(), 30); err != nil {
						t.Errorf("number: %v", err)
					}
					if _, err := s.Anchor(t.Context()); err != nil {
						t.Errorf("anchor: %v", err)
					}
				}
			})
		}
		all.Wait()
		number(t, w)
		anchorAll(t, w)
		sound(t, w, 200)
	})
}

// TestTornAnchor cuts the file at every byte of its last record, as a power cut
// may, and writes garbage of a torn write there: Verify reads what is whole, and
// the next writer mends it.
func TestTornAnchor(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		fill(t, w, 6, 6)
		anchorAll(t, w)
		one := len(read(t, w.Anchor))
		fill(t, w, 3, 3)
		anchorAll(t, w)
		whole := read(t, w.Anchor)
		for cut := one + 1; cut < len(whole); cut += 7 {
			must(t, "cut", os.WriteFile(w.Anchor, whole[:cut], 0o600))
			if r := verify(t, w); !r.OK() || !r.AnchorTorn || r.Anchored != 6 {
				t.Fatalf("cut at %d: %+v (%v), want 6 anchored and torn", cut, r, r.First)
			}
		}
		for name, torn := range map[string][]byte{
			"zeros":             append(bytes.Clone(whole[:one]), make([]byte, 400)...),
			"zeros in a record": append(bytes.Clone(whole[:one+30]), make([]byte, len(whole)-one-30)...),
			"within the header": whole[:5],
		} {
			must(t, name, os.WriteFile(w.Anchor, torn, 0o600))
			if r := verify(t, w); !r.OK() || !r.AnchorTorn {
				t.Errorf("%s: %+v (%v), want torn", name, r, r.First)
			}
			_, err := w.Process(t).Anchor(t.Context())
			must(t, "mend "+name, err)
			if !bytes.Equal(read(t, w.Anchor), whole) {
				t.Errorf("%s: the mended file is another one", name)
			}
		}
	})
}

// TestDamagedAnchor changes every byte before the last record, one at a time:
// none is taken for a torn write, and none is believed.
func TestDamagedAnchor(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		fill(t, w, 9, 3)
		anchorAll(t, w)
		whole := read(t, w.Anchor)
		for i := range len(whole) - 300 {
			bad := bytes.Clone(whole)
			bad[i] ^= 0x55
			must(t, "damage", os.WriteFile(w.Anchor, bad, 0o600))
			r, err := audit.Verify(t.Context(), w.DB, w.Anchor, w.VerifierKey(), nil)
			// A length that reaches beyond the end looks like a torn write.
			if err == nil && r.OK() && !r.AnchorTorn {
				t.Fatalf("byte %d: %+v, want an error", i, r)
			}
		}
	})
}

// TestWitness: the anchor job writes nothing more when the database's tree is
// not the one that was anchored, and names the first bad position.
func TestWitness(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		fill(t, w, 30, 10)
		anchorAll(t, w)
		before := read(t, w.Anchor)
		back := backUp(t, w)

		truncate(t, w, 20)
		witnessed(t, w.Process(t), 20, "")
		rollBack(t, w, back)

		body(t, w, 7, `"outcome":"ok"`, `"outcome":"OK"`)
		forgeTree(t, w)
		witnessed(t, w.Process(t), 7, at(t, w, 7))
		rollBack(t, w, back)

		fill(t, w, 10, 10)
		body(t, w, 35, `"outcome":"ok"`, `"outcome":"OK"`)
		witnessed(t, w.Process(t), 35, at(t, w, 35))
		forgeTree(t, w)
		witnessed(t, w.Process(t), 30, "")
		if !bytes.Equal(read(t, w.Anchor), before) {
			t.Error("the anchor file changed")
		}
		rollBack(t, w, back)
		_, err := w.Process(t).Anchor(t.Context())
		must(t, "anchor when all is well again", err)

		must(t, "shorten the file", os.WriteFile(w.Anchor, before[:len(before)-500], 0o600))
		if _, err := w.Service.Anchor(t.Context()); err == nil {
			t.Error("a file that got shorter while it was in use was accepted")
		}
	})
}
