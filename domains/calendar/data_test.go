package calendar_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// given are the files of facts that the shipped data come from.
var given = map[int]string{2024: "holidays-2024.csv", 2025: "calendar-2025.csv", 2026: "calendar-2026.csv"}

// festivals are the names of the facts as the notices write them.
var festivals = strings.NewReplacer("春節", "春节", "清明節", "清明节", "勞動節", "劳动节", "端午節", "端午节", "中秋節", "中秋节", "國慶節", "国庆节")

var kinds = map[string]calendar.DayKind{"holiday": calendar.Holiday, "workday": calendar.MakeUp}

func TestShippedDaysAreTheGivenOnes(t *testing.T) {
	t.Parallel()
	c := calendar.Official()
	if got := len(c.Years()); got != len(given) {
		t.Fatalf("%d years are shipped, want %d", got, len(given))
	}
	for _, y := range c.Years() {
		n := 0
		for _, row := range vectors(t, given[y.Number()]) {
			kind, ok := kinds[row["kind"]]
			if !ok {
				continue
			}
			n++
			d := c.Day(date(row["date"]))
			words := strings.Fields(row["name"])
			if d.Kind != kind || d.Name != festivals.Replace(words[len(words)-1]) || d.Provisional {
				t.Errorf("%s is %+v, want %s", row["date"], d, row["name"])
			}
			if d.Notice.Number == "" || d.Notice.Confidence != "H [S]" {
				t.Errorf("%s rests on %+v", row["date"], d.Notice)
			}
		}
		if got := len(y.Days()); got != n {
			t.Errorf("%d has %d holidays and make-up days, want %d", y.Number(), got, n)
		}
	}
}

func TestShippedDeadlinesAreTheGivenOnes(t *testing.T) {
	t.Parallel()
	for _, year := range []int{2025, 2026} {
		n := 0
		for _, row := range vectors(t, given[year]) {
			if !strings.HasPrefix(row["name"], "CN monthly") {
				continue
			}
			n++
			day := date(row["date"])
			d := calendar.Official().Filing(calendar.MonthOf(day), calendar.Where{})
			if d.Date != day || d.Basis != calendar.National || d.Provisional || d.Confidence.Reference() {
				t.Errorf("the deadline is %+v, want %s by the notice", d, day)
			}
		}
		if n != 12 {
			t.Errorf("%d has %d given deadlines", year, n)
		}
	}
}

func TestDatesOfTheYearAreTheGivenOnes(t *testing.T) {
	t.Parallel()
	statutory := map[string]string{
		"CN CIT annual": "05-31", "CN IIT business income": "03-31", "CN IIT comprehensive annual reconciliation closes": "06-30",
	}
	n := 0
	for _, year := range []int{2025, 2026} {
		for _, row := range vectors(t, given[year]) {
			for prefix, day := range statutory {
				if !strings.HasPrefix(row["name"], prefix) {
					continue
				}
				n++
				d := calendar.Official().Shift(date(strconv.Itoa(year)+"-"+day), calendar.Where{})
				if d.Date != date(row["date"]) || d.Provisional || !d.Confidence.Reference() {
					t.Errorf("%s: %+v, want %s", row["name"], d, row["date"])
				}
			}
		}
	}
	if n != 6 {
		t.Errorf("%d dates were compared, want 6", n)
	}
}

func TestShippedFilesAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, y := range calendar.Official().Years() {
		if got, want := y.Text(), file(t, "data/"+strconv.Itoa(y.Number())+".csv"); got != want {
			t.Errorf("%d is written as\n%s", y.Number(), got)
		}
	}
	for _, year := range []int{2022, 2023} {
		text := file(t, "testdata/"+strconv.Itoa(year)+".csv")
		if got := read(t, year, text).Text(); got != text {
			t.Errorf("%d is written as\n%s", year, got)
		}
	}
	text := file(t, "data/taiwan-dates.csv")
	dates, err := calendar.ReadTaiwan(strings.NewReader(text))
	if err != nil || calendar.TaiwanText(dates) != text {
		t.Errorf("the Taiwan dates are written as\n%s%v", calendar.TaiwanText(dates), err)
	}
}
