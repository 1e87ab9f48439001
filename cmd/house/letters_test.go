//go:build unix

package house_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/minzhengtong/minzhengtong/gen/ent"
	deliveryrow "github.com/minzhengtong/minzhengtong/gen/ent/delivery"
)

// letters is what became of all that was sent.
type letters struct {
	notices, sent, unknown int
	twoWays                int // told by a second way, because of the first nobody knew
	blind                  int // told in the inbox alone, because of no way anybody knew
}

func (l letters) String() string {
	return fmt.Sprintf("%d notices, %d letters sent, %d of unknown outcome, %d by two ways, %d in the inbox alone",
		l.notices, l.sent, l.unknown, l.twoWays, l.blind)
}

// collect keeps what the phones got: the gateway shows the last hundred messages.
func (m *machine) collect() {
	for _, p := range m.people {
		if m.texts[p.phone] == nil {
			m.texts[p.phone] = map[string]bool{}
		}
		for _, x := range m.gateway.Messages(p.phone) {
			m.texts[p.phone][x.ReceiveTime.String()] = true
		}
	}
}

// settleLetters lets the processes come to the end with all that is on its way,
// and holds it against what suppliers got: what counts as sent came once, what is
// unknown at most once, and nothing else came.
func (m *machine) settleLetters() letters {
	m.t.Helper()
	m.until("all letters leave", func() bool {
		m.clock.set(m.clock.now().Add(10 * time.Second))
		return m.working() == 0
	})
	m.collect()
	dead, err := m.Queue.Dead(m.t.Context(), 10)
	must(m.t, "read dead letters", err)
	for _, d := range dead {
		m.t.Errorf("given up: %+v", d)
	}
	var all letters
	for _, p := range m.people {
		came := m.came(p)
		notices, err := m.Notices.Holdings(m.t.Context(), 100_000, p.id)
		must(m.t, "read notices", err)
		sure, most := 0, 0 // messages
		for _, n := range notices.Notices {
			rows, err := m.db.Client(m.t.Context()).Delivery.Query().Where(deliveryrow.NoticeID(string(n.ID))).
				Order(deliveryrow.ByPlace()).All(m.t.Context())
			must(m.t, "read deliveries", err)
			taken, doubted := m.judge(&all, rows, came)
			sure, most = sure+taken, most+taken+doubted
		}
		if got := len(m.texts[p.phone]) - p.codes; p.phone != "" && (got < sure || got > most) {
			m.t.Errorf("%s got %d messages, want %d to %d", p.phone, got, sure, most)
		}
		for what, n := range came {
			m.t.Errorf("%s came %d times, and nobody sent it", what, n)
		}
	}
	return all
}

// judge holds the deliveries of one notice against what came, takes that away, and
// returns how many messages went to a phone for sure, and how many perhaps: the gateway
// is asked about those a few times, and may have been asked by processes that died.
func (m *machine) judge(all *letters, rows []*ent.Delivery, came map[string]int) (texts, doubted int) {
	m.t.Helper()
	all.notices++
	arrived, sure := 0, false
	for _, d := range rows {
		name := d.ID
		if d.Channel == deliveryrow.ChannelPush {
			name = d.NoticeID
		}
		n := came[name]
		delete(came, name)
		switch {
		case d.Channel == deliveryrow.ChannelSms && d.State == deliveryrow.StateUnknown:
			doubted++
		case d.Channel == deliveryrow.ChannelSms:
			texts, n = texts+1, 1
		}
		arrived += n
		switch {
		case sure:
			m.t.Errorf("%s %s although another way was sure", d.Channel, d.ID)
		case d.State == deliveryrow.StateSent && n == 1:
			all.sent++
		case d.State == deliveryrow.StateUnknown && n <= 1:
			all.unknown++
		default:
			m.t.Errorf("%s %s is %s (%s) and came %d times", d.Channel, d.ID, d.State, d.Cause, n)
		}
		// One that was interrupted on the way was unknown for a while.
		sure = d.State == deliveryrow.StateSent && d.Attempts == 1 && d.Version == 2
	}
	if arrived == 0 {
		all.blind++
	}
	if arrived > 1 {
		all.twoWays++
	}
	if len(rows) == 0 {
		m.t.Error("a notice went nowhere")
	}
	return texts, doubted
}

var messageID = regexp.MustCompile(`Message-ID: <(.+)@` + regexp.QuoteMeta(mailDomain) + `>`)

// came is what mailbox and browser of a person got: mails by delivery, pushes by
// notice.
func (m *machine) came(p *person) map[string]int {
	m.t.Helper()
	came := map[string]int{}
	for _, x := range m.smtp.Taken()[m.proofs:] {
		if found := messageID.FindStringSubmatch(x.Raw); x.To == p.mail && found != nil {
			came[found[1]]++
		}
	}
	if p.browser == nil {
		return came
	}
	for _, raw := range p.browser.Got(m.t) {
		var x struct{ Notice string }
		must(m.t, "read a push", json.Unmarshal(raw, &x))
		came[x.Notice]++
	}
	return came
}

// working counts the jobs that wait or run.
func (m *machine) working() int {
	m.t.Helper()
	return m.count("SELECT count(*) FROM river_job WHERE finalized_at IS NULL")
}

// count runs a query that answers with a number.
func (m *machine) count(query string) (n int) {
	m.t.Helper()
	must(m.t, "count", m.db.SQL(m.t.Context()).QueryRowContext(m.t.Context(), query).Scan(&n))
	return n
}
