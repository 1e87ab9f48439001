package access_test

import (
	"context"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// mute are documents by which nobody gets a code, by what is special about them.
func (w world) mute(t *testing.T) map[string]string {
	t.Helper()
	lost, revoked, silent := bfftest.Person(10), bfftest.Person(11), bfftest.Person(12)
	lost.Passes[0].State, revoked.Passes[0].State = synthetic.StateLost, synthetic.StateRevoked
	silent.Phone = ""
	w.Settle(t, lost, revoked, silent)
	code, err := document.ComposeCreditCode("91350128MAYYY001")
	must(t, "compose a credit code", err)
	return map[string]string{
		"unknown pass": nobody, "unknown permit": bfftest.Person(13).Permits[0].Number,
		"lost": lost.Passes[0].Number, "revoked": revoked.Passes[0].Number, "without a phone": silent.Passes[0].Number,
		"a firm's code": code,
	}
}

// TestStrangersLearnNothing: whatever document is asked for, the answer and all
// failures afterwards look the same, and no message leaves the house for one
// that cannot be used.
func TestStrangersLearnNothing(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		started, err := w.ask(t.Context(), w.pass)
		must(t, "start a sign-in", err)
		_, err = w.complete(t.Context(), started.GetChallengeId(), "999999")
		want := bfftest.Fails(t, "a wrong code", err, failed)
		if want.Code != connect.CodeUnauthenticated {
			t.Errorf("code is %v, want %v", want.Code, connect.CodeUnauthenticated)
		}
		w.send(t)
		for name, number := range w.mute(t) {
			got, err := w.ask(t.Context(), number)
			must(t, name, err)
			if len(got.GetChallengeId()) != len(started.GetChallengeId()) || !got.GetExpireTime().AsTime().Equal(started.GetExpireTime().AsTime()) {
				t.Errorf("%s: the answer has another shape", name)
			}
			if n := w.send(t); n != 0 || w.delivered() != 1 {
				t.Errorf("%s: %d codes were taken up, want 0", name, n)
			}
			_, err = w.complete(t.Context(), got.GetChallengeId(), "999999")
			if f := bfftest.Fails(t, name, err, failed); f != want {
				t.Errorf("%s: fails as %+v, want %+v", name, f, want)
			}
		}
		_, err = w.complete(t.Context(), "01890000-0000-7000-8000-000000000000", "999999")
		if f := bfftest.Fails(t, "no challenge", err, failed); f != want {
			t.Errorf("no challenge: fails as %+v, want %+v", f, want)
		}
	})
}

// TestCodeOfNobodyOpensNothing: even the right code of a challenge that was never
// sent is wrong.
func TestCodeOfNobodyOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.start(t, nobody)
		_, err := w.complete(t.Context(), id, firstCode)
		bfftest.Fails(t, "the code of nobody", err, failed)
		other := w.start(t, w.pass)
		code := w.Code(t.Context(), t, w.person.Phone)
		_, err = w.complete(t.Context(), id, code)
		bfftest.Fails(t, "the code of another challenge", err, failed)
		_, err = w.anon.Session.CompleteRegistration(t.Context(), &sessionv1.CompleteRegistrationRequest{ChallengeId: other, Code: code})
		bfftest.Fails(t, "a sign-in code for a registration", err, failed)
		_, err = w.complete(t.Context(), other, code)
		must(t, "the code in its place", err)
	})
}

// firstCode is the first code that a house under test makes.
const firstCode = "007919"

// TestLossEndsSignIn: from the report on, the document gets no code, and the
// other one in the file still does.
func TestLossEndsSignIn(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.Join(t, w.pass, w.permit)
		session := w.signIn(t, w.pass, w.person.Phone)
		w.reportLoss(t, session)
		before := w.delivered()
		w.start(t, w.pass)
		if n := w.send(t); n != 0 || w.delivered() != before {
			t.Error("a lost document got a code")
		}
		w.signIn(t, w.permit, w.person.Phone)
	})
}

// TestSameWritesForEverybody counts changed rows, where the database tells.
func TestSameWritesForEverybody(t *testing.T) {
	t.Parallel()
	db := entdbtest.New(t)
	s := bfftest.New(t, db, bfftest.Options{})
	w := world{Server: s, anon: s.Clients("", "en"), person: bfftest.Person(0)}
	s.Settle(t, w.person)
	w.pass, w.permit = w.person.Passes[0].Number, w.person.Permits[0].Number
	changed := func() (n int) {
		t.Helper()
		must(t, "count changes", db.InTx(t.Context(), func(ctx context.Context) error {
			return db.SQL(ctx).QueryRowContext(ctx, "SELECT total_changes()").Scan(&n)
		}))
		return n
	}
	numbers := w.mute(t)
	numbers["known"] = w.pass
	for name, number := range numbers {
		for round := range 2 {
			before := changed()
			id := w.start(t, number)
			if got := changed() - before; got != 5 { // the challenge; address, document and phone counted; the log
				t.Errorf("%s: round %d changed %d rows, want 5", name, round, got)
			}
			r := w.row(t, id)
			if r.SendTime == nil || len(r.PayloadSealed) == 0 || len(r.CodeHash) != 32 || len(r.Subject) != 32 {
				t.Errorf("%s: the row looks different", name)
			}
			before = changed()
			_, err := w.complete(t.Context(), id, "999999")
			bfftest.Fails(t, name, err, failed)
			if got := changed() - before; got != 4 { // the challenge; document and address counted; the log
				t.Errorf("%s: a wrong code changed %d rows, want 4", name, got)
			}
		}
		w.Advance(time.Minute)
	}
}
