package calendar_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// eachWorld runs a check on calendars made at random: years from 2019 to 2030, some
// of them without notice, with holidays where no law would put them.
func eachWorld(t *testing.T, check func(t *testing.T, random *rand.Rand, c calendar.Calendar)) {
	t.Helper()
	t.Parallel()
	for range 12 {
		seed := rand.Uint64()
		random := rand.New(rand.NewPCG(seed, seed))
		var c calendar.Calendar
		for year := 2019; year <= 2030; year++ {
			if random.IntN(5) > 0 {
				c = c.With(read(t, year, randomYear(random, year)))
			}
		}
		check(t, random, c)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// randomYear is a file of blocks of holidays and make-up days.
func randomYear(random *rand.Rand, year int) string {
	kinds := map[civil.Date]string{}
	first := civil.Date{Year: year, Month: time.January, Day: 1}
	for range random.IntN(20) {
		from := first.AddDays(random.IntN(365))
		for i := range 1 + random.IntN(9) {
			if d := from.AddDays(i); d.Year == year {
				kinds[d] = "holiday"
			}
		}
	}
	for range random.IntN(30) {
		d := first.AddDays(random.IntN(365))
		if _, taken := kinds[d]; !taken && d.In(time.UTC).Weekday()%6 == 0 {
			kinds[d] = "workday"
		}
	}
	kinds[first] = "holiday"
	var text strings.Builder
	text.WriteString(head + "notice,,x,n,M,x\n")
	for d, kind := range kinds {
		name := fmt.Sprintf("h%d", random.IntN(3))
		if d == first {
			name = "元旦、春节、清明节、劳动节、端午节、中秋节、国庆节"
		}
		fmt.Fprintf(&text, "%s,%s,%s,n,,\n", kind, d, name)
	}
	return text.String()
}

func randomDay(random *rand.Rand) civil.Date {
	return civil.Date{Year: 2018, Month: time.January, Day: 1}.AddDays(random.IntN(14 * 365))
}

func TestWorkdaysAreThoseOfTheReference(t *testing.T) {
	eachWorld(t, func(t *testing.T, random *rand.Rand, c calendar.Calendar) {
		reference := newNaive(c)
		for range 100 {
			d, n := randomDay(random), random.IntN(1400)-700
			if c.IsWorkday(d) == reference.off(d) || c.Day(d).Off() != reference.off(d) {
				t.Errorf("%s is worked: %v", d, c.IsWorkday(d))
			}
			got, provisional := c.AddWorkdays(d, n)
			if want := reference.add(d, n); got != want {
				t.Errorf("AddWorkdays(%s, %d) = %s, want %s", d, n, got, want)
			}
			if back, same := c.WorkdaysBetween(d, got); back != n || same != provisional {
				t.Errorf("WorkdaysBetween(%s, %s) = %d %v, want %d %v", d, got, back, same, n, provisional)
			}
			later := d.AddDays(random.IntN(1000))
			if got, _ := c.WorkdaysBetween(d, later); got != reference.between(d, later) {
				t.Errorf("WorkdaysBetween(%s, %s) = %d, want %d", d, later, got, reference.between(d, later))
			}
		}
	})
}

// TestDeadlinesKeepTheirWord: the date is that of the reference, is worked, is not
// before the statutory day, and is the last that the steps name.
func TestDeadlinesKeepTheirWord(t *testing.T) {
	eachWorld(t, func(t *testing.T, random *rand.Rand, c calendar.Calendar) {
		reference := newNaive(c)
		for range 60 {
			day := randomDay(random)
			m := calendar.MonthOf(day)
			filing, shift := c.Filing(m, calendar.Where{}), c.Shift(day, calendar.Where{})
			if want := reference.filing(m.Year, m.Month); filing.Date != want {
				t.Errorf("Filing(%s) = %s, want %s", m, filing.Date, want)
			}
			if want := reference.add(day.AddDays(-1), 1); shift.Date != want {
				t.Errorf("Shift(%s) = %s, want %s", day, shift.Date, want)
			}
			for _, d := range []calendar.Deadline{filing, shift} {
				if d.Date.Before(d.Statutory) || !c.IsWorkday(d.Date) || d.Provisional != c.Provisional(d.Statutory, d.Date) {
					t.Errorf("%+v", d)
				}
				i := slices.IndexFunc(d.Steps, func(s calendar.Step) bool { return s.Key == calendar.StepComputed })
				if d.Steps[0].Params["Date"] != d.Statutory.String() || i < 0 || d.Steps[i].Params["Date"] != d.Date.String() {
					t.Errorf("%s is told as\n%s", d.Date, told(d.Steps))
				}
			}
		}
	})
}

// TestDiffFindsEveryChange: a deadline that is not among the changes is the same in
// both calendars, and a count that the changes do not touch is too.
func TestDiffFindsEveryChange(t *testing.T) {
	eachWorld(t, func(t *testing.T, random *rand.Rand, before calendar.Calendar) {
		year := 2019 + random.IntN(12)
		after := before.With(read(t, year, randomYear(random, year)))
		changes := calendar.Diff(before, after)
		if same := calendar.Diff(after, after); len(same.Days)+len(same.Deadlines) != 0 {
			t.Errorf("a calendar differs from itself: %+v", same)
		}
		moved := map[civil.Date]bool{}
		for _, d := range changes.Deadlines {
			moved[d.New.Statutory] = d.Moved()
		}
		for m := (calendar.Month{Year: 2017, Month: time.January}); m.Year < 2032; m = calendar.MonthOf(m.Statutory().AddDays(31)) {
			was, is := before.Filing(m, calendar.Where{}).Date, after.Filing(m, calendar.Where{}).Date
			if moved[m.Statutory()] != (was != is) {
				t.Errorf("%s: %s, now %s, told %v", m, was, is, moved[m.Statutory()])
			}
		}
		for range 50 {
			from := randomDay(random)
			was, _ := before.AddWorkdays(from, random.IntN(60)+1)
			n, _ := before.WorkdaysBetween(from, was)
			if is, _ := after.AddWorkdays(from, n); is != was && !changes.Touches(from, was) {
				t.Errorf("%d working days after %s: %s, now %s, not told", n, from, was, is)
			}
		}
	})
}

func TestTextReadsBack(t *testing.T) {
	eachWorld(t, func(t *testing.T, _ *rand.Rand, c calendar.Calendar) {
		for _, y := range c.Years() {
			again := read(t, y.Number(), y.Text())
			if again.Text() != y.Text() || !slices.Equal(again.Days(), y.Days()) {
				t.Errorf("%d reads back as\n%s", y.Number(), again.Text())
			}
		}
	})
}
