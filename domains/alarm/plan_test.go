package alarm_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/alarm/alarmtest"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// plan is a plan as lines, in Shanghai.
func plan(due string, s alarm.Setting) string {
	var lines []string
	for _, r := range alarm.Plan(date(due), s, calendar.Official()) {
		lines = append(lines, r.Slot+" "+r.At.In(shanghai).Format("2006-01-02 15:04"))
	}
	return strings.Join(lines, ", ")
}

const overdueNovember = ", overdue-1 2026-11-17 09:00, overdue-2 2026-11-24 09:00, overdue-3 2026-12-01 09:00, overdue-4 2026-12-08 09:00"

func TestPlan(t *testing.T) {
	t.Parallel()
	set := func(change func(*alarm.Setting)) alarm.Setting {
		s := alarm.Defaults()
		change(&s)
		return s
	}
	tests := []struct {
		name string
		due  string
		set  alarm.Setting
		want string
	}{
		{"defaults", "2026-11-16", alarm.Defaults(),
			"lead-7 2026-11-05 09:00, lead-3 2026-11-11 09:00, lead-1 2026-11-13 09:00, lead-0 2026-11-16 09:00" + overdueNovember},
		{"across the Spring Festival and a make-up Saturday", "2026-02-24", alarm.Defaults(),
			"lead-7 2026-02-06 09:00, lead-3 2026-02-12 09:00, lead-1 2026-02-14 09:00, lead-0 2026-02-24 09:00, " +
				"overdue-1 2026-02-25 09:00, overdue-2 2026-03-04 09:00, overdue-3 2026-03-11 09:00, overdue-4 2026-03-18 09:00"},
		{"across New Year", "2026-01-05", set(func(s *alarm.Setting) { s.Leads = []int{3} }),
			"lead-3 2025-12-30 09:00, overdue-1 2026-01-06 09:00, overdue-2 2026-01-13 09:00, overdue-3 2026-01-20 09:00, overdue-4 2026-01-27 09:00"},
		{"a week later is a holiday", "2026-09-23", set(func(s *alarm.Setting) { s.Leads = []int{0} }),
			"lead-0 2026-09-23 09:00, overdue-1 2026-09-24 09:00, overdue-3 2026-10-08 09:00, overdue-4 2026-10-15 09:00"},
		{"leap day", "2024-02-29", set(func(s *alarm.Setting) { s.Leads = []int{1, 0} }),
			"lead-1 2024-02-28 09:00, lead-0 2024-02-29 09:00, overdue-1 2024-03-01 09:00, overdue-2 2024-03-08 09:00, overdue-3 2024-03-15 09:00, overdue-4 2024-03-22 09:00"},
		{"off", "2026-11-16", set(func(s *alarm.Setting) { s.Off = true }), ""},
		{"an own timetable", "2026-11-16", alarm.Setting{Cron: "30 8 * * 1", At: "09:00"},
			"cron-20261019T0830 2026-10-19 08:30, cron-20261026T0830 2026-10-26 08:30, cron-20261102T0830 2026-11-02 08:30, " +
				"cron-20261109T0830 2026-11-09 08:30, cron-20261116T0830 2026-11-16 08:30" + overdueNovember},
		{"quiet until ten", "2026-11-16", set(func(s *alarm.Setting) { s.Leads, s.QuietFrom, s.QuietTo = []int{0}, "22:00", "10:00" }),
			"lead-0 2026-11-16 10:00" + strings.ReplaceAll(overdueNovember, "09:00", "10:00")},
		{"quiet when it ends", "2026-11-16", set(func(s *alarm.Setting) { s.Leads, s.QuietFrom, s.QuietTo = []int{0}, "22:00", "09:00" }),
			"lead-0 2026-11-16 09:00" + overdueNovember},
		{"quiet past the last day", "2026-11-16", set(func(s *alarm.Setting) { s.Leads, s.At, s.QuietFrom, s.QuietTo = []int{1, 0}, "23:00", "22:00", "09:00" }),
			"lead-1 2026-11-14 09:00, lead-0 2026-11-16 21:59, overdue-1 2026-11-18 09:00, overdue-2 2026-11-25 09:00, overdue-3 2026-12-02 09:00, overdue-4 2026-12-09 09:00"},
		{"several fall together", "2026-11-16", alarm.Setting{Cron: "0 22-23 16 * *", At: "09:00", QuietFrom: "22:00", QuietTo: "08:00"},
			"cron-20261116T2300 2026-11-16 21:59" + overdueNovember},
		{"the last minute", "2026-11-16", set(func(s *alarm.Setting) { s.Leads, s.At = []int{0}, "23:59" }),
			"lead-0 2026-11-16 23:59" + strings.ReplaceAll(overdueNovember, "09:00", "23:59")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			same(t, "plan", plan(tt.due, tt.set), tt.want)
		})
	}
}

// TestPlanAgreesWithWalking compares every day of three years and some settings.
func TestPlanAgreesWithWalking(t *testing.T) {
	t.Parallel()
	c := calendar.Official()
	seed := uint64(20261127)
	random := rand.New(rand.NewPCG(seed, 1))
	for day := date("2024-01-02"); day.Before(date("2026-12-31")); day = day.AddDays(1) {
		leads := []int{0}
		for range 3 {
			leads = append(leads, 1+random.IntN(60))
		}
		slices.Sort(leads)
		leads = slices.Compact(leads)
		slices.Reverse(leads)
		hour := time.Duration(random.IntN(24*60)) * time.Minute
		s := alarm.Setting{Leads: leads, At: time.Time{}.Add(hour).Format("15:04")}
		want := alarmtest.Walk(day, leads, hour, c)
		for _, r := range alarm.Plan(day, s, c) {
			if !want[r.Slot].Equal(r.At) {
				t.Fatalf("seed %d: due %s under %+v: %s rings at %s, want %s", seed, day, s, r.Slot, r.At, want[r.Slot])
			}
		}
	}
}

// TestNothingRingsInQuietHours holds for every pair of quiet hours, and no ring
// before the date moves beyond it.
func TestNothingRingsInQuietHours(t *testing.T) {
	t.Parallel()
	seed := uint64(20261128)
	random := rand.New(rand.NewPCG(seed, 1))
	clock := func() string { return time.Time{}.Add(time.Duration(random.IntN(24*60)) * time.Minute).Format("15:04") }
	for range 5000 {
		s := alarm.Setting{Leads: []int{7, 1, 0}, At: clock(), QuietFrom: clock(), QuietTo: clock()}
		if s.QuietFrom == s.QuietTo {
			continue
		}
		for _, r := range alarm.Plan(date("2026-11-16"), s, calendar.Official()) {
			hour := r.At.In(shanghai).Format("15:04")
			quiet := s.QuietFrom <= hour && hour < s.QuietTo
			if s.QuietFrom > s.QuietTo {
				quiet = s.QuietFrom <= hour || hour < s.QuietTo
			}
			late := strings.HasPrefix(r.Slot, "lead") && !r.At.Before(at("11-17 00:00"))
			if quiet || late {
				t.Fatalf("seed %d: under %+v %s rings at %s", seed, s, r.Slot, r.At.In(shanghai))
			}
		}
	}
}
