package access_test

import (
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
)

// TestOldChallengesAreDeleted: a challenge goes a day after it was over, and not
// before, because until then it counts.
func TestOldChallengesAreDeleted(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.start(t, w.pass)
		w.start(t, nobody)
		count := func(want int, when string) {
			t.Helper()
			n, err := w.Sessions.ForgetCodes(t.Context(), 100)
			must(t, "forget", err)
			if n != want {
				t.Errorf("%s: %d challenges deleted, want %d", when, n, want)
			}
		}
		w.Advance(access.CodeLife + 24*time.Hour - time.Second)
		count(0, "a second before")
		w.Advance(time.Second)
		count(2, "a day after")
		count(0, "again")
	})
}
