//go:build unix

package house_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/alarm/alarmtest"
)

// pass lets time go on to a moment, from ring to ring and from night to night.
func (m *machine) pass(end time.Time) {
	for {
		at, ok := m.next()
		if night := nightAfter(m.clock.now()); !ok || night.Before(at) {
			at = night
		}
		if !at.Before(end) {
			return
		}
		m.step(at)
	}
}

// nightAfter is when what runs out is planned the next time.
func nightAfter(now time.Time) time.Time {
	const night = 2*time.Hour + 10*time.Minute
	day := civil.DateOf(now.In(alarmtest.Shanghai))
	if at := day.In(alarmtest.Shanghai).Add(night); at.After(now) {
		return at
	}
	return day.AddDays(1).In(alarmtest.Shanghai).Add(night)
}

// step brings the clock to a moment, not always straight on, and compares.
func (m *machine) step(at time.Time) {
	switch m.random.IntN(16) {
	case 0, 1:
		m.clock.set(at.Add(-time.Microsecond))
		m.quiet() // nothing rings too early
	case 2: // all sleep for up to four days
		at = at.Add(time.Duration(m.random.Int64N(int64(96 * time.Hour)))).Truncate(time.Second)
	case 3: // the clock jumps back by up to a year
		m.clock.set(at.Add(-time.Duration(m.random.Int64N(int64(365 * 24 * time.Hour)))))
		m.quiet()
	case 4: // and ahead by up to twenty days, which ring early
		m.clock.set(at.Add(time.Duration(m.random.Int64N(int64(20 * 24 * time.Hour)))))
		m.compare()
		m.clock.set(at)
		m.quiet()
	case 5: // one sleeps for a day or more
		if m.wake == nil {
			m.wake, m.wakeAt = m.sleep(m.random.IntN(2)), at.Add(24*time.Hour)
		}
	}
	m.clock.set(at)
	m.compare()
	if m.wake != nil && !m.wakeAt.After(at) {
		m.wake()
		m.wake = nil
	}
	if m.random.IntN(8) == 0 {
		m.quiet() // the clock stands
	}
	m.file()
}

// sleep has a process sleep. One that sleeps with the lock of a SQLite file in its
// hand stops everybody on that machine, whatever we do; so it sleeps a moment later.
func (m *machine) sleep(i int) (wake func()) {
	for {
		wake = m.crew.stop(i)
		hurried, cancel := context.WithTimeout(m.t.Context(), 300*time.Millisecond)
		err := m.db.InTx(hurried, func(ctx context.Context) error {
			_, err := m.db.SQL(ctx).ExecContext(ctx, "UPDATE job_runs SET version = version WHERE id = ''")
			return err
		})
		cancel()
		if err == nil {
			return wake
		}
		wake()
	}
}

// quiet waits until a process has looked a few times, and wants nothing told.
func (m *machine) quiet() {
	m.t.Helper()
	before := m.pulses()
	m.until("a process looks", func() bool {
		for id, beats := range m.pulses() {
			if beats >= before[id]+3 {
				return true
			}
		}
		return false
	})
	m.compareWith(nil)
}

// file has somebody file something now and then: then it rings no more, for nobody.
func (m *machine) file() {
	open := slices.SortedFunc(maps.Keys(m.seen), func(a, b due) int { return strings.Compare(a.String(), b.String()) })
	if len(open) == 0 || m.random.IntN(4) > 0 {
		return
	}
	d := open[m.random.IntN(len(open))]
	_, err := m.Tax.Complete(m.t.Context(), as(d.who), m.seen[d])
	must(m.t, "file", err)
	for _, p := range m.people {
		if other := (due{p.id, d.kind, d.day}); other == d || m.ofFirm(d) && m.ofFirm(other) {
			m.drop(other)
			delete(m.seen, other)
		}
	}
}

// ofFirm says whether it is the firm's, of which the first two hear. They file
// nothing of its kinds themselves, and nobody else's is touched.
func (m *machine) ofFirm(d due) bool {
	return (d.who == m.people[0].id || d.who == m.people[1].id) && slices.ContainsFunc(ofFirm, func(r registered) bool { return r.kind == d.kind })
}
