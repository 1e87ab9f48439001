package access_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

// What a session is to the model: all its tokens, and whether it stands.
type modelSession struct {
	holder   string
	staff    bool
	opened   time.Time
	ended    bool
	tokens   []modelToken
	accesses []access.Session
}

type modelToken struct {
	text string
	at   time.Time
	used bool
}

// model is the state machine of sessions, written as plainly as it can be.
type model struct {
	now      time.Time
	sessions []*modelSession
}

func (s *modelSession) lives() (idle, whole time.Duration) {
	if s.staff {
		return 30 * time.Minute, 12 * time.Hour
	}
	return 30 * 24 * time.Hour, 90 * 24 * time.Hour
}

func (m *model) stands(s *modelSession) bool {
	_, whole := s.lives()
	return !s.ended && m.now.Before(s.opened.Add(whole))
}

// refresh says whether a token refreshes, and ends the session where it was
// stolen.
func (m *model) refresh(s *modelSession, i int) bool {
	idle, _ := s.lives()
	t := &s.tokens[i]
	switch {
	case !m.stands(s):
		return false
	case t.used:
		s.ended = true
		return false
	case !m.now.Before(t.at.Add(idle)):
		return false
	}
	t.used = true
	return true
}

// endAll ends what a holder has, and counts.
func (m *model) endAll(holder string) (n int) {
	for _, s := range m.sessions {
		if s.holder == holder && m.stands(s) {
			s.ended = true
			n++
		}
	}
	return n
}

// accessAlive says whether an access token of a session works.
func (m *model) accessAlive(s *modelSession, a access.Session) bool {
	return m.stands(s) && m.now.Before(a.Expires)
}

// TestSessionsAgainstTheModel plays random sequences on the service and on the
// model. MINZHENGTONG_TEST_SEED repeats one.
func TestSessionsAgainstTheModel(t *testing.T) {
	t.Parallel()
	seeds := []uint64{1, 2, rand.Uint64()}
	if raw := os.Getenv("MINZHENGTONG_TEST_SEED"); raw != "" {
		seed, err := strconv.ParseUint(raw, 10, 64)
		must(t, "read the seed", err)
		seeds = []uint64{seed}
	}
	for _, seed := range seeds {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
				r := newRig(t, db)
				p := &play{rig: r, model: &model{now: r.Clock.Now()}, random: rand.New(rand.NewPCG(seed, 0))}
				p.officer = r.hire(t, "lin", actor.Accept)
				p.model.now = r.Clock.Now()
				for i := range 150 {
					p.step(t, fmt.Sprintf("seed %d, step %d", seed, i))
					if t.Failed() {
						t.Fatalf("MINZHENGTONG_TEST_SEED=%d repeats it", seed)
					}
				}
			})
		})
	}
}

// play is one game.
type play struct {
	*rig
	model   *model
	random  *rand.Rand
	officer officer
	opened  int
}

// step plays one move on both sides and compares.
func (p *play) step(t *testing.T, where string) {
	t.Helper()
	moves := []func(*testing.T, string){p.open, p.open, p.refresh, p.refresh, p.refresh, p.reuse, p.signOut, p.everywhere, p.change, p.wait, p.wait}
	moves[p.random.IntN(len(moves))](t, where)
	p.compare(t, where)
}

func (p *play) open(t *testing.T, where string) {
	p.opened++
	staffed := p.random.IntN(2) == 0
	var s access.Session
	var holder string
	if staffed {
		p.pass(31 * time.Second) // each code works once
		ctx := limit.With(t.Context(), limit.Caller{Address: fmt.Sprintf("2001:db8:%x::", p.opened), Device: fmt.Sprintf("device-%d", p.opened), Known: true})
		var err error
		s, err = p.Sessions.SignInOfficer(ctx, p.officer.Login, p.officer.password, p.officer.now(t, p.rig), "")
		must(t, where+": sign an officer in", err)
		holder = string(p.officer.ID)
	} else {
		p.pass(10 * time.Minute) // codes are limited
		s = p.enter(p.from(t.Context(), fmt.Sprintf("198.51.100.%d", p.opened), ""), t, []string{p.person.Pass, p.person.Permit}[p.random.IntN(2)])
		holder = string(s.Document)
	}
	p.model.sessions = append(p.model.sessions, &modelSession{
		holder: holder, staff: staffed, opened: p.model.now, tokens: []modelToken{{text: s.Refresh, at: p.model.now}}, accesses: []access.Session{s},
	})
}

// some is any session, or nil.
func (p *play) some() *modelSession {
	if len(p.model.sessions) == 0 {
		return nil
	}
	return p.model.sessions[p.random.IntN(len(p.model.sessions))]
}

func (p *play) refresh(t *testing.T, where string) {
	if s := p.some(); s != nil {
		p.use(t, where, s, len(s.tokens)-1)
	}
}

func (p *play) reuse(t *testing.T, where string) {
	if s := p.some(); s != nil {
		p.use(t, where, s, p.random.IntN(len(s.tokens)))
	}
}

func (p *play) use(t *testing.T, where string, s *modelSession, i int) {
	t.Helper()
	want := p.model.refresh(s, i)
	next, err := p.Sessions.Refresh(t.Context(), s.tokens[i].text)
	if (err == nil) != want || err != nil && !errors.Is(err, access.ErrEnded) {
		t.Errorf("%s: refresh with token %d of %d: %v, want success: %v", where, i, len(s.tokens), err, want)
	}
	if err == nil {
		s.tokens = append(s.tokens, modelToken{text: next.Refresh, at: p.model.now})
		s.accesses = append(s.accesses, next)
	}
}

// bys is the actor of a session, as its token says.
func (p *play) bys(t *testing.T, s *modelSession) actor.Actor {
	t.Helper()
	a := s.accesses[0]
	if s.staff {
		return actor.Actor{Role: actor.Officer, Officer: a.Holder, Session: a.ID}
	}
	return actor.Actor{Role: actor.Person, Document: a.Document, Session: a.ID}
}

func (p *play) signOut(t *testing.T, where string) {
	s, other := p.some(), p.some()
	if s == nil {
		return
	}
	err := p.Sessions.SignOut(t.Context(), p.bys(t, s), other.accesses[0].ID)
	if own := s.holder == other.holder; own != (err == nil) || err != nil && !errors.Is(err, access.ErrSessionNotFound) {
		t.Errorf("%s: sign out: %v, want success: %v", where, err, own)
	} else if own {
		other.ended = true
	}
}

func (p *play) everywhere(t *testing.T, where string) {
	s := p.some()
	if s == nil || p.random.IntN(3) > 0 {
		return
	}
	want := p.model.endAll(s.holder)
	if n, err := p.Sessions.SignOutEverywhere(t.Context(), p.bys(t, s)); err != nil || n != want {
		t.Errorf("%s: %d sessions ended (%v), want %d", where, n, err, want)
	}
}

func (p *play) change(t *testing.T, where string) {
	s := p.some()
	if s == nil || p.random.IntN(3) > 0 {
		return
	}
	p.model.endAll(s.holder)
	must(t, where+": end all", p.Sessions.EndAll(t.Context(), s.holder))
}

func (p *play) wait(*testing.T, string) {
	p.pass([]time.Duration{time.Minute, 10 * time.Minute, 29 * time.Minute, 3 * time.Hour, 24 * time.Hour, 20 * 24 * time.Hour}[p.random.IntN(6)])
}

func (p *play) pass(d time.Duration) {
	p.Clock.Advance(d)
	p.model.now = p.Clock.Now()
}

// compare asks the service about every access token that was ever issued.
func (p *play) compare(t *testing.T, where string) {
	t.Helper()
	for i, s := range p.model.sessions {
		for j, a := range s.accesses {
			if j < len(s.accesses)-2 {
				continue // long expired, or as good as the last ones
			}
			if got, want := p.alive(t, a), p.model.accessAlive(s, a); got != want {
				t.Errorf("%s: access token %d of session %d is alive: %v, want %v", where, j, i, got, want)
			}
		}
	}
}
