package calendar

import (
	"strings"
	"time"
)

// festivals are those on which everybody is off in every year, as the holiday
// notices of 2024 to 2026 name them. A file without one of them is half typed, and
// would make working days of holidays.
var festivals = []string{"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}

// check looks at a year as a whole, once every row is good.
func (b *builder) check() {
	var names strings.Builder
	for _, d := range b.year.days {
		if d.Kind == Holiday {
			names.WriteString(d.Name + " ")
		}
	}
	for _, festival := range festivals {
		if !strings.Contains(names.String(), festival) {
			b.add(0, "", Festival, festival)
		}
	}
	if len(b.year.deadlines) > 0 {
		b.checkDeadlines()
	}
}

// checkDeadlines finds slips: a notice rules on all twelve months, and never lets
// a return fall due on a day off.
func (b *builder) checkDeadlines() {
	for month := time.January; month <= time.December; month++ {
		f, ok := b.year.deadlines[month]
		if !ok {
			b.add(0, "", NoMonth, Month{b.year.number, month}.String())
			continue
		}
		if b.year.off(f.date) {
			b.add(b.lines[month], "date", OnRestDay, f.date.String())
		}
	}
}
