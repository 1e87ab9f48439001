package credential_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/credential"
)

// howMany is how many licences stand under the key that is listed: 3,000, or what
// MINZHENGTONG_TEST_CREDENTIALS says.
func howMany(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("MINZHENGTONG_TEST_CREDENTIALS"))
	if err != nil {
		return 3_000
	}
	return n
}

// TestListsAllOfAKey: every licence under a key is listed once, none of another key is, and
// a million take less than a minute, which is logged and fails nothing.
func TestListsAllOfAKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, _ := w.person(1)
		const given = "the-key-that-was-given-away"
		n := howMany(t)
		w.fill(t, string(w.files.ID(p.Pass)), given, "given", n)
		w.fill(t, string(w.files.ID(p.Pass)), "another-key", "others", 100)
		begin, seen := time.Now(), map[credential.Number]bool{}
		for after := credential.ID(""); ; {
			list, err := w.UnderKey(t.Context(), given, after, 5_000)
			must(t, "list", err)
			if len(list) == 0 {
				break
			}
			for _, l := range list {
				seen[l.Number], after = true, l.ID
			}
		}
		t.Logf("%d licences of a key were listed in %s", n, time.Since(begin).Round(time.Millisecond))
		if len(seen) != n || seen["others-1"] {
			t.Errorf("%d of %d are listed", len(seen), n)
		}
	})
}

// fill puts rows of licences under a key, as wide as rows are.
func (w *world) fill(t *testing.T, document, key, prefix string, n int) {
	t.Helper()
	now, content := w.files.Clock.Now().UTC(), make([]byte, 1500)
	for from := 0; from < n; from += 2_000 {
		err := w.files.DB.InTx(t.Context(), func(ctx context.Context) error {
			rows := entdb.NewBulk(row.Table, row.FieldID, row.FieldNumber, row.FieldEdition, row.FieldTypeCode, row.FieldTypeVersion,
				row.FieldDocumentID, row.FieldMatterKind, row.FieldMatterID, row.FieldState, row.FieldKeyID, row.FieldListNumber,
				row.FieldListIndex, row.FieldContentSealed, row.FieldCheckHash, row.FieldFromTime, row.FieldMaker, row.FieldCreateTime,
				row.FieldChangeTime, row.FieldVersion)
			for i := from; i < min(from+2_000, n); i++ {
				name := fmt.Sprint(prefix, "-", i)
				sum := sha256.Sum256([]byte(name))
				rows.Add(w.newID(), name, 1, "practice_licence", 1, document, prefix, name, "valid", key, len(prefix), i, content, sum[:],
					now, "", now, now, 1)
			}
			_, err := rows.Flush(ctx, w.files.DB)
			return err
		})
		must(t, "fill", err)
	}
}
