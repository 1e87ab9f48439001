//go:build unix

package house_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm/alarmtest"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	alarmrow "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
	"github.com/minzhengtong/minzhengtong/jobs"
)

// compare waits until nothing is due any more, and holds what was told against the
// walk.
func (m *machine) compare() {
	m.t.Helper()
	now := m.clock.now()
	m.until("all that is due rings", func() bool { return m.waiting(now) == 0 })
	m.until("the night's job ends", func() bool { return m.nightDone(now) })
	m.compareWith(m.take(now))
}

func (m *machine) compareWith(want map[due]bool) {
	m.t.Helper()
	m.collect()
	got := map[due]int{}
	for _, p := range m.people {
		for _, d := range m.told(p) {
			got[d]++
		}
	}
	var wrong []string
	for d, n := range got {
		if n > 1 || !want[d] {
			wrong = append(wrong, fmt.Sprintf("%s rang %d times", d, n))
		}
	}
	for d := range want {
		if got[d] == 0 {
			wrong = append(wrong, fmt.Sprintf("%s did not ring", d))
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		m.t.Fatalf("at %s, after %d kills:\n%s\n%s", m.clock.now().In(alarmtest.Shanghai), m.crew.killed(), strings.Join(wrong, "\n"), m.crew.said())
	}
}

// told is what a person was told since the last time.
func (m *machine) told(p *person) []due {
	m.t.Helper()
	from := notice.Position{Last: map[actor.DocumentID]int64{p.id: p.seen}}
	events, _, err := m.Notices.After(m.t.Context(), as(p.id), from, 100)
	must(m.t, "read an inbox", err)
	if len(events) > 1 {
		m.t.Errorf("%s was told %d times at once", p.id, len(events))
	}
	var list []due
	for _, e := range events {
		if p.seen++; e.Notice.Sequence != p.seen {
			m.t.Errorf("notice %d of %s follows %d", e.Notice.Sequence, p.id, p.seen-1)
		}
		for _, l := range e.Notice.Lines {
			d := due{p.id, tax.Kind(l["ObligationKind"]), l["DueDate"]}
			m.seen[d] = tax.ID(l["ID"])
			list = append(list, d)
		}
	}
	return list
}

// waiting counts the alarms that should have rung.
func (m *machine) waiting(now time.Time) int {
	m.t.Helper()
	n, err := m.db.Client(m.t.Context()).Alarm.Query().Where(alarmrow.StateEQ(alarmrow.StatePending), alarmrow.RingTimeLTE(now)).Count(m.t.Context())
	must(m.t, "count alarms", err)
	return n
}

// nightDone says whether the job of the last night has been done, or is too late. A
// run that began while the clock was back is none of that night's.
func (m *machine) nightDone(now time.Time) bool {
	m.t.Helper()
	lines, err := m.Jobs.List(m.t.Context())
	must(m.t, "read the timetable", err)
	l := lines[slices.IndexFunc(lines, func(l jobs.Line) bool { return l.Name == "plan-expiries" })]
	night := nightAfter(now).AddDate(0, 0, -1)
	if night.Before(m.began) || now.Sub(night) > l.Grace {
		return true
	}
	ended := l.Holder == "" && l.Outcome == "ok"
	return !l.Planned.Before(night) && (ended || l.Start.Before(night))
}

// pulses is how often each process has beaten.
func (m *machine) pulses() map[string]int64 {
	m.t.Helper()
	rows, err := m.db.SQL(m.t.Context()).QueryContext(m.t.Context(), "SELECT id, version FROM job_runs WHERE id LIKE 'process-%'")
	must(m.t, "read pulses", err)
	defer func() { _ = rows.Close() }() // rows.Err tells more
	beats := map[string]int64{}
	for rows.Next() {
		var id string
		var n int64
		must(m.t, "read a pulse", rows.Scan(&id, &n))
		beats[id] = n
	}
	must(m.t, "read pulses", rows.Err())
	return beats
}

// until waits for something that the processes do.
func (m *machine) until(what string, ok func() bool) {
	m.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			m.t.Fatalf("%s: not within %s, at %s, after %d kills\n%s", what, patience, m.clock.now().In(alarmtest.Shanghai), m.crew.killed(), m.crew.said())
		}
	}
}
