package audit

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// TestBodyStays: this form was hashed, so it never changes.
func TestBodyStays(t *testing.T) {
	t.Parallel()
	e := Entry{
		ID: "e1", Time: time.Date(2026, time.November, 24, 1, 2, 3, 4005000, time.UTC), Role: actor.Officer, Actor: "o1",
		Delegate: "d1", Delegation: "d2", Session: "s1", Office: "c1", Department: "tax", Duty: actor.Review, Action: "a.v1.B/C",
		Subjects: []actor.DocumentID{"z", "a", "z"}, Basis: Own, Outcome: OK, Request: "r<1>", sealed: []byte{1, 2, 3}, sealedFor: "a",
	}
	const want = `{"id":"e1","time":"2026-11-24T01:02:03.004005Z","role":"officer","actor":"o1","delegate":"d1","delegation":"d2",` +
		`"session":"s1","office":"c1","department":"tax","duty":"review","action":"a.v1.B/C","subjects":["a","z"],` +
		`"why":"AQID","why_owner":"a","basis":"own","outcome":"ok","request":"r\u003c1\u003e"}`
	got, err := encode(e)
	if err != nil || string(got) != want {
		t.Errorf("encode: %s (%v), want %s", got, err, want)
	}
	least, err := encode(Entry{Time: e.Time})
	if err != nil || string(least) != `{"id":"","time":"2026-11-24T01:02:03.004005Z","action":"","outcome":""}` {
		t.Errorf("encode: %s (%v)", least, err)
	}
}

// FuzzBody: what decode accepts is written again as the same bytes, and nothing
// else is accepted.
func FuzzBody(f *testing.F) {
	f.Add([]byte(`{"id":"e1","time":"2026-11-24T01:02:03.004005Z","action":"a","outcome":"ok"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := decode(raw)
		if err != nil {
			return
		}
		again, err := encode(e)
		if err != nil || !bytes.Equal(again, raw) {
			t.Fatalf("%q is written again as %q (%v)", raw, again, err)
		}
	})
}

// FuzzEntry: whatever words an entry has, it comes back as it was tidied.
func FuzzEntry(f *testing.F) {
	f.Add("id", int64(0), "action", "doc", "why", "basis", "ok")
	f.Fuzz(func(t *testing.T, id string, at int64, action, document, why, basis, outcome string) {
		e := tidy(Entry{
			ID: clean(id, longestID), Time: time.UnixMicro(at % 1e17), Action: action, Basis: clean(Basis(basis), longestText),
			Subjects: []actor.DocumentID{clean(actor.DocumentID(document), longestID), "a"}, Outcome: outcome, sealed: []byte(why),
		})
		if e.Time.Year() < 0 || e.Time.Year() > 9999 {
			return
		}
		r, err := rowOf(e)
		if err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		got, err := decode(r.body)
		if err != nil || got.ID != e.ID || !got.Time.Equal(e.Time) || got.Action != e.Action || got.Outcome != e.Outcome ||
			got.Basis != e.Basis || !bytes.Equal(got.sealed, e.sealed) || !slices.IsSorted(got.Subjects) {
			t.Fatalf("%+v comes back as %+v (%v)", e, got, err)
		}
	})
}

// FuzzAnchor: no file makes the reader panic, or believe what no key signed.
func FuzzAnchor(f *testing.F) {
	f.Add([]byte(anchorHeader))
	signer, err := OpenSigner(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := readAnchor(bytes.NewReader(raw), int64(len(raw)), signer.verifier)
		for more := err == nil; more && err == nil; {
			if _, more, err = r.next(); more {
				t.Fatal("a record was believed")
			}
		}
	})
}

// TestTree compares the tree's edge with tlog's own functions on all hashes.
func TestTree(t *testing.T) {
	t.Parallel()
	var edge tree
	var stored []tlog.Hash
	all := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			out[i] = stored[index]
		}
		return out, nil
	})
	for n := range int64(300) {
		leaf := tlog.RecordHash([]byte{byte(n), byte(n >> 8)})
		more, err := edge.add(leaf)
		if err != nil || int64(len(stored)) != tlog.StoredHashIndex(0, n) {
			t.Fatalf("at %d: %v", n, err)
		}
		for i := range more {
			if got := keeper(int64(len(stored) + i)); got != n {
				t.Fatalf("hash %d is kept by %d, want %d", len(stored)+i, got, n)
			}
		}
		stored = append(stored, more...)
		got, err := edge.root()
		want, wantErr := tlog.TreeHash(n+1, all)
		if err != nil || wantErr != nil || got != want {
			t.Fatalf("at %d: root %v (%v), want %v (%v)", n, got, err, want, wantErr)
		}
	}
}
