package form_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

var (
	hant     = form.Style{Language: "zh-Hant-TW"}
	hans     = form.Style{Language: "zh-Hans"}
	nan      = form.Style{Language: "nan-Hant"}
	en       = form.Style{Language: "en"}
	hantRoc  = form.Style{Language: "zh-Hant-TW", Calendar: form.Republic}
	hansRoc  = form.Style{Language: "zh-Hans", Calendar: form.Republic}
	enRoc    = form.Style{Language: "en", Calendar: form.Republic}
	styles   = []form.Style{{}, hant, hans, nan, en, hantRoc, hansRoc, enRoc}
	shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)
)

func day(year, month, day int) civil.Date {
	return civil.Date{Year: year, Month: time.Month(month), Day: day}
}

// seeded gives chance that can be repeated; the seed is printed if the test fails.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func TestDate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		style form.Style
		date  civil.Date
		want  string
	}{
		{"Traditional", hant, day(2026, 11, 24), "2026年11月24日"},
		{"Simplified", hans, day(2026, 1, 2), "2026年1月2日"},
		{"Minnan", nan, day(2026, 11, 24), "2026年11月24日"},
		{"English", en, day(2026, 11, 24), "24 November 2026"},
		{"zero style", form.Style{}, day(2026, 11, 24), "2026年11月24日"},
		{"unknown language", form.Style{Language: "fr"}, day(2026, 11, 24), "2026年11月24日"},
		{"unknown calendar", form.Style{Calendar: "lunar"}, day(2026, 11, 24), "2026年11月24日"},
		{"Republic", hantRoc, day(2026, 11, 24), "民國115年11月24日"},
		{"Republic in Simplified", hansRoc, day(2026, 11, 24), "民国115年11月24日"},
		{"Republic in English", enRoc, day(2026, 11, 24), "24 November 2026 (ROC 115)"},
		{"the Republic's first day", hantRoc, day(1912, 1, 1), "民國元年1月1日"},
		{"the day before", hantRoc, day(1911, 12, 31), "民國前1年12月31日"},
		{"the day before in English", enRoc, day(1911, 12, 31), "31 December 1911 (1 before ROC)"},
		{"a year that looks like the Republic's", hant, day(115, 1, 1), "西元115年1月1日"},
		{"the same in Simplified", hans, day(115, 1, 1), "公元115年1月1日"},
		{"no such day", hant, day(2026, 2, 30), "2026-02-30"},
		{"zero date", hant, civil.Date{}, "0000-00-00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := form.Date(tt.style, tt.date); got != tt.want {
				t.Errorf("Date is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 12, 31, 23, 5, 59, 0, time.UTC)
	tests := []struct {
		name  string
		style form.Style
		zone  *time.Location
		want  string
	}{
		{"the next day and year in Shanghai", hant, shanghai, "2027年1月1日 07:05"},
		{"Republic", hantRoc, shanghai, "民國116年1月1日 07:05"},
		{"English", en, shanghai, "1 January 2027, 07:05"},
		{"no zone is UTC", hans, nil, "2026年12月31日 23:05"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := form.Time(tt.style, late, tt.zone); got != tt.want {
				t.Errorf("Time is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPeriodAndMonth(t *testing.T) {
	t.Parallel()
	var open civil.Date
	first := day(2026, 11, 24)
	tests := []struct{ name, got, want string }{
		{"within a month", form.Period(hant, first, day(2026, 11, 30)), "2026年11月24日至30日"},
		{"within a year", form.Period(hans, first, day(2026, 12, 3)), "2026年11月24日至12月3日"},
		{"across years", form.Period(hantRoc, first, day(2027, 1, 3)), "民國115年11月24日至民國116年1月3日"},
		{"one day", form.Period(hant, first, first), "2026年11月24日"},
		{"the wrong way round", form.Period(hant, first, day(2026, 11, 3)), "2026年11月24日至2026年11月3日"},
		{"no end", form.Period(hant, first, open), "2026年11月24日起"},
		{"no beginning", form.Period(hant, open, first), "至2026年11月24日止"},
		{"English, within a month", form.Period(en, first, day(2026, 11, 30)), "24–30 November 2026"},
		{"English, within a year", form.Period(enRoc, first, day(2026, 12, 3)), "24 November – 3 December 2026 (ROC 115)"},
		{"English, across years", form.Period(en, first, day(2027, 1, 3)), "24 November 2026 – 3 January 2027"},
		{"English, no end", form.Period(en, first, open), "from 24 November 2026"},
		{"English, no beginning", form.Period(en, open, first), "until 24 November 2026"},
		{"month", form.Month(hant, 2026, 11), "2026年11月"},
		{"month of the Republic", form.Month(hansRoc, 2026, 11), "民国115年11月"},
		{"month in English", form.Month(enRoc, 2026, 11), "November 2026 (ROC 115)"},
		{"no month", form.Month(hant, 2026, 13), "2026-13"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	want := day(2026, 11, 24)
	for _, text := range []string{
		"2026-11-24", "2026/11/24", "2026.11.24", "20261124", "2026年11月24日", "2026年11月24號", "西元2026年11月24日",
		"115.11.24", "115/11/24", "115-11-24", "1151124", "115年11月24日", "民國115年11月24日", "民国115年11月24日",
		"中華民國115年11月24日", "中華民國 115 年 11 月 24 日", "民國115.11.24", "民國1151124",
		"２０２６／１１／２４", "２０２６－１１－２４", "１１５１１２４", "　2026-11-24　", "2026–11–24", "2026 - 11 - 24", "\u200e2026-11-24",
		"24 November 2026", "24 nov 2026", "24 November 2026 (ROC 115)",
	} {
		if got, err := form.ParseDate(text); err != nil || got != want {
			t.Errorf("ParseDate(%q) is %v, %v", text, got, err)
		}
	}
}

func TestParseDateOfSmallYears(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]civil.Date{
		"099.1.2": day(2010, 1, 2), "0990102": day(2010, 1, 2), "民國99年1月2日": day(2010, 1, 2), "民國990102": day(2010, 1, 2),
		"民國元年1月1日": day(1912, 1, 1), "民國1年1月1日": day(1912, 1, 1), "民國前1年12月31日": day(1911, 12, 31),
		"民國200年1月1日": day(2111, 1, 1), "西元99年1月2日": day(99, 1, 2), "2024-2-29": day(2024, 2, 29),
	} {
		if got, err := form.ParseDate(text); err != nil || got != want {
			t.Errorf("ParseDate(%q) is %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"99-1-2":              form.ErrDateAmbiguous, // 1999, 2010 or 2 January
		"990102":              form.ErrDateAmbiguous,
		"11/12/2026":          form.ErrDateAmbiguous,
		"24/11/2026":          form.ErrDateAmbiguous,
		"民國2026年1月2日":         form.ErrDateAmbiguous,
		"202-1-2":             form.ErrDateAmbiguous, // 2020 or later, a digit lost
		"2020124":             form.ErrDateAmbiguous,
		"0115-11-24":          form.ErrDateAmbiguous,
		"24 Nov 2026 (ROC 5)": form.ErrDateAmbiguous,
		"2026-02-29":          form.ErrDateNoSuchDay,
		"2026-13-01":          form.ErrDateNoSuchDay,
		"115.0.24":            form.ErrDateNoSuchDay,
		"民國0年1月1日":            form.ErrDateNoSuchDay,
		"民國前9999年1月1日":        form.ErrDateNoSuchDay,
		"":                    form.ErrDateForm,
		"tomorrow":            form.ErrDateForm,
		"2026-11":             form.ErrDateForm,
		"2026-11/24":          form.ErrDateForm,
		"2026 11 24":          form.ErrDateForm,
		"2026-11-24T10:00":    form.ErrDateForm,
		"元年1月1日":              form.ErrDateForm,
		"24 Smarch 2026":      form.ErrDateForm,
		"-2026-11-24":         form.ErrDateForm,
		"\xff2026-11-24":      form.ErrDateForm,
	} {
		if got, err := form.ParseDate(text); !errors.Is(err, want) || got != (civil.Date{}) {
			t.Errorf("ParseDate(%q) is %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestDatesComeBack(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	for range 3000 {
		// The Republic's years are typed with three digits at most: up to 2910.
		want := day(1, 1, 1).AddDays(r.IntN(365 * 2900))
		for _, s := range styles {
			if got, err := form.ParseDate(form.Date(s, want)); err != nil || got != want {
				t.Fatalf("%v in %+v: %q came back as %v, %v", want, s, form.Date(s, want), got, err)
			}
		}
	}
}
