// Package alarmtest works out what should ring by walking from day to day, as a
// check on package alarm, which computes it.
package alarmtest

import (
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// Shanghai is the zone of all hours.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Habit is how somebody is reminded: by leads and an hour, or on Mondays.
type Habit struct {
	Leads   []int
	Hour    time.Duration
	Mondays bool
}

// Setting is the habit as it is set.
func (h Habit) Setting() alarm.Setting {
	at := time.Time{}.Add(h.Hour).Format("15:04")
	if h.Mondays {
		return alarm.Setting{Cron: fmt.Sprintf("%d %d * * 1", int(h.Hour.Minutes())%60, int(h.Hour.Hours())), At: at}
	}
	return alarm.Setting{Leads: h.Leads, At: at}
}

// Rings is when what is due on a day rings, by slot.
func (h Habit) Rings(due civil.Date, c calendar.Calendar) map[string]time.Time {
	leads := h.Leads
	if h.Mondays {
		leads = nil
	}
	times := Walk(due, leads, h.Hour, c)
	if h.Mondays {
		for day := due.AddDays(-30); !due.Before(day); day = day.AddDays(1) {
			if day.In(time.UTC).Weekday() == time.Monday {
				at := day.In(Shanghai).Add(h.Hour)
				times["cron-"+at.Format("20060102T1504")] = at
			}
		}
	}
	// Of several at one moment the last one in order rings: here that of overdues.
	for n := 1; n < 4; n++ {
		if times[fmt.Sprint("overdue-", n)].Equal(times[fmt.Sprint("overdue-", n+1)]) {
			delete(times, fmt.Sprint("overdue-", n))
		}
	}
	return times
}

// Walk is when what is due on a day rings without quiet hours, by slot.
func Walk(due civil.Date, leads []int, hour time.Duration, c calendar.Calendar) map[string]time.Time {
	on := func(d civil.Date) time.Time { return d.In(Shanghai).Add(hour) }
	times := map[string]time.Time{}
	for _, lead := range leads {
		day := due
		for n := lead; n > 0; {
			day = day.AddDays(-1)
			if !c.Day(day).Off() {
				n--
			}
		}
		times[fmt.Sprint("lead-", lead)] = on(day)
	}
	first := worked(due.AddDays(1), c)
	for i := range 4 {
		times[fmt.Sprint("overdue-", i+1)] = on(worked(first.AddDays(7*i), c))
	}
	return times
}

// worked is a day, or the first working day after it.
func worked(day civil.Date, c calendar.Calendar) civil.Date {
	for c.Day(day).Off() {
		day = day.AddDays(1)
	}
	return day
}
