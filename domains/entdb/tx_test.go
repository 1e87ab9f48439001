package entdb_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

var (
	noon    = time.Date(2026, time.March, 30, 4, 0, 0, 0, time.UTC)
	errTest = errors.New("test")
)

// addFirm writes a row; it needs no other.
func addFirm(ctx context.Context, db *entdb.DB, id string) error {
	return db.Client(ctx).Firm.Create().SetID(id).SetName("甲").SetCategory("c").SetArea("350200").Exec(ctx)
}

// firms returns the IDs that are there, in order.
func firms(t *testing.T, db *entdb.DB) []string {
	t.Helper()
	ids, err := db.Client(t.Context()).Firm.Query().IDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

func wantFirms(t *testing.T, db *entdb.DB, want ...string) {
	t.Helper()
	if got := firms(t, db); !slices.Equal(got, want) {
		t.Errorf("rows are %v, want %v", got, want)
	}
}

func TestInTx(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		work func(ctx context.Context, db *entdb.DB) error
		err  error
		rows []string
		runs int // of the function given to AfterCommit
	}{
		{"commits", func(ctx context.Context, db *entdb.DB) error {
			db.AfterCommit(ctx, func() {})
			return addFirm(ctx, db, "a")
		}, nil, []string{"a"}, 1},
		{"rolls back on an error", func(ctx context.Context, db *entdb.DB) error {
			return errors.Join(addFirm(ctx, db, "a"), errTest)
		}, errTest, nil, 0},
		{"joins", func(ctx context.Context, db *entdb.DB) error {
			return errors.Join(addFirm(ctx, db, "a"), db.InTx(ctx, func(ctx context.Context) error { return addFirm(ctx, db, "b") }))
		}, nil, []string{"a", "b"}, 1},
		{"takes back only the nested part", func(ctx context.Context, db *entdb.DB) error {
			err := db.InTx(ctx, func(ctx context.Context) error { return errors.Join(addFirm(ctx, db, "b"), errTest) })
			if !errors.Is(err, errTest) {
				return fmt.Errorf("nested: %w", err)
			}
			return addFirm(ctx, db, "a")
		}, nil, []string{"a"}, 1},
		{"goes on after a nested statement failed", func(ctx context.Context, db *entdb.DB) error {
			if err := addFirm(ctx, db, "a"); err != nil {
				return err
			}
			err := db.InTx(ctx, func(ctx context.Context) error { return addFirm(ctx, db, "a") })
			if !entdb.IsUniqueViolation(err) {
				return fmt.Errorf("nested: %w", err)
			}
			return addFirm(ctx, db, "b")
		}, nil, []string{"a", "b"}, 1},
		{"reads what it wrote", func(ctx context.Context, db *entdb.DB) error {
			if err := addFirm(ctx, db, "a"); err != nil {
				return err
			}
			n, err := db.Client(ctx).Firm.Query().Count(ctx)
			if err == nil && n != 1 {
				err = fmt.Errorf("%d rows, want 1", n)
			}
			return err
		}, nil, []string{"a"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
				runs := 0
				err := db.InTx(t.Context(), func(ctx context.Context) error {
					db.AfterCommit(ctx, func() { runs++ })
					return tt.work(ctx, db)
				})
				if !errors.Is(err, tt.err) {
					t.Fatalf("InTx: %v, want %v", err, tt.err)
				}
				wantFirms(t, db, tt.rows...)
				if runs != tt.runs {
					t.Errorf("AfterCommit ran %d times, want %d", runs, tt.runs)
				}
			})
		})
	}
}

// A statement that failed ends the transaction on both databases, even where the
// work hides it.
func TestInTxAfterFailedStatement(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		var second error
		err := db.InTx(t.Context(), func(ctx context.Context) error {
			_ = addFirm(ctx, db, "a")
			_ = addFirm(ctx, db, "a")
			second = addFirm(ctx, db, "b")
			var n int
			if err := db.SQL(ctx).QueryRowContext(ctx, "SELECT 1").Scan(&n); err == nil {
				t.Error("a query after the failure was let through")
			}
			return nil
		})
		if !entdb.IsUniqueViolation(err) || !entdb.IsUniqueViolation(second) {
			t.Errorf("InTx: %v, the statement after the failure: %v; want unique violations", err, second)
		}
		wantFirms(t, db)
	})
}

func TestInTxPanic(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		panicking := func(ctx context.Context) error {
			_ = addFirm(ctx, db, "a")
			panic("test")
		}
		caught := func(ctx context.Context) {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = db.InTx(ctx, panicking)
		}
		caught(t.Context())
		err := db.InTx(t.Context(), func(ctx context.Context) error {
			caught(ctx)
			return nil
		})
		if err == nil {
			t.Error("work whose nested part panicked was committed")
		}
		wantFirms(t, db)
		if err := db.InTx(t.Context(), func(ctx context.Context) error { return addFirm(ctx, db, "b") }); err != nil {
			t.Errorf("InTx after a panic: %v", err)
		}
	})
}

func TestAfterCommit(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		var got []string
		say := func(ctx context.Context, word string) { db.AfterCommit(ctx, func() { got = append(got, word) }) }
		err := db.InTx(t.Context(), func(ctx context.Context) error {
			say(ctx, "outer")
			_ = db.InTx(ctx, func(ctx context.Context) error {
				say(ctx, "taken back")
				return errTest
			})
			return db.InTx(ctx, func(ctx context.Context) error {
				say(ctx, "nested")
				if len(got) != 0 {
					t.Errorf("before the commit %v ran", got)
				}
				return nil
			})
		})
		say(t.Context(), "no transaction")
		if want := []string{"outer", "nested", "no transaction"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("ran %v with error %v, want %v", got, err, want)
		}
	})
}

// Fifty callers read a row and write it back, all at once; every one gets
// through, and none overwrites another.
func TestInTxFiftyOnOneRow(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ctx := t.Context()
		if err := db.InTx(ctx, func(ctx context.Context) error { return addFirm(ctx, db, "a") }); err != nil {
			t.Fatal(err)
		}
		const callers = 50
		var wg sync.WaitGroup
		var commits [callers]int
		errs := make([]error, callers)
		for i := range callers {
			wg.Go(func() {
				errs[i] = db.InTx(ctx, func(ctx context.Context) error {
					db.AfterCommit(ctx, func() { commits[i]++ })
					firm, err := db.Client(ctx).Firm.Get(ctx, "a")
					if err != nil {
						return err
					}
					return firm.Update().SetVersion(firm.Version + 1).Exec(ctx)
				})
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		firm, err := db.Client(ctx).Firm.Get(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		if firm.Version != 1+callers {
			t.Errorf("counted to %d, want %d", firm.Version, 1+callers)
		}
		for i, n := range commits {
			if n != 1 {
				t.Errorf("AfterCommit of caller %d ran %d times, want once", i, n)
			}
		}
	})
}

// Two transactions that each read what the other writes cannot both be right.
// PostgreSQL lets both read before either writes; SQLite lets one at a time.
func TestInTxWriteSkew(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ctx := t.Context()
		var bothRead, done sync.WaitGroup
		bothRead.Add(2)
		errs := make([]error, 2)
		for i := range errs {
			tries := 0
			done.Go(func() {
				errs[i] = db.InTx(ctx, func(ctx context.Context) error {
					tries++
					n, err := db.Client(ctx).Firm.Query().Count(ctx)
					if db.Dialect() == dialect.Postgres && tries == 1 {
						bothRead.Done()
						bothRead.Wait()
					}
					if err != nil || n > 0 {
						return err
					}
					return addFirm(ctx, db, fmt.Sprint("f", i))
				})
			})
		}
		done.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if got := firms(t, db); len(got) != 1 {
			t.Errorf("%d rows, want 1", len(got))
		}
	})
}

func TestInTxEndsWithContext(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.InTx(ctx, func(ctx context.Context) error {
			if err := addFirm(ctx, db, "a"); err != nil {
				return err
			}
			cancel()
			return addFirm(ctx, db, "b")
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("InTx: %v, want %v", err, context.Canceled)
		}
		wantFirms(t, db)
	})
}

func TestWriteOutsideTx(t *testing.T) {
	t.Parallel()
	writes := map[string]func(ctx context.Context, db *entdb.DB) error{
		"create": func(ctx context.Context, db *entdb.DB) error { return addFirm(ctx, db, "a") },
		"update": func(ctx context.Context, db *entdb.DB) error {
			return db.Client(ctx).Firm.Update().SetName("乙").Exec(ctx)
		},
		"delete": func(ctx context.Context, db *entdb.DB) error {
			_, err := db.Client(ctx).Firm.Delete().Exec(ctx)
			return err
		},
		"by hand": func(ctx context.Context, db *entdb.DB) error {
			var id string
			return db.SQL(ctx).QueryRowContext(ctx, "DELETE FROM firms RETURNING id").Scan(&id)
		},
	}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
				if err := write(t.Context(), db); !errors.Is(err, entdb.ErrOutsideTx) {
					t.Errorf("a write outside InTx: %v, want %v", err, entdb.ErrOutsideTx)
				}
			})
		})
	}
}
