package limit_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

var noon = time.Date(2026, time.November, 24, 4, 0, 0, 0, time.UTC)

// clock is a test's own time.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.micros.Store(noon.UnixMicro())
	return c
}

func (c *clock) now() time.Time       { return time.UnixMicro(c.micros.Load()) }
func (c *clock) step(d time.Duration) { c.micros.Add(d.Microseconds()) }

// world is a service with its parts.
type world struct {
	*limit.Service
	db    *entdb.DB
	keys  *keyring.Keyring
	clock *clock
	rules map[limit.Name]limit.Override
	meter metric.MeterProvider
}

func newWorld(t testing.TB, db *entdb.DB, rules map[limit.Name]limit.Override) world {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	must(t, err)
	keys, err := keyring.Open(dir, kek)
	must(t, err)
	return world{db: db, keys: keys, clock: newClock(), rules: rules, meter: noop.NewMeterProvider()}.restart(t)
}

// restart is a new process over the same database.
func (w world) restart(t testing.TB) world {
	t.Helper()
	var err error
	w.Service, err = limit.New(limit.Deps{
		DB: w.db, Keys: w.keys, Now: w.clock.now, Rules: w.rules, Log: slog.New(slog.DiscardHandler), Meter: w.meter,
	})
	must(t, err)
	must(t, w.Load(t.Context()))
	return w
}

func each(t *testing.T, rules map[limit.Name]limit.Override, f func(t *testing.T, w world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db, rules)) })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// took reports whether err is none. It is ErrTooOften, with a time to wait, or
// the test fails.
func took(t *testing.T, err error) bool {
	t.Helper()
	if err == nil {
		return true
	}
	if !errors.Is(err, limit.ErrTooOften) || wait(err) <= 0 {
		t.Fatalf("%v with a wait of %s, want %v with one", err, wait(err), limit.ErrTooOften)
	}
	return false
}

// wait is how long an error says to wait.
func wait(err error) time.Duration {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f.RetryAfter()
	}
	return 0
}

// drain takes until it is too often, and returns how many tokens there were.
func (w world) drain(t *testing.T, rule limit.Name, key string) int {
	t.Helper()
	for n := 0; ; n++ {
		if !took(t, w.Take(t.Context(), rule, key)) {
			return n
		}
	}
}

// rows counts the buckets that are stored.
func (w world) rows(t *testing.T) int {
	t.Helper()
	n, err := w.db.Client(t.Context()).LimitBucket.Query().Count(t.Context())
	must(t, err)
	return n
}
