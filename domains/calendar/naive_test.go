package calendar_test

import (
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// naive answers from a plain map, a day at a time: the reference for tests and
// benchmarks. It was written from the words of the facts, not from the package.
type naive map[civil.Date]calendar.DayKind

func newNaive(c calendar.Calendar) naive {
	n := naive{}
	for _, y := range c.Years() {
		for _, d := range y.Days() {
			n[d.Date] = d.Kind
		}
	}
	return n
}

func (n naive) off(d civil.Date) bool {
	day := d.In(time.UTC).Weekday()
	return n[d] == calendar.Holiday || ((day == time.Saturday || day == time.Sunday) && n[d] != calendar.MakeUp)
}

func (n naive) add(d civil.Date, count int) civil.Date {
	step := 1
	if count < 0 {
		step, count = -1, -count
	}
	for count > 0 {
		if d = d.AddDays(step); !n.off(d) {
			count--
		}
	}
	return d
}

// between counts days after the first up to the last.
func (n naive) between(first, last civil.Date) int {
	count := 0
	for d := first; d != last; {
		d = d.AddDays(1)
		if !n.off(d) {
			count++
		}
	}
	return count
}

// filing is the fallback rule of the facts.
func (n naive) filing(year int, month time.Month) civil.Date {
	fifteenth := civil.Date{Year: year, Month: month, Day: 15}
	run := 0
	for from := 1; from <= 15; from++ {
		holiday := false
		for to := from; to <= 15; to++ {
			d := civil.Date{Year: year, Month: month, Day: to}
			if !n.off(d) {
				break
			}
			holiday = holiday || n[d] == calendar.Holiday
			if holiday {
				run = max(run, to-from+1)
			}
		}
	}
	if run >= 3 {
		return n.add(fifteenth, run)
	}
	if n.off(fifteenth) {
		return n.add(fifteenth, 1)
	}
	return fifteenth
}
