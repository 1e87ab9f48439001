package calendar_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// mistakes is what Read finds, as "line column reason value".
func mistakes(err error) []string {
	found, ok := errors.AsType[calendar.Mistakes](err)
	if !ok && err != nil {
		return []string{err.Error()}
	}
	var list []string
	for _, m := range found {
		list = append(list, strings.Join(strings.Fields(strings.Join([]string{strconv.Itoa(m.Line), m.Column, string(m.Reason), m.Value}, " ")), " "))
	}
	return list
}

const head = "kind,date,name,notice,confidence,source\n"

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	good := calendar.Official().Years()[2].Text()
	replace := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the good file has no %q", old)
		}
		return strings.Replace(good, old, with, 1)
	}
	const national, holidays = "税总办征科函〔2025〕64号", "国办发明电〔2025〕7号"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", []string{"1 CALENDAR_HEADER"}},
		{"byte order mark", "\ufeff" + good, []string{"1 CALENDAR_BOM"}},
		{"other header", replace("kind,date", "date,kind"), []string{"1 CALENDAR_HEADER"}},
		{"too large", good + strings.Repeat("\n", 64<<10), []string{"0 CALENDAR_TOO_LARGE"}},
		{"quote not closed", replace("holiday,2026-01-01,元旦", `holiday,2026-01-01,"元旦`), []string{"4 CALENDAR_CSV"}},
		{"cell missing", replace("holiday,2026-01-01,元旦,", "holiday,2026-01-01,"), []string{"4 CALENDAR_COLUMNS"}},
		{"space at the end", replace("holiday,2026-01-01,元旦", "holiday,2026-01-01,元旦 "), []string{"4 name CALENDAR_TEXT"}},
		{"no UTF-8", replace("holiday,2026-01-01,元旦", "holiday,2026-01-01,\xff"), []string{"4 name CALENDAR_TEXT"}},
		{"line in a cell", replace("holiday,2026-01-01,元旦", "holiday,2026-01-01,\"元\n旦\""), []string{"4 name CALENDAR_TEXT"}},
		{"unseen mark", replace("holiday,2026-01-01,元旦", "holiday,2026-01-01,元\u202e旦"), []string{"4 name CALENDAR_TEXT"}},
		{"long cell", replace("holiday,2026-01-01,元旦", "holiday,2026-01-01,"+strings.Repeat("旦", 67)), []string{"4 name CALENDAR_TEXT"}},
		{"unknown kind", replace("holiday,2026-01-01", "Holiday,2026-01-01"), []string{"4 kind CALENDAR_KIND Holiday"}},
		{"no such day", replace("2026-02-28", "2026-02-29"), []string{"20 date CALENDAR_DATE 2026-02-29"}},
		{"other spelling of a date", replace("2026-01-01", "2026/1/1"), []string{"4 date CALENDAR_DATE 2026/1/1"}},
		{"other year", replace("2026-01-01", "2025-01-01"), []string{"4 date CALENDAR_OTHER_YEAR 2025-01-01"}},
		{"the same day twice", replace("2026-01-02", "2026-01-01"), []string{"5 date CALENDAR_DATE_TWICE 2026-01-01"}},
		{"holiday and make-up day", replace("workday,2026-01-04", "workday,2026-01-03"), []string{"7 date CALENDAR_DATE_TWICE 2026-01-03"}},
		{"make-up day on a Monday", replace("workday,2026-01-04", "workday,2026-01-05"), []string{"7 date CALENDAR_ON_WEEKDAY 2026-01-05"}},
		{"holiday without name", replace("2026-01-01,元旦", "2026-01-01,"), []string{"4 name CALENDAR_NAME"}},
		{"deadline with name", replace("deadline,2026-01-20,", "deadline,2026-01-20,x"), []string{"8 name CALENDAR_NOT_EMPTY x"}},
		{"confidence of a day", replace("2026-01-01,元旦,"+holidays+",", "2026-01-01,元旦,"+holidays+",H"), []string{"4 confidence CALENDAR_NOT_EMPTY H"}},
		{"number of no notice", replace("2026-01-01,元旦,"+holidays, "2026-01-01,元旦,7"), []string{"4 notice CALENDAR_NO_NOTICE 7"}},
		{"notice twice", replace("notice,2025-12-10", "notice,2025-11-04,国务院办公厅,"+holidays+",H,x\nnotice,2025-12-10"), []string{"3 notice CALENDAR_TWICE " + holidays}},
		{"notice of an impossible day", replace("notice,2025-12-10", "notice,2025-12-32"), []string{"3 date CALENDAR_DATE 2025-12-32"}},
		{"notice without anything", replace("notice,2025-12-10", "notice,,,,,\nnotice,2025-12-10"), []string{
			"3 notice CALENDAR_NOTICE", "3 name CALENDAR_NAME", "3 confidence CALENDAR_CONFIDENCE", "3 source CALENDAR_SOURCE",
		}},
		{"weak notice", replace(national+",H [S]", national+",L"), []string{"3 confidence CALENDAR_CONFIDENCE L"}},
		{"festival missing", without(good, "holiday,2026-06"), []string{"0 CALENDAR_FESTIVAL 端午节"}},
		{"festival only made up for", without(good, "holiday,2026-06") + "workday,2026-06-20,端午节," + holidays + ",,\n", []string{"0 CALENDAR_FESTIVAL 端午节"}},
		{"names in traditional characters", strings.ReplaceAll(good, "国庆节", "國慶節"), []string{"0 CALENDAR_FESTIVAL 国庆节"}},
		{"deadline before the 15th", replace("deadline,2026-03-16", "deadline,2026-03-13"), []string{"21 date CALENDAR_TOO_EARLY 2026-03-13"}},
		{"deadline on a day off", replace("deadline,2026-03-16", "deadline,2026-03-15"), []string{"21 date CALENDAR_ON_REST_DAY 2026-03-15"}},
		{"two deadlines in a month", replace("deadline,2026-03-16", "deadline,2026-04-16"), []string{"25 date CALENDAR_MONTH_TWICE 2026-04"}},
		{"deadline of a month missing", without(good, "deadline,2026-03"), []string{"0 CALENDAR_MONTH 2026-03"}},
		{"all mistakes, by line", replace("2026-01-01,元旦", "2026-01-01,") + "x,,,,,\ny\n", []string{
			"4 name CALENDAR_NAME", "55 kind CALENDAR_KIND x", "56 CALENDAR_COLUMNS",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			y, err := calendar.Read(2026, strings.NewReader(tt.text))
			if got := mistakes(err); !slices.Equal(got, tt.want) {
				t.Errorf("mistakes are %q, want %q", got, tt.want)
			}
			if y.Number() != 0 || len(y.Days()) != 0 {
				t.Error("a refused year is not the zero Year")
			}
		})
	}
}

func TestReadTakes(t *testing.T) {
	t.Parallel()
	good := calendar.Official().Years()[2].Text()
	lines := strings.SplitAfter(strings.TrimPrefix(good, head), "\n")
	slices.Reverse(lines[2:])
	tests := map[string]string{
		"ends of lines of Windows": strings.ReplaceAll(good, "\n", "\r\n"),
		"no end of the last line":  strings.TrimSuffix(good, "\n"),
		"empty lines":              strings.ReplaceAll(good, "\n", "\n\n"),
		"quotes":                   strings.ReplaceAll(good, "元旦", `"元旦"`),
		"days in another order":    head + strings.Join(lines, ""),
	}
	for name, text := range tests {
		if got := read(t, 2026, text).Text(); got != good {
			t.Errorf("%s: written as\n%s", name, got)
		}
	}
	if got := calendar.New(read(t, 2026, without(good, "deadline,"))).Filing(month("2026-10"), calendar.Where{}); got.Basis != calendar.Computed {
		t.Errorf("a file without deadlines gives %+v", got)
	}
}

func TestReadFailsWithItsReader(t *testing.T) {
	t.Parallel()
	_, err := calendar.Read(2026, iotest.ErrReader(io.ErrClosedPipe))
	if _, found := errors.AsType[calendar.Mistakes](err); found || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Read: %v", err)
	}
}

func TestReadRefusesYears(t *testing.T) {
	t.Parallel()
	for _, year := range []int{0, -2026, 20260} {
		_, err := calendar.Read(year, strings.NewReader(head))
		if got := mistakes(err); !slices.Contains(got, "0 CALENDAR_YEAR "+strconv.Itoa(year)) {
			t.Errorf("year %d: %q", year, got)
		}
	}
}

// TestMistakesAreFew: the answer to rubbish stays short.
func TestMistakesAreFew(t *testing.T) {
	t.Parallel()
	_, err := calendar.Read(2026, bytes.NewReader([]byte(head+strings.Repeat("x\n", 10000))))
	if got := len(mistakes(err)); got != 50 {
		t.Errorf("%d mistakes are told", got)
	}
	if err.Error() == "" {
		t.Error("Mistakes have no text")
	}
}
