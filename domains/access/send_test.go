package access_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// window is longer than codes are counted for.
const window = 16 * time.Minute

// lease is longer than a sender may be silent.
const lease = 21 * time.Second

// TestGatewayComesBack: what it did not take is sent once it does, once.
func TestGatewayComesBack(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, fault := range []sandbox.Fault{sandbox.Gone, sandbox.Error, sandbox.Garbage, sandbox.DoneUnsaid} {
			before := w.delivered()
			w.Sandbox.SetFault(upstream.MessageGateway, fault, 0)
			id := w.start(t, w.pass)
			w.send(t)
			if w.row(t, id).SendTime == nil {
				t.Errorf("%s: the code is taken for sent", fault)
			}
			w.Sandbox.SetFault(upstream.MessageGateway, sandbox.Healthy, 0)
			if n := w.send(t); n != 0 {
				t.Errorf("%s: %d codes are taken up during the lease, want 0", fault, n)
			}
			w.Advance(lease)
			w.send(t)
			if n := w.send(t); n != 0 || w.delivered() != before+1 {
				t.Errorf("%s: %d messages and %d codes that are still due, want 1 and 0", fault, w.delivered()-before, n)
			}
			_, err := w.complete(t.Context(), id, w.Code(t.Context(), t, w.person.Phone))
			must(t, "complete a sign-in", err)
			w.Advance(10 * time.Minute)
		}
	})
}

// TestStoredBeforeSent: a process that dies after it answered leaves a code that
// the next one sends; nothing of it can be read in the row.
func TestStoredBeforeSent(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.start(t, w.pass)
		select {
		case <-w.Sessions.Woken():
		default:
			t.Error("nobody was woken")
		}
		before := raw(t, w, id)
		if w.delivered() != 0 || w.row(t, id).PayloadSealed == nil {
			t.Error("the code is not waiting")
		}
		w.Advance(time.Minute)
		if n := w.send(t); n != 1 || w.delivered() != 1 {
			t.Errorf("%d codes were taken up and %d delivered, want 1 and 1", n, w.delivered())
		}
		code := w.Code(t.Context(), t, w.person.Phone)
		after := raw(t, w, id)
		for name, secret := range map[string]string{"code": code, "phone": w.person.Phone, "digits": w.person.Phone[4:], "number": w.pass} {
			if strings.Contains(before, secret) || strings.Contains(after, secret) {
				t.Errorf("the row shows the %s", name)
			}
		}
		if r := w.row(t, id); r.PayloadSealed != nil || r.SendTime != nil {
			t.Error("phone and code stay, sealed, after they were sent")
		}
	})
}

// raw is every byte of a challenge's row.
func raw(t *testing.T, w world, id string) string {
	t.Helper()
	rows, err := w.DB.SQL(t.Context()).QueryContext(t.Context(), w.DB.Rebind("SELECT * FROM challenges WHERE id = ?"), id)
	must(t, "read a row", err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	must(t, "read columns", err)
	if !rows.Next() {
		t.Fatal("no such row")
	}
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(any)
	}
	must(t, "read values", rows.Scan(values...))
	var all bytes.Buffer
	for _, v := range values {
		switch v := (*v.(*any)).(type) {
		case []byte:
			all.Write(v)
		default:
			_, _ = fmt.Fprintf(&all, "%v", v) // a buffer never fails
		}
		all.WriteByte(0)
	}
	return all.String()
}

// TestWhatIsOverIsForgotten: no payload outlives its code, whether it was sent,
// never could be, or belongs to nobody.
func TestWhatIsOverIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.Sandbox.SetFault(upstream.MessageGateway, sandbox.Gone, 0)
		unsent, unknown := w.start(t, w.pass), w.start(t, nobody)
		w.send(t)
		w.Sandbox.SetFault(upstream.MessageGateway, sandbox.Healthy, 0)
		p := bfftest.Person(1)
		registered := w.register(t, p.Passes[0], p, p.Phone)
		w.send(t)
		if w.row(t, registered).PayloadSealed == nil {
			t.Error("what a registration said is gone before it is over")
		}
		before := w.delivered()
		w.Advance(access.CodeLife)
		if n := w.send(t); n != 0 || w.delivered() != before {
			t.Errorf("%d expired codes were taken up, want 0", n)
		}
		for name, id := range map[string]string{"unsent": unsent, "unknown": unknown, "registration": registered} {
			if r := w.row(t, id); r.PayloadSealed != nil || r.SendTime != nil {
				t.Errorf("%s: the payload outlived its code", name)
			}
		}
	})
}

// TestManySenders: of several processes that send at once, each code is sent by
// one.
func TestManySenders(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		people := make([]synthetic.Person, 20)
		for i := range people {
			people[i] = bfftest.Person(100 + i)
		}
		w.Settle(t, people...)
		for _, p := range people {
			w.start(t, p.Passes[0].Number)
		}
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() { _, _ = w.Sessions.SendCodes(t.Context(), 7) }) // one that loses is told so
		}
		group.Wait()
		for w.send(t) > 0 {
			continue
		}
		w.Advance(lease)
		w.send(t)
		for i, p := range people {
			if n := len(w.Sandbox.Messages(p.Phone)); n != 1 {
				t.Errorf("phone %d has %d messages, want 1", i, n)
			}
		}
	})
}

// TestSendCodesLimit: a round takes what it was told to take, the oldest first.
func TestSendCodesLimit(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.start(t, w.pass)
		w.Advance(time.Second)
		other := bfftest.Person(1)
		w.Settle(t, other)
		w.start(t, other.Passes[0].Number)
		n, err := w.Sessions.SendCodes(t.Context(), 1)
		if err != nil || n != 1 || len(w.Sandbox.Messages(w.person.Phone)) != 1 || len(w.Sandbox.Messages(other.Phone)) != 0 {
			t.Errorf("%d codes were taken up (%v), want the older one", n, err)
		}
	})
}

// register starts a registration, which must not fail.
func (w world) register(t *testing.T, d synthetic.Document, p synthetic.Person, phone string) string {
	t.Helper()
	started, err := w.anon.Session.StartRegistration(t.Context(), &sessionv1.StartRegistrationRequest{
		Document: ref(d.Number), Name: d.Names.Mainland, BirthDate: p.Birth.String(), Phone: phone,
	})
	must(t, "start a registration", err)
	return started.GetChallengeId()
}
