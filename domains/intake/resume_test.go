package intake_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// messy is a small register with every difficulty: renewals, bad rows, quotes.
func messy(t testing.TB) string {
	t.Helper()
	content := registers(t, synthetic.Options{Seed: 11, People: 120, Bad: 0.1, Messy: 0.1, Shares: map[synthetic.Case]float64{
		synthetic.Plain: 3, synthetic.RenewedNewNumber: 1, synthetic.RenewedSameNumber: 1, synthetic.Lost: 1,
	}})[intake.Permits]
	return content + "\"not\nclosed,1\n" + plainPermit
}

// straight is what an import that nothing disturbs leaves behind.
func straight(t testing.TB, d *desk, content string) (map[string][]string, []string) {
	t.Helper()
	sum, err := d.Run(t.Context(), intake.Options{Kind: intake.Permits, Path: d.file(t, content), Batch: 10})
	if err != nil {
		t.Fatal(err)
	}
	return snapshot(t, d), rejected(t, sum)
}

// TestStopAtEveryBatch ends the context after each batch.
func TestStopAtEveryBatch(t *testing.T) {
	t.Parallel()
	content := messy(t)
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ring := keys(t)
		other := entdbtest.New(t)
		want, rejects := straight(t, newDesk(t, other, ring), content)
		d := newDesk(t, db, ring)
		path := d.file(t, content)
		for calls := 0; ; calls++ {
			ctx, cancel := context.WithCancel(t.Context())
			sum, err := d.Run(ctx, intake.Options{Kind: intake.Permits, Path: path, Batch: 10, Progress: func(intake.Progress) { cancel() }})
			cancel()
			if sum.Resumed != (calls > 0) {
				t.Errorf("call %d: resumed %t", calls, sum.Resumed)
			}
			if err == nil {
				same(t, snapshot(t, d), want)
				sameRejects(t, rejected(t, sum), rejects)
				return
			}
			if !errors.Is(err, intake.ErrStopped) || !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "the same command goes on") {
				t.Fatalf("error %v, want %v", err, intake.ErrStopped)
			}
		}
	})
}

// TestKillInsideEveryBatch panics at each of the IDs that are made: nothing of
// the batch may stay, and the next call goes on.
func TestKillInsideEveryBatch(t *testing.T) {
	t.Parallel()
	content := messy(t)
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ring := keys(t)
		other := entdbtest.New(t)
		want, rejects := straight(t, newDesk(t, other, ring), content)
		d := newDesk(t, db, ring)
		path, next := d.file(t, content), d.newID
		for life := 1; ; life += 7 {
			left := life
			d.newID = func() string {
				if left--; left < 0 {
					panic("killed")
				}
				return next()
			}
			sum, alive := runUntilKilled(t, d, path)
			// What a process that was killed may leave behind.
			if file, err := os.OpenFile(path+".rejects.csv", os.O_APPEND|os.O_WRONLY, 0); err == nil {
				if !alive {
					_, _ = file.WriteString("99999,number,DOCUMENT_LENGTH\n99999,num")
				}
				_ = file.Close()
			}
			if alive {
				same(t, snapshot(t, d), want)
				sameRejects(t, rejected(t, sum), rejects)
				return
			}
		}
	})
}

func runUntilKilled(t *testing.T, d *desk, path string) (sum intake.Summary, alive bool) {
	defer func() {
		if p := recover(); p != nil && p != "killed" {
			panic(p)
		}
	}()
	sum, err := d.Run(t.Context(), intake.Options{Kind: intake.Permits, Path: path, Batch: 10})
	if err != nil {
		t.Fatal(err)
	}
	return sum, true
}

func sameRejects(t *testing.T, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%d entries in the reject file, want the %d of the straight run", len(got), len(want))
	}
}

// TestTwoAtOnce imports one file from two processes: the earlier gives way.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	content := messy(t)
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ring := keys(t)
		other := entdbtest.New(t)
		want, rejects := straight(t, newDesk(t, other, ring), content)
		d := newDesk(t, db, ring)
		path := d.file(t, content)
		var sums [2]intake.Summary
		var errs [2]error
		var both sync.WaitGroup
		for i := range sums {
			both.Go(func() {
				sums[i], errs[i] = d.Run(t.Context(), intake.Options{Kind: intake.Permits, Path: path, Batch: 10})
			})
		}
		both.Wait()
		won := 0
		for i, err := range errs {
			switch {
			case err == nil:
				won++
				sameRejects(t, rejected(t, sums[i]), rejects)
			case !errors.Is(err, intake.ErrTaken):
				t.Errorf("error %v, want %v", err, intake.ErrTaken)
			}
		}
		if won == 0 {
			t.Error("neither finished")
		}
		if won == 1 {
			same(t, snapshot(t, d), want)
		}
	})
}

// TestTakenOver starts the second import while the first is half way.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	content := messy(t)
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ring := keys(t)
		other := entdbtest.New(t)
		want, rejects := straight(t, newDesk(t, other, ring), content)
		d := newDesk(t, db, ring)
		o := intake.Options{Kind: intake.Permits, Path: d.file(t, content), Batch: 10}
		first, batches := o, 0
		first.Progress = func(intake.Progress) {
			if batches++; batches != 3 {
				return
			}
			sum, err := d.Run(t.Context(), o)
			if err != nil || !sum.Resumed {
				t.Errorf("the later: resumed %t, error %v", sum.Resumed, err)
			}
		}
		sum, err := d.Run(t.Context(), first)
		if !errors.Is(err, intake.ErrTaken) || batches != 3 {
			t.Errorf("the earlier: error %v after %d batches, want %v after 3", err, batches, intake.ErrTaken)
		}
		same(t, snapshot(t, d), want)
		sameRejects(t, rejected(t, sum), rejects)
	})
}

// TestDatabaseFull lets the disk run out under an import, then frees it.
func TestDatabaseFull(t *testing.T) {
	t.Parallel()
	content := messy(t)
	ring := keys(t)
	other, db := entdbtest.New(t), entdbtest.New(t)
	want, rejects := straight(t, newDesk(t, other, ring), content)
	d := newDesk(t, db, ring)
	path := d.file(t, content)
	limit := func(pages string) {
		err := db.InTx(t.Context(), func(ctx context.Context) error {
			var got int64
			return db.SQL(ctx).QueryRowContext(ctx, "PRAGMA max_page_count = "+pages).Scan(&got)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // SQLite takes the present size for the least
	_, err := d.Run(t.Context(), intake.Options{Kind: intake.Permits, Path: path, Batch: 10})
	if !errors.Is(err, entdb.ErrUnavailable) || !entdb.IsFull(err) {
		t.Fatalf("error %v, want a full disk", err)
	}
	limit("1000000")
	sum, err := d.Run(t.Context(), intake.Options{Kind: intake.Permits, Path: path, Batch: 10})
	if err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, d), want)
	sameRejects(t, rejected(t, sum), rejects)
}

// TestRejectsCannotBeWritten writes no row that could not be listed.
func TestRejectsCannotBeWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	path := d.file(t, passes(plainPass))
	_, err := d.Run(t.Context(), intake.Options{Kind: intake.Passes, Path: path, Rejects: d.dir + "/no/such/folder.csv"})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want %v", err, os.ErrNotExist)
	}
	if rows := query(t, d.db, `SELECT 1 FROM documents`); len(rows) != 0 {
		t.Error("a row was taken")
	}
}

// TestFileChanges lets the file grow under the import.
func TestFileChanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	path := d.file(t, passes(plainPass, secondPass))
	_, err := d.Run(t.Context(), intake.Options{Kind: intake.Passes, Path: path, Batch: 1, Progress: func(intake.Progress) {
		d.file(t, passes(plainPass))
	}})
	if !errors.Is(err, intake.ErrChanged) {
		t.Errorf("error %v, want %v", err, intake.ErrChanged)
	}
}
