//go:build unix

package entdb_test

import (
	"context"
	"errors"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// TestPrimaryDies: work that was not committed when the primary died was not taken, and
// says so. Of a commit whose answer was lost nobody says anything, it is not begun anew,
// and it holds if the standby had it.
func TestPrimaryDies(t *testing.T) {
	t.Parallel()
	pair := entdbtest.NewPair(t)
	db := pair.DB
	write(t, db, func(ctx context.Context) error { return addFirm(ctx, db, "before") })
	tries := 0
	err := db.InTx(t.Context(), func(ctx context.Context) error {
		tries++
		if err := addFirm(ctx, db, "in the middle"); err != nil {
			return err
		}
		pair.Failover(t)
		return addFirm(ctx, db, "afterwards")
	})
	if !errors.Is(err, entdb.ErrUnavailable) || tries != 1 {
		t.Errorf("in the middle: %v after %d tries, want %v", err, tries, entdb.ErrUnavailable)
	}
	wantFirms(t, db, "before")
	for name, fate := range map[string]entdbtest.Fate{"kept": entdbtest.Kept, "lost": entdbtest.Lost} {
		if err := pair.HoldCommits(t.Context(), fate); err != nil {
			t.Fatal(err)
		}
		tries := 0
		answer := make(chan error, 1)
		go func() {
			answer <- db.InTx(t.Context(), func(ctx context.Context) error {
				tries++
				return addFirm(ctx, db, name)
			})
		}()
		pair.AwaitCommit(t, fate)
		pair.Failover(t)
		if err := <-answer; err == nil || errors.Is(err, entdb.ErrUnavailable) || tries != 1 {
			t.Errorf("%s: %v after %d tries, want an error that promises nothing", name, err, tries)
		}
	}
	wantFirms(t, db, "before", "kept")
}
