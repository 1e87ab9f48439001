package alarm_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

func TestBadSettings(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		for name, tt := range map[string]struct {
			set  alarm.Setting
			want *fault.Fault
		}{
			"a lead of -1":        {alarm.Setting{Leads: []int{-1}}, alarm.ErrLead},
			"a lead of 61":        {alarm.Setting{Leads: []int{61}}, alarm.ErrLead},
			"eleven leads":        {alarm.Setting{Leads: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, alarm.ErrLead},
			"25:00":               {alarm.Setting{At: "25:00"}, alarm.ErrTime},
			"24:00":               {alarm.Setting{At: "24:00"}, alarm.ErrTime},
			"an hour of 4 digits": {alarm.Setting{At: "9:00"}, alarm.ErrTime},
			"equal quiet hours":   {alarm.Setting{QuietFrom: "22:00", QuietTo: "22:00"}, alarm.ErrTime},
			"no end of quiet":     {alarm.Setting{QuietFrom: "22:00"}, alarm.ErrTime},
			"no beginning":        {alarm.Setting{QuietTo: "22:00"}, alarm.ErrTime},
			"cron of four fields": {alarm.Setting{Cron: "0 9 * *"}, alarm.ErrCron},
			"cron of six fields":  {alarm.Setting{Cron: "0 0 9 * * *"}, alarm.ErrCron},
			"minute 60":           {alarm.Setting{Cron: "60 9 * * *"}, alarm.ErrCron},
			"30 February":         {alarm.Setting{Cron: "0 9 30 2 *"}, alarm.ErrCron},
			"each minute":         {alarm.Setting{Cron: "* 9 * * *"}, alarm.ErrCron},
			"twice an hour":       {alarm.Setting{Cron: "0,30 9 * * *"}, alarm.ErrCron},
			"a descriptor":        {alarm.Setting{Cron: "@daily"}, alarm.ErrCron},
			"a zone":              {alarm.Setting{Cron: "CRON_TZ=Mars/Olympus 0 9 * * *"}, alarm.ErrCron},
			"a zone alone":        {alarm.Setting{Cron: "TZ=0"}, alarm.ErrCron},
			"no cron":             {alarm.Setting{Cron: "whenever"}, alarm.ErrCron},
			"a long cron":         {alarm.Setting{Cron: "0 9 " + strings.Repeat("1,", 60) + "1 * *"}, alarm.ErrCron},
			"each hour":           {alarm.Setting{Cron: "0 * * * *"}, alarm.ErrTooMany},
		} {
			_, err := w.Set(t.Context(), as("a"), tt.set)
			fails(t, name, err, tt.want)
		}
		got, err := w.Settings(t.Context(), as("a"))
		must(t, "list", err)
		same(t, "settings", len(got), 0)
	})
}

func FuzzCron(f *testing.F) {
	for _, text := range []string{"0 9 * * 1-5", "TZ=0", "@every 1s", "0 9 29 2 *", "*/7 */2 1-3/2 JAN MON", "0 9 31 4 *"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := alarm.ReadCron(text)
		if err != nil {
			fails(t, text, err, alarm.ErrCron)
			return
		}
		at := start
		for at.Year() < 2090 && at.Before(start.AddDate(0, 0, 400)) { // no leap day in 2100
			next := first(at)
			if next.IsZero() || at != start && next.Sub(at) < time.Hour {
				t.Fatalf("%q rings at %s after %s", text, next, at)
			}
			at = next
		}
	})
}

func TestNarrowestHolds(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		set := func(s alarm.Setting) {
			t.Helper()
			_, err := w.Set(t.Context(), as("a"), s)
			must(t, "set", err)
		}
		set(alarm.Setting{At: "08:00", Leads: []int{2, 2, 5}})
		set(alarm.Setting{Kind: "vat_small", At: "07:00", QuietFrom: "23:00", QuietTo: "06:00"})
		set(alarm.Setting{Firm: "firm", Leads: []int{1}})
		set(alarm.Setting{Firm: "firm", Kind: "vat_small", At: "10:30"})
		set(alarm.Setting{Kind: "iit_withholding", Off: true})
		w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
		w.obligation(t, "firm", "stamp_duty", "2026-10", "2026-11-16")
		w.obligation(t, "firm", "iit_withholding", "2026-10", "2026-11-16")
		w.obligation(t, "a", "iit_withholding", "2026-10", "2026-11-16")
		w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		var leads []string
		for _, a := range w.alarms(t, "a") {
			if strings.HasPrefix(a, "lead") {
				leads = append(leads, strings.TrimSuffix(a, " pending"))
			}
		}
		same(t, "leads", leads, []string{
			"lead-5 11-09 07:00", "lead-2 11-12 07:00", // own, of the kind, leads of everything
			"lead-1 11-13 08:00", "lead-1 11-13 08:00", // the firm's, whatever kind: not off
			"lead-1 11-13 10:30", // the firm's of the kind
		})
		// The other holder has set nothing.
		same(t, "of b", len(w.alarms(t, "b")), 3*8)
		list, err := w.Settings(t.Context(), as("a"))
		must(t, "list", err)
		var scopes []string
		for _, s := range list {
			scopes = append(scopes, fmt.Sprintf("%s/%s %v", s.Firm, s.Kind, s.Leads))
		}
		same(t, "settings", scopes, []string{"/ [5 2]", "/iit_withholding []", "/vat_small []", "firm/ [1]", "firm/vat_small []"})
	})
}

func TestSettingPlansAnew(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		w.set(at("11-05 09:00"))
		same(t, "rang", w.ring(t), 1)
		s, err := w.Set(t.Context(), as("a"), alarm.Setting{Leads: []int{7, 2}, At: "18:00"})
		must(t, "set", err)
		// lead-7 rang today and does not ring again in the evening.
		want := []string{"lead-7 11-05 09:00 rung", "lead-2 11-12 18:00 pending", "overdue-1 11-17 18:00 pending",
			"overdue-2 11-24 18:00 pending", "overdue-3 12-01 18:00 pending", "overdue-4 12-08 18:00 pending"}
		same(t, "alarms", w.alarms(t, "a"), want)
		made := w.made.Load()
		again, err := w.Set(t.Context(), as("a"), alarm.Setting{Leads: []int{2, 7}, At: "18:00"})
		must(t, "set again", err)
		same(t, "again", again, s)
		same(t, "rows written again", w.made.Load(), made)
		must(t, "unset", w.Unset(t.Context(), as("a"), alarm.Setting{}))
		must(t, "unset again", w.Unset(t.Context(), as("a"), alarm.Setting{}))
		same(t, "alarms", w.alarms(t, "a")[:3], []string{"lead-7 11-05 09:00 rung", "lead-3 11-11 09:00 pending", "lead-1 11-13 09:00 pending"})
		_, err = w.Set(t.Context(), as("a"), alarm.Setting{Off: true})
		must(t, "turn off", err)
		same(t, "alarms", w.alarms(t, "a"), []string{"lead-7 11-05 09:00 rung"})
	})
}

func TestTooMany(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		for i := range 50 {
			_, err := w.Set(t.Context(), as("a"), alarm.Setting{Kind: tax.Kind(fmt.Sprint("kind_", i)), At: "08:00"})
			must(t, "set", err)
		}
		_, err := w.Set(t.Context(), as("a"), alarm.Setting{Kind: "one_more", At: "08:00"})
		fails(t, "the 51st", err, alarm.ErrTooMany)
		var all []tax.Obligation
		for i := range 1300 {
			all = append(all, tax.Obligation{ID: tax.ID(w.newID()), Document: "b", Kind: "vat_small", Period: tax.Period(fmt.Sprint(i)), Due: date("2027-01-15"), State: tax.Open, Basis: tax.Computed})
		}
		w.write(t, func(ctx context.Context) error { return w.insert(ctx, all) })
		_, err = w.Set(t.Context(), as("b"), alarm.Setting{At: "08:00"})
		fails(t, "10,400 alarms", err, alarm.ErrTooMany)
		same(t, "alarms", len(w.alarms(t, "b")), 0)
		_, err = w.Set(t.Context(), as("b"), alarm.Setting{Off: true})
		must(t, "none", err)
	})
}

func TestSettingsAreTheFiles(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		_, err := w.Set(t.Context(), as("c"), alarm.Setting{Leads: []int{4}})
		must(t, "set", err)
		w.join(t, "c", "a")
		w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		same(t, "alarms", w.alarms(t, "a")[0], "lead-4 11-10 09:00 pending")
		_, err = w.Set(t.Context(), as("a"), alarm.Setting{Leads: []int{6}})
		must(t, "set under the other document", err)
		list, err := w.Settings(t.Context(), as("c"))
		must(t, "list", err)
		same(t, "settings", list, []alarm.Setting{{Leads: []int{6}}})
		same(t, "alarms", w.alarms(t, "a")[0], "lead-6 11-06 09:00 pending")
	})
}

func TestStrangersHaveNoAlarms(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		for name, by := range map[string]actor.Actor{
			"nobody": {}, "an officer": {Role: actor.Officer, Officer: "o"},
			"a delegate": {Role: actor.Person, Document: "a", Delegate: "b", Delegation: "d"}, "no file": as("x"),
		} {
			_, err := w.Settings(t.Context(), by)
			fails(t, name, err, guard.ErrNotFound)
			_, err = w.Set(t.Context(), by, alarm.Setting{At: "08:00"})
			fails(t, name, err, guard.ErrNotFound)
			_, err = w.Waiting(t.Context(), by, 10)
			fails(t, name, err, guard.ErrNotFound)
			_, _, err = w.CreateFeed(t.Context(), by)
			fails(t, name, err, guard.ErrNotFound)
			_, err = w.Export(t.Context(), by)
			fails(t, name, err, guard.ErrNotFound)
		}
	})
}

func TestSettingsAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		failed := make(chan error, 20)
		for i := range 20 {
			go func() {
				_, err := w.Set(t.Context(), as("a"), alarm.Setting{Leads: []int{1 + i%2*4}})
				failed <- err
			}()
		}
		for range 20 {
			if err := <-failed; err != nil && !errors.Is(err, alarm.ErrStale) {
				t.Errorf("set: %v", err)
			}
		}
		list, err := w.Settings(t.Context(), as("a"))
		must(t, "list", err)
		same(t, "settings", len(list), 1)
		first := w.alarms(t, "a")[0]
		want := map[int]string{1: "lead-1 11-13 09:00 pending", 5: "lead-5 11-09 09:00 pending"}[list[0].Leads[0]]
		same(t, "alarms", first, want)
		same(t, "alarms", slices.Contains([]int{5}, len(w.alarms(t, "a"))), true)
	})
}
