package jobs_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/minzhengtong/minzhengtong/jobs"
)

func schedule(t *testing.T, text string) cron.Schedule {
	t.Helper()
	s, err := cron.ParseStandard(text)
	if err != nil {
		t.Fatal(err)
	}
	if spec, ok := s.(*cron.SpecSchedule); ok {
		spec.Location = shanghai
	}
	return s
}

// monday is a Monday morning in the zone of the timetable.
var monday = time.Date(2026, time.March, 2, 8, 0, 0, 0, shanghai)

func TestPast(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	nine := monday.Add(time.Hour)
	tests := []struct {
		name string
		at   []time.Duration // of the clock, from Monday 08:00
		want []time.Duration // what began, from Monday 09:00; -1 is nothing
	}{
		{"nothing is due at first", []time.Duration{0}, []time.Duration{-1}},
		{"its time", []time.Duration{time.Hour, time.Hour, time.Hour + 1}, []time.Duration{0, -1, -1}},
		{"a day asleep", []time.Duration{day + 2*time.Hour, day + 3*time.Hour}, []time.Duration{day, -1}},
		{"a week is one run", []time.Duration{7*day + time.Hour}, []time.Duration{7 * day}},
		{"an hour back", []time.Duration{time.Hour, 0, time.Hour, day + time.Hour}, []time.Duration{0, -1, -1, day}},
		{
			"a year ahead and back", []time.Duration{time.Hour, 365 * day, day + time.Hour, 2*day + time.Hour, 364*day + time.Hour, 365*day + time.Hour},
			[]time.Duration{0, 364 * day, day, 2 * day, -1, 365 * day},
		},
		{
			"a wrong clock at the first start", []time.Duration{-365 * day, -364 * day, time.Hour},
			[]time.Duration{-366 * day, -365 * day, 0},
		},
		{"a nanosecond back", []time.Duration{time.Hour, time.Hour - 1, time.Hour}, []time.Duration{0, -1, -1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			daily := schedule(t, "0 9 * * *")
			p := jobs.Beginning(monday)
			for i, d := range tt.at {
				got := p.Due(daily, monday.Add(d))
				want := time.Time{}
				if tt.want[i] != -1 {
					want = nine.Add(tt.want[i])
				}
				if !got.Equal(want) {
					t.Fatalf("look %d: due %v, want %v", i, got, want)
				}
				if !got.IsZero() {
					p = p.Begin(daily, got)
				}
			}
		})
	}
}

// Whatever the clock does, no planned time begins twice, and the newest one has
// begun whenever somebody looked.
func TestPastUnderAnyClock(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0 9 * * *", "*/20 * * * *", "@every 90s", "0 0 29 2 *", "30 8 * * 1-5"} {
		for range 30 {
			seed := rand.Uint64()
			random := rand.New(rand.NewPCG(seed, 0))
			s := schedule(t, text)
			now := monday
			p := jobs.Beginning(now)
			begun := map[int64]bool{}
			for n := range 300 {
				switch random.IntN(12) {
				case 0:
					now = now.Add(365 * 24 * time.Hour)
				case 1:
					now = now.Add(-365 * 24 * time.Hour)
				case 2:
					now = now.Add(time.Duration(random.IntN(48)-24) * time.Hour)
				case 3: // it stands still
				case 4:
					now = now.Add(-1)
				default:
					now = now.Add(time.Duration(random.IntN(7200)) * time.Second)
				}
				now = latest(earliest(now, monday.AddDate(4, 0, 0)), monday.AddDate(-4, 0, 0))
				at := p.Due(s, now)
				if at.IsZero() {
					continue
				}
				if begun[at.Unix()] || at.After(now) {
					t.Fatalf("%s, seed %d, look %d at %v: %v begins twice or early", text, seed, n, now, at)
				}
				begun[at.Unix()] = true
				p = p.Begin(s, at)
				if again := p.Due(s, now); !again.IsZero() {
					t.Fatalf("%s, seed %d, look %d at %v: after %v still %v is due", text, seed, n, now, at, again)
				}
			}
			if p.Gaps() > 16 {
				t.Errorf("%d gaps are kept", p.Gaps())
			}
		}
	}
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Looking costs little after years, whatever the schedule.
func BenchmarkDueAfterFiveYears(b *testing.B) {
	s, err := cron.ParseStandard("* * * * *")
	if err != nil {
		b.Fatal(err)
	}
	p, now := jobs.Beginning(monday), monday.AddDate(5, 0, 0)
	for b.Loop() {
		p.Due(s, now)
	}
}
