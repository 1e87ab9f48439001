package consent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
)

// TestHeldBy: the newest consent of a file that lets a party read for a purpose, and none
// that is over, taken back, for another party or purpose, or of another file.
func TestHeldBy(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		file := []actor.DocumentID{"a", "b"}
		held := func(party consent.PartyID, purpose consent.PurposeCode, file []actor.DocumentID) (consent.ID, error) {
			c, err := w.HeldBy(t.Context(), party, purpose, file)
			return c.ID, err
		}
		none := func(what string, party consent.PartyID, purpose consent.PurposeCode, file []actor.DocumentID) {
			t.Helper()
			if id, err := held(party, purpose, file); !errors.Is(err, consent.ErrNotFound) {
				t.Errorf("%s: %s, %v", what, id, err)
			}
		}
		none("before any", "tax", "window_check", file)
		first, second := w.give(t, "a"), w.give(t, "b")
		if id, err := held("tax", "window_check", file); err != nil || id != second.ID {
			t.Errorf("%s holds, %v, want the newest", id, err)
		}
		none("another party", "police", "window_check", file)
		none("another purpose", "tax", "subsidy_check", file)
		none("another file", "tax", "window_check", []actor.DocumentID{"c"})
		_, _, err := w.Revoke(t.Context(), as("b"), second.ID)
		must(t, "revoke", err)
		if id, err := held("tax", "window_check", file); err != nil || id != first.ID {
			t.Errorf("%s holds, %v, want the one that is left", id, err)
		}
		w.advance(25 * time.Hour)
		none("over", "tax", "window_check", file)
	})
}

// TestStillHeld: a withdrawal waits for whoever holds the consent and then has its way; one
// that came first is seen, and so is the end of the time.
func TestStillHeld(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		still := func(id consent.ID, during func()) error {
			return w.db.InTx(t.Context(), func(ctx context.Context) error {
				_, err := w.StillHeld(ctx, id)
				during()
				return err
			})
		}
		given, other := w.give(t, "a"), w.give(t, "a")
		revoked, once := make(chan error, 1), false
		must(t, "hold", still(given.ID, func() {
			if !once { // a transaction that is tried again holds again
				once = true
				go func() { _, _, err := w.Revoke(t.Context(), as("a"), given.ID); revoked <- err }()
			}
		}))
		must(t, "revoke meanwhile", <-revoked)
		if got := w.read(t, "a", given.ID); got.Revoked.IsZero() || got.Uses != 0 {
			t.Errorf("it was used %d times and taken back at %v", got.Uses, got.Revoked)
		}
		for what, id := range map[string]consent.ID{"taken back": given.ID, "nobody's": "guessed"} {
			if err := still(id, func() {}); !errors.Is(err, consent.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		w.advance(25 * time.Hour)
		if err := still(other.ID, func() {}); !errors.Is(err, consent.ErrNotFound) {
			t.Errorf("over: %v", err)
		}
	})
}
