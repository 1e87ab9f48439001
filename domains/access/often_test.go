package access_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// exhaust asks for codes until one is refused, and returns how many were not.
func (r *rig) exhaust(ctx context.Context, t testing.TB, number string) (n int, wait time.Duration) {
	t.Helper()
	for ; n < 1000; n++ {
		_, err := r.Sessions.StartSignIn(ctx, r.Number(number), "en")
		if errors.Is(err, access.ErrTooOften) {
			f, _ := errors.AsType[*fault.Fault](err)
			return n, f.RetryAfter()
		}
		must(t, "start a sign-in", err)
	}
	return n, 0
}

// TestStrangersKeepNobodyOut: whoever asks for codes of my document until no more
// are made keeps me out on no device of mine.
func TestStrangersKeepNobodyOut(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		mine := r.enter(r.here(t), t, r.person.Pass)
		r.Clock.Advance(24 * time.Hour)
		stranger := r.from(t.Context(), "198.51.100.7", "")
		if n, wait := r.exhaust(stranger, t, r.person.Pass); n != 5 || wait <= 0 || wait > 3*time.Minute {
			t.Errorf("a stranger got %d codes and is to wait %v, want 5 and at most 3m", n, wait)
		}
		// Another address and another known device are strangers to this document.
		r.Settle(dossiertest.NewPerson(1))
		other, own := r.person, dossiertest.NewPerson(1)
		r.person = own
		theirs := r.enter(r.from(t.Context(), "198.51.100.8", ""), t, own.Pass)
		r.person = other
		for name, ctx := range map[string]context.Context{"another address": r.here(t), "another's known device": r.from(t.Context(), "198.51.100.8", theirs.Device)} {
			if n, _ := r.exhaust(ctx, t, r.person.Pass); n != 0 {
				t.Errorf("%s: %d more codes", name, n)
			}
		}
		known := r.from(t.Context(), "203.0.113.9", mine.Device)
		r.enter(known, t, r.person.Pass)
		if n, _ := r.exhaust(known, t, r.person.Pass); n != 4 {
			t.Errorf("the known device got %d codes after its sign-in, want 4", n)
		}
	})
}

// TestGuessersKeepNobodyOut: wrong tries from elsewhere leave a known device its
// own tries.
func TestGuessersKeepNobodyOut(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		mine := r.enter(r.here(t), t, r.person.Pass)
		r.Clock.Advance(24 * time.Hour)
		stranger := r.from(t.Context(), "198.51.100.7", "")
		guesses := 0
		for range 4 {
			c, err := r.Sessions.StartSignIn(stranger, r.Number(r.person.Pass), "en")
			must(t, "start a sign-in", err)
			for range 5 {
				_, err = r.Sessions.CompleteSignIn(stranger, c.ID, "999999", "")
				if errors.Is(err, access.ErrTooOften) {
					break
				}
				if !errors.Is(err, access.ErrFailed) {
					t.Fatalf("a wrong code: %v", err)
				}
				guesses++
			}
		}
		if guesses != 10 {
			t.Errorf("%d guesses were let through, want 10", guesses)
		}
		known := r.from(t.Context(), "203.0.113.9", mine.Device)
		c, err := r.Sessions.StartSignIn(known, r.Number(r.person.Pass), "en")
		must(t, "ask for a code on the known device", err)
		_, err = r.Sessions.CompleteSignIn(known, c.ID, "999999", "")
		if !errors.Is(err, access.ErrFailed) {
			t.Errorf("a slip on the known device: %v", err)
		}
		_, err = r.Sessions.CompleteSignIn(known, c.ID, r.code(t, r.person.Phone), "")
		must(t, "the right code on the known device", err)
	})
}

// TestPhoneIsNotFlooded: one phone gets so many codes, and the answer does not
// tell when it gets no more.
func TestPhoneIsNotFlooded(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	r.LinkThem(t)
	before := r.phones.count
	for i := range 12 {
		number := []string{r.person.Pass, r.person.Permit}[i%2]
		if i == 8 {
			r.Clock.Advance(6 * time.Minute) // the documents may ask again, the phone hardly
		}
		c, err := r.Sessions.StartSignIn(r.here(t), r.Number(number), "en")
		must(t, "start a sign-in", err)
		if c.ID == "" || !c.Expires.Equal(r.Clock.Now().Add(access.CodeLife)) {
			t.Errorf("answer %d has another shape", i)
		}
		r.code(t, r.person.Phone)
	}
	if n := r.phones.count - before; n != 11 {
		t.Errorf("the phone received %d codes, want 11", n)
	}
}

// TestRegistrationsPerPhone: whoever registers one after another with one phone
// is told to wait.
func TestRegistrationsPerPhone(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	made := 0
	for i := range 20 {
		p := dossiertest.NewPerson(100 + i)
		_, err := r.Sessions.StartRegistration(r.here(t), r.Number(p.Pass), dossier.Registration{Name: "陳美玲", Birth: "1990-05-01", Phone: "+886912000999"}, "en")
		if errors.Is(err, access.ErrTooOften) {
			continue
		}
		must(t, "start a registration", err)
		made++
	}
	if made != 10 {
		t.Errorf("%d registrations were begun with one phone, want 10", made)
	}
	r.enter(r.here(t), t, r.person.Pass) // and nobody else is kept out
}

// TestHallIsNotLockedOut: while somebody in a hall guesses passwords until the
// address is refused, the hall's 160 machines and the window, on which people have
// signed in before, go on behind the same address.
func TestHallIsNotLockedOut(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	const address = "203.0.113.1"
	o := r.hire(t, "lin", actor.Accept)
	guesser := r.from(t.Context(), address, "")
	window, err := r.Sessions.SignInOfficer(guesser, o.Login, o.password, o.now(t, r), "window 1")
	must(t, "sign in at the window", err)
	machines := make([]context.Context, 160)
	for i := range machines {
		machines[i] = r.from(t.Context(), address, r.visit(guesser, t, 1000+i).Device)
	}
	r.Clock.Advance(24 * time.Hour)

	if tried := r.guess(guesser, t); tried != 50 {
		t.Errorf("%d guesses were let through, want 50", tried)
	}
	for i, machine := range machines {
		r.visit(machine, t, 2000+i) // somebody else than yesterday
	}
	if tried := r.guess(guesser, t); tried != 0 {
		t.Errorf("%d guesses were let through while people signed in, want none", tried)
	}
	r.Clock.Advance(31 * time.Second) // another code, and one more guess
	if tried := r.guess(guesser, t); tried != 1 {
		t.Errorf("%d guesses were let through after half a minute, want 1", tried)
	}
	_, err = r.Sessions.SignInOfficer(r.from(t.Context(), address, window.Device), o.Login, o.password, o.now(t, r), "window 1")
	must(t, "sign in at the window while the address is refused", err)
}

// visit signs somebody new in on a machine.
func (r *rig) visit(machine context.Context, t testing.TB, i int) access.Session {
	t.Helper()
	r.person = dossiertest.NewPerson(i)
	r.Settle(r.person)
	return r.enter(machine, t, r.person.Pass)
}

// guess tries passwords, each of another login, until one is refused unseen, and
// returns how many were not.
func (r *rig) guess(ctx context.Context, t testing.TB) (tried int) {
	t.Helper()
	for ; tried < 1000; tried++ {
		r.guesses++
		_, err := r.Sessions.SignInOfficer(ctx, fmt.Sprintf("login-%d", r.guesses), "wrong", "000000", "")
		if errors.Is(err, access.ErrTooOften) {
			break
		}
		if !errors.Is(err, access.ErrFailed) {
			t.Fatalf("a wrong password: %v", err)
		}
	}
	return tried
}

// TestOneLoginFromManyAddresses: guessing one password from anywhere is stopped,
// however the login is spelt.
func TestOneLoginFromManyAddresses(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	o := r.hire(t, "lin", actor.Accept)
	r.Clock.Advance(24 * time.Hour)
	tried := 0
	for i := range 60 {
		login := []string{"lin", "LIN", " lin ", "ｌｉｎ", "Lin\t"}[i%5]
		_, err := r.Sessions.SignInOfficer(r.from(t.Context(), fmt.Sprintf("198.51.100.%d", i), ""), login, "wrong", "000000", "")
		if errors.Is(err, access.ErrFailed) {
			tried++
		} else if !errors.Is(err, access.ErrTooOften) {
			t.Fatalf("a wrong password: %v", err)
		}
	}
	if tried != 10 {
		t.Errorf("%d guesses were let through, want 10", tried)
	}
	_ = o
}

// TestCodeFromBeforeTheLoss: a code that was asked for before its document was
// reported lost opens nothing afterwards.
func TestCodeFromBeforeTheLoss(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		c, err := r.Sessions.StartSignIn(r.here(t), r.Number(r.person.Pass), "en")
		must(t, "start a sign-in", err)
		code := r.code(t, r.person.Phone)
		r.lose(t, r.ID(r.person.Pass))
		if _, err = r.Sessions.CompleteSignIn(r.here(t), c.ID, code, ""); !errors.Is(err, access.ErrFailed) {
			t.Errorf("%v, want %v", err, access.ErrFailed)
		}
	})
}

// TestANewCodeEndsNoOther: who asks for a code of my document does not end mine,
// also not across a rotation of the keys under which it is kept.
func TestANewCodeEndsNoOther(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		c, err := r.Sessions.StartSignIn(r.here(t), r.Number(r.person.Pass), "en")
		must(t, "start a sign-in", err)
		code := r.code(t, r.person.Phone)
		for _, which := range []keyring.Which{keyring.Sealing, keyring.Indexing} {
			id, err := r.Keys.Add(which)
			must(t, "add a key", err)
			must(t, "promote a key", r.Keys.Promote(which, id))
		}
		_, err = r.Sessions.StartSignIn(r.from(t.Context(), "198.51.100.7", ""), r.Number(r.person.Pass), "en")
		must(t, "a stranger's sign-in", err)
		_, err = r.Sessions.CompleteSignIn(r.here(t), c.ID, code, "")
		must(t, "my own code", err)
		if n, _ := r.exhaust(r.here(t), t, r.person.Pass); n != 3 {
			t.Errorf("after two codes and a rotation %d more are made, want 3", n)
		}
	})
}

// TestLimitsKnowNobody: no row of a limit holds a number or a phone.
func TestLimitsKnowNobody(t *testing.T) {
	t.Parallel()
	r := newRig(t, entdbtest.New(t))
	r.enter(r.here(t), t, r.person.Pass)
	rows, err := r.DB.Client(t.Context()).LimitBucket.Query().All(t.Context())
	must(t, "read buckets", err)
	if len(rows) == 0 {
		t.Error("nothing was counted")
	}
	for _, b := range rows {
		for _, secret := range []string{r.person.Pass, r.person.Phone, "192.0.2.1"} {
			if strings.Contains(b.ID, secret) {
				t.Errorf("the row %s says who is limited", b.ID)
			}
		}
	}
}
