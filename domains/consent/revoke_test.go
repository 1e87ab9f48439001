package consent_test

import (
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/consent"
)

func TestRevoke(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, "a")
		var vouchers []string
		for range 3 {
			use, err := w.Use(t.Context(), officer("tax"), w.claim(given, "a"))
			must(t, "use", err)
			vouchers = append([]string{use.Voucher}, vouchers...)
		}
		after, uses, err := w.Revoke(t.Context(), as("a"), given.ID)
		must(t, "revoke", err)
		var told []string
		for _, u := range uses {
			told = append(told, u.Voucher)
			if u.PartyName != "部门 tax" || u.Office != "window" || u.Consent != given.ID || u.Decided.After(after.Revoked) {
				t.Errorf("a use is told as %+v", u)
			}
		}
		if !slices.Equal(told, vouchers) || after.Uses != 3 {
			t.Errorf("the receipt names %d uses of %d, want three", len(told), after.Uses)
		}
		fails(t, "a read after it", second(w.Use(t.Context(), officer("tax"), w.claim(given, "a"))), consent.ErrNotValid, "")
		w.advance(time.Hour)
		again, uses, err := w.Revoke(t.Context(), as("a"), given.ID)
		must(t, "revoke again", err)
		if !again.Revoked.Equal(after.Revoked) || len(uses) != 3 {
			t.Errorf("taken back again at %v, want %v", again.Revoked, after.Revoked)
		}
		if n := len(slices.DeleteFunc(slices.Clone(w.changes), func(s string) bool { return s != "consent.revoke" })); n != 1 {
			t.Errorf("%d withdrawals are noted, want one", n)
		}
	})
}

// TestConsentFollowsTheFile: any document of the file takes it back, and nobody
// else sees that it is there.
func TestConsentFollowsTheFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, "a")
		_, _, other := w.Revoke(t.Context(), as("b"), given.ID)
		fails(t, "another's", other, consent.ErrNotFound, "")
		_, _, none := w.Revoke(t.Context(), as("b"), "01957000-0000-7000-8000-ffffffffffff")
		fails(t, "not there", none, consent.ErrNotFound, "")
		fails(t, "a read of b", second(w.Use(t.Context(), officer("tax"), w.claim(given, "b"))), consent.ErrNotValid, "")

		must(t, "join", w.join(t.Context(), "b", "a"))
		must(t, "a read under b", second(w.Use(t.Context(), officer("tax"), w.claim(given, "b"))))
		must(t, "part", w.join(t.Context(), "b", "b"))
		fails(t, "a read of b after the cut", second(w.Use(t.Context(), officer("tax"), w.claim(given, "b"))), consent.ErrNotValid, "")

		must(t, "join", w.join(t.Context(), "b", "a"))
		_, _, err := w.Revoke(t.Context(), as("b"), given.ID)
		must(t, "revoke by the other document", err)
		if w.read(t, "a", given.ID).Revoked.IsZero() {
			t.Error("the consent is not taken back")
		}
	})
}

// TestRevokeIsNeverBeforeAUse: a process whose clock is ahead decided the last
// use.
func TestRevokeIsNeverBeforeAUse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, "a")
		w.advance(time.Minute)
		use, err := w.Use(t.Context(), officer("tax"), w.claim(given, "a"))
		must(t, "use", err)
		w.advance(-time.Minute)
		behind, err := w.Use(t.Context(), officer("tax"), w.claim(given, "a"))
		must(t, "use by the clock that is behind", err)
		after, _, err := w.Revoke(t.Context(), as("a"), given.ID)
		must(t, "revoke", err)
		if behind.Decided.Before(use.Decided) || after.Revoked.Before(behind.Decided) {
			t.Errorf("used at %v, then %v, taken back at %v", use.Decided, behind.Decided, after.Revoked)
		}
	})
}
