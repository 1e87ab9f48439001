package alarm

import (
	"fmt"
	"slices"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// shanghai is a fixed zone, so that it needs no zone files; Taipei's clocks agree.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Bounds of what is planned.
const (
	// cronDays is how long before the due date an own timetable begins.
	cronDays = 30
	// mostOfCron is how many rings of an own timetable one obligation has: the
	// last ones. A setting that would make more is refused.
	mostOfCron = 100
	// mostOverdue is how often is rung after the due date. It is our choice: no
	// source says.
	mostOverdue = 4
	week        = 7
)

// Ring is one ring as planned.
type Ring struct {
	Slot string
	At   time.Time // UTC
}

// Plan says when an obligation with a due date rings under a setting that is
// whole, in order, no two at the same moment. The calendar tells the working days.
//
// It rings on its leads, or by an own timetable; then, if the due date has passed,
// on the first working day after it and each week after that, at most four times,
// on the next working day where that one is off. What falls into quiet hours rings
// when they end. If that is after the due date, it rings a minute before they
// begin, because after the date it is no reminder.
func Plan(due civil.Date, s Setting, c calendar.Calendar) []Ring {
	if s.Off {
		return nil
	}
	rings := s.before(due, c)
	rings = append(rings, s.after(due, c)...)
	slices.SortStableFunc(rings, func(a, b Ring) int { return a.At.Compare(b.At) })
	// Of several at one moment the last is the most urgent one.
	kept := rings[:0]
	for i, r := range rings {
		if i+1 == len(rings) || !rings[i+1].At.Equal(r.At) {
			kept = append(kept, r)
		}
	}
	return kept
}

// before is what rings up to the due date.
func (s Setting) before(due civil.Date, c calendar.Calendar) []Ring {
	if s.Cron != "" {
		return s.byCron(due)
	}
	rings := make([]Ring, 0, len(s.Leads)+mostOverdue)
	at, _ := readHour(s.At)
	for _, lead := range s.Leads {
		day, _ := c.AddWorkdays(due, -lead)
		rings = append(rings, Ring{fmt.Sprintf("lead-%d", lead), s.by(onDay(day, at), due)})
	}
	return rings
}

// byCron is what an own timetable rings.
func (s Setting) byCron(due civil.Date) []Ring {
	schedule, err := readCron(s.Cron)
	if err != nil {
		return nil // never kept
	}
	var rings []Ring
	end := onDay(due.AddDays(1), 0)
	for t := schedule.Next(onDay(due.AddDays(-cronDays), 0).Add(-time.Second)); !t.IsZero() && t.Before(end); t = schedule.Next(t) {
		rings = append(rings, Ring{"cron-" + t.Format("20060102T1504"), s.by(t, due)})
	}
	return rings[max(0, len(rings)-mostOfCron):]
}

// after is what rings once the due date has passed.
func (s Setting) after(due civil.Date, c calendar.Calendar) []Ring {
	at, _ := readHour(s.At)
	first, _ := c.NextWorkday(due)
	var rings []Ring
	for i := range mostOverdue {
		day := first.AddDays(i * week)
		if !c.IsWorkday(day) {
			day, _ = c.NextWorkday(day)
		}
		rings = append(rings, Ring{fmt.Sprintf("overdue-%d", i+1), s.outside(onDay(day, at)).UTC()})
	}
	return rings
}

// by is a moment moved out of the quiet hours, and not beyond the due date.
func (s Setting) by(t time.Time, due civil.Date) time.Time {
	moved := s.outside(t)
	if moved.Before(onDay(due.AddDays(1), 0)) {
		return moved.UTC()
	}
	from, _ := readHour(s.QuietFrom)
	return onDay(due, from-time.Minute).UTC()
}

// outside is a moment, or the end of the quiet hours that it falls into.
func (s Setting) outside(t time.Time) time.Time {
	from, ok := readHour(s.QuietFrom)
	to, _ := readHour(s.QuietTo)
	if !ok {
		return t
	}
	day := civil.DateOf(t.In(shanghai))
	hour := t.Sub(onDay(day, 0))
	switch {
	case from < to && from <= hour && hour < to, from > to && hour < to:
		return onDay(day, to)
	case from > to && from <= hour:
		return onDay(day.AddDays(1), to)
	}
	return t
}

// onDay is an hour of a day in Shanghai.
func onDay(day civil.Date, hour time.Duration) time.Time { return day.In(shanghai).Add(hour) }
