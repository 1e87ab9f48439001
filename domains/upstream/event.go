package upstream

import "crypto/ed25519"

// ReadPaymentEvent reads a callback of the payment gateway: raw is the message
// PaymentEvent of minzhengtong.upstream.v1 as it came, and signature the Ed25519
// signature over [EventDomain] and raw, by the owner of any of the keys. It
// fails with [ErrEvent] for whatever is wrong, without saying what it held, and
// never with part of an event.
func ReadPaymentEvent(raw, signature []byte, keys []ed25519.PublicKey) (PaymentEvent, error) {
	return PaymentEvent{}, ErrEvent
}
