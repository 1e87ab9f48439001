package alarm

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// The forms of RFC 5545.
const (
	dayForm    = "20060102"
	momentForm = "20060102T150405Z"
	foldAt     = 75 // octets, without the line break
	refresh    = "PT12H"
	mostBells  = 10 // alarms of an event
)

// drawing is what a calendar is written with. No clock is among it: the same
// obligations give the same bytes.
type drawing struct {
	settings settings
	calendar calendar.Calendar
	reader   actor.Preference
	firms    map[actor.DocumentID]string
	words    func(p actor.Preference, id string, args map[string]string) (text, language string)
}

// draw writes a calendar (RFC 5545, RFC 7986). An obligation is an event of a whole
// day. Its UID is made of the obligation's ID, which means nothing outside, and
// SEQUENCE counts the moves of its date. What is void is cancelled, and stays in the
// calendar as long as its date does, so that phones hear of it.
func (d drawing) draw(obligations []tax.Obligation) []byte {
	var w lines
	w.add("BEGIN", "VCALENDAR")
	w.add("VERSION", "2.0")
	w.add("PRODID", "-//Minzhengtong//Deadlines//ZH")
	w.add("CALSCALE", "GREGORIAN")
	w.add("METHOD", "PUBLISH")
	name := d.word("FEED_NAME", nil)
	w.text("NAME", name)
	w.text("X-WR-CALNAME", name)
	w.add("REFRESH-INTERVAL;VALUE=DURATION", refresh)
	w.add("X-PUBLISHED-TTL", refresh)
	for _, o := range obligations {
		d.event(&w, o)
	}
	w.add("END", "VCALENDAR")
	return w.Bytes()
}

func (d drawing) word(id string, args map[string]string) string {
	text, _ := d.words(d.reader, id, args)
	return text
}

func (d drawing) event(w *lines, o tax.Obligation) {
	changed := o.Changed.UTC().Format(momentForm)
	words := args(o, d.firms)
	summary := "FEED_SUMMARY"
	if o.State == tax.Done {
		summary = "FEED_SUMMARY_DONE"
	}
	title := d.word(summary, words)
	w.add("BEGIN", "VEVENT")
	w.add("UID", string(o.ID)+"@minzhengtong")
	w.add("DTSTAMP", changed)
	w.add("LAST-MODIFIED", changed)
	w.add("SEQUENCE", fmt.Sprint(o.Moves))
	w.add("DTSTART;VALUE=DATE", stamp(o.Due))
	w.add("DTEND;VALUE=DATE", stamp(o.Due.AddDays(1)))
	w.text("SUMMARY", title)
	w.text("DESCRIPTION", d.describe(o, words))
	w.add("CLASS", "PRIVATE")
	w.add("TRANSP", "TRANSPARENT")
	w.add("STATUS", status(o.State))
	if o.State == tax.Open {
		d.bells(w, o, title)
	}
	w.add("END", "VEVENT")
}

// describe is the text of an event.
func (d drawing) describe(o tax.Obligation, words map[string]string) string {
	text := d.word("FEED_DESCRIPTION", words)
	if o.Basis == tax.Provisional {
		text += "\n" + d.word("FEED_PROVISIONAL", nil)
	}
	return text
}

func status(s tax.State) string {
	if s == tax.Void {
		return "CANCELLED"
	}
	return "CONFIRMED"
}

// bells writes what rings before the date as alarms of the phone, at moments and
// not relative to the day, so that they are right in every zone.
func (d drawing) bells(w *lines, o tax.Obligation, title string) {
	set := d.settings.of(o.Kind, o.Document)
	if set.Off {
		return
	}
	rings := set.before(o.Due, d.calendar)
	for _, r := range rings[max(0, len(rings)-mostBells):] {
		w.add("BEGIN", "VALARM")
		w.add("ACTION", "DISPLAY")
		w.add("TRIGGER;VALUE=DATE-TIME", r.At.UTC().Format(momentForm))
		w.text("DESCRIPTION", title)
		w.add("END", "VALARM")
	}
}

func stamp(d civil.Date) string { return d.In(time.UTC).Format(dayForm) }

// lines are content lines.
type lines struct{ bytes.Buffer }

// add writes a line of ASCII that needs no escaping.
func (w *lines) add(name, value string) { w.fold(name + ":" + value) }

// text writes a line whose value is a TEXT (section 3.3.11).
func (w *lines) text(name, value string) { w.fold(name + ":" + escape(value)) }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// escape writes a TEXT, without the control characters that it cannot hold.
func escape(text string) string {
	text = escapes.Replace(strings.ToValidUTF8(text, "�"))
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// fold writes a line in parts of at most 75 octets, never within a character
// (section 3.1). The space that begins a part counts.
func (w *lines) fold(line string) {
	room := foldAt
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		w.WriteString(line[:cut] + "\r\n ")
		line, room = line[cut:], foldAt-1
	}
	w.WriteString(line + "\r\n")
}
