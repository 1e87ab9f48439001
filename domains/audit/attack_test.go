package audit_test

import (
	"context"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
)

// attack is done with full rights on the database, without the signing key and
// without the anchor file.
type attack struct {
	name string
	// do returns the position that Verify has to name, and the entry there.
	do func(t *testing.T, w *audittest.World) (int64, string)
	// wants is part of what Verify says.
	wants string
}

// The log that is attacked has 50 entries, with a checkpoint every 8.
const attacked = 50

// body replaces a piece of the body at a position by one of the same length.
func body(t *testing.T, w *audittest.World, position int64, old, piece string) {
	t.Helper()
	raw := ask[[]byte](t, w, "SELECT body FROM audit_entries WHERE position = ?", position)
	after := strings.Replace(string(raw), old, piece, 1)
	if after == string(raw) {
		t.Fatalf("the body at %d does not hold %q", position, old)
	}
	exec(t, w, "UPDATE audit_entries SET body = ? WHERE position = ?", []byte(after), position)
}

func column(name, value, what string) attack {
	return attack{"edit of the " + name + " column", func(t *testing.T, w *audittest.World) (int64, string) {
		id := at(t, w, 21)
		exec(t, w, "UPDATE audit_entries SET "+name+" = ? WHERE position = 21", value)
		return 21, id
	}, what}
}

// shift moves the entries from a position on, the unique index notwithstanding.
func shift(t *testing.T, w *audittest.World, from, by int64) {
	t.Helper()
	exec(t, w, "UPDATE audit_entries SET position = -1000 - position WHERE position >= ?", from)
	exec(t, w, "UPDATE audit_entries SET position = -1000 - position + ? WHERE position <= -1000", by)
}

// insert adds an entry of its own at a position, as the log would write it.
func insert(t *testing.T, w *audittest.World, position int64) string {
	t.Helper()
	ctx, l := audit.Begin(t.Context(), officer, "forged.v1.Service/Forged", "")
	audit.Concerns(ctx, doc(3))
	must(t, "write an entry", w.Finish(ctx, l, audit.OK))
	id := ask[string](t, w, "SELECT id FROM audit_entries WHERE position IS NULL")
	exec(t, w, "UPDATE audit_entries SET position = ? WHERE id = ?", position, id)
	return id
}

func remove(t *testing.T, w *audittest.World, position int64) {
	t.Helper()
	exec(t, w, "DELETE FROM audit_subjects WHERE entry_id = ?", at(t, w, position))
	exec(t, w, "DELETE FROM audit_entries WHERE position = ?", position)
}

// truncate takes away the tail and all that shows there was one.
func truncate(t *testing.T, w *audittest.World, checkpoint int64) {
	t.Helper()
	exec(t, w, "DELETE FROM audit_subjects WHERE entry_id IN (SELECT id FROM audit_entries WHERE position >= ?)", checkpoint)
	exec(t, w, "DELETE FROM audit_entries WHERE position >= ?", checkpoint)
	exec(t, w, "DELETE FROM audit_checkpoints WHERE id > ?", checkpoint)
	forgeTree(t, w)
}

// sign puts checkpoints of a forger in place of those from a size on.
func sign(t *testing.T, w *audittest.World) {
	t.Helper()
	size, root := forgeTree(t, w)
	exec(t, w, "DELETE FROM audit_checkpoints WHERE id > 0")
	exec(t, w, "INSERT INTO audit_checkpoints (id, note, create_time) VALUES (?, ?, ?)", size, forgeNote(t, forger(t), size, root), w.Now())
}

var attacks = []attack{
	{"edit of a body", func(t *testing.T, w *audittest.World) (int64, string) {
		body(t, w, 21, `"outcome":"ok"`, `"outcome":"OK"`)
		return 21, at(t, w, 21)
	}, "anchored"},
	{"edit of a body and its hash", func(t *testing.T, w *audittest.World) (int64, string) {
		body(t, w, 21, `"outcome":"ok"`, `"outcome":"OK"`)
		forgeTree(t, w)
		return 21, at(t, w, 21)
	}, "anchored"},
	column("actor", "somebody", "actor"), column("office", "elsewhere", "office"), column("action", "nothing", "action"),
	column("outcome", "DOSSIER_NOT_FOUND", "outcome"), column("time", "2020-01-01 00:00:00+00:00", "time"),
	{"deletion of a row", func(t *testing.T, w *audittest.World) (int64, string) {
		remove(t, w, 21)
		return 21, ""
	}, "no entry"},
	{"deletion of a row, the others moved up", func(t *testing.T, w *audittest.World) (int64, string) {
		remove(t, w, 21)
		shift(t, w, 22, -1)
		return 21, at(t, w, 21)
	}, "anchored"},
	{"deletion of a subject row", func(t *testing.T, w *audittest.World) (int64, string) {
		id := at(t, w, 21)
		exec(t, w, "DELETE FROM audit_subjects WHERE entry_id = ? AND document_id = ?", id, string(doc(1)))
		return 21, id
	}, "subjects"},
	{"one more subject row", func(t *testing.T, w *audittest.World) (int64, string) {
		id := at(t, w, 21)
		exec(t, w, "INSERT INTO audit_subjects (entry_id, document_id) VALUES (?, ?)", id, string(doc(9)))
		return 21, id
	}, "subjects"},
	{"swap of two subjects", func(t *testing.T, w *audittest.World) (int64, string) {
		a, b := at(t, w, 21), at(t, w, 25)
		exec(t, w, "UPDATE audit_subjects SET entry_id = CASE entry_id WHEN ? THEN ? ELSE ? END WHERE entry_id IN (?, ?)", a, b, a, a, b)
		return 21, a
	}, "subjects"},
	{"swap of two bodies and their subjects", func(t *testing.T, w *audittest.World) (int64, string) {
		body(t, w, 22, string(doc(2)), string(doc(3)))
		exec(t, w, "UPDATE audit_subjects SET document_id = ? WHERE entry_id = ? AND document_id = ?", string(doc(3)), at(t, w, 22), string(doc(2)))
		return 22, at(t, w, 22)
	}, "anchored"},
	{"insertion in the middle", func(t *testing.T, w *audittest.World) (int64, string) {
		shift(t, w, 21, 1)
		return 21, insert(t, w, 21)
	}, "anchored"},
	{"insertion in the middle with the tree made anew", func(t *testing.T, w *audittest.World) (int64, string) {
		shift(t, w, 21, 1)
		id := insert(t, w, 21)
		sign(t, w)
		return 21, id
	}, "anchored"},
	{"insertion at the tail", func(t *testing.T, w *audittest.World) (int64, string) {
		return attacked, insert(t, w, attacked)
	}, "beyond"},
	{"insertion at the tail with the tree made anew", func(t *testing.T, w *audittest.World) (int64, string) {
		id := insert(t, w, attacked)
		forgeTree(t, w)
		return attacked, id
	}, "beyond"},
	{"insertion at the tail with the tree and a checkpoint made anew", func(t *testing.T, w *audittest.World) (int64, string) {
		insert(t, w, attacked)
		size, root := forgeTree(t, w)
		exec(t, w, "INSERT INTO audit_checkpoints (id, note, create_time) VALUES (?, ?, ?)", size, forgeNote(t, forger(t), size, root), w.Now())
		return attacked, ""
	}, "signed"},
	{"reorder", func(t *testing.T, w *audittest.World) (int64, string) {
		a, b := at(t, w, 21), at(t, w, 40)
		exec(t, w, "UPDATE audit_entries SET position = -5 WHERE id = ?", a)
		exec(t, w, "UPDATE audit_entries SET position = 21 WHERE id = ?", b)
		exec(t, w, "UPDATE audit_entries SET position = 40 WHERE id = ?", a)
		return 21, b
	}, "anchored"},
	{"truncation of the tail", func(t *testing.T, w *audittest.World) (int64, string) {
		truncate(t, w, 32)
		return 32, ""
	}, "anchor goes on"},
	{"all bodies, hashes and checkpoints written anew", func(t *testing.T, w *audittest.World) (int64, string) {
		for position := range int64(attacked) {
			body(t, w, position, `"outcome":"ok"`, `"outcome":"OK"`)
		}
		exec(t, w, "UPDATE audit_entries SET outcome = 'OK'")
		sign(t, w)
		return 0, at(t, w, 0)
	}, "anchored"},
	{"one body rewritten with all hashes and checkpoints", func(t *testing.T, w *audittest.World) (int64, string) {
		body(t, w, 33, `"outcome":"ok"`, `"outcome":"OK"`)
		exec(t, w, "UPDATE audit_entries SET outcome = 'OK' WHERE position = 33")
		sign(t, w)
		return 33, at(t, w, 33)
	}, "anchored"},
	{"an entry taken out of the log", func(t *testing.T, w *audittest.World) (int64, string) {
		exec(t, w, "UPDATE audit_entries SET position = NULL WHERE position = 21")
		return 21, ""
	}, "no entry"},
	{"everything deleted", func(t *testing.T, w *audittest.World) (int64, string) {
		rollBack(t, w, copied{})
		return 0, ""
	}, "anchor goes on"},
}

// TestAttacks does each attack on a log that is anchored, and has it found where
// it was done.
func TestAttacks(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		fill(t, w, attacked, 8)
		anchorAll(t, w)
		back := backUp(t, w)
		for _, a := range attacks {
			t.Run(a.name, func(t *testing.T) { //nolint:paralleltest // one log for all
				sound(t, w, attacked)
				position, id := a.do(t, w)
				r := verify(t, w)
				rollBack(t, w, back)
				if r.OK() {
					t.Fatal("the attack was not found")
				}
				if d := r.First; d.Position != position || id != "" && d.EntryID != id || !strings.Contains(d.What, a.wants) {
					t.Errorf("found %v, want position %d, entry %q, %q", d, position, id, a.wants)
				}
			})
		}
	})
}

// TestRollBack puts an earlier copy of the whole database in place, and lets the
// log go on from there.
func TestRollBack(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		fill(t, w, 24, 8)
		back := backUp(t, w)
		fill(t, w, 26, 13)
		anchorAll(t, w)
		sound(t, w, 50)
		rollBack(t, w, back)
		if d := verify(t, w).First; d == nil || d.Position != 24 {
			t.Errorf("after the roll-back: %v, want position 24", d)
		}
		// What is written from now on is signed by the real key.
		fill(t, w, 40, 20)
		id := at(t, w, 24)
		if d := verify(t, w).First; d == nil || d.Position != 24 || d.EntryID != id {
			t.Errorf("after the log went on: %v, want position 24", d)
		}
		witnessed(t, w.Process(t), 24, id)
	})
}

// TestAttacksWithoutAnchor: what the signatures alone find, and how far.
func TestAttacksWithoutAnchor(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		fill(t, w, attacked, 8)
		body(t, w, 33, `"outcome":"ok"`, `"outcome":"OK"`)
		exec(t, w, "UPDATE audit_entries SET outcome = 'OK' WHERE position = 33")
		if d := verify(t, w).First; d == nil || d.Position != 33 {
			t.Errorf("an edit: %v, want position 33", d)
		}
		forgeTree(t, w)
		// The tree agrees with itself: that one of the entries from 32 to 39 is
		// another is all that a signature shows.
		if d := verify(t, w).First; d == nil || d.Position != 32 || d.Checkpoint != 40 {
			t.Errorf("an edit with all hashes: %v, want checkpoint 40 from position 32 on", d)
		}
		sign(t, w)
		if d := verify(t, w).First; d == nil || d.Position != 0 || d.Checkpoint != attacked {
			t.Errorf("an edit with all hashes and checkpoints: %v, want checkpoint 50", d)
		}
	})
}

// TestNumberStopsAtDamage: nothing is built on a tree that was tampered with.
func TestNumberStopsAtDamage(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		fill(t, w, 20, 10)
		insert(t, w, 20)
		look(t, w, officer, "")
		_, err := w.Number(t.Context(), 10)
		damaged(t, "an entry beyond the end", err, 20)
		exec(t, w, "UPDATE audit_entries SET position = NULL WHERE position = 20")
		exec(t, w, "UPDATE audit_checkpoints SET note = ? WHERE id = 20", ask[[]byte](t, w, "SELECT note FROM audit_checkpoints WHERE id = 10"))
		_, err = w.Number(t.Context(), 10)
		damaged(t, "a checkpoint of another size", err, 19)
	})
}

// witnessed fails the test unless the anchor job refuses, and names a place.
func witnessed(t *testing.T, s *audit.Service, position int64, id string) {
	t.Helper()
	_, err := s.Anchor(context.WithoutCancel(t.Context()))
	if d := damaged(t, "anchor", err, position); d != nil && d.EntryID != id {
		t.Errorf("anchor names entry %q, want %q", d.EntryID, id)
	}
}
