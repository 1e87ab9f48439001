package upstream

import (
	"crypto/ed25519"

	"google.golang.org/protobuf/proto"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// EventDomain stands before the bytes of an event when they are signed, so that
// no signature for anything else is one for an event.
const EventDomain = "minzhengtong.upstream.v1.PaymentEvent\x00"

const maxEventBytes = 4 << 10 // an event takes less than a tenth

// ReadPaymentEvent reads a callback of the payment gateway: raw is the message
// PaymentEvent of minzhengtong.upstream.v1 as it came, and signature the Ed25519
// signature over [EventDomain] and raw, by the owner of any of the keys. It
// fails with [ErrEvent] for whatever is wrong, without saying what it held, and
// never with part of an event.
//
// It holds an event against no clock and no order: the caller compares amount
// and key with what was ordered, and bears events that are old or come again.
func ReadPaymentEvent(raw, signature []byte, keys []ed25519.PublicKey) (PaymentEvent, error) {
	var message pb.PaymentEvent
	if len(raw) > maxEventBytes || !signed(raw, signature, keys) || proto.Unmarshal(raw, &message) != nil {
		return PaymentEvent{}, ErrEvent
	}
	payment, err := readPayment(message.GetPayment())
	if err != nil || !isUUID(message.GetEventId()) {
		return PaymentEvent{}, ErrEvent
	}
	return PaymentEvent{ID: message.GetEventId(), Payment: payment}, nil
}

// signed passes over keys that are none, of which the check would panic.
func signed(raw, signature []byte, keys []ed25519.PublicKey) bool {
	text := append([]byte(EventDomain), raw...)
	for _, key := range keys {
		if len(key) == ed25519.PublicKeySize && ed25519.Verify(key, text, signature) {
			return true
		}
	}
	return false
}
