package alarm_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	feedrow "github.com/minzhengtong/minzhengtong/gen/ent/calendarfeed"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fill makes a calendar with something of each state.
func fill(t *testing.T, w *world) {
	t.Helper()
	w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
	done := w.obligation(t, "firm", "iit_withholding", "2026-09", "2026-10-26")
	done.State = tax.Done
	w.change(t, tax.Settled, done)
	void := w.obligation(t, "a", "vat_small", "2026-Q3", "2026-10-26")
	void.State, void.Moves = tax.Void, 2
	w.change(t, tax.Settled, void)
	moved := w.obligation(t, "a", "iit_withholding", "2026-10", "2026-11-16")
	moved.Due, moved.Moves = date("2026-11-18"), 1
	w.change(t, tax.Moved, moved)
	_, err := w.Set(t.Context(), as("a"), alarm.Setting{Kind: "iit_withholding", Leads: []int{1}, At: "23:30"})
	must(t, "set", err)
}

func TestCalendarFiles(t *testing.T) {
	for _, language := range []string{"zh-Hans", "zh-Hant-TW"} {
		t.Run(language, func(t *testing.T) {
			eachDB(t, func(t *testing.T, w *world) {
				w.language = language
				fill(t, w)
				c, err := w.Export(t.Context(), as("a"))
				must(t, "export", err)
				strict(t, c.Content)
				golden := filepath.Join("testdata", language+".ics")
				if *update {
					must(t, "write", os.WriteFile(golden, c.Content, 0o600))
				}
				want, err := os.ReadFile(golden)
				must(t, "read", err)
				if !bytes.Equal(c.Content, want) {
					t.Errorf("the file is another one; run with -update and look at the difference:\n%s", c.Content)
				}
			})
		})
	}
}

// TestAnotherLibraryReadsIt reads the calendar as a phone would.
func TestAnotherLibraryReadsIt(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		fill(t, w)
		content, err := w.Export(t.Context(), as("a"))
		must(t, "export", err)
		c, err := ics.ParseCalendar(bytes.NewReader(content.Content))
		must(t, "parse", err)
		var got []string
		for _, e := range c.Events() {
			start, err := e.GetAllDayStartAt()
			must(t, "read a day", err)
			got = append(got, fmt.Sprintf("%s %s seq=%s %s alarms=%d", start.Format("01-02"), e.GetProperty(ics.ComponentPropertyStatus).Value,
				e.GetProperty(ics.ComponentPropertySequence).Value, e.GetProperty(ics.ComponentPropertySummary).Value, len(e.Alarms())))
		}
		same(t, "events", strings.Join(got, "\n"), strings.Join([]string{
			"10-26 CONFIRMED seq=0 ✓ 示例茶业（虚构）有限公司 · 个人所得税扣缴 2026-09 alarms=0",
			"10-26 CANCELLED seq=2 增值税（小规模纳税人） 2026-Q3 alarms=0",
			"11-16 CONFIRMED seq=0 示例茶业（虚构）有限公司 · 增值税（小规模纳税人） 2026-10 alarms=4",
			"11-18 CONFIRMED seq=1 个人所得税扣缴 2026-10 alarms=1",
		}, "\n"))
		trigger := c.Events()[3].Alarms()[0].GetProperty(ics.ComponentPropertyTrigger)
		same(t, "trigger", trigger.Value, at("11-17 23:30").UTC().Format("20060102T150405Z"))
	})
}

var contentLine = regexp.MustCompile(`^[A-Z-]+(;[A-Z-]+=[A-Z-]+)*:`)

// strict checks what RFC 5545 asks of the bytes, and that each component is closed
// and has what it needs once.
func strict(t *testing.T, content []byte) {
	t.Helper()
	text := string(content)
	if !utf8.ValidString(text) || !strings.HasSuffix(text, "\r\n") || strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\r\n") {
		t.Fatal("lines do not end as they must")
	}
	for _, l := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) || l == "" {
			t.Errorf("a line of %d octets: %q", len(l), l)
		}
	}
	need := map[string][]string{
		"VCALENDAR": {"VERSION", "PRODID"}, "VALARM": {"ACTION", "TRIGGER", "DESCRIPTION"},
		"VEVENT": {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY", "LAST-MODIFIED"},
	}
	var stack []string
	var seen []map[string]int
	for _, l := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n ", ""), "\r\n"), "\r\n") {
		if !contentLine.MatchString(l) {
			t.Fatalf("no content line: %q", l)
		}
		name, value, _ := strings.Cut(l, ":")
		name, _, _ = strings.Cut(name, ";")
		switch name {
		case "BEGIN":
			stack, seen = append(stack, value), append(seen, map[string]int{})
		case "END":
			top := len(stack) - 1
			if top < 0 || stack[top] != value {
				t.Fatalf("END:%s in %v", value, stack)
			}
			for _, p := range need[value] {
				if seen[top][p] != 1 {
					t.Errorf("%s has %s %d times", value, p, seen[top][p])
				}
			}
			stack, seen = stack[:top], seen[:top]
		default:
			seen[len(seen)-1][name]++
		}
	}
	if len(stack) > 0 {
		t.Errorf("%v is not closed", stack)
	}
}

func TestFeed(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		fill(t, w)
		f, token, err := w.CreateFeed(t.Context(), as("a"))
		must(t, "create", err)
		first, err := w.Feed(t.Context(), token)
		must(t, "open", err)
		strict(t, first.Content)
		if strings.Contains(string(first.Content), token) || strings.Contains(token, "a@") {
			t.Error("the token is in the calendar")
		}
		again, err := w.Feed(t.Context(), token)
		must(t, "open again", err)
		same(t, "tag", again.ETag, first.ETag)
		export, err := w.Export(t.Context(), as("a"))
		must(t, "export", err)
		same(t, "export", export.ETag, first.ETag)
		o := w.obligation(t, "a", "vat_small", "2026-11", "2026-12-15")
		more, err := w.Feed(t.Context(), token)
		must(t, "open", err)
		if more.ETag == first.ETag || !bytes.Contains(more.Content, []byte("UID:"+string(o.ID)+"@")) {
			t.Error("a new obligation is not in the feed")
		}
		list, err := w.Feeds(t.Context(), as("a"))
		must(t, "list", err)
		same(t, "used", len(list) == 1 && list[0].Used.Equal(start), true)
		// Only the hash stays.
		row := w.db.Client(t.Context()).CalendarFeed.Query().Where(feedrow.ID(string(f.ID))).OnlyX(t.Context())
		same(t, "hash", len(row.Hash), 32)
		// Guessed, malformed and revoked tokens get one answer.
		fails(t, "a stranger revokes", w.RevokeFeed(t.Context(), as("b"), f.ID), alarm.ErrFeedNotFound)
		must(t, "revoke", w.RevokeFeed(t.Context(), as("a"), f.ID))
		must(t, "revoke again", w.RevokeFeed(t.Context(), as("a"), f.ID))
		for _, bad := range []string{token, "", "x", token + "x", strings.Repeat("A", 1<<20), string(f.ID), "\x00"} {
			_, err := w.Feed(t.Context(), bad)
			fails(t, "open", err, alarm.ErrFeedNotFound)
		}
		list, err = w.Feeds(t.Context(), as("a"))
		must(t, "list", err)
		same(t, "in use", len(list), 0)
	})
}

func TestFeedsAreFew(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		var one alarm.Feed
		for range 5 {
			var err error
			one, _, err = w.CreateFeed(t.Context(), as("a"))
			must(t, "create", err)
		}
		_, _, err := w.CreateFeed(t.Context(), as("a"))
		fails(t, "the sixth", err, alarm.ErrFeedTooMany)
		must(t, "revoke", w.RevokeFeed(t.Context(), as("a"), one.ID))
		_, _, err = w.CreateFeed(t.Context(), as("a"))
		must(t, "create", err)
	})
}

// TestHardTexts: whatever a firm is called, the file stays one.
func TestHardTexts(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		for _, name := range []string{"A,B;C\\D\r\nEND:VCALENDAR", "名\u0000\u0007\t字", strings.Repeat("閩", 300), strings.Repeat("𠮷", 50), "\xff\xfe"} {
			w.deps.Words = func(actor.Preference, string, map[string]string) (string, string) { return name, "zh-Hans" }
			s := w.another(t)
			w.obligation(t, "a", "vat_small", tax.Period(fmt.Sprint(len(name))), "2026-11-16")
			c, err := s.Export(t.Context(), as("a"))
			must(t, "export", err)
			strict(t, c.Content)
			parsed, err := ics.ParseCalendar(bytes.NewReader(c.Content))
			must(t, "parse", err)
			got := parsed.Events()[0].GetProperty(ics.ComponentPropertySummary).Value
			if strings.HasPrefix(name, "A,B") && got != "A,B;C\\D\nEND:VCALENDAR" {
				t.Errorf("came back as %q", got)
			}
		}
	})
}

func TestAttach(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		o := w.obligation(t, "a", "vat_small", "2026-10", "2026-11-16")
		w.obligation(t, "a", "vat_small", "2026-Q4", "2027-01-15")
		w.set(at("11-05 09:00"))
		w.ring(t)
		m := w.told(t, "a")[0]
		content, err := w.Attach(t.Context(), notice.Notice{Document: "a", Kind: m.Kind, Lines: m.Lines})
		must(t, "attach", err)
		strict(t, content)
		same(t, "events", bytes.Count(content, []byte("BEGIN:VEVENT")), 1)
		same(t, "it", bytes.Contains(content, []byte(o.ID)), true)
		content, err = w.Attach(t.Context(), notice.Notice{Document: "a", Kind: "money"})
		must(t, "attach", err)
		same(t, "of other notices", len(content), 0)
	})
}

func TestHoldingsAndForget(t *testing.T) {
	eachDB(t, func(t *testing.T, w *world) {
		w.obligation(t, "firm", "vat_small", "2026-10", "2026-11-16")
		_, err := w.Set(t.Context(), as("a"), alarm.Setting{At: "08:00"})
		must(t, "set", err)
		_, token, err := w.CreateFeed(t.Context(), as("a"))
		must(t, "create", err)
		h, err := w.Holdings(t.Context(), 5, "a")
		must(t, "holdings", err)
		same(t, "holdings", fmt.Sprintln(len(h.Settings), len(h.Alarms), len(h.Feeds), h.Alarms[0].Slot, h.Alarms[0].State), "1 5 1 overdue-4 pending\n")
		for range 2 {
			w.write(t, func(ctx ctx) error { return w.Forget(ctx, "a") })
		}
		h, err = w.Holdings(t.Context(), 5, "a")
		must(t, "holdings", err)
		same(t, "after", fmt.Sprint(len(h.Settings), len(h.Alarms), len(h.Feeds)), "0 0 0")
		_, err = w.Feed(t.Context(), token)
		fails(t, "feed", err, alarm.ErrFeedNotFound)
		same(t, "of b", len(w.alarms(t, "b")), 8)
	})
}

// TestFeedTimes: unknown tokens of any length cost about the same.
func TestFeedTimes(t *testing.T) {
	w := newWorld(t, sqlite(t))
	cost := func(token string) time.Duration {
		best := time.Hour
		for range 50 {
			begun := time.Now()
			_, err := w.Feed(t.Context(), token)
			fails(t, "open", err, alarm.ErrFeedNotFound)
			best = min(best, time.Since(begun))
		}
		return best
	}
	short, long := cost("x"), cost(strings.Repeat("x", 1<<20))
	if long > 3*short+time.Millisecond {
		t.Errorf("a long token costs %s, a short one %s", long, short)
	}
}
