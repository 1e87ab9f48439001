package limit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/limit"
)

// model is a bucket kept the slow way: what it holds, in the time that one
// token costs, added up step by step.
type model struct {
	burst, every, held, last int64
	passed                   []int64 // when tokens were taken
}

func newModel(o limit.Override) *model {
	every := o.Every.Microseconds()
	return &model{burst: int64(o.Burst), every: every, held: int64(o.Burst) * every, last: noon.UnixMicro()}
}

// at lets time pass and returns how long to wait for a token.
func (m *model) at(now int64) time.Duration {
	m.held = min(m.burst*m.every, m.held+now-m.last)
	m.last = now
	return time.Duration(max(0, m.every-m.held)) * time.Microsecond
}

// pay takes a token, or what there is of it.
func (m *model) pay() { m.held = max(0, m.held-m.every) }

// bounded checks every stretch of time: never more than the burst and one per
// pace.
func (m *model) bounded(t *testing.T) {
	t.Helper()
	for i, from := range m.passed {
		for n, to := range m.passed[i:] {
			if int64(n+1) > m.burst+(to-from)/m.every {
				t.Fatalf("%d passed within %d µs, of a burst of %d and one per %d µs", n+1, to-from, m.burst, m.every)
			}
		}
	}
}

// compare walks at random through moments and keys and compares each answer
// with the model's.
func compare(t *testing.T, w world, rule limit.Name, steps int, r *rand.Rand) {
	t.Helper()
	o := w.rules[rule]
	models := make([]*model, 3)
	for i := range models {
		models[i] = newModel(o)
	}
	for step := range steps {
		if r.IntN(3) > 0 {
			w.clock.step(time.Duration(r.Int64N(int64(o.Every) * 2)))
		}
		i := r.IntN(len(models))
		m, key := models[i], fmt.Sprintf("key %d", i)
		want := m.at(w.clock.micros.Load())
		var err error
		switch r.IntN(6) {
		case 0:
			err = w.Check(t.Context(), rule, key)
		case 1:
			must(t, w.Spend(t.Context(), rule, key))
			m.pay()
			continue
		default:
			if err = w.Take(t.Context(), rule, key); want == 0 {
				m.pay()
				m.passed = append(m.passed, m.last)
			}
		}
		if took(t, err) != (want == 0) || wait(err) != want {
			t.Fatalf("step %d: a wait of %s (%v), want %s", step, wait(err), err, want)
		}
	}
	for _, m := range models {
		m.bounded(t)
	}
}

func TestModel(t *testing.T) {
	tests := []struct {
		rule  limit.Name
		steps int
		limit.Override
	}{
		{limit.CallPerson, 3000, limit.Override{Burst: 1, Every: time.Microsecond * 7}},
		{limit.CallPerson, 3000, limit.Override{Burst: 10, Every: 5 * time.Millisecond}},
		{limit.CallPerson, 3000, limit.Override{Burst: 3, Every: time.Hour}},
		{limit.CodePhone, 150, limit.Override{Burst: 1, Every: 3 * time.Second}},
		{limit.CodePhone, 150, limit.Override{Burst: 5, Every: 3 * time.Minute}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %d per %s", tt.rule, tt.Burst, tt.Every), func(t *testing.T) {
			each(t, map[limit.Name]limit.Override{tt.rule: tt.Override}, func(t *testing.T, w world) {
				seed := rand.Uint64()
				t.Logf("seed %d", seed)
				compare(t, w, tt.rule, tt.steps, rand.New(rand.NewPCG(seed, 0)))
			})
		})
	}
}

// Who keeps to the pace is never refused, beside another who does not.
func TestHonestCaller(t *testing.T) {
	rules := []limit.Name{limit.CallPerson, limit.CodeDocumentKnown}
	for _, rule := range rules {
		t.Run(string(rule), func(t *testing.T) {
			each(t, map[limit.Name]limit.Override{rule: {Burst: 2, Every: time.Second}}, func(t *testing.T, w world) {
				for range 60 {
					if !took(t, w.Take(t.Context(), rule, "honest")) {
						t.Fatal("an honest caller was refused")
					}
					w.drain(t, rule, "greedy")
					w.clock.step(time.Second)
				}
			})
		})
	}
}

// A clock that jumps in both directions gives no more than the burst and what
// passed forward.
func TestClockJumps(t *testing.T) {
	for _, rule := range []limit.Name{limit.CallPerson, limit.CodePhone} {
		t.Run(string(rule), func(t *testing.T) {
			o := limit.Override{Burst: 4, Every: 10 * time.Second}
			each(t, map[limit.Name]limit.Override{rule: o}, func(t *testing.T, w world) {
				seed := rand.Uint64()
				t.Logf("seed %d", seed)
				r := rand.New(rand.NewPCG(seed, 0))
				passed, forward := 0, time.Duration(0)
				for range 200 {
					by := time.Duration(r.Int64N(int64(time.Minute))) - 30*time.Second
					w.clock.step(by)
					forward += max(0, by)
					if took(t, w.Take(t.Context(), rule, "key")) {
						passed++
					}
					if most := o.Burst + int(forward/o.Every); passed > most {
						t.Fatalf("%d passed, want %d at most", passed, most)
					}
				}
			})
		})
	}
}

// A clock set back by a year makes nobody wait longer than for one token, who
// asks before and after.
func TestClockSetBack(t *testing.T) {
	asks := map[string]func(w world, t *testing.T, rule limit.Name) error{
		"take":  func(w world, t *testing.T, rule limit.Name) error { return w.Take(t.Context(), rule, "key") },
		"check": func(w world, t *testing.T, rule limit.Name) error { return w.Check(t.Context(), rule, "key") },
	}
	for _, rule := range []limit.Name{limit.CallPerson, limit.CodePhone} {
		for name, ask := range asks {
			t.Run(string(rule)+" "+name, func(t *testing.T) {
				each(t, map[limit.Name]limit.Override{rule: {Burst: 4, Every: 10 * time.Second}}, func(t *testing.T, w world) {
					w.drain(t, rule, "key")
					w.clock.step(-365 * 24 * time.Hour)
					if err := ask(w, t, rule); took(t, err) || wait(err) != 10*time.Second {
						t.Errorf("at once: %v, a wait of %s, want 10 s", err, wait(err))
					}
					w.clock.step(10 * time.Second)
					if err := ask(w, t, rule); err != nil {
						t.Errorf("ten seconds later: %v", err)
					}
				})
			})
		}
	}
}
