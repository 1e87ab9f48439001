//go:build unix

package house_test

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm/alarmtest"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/notice/pusher"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// yearsVariable says how many years pass, of 2024 to 2026; killsVariable how often
// a process is killed meanwhile; seedVariable which steps the clock takes, as a run
// printed it. Without them, it is a month with the Spring Festival, its make-up days
// and a leap day.
const (
	yearsVariable = "MINZHENGTONG_TEST_YEARS"
	killsVariable = "MINZHENGTONG_TEST_KILLS"
	seedVariable  = "MINZHENGTONG_TEST_SEED"
)

// patience is how long the test waits for anything.
const patience = 3 * time.Minute

// machine lets time pass for two processes that compete, are killed, and sleep, and
// holds what people were told and what was sent against a walk over the calendar.
type machine struct {
	*rooms
	*walk
	t       *testing.T
	random  *rand.Rand
	began   time.Time
	crew    *crew
	push    *noticetest.PushService
	smtp    *noticetest.SMTP
	gateway *sandbox.Sandbox
	texted  atomic.Pointer[func()] // called when the gateway has a message
	people  []*person
	firm    actor.DocumentID
	proofs  int                        // mails that proved an address
	seen    map[due]tax.ID             // what people were told of
	texts   map[string]map[string]bool // messages by phone
	wake    func()                     // a process that sleeps
	wakeAt  time.Time
}

// TestKilledTimeMachine: every deadline rings exactly as planned, whoever dies.
func TestKilledTimeMachine(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		first, last, kills := date("2024-02-05"), date("2024-03-04"), 16
		if years, err := strconv.Atoi(os.Getenv(yearsVariable)); err == nil && years > 0 {
			first, last = date("2024-01-01"), civil.Date{Year: 2024 + min(years, 3) - 1, Month: time.December, Day: 31}
			kills = 100 * years
		}
		if n, err := strconv.Atoi(os.Getenv(killsVariable)); err == nil {
			kills = n
		}
		// The queue compares what it is told with the machine's clock, so time ends
		// before today, less the furthest jump ahead.
		if today := civil.DateOf(time.Now()); today.AddDays(-25).Before(last) {
			last = today.AddDays(-25)
		}
		seed, err := strconv.ParseUint(os.Getenv(seedVariable), 10, 64)
		if err != nil {
			seed = uint64(time.Now().UnixNano())
		}
		t.Logf("seed %d", seed)
		newMachine(t, url, seed, first, last).run(first, last, kills)
	})
}

// newMachine puts everybody on file, and starts two processes at the first minute of
// a day.
func newMachine(t *testing.T, url string, seed uint64, first, last civil.Date) *machine {
	t.Helper()
	m := &machine{t: t, random: rand.New(rand.NewPCG(seed, 1)), seen: map[due]tax.ID{}, texts: map[string]map[string]bool{}}
	m.began = first.In(alarmtest.Shanghai).Add(30 * time.Second)
	s := m.site(url)
	var err error
	m.rooms, err = s.open(t.Context(), slog.New(slog.DiscardHandler))
	must(t, "build a house", err)
	t.Cleanup(func() { must(t, "close a house", m.close()) })
	m.settle()
	for n := 1; n > 0; {
		n, err = m.Tax.PlanDue(t.Context(), 100)
		must(t, "plan", err)
	}
	m.walk = m.newWalk(m.began, last)
	m.crew = newCrew(t, s, rand.New(rand.NewPCG(seed, 2)))
	m.push.OnTaken(m.crew.letter)
	m.smtp.OnTaken(m.crew.letter)
	letter := m.crew.letter
	m.texted.Store(&letter)
	m.until("the timetable begins", func() bool { return m.count("SELECT count(*) FROM job_runs WHERE id = 'plan-expiries'") > 0 })
	return m
}

// site sets the clock and starts what is outside of the house.
func (m *machine) site(url string) site {
	m.t.Helper()
	if strings.HasPrefix(url, "postgres") { // a process that sleeps in a transaction is shut out sooner
		url += "&idle_in_transaction_session_timeout=2000"
	}
	public, private, err := pusher.NewKeys()
	must(m.t, "make push keys", err)
	m.push, m.smtp = noticetest.NewPushService(m.t, public), noticetest.NewSMTP(m.t)
	s := site{Database: url, Folder: m.t.TempDir(), MailHost: m.smtp.Host, MailPort: m.smtp.Port, PushPublic: public, PushPrivate: private}
	clock, err := openClock(s.Folder)
	must(m.t, "make a clock", err)
	clock.set(m.began)
	// No two messages come at one moment, so that they can be told apart.
	var stamp atomic.Int64
	m.gateway = sandbox.New(nil, func() time.Time { return clock.now().Add(time.Duration(stamp.Add(1)) * time.Microsecond) }, bearer, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.gateway.ServeHTTP(w, r)
		if taken := m.texted.Load(); taken != nil {
			(*taken)()
		}
	}))
	m.t.Cleanup(server.Close)
	s.Gateway = server.URL
	return s
}

// run lets the days pass, with so many kills on the way, and looks at the end what
// became of every letter.
func (m *machine) run(first, last civil.Date, kills int) {
	begun, days, asked := time.Now(), last.DaysSince(first)+1, 0
	// Passes are planned in the first night, and what is planned later than it should
	// have rung does not ring for that; so nothing jumps over this night.
	m.clock.set(nightAfter(m.began))
	m.compare()
	for day := first; !last.Before(day); day = day.AddDays(1) {
		for passed := day.DaysSince(first) + 1; asked < kills*passed/days; asked++ {
			m.crew.killSoon()
		}
		m.pass(day.AddDays(1).In(alarmtest.Shanghai))
	}
	m.rest(last)
	r := m.settleLetters()
	if m.t.Failed() {
		return
	}
	m.t.Logf("%s to %s in %s: %d kills; %d rings, %d overtaken, missed 0, double 0; %s",
		first, last, time.Since(begun).Round(time.Second), m.crew.killed(), m.rang, m.late, r)
}

// rest ends what is broken: no kill waits, nobody sleeps, and it is the next
// morning.
func (m *machine) rest(last civil.Date) {
	m.crew.calm()
	m.pass(last.AddDays(1).In(alarmtest.Shanghai).Add(10 * time.Hour))
	if m.wake != nil {
		m.wake()
	}
	for what, times := range m.crew.planned() {
		if times > 1 {
			m.t.Errorf("%s began %d times", what, times)
		}
	}
}
