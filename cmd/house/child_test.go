//go:build unix

package house_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/work"
	"github.com/minzhengtong/minzhengtong/jobs/queue"
)

// siteVariable makes this test binary a server without ports: it works at the site
// that is in it until it is killed, or its parent has gone.
const siteVariable = "HOUSE_TEST_SITE"

func TestMain(m *testing.M) {
	if text := os.Getenv(siteVariable); text != "" {
		fmt.Fprintln(os.Stderr, serve(context.Background(), text))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serve runs the clockwork and the queue, as the program does.
func serve(ctx context.Context, text string) error {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
		os.Exit(1)
	}()
	var s site
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	r, err := s.open(ctx, slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	if err != nil {
		return err
	}
	workers := map[string]queue.Worker{}
	for kind, w := range r.Workers {
		workers[kind] = soon(w)
	}
	go r.Jobs.Run(ctx)
	return r.Queue.Run(ctx, workers)
}

// soon has a worker asked again at once where it wants to wait: the queue waits by
// the machine's clock, and the worker knows the test's.
func soon(w queue.Worker) queue.Worker {
	do := w.Do
	w.Do = func(ctx context.Context, id string) error {
		err := do(ctx, id)
		if pause, later := work.Pause(err); later {
			return work.Later(min(pause, 100*time.Millisecond))
		}
		return err
	}
	return w
}
