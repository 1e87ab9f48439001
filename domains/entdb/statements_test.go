package entdb_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// TestManyQueriesAtOnce runs more texts than are kept prepared, short and long,
// from many goroutines: each gets its own answer, before and after the shelf is
// full.
func TestManyQueriesAtOnce(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ask := func(n int, padding string) error {
			var got int
			query := db.Rebind(fmt.Sprintf("SELECT %d + CAST(? AS INTEGER) %s", n, padding))
			if err := db.SQL(t.Context()).QueryRowContext(t.Context(), query, 1).Scan(&got); err != nil {
				return err
			}
			if got != n+1 {
				return fmt.Errorf("query %d answers %d, want %d", n, got, n+1)
			}
			return nil
		}
		var group sync.WaitGroup
		for worker := range 8 {
			group.Go(func() {
				for n := range 400 {
					if err := ask((n+worker*13)%400, ""); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if err := ask(7, "/* "+strings.Repeat("long ", 2000)+"*/"); err != nil {
			t.Error(err)
		}
	})
}
