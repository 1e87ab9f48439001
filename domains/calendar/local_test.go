package calendar_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// putOff is a made-up postponement of the filing of May 2026 by Fujian.
func putOff(change func(*calendar.Override)) calendar.Override {
	o := calendar.Override{
		Area: "350000", Tax: calendar.AllTaxes, Statutory: date("2026-05-15"), Date: date("2026-05-28"),
		Notice: calendar.Notice{
			Number: "示例〔2026〕1号", Issuer: "示例税务局", Issued: date("2026-05-12"), Confidence: "H [S]", Source: "示例",
		},
	}
	if change != nil {
		change(&o)
	}
	return o
}

func TestLocalGoesFirst(t *testing.T) {
	t.Parallel()
	may := month("2026-05")
	on := func(day, number string) func(*calendar.Override) {
		return func(o *calendar.Override) { o.Date, o.Notice.Number = date(day), number }
	}
	province := putOff(nil)
	city := putOff(func(o *calendar.Override) { on("2026-05-25", "city")(o); o.Area = "350100" })
	county := putOff(func(o *calendar.Override) { on("2026-05-26", "county")(o); o.Area = "350128" })
	vat := putOff(func(o *calendar.Override) { on("2026-05-27", "vat")(o); o.Tax = "vat" })
	later := putOff(func(o *calendar.Override) { on("2026-05-29", "later")(o); o.Notice.Issued = date("2026-05-13") })
	tests := []struct {
		name  string
		local []calendar.Override
		where calendar.Where
		want  string
		basis calendar.Basis
	}{
		{"nobody's area", []calendar.Override{province}, calendar.Where{}, "2026-05-22", calendar.National},
		{"another province", []calendar.Override{province}, calendar.Where{Area: "330100"}, "2026-05-22", calendar.National},
		{"within the province", []calendar.Override{province}, calendar.Where{Area: "350128", Tax: "vat"}, "2026-05-28", calendar.Local},
		{"the province itself", []calendar.Override{province}, calendar.Where{Area: "350000"}, "2026-05-28", calendar.Local},
		{"beside the city", []calendar.Override{city}, calendar.Where{Area: "350200"}, "2026-05-22", calendar.National},
		{"above the county", []calendar.Override{county}, calendar.Where{Area: "350100"}, "2026-05-22", calendar.National},
		{"the smallest area", []calendar.Override{county, province, city}, calendar.Where{Area: "350128"}, "2026-05-26", calendar.Local},
		{"the tax before all taxes", []calendar.Override{province, vat}, calendar.Where{Area: "350128", Tax: "vat"}, "2026-05-27", calendar.Local},
		{"another tax", []calendar.Override{vat}, calendar.Where{Area: "350128", Tax: "iit"}, "2026-05-22", calendar.National},
		{"no tax", []calendar.Override{vat}, calendar.Where{Area: "350128"}, "2026-05-22", calendar.National},
		{"the area before the tax", []calendar.Override{vat, city}, calendar.Where{Area: "350128", Tax: "vat"}, "2026-05-25", calendar.Local},
		{"published last, before all", []calendar.Override{county, later, vat}, calendar.Where{Area: "350128", Tax: "vat"}, "2026-05-29", calendar.Local},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := local(t, calendar.Official(), tt.local...).Filing(may, tt.where)
			if d.Date != date(tt.want) || d.Basis != tt.basis {
				t.Errorf("%s %s, want %s %s", d.Date, d.Basis, tt.want, tt.basis)
			}
		})
	}
}

func TestLocalExplains(t *testing.T) {
	t.Parallel()
	c := local(t, calendar.Official(), putOff(func(o *calendar.Override) {
		o.Statutory, o.Date = date("2027-05-15"), date("2027-05-20")
	}), putOff(func(o *calendar.Override) { o.Statutory, o.Date = date("2026-05-31"), date("2026-06-10") }))
	where := calendar.Where{Area: "350128"}
	d := c.Filing(month("2027-05"), where)
	const want = `DEADLINE_STATUTORY Date=2027-05-15
DEADLINE_WEEKEND FromDate=2027-05-15 ToDate=2027-05-16
DEADLINE_COMPUTED Date=2027-05-17
DEADLINE_LOCAL Area=350000 Date=2027-05-20 IssuedDate=2026-05-12 Notice=示例〔2026〕1号
`
	if got := told(d.Steps); got != want || d.Provisional || d.Notice.Issuer != "示例税务局" {
		t.Errorf("provisional %v, by\n%s", d.Provisional, got)
	}
	if d := c.Shift(date("2026-05-31"), where); d.Date != date("2026-06-10") || d.Basis != calendar.Local {
		t.Errorf("May 31: %+v", d)
	}
	if d := c.Filing(month("2026-05"), where); d.Basis != calendar.National {
		t.Errorf("the filing of May is %+v, only May 31 was put off", d)
	}
}

// TestLocalIsTheCalendars: the list that was handed in stays the caller's.
func TestLocalIsTheCalendars(t *testing.T) {
	t.Parallel()
	list := []calendar.Override{putOff(nil)}
	c := local(t, calendar.Official(), list...)
	list[0].Date = date("2026-06-01")
	c.Local()[0].Date = date("2026-06-01")
	if d := c.Filing(month("2026-05"), calendar.Where{Area: "350128"}); d.Date != date("2026-05-28") {
		t.Errorf("the postponement became %s", d.Date)
	}
}

func TestLocalIsChecked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*calendar.Override)
		want   []string
	}{
		{"good", nil, nil},
		{"no area", func(o *calendar.Override) { o.Area = "" }, []string{"1 area CALENDAR_AREA"}},
		{"short area", func(o *calendar.Override) { o.Area = "35" }, []string{"1 area CALENDAR_AREA 35"}},
		{"tax in upper case", func(o *calendar.Override) { o.Tax = "VAT" }, []string{"1 tax CALENDAR_TAX VAT"}},
		{"no tax", func(o *calendar.Override) { o.Tax = "" }, []string{"1 tax CALENDAR_TAX"}},
		{"before the statutory day", func(o *calendar.Override) { o.Date = date("2026-05-14") }, []string{"1 date CALENDAR_TOO_EARLY 2026-05-14"}},
		{"another year meant", func(o *calendar.Override) { o.Date = date("2027-05-28") }, []string{"1 date CALENDAR_TOO_LATE 2027-05-28"}},
		{"not published", func(o *calendar.Override) { o.Notice.Issued.Day = 0 }, []string{"1 issued CALENDAR_DATE 2026-05-00"}},
		{"no paper", func(o *calendar.Override) { o.Notice = calendar.Notice{Issued: o.Notice.Issued} }, []string{
			"1 notice CALENDAR_NOTICE", "1 name CALENDAR_NAME", "1 confidence CALENDAR_CONFIDENCE", "1 source CALENDAR_SOURCE",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := calendar.Official().WithLocal(putOff(tt.change))
			if got := mistakes(err); !slices.Equal(got, tt.want) {
				t.Errorf("mistakes are %q, want %q", got, tt.want)
			}
			if err != nil && len(c.Years()) != 0 {
				t.Error("a refused calendar is not the zero Calendar")
			}
		})
	}
	_, err := calendar.Official().WithLocal(putOff(nil), putOff(func(o *calendar.Override) { o.Date = date("2026-05-29") }))
	if got := mistakes(err); !slices.Equal(got, []string{"2 CALENDAR_TWICE 示例〔2026〕1号"}) {
		t.Errorf("two of one day: %q", got)
	}
}

func TestLocalText(t *testing.T) {
	t.Parallel()
	list := []calendar.Override{putOff(nil), putOff(func(o *calendar.Override) { o.Area, o.Tax = "350128", "vat" })}
	text := calendar.LocalText(list)
	got, err := calendar.ReadLocal(strings.NewReader(text))
	if err != nil || !slices.Equal(got, list) || calendar.LocalText(got) != text {
		t.Errorf("read back as %+v, %v", got, err)
	}
	bad := strings.Replace(strings.Replace(text, "2026-05-28", "28.5.", 1), "350128", "x", 1)
	_, err = calendar.ReadLocal(strings.NewReader(bad))
	if got := mistakes(err); !slices.Equal(got, []string{"2 date CALENDAR_DATE 28.5.", "3 area CALENDAR_AREA x"}) {
		t.Errorf("mistakes are %q", got)
	}
	if _, err = calendar.ReadLocal(strings.NewReader("area\n")); !slices.Equal(mistakes(err), []string{"1 CALENDAR_HEADER"}) {
		t.Errorf("other header: %v", err)
	}
}
