package alarm

import (
	"math/bits"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

const mostCron = 100

var cronParser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// anyDay is a moment to look for the first ring from; the parser looks five years
// ahead, so a leap day comes in it.
var anyDay = time.Date(2026, time.January, 1, 0, 0, 0, 0, shanghai)

// readCron reads a timetable of five fields. It fails with [ErrCron].
//
// One ring an hour at the most means one minute: fields cannot say more.
func readCron(text string) (cron.Schedule, error) {
	if len(text) > mostCron || strings.Contains(text, "=") { // a zone, which is ours
		return nil, ErrCron.On("cron")
	}
	schedule, err := cronParser.Parse(text)
	if err != nil {
		return nil, ErrCron.On("cron")
	}
	spec, ok := schedule.(*cron.SpecSchedule)
	if !ok || bits.OnesCount64(spec.Minute) != 1 || spec.Next(anyDay).IsZero() {
		return nil, ErrCron.On("cron")
	}
	return spec, nil
}
