package entdb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// TestSleeperIsShutOut: a process that sleeps in a transaction holds up the others
// for a while, and not for as long as it sleeps. A SQLite file has no such guard.
func TestSleeperIsShutOut(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		if strings.HasPrefix(url, "sqlite") {
			t.Skip("SQLite ends no transaction by itself: its lock is the file's")
		}
		other, sleeper := openURL(t, url), openURL(t, url+"&idle_in_transaction_session_timeout=300")
		var said string
		if err := other.SQL(t.Context()).QueryRowContext(t.Context(), "SHOW idle_in_transaction_session_timeout").Scan(&said); err != nil || said != "30s" {
			t.Errorf("it says %q, %v", said, err)
		}
		write := func(ctx context.Context, db *entdb.DB) error {
			_, err := db.SQL(ctx).ExecContext(ctx, "UPDATE sleepers SET n = n + 1")
			return err
		}
		for _, statement := range []string{"CREATE TABLE sleepers (n integer)", "INSERT INTO sleepers VALUES (0)"} {
			err := other.InTx(t.Context(), func(ctx context.Context) error {
				_, err := other.SQL(ctx).ExecContext(ctx, statement)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		hurried, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		err := sleeper.InTx(t.Context(), func(ctx context.Context) error {
			if err := write(ctx, sleeper); err != nil {
				return err
			}
			return other.InTx(hurried, func(ctx context.Context) error { return write(ctx, other) })
		})
		if hurried.Err() != nil || err == nil {
			t.Errorf("the sleeper's end: %v, and the other had %v", err, hurried.Err())
		}
	})
}
