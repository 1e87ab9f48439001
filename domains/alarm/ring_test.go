package alarm_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
)

func TestDigest(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
		w.obligation(t, "firm", "iit_withholding", "2026-10", "2026-11-16")
		w.obligation(t, "a", "business_income_prepayment", "2026-10", "2026-11-16")
		w.set(at("11-05 08:59"))
		same(t, "rang before", w.ring(t), 0)
		w.set(at("11-05 09:00"))
		same(t, "rang", w.ring(t), 5)
		same(t, "rang again", w.ring(t), 0)
		told := w.told(t, "a")
		same(t, "notices of a", len(told), 1)
		m := told[0]
		same(t, "kind and topic", m.Kind+" "+string(m.Topic)+" "+m.About, "alarm deadline ")
		same(t, "args", m.Args, map[string]string{"Count": "3", "DueDate": "2026-11-16"})
		var lines []string
		for _, l := range m.Lines {
			lines = append(lines, l["Firm"]+l["ObligationKind"]+" "+l["Period"]+" "+l["DueDate"])
		}
		same(t, "lines", lines, []string{"business_income_prepayment 2026-10 2026-11-16",
			"示例茶业（虚构）有限公司 · iit_withholding 2026-10 2026-11-16", "示例茶业（虚构）有限公司 · vat_small 2026-10 2026-11-16"})
		same(t, "notices of b", len(w.told(t, "b")), 1)
		w.set(at("11-17 09:00"))
		same(t, "rang when overdue", w.ring(t), 5)
		same(t, "kind", w.told(t, "a")[1].Kind, "alarm_overdue")
	})
}

// TestDigestNamesLicences: of two that end on one day, each has its line, and the
// calendar an event of its own.
func TestDigestNamesLicences(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.licence(t, "firm", "营业执照", "2026-12-01")
		w.licence(t, "firm", "食品经营许可证", "2026-12-01")
		w.set(at("11-30 09:00"))
		w.ring(t)
		var lines []string
		for _, l := range w.told(t, "a")[0].Lines {
			lines = append(lines, l["Firm"]+l["ObligationKind"]+" "+l["Period"])
		}
		same(t, "lines", lines, []string{"示例茶业（虚构）有限公司 · licence_renewal 营业执照", "示例茶业（虚构）有限公司 · licence_renewal 食品经营许可证"})

		drawn, err := w.Export(t.Context(), as("a"))
		must(t, "draw", err)
		unfolded := strings.ReplaceAll(string(drawn.Content), "\r\n ", "")
		for _, name := range []string{"营业执照", "食品经营许可证"} {
			same(t, "events of "+name, strings.Count(unfolded, "SUMMARY:示例茶业（虚构）有限公司 ·  "+name+"\r\n"), 1)
		}
	})
}

func TestDigestIsOneForAFile(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		w.obligation(t, "c", "taiwan_pass_expiry", "2026-11-16", "2026-11-16")
		w.join(t, "c", "a")
		w.set(at("11-05 09:00"))
		same(t, "rang", w.ring(t), 2)
		same(t, "notices", len(w.told(t, "a"))+len(w.told(t, "c")), 1)
	})
}

func TestDigestIsBounded(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		for i := range 60 {
			w.obligation(t, "a", "vat_small", tax.Period(fmt.Sprint(i)), "2026-11-16")
		}
		w.set(at("11-05 09:00"))
		n, err := w.Ring(t.Context(), 7) // less than one person has
		must(t, "ring", err)
		same(t, "rang", n, 60)
		told := w.told(t, "a")
		same(t, "notices", len(told), 1)
		same(t, "lines", len(told[0].Lines), 40)
		same(t, "count", told[0].Args["Count"], "60")
	})
}

func TestLateAlarmsRingOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		w.obligation(t, "a", "iit_withholding", "2026-10", "2026-11-13")
		w.set(at("11-13 10:00")) // it slept since the second
		same(t, "rang", w.ring(t), 2)
		same(t, "notices", len(w.told(t, "a")), 1)
		same(t, "rung", w.alarms(t, "a", row.StateRung), []string{"lead-0 11-13 09:00 rung", "lead-1 11-13 09:00 rung"})
		same(t, "silenced", len(w.alarms(t, "a", row.StateSilenced)), 5)
	})
}

// TestOneBadPersonHoldsUpNobody: of a thousand people one cannot be told.
func TestOneBadPersonHoldsUpNobody(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.many(t, 200, 1)
		bad := errors.New("cannot be told")
		w.spoils(func(m notice.Message) error {
			if m.Document == "person-7" {
				return bad
			}
			return nil
		})
		w.set(at("11-05 09:00"))
		for i, want := range []int{199, 0} {
			n, err := w.Ring(t.Context(), 30)
			fails(t, "ring", err, bad)
			same(t, fmt.Sprint("rang the time ", i), n, want)
		}
		w.spoils(nil)
		same(t, "rang", w.ring(t), 1)
		same(t, "told", len(w.told(t, "person-7")), 1)
	})
}

func TestTwoRingersRingOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.many(t, 100, 3)
		w.set(at("11-05 09:00"))
		var all sync.WaitGroup
		var mu sync.Mutex
		rang := 0
		for range 4 {
			s := w.another(t)
			all.Go(func() {
				for range 20 {
					n, err := s.Ring(t.Context(), 20)
					mu.Lock()
					rang += n
					mu.Unlock()
					if err == nil && n == 0 {
						return
					}
				}
			})
		}
		all.Wait()
		rang += w.ring(t) // whoever was refused for being second too often
		same(t, "rang", rang, 300)
		for i := range 100 {
			told := w.told(t, person(i))
			if len(told) != 1 || len(told[0].Lines) != 3 {
				t.Fatalf("%s was told %d times", person(i), len(told))
			}
		}
	})
}

func TestWhoLeavesIsNoError(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.many(t, 20, 1)
		w.set(at("11-05 09:00"))
		ctx, cancel := context.WithCancel(t.Context())
		w.spoils(func(m notice.Message) error {
			if m.Document == "person-13" {
				cancel()
			}
			return nil
		})
		_, err := w.Ring(ctx, 5)
		fails(t, "ring", err, context.Canceled)
		w.spoils(nil)
		w.ring(t)
		for i := range 20 {
			same(t, "told", len(w.told(t, person(i))), 1)
		}
	})
}

// TestClockJumps: nothing that rang rings again, and nothing is lost.
func TestClockJumps(t *testing.T) {
	for name, jump := range map[string]time.Duration{"an hour": time.Hour, "a day": 24 * time.Hour, "a year": 365 * 24 * time.Hour, "a nanosecond": 1} {
		t.Run(name, func(t *testing.T) {
			eachDB(t, func(t *testing.T, w *world) {
				o := w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
				w.set(at("11-11 09:00"))
				same(t, "rang", w.ring(t), 1)
				before := len(w.told(t, "a"))
				w.set(at("11-11 09:00").Add(-jump))
				same(t, "rang after a jump back", w.ring(t), 0)
				_, err := w.Set(t.Context(), as("a"), setAt("09:00"))
				must(t, "set", err)
				same(t, "rang after planning anew", w.ring(t), 0)
				// The clock comes back.
				w.set(at("11-13 09:00"))
				same(t, "rang", w.ring(t), 1)
				same(t, "notices", len(w.told(t, "a")), before+1)
				for range 3 { // frozen
					same(t, "rang while frozen", w.ring(t), 0)
				}
				w.set(at("11-13 09:00").Add(jump))
				n := w.ring(t)
				w.set(at("11-16 09:00"))
				n += w.ring(t)
				same(t, "the last day rang, early or in time", n, 1)
				w.write(t, func(ctx ctx) error { return w.Hear(ctx, tax.Planned, []tax.Obligation{o}) })
				same(t, "rang again", w.ring(t), 0)
			})
		})
	}
}

func person(i int) actor.DocumentID { return actor.DocumentID(fmt.Sprint("person-", i)) }
