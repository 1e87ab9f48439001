package audit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
)

// edits is how many random edits TestRandomEdits does on each database.
const edits = 250

// edit is one random change of one value, and how to take it back.
type edit struct {
	what             string
	change, back     string
	changed, was     []any
	position, signed int64 // where it has to be found: of an entry, or a checkpoint's size
}

// editor makes random edits of a log.
type editor struct {
	t    *testing.T
	w    *audittest.World
	r    *rand.Rand
	size int64
}

// bytes changes, adds or drops one byte.
func (e editor) bytes(raw []byte) []byte {
	out := append([]byte(nil), raw...)
	i := e.r.IntN(len(out))
	switch e.r.IntN(3) {
	case 0:
		out[i] ^= byte(1 << e.r.IntN(8))
	case 1:
		out = append(out[:i], out[i+1:]...)
	default:
		out = append(out[:i], append([]byte{byte(e.r.IntN(256))}, out[i:]...)...)
	}
	if string(out) == string(raw) {
		return append(out, 'x')
	}
	return out
}

// next draws an edit.
func (e editor) next() edit {
	position := e.r.Int64N(e.size)
	id := at(e.t, e.w, position)
	update := func(table, column, where string, key, was, changed any) edit {
		query := "UPDATE " + table + " SET " + column + " = ? WHERE " + where + " = ?"
		return edit{table + "." + column, query, query, []any{changed, key}, []any{was, key}, position, 0}
	}
	switch e.r.IntN(10) {
	case 0, 1, 2:
		was := ask[[]byte](e.t, e.w, "SELECT body FROM audit_entries WHERE id = ?", id)
		return update("audit_entries", "body", "id", id, was, e.bytes(was))
	case 3, 4:
		column := []string{"actor", "office", "action", "outcome"}[e.r.IntN(4)]
		was := ask[string](e.t, e.w, "SELECT "+column+" FROM audit_entries WHERE id = ?", id)
		return update("audit_entries", column, "id", id, was, was+strconv.Itoa(e.r.IntN(10)))
	case 5:
		was := e.w.Now()
		return update("audit_entries", "time", "id", id, was, was.Add(time.Duration(1+e.r.IntN(1e6))*time.Microsecond))
	case 6:
		return update("audit_entries", "position", "id", id, position, e.size+e.r.Int64N(1000))
	case 7:
		was := ask[string](e.t, e.w, "SELECT document_id FROM audit_subjects WHERE entry_id = ? ORDER BY document_id LIMIT 1", id)
		row := ask[int64](e.t, e.w, "SELECT id FROM audit_subjects WHERE entry_id = ? AND document_id = ?", id, was)
		return update("audit_subjects", "document_id", "id", row, was, string(doc(100+e.r.IntN(100))))
	case 8:
		index := e.r.Int64N(tlog.StoredHashCount(e.size))
		for position = 0; tlog.StoredHashIndex(0, position+1) <= index; {
			position++
		}
		was := ask[[]byte](e.t, e.w, "SELECT hash FROM audit_hashes WHERE id = ?", index)
		return update("audit_hashes", "hash", "id", index, was, e.bytes(was))
	default:
		size := ask[int64](e.t, e.w, "SELECT min(id) FROM audit_checkpoints WHERE id > ?", position)
		was := ask[[]byte](e.t, e.w, "SELECT note FROM audit_checkpoints WHERE id = ?", size)
		out := update("audit_checkpoints", "note", "id", size, was, e.bytes(was))
		out.signed = size
		return out
	}
}

// TestRandomEdits changes single values at random: every change is found, where
// it was made. MINZHENGTONG_TEST_SEED repeats a run.
func TestRandomEdits(t *testing.T) {
	seed := rand.Uint64()
	if given, err := strconv.ParseUint(os.Getenv("MINZHENGTONG_TEST_SEED"), 10, 64); err == nil {
		seed = given
	}
	each(t, func(t *testing.T, w *audittest.World) {
		t.Logf("seed: MINZHENGTONG_TEST_SEED=%d", seed)
		const size = 80
		fill(t, w, size, 17)
		anchorAll(t, w)
		e := editor{t, w, rand.New(rand.NewPCG(seed, 0)), size}
		for n := range edits {
			one := e.next()
			exec(t, w, one.change, one.changed...)
			d := verify(t, w).First
			switch what := fmt.Sprintf("edit %d of %s at %d", n, one.what, one.position); {
			case d == nil:
				t.Fatalf("%s was not found", what)
			case one.signed != 0 && d.Checkpoint != one.signed, one.signed == 0 && d.Position != one.position:
				t.Fatalf("%s was found as: %v", what, d)
			}
			exec(t, w, one.back, one.was...)
		}
		sound(t, w, size)
	})
}
