package calendar

import (
	"time"

	"github.com/golang-sql/civil"
)

// table is one year counted out once, so that no question walks day by day. Days
// are numbered from 0, January 1.
type table struct {
	before [367]int16 // working days among the first n days
	worked []int16    // the working days in order
}

// newTable counts a year out. Days that are not in days go by the day of the week.
func newTable(year int, days map[civil.Date]Day) *table {
	t := &table{}
	y := Year{days: days}
	date := civil.Date{Year: year, Month: time.January, Day: 1}
	for i := 0; date.Year == year; i++ {
		t.before[i+1] = t.before[i]
		if !y.off(date) {
			t.before[i+1]++
			t.worked = append(t.worked, int16(i))
		}
		date = date.AddDays(1)
	}
	return t
}

// plain are the years without notices: common and leap ones, by the day of the week
// of January 1.
var plain = func() (tables [2][7]*table) {
	for year := 2000; year < 2028; year++ { // the days of the week repeat after 28 years
		tables[leap(year)][firstDay(year)] = newTable(year, nil)
	}
	return tables
}()

func leap(year int) int {
	return dayOf(civil.Date{Year: year, Month: time.December, Day: 31}) - 364
}

func firstDay(year int) time.Weekday {
	return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).Weekday()
}

// dayOf is the number of a day in its year.
func dayOf(date civil.Date) int { return date.In(time.UTC).YearDay() - 1 }

// table is the year's own table, or that of a year without notice.
func (c Calendar) table(year int) *table {
	if y := c.years[year]; y != nil {
		return y.table
	}
	return plain[leap(year)][firstDay(year)]
}
