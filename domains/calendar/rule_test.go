package calendar_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

func TestRuleGivesEveryMonth(t *testing.T) {
	t.Parallel()
	c, n := bare(t), 0
	for _, row := range vectors(t, "filing_deadline.csv") {
		n++
		m := month(row["year"] + "-" + strings.Repeat("0", 2-len(row["month"])) + row["month"])
		d := c.Filing(m, calendar.Where{})
		if d.Date != date(row["deadline"]) || d.Basis != calendar.Computed || d.Provisional || d.Confidence != "M [CALC]" {
			t.Errorf("%s: %+v, want %s", m, d, row["deadline"])
		}
		if days := d.Steps[1].Params["Days"]; days != "" && days != row["longest_off_run_in_1_to_15"] {
			t.Errorf("%s: a run of %s days, want %s", m, days, row["longest_off_run_in_1_to_15"])
		}
	}
	if n != 36 {
		t.Errorf("%d months were compared, want 36", n)
	}
}

// TestRuleGivesYearsItWasNotFoundFrom compares with the notices of two more years,
// which nobody looked at when the rule was found.
func TestRuleGivesYearsItWasNotFoundFrom(t *testing.T) {
	t.Parallel()
	for _, year := range []int{2022, 2023} {
		text := file(t, "testdata/"+strconv.Itoa(year)+".csv")
		notice := calendar.New(read(t, year, text))
		rule := calendar.New(read(t, year, without(text, "deadline,")))
		for m := time.January; m <= time.December; m++ {
			month := calendar.Month{Year: year, Month: m}
			want, got := notice.Filing(month, calendar.Where{}), rule.Filing(month, calendar.Where{})
			if want.Basis != calendar.National || got.Basis != calendar.Computed || got.Date != want.Date {
				t.Errorf("%s: computed %s, the notice says %s", month, got.Date, want.Date)
			}
		}
	}
}

func TestFilingExplains(t *testing.T) {
	t.Parallel()
	official := calendar.Official()
	tests := []struct {
		name  string
		month string
		in    calendar.Calendar
		want  string
	}{
		{"the 15th is worked", "2026-06", bare(t), `
DEADLINE_STATUTORY Date=2026-06-15
DEADLINE_COMPUTED Date=2026-06-15
`},
		{"the 15th is a Saturday", "2026-08", bare(t), `
DEADLINE_STATUTORY Date=2026-08-15
DEADLINE_WEEKEND FromDate=2026-08-15 ToDate=2026-08-16
DEADLINE_COMPUTED Date=2026-08-17
`},
		{"the 15th is the first day of a holiday", "2026-02", bare(t), `
DEADLINE_STATUTORY Date=2026-02-15
DEADLINE_HOLIDAY FromDate=2026-02-15 Name=春节 Notice=国办发明电〔2025〕7号 ToDate=2026-02-23
DEADLINE_COMPUTED Date=2026-02-24
`},
		{"three days, counted as working days", "2026-01", bare(t), `
DEADLINE_STATUTORY Date=2026-01-15
DEADLINE_HOLIDAYS Date=2026-01-15 Days=3 FromDate=2026-01-01 Name=元旦 Notice=国办发明电〔2025〕7号 ToDate=2026-01-03
DEADLINE_WEEKEND FromDate=2026-01-17 ToDate=2026-01-18
DEADLINE_COMPUTED Date=2026-01-20
`},
		{"a holiday over the 15th, then a Sunday that is worked", "2024-02", bare(t), `
DEADLINE_STATUTORY Date=2024-02-15
DEADLINE_HOLIDAYS Date=2024-02-15 Days=6 FromDate=2024-02-10 Name=春节 Notice=国办发明电〔2023〕7号 ToDate=2024-02-15
DEADLINE_HOLIDAY FromDate=2024-02-16 Name=春节 Notice=国办发明电〔2023〕7号 ToDate=2024-02-17
DEADLINE_MAKE_UP Date=2024-02-18 Name=春节 Notice=国办发明电〔2023〕7号
DEADLINE_COMPUTED Date=2024-02-23
`},
		{"a weekend that belongs to the run", "2024-06", bare(t), `
DEADLINE_STATUTORY Date=2024-06-15
DEADLINE_HOLIDAYS Date=2024-06-15 Days=3 FromDate=2024-06-08 Name=端午节 Notice=国办发明电〔2023〕7号 ToDate=2024-06-10
DEADLINE_WEEKEND FromDate=2024-06-16 ToDate=2024-06-16
DEADLINE_COMPUTED Date=2024-06-19
`},
		{"a notice that the rule explains", "2025-06", official, `
DEADLINE_STATUTORY Date=2025-06-15
DEADLINE_WEEKEND FromDate=2025-06-15 ToDate=2025-06-15
DEADLINE_COMPUTED Date=2025-06-16
DEADLINE_NATIONAL Date=2025-06-16 Notice=税总办征科函〔2024〕71号
`},
		{"a year without notice", "2027-05", official, `
DEADLINE_STATUTORY Date=2027-05-15
DEADLINE_WEEKEND FromDate=2027-05-15 ToDate=2027-05-16
DEADLINE_COMPUTED Date=2027-05-17
DEADLINE_PROVISIONAL Year=2027
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := tt.in.Filing(month(tt.month), calendar.Where{})
			if got := "\n" + told(d.Steps); got != tt.want {
				t.Errorf("steps are%swant%s", got, tt.want)
			}
			if d.Provisional != strings.Contains(tt.want, "PROVISIONAL") {
				t.Errorf("provisional is %v", d.Provisional)
			}
		})
	}
}

// TestOddYear: two runs of one length, and two holidays side by side. No year has
// had them, but the explanation has to hold.
func TestOddYear(t *testing.T) {
	t.Parallel()
	text := without(calendar.Official().Years()[2].Text(), "deadline,")
	for _, day := range []string{"02,甲", "03,甲", "04,甲", "09,乙", "10,乙", "11,乙", "16,丙", "17,丁"} {
		text += "holiday,2026-06-" + day + ",国办发明电〔2025〕7号,,\n"
	}
	const want = `DEADLINE_STATUTORY Date=2026-06-15
DEADLINE_HOLIDAYS Date=2026-06-15 Days=3 FromDate=2026-06-02 Name=甲 Notice=国办发明电〔2025〕7号 ToDate=2026-06-04
DEADLINE_HOLIDAY FromDate=2026-06-16 Name=丙 Notice=国办发明电〔2025〕7号 ToDate=2026-06-16
DEADLINE_HOLIDAY FromDate=2026-06-17 Name=丁 Notice=国办发明电〔2025〕7号 ToDate=2026-06-17
DEADLINE_HOLIDAY FromDate=2026-06-19 Name=端午节 Notice=国办发明电〔2025〕7号 ToDate=2026-06-21
DEADLINE_COMPUTED Date=2026-06-23
`
	if got := told(calendar.New(read(t, 2026, text)).Filing(month("2026-06"), calendar.Where{}).Steps); got != want {
		t.Errorf("steps are\n%s", got)
	}
}

// TestNoticeAgainstRule: a notice that the rule does not explain is not explained
// with it.
func TestNoticeAgainstRule(t *testing.T) {
	t.Parallel()
	text := strings.Replace(calendar.Official().Years()[2].Text(), "deadline,2026-06-15", "deadline,2026-06-18", 1)
	d := calendar.New(read(t, 2026, text)).Filing(month("2026-06"), calendar.Where{})
	const want = "DEADLINE_STATUTORY Date=2026-06-15\nDEADLINE_NATIONAL Date=2026-06-18 Notice=税总办征科函〔2025〕64号\n"
	if got := told(d.Steps); got != want || d.Date != date("2026-06-18") {
		t.Errorf("%s, by\n%s", d.Date, got)
	}
}

func TestShift(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, day, want string
		provisional     bool
		steps           string
	}{
		{"a working day", "2025-06-30", "2025-06-30", false, "DEADLINE_STATUTORY DEADLINE_COMPUTED"},
		{"a holiday", "2025-05-31", "2025-06-03", false, "DEADLINE_STATUTORY DEADLINE_HOLIDAY DEADLINE_COMPUTED"},
		{"a Sunday", "2026-05-31", "2026-06-01", false, "DEADLINE_STATUTORY DEADLINE_WEEKEND DEADLINE_COMPUTED"},
		{"a Sunday that is worked", "2025-09-28", "2025-09-28", false, "DEADLINE_STATUTORY DEADLINE_MAKE_UP DEADLINE_COMPUTED"},
		{"a long holiday before it does not extend", "2026-05-06", "2026-05-06", false, "DEADLINE_STATUTORY DEADLINE_COMPUTED"},
		{"a day that no calendar has", "2026-03-01", "2026-03-02", false, "DEADLINE_STATUTORY DEADLINE_WEEKEND DEADLINE_COMPUTED"},
		{"out of a year without notice", "2023-12-31", "2024-01-02", true, "DEADLINE_STATUTORY DEADLINE_WEEKEND DEADLINE_HOLIDAY DEADLINE_COMPUTED DEADLINE_PROVISIONAL"},
		{"no notice", "2027-05-31", "2027-05-31", true, "DEADLINE_STATUTORY DEADLINE_COMPUTED DEADLINE_PROVISIONAL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			day := date(tt.day)
			if tt.name == "a day that no calendar has" {
				day = civil.Date{Year: 2026, Month: time.February, Day: 29}
			}
			d := calendar.Official().Shift(day, calendar.Where{})
			var keys []string
			for _, s := range d.Steps {
				keys = append(keys, s.Key)
			}
			if d.Date != date(tt.want) || d.Provisional != tt.provisional || strings.Join(keys, " ") != tt.steps {
				t.Errorf("%s provisional %v by %v, want %s", d.Date, d.Provisional, keys, tt.want)
			}
		})
	}
}

func TestCloses(t *testing.T) {
	t.Parallel()
	d := calendar.Official().Filing(month("2026-05"), calendar.Where{})
	last := time.Date(2026, time.May, 22, 15, 59, 59, 0, time.UTC) // 23:59:59 in Shanghai
	if calendar.On(last) != d.Date || !last.Before(d.Closes()) {
		t.Errorf("the last second, %s, is too late: closes %s", last, d.Closes())
	}
	over := last.Add(time.Second)
	if calendar.On(over) != d.Date.AddDays(1) || !over.Equal(d.Closes()) {
		t.Errorf("midnight, %s, is not the end: closes %s", over, d.Closes())
	}
}
