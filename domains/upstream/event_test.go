package upstream_test

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

const eventID = "01890a5d-ac96-774b-bcce-b302099a8059"

func newSigner(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func public(keys ...ed25519.PrivateKey) []ed25519.PublicKey {
	var list []ed25519.PublicKey
	for _, k := range keys {
		list = append(list, ed25519.PublicKey(k[32:]))
	}
	return list
}

func sign(t *testing.T, key ed25519.PrivateKey, event proto.Message) (raw, signature []byte) {
	t.Helper()
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return raw, ed25519.Sign(key, []byte(upstream.EventDomain+string(raw)))
}

func wantNoEvent(t *testing.T, what string, raw, signature []byte, keys []ed25519.PublicKey) {
	t.Helper()
	got, err := upstream.ReadPaymentEvent(raw, signature, keys)
	if !errors.Is(err, upstream.ErrEvent) || err.Error() != upstream.ErrEvent.Error() || got != (upstream.PaymentEvent{}) {
		t.Errorf("%s: %v, %v, want %v and nothing else", what, got, err, upstream.ErrEvent)
	}
}

func TestReadPaymentEvent(t *testing.T) {
	t.Parallel()
	old, current, stranger := newSigner(t), newSigner(t), newSigner(t)
	raw, signature := sign(t, current, &pb.PaymentEvent{EventId: eventID, Payment: goodPayment()})
	otherRaw, otherSignature := sign(t, current, &pb.PaymentEvent{EventId: newKey(), Payment: goodPayment()})
	keys := public(old, current)

	got, err := upstream.ReadPaymentEvent(raw, signature, append([]ed25519.PublicKey{nil, []byte("short")}, keys...))
	want := upstream.PaymentEvent{ID: eventID, Payment: upstream.PaymentAnswer{
		Key: orderKey, Reference: "reference", Fen: 100, State: upstream.PaymentPaid, Time: moment,
	}}
	if err != nil || got != want {
		t.Errorf("%v, %v, want the event", got, err)
	}

	wantNoEvent(t, "no keys", raw, signature, nil)
	wantNoEvent(t, "another key", raw, signature, public(old, stranger))
	wantNoEvent(t, "another event's signature", raw, otherSignature, keys)
	wantNoEvent(t, "another event's text", otherRaw, signature, keys)
	wantNoEvent(t, "swapped", signature, raw, keys)
	wantNoEvent(t, "nothing", nil, nil, keys)
	wantNoEvent(t, "no signature", raw, nil, keys)
	wantNoEvent(t, "signed without the domain", raw, ed25519.Sign(current, raw), keys)
	wantNoEvent(t, "more text", append(slices.Clone(raw), 0), signature, keys)
	wantNoEvent(t, "more signature", raw, append(slices.Clone(signature), 0), keys)
	for i := range raw {
		altered := slices.Clone(raw)
		altered[i] ^= 1
		wantNoEvent(t, "altered text", altered, signature, keys)
		wantNoEvent(t, "truncated text", raw[:i], signature, keys)
	}
	for i := range signature {
		altered := slices.Clone(signature)
		altered[i] ^= 1
		wantNoEvent(t, "altered signature", raw, altered, keys)
		wantNoEvent(t, "truncated signature", raw, signature[:i], keys)
	}
}

// TestUnreadableEvents are signed well, and say nothing that can be used.
func TestUnreadableEvents(t *testing.T) {
	t.Parallel()
	key := newSigner(t)
	events := map[string]proto.Message{
		"empty": &pb.PaymentEvent{}, "no payment": &pb.PaymentEvent{EventId: eventID}, "no id": &pb.PaymentEvent{Payment: goodPayment()},
		"an id that is none": &pb.PaymentEvent{EventId: "1", Payment: goodPayment()},
		"another message":    &pb.PayResponse{Payment: goodPayment()},
		"huge":               &pb.PaymentEvent{EventId: string(make([]byte, 5000)), Payment: goodPayment()},
	}
	for name, change := range badPayments {
		if name == "another key" || name == "a time to come" {
			continue // whoever knows the order and the time sees that
		}
		payment := goodPayment()
		change(payment)
		events[name] = &pb.PaymentEvent{EventId: eventID, Payment: payment}
	}
	for name, event := range events {
		raw, signature := sign(t, key, event)
		wantNoEvent(t, name, raw, signature, public(key))
	}
	noise := []byte{0xff, 0xff, 0xff}
	wantNoEvent(t, "noise", noise, ed25519.Sign(key, []byte(upstream.EventDomain+string(noise))), public(key))
}

// FuzzReadPaymentEvent must neither panic nor take what nobody signed.
func FuzzReadPaymentEvent(f *testing.F) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		f.Fatal(err)
	}
	raw, err := proto.Marshal(&pb.PaymentEvent{EventId: eventID, Payment: goodPayment()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw, ed25519.Sign(key, raw))
	f.Fuzz(func(t *testing.T, raw, signature []byte) {
		if _, err := upstream.ReadPaymentEvent(raw, signature, public(key)); err == nil {
			t.Error("taken")
		}
		// And what is signed, whatever it is, is read whole or not at all.
		got, err := upstream.ReadPaymentEvent(raw, ed25519.Sign(key, []byte(upstream.EventDomain+string(raw))), public(key))
		if (err == nil) != (got.ID != "") {
			t.Errorf("%v with %v", got, err)
		}
	})
}
