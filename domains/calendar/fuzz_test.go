package calendar_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// FuzzRead: no panic, a refusal names lines that are there, and what is taken is
// written so that it reads back to itself and can be asked.
func FuzzRead(f *testing.F) {
	good := calendar.Official().Years()[2].Text()
	for _, text := range []string{
		"", head, good, "\ufeff" + good, strings.ReplaceAll(good, "\n", "\r\n"), head + "holiday,2026-01-01,\"元旦,n,,\n",
		without(good, "notice,"), without(good, "deadline,"), without(good, "workday,"),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		y, err := calendar.Read(2026, strings.NewReader(text))
		if err != nil {
			checkMistakes(t, err, text)
			return
		}
		again, err := calendar.Read(2026, strings.NewReader(y.Text()))
		if err != nil || again.Text() != y.Text() {
			t.Fatalf("reads back as %q: %v", again.Text(), err)
		}
		c := calendar.New(y)
		for _, d := range y.Days() {
			if c.IsWorkday(d.Date) == d.Off() {
				t.Errorf("%+v is lost", d)
			}
			c.AddWorkdays(d.Date, -400)
			if filing := c.Filing(calendar.MonthOf(d.Date), calendar.Where{}); !c.IsWorkday(filing.Date) {
				t.Errorf("a return falls due on %s", filing.Date)
			}
		}
	})
}

func checkMistakes(t *testing.T, err error, text string) {
	t.Helper()
	found, ok := errors.AsType[calendar.Mistakes](err)
	if !ok || len(found) == 0 {
		t.Fatalf("%T is no Mistakes, or an empty one", err)
	}
	for i, m := range found {
		if m.Line < 0 || m.Line > strings.Count(text, "\n")+1 || (i > 0 && m.Line < found[i-1].Line) {
			t.Errorf("mistake %d is in line %d", i, m.Line)
		}
	}
}

// FuzzReadLocal promises the same for postponements.
func FuzzReadLocal(f *testing.F) {
	f.Add(calendar.LocalText([]calendar.Override{putOff(nil)}))
	f.Add("area,tax,statutory,date,notice,name,issued,confidence,source\n350000,all,2026-05-15,2026-05-01,n,x,2026-05-12,H,x\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := calendar.ReadLocal(strings.NewReader(text))
		if err != nil {
			checkMistakes(t, err, text)
			return
		}
		again, err := calendar.ReadLocal(strings.NewReader(calendar.LocalText(list)))
		if err != nil || calendar.LocalText(again) != calendar.LocalText(list) {
			t.Fatalf("reads back as %+v: %v", again, err)
		}
		c, err := calendar.Official().WithLocal(list...)
		if err != nil {
			t.Fatalf("what was read is refused: %v", err)
		}
		for _, o := range list {
			if d := c.Shift(o.Statutory, calendar.Where{Area: o.Area, Tax: o.Tax}); d.Basis != calendar.Local {
				t.Errorf("%+v does not hold: %+v", o, d)
			}
		}
	})
}

// FuzzAddWorkdays compares with the reference.
func FuzzAddWorkdays(f *testing.F) {
	f.Add(0, 1)
	f.Add(1095, -700)
	c := calendar.Official()
	reference := newNaive(c)
	f.Fuzz(func(t *testing.T, day, n int) {
		d := civil.Date{Year: 2024, Month: 1, Day: 1}.AddDays(day % 2000)
		n %= 1000
		if got, _ := c.AddWorkdays(d, n); got != reference.add(d, n) {
			t.Errorf("AddWorkdays(%s, %d) = %s, want %s", d, n, got, reference.add(d, n))
		}
	})
}
