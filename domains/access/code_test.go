package access_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/access"
)

const (
	failed   = "SIGN_IN_FAILED"
	tooOften = "SIGN_IN_TOO_OFTEN"
)

func TestCodeDiesAfterFiveTries(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		first := w.start(t, w.pass)
		code := w.Code(t.Context(), t, w.person.Phone)
		for range 4 {
			_, err := w.complete(t.Context(), first, wrong(code))
			bfftest.Fails(t, "a wrong code", err, failed)
		}
		_, err := w.complete(t.Context(), first, code)
		must(t, "the right code after four wrong ones", err)

		w.Advance(6 * time.Minute) // tries at one document are limited besides
		second := w.start(t, w.pass)
		code = w.Code(t.Context(), t, w.person.Phone)
		for range 5 {
			_, err := w.complete(t.Context(), second, wrong(code))
			bfftest.Fails(t, "a wrong code", err, failed)
		}
		_, err = w.complete(t.Context(), second, code)
		bfftest.Fails(t, "the right code after five wrong ones", err, failed)
	})
}

func TestCodeWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.start(t, w.pass)
		code := w.Code(t.Context(), t, w.person.Phone)
		_, err := w.complete(t.Context(), id, code)
		must(t, "the first use", err)
		_, err = w.complete(t.Context(), id, code)
		bfftest.Fails(t, "the second use", err, failed)
	})
}

// TestCodeIsReadAsTyped: full-width digits are what some keyboards type.
func TestCodeIsReadAsTyped(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.start(t, w.pass)
		wide := make([]rune, 0, 6)
		for _, r := range w.Code(t.Context(), t, w.person.Phone) {
			wide = append(wide, r-'0'+'０')
		}
		_, err := w.complete(t.Context(), id, string(wide))
		must(t, "full-width digits", err)
	})
}

func TestCodeExpires(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, tt := range []struct {
			after time.Duration
			works bool
		}{{access.CodeLife - time.Microsecond, true}, {access.CodeLife, false}} {
			id := w.start(t, w.pass)
			code := w.Code(t.Context(), t, w.person.Phone)
			w.Advance(tt.after)
			if _, err := w.complete(t.Context(), id, code); (err == nil) != tt.works {
				t.Errorf("after %v: %v, want it to work: %v", tt.after, err, tt.works)
			}
		}
	})
}

// TestEarlierCodeStaysGood: who asks for a code ends no other one, and each works
// under its own challenge alone.
func TestEarlierCodeStaysGood(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		first := w.start(t, w.pass)
		early := w.Code(t.Context(), t, w.person.Phone)
		second := w.start(t, w.pass)
		_, err := w.complete(t.Context(), second, early)
		bfftest.Fails(t, "the earlier code under the new challenge", err, failed)
		_, err = w.complete(t.Context(), first, early)
		must(t, "the earlier code", err)
		_, err = w.complete(t.Context(), second, w.Code(t.Context(), t, w.person.Phone))
		must(t, "the new code", err)
	})
}

func TestTooOften(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for name, number := range map[string]string{"known": w.pass, "unknown": nobody} {
			for range 5 {
				w.start(t, number)
			}
			w.Advance(time.Minute)
			_, err := w.ask(t.Context(), number)
			f := bfftest.Fails(t, name, err, "SIGN_IN_TOO_OFTEN")
			if f.Retry != 2*time.Minute {
				t.Errorf("%s: retry after %v, want 2m", name, f.Retry)
			}
			w.Advance(f.Retry)
			w.start(t, number)
		}
	})
}

// TestTooOftenKeepsTheLastCode: asking in vain ends nobody's code.
func TestTooOftenKeepsTheLastCode(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		var last string
		for range 5 {
			last = w.start(t, w.pass)
		}
		code := w.Code(t.Context(), t, w.person.Phone)
		_, err := w.ask(t.Context(), w.pass)
		bfftest.Fails(t, "the sixth code", err, "SIGN_IN_TOO_OFTEN")
		_, err = w.complete(t.Context(), last, code)
		must(t, "the last code", err)
	})
}

// TestFiftyAtOnce: of fifty callers with the right code one is let in, and of
// many with wrong ones five are counted.
func TestFiftyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		crowd := func(code func(i int) string, id string) (sessions map[string]bool, reasons map[string]int) {
			sessions, reasons = map[string]bool{}, map[string]int{}
			errs := make([]error, 50)
			var mu sync.Mutex
			var group sync.WaitGroup
			for i := range errs {
				group.Go(func() {
					session, err := w.complete(t.Context(), id, code(i))
					mu.Lock()
					defer mu.Unlock()
					errs[i] = err
					sessions[session.GetAccessToken()] = true
				})
			}
			group.Wait()
			delete(sessions, "")
			for _, err := range errs {
				if err != nil {
					reasons[bfftest.Explain(t, err).Reason]++
				}
			}
			return sessions, reasons
		}
		id := w.start(t, w.pass)
		code := w.Code(t.Context(), t, w.person.Phone)
		sessions, reasons := crowd(func(int) string { return code }, id)
		if len(sessions) != 1 || reasons[failed]+reasons[tooOften] != 49 {
			t.Errorf("%d sessions and %v, want 1 session and 49 failures", len(sessions), reasons)
		}

		id = w.start(t, w.permit)
		code = w.Code(t.Context(), t, w.person.Phone)
		sessions, reasons = crowd(func(i int) string { return wrong(strconv.Itoa(100_000 + i)) }, id)
		if len(sessions) != 0 || reasons[failed]+reasons[tooOften] != 50 {
			t.Errorf("%d sessions and %v, want none", len(sessions), reasons)
		}
		if tries := w.row(t, id).Tries; tries != 5 {
			t.Errorf("%d tries were counted, want 5", tries)
		}
		w.Advance(4 * time.Minute)
		if _, err := w.complete(t.Context(), id, code); err == nil {
			t.Error("the right code after the crowd opens a session")
		}
	})
}

// TestAskedAtOnce: many who ask at once for one document's code get five.
func TestAskedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		var group sync.WaitGroup
		for range 12 {
			group.Go(func() { _, _ = w.ask(t.Context(), w.pass) })
		}
		group.Wait()
		n, err := w.DB.Client(t.Context()).Challenge.Query().Count(t.Context())
		must(t, "count challenges", err)
		if n == 0 || n > 5 {
			t.Errorf("%d codes were made, want at most 5", n)
		}
	})
}
