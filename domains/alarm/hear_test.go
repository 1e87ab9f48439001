package alarm_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
)

func TestObligationIsPlannedForEachHolder(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		o := w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
		want := []string{"lead-7 11-05 09:00 pending", "lead-3 11-11 09:00 pending", "lead-1 11-13 09:00 pending", "lead-0 11-16 09:00 pending",
			"overdue-1 11-17 09:00 pending", "overdue-2 11-24 09:00 pending", "overdue-3 12-01 09:00 pending", "overdue-4 12-08 09:00 pending"}
		for _, id := range []actor.DocumentID{"a", "b"} {
			same(t, "alarms", w.alarms(t, id), want)
		}
		same(t, "of the firm and of others", len(w.alarms(t, "firm"))+len(w.alarms(t, "c")), 0)
		w.change(t, tax.Planned, o) // again
		same(t, "alarms", w.alarms(t, "a"), want)
	})
}

func TestTwoRolesOfOneFileRingOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.join(t, "b", "a")
		w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
		same(t, "alarms", len(w.alarms(t, "a"))+len(w.alarms(t, "b")), 8)
	})
}

func TestMoved(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.use(bare(t))
		o := w.obligation(t, "a", "vat_small", "2026-10", "2026-11-13")
		p := w.obligation(t, "a", "surcharges", "2026-10", "2026-11-13")
		w.set(at("11-04 09:00"))
		same(t, "rang", w.ring(t), 2)
		w.use(official())
		o.Due, o.Moves, p.Due, p.Moves = date("2026-11-16"), 1, date("2026-11-16"), 1
		w.change(t, tax.Moved, o)
		w.change(t, tax.Moved, o) // the same again
		w.change(t, tax.Moved, p)
		// The new date rings all its leads, the first one too.
		got := w.alarms(t, "a")
		same(t, "alarms", got[:2], []string{"lead-7 11-05 09:00 pending", "lead-7 11-05 09:00 pending"})
		same(t, "how many", len(got), 16)
		told := w.told(t, "a")
		same(t, "notices", len(told), 3)
		m := told[1]
		same(t, "kind", m.Kind, "deadline_moved")
		same(t, "about", m.About, string(o.ID))
		same(t, "due", m.Lines[0]["DueDate"], "2026-11-16")
		if !strings.Contains(m.Lines[0]["Notice"], "税总办") {
			t.Errorf("the notice of the calendar is %q", m.Lines[0]["Notice"])
		}
	})
}

func TestSettledAndRevived(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		o := w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		w.set(at("11-11 09:00"))
		same(t, "rang", w.ring(t), 1) // lead-7 was overtaken
		o.State = tax.Done
		w.change(t, tax.Settled, o)
		same(t, "waiting", w.alarms(t, "a", row.StatePending), []string(nil))
		w.set(at("11-13 10:00"))
		same(t, "rang when done", w.ring(t), 0)
		o.State = tax.Open
		w.change(t, tax.Revived, o)
		same(t, "waiting", w.alarms(t, "a", row.StatePending)[:2], []string{"lead-0 11-16 09:00 pending", "overdue-1 11-17 09:00 pending"})
		same(t, "rung", w.alarms(t, "a", row.StateRung), []string{"lead-3 11-11 09:00 rung"})
		// Rejected in the afternoon of the last day: it rings at once.
		w.set(at("11-16 09:00"))
		same(t, "rang", w.ring(t), 1)
		o.State = tax.Done
		w.change(t, tax.Settled, o)
		w.set(at("11-16 15:00"))
		o.State = tax.Open
		w.change(t, tax.Revived, o)
		same(t, "next", w.alarms(t, "a", row.StatePending)[0], "late 11-16 15:01 pending")
	})
}

func TestLatePlans(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.set(at("11-16 09:30"))
		w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		same(t, "on the last day", w.alarms(t, "a")[:2], []string{"late 11-16 09:31 pending", "overdue-1 11-17 09:00 pending"})
		w.obligation(t, "b", "vat_small", "2026-09", "2026-10-26")
		same(t, "long over", w.alarms(t, "b"), []string{"overdue-4 11-17 09:00 pending"})
		w.obligation(t, "c", "vat_small", "2026-08", "2026-09-15")
		same(t, "too long over", len(w.alarms(t, "c")), 0)
		_, err := w.Set(t.Context(), as("c"), alarm.Setting{QuietFrom: "09:00", QuietTo: "18:00"})
		must(t, "set", err)
		w.obligation(t, "c", "vat_small", "2026-10", "2026-11-16")
		same(t, "in quiet hours", w.alarms(t, "c")[0], "lead-0 11-16 18:00 pending")
	})
}

func TestRoleBegins(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
		w.mu.Lock()
		w.roles["firm"] = []actor.DocumentID{"a", "c"}
		w.mu.Unlock()
		w.write(t, func(ctx ctx) error { return w.Regrouped(ctx, []actor.DocumentID{"c"}) })
		same(t, "alarms", len(w.alarms(t, "c")), 8)
		// b has left the firm and hears of it no more.
		w.set(at("11-05 09:00"))
		same(t, "rang", w.ring(t), 2)
		same(t, "told b", len(w.told(t, "b")), 0)
		same(t, "of b", w.alarms(t, "b")[0], "lead-7 11-05 09:00 silenced")
		list, err := w.Waiting(t.Context(), as("b"), 10)
		must(t, "list", err)
		same(t, "shown to b", len(list), 0)
	})
}

func TestFilesAreJoinedAndCut(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		o := w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
		_, err := w.Snooze(t.Context(), as("b"), o.ID, at("11-12 17:00"))
		must(t, "snooze", err)
		regroup := func(documents ...actor.DocumentID) {
			w.write(t, func(ctx ctx) error { return w.Regrouped(ctx, documents) })
		}
		w.join(t, "b", "a")
		regroup("a")
		waiting := append(w.alarms(t, "a", row.StatePending), w.alarms(t, "b", row.StatePending)...)
		same(t, "of one person", len(waiting), 7)
		same(t, "nothing before the snooze", slices.ContainsFunc(waiting, func(a string) bool { return strings.HasPrefix(a, "lead-3") }), false)
		w.join(t, "b", "b")
		for range 2 { // repeating changes nothing
			regroup("a", "b")
			same(t, "of a", len(w.alarms(t, "a", row.StatePending)), 8)
			ofB := w.alarms(t, "b", row.StatePending)
			same(t, "of b", ofB[0], "snooze-1 11-12 17:00 pending")
			same(t, "of b, with what follows", len(ofB), 7)
		}
	})
}

func TestSnooze(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		o := w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
		w.set(at("11-05 09:00"))
		w.ring(t)
		for name, until := range map[string]time.Time{"the past": at("11-05 08:59"), "now": at("11-05 09:00"), "31 days": at("12-06 09:00")} {
			_, err := w.Snooze(t.Context(), as("a"), o.ID, until)
			fails(t, name, err, alarm.ErrTime)
		}
		_, err := w.Snooze(t.Context(), as("c"), o.ID, at("11-12 17:00"))
		fails(t, "a stranger", err, tax.ErrNotFound)
		_, err = w.Snooze(t.Context(), as("x"), o.ID, at("11-12 17:00"))
		fails(t, "nobody", err, guard.ErrNotFound)
		for range 2 { // repeating changes nothing
			got, err := w.Snooze(t.Context(), as("a"), o.ID, at("11-12 17:00"))
			must(t, "snooze", err)
			same(t, "rings", got.At.Equal(at("11-12 17:00")), true)
		}
		want := []string{"snooze-1 11-12 17:00 pending", "lead-1 11-13 09:00 pending"}
		same(t, "waiting", w.alarms(t, "a", row.StatePending)[:2], want)
		same(t, "of the other holder", w.alarms(t, "b", row.StatePending)[0], "lead-3 11-11 09:00 pending")
		// A change of settings keeps the snooze, and rings nothing before it.
		_, err = w.Set(t.Context(), as("a"), alarm.Setting{Leads: []int{5, 4, 3, 1}, QuietFrom: "22:00", QuietTo: "08:00"})
		must(t, "set", err)
		same(t, "waiting", w.alarms(t, "a", row.StatePending)[:2], want)
		list, err := w.Waiting(t.Context(), as("a"), 1)
		must(t, "list", err)
		same(t, "next", list[0].At.Equal(at("11-12 17:00")) && list[0].Obligation.ID == o.ID, true)
		// Another moment takes its place, out of quiet hours.
		got, err := w.Snooze(t.Context(), as("a"), o.ID, at("11-12 23:00"))
		must(t, "snooze again", err)
		same(t, "rings", got.At.In(shanghai).Format("01-02 15:04"), "11-13 08:00")
		w.set(at("11-13 08:00"))
		same(t, "rang", w.ring(t), 2) // the snooze, and lead-3 of b, late
		_, err = w.Snooze(t.Context(), as("a"), o.ID, at("11-13 12:00"))
		must(t, "snooze once more", err)
		same(t, "second", w.alarms(t, "a", row.StatePending)[0], "snooze-2 11-13 12:00 pending")
		o.State = tax.Done
		w.change(t, tax.Settled, o)
		_, err = w.Snooze(t.Context(), as("a"), o.ID, at("11-13 12:00"))
		fails(t, "done", err, tax.ErrNotFound)
		same(t, "waiting", len(w.alarms(t, "a", row.StatePending)), 0)
	})
}
