package limit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

// A day at the hall: 160 machines behind one address.
const (
	machines  = 160
	perHour   = 1000
	hours     = 3
	callsEach = 20
	hall      = "203.0.113.7"
)

// ask asks all rules of a step, in the order in which it would be served, until
// one refuses.
func (w world) ask(ctx context.Context, f func(context.Context, limit.Name, string) error, rules ...[2]string) error {
	for _, r := range rules {
		if err := f(ctx, limit.Name(r[0]), r[1]); err != nil {
			return err
		}
	}
	return nil
}

// visit is one honest person at a machine: a code is asked for, mistyped by one
// of eight, and a score of calls follows.
func (w world) visit(ctx context.Context, person int) error {
	device := fmt.Sprint("machine ", person%machines)
	document, phone := fmt.Sprint("document ", person), fmt.Sprint("phone ", person)
	err := w.ask(ctx, w.Take, [2]string{"code.document.known", document}, [2]string{"code.phone", phone})
	if err != nil {
		return err
	}
	if person%8 == 0 {
		if err := w.Spend(ctx, limit.SignInFailDevice, device); err != nil {
			return err
		}
	}
	if err := w.Check(ctx, limit.SignInFailDevice, device); err != nil {
		return err
	}
	for range callsEach {
		err := w.ask(ctx, w.Take, [2]string{"call.address", hall}, [2]string{"call.device", device}, [2]string{"call.person", document})
		if err != nil {
			return err
		}
	}
	return nil
}

// guess is one wrong password from an unknown device in the hall.
func (w world) guess(ctx context.Context, login string) error {
	err := w.ask(ctx, w.Take, [2]string{"call.address", hall})
	if err == nil {
		rules := [][2]string{{"sign_in.fail.address", hall}, {"sign_in.fail.login", login}}
		if err = w.ask(ctx, w.Check, rules...); err == nil {
			err = w.ask(ctx, w.Spend, rules...)
		}
	}
	return err
}

// most is how many a rule may let through in the time of the scenario.
func most(rule limit.Name) int {
	for _, r := range limit.Rules() {
		if r.Name == rule {
			return r.Burst + int(hours*time.Hour/r.Every)
		}
	}
	return 0
}

// In three hours 3,000 honest people come and none is refused, while from the
// same address somebody guesses passwords all the time and is stopped.
func TestHall(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, nil)
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		refused, guesses, through, first := 0, 0, 0, 0
		for person := range perHour * hours {
			w.clock.step(time.Duration(r.Int64N(int64(2 * time.Hour / perHour))))
			if err := w.visit(t.Context(), person); !took(t, err) {
				refused++
			}
			for range 3 {
				guesses++
				switch {
				case took(t, w.guess(t.Context(), fmt.Sprint("login ", guesses))):
					through++
				case first == 0:
					first = guesses
				}
			}
		}
		if refused != 0 {
			t.Errorf("%d of %d honest people were refused, want none", refused, perHour*hours)
		}
		// Arrivals are random, so the three hours are so only on the average.
		if limit := most(limit.SignInFailAddress) * 11 / 10; first == 0 || through > limit {
			t.Errorf("%d of %d guesses passed, want %d at most", through, guesses, limit)
		}
		t.Logf("of %d guesses %d passed; the first refusal came after %d", guesses, through, first-1)
	})
}

// One number attacked from 10,000 addresses for three hours is defended, and
// its holder, on a device that is known, signs in all the while.
func TestManyAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, entdbtest.New(t), nil)
	const addresses, number = 10_000, "the number"
	codes, guesses := 0, 0
	for i := range addresses {
		w.clock.step(hours * time.Hour / addresses)
		address := fmt.Sprintf("2001:db8:%x::/64", i)
		stranger := [][2]string{{"code.address.stranger", address}, {"code.document.stranger", number}}
		if took(t, w.ask(t.Context(), w.Take, stranger...)) {
			codes++
		}
		fail := [][2]string{{"sign_in.fail.address", address}, {"sign_in.fail.login", number}}
		if took(t, w.ask(t.Context(), w.Check, fail...)) {
			guesses++
			must(t, w.ask(t.Context(), w.Spend, fail...))
		}
		if i%1000 == 999 {
			holder := [][2]string{{"code.document.known", number}, {"code.phone", "the phone"}}
			if !took(t, w.ask(t.Context(), w.Take, holder...)) || !took(t, w.Check(t.Context(), limit.SignInFailDevice, "the holder's")) {
				t.Errorf("the holder was refused after %d", i)
			}
		}
	}
	if codes > most(limit.CodeDocumentStranger) || guesses > most(limit.SignInFailLogin) {
		t.Errorf("%d codes and %d guesses passed, want %d and %d at most", codes, guesses,
			most(limit.CodeDocumentStranger), most(limit.SignInFailLogin))
	}
	t.Logf("of %d codes asked for %d were sent; %d guesses passed", addresses, codes, guesses)
}
