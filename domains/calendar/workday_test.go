package calendar_test

import (
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

func TestDay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, day   string
		kind        calendar.DayKind
		festival    string
		notice      string
		provisional bool
	}{
		{"ordinary", "2026-03-03", calendar.Workday, "", "", false},
		{"weekend", "2026-03-07", calendar.Weekend, "", "", false},
		{"holiday", "2026-10-07", calendar.Holiday, "国庆节", "国办发明电〔2025〕7号", false},
		{"two festivals", "2025-10-06", calendar.Holiday, "国庆节、中秋节", "国办发明电〔2024〕12号", false},
		{"holiday on a Sunday", "2026-02-15", calendar.Holiday, "春节", "国办发明电〔2025〕7号", false},
		{"made up on a Saturday", "2026-10-10", calendar.MakeUp, "国庆节", "国办发明电〔2025〕7号", false},
		{"weekend beside a holiday, not in its notice", "2024-06-09", calendar.Weekend, "", "", false},
		{"leap day", "2024-02-29", calendar.Workday, "", "", false},
		{"National Day without notice", "2027-10-01", calendar.Workday, "", "", true},
		{"weekend without notice", "2027-10-02", calendar.Weekend, "", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := calendar.Official().Day(date(tt.day))
			if d.Date != date(tt.day) || d.Kind != tt.kind || d.Name != tt.festival || d.Notice.Number != tt.notice || d.Provisional != tt.provisional {
				t.Errorf("Day = %+v", d)
			}
			if got := calendar.Official().IsWorkday(date(tt.day)); got == d.Off() {
				t.Errorf("IsWorkday = %v", got)
			}
		})
	}
}

func TestAddWorkdays(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from  string
		n           int
		want        string
		provisional bool
	}{
		{"the next day", "2026-03-03", 1, "2026-03-04", false},
		{"none, on a day off", "2026-03-07", 0, "2026-03-07", false},
		{"from a day off", "2026-03-07", 1, "2026-03-09", false},
		{"back from a day off", "2026-03-07", -1, "2026-03-06", false},
		{"over a make-up day into a holiday", "2026-02-13", 2, "2026-02-24", false},
		{"back over a holiday to a make-up day", "2026-02-24", -1, "2026-02-14", false},
		{"five from the eve of National Day", "2026-09-30", 5, "2026-10-13", false},
		{"over New Year", "2025-12-31", 1, "2026-01-04", false},
		{"back over New Year", "2026-01-04", -1, "2025-12-31", false},
		{"over the leap day", "2024-02-28", 2, "2024-03-01", false},
		{"a whole year", "2024-12-31", 248, "2025-12-31", false},
		{"into a year without notice", "2026-12-31", 1, "2027-01-01", true},
		{"back out of a year without notice", "2027-01-01", -1, "2026-12-31", true},
		{"none, without notice", "2027-03-03", 0, "2027-03-03", true},
		{"5220 weeks", "2026-12-31", 26100, "2127-01-16", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := calendar.Official()
			got, provisional := c.AddWorkdays(date(tt.from), tt.n)
			if got != date(tt.want) || provisional != tt.provisional {
				t.Errorf("AddWorkdays = %s %v, want %s %v", got, provisional, tt.want, tt.provisional)
			}
			if n, _ := c.WorkdaysBetween(date(tt.from), got); n != tt.n {
				t.Errorf("WorkdaysBetween = %d, want %d", n, tt.n)
			}
		})
	}
}

func TestNextAndPreviousWorkday(t *testing.T) {
	t.Parallel()
	c := calendar.Official()
	if got, _ := c.NextWorkday(date("2025-09-30")); got != date("2025-10-09") {
		t.Errorf("after the eve of National Day comes %s", got)
	}
	if got, _ := c.PreviousWorkday(date("2025-10-09")); got != date("2025-09-30") {
		t.Errorf("before October 9 lies %s", got)
	}
}

// TestZeroCalendar: it knows nothing but the days of the week, and says so.
func TestZeroCalendar(t *testing.T) {
	t.Parallel()
	var c calendar.Calendar
	if d := c.Day(date("2026-10-01")); d.Kind != calendar.Workday || !d.Provisional {
		t.Errorf("October 1 is %+v", d)
	}
	if got, provisional := c.NextWorkday(date("2026-10-02")); got != date("2026-10-05") || !provisional {
		t.Errorf("NextWorkday = %s %v", got, provisional)
	}
	if d := c.Filing(month("2026-10"), calendar.Where{}); d.Date != date("2026-10-15") || !d.Provisional {
		t.Errorf("Filing = %+v", d)
	}
	if got := c.With(calendar.Year{}).Years(); len(got) != 0 {
		t.Errorf("the zero Year is taken for %v", got)
	}
}

func TestDatesThatNoCalendarHas(t *testing.T) {
	t.Parallel()
	c := calendar.Official()
	odd := civil.Date{Year: 2026, Month: time.February, Day: 31} // March 3
	if !c.IsWorkday(odd) || c.Day(odd).Date != date("2026-03-03") {
		t.Errorf("February 31 is %+v", c.Day(odd))
	}
	if got, _ := c.NextWorkday(odd); got != date("2026-03-04") {
		t.Errorf("after February 31 comes %s", got)
	}
	c.Day(civil.Date{})
	c.AddWorkdays(civil.Date{}, -300)
}

// TestCalendarsAreApart: what is made of a calendar leaves it as it was, and what
// it hands out is the caller's.
func TestCalendarsAreApart(t *testing.T) {
	t.Parallel()
	c := calendar.Official()
	next := c.With(read(t, 2026, without(c.Years()[2].Text(), "workday,")))
	if !c.IsWorkday(date("2026-10-10")) || next.IsWorkday(date("2026-10-10")) {
		t.Error("With changed the calendar that it was called on, or did not change the new one")
	}
	c.Years()[0] = calendar.Year{}
	c.Years()[2].Days()[0].Name = "x"
	c.Years()[2].Notices()[0].Number = "x"
	c.Filing(month("2026-10"), calendar.Where{}).Steps[0].Params["Date"] = "x"
	if told(c.Filing(month("2026-10"), calendar.Where{}).Steps) == "" || c.Day(date("2026-01-01")).Name != "元旦" || len(c.Years()) != 3 {
		t.Error("a caller changed the calendar")
	}
}
