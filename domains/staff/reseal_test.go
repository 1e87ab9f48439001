package staff_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/staff/stafftest"
	"github.com/minzhengtong/minzhengtong/gen/ent/officerrelation"
)

// sealed are the stored numbers of an officer's relations.
func (w *world) sealed(id actor.OfficerID) [][]byte {
	w.t.Helper()
	rows, err := w.db.Client(w.t.Context()).OfficerRelation.Query().Where(officerrelation.OfficerID(string(id))).All(w.t.Context())
	must(w.t, "read relations", err)
	out := make([][]byte, len(rows))
	for i, r := range rows {
		out[i] = r.NumberSealed
	}
	return out
}

// damage makes every stored number unreadable.
func (w *world) damage() error {
	ctx := w.t.Context()
	return w.db.InTx(ctx, func(ctx context.Context) error {
		return w.db.Client(ctx).OfficerRelation.Update().SetNumberSealed([]byte("damaged")).Exec(ctx)
	})
}

func TestResealOutlivesTheOldKey(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, _ staff.Officer) {
		pass := number(t, document.TaiwanPass, "12345678")
		o := w.settled("one", actor.Accept)
		_, err := w.Declare(t.Context(), o.Actor(), staff.Self, pass)
		must(t, "declare", err)
		state, code := w.start(p)

		old := w.keys.SealingKey()
		next, err := w.keys.Add(keyring.Sealing)
		must(t, "add a key", err)
		must(t, "promote", w.keys.Promote(keyring.Sealing, next))
		var seen, written int
		reseal := func() { must(t, "reseal", w.Reseal(t.Context(), func(s, n int) { seen, written = s, n })) }
		reseal()
		// The administrator's secret, the officer's, the number and the errand.
		if seen != 4 || written != 4 {
			t.Errorf("seen %d and written %d, want 4", seen, written)
		}
		must(t, "retire", w.keys.Retire(keyring.Sealing, old))
		reseal()
		if written != 0 {
			t.Errorf("%d were written again", written)
		}
		_, err = w.Verify(t.Context(), "one", o.password, w.code(o))
		must(t, "sign in", err)
		if tied, err := w.Tied(t.Context(), o.ID, pass); !tied {
			t.Errorf("the tie is lost: %v", err)
		}
		_, err = w.CompleteProvider(t.Context(), state, code)
		must(t, "come back from the provider", err)
	})
}

func TestForget(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, _ staff.Officer) {
		key := w.system("tax")
		for range 3 {
			w.start(p)
			_, err := w.VerifyAssertion(t.Context(), w.assertion("tax").sign(key))
			must(t, "verify", err)
		}
		forget := func(want int) {
			t.Helper()
			n, err := w.Forget(t.Context(), 2)
			must(t, "forget", err)
			if n != want {
				t.Errorf("%d rows are gone, want %d", n, want)
			}
		}
		w.advance(time.Hour)
		forget(0)
		w.advance(10*time.Minute + time.Second)
		w.start(p)
		forget(4)
		forget(2)
		forget(0)
	})
}

// TestNothingIsStoredInClear looks for what was typed in the rows.
func TestNothingIsStoredInClear(t *testing.T) {
	eachProvider(t, func(t *testing.T, w *world, p *stafftest.Provider, _ staff.Officer) {
		o := w.settled("one", actor.Accept)
		_, err := w.Declare(t.Context(), o.Actor(), staff.Self, number(t, document.TaiwanPermit, "830000190102280029"))
		must(t, "declare", err)
		state, _ := w.start(p)
		c := w.db.Client(t.Context())
		var all []string
		for _, r := range c.Officer.Query().AllX(t.Context()) {
			all = append(all, r.PasswordHash, string(r.TotpSealed))
		}
		for _, r := range c.OfficerRelation.Query().AllX(t.Context()) {
			all = append(all, string(r.NumberSealed))
		}
		for _, r := range c.ProviderSignIn.Query().AllX(t.Context()) {
			all = append(all, r.ID, string(r.SecretSealed))
		}
		stored := strings.Join(all, "\n")
		for name, text := range map[string]string{"password": o.password, "secret": o.secret, "number": "830000190102280029", "state": state} {
			if strings.Contains(stored, text) {
				t.Errorf("the %s is stored in clear", name)
			}
		}
	})
}
