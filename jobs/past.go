package jobs

import (
	"slices"
	"time"

	"github.com/robfig/cron/v3"
)

// past is which planned times of a line have begun: all up to last, but for
// those in gaps.
//
// A clock that jumps a year ahead and back would otherwise either begin a time
// twice or silence the line for a year. So whatever is passed over in one go is
// kept as a gap, and when the clock is back inside, its times count again.
type past struct {
	last time.Time
	gaps []gap // the oldest first
}

// gap is the planned times after from and before to.
type gap struct{ from, to time.Time }

// mostGaps is how many gaps of a line are kept. After a jump the newest count.
const mostGaps = 16

// beginning is the past of a line that nobody has seen before. What was planned
// earlier is a gap, in case the clock is wrong now.
func beginning(now time.Time) past {
	now = now.Truncate(time.Second)
	return past{now, []gap{{now.AddDate(-10, 0, 0), now}}}
}

// due is the newest planned time, not after now, unless it has begun. Older ones
// are passed over. The zero time says that nothing is due.
func (p past) due(s cron.Schedule, now time.Time) time.Time {
	if !now.Before(p.last) {
		return newest(s, p.last, now)
	}
	for _, g := range p.gaps {
		if now.After(g.from) && now.Before(g.to) {
			return newest(s, g.from, now)
		}
	}
	return time.Time{}
}

// begin is the past once the planned time at, which was due, has begun.
func (p past) begin(s cron.Schedule, at time.Time) past {
	var gaps []gap
	keep := func(from, to time.Time) {
		if s.Next(from).Before(to) {
			gaps = append(gaps, gap{from, to})
		}
	}
	for _, g := range p.gaps {
		if at.After(g.from) && at.Before(g.to) {
			keep(g.from, at)
			keep(at, g.to)
			continue
		}
		gaps = append(gaps, g)
	}
	if at.After(p.last) {
		keep(p.last, at)
		p.last = at
	}
	p.gaps = slices.Clone(gaps[max(0, len(gaps)-mostGaps):])
	return p
}

// newest is the newest planned time after one moment and not after another, or
// the zero time. It does not walk through years of them.
func newest(s cron.Schedule, after, now time.Time) time.Time {
	if every, ok := s.(cron.ConstantDelaySchedule); ok {
		n := now.Sub(after) / every.Delay
		if n < 1 {
			return time.Time{}
		}
		return after.Add(n * every.Delay)
	}
	for span := time.Hour; ; span *= 24 {
		from := now.Add(-span)
		if from.Before(after) {
			from = after
		}
		var found time.Time
		for at := s.Next(from); !at.IsZero() && !at.After(now); at = s.Next(at) {
			found = at
		}
		if !found.IsZero() || from.Equal(after) {
			return found
		}
	}
}
