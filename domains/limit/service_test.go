package limit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

// both are a memory and a durable rule, with a burst that tells them from the
// defaults.
var both = map[limit.Name]limit.Override{
	limit.CallPerson: {Burst: 7, Every: time.Minute},
	limit.CodePhone:  {Burst: 7, Every: time.Minute},
}

func TestFiftyAtOnce(t *testing.T) {
	for rule := range both {
		t.Run(string(rule), func(t *testing.T) {
			each(t, both, func(t *testing.T, w world) {
				var all sync.WaitGroup
				var passed atomic.Int64
				for range 50 {
					all.Go(func() {
						switch err := w.Take(t.Context(), rule, "key"); {
						case err == nil:
							passed.Add(1)
						case !errors.Is(err, limit.ErrTooOften):
							t.Errorf("Take: %v", err)
						}
					})
				}
				all.Wait()
				if n := passed.Load(); n != 7 {
					t.Errorf("%d of 50 passed, want 7", n)
				}
			})
		})
	}
}

func TestMistakes(t *testing.T) {
	each(t, nil, func(t *testing.T, w world) {
		ctx := t.Context()
		for name, f := range map[string]func(context.Context, limit.Name, string) error{"take": w.Take, "check": w.Check, "spend": w.Spend} {
			for _, rule := range []limit.Name{limit.CallPerson, limit.CodePhone} {
				if err := f(ctx, rule, ""); !errors.Is(err, limit.ErrNoKey) {
					t.Errorf("%s %s without a key: %v, want %v", name, rule, err, limit.ErrNoKey)
				}
			}
			if err := f(ctx, "call.nobody", "key"); !errors.Is(err, limit.ErrNoRule) {
				t.Errorf("%s without a rule: %v, want %v", name, err, limit.ErrNoRule)
			}
			err := w.db.InTx(ctx, func(ctx context.Context) error {
				if err := f(ctx, limit.CallPerson, "key"); err != nil {
					t.Errorf("%s of a memory rule in a transaction: %v", name, err)
				}
				return f(ctx, limit.CodePhone, "key")
			})
			if !errors.Is(err, limit.ErrInTx) {
				t.Errorf("%s in a transaction: %v, want %v", name, err, limit.ErrInTx)
			}
		}
		if n := w.rows(t); n != 0 {
			t.Errorf("%d rows, want none", n)
		}
	})
}

// A caller who hangs up is not let through, and what failed is counted all the
// same.
func TestCallerWhoLeaves(t *testing.T) {
	each(t, both, func(t *testing.T, w world) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := w.Take(ctx, limit.CodePhone, "key"); !errors.Is(err, context.Canceled) {
			t.Errorf("Take: %v, want %v", err, context.Canceled)
		}
		for range 3 {
			must(t, w.Spend(ctx, limit.CodePhone, "key"))
		}
		if n := w.drain(t, limit.CodePhone, "key"); n != 4 {
			t.Errorf("%d tokens left of 7, want 4", n)
		}
	})
}

// Failures beyond the burst keep the bucket empty for a whole pace.
func TestSpend(t *testing.T) {
	for rule := range both {
		t.Run(string(rule), func(t *testing.T) {
			each(t, both, func(t *testing.T, w world) {
				ctx := t.Context()
				for i := range 7 {
					if err := w.Check(ctx, rule, "key"); err != nil {
						t.Fatalf("failure %d: %v", i, err)
					}
					must(t, w.Spend(ctx, rule, "key"))
				}
				w.clock.step(59 * time.Second)
				must(t, w.Spend(ctx, rule, "key"))
				if err := w.Check(ctx, rule, "key"); took(t, err) || wait(err) != time.Minute {
					t.Errorf("%v with a wait of %s, want a minute", err, wait(err))
				}
				if err := w.Check(ctx, rule, "another"); err != nil {
					t.Errorf("another key: %v", err)
				}
			})
		})
	}
}

func TestRestart(t *testing.T) {
	for rule := range both {
		t.Run(string(rule), func(t *testing.T) {
			each(t, both, func(t *testing.T, w world) {
				ctx := t.Context()
				w.drain(t, rule, "empty")
				must(t, w.Take(ctx, rule, "one"))
				must(t, w.Flush(ctx))
				key, err := w.keys.Add(keyring.Indexing)
				must(t, err)
				must(t, w.keys.Promote(keyring.Indexing, key))
				w = w.restart(t)
				if err := w.Check(ctx, rule, "empty"); took(t, err) {
					t.Error("after a restart the empty bucket holds a token")
				}
				if n := w.drain(t, rule, "one"); n != 6 {
					t.Errorf("after a restart %d tokens of 7 are left, want 6", n)
				}
				w.clock.step(time.Minute)
				must(t, w.Flush(ctx))
				w = w.restart(t)
				if n := w.drain(t, rule, "empty"); n != 1 {
					t.Errorf("a minute later %d tokens, want 1", n)
				}
			})
		})
	}
}

// What could not be written is written the next time, and nothing twice.
func TestFlush(t *testing.T) {
	each(t, both, func(t *testing.T, w world) {
		for i := range 1200 { // more than fit into one statement
			must(t, w.Take(t.Context(), limit.CallPerson, fmt.Sprint(i)))
		}
		must(t, w.Take(t.Context(), limit.CallAddress, "soon full again"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := w.Flush(ctx); err == nil || w.rows(t) != 0 {
			t.Errorf("a flush that fails: %v, %d rows", err, w.rows(t))
		}
		must(t, w.Flush(t.Context()))
		if n := w.rows(t); n != 1200 {
			t.Errorf("%d rows, want 1200", n)
		}
		must(t, w.db.InTx(t.Context(), func(ctx context.Context) error {
			_, err := w.db.Client(ctx).LimitBucket.Delete().Exec(ctx)
			return err
		}))
		must(t, w.Flush(t.Context()))
		if n := w.rows(t); n != 0 {
			t.Errorf("%d rows written twice, want none", n)
		}
	})
}

// A process that has counted less leaves what another has written.
func TestTwoProcesses(t *testing.T) {
	each(t, both, func(t *testing.T, w world) {
		other := w.restart(t)
		w.drain(t, limit.CallPerson, "key")
		must(t, other.Take(t.Context(), limit.CallPerson, "key"))
		must(t, w.Flush(t.Context()))
		must(t, other.Flush(t.Context()))
		if n := w.restart(t).drain(t, limit.CallPerson, "key"); n != 0 {
			t.Errorf("%d tokens, want none", n)
		}
	})
}

func TestForget(t *testing.T) {
	each(t, both, func(t *testing.T, w world) {
		for i := range 3 {
			must(t, w.Take(t.Context(), limit.CodePhone, fmt.Sprint(i)))
			must(t, w.Take(t.Context(), limit.CallPerson, fmt.Sprint(i)))
		}
		w.drain(t, limit.CodePhone, "empty")
		must(t, w.Flush(t.Context()))
		w = w.restart(t)
		w.clock.step(time.Minute)
		for i, want := range []int{4, 2, 0} {
			if n, err := w.Forget(t.Context(), 4); n != want || err != nil {
				t.Errorf("turn %d: %d gone, %v; want %d", i, n, err, want)
			}
		}
		if n := w.drain(t, limit.CodePhone, "empty"); n != 1 || w.rows(t) != 1 {
			t.Errorf("the bucket that is not full has %d tokens and %d rows, want 1 and 1", n, w.rows(t))
		}
	})
}

// Rows and what a log would print name nobody.
func TestNothingInTheClear(t *testing.T) {
	each(t, both, func(t *testing.T, w world) {
		const secret = "13800001234"
		for rule := range both {
			must(t, w.Take(t.Context(), rule, secret))
		}
		must(t, w.Flush(t.Context()))
		ids, err := w.db.Client(t.Context()).LimitBucket.Query().IDs(t.Context())
		must(t, err)
		c := limit.Caller{Address: secret, Device: secret, Known: true}
		if got := limit.From(limit.With(t.Context(), c)); got != c || limit.From(t.Context()) != (limit.Caller{}) {
			t.Error("the context does not carry the caller")
		}
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "caller", c)
		texts := slices.Concat(ids, []string{log.String(), fmt.Sprintf("%v %+v", c, c)})
		if len(ids) != 2 || slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, secret) }) {
			t.Errorf("%d rows, want 2, and none with the key", len(ids))
		}
	})
}

// A rule that only counts refuses nobody and measures what it would refuse.
func TestCountOnly(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	w := newWorld(t, entdbtest.New(t), map[limit.Name]limit.Override{
		limit.CallPerson: {Burst: 2, Every: time.Hour, CountOnly: true},
		limit.CodePhone:  {Burst: 2, Every: time.Hour, CountOnly: true},
		limit.CallDevice: {Burst: 2, Every: time.Hour},
	})
	w.meter = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	w = w.restart(t)
	for i := range 5 {
		for _, rule := range []limit.Name{limit.CallPerson, limit.CodePhone} {
			if err := w.Take(t.Context(), rule, "key"); err != nil {
				t.Errorf("%s refuses: %v", rule, err)
			}
		}
		if took(t, w.Take(t.Context(), limit.CallDevice, "key")) != (i < 2) {
			t.Error("the rule beside does not refuse")
		}
	}
	var all metricdata.ResourceMetrics
	must(t, reader.Collect(t.Context(), &all))
	m := all.ScopeMetrics[0].Metrics[0]
	sum, ok := m.Data.(metricdata.Sum[int64])
	if m.Name != "limit.exceeded" || !ok || len(sum.DataPoints) != 3 {
		t.Fatalf("%s with %d points, want limit.exceeded with 3", m.Name, len(sum.DataPoints))
	}
	for _, p := range sum.DataPoints {
		if _, named := p.Attributes.Value("rule"); p.Value != 3 || !named || p.Attributes.Len() != 1 {
			t.Errorf("%s: %d, want 3 and no label but the rule", p.Attributes.Encoded(nil), p.Value)
		}
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	db := entdbtest.New(t)
	w := newWorld(t, db, nil)
	for _, r := range limit.Rules() {
		if got := w.drain(t, r.Name, "key"); got != r.Burst {
			t.Errorf("%s lets %d through, want %d", r.Name, got, r.Burst)
		}
	}
	for name, rules := range map[string]map[limit.Name]limit.Override{
		"of nothing":  {"call.nobody": {Burst: 1}},
		"negative":    {limit.CallPerson: {Burst: -1}},
		"too fine":    {limit.CallPerson: {Every: 1500 * time.Nanosecond}},
		"for a life":  {limit.CallPerson: {Burst: 1 << 60, Every: time.Hour}},
		"before time": {limit.CallPerson: {Every: -time.Hour}},
	} {
		if _, err := limit.New(deps(w, rules)); err == nil {
			t.Errorf("a rule %s is taken", name)
		}
	}
	if _, err := limit.New(limit.Deps{}); err == nil {
		t.Error("a service stands on nothing")
	}
}

func deps(w world, rules map[limit.Name]limit.Override) limit.Deps {
	return limit.Deps{DB: w.db, Keys: w.keys, Now: w.clock.now, Rules: rules, Log: slog.New(slog.DiscardHandler), Meter: w.meter}
}
