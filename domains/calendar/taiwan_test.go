package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// taiwanTaxes are the taxes by how the facts begin their names.
var taiwanTaxes = map[string]string{
	"TW business tax": "tw_business_tax", "TW withholding": "tw_withholding_statement", "TW house tax": "tw_house_tax",
	"TW income tax": "tw_income_tax", "TW profit-seeking": "tw_provisional_payment", "TW land value": "tw_land_value_tax",
}

func TestTaiwanDatesAreTheGivenOnes(t *testing.T) {
	t.Parallel()
	for _, year := range []int{2025, 2026} {
		dates, n := calendar.Taiwan(year), 0
		for _, row := range vectors(t, given[year]) {
			for prefix, tax := range taiwanTaxes {
				if !strings.HasPrefix(row["name"], prefix) {
					continue
				}
				n++
				if !slices.ContainsFunc(dates, func(d calendar.TaiwanDate) bool {
					return d.Tax == tax && d.Date == date(row["date"]) && !d.Illustrative &&
						d.Confidence.Reference() == (row["confidence"] != "high")
				}) {
					t.Errorf("%s %s (%s) is missing", row["date"], row["name"], row["confidence"])
				}
			}
		}
		if len(dates) != n {
			t.Errorf("%d has %d dates, want %d", year, len(dates), n)
		}
	}
}

func TestTaiwanYearWithoutDates(t *testing.T) {
	t.Parallel()
	dates := calendar.Taiwan(2027)
	if len(dates) != 11 || !slices.IsSortedFunc(dates, func(a, b calendar.TaiwanDate) int { return a.Date.DaysSince(b.Date) }) {
		t.Fatalf("2027 has %d dates, or out of order", len(dates))
	}
	for _, d := range dates {
		if !d.Illustrative || !d.Confidence.Reference() || d.Date.In(time.UTC).Weekday()%6 == 0 || d.Date.Before(d.Statutory) {
			t.Errorf("%+v", d)
		}
	}
	const want = `TAIWAN_DEADLINE_STATUTORY Date=2027-01-31
TAIWAN_DEADLINE_REST_DAY Date=2027-02-01
TAIWAN_DEADLINE_ILLUSTRATIVE Date=2027-02-01
`
	if got := told(dates[1].Steps()); got != want {
		t.Errorf("steps are\n%s", got)
	}
	if text := calendar.TaiwanText(dates); strings.Count(text, "\n") != 1 {
		t.Errorf("illustrative dates are written:\n%s", text)
	}
}

func TestTaiwanExtensionStandsBeside(t *testing.T) {
	t.Parallel()
	var got []string
	for _, d := range calendar.Taiwan(2025) {
		if d.Tax == "tw_income_tax" {
			got = append(got, d.Date.String()+" "+string(d.Why)+" "+string(d.Confidence))
		}
	}
	if want := []string{"2025-06-02 rest_day H [S]", "2025-06-30 extension M [S]"}; !slices.Equal(got, want) {
		t.Errorf("income tax of 2025: %q, want %q", got, want)
	}
}

// TestTaiwanYearIsOfItsYear: a file of a year holds no date of another one.
func TestTaiwanYearIsOfItsYear(t *testing.T) {
	t.Parallel()
	const text = taiwanHead + "tw_withholding_statement,2027-01-31,2027-02-01,rest_day,M,公告\ntw_house_tax,2028-05-31,2028-05-31,statutory,M,公告\n"
	_, err := calendar.ReadTaiwanYear(2027, strings.NewReader(text))
	if got, want := mistakes(err), []string{"3 statutory CALENDAR_OTHER_YEAR 2028-05-31"}; !slices.Equal(got, want) {
		t.Errorf("mistakes are %q, want %q", got, want)
	}
}

const taiwanHead = "tax,statutory,date,why,confidence,source\n"

func TestTaiwanLoaded(t *testing.T) {
	t.Parallel()
	loaded, err := calendar.ReadTaiwan(strings.NewReader(taiwanHead + "tw_house_tax,2027-05-31,2027-06-01,rest_day,H [S],公告\n"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, d := range calendar.Taiwan(2027, loaded...) {
		if d.Tax == "tw_house_tax" {
			n++
			if d.Date != date("2027-06-01") || d.Illustrative || d.Confidence.Reference() {
				t.Errorf("the loaded date is %+v", d)
			}
		} else if !d.Illustrative {
			t.Errorf("%s is not illustrative", d.Tax)
		}
	}
	if n != 1 {
		t.Errorf("house tax has %d dates", n)
	}
}

func TestReadTaiwanRefuses(t *testing.T) {
	t.Parallel()
	const good = "tw_house_tax,2027-05-31,2027-06-01,rest_day,H [S],公告\n"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"header", "", []string{"1 CALENDAR_HEADER"}},
		{"unknown tax", taiwanHead + strings.Replace(good, "tw_house_tax", "tw_car_tax", 1), []string{"2 tax CALENDAR_TAX tw_car_tax"}},
		{"another day of the tax", taiwanHead + strings.Replace(good, "05-31", "05-30", 1), []string{"2 tax CALENDAR_TAX tw_house_tax"}},
		{"no date", taiwanHead + strings.Replace(good, "2027-06-01", "", 1), []string{"2 date CALENDAR_DATE"}},
		{"earlier", taiwanHead + strings.Replace(good, "2027-06-01", "2027-05-30", 1), []string{"2 date CALENDAR_TOO_EARLY 2027-05-30"}},
		{"a year late", taiwanHead + strings.Replace(good, "2027-06-01", "2028-06-01", 1), []string{"2 date CALENDAR_TOO_LATE 2028-06-01"}},
		{"unknown cause", taiwanHead + strings.Replace(good, "rest_day", "typhoon", 1), []string{"2 why CALENDAR_WHY typhoon"}},
		{"moved without cause", taiwanHead + strings.Replace(good, "rest_day", "statutory", 1), []string{"2 why CALENDAR_WHY statutory"}},
		{"cause without move", taiwanHead + strings.Replace(good, "2027-06-01", "2027-05-31", 1), []string{"2 why CALENDAR_WHY rest_day"}},
		{"no source", taiwanHead + strings.Replace(good, "公告", "", 1), []string{"2 source CALENDAR_SOURCE"}},
		{"twice", taiwanHead + good + good, []string{"3 CALENDAR_TWICE 2027-06-01"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dates, err := calendar.ReadTaiwan(strings.NewReader(tt.text))
			if got := mistakes(err); !slices.Equal(got, tt.want) || dates != nil {
				t.Errorf("mistakes are %q, want %q", got, tt.want)
			}
		})
	}
}
