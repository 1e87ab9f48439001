package alarm_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/alarm/alarmtest"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
	noticerow "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// yearsVariable says how many years the time machine goes through, at most the
// three of which the calendar is whole. Without it, a hundred days across a leap day.
const yearsVariable = "MINZHENGTONG_TEST_YEARS"

// slot is one ring that is to come.
type slot struct {
	document   actor.DocumentID
	obligation tax.ID
	name       string
}

// machine lets time pass over the real tables and holds against them a list of what
// should ring, made by walking from day to day.
type machine struct {
	*world
	t       *testing.T
	random  *rand.Rand
	seed    uint64
	second  *alarm.Service
	people  map[actor.DocumentID]alarmtest.Habit
	open    map[tax.ID]tax.Obligation
	ahead   map[slot]time.Time
	rung    map[slot]bool
	rang    int
	late    int
	told    int64 // the last sequence that was compared
	breaks  bool
	injured int
}

func TestTimeMachine(t *testing.T) {
	for _, breaks := range []bool{false, true} {
		name := "calm"
		if breaks {
			name = "broken at random"
		}
		t.Run(name, func(t *testing.T) {
			eachDB(t, func(t *testing.T, w *world) { newMachine(t, w, breaks).run() })
		})
	}
}

func newMachine(t *testing.T, w *world, breaks bool) *machine {
	seed := uint64(time.Now().UnixNano())
	m := &machine{
		world: w, t: t, seed: seed, random: rand.New(rand.NewPCG(seed, 1)), second: w.another(t), breaks: breaks,
		open: map[tax.ID]tax.Obligation{}, ahead: map[slot]time.Time{}, rung: map[slot]bool{},
		people: map[actor.DocumentID]alarmtest.Habit{
			"a": {Leads: []int{7, 3, 1, 0}, Hour: 9 * time.Hour},
			"b": {Leads: []int{60, 20, 0}, Hour: 23*time.Hour + 59*time.Minute},
			"c": {Hour: 9 * time.Hour, Mondays: true},
			"d": {Leads: []int{2, 1}},
		},
	}
	w.addDocument(t, "d")
	w.roles["firm"] = []actor.DocumentID{"a", "b", "c"}
	w.set(time.Date(2023, time.December, 1, 0, 0, 0, 0, shanghai))
	for _, id := range slices.Sorted(maps.Keys(m.people)) {
		_, err := w.Set(t.Context(), as(id), m.people[id].Setting())
		must(t, "set", err)
	}
	return m
}

func (m *machine) run() {
	first, last := date("2024-01-25"), date("2024-05-05")
	if years, err := strconv.Atoi(os.Getenv(yearsVariable)); err == nil && years > 0 {
		first = date("2024-01-01")
		last = civil.Date{Year: 2024 + min(years, 3) - 1, Month: time.December, Day: 31}
	}
	begun := time.Now()
	for month := (civil.Date{Year: first.Year, Month: first.Month, Day: 1}); month.Before(last); {
		next := civil.DateOf(month.AddDays(31).In(time.UTC))
		next.Day = 1
		m.set(month.In(shanghai).Add(time.Minute))
		m.month(month)
		m.pass(next.In(shanghai))
		month = next
	}
	m.finish()
	m.t.Logf("seed %d: %d alarms rang and %d were overtaken, with %d breaks, in %s", m.seed, m.rang, m.late, m.injured, time.Since(begun).Round(time.Millisecond))
}

// month plans what is filed in a month, some weeks before.
func (m *machine) month(month civil.Date) {
	next := month.AddDays(40)
	due := m.calendar.Filing(calendar.MonthOf(next), calendar.Where{}).Date
	period := tax.Period(calendar.MonthOf(next).String())
	m.plan(m.obligation(m.t, "firm", "vat_small", period, due.String()))
	m.plan(m.obligation(m.t, "firm", "iit_withholding", period, due.String()))
	m.plan(m.obligation(m.t, "d", "vat_small", period, due.String()))
	// A document that runs out on any day, also on one that is not worked, and on
	// the last day of months.
	end := next.AddDays(m.random.IntN(28))
	if m.random.IntN(3) == 0 {
		end = civil.Date{Year: next.Year, Month: next.Month + 1, Day: 1}.AddDays(-1)
		end = civil.DateOf(end.In(time.UTC))
	}
	m.plan(m.obligation(m.t, "a", "taiwan_pass_expiry", period+"-pass", end.String()))
}

// holders are who hears of an obligation.
func (m *machine) holders(o tax.Obligation) []actor.DocumentID {
	if o.Document == "firm" {
		return m.roles["firm"]
	}
	return []actor.DocumentID{o.Document}
}

// plan adds to the list what should ring of an obligation from now on.
func (m *machine) plan(o tax.Obligation) {
	m.open[o.ID] = o
	end := o.Due.AddDays(1).In(shanghai)
	for _, id := range m.holders(o) {
		warned := false
		for name, at := range m.people[id].Rings(o.Due, m.calendar) {
			s := slot{id, o.ID, name}
			if at.After(m.clock()) {
				warned = warned || at.Before(end)
				if !m.rung[s] {
					m.ahead[s] = at
				}
			}
		}
		late := m.clock().Truncate(time.Minute).Add(time.Minute)
		if s := (slot{id, o.ID, "late"}); !warned && late.Before(end) && !m.rung[s] {
			m.ahead[s] = late
		}
	}
}

// drop takes an obligation off the list.
func (m *machine) drop(o tax.Obligation) {
	delete(m.open, o.ID)
	maps.DeleteFunc(m.ahead, func(s slot, _ time.Time) bool { return s.obligation == o.ID })
}

// pass lets time go on, from ring to ring.
func (m *machine) pass(end time.Time) {
	var done []tax.Obligation
	for {
		at, ok := m.next()
		if !ok || !at.Before(end) {
			break
		}
		m.set(at.Add(-time.Microsecond))
		m.ringAll() // nothing rings too early
		switch m.random.IntN(12) {
		case 0: // asleep for up to four days
			at = at.Add(time.Duration(m.random.Int64N(int64(96 * time.Hour))).Truncate(time.Second))
			if !at.Before(end) {
				at = end.Add(-time.Second)
			}
		case 1: // the clock jumps back by up to a year, and comes again
			m.set(at.Add(-time.Duration(1 + m.random.Int64N(int64(365*24*time.Hour)))))
			m.quiet()
		case 2: // by a nanosecond
			m.set(at.Add(-1))
			m.ringAll()
		}
		m.set(at)
		m.ringAll()
		m.quiet() // frozen
		m.live(&done)
	}
}

// live has people do things.
func (m *machine) live(done *[]tax.Obligation) {
	ids := slices.Sorted(maps.Keys(m.open))
	if len(ids) == 0 {
		return
	}
	o := m.open[ids[m.random.IntN(len(ids))]]
	switch m.random.IntN(10) {
	case 0: // files
		o.State = tax.Done
		m.change(m.t, tax.Settled, o)
		m.drop(o)
		*done = append(*done, o)
	case 1: // is rejected
		if n := len(*done); n > 0 {
			o, *done = (*done)[n-1], (*done)[:n-1]
			o.State = tax.Open
			m.change(m.t, tax.Revived, o)
			m.plan(o)
		}
	case 2: // hears of a postponement
		o.Due, o.Moves = o.Due.AddDays(1+m.random.IntN(9)), o.Moves+1
		m.drop(o)
		maps.DeleteFunc(m.rung, func(s slot, _ bool) bool { return s.obligation == o.ID })
		m.change(m.t, tax.Moved, o)
		m.planMoved(o)
		m.skipTold()
	}
}

// planMoved is plan without the late ring, because the notice says it already.
func (m *machine) planMoved(o tax.Obligation) {
	m.plan(o)
	maps.DeleteFunc(m.ahead, func(s slot, _ time.Time) bool { return s.obligation == o.ID && s.name == "late" })
}

// next is when something should ring.
func (m *machine) next() (first time.Time, ok bool) {
	for _, at := range m.ahead {
		if !ok || at.Before(first) {
			first, ok = at, true
		}
	}
	return first, ok
}

// quiet fails if anything rings.
func (m *machine) quiet() {
	m.t.Helper()
	if n, err := m.Ring(m.t.Context(), 50); n != 0 || err != nil {
		m.t.Fatalf("seed %d: %d rang again at %s: %v", m.seed, n, m.clock(), err)
	}
}

// ringAll rings until nothing is left, with breaks if there are to be any, and
// compares what was told with the list.
func (m *machine) ringAll() {
	m.t.Helper()
	if m.breaks {
		for range m.random.IntN(3) {
			m.breakOff()
		}
	}
	m.spoils(nil)
	if _, err := m.Ring(m.t.Context(), 1+m.random.IntN(20)); err != nil {
		m.t.Fatalf("seed %d: ring at %s: %v", m.seed, m.clock(), err)
	}
	m.compare()
}

// breakOff rings with two processes, and has it fail, or end, at some moment.
func (m *machine) breakOff() {
	ctx, cancel := context.WithCancel(m.t.Context())
	defer cancel()
	failed := errors.New("failed")
	left, ends := m.random.IntN(3), m.random.IntN(2) == 0
	var mu sync.Mutex
	m.spoils(func(notice.Message) error {
		mu.Lock()
		defer mu.Unlock()
		if left--; left >= 0 {
			return nil
		}
		m.injured++
		if ends {
			cancel()
			return nil
		}
		return failed
	})
	var both sync.WaitGroup
	for _, s := range []*alarm.Service{m.Service, m.second} {
		limit := 1 + m.random.IntN(5)
		both.Go(func() { _, _ = s.Ring(ctx, limit) }) // what it comes to, compare says
	}
	both.Wait()
}

// compare takes what is due off the list and holds it against the notices since.
func (m *machine) compare() {
	m.t.Helper()
	now := m.clock()
	type who struct {
		document   actor.DocumentID
		obligation tax.ID
	}
	last := map[who]slot{}
	for s, at := range m.ahead {
		if at.After(now) {
			continue
		}
		w := who{s.document, s.obligation}
		before, ok := last[w]
		if !ok || m.ahead[before].Before(at) {
			last[w] = s
		}
	}
	var want []string
	for w, s := range last {
		want = append(want, string(w.document)+" "+string(w.obligation))
		m.rung[s] = true
	}
	for s, at := range m.ahead {
		if !at.After(now) {
			if !m.rung[s] {
				m.rung[s] = true // overtaken: it does not come again
				m.late++
			}
			delete(m.ahead, s)
		}
	}
	m.rang += len(want)
	got, digests := m.fresh()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		m.t.Fatalf("seed %d: at %s\n rang %v\n want %v", m.seed, now, strings.Join(got, ", "), strings.Join(want, ", "))
	}
	for id, n := range digests {
		if n > 1 {
			m.t.Fatalf("seed %d: %s was told %d times at %s", m.seed, id, n, now)
		}
	}
}

// fresh is what was told since the last time: person and obligation, and how many
// notices each person got.
func (m *machine) fresh() (lines []string, digests map[actor.DocumentID]int) {
	m.t.Helper()
	digests = map[actor.DocumentID]int{}
	for _, n := range m.since() {
		digests[n.Document]++
		for _, l := range n.Lines {
			lines = append(lines, string(n.Document)+" "+l["ID"])
		}
	}
	return lines, digests
}

func (m *machine) since() []notice.Message {
	m.t.Helper()
	rows, err := m.db.Client(m.t.Context()).Notice.Query().Where(noticerow.SequenceGT(m.told)).Order(noticerow.BySequence()).All(m.t.Context())
	must(m.t, "read notices", err)
	list := make([]notice.Message, len(rows))
	for i, r := range rows {
		list[i] = read(m.t, r.BodySealed)
		m.told = r.Sequence
	}
	return list
}

// skipTold passes over the notices of a postponement.
func (m *machine) skipTold() {
	for _, n := range m.since() {
		if n.Kind != "deadline_moved" {
			m.t.Fatalf("seed %d: a notice of kind %s", m.seed, n.Kind)
		}
	}
}

// finish compares the tables: nothing waits that should have rung.
func (m *machine) finish() {
	m.t.Helper()
	c := m.db.Client(m.t.Context()).Alarm
	waiting, err := c.Query().Where(row.StateEQ(row.StatePending), row.RingTimeLTE(m.clock())).Count(m.t.Context())
	must(m.t, "count", err)
	same(m.t, "alarms that were missed", waiting, 0)
	ahead, err := c.Query().Where(row.StateEQ(row.StatePending)).Count(m.t.Context())
	must(m.t, "count", err)
	same(m.t, "alarms that wait", ahead, len(m.ahead))
}
