package consent_test

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/gen/ent/datacall"
)

// TestNoReadAfterWithdrawal lets readers use one consent as fast as they can
// while its holder takes it back at some moment. No read is decided after the
// withdrawal, and none that began after its answer is let through.
func TestNoReadAfterWithdrawal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seed := uint64(time.Now().UnixNano())
		moments := rand.New(rand.NewPCG(seed, 0))
		total := 0
		for range 12 {
			total += race(t, w, moments.IntN(40))
		}
		if total == 0 {
			t.Errorf("no read was let through: nothing was tested (seed %d)", seed)
		}
	})
}

// reader is what one reader saw.
type reader struct {
	began  []time.Time // of the reads that were let through
	failed error
}

// race withdraws after some reads, and returns how many were let through.
func race(t *testing.T, w *world, reads int) int {
	t.Helper()
	given := w.give(t, "a")
	// The channel closes once as many reads were tried.
	begin := make(chan struct{})
	var tried atomic.Int64
	var over atomic.Bool // the withdrawal was answered
	var readers [6]reader
	var all sync.WaitGroup
	for i := range readers {
		all.Go(func() {
			for after := 0; after < 3 && readers[i].failed == nil; {
				if over.Load() {
					after++
				}
				if tried.Add(1) == int64(reads)+1 {
					close(begin)
				}
				began := w.now()
				_, err := w.Use(t.Context(), officer("tax"), w.claim(given, "a"))
				if err == nil {
					readers[i].began = append(readers[i].began, began)
				} else if !errors.Is(err, consent.ErrNotValid) {
					readers[i].failed = err
				}
			}
		})
	}
	<-begin
	after, _, err := w.Revoke(t.Context(), as("a"), given.ID)
	answered := w.now()
	over.Store(true)
	all.Wait()
	must(t, "revoke", err)
	passed := 0
	for _, r := range readers {
		must(t, "read", r.failed)
		passed += len(r.began)
		for _, began := range r.began {
			if began.After(answered) {
				t.Error("a read that began after the answer to the withdrawal was let through")
			}
		}
	}
	calls := w.db.Client(t.Context()).DataCall.Query().Where(datacall.ConsentID(string(given.ID))).AllX(t.Context())
	for _, c := range calls {
		if c.DecideTime.After(after.Revoked) {
			t.Errorf("a read was decided at %v, after the withdrawal at %v", c.DecideTime, after.Revoked)
		}
	}
	if got := w.read(t, "a", given.ID); len(calls) != passed || got.Uses != passed {
		t.Errorf("%d reads were let through, %d are written and %d counted", passed, len(calls), got.Uses)
	}
	return passed
}

// TestManyAtOnce gives, uses and takes back many consents of one file at once:
// all of it ends, and each consent has one withdrawal.
func TestManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		errs := make(chan error, 64)
		for range 4 {
			all.Go(func() {
				c, err := w.Give(t.Context(), as("a"), w.terms())
				errs <- err
				for range 2 {
					all.Go(func() {
						_, _, err := w.Revoke(t.Context(), as("a"), c.ID)
						errs <- err
					})
				}
			})
		}
		all.Wait()
		close(errs)
		for err := range errs {
			must(t, "at once", err)
		}
		revoked := map[string]int{}
		for _, action := range w.changes {
			revoked[action]++
		}
		if revoked["consent.give"] < 4 || revoked["consent.revoke"] < 4 {
			t.Error("noted: " + strconv.Itoa(revoked["consent.give"]) + " and " + strconv.Itoa(revoked["consent.revoke"]))
		}
	})
}
