package queue_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/work"
	"github.com/minzhengtong/minzhengtong/jobs/queue"
)

// childVariable makes this test binary a process that works on the database at
// the URL in it, says when a job has had its effect, and never ends it.
const childVariable = "QUEUE_TEST_WORK"

func TestMain(m *testing.M) {
	if url := os.Getenv(childVariable); url != "" {
		if err := workInChild(context.Background(), url); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func workInChild(ctx context.Context, url string) error {
	db, err := entdb.Open(ctx, entdb.Config{URL: url}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	q, err := queue.New(queue.Deps{DB: db, Now: time.Now, NewID: uuid.NewString, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return q.Run(ctx, map[string]queue.Worker{"note": {Do: func(ctx context.Context, id string) error {
		if err := (effect{db}).happen(ctx, id); err != nil {
			return err
		}
		fmt.Println("done")
		select {} // until it is killed
	}}})
}

// A process is killed after a job's effect and before its end. Another one does
// the job again.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		db, err := entdb.Open(t.Context(), entdb.Config{URL: url}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := db.Migrate(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		e, q := newEffect(t, db), newQueue(t, db)
		enqueue(t, db, q, work.Job{Kind: "note", ID: "a"})
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env, child.Stderr = append(os.Environ(), childVariable+"="+url), os.Stderr
		out, err := child.StdoutPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bufio.NewScanner(out).Scan() {
			t.Error("the child did not do its job")
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed
		q.Look(often)
		run(t, q, map[string]queue.Worker{"note": {Do: e.happen}})
		until(t, db, 1, inState, "completed")
		if n := count(t, db, "SELECT times FROM effects WHERE id = 'a'"); n != 2 {
			t.Errorf("the job was done %d times, want by both processes", n)
		}
	})
}
