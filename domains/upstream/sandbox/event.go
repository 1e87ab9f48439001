package sandbox

import (
	"crypto/ed25519"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// SignedEvent is an event as the payment gateway posts it to the house.
type SignedEvent struct{ Raw, Signature []byte }

// PaymentKey is the key by which the gateway's events are known. Until
// [Sandbox.SetPaymentKey] it is another one for every sandbox.
func (s *Sandbox) PaymentKey() ed25519.PublicKey {
	s.till.mu.Lock()
	defer s.till.mu.Unlock()
	return ed25519.PublicKey(slices.Clone(s.till.key[ed25519.PrivateKeySize-ed25519.PublicKeySize:]))
}

// SetPaymentKey has the gateway sign with another key, earlier events that are
// asked for again included.
func (s *Sandbox) SetPaymentKey(key ed25519.PrivateKey) {
	s.till.mu.Lock()
	defer s.till.mu.Unlock()
	s.till.key = slices.Clone(key)
}

// PaymentEvents are the events from the one with that number on, in the order in
// which they happened: one for every payment, refusal and return. That an order
// became pending is none. Tests deliver them as they please.
func (s *Sandbox) PaymentEvents(from int) []SignedEvent {
	s.till.mu.Lock()
	raws, key := s.till.events[min(max(from, 0), len(s.till.events)):], s.till.key
	s.till.mu.Unlock()
	events := make([]SignedEvent, len(raws))
	for i, raw := range raws {
		events[i] = sign(key, raw)
	}
	return events
}

// OnPaymentEvent has f called with every event from now on, in place of what was
// set before; nil ends that. It starts no goroutine: f runs in the handler of Pay
// after the change and before its answer, or in the caller of [Sandbox.Settle]
// and its like, for different orders at the same time. No lock is held, so f may
// call the sandbox and may take its time, which its caller then waits.
func (s *Sandbox) OnPaymentEvent(f func(SignedEvent)) {
	s.till.mu.Lock()
	defer s.till.mu.Unlock()
	s.till.hear = f
}

// event writes an event about a payment, which under [Wrong] is of another
// amount.
func (s *Sandbox) event(p *pb.Payment) []byte {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(&pb.PaymentEvent{EventId: uuid.NewString(), Payment: s.misstate(p)})
	if err != nil {
		panic("sandbox: an event that cannot be written: " + err.Error()) // every text in it is ours or was read from a message
	}
	return raw
}

// tell calls whoever wants to hear. It must not be called under the till's lock.
func (s *Sandbox) tell(raws [][]byte) {
	if len(raws) == 0 {
		return
	}
	s.till.mu.Lock()
	hear, key := s.till.hear, s.till.key
	s.till.mu.Unlock()
	if hear == nil {
		return
	}
	for _, raw := range raws {
		hear(sign(key, raw))
	}
}

func sign(key ed25519.PrivateKey, raw []byte) SignedEvent {
	return SignedEvent{Raw: slices.Clone(raw), Signature: ed25519.Sign(key, append([]byte(upstream.EventDomain), raw...))}
}
