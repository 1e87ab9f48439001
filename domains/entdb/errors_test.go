package entdb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

func TestReadOnly(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		statement := "PRAGMA query_only = on"
		if db.Dialect() == dialect.Postgres {
			statement = "SET TRANSACTION READ ONLY"
		}
		err := db.InTx(t.Context(), func(ctx context.Context) error {
			if _, err := db.SQL(ctx).ExecContext(ctx, statement); err != nil {
				return err
			}
			return addFirm(ctx, db, "a")
		})
		if !entdb.IsReadOnly(err) || !errors.Is(err, entdb.ErrUnavailable) || entdb.IsFull(err) {
			t.Errorf("got %v, want read-only and %v", err, entdb.ErrUnavailable)
		}
	})
}

// A full disk fails the write and nothing else: what was there stays, reads go
// on, and so do writes once there is room.
func TestFull(t *testing.T) {
	t.Parallel()
	db := entdbtest.New(t)
	write(t, db, func(ctx context.Context) error { return addFirm(ctx, db, "before") })
	pages := func(limit int) {
		t.Helper()
		write(t, db, func(ctx context.Context) error {
			_, err := db.SQL(ctx).ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", limit))
			return err
		})
	}
	fill := func(ctx context.Context) error {
		if err := addFirm(ctx, db, "small"); err != nil {
			return err
		}
		return db.Client(ctx).Challenge.Create().SetID("c").SetPurpose("sign_in").SetSubject([]byte{1}).
			SetCodeHash(bytes.Repeat([]byte{1}, 1<<20)).SetCreateTime(noon).SetExpireTime(noon).Exec(ctx)
	}
	pages(1) // as many as there are
	err := db.InTx(t.Context(), fill)
	if !entdb.IsFull(err) || !errors.Is(err, entdb.ErrUnavailable) {
		t.Fatalf("got %v, want full and %v", err, entdb.ErrUnavailable)
	}
	nested := db.InTx(t.Context(), func(ctx context.Context) error { return db.InTx(ctx, fill) })
	if !entdb.IsFull(nested) {
		t.Errorf("nested: got %v, want full", nested)
	}
	wantFirms(t, db, "before")
	pages(1 << 20)
	write(t, db, fill)
	wantFirms(t, db, "before", "small")
}

func TestPostgresCodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code                                         string
		unique, foreign, readOnly, full, retry, down bool
	}{
		{code: "23505", unique: true},
		{code: "23503", foreign: true},
		{code: "25006", readOnly: true, down: true},
		{code: "53100", full: true, down: true},
		{code: "40001", retry: true, down: true},
		{code: "40P01", retry: true, down: true},
		{code: "57P01", down: true},
		{code: "08006", down: true},
		{code: "57014"},
		{code: "42601"},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: tt.code})
			got := []bool{
				entdb.IsUniqueViolation(err), entdb.IsForeignKeyViolation(err), entdb.IsReadOnly(err),
				entdb.IsFull(err), entdb.Retryable(err), entdb.Unavailable(err),
			}
			want := []bool{tt.unique, tt.foreign, tt.readOnly, tt.full, tt.retry, tt.down}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("unique, foreign, read-only, full, retryable, unavailable: %v, want %v", got, want)
			}
		})
	}
}

func TestRebind(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, query, want string }{
		{"in order", "a = ? AND b = ?", "a = $1 AND b = $2"},
		{"literals", "a = '?' AND b = ? AND c = 'it''s ?'", "a = '?' AND b = $1 AND c = 'it''s ?'"},
		{"names", `"a?" = ?`, `"a?" = $1`},
		{"comments", "a -- why?\n = ? - ?", "a -- why?\n = $1 - $2"},
		{"unfinished", "a = ? AND 'b?", "a = $1 AND 'b?"},
		{"nothing", "SELECT 1", "SELECT 1"},
		{"more than nine", strings.Repeat("?", 10), "$1$2$3$4$5$6$7$8$9$10"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := entdb.Numbered(tt.query); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
