package calendar_test

import (
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// changed is changes as lines.
func changed(c calendar.Changes) string {
	var text strings.Builder
	for _, d := range c.Days {
		text.WriteString(d.New.Date.String() + " " + string(d.Old.Kind) + " " + string(d.New.Kind) + " " + d.New.Name + "\n")
	}
	for _, d := range c.Deadlines {
		moved := "stays"
		if d.Moved() {
			moved = "moves"
		}
		text.WriteString(strings.Join([]string{
			d.New.Statutory.String(), d.Where.Area, d.Where.Tax, moved, d.Old.Date.String(), d.New.Date.String(), string(d.Cause()),
		}, " ") + "\n")
	}
	return text.String()
}

func TestDiff(t *testing.T) {
	t.Parallel()
	official := calendar.Official()
	of2026 := official.Years()[2]
	edit := func(pairs ...string) calendar.Calendar {
		return official.With(read(t, 2026, strings.NewReplacer(pairs...).Replace(of2026.Text())))
	}
	rule := official.With(read(t, 2026, without(of2026.Text(), "deadline,")))
	tests := []struct {
		name          string
		before, after calendar.Calendar
		want          string
	}{
		{"the same", official, official.With(read(t, 2026, of2026.Text())), ""},
		{"nothing and nothing", calendar.Calendar{}, calendar.Calendar{}, ""},
		{"the tax notice moves a month", official, edit("deadline,2026-08-17", "deadline,2026-08-18"),
			"2026-08-15   moves 2026-08-17 2026-08-18 national\n"},
		{"a make-up day less, under the rule", rule, official.With(read(t, 2026, without(without(of2026.Text(), "deadline,"), "workday,2026-10"))),
			"2026-10-10 make_up weekend \n"},
		{"a holiday more makes a long run, under the rule", rule, official.With(read(t, 2026,
			strings.Replace(without(of2026.Text(), "deadline,"), "holiday,2026-06-19", "holiday,2026-06-15,端午节,国办发明电〔2025〕7号,,\nholiday,2026-06-19", 1))),
			"2026-06-15 workday holiday 端午节\n2026-06-15   moves 2026-06-15 2026-06-18 computed\n"},
		{"only the name of a holiday", official, edit("holiday,2026-06-19,端午节", "holiday,2026-06-19,端午节、夏至"),
			"2026-06-19 holiday holiday 端午节、夏至\n"},
		{"only the notice of the same days", official, edit("税总办征科函〔2025〕64号", "示例"), strings.Join(stays(official), "")},
		{"a postponement comes", official, local(t, official, putOff(nil)),
			"2026-05-15 350000 all moves 2026-05-22 2026-05-28 local\n"},
		{"a postponement goes", local(t, official, putOff(nil)), official,
			"2026-05-15 350000 all moves 2026-05-28 2026-05-22 local\n"},
		{"a postponement changes nothing", official, local(t, official, putOff(func(o *calendar.Override) { o.Date = date("2026-05-22") })),
			"2026-05-15 350000 all stays 2026-05-22 2026-05-22 local\n"},
		{"a named day that was put off", official,
			local(t, official, putOff(func(o *calendar.Override) { o.Statutory, o.Date = date("2026-06-30"), date("2026-07-10") })),
			"2026-06-30 350000 all moves 2026-06-30 2026-07-10 local\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := changed(calendar.Diff(tt.before, tt.after)); got != tt.want {
				t.Errorf("changes are\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// stays are the deadlines of 2026 as lines of changes that move nothing.
func stays(c calendar.Calendar) []string {
	var lines []string
	for m := month("2026-01"); m.Year == 2026; m = calendar.MonthOf(m.Statutory().AddDays(31)) {
		day := c.Filing(m, calendar.Where{}).Date.String()
		lines = append(lines, m.Statutory().String()+"   stays "+day+" "+day+" national\n")
	}
	return lines
}

func TestTouches(t *testing.T) {
	t.Parallel()
	official := calendar.Official()
	text := official.Years()[2].Text()
	of := func(text string) calendar.Changes { return calendar.Diff(official, official.With(read(t, 2026, text))) }
	june19, june18 := date("2026-06-19"), date("2026-06-18")
	if of(strings.Replace(text, "06-19,端午节", "06-19,端午节、夏至", 1)).Touches(june18, june19) {
		t.Error("another name is taken for another count")
	}
	worked := of(without(text, "holiday,2026-06-19"))
	if !worked.Touches(june18, june19) || !worked.Touches(june19, june19) || worked.Touches(june18, june18) {
		t.Error("a holiday that became a working day is not told")
	}
}

// TestDiffOfALoadedYear: the notice of a year arrives, made up here from that of
// 2026, and what was provisional moves or is confirmed.
func TestDiffOfALoadedYear(t *testing.T) {
	t.Parallel()
	without2026 := calendar.New(calendar.Official().Years()[:2]...)
	c := calendar.Diff(without2026, calendar.Official(), date("2026-06-20"), date("2026-06-30"), date("2027-06-30"))
	got := changed(c)
	for _, line := range []string{
		"2026-01-01 workday holiday 元旦\n",
		"2026-01-04 weekend make_up 元旦\n",
		"2026-01-15   moves 2026-01-15 2026-01-20 national\n",
		"2026-03-15   stays 2026-03-16 2026-03-16 national\n",
		"2026-06-20   stays 2026-06-22 2026-06-22 computed\n",
		"2026-06-30   stays 2026-06-30 2026-06-30 computed\n",
	} {
		if !strings.Contains("\n"+got, "\n"+line) {
			t.Errorf("missing: %s", line)
		}
	}
	if n := strings.Count(got, "national"); n != 12 || strings.Contains(got, "2027") || strings.Contains(got, "2025-12") {
		t.Errorf("%d months changed:\n%s", n, got)
	}
	if !c.Touches(date("2025-12-30"), date("2026-01-01")) || c.Touches(date("2026-01-05"), date("2026-02-13")) {
		t.Error("Touches does not tell what was counted from what was not")
	}
	if !c.Touches(date("2026-01-04"), date("2026-01-04")) {
		t.Error("a make-up day does not count")
	}
}
