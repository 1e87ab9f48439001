package consent_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// seedVariable names a seed to run alone.
const seedVariable = "MINZHENGTONG_TEST_SEED"

var holders = []actor.DocumentID{"a", "b", "c", "d"}

// TestModel plays random sequences of giving, taking back, using, waiting,
// joining and parting against a model: a list of consents, and a file for each
// document. Every answer must be the model's, and so must the lists.
func TestModel(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, _ *entdb.DB) {
		open, seeds := entdbtest.Postgres, 3
		if t.Name() == "TestModel/sqlite" {
			open, seeds = entdbtest.New, 16
		}
		first := 1
		if only, err := strconv.Atoi(os.Getenv(seedVariable)); err == nil {
			first, seeds = only, 1
		}
		for seed := first; seed < first+seeds; seed++ {
			t.Run(strconv.Itoa(seed), func(t *testing.T) {
				t.Parallel()
				m := &model{w: newWorld(t, open(t)), r: rand.New(rand.NewPCG(uint64(seed), 0)), home: map[actor.DocumentID]int{}}
				for i, id := range holders {
					m.home[id] = i
				}
				for step := range 80 {
					what, err := m.move(t.Context())
					if err == nil && step%10 == 9 {
						err = m.compare(t.Context())
					}
					if err != nil {
						t.Fatalf("step %d, %s: %v\nrepeat: %s=%d go test -run TestModel ./domains/consent", step, what, err, seedVariable, seed)
					}
				}
			})
		}
	})
}

type model struct {
	w        *world
	r        *rand.Rand
	home     map[actor.DocumentID]int // which file each document is in
	consents []*given
	calls    []call
}

// given is a consent in the model.
type given struct {
	consent.Consent
	revoked bool
}

// call is a read that was let through.
type call struct {
	id       string
	document actor.DocumentID
	on       *given
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// move makes one move and compares its answer.
func (m *model) move(ctx context.Context) (string, error) {
	who := pick(m.r, holders)
	switch m.r.IntN(10) {
	case 0, 1:
		return "give", m.give(ctx, who)
	case 2:
		return "revoke", m.revoke(ctx, who)
	case 3:
		m.w.advance(time.Duration(m.r.IntN(90)) * time.Minute)
		return "wait", nil
	case 4:
		other := pick(m.r, holders)
		m.home[who] = m.home[other]
		if who == other { // parted from whatever it was joined with
			m.home[who] = len(holders) + m.r.IntN(1<<30)
		}
		return "join", m.joined(ctx, who, other)
	default:
		return "use", m.use(ctx, who)
	}
}

// joined brings the tables to what the model has: a part moves to a home that
// no other document is in.
func (m *model) joined(ctx context.Context, who, other actor.DocumentID) error {
	if err := m.w.join(ctx, who, other); err != nil || who != other {
		return err
	}
	// Others that were joined to the own home are parted with it.
	documents, err := m.w.FileDocuments(ctx, who)
	for _, id := range documents {
		m.home[id] = m.home[who]
	}
	return err
}

func (m *model) give(ctx context.Context, who actor.DocumentID) error {
	terms := m.w.terms()
	terms.Party = pick(m.r, []consent.PartyID{"tax", "police"})
	terms.Scopes = pick(m.r, [][]string{{"records"}, {"occupation"}, {"occupation", "records"}})
	terms.Expires = m.w.now().Add(time.Duration(1+m.r.IntN(300)) * time.Minute)
	c, err := m.w.Give(ctx, as(who), terms)
	m.consents = append(m.consents, &given{Consent: c})
	return err
}

func (m *model) revoke(ctx context.Context, who actor.DocumentID) error {
	if len(m.consents) == 0 {
		return nil
	}
	c := pick(m.r, m.consents)
	after, uses, err := m.w.Revoke(ctx, as(who), c.ID)
	if m.home[who] != m.home[c.Document] {
		if !errors.Is(err, consent.ErrNotFound) {
			return fmt.Errorf("another's: %w", errors.Join(errors.New("want CONSENT_NOT_FOUND"), err))
		}
		return nil
	}
	if err != nil {
		return err
	}
	if c.revoked && !after.Revoked.Equal(c.Revoked) {
		return errors.New("taken back at another moment than before")
	}
	c.revoked, c.Revoked = true, after.Revoked
	if len(uses) != min(c.Uses, 100) {
		return fmt.Errorf("the receipt names %d uses, want %d", len(uses), c.Uses)
	}
	return nil
}

func (m *model) use(ctx context.Context, who actor.DocumentID) error {
	if len(m.consents) == 0 {
		return nil
	}
	c := pick(m.r, m.consents)
	claim := m.w.claim(c.Consent, who)
	claim.Party = pick(m.r, []consent.PartyID{c.Party, c.Party, "tax"})
	claim.Scopes = pick(m.r, [][]string{{"records"}, {"occupation"}, {"occupation", "records"}})
	subset := !slices.ContainsFunc(claim.Scopes, func(s string) bool { return !slices.Contains(c.Scopes, s) })
	// The clock moves by microseconds during a call and consents end on whole
	// minutes of it, so the moment before the call decides.
	valid := !c.revoked && m.w.now().Before(c.Expires) && subset && claim.Party == c.Party && m.home[who] == m.home[c.Document]
	use, err := m.w.Use(ctx, officer(string(claim.Party)), claim)
	switch {
	case valid && err != nil:
		return err
	case !valid && !errors.Is(err, consent.ErrNotValid):
		return fmt.Errorf("let through: %w", errors.Join(errors.New("want CONSENT_NOT_VALID"), err))
	case valid:
		c.Uses++
		m.calls = append(m.calls, call{use.ID, who, c})
	}
	return nil
}

// compare compares what each holder sees.
func (m *model) compare(ctx context.Context) error {
	for _, who := range holders {
		list, err := m.w.List(ctx, as(who))
		if err != nil {
			return err
		}
		var want []*given
		for _, c := range slices.Backward(m.consents) {
			if m.home[c.Document] == m.home[who] {
				want = append(want, c)
			}
		}
		if !slices.EqualFunc(list, want, func(got consent.Consent, want *given) bool {
			return got.ID == want.ID && got.Uses == want.Uses && got.Revoked.Equal(want.Revoked)
		}) {
			return fmt.Errorf("%s sees %d consents, want %d, or others", who, len(list), len(want))
		}
		uses, _, err := m.w.Uses(ctx, as(who), "", consent.UseCursor{}, 1000)
		if err != nil {
			return err
		}
		expected := 0
		for _, c := range m.calls {
			if m.home[c.document] == m.home[who] || m.home[c.on.Document] == m.home[who] {
				expected++
				if !slices.ContainsFunc(uses, func(u consent.Use) bool { return u.ID == c.id }) {
					return fmt.Errorf("%s does not see a use", who)
				}
			}
		}
		if len(uses) != expected {
			return fmt.Errorf("%s sees %d uses, want %d", who, len(uses), expected)
		}
	}
	return nil
}
