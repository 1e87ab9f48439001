package upstream

import "github.com/golang-sql/civil"

// PassQuestion describes a pass.
type PassQuestion struct {
	Number string     // the eight digits
	Name   string     // in either script; "" asks for no comparison
	Birth  civil.Date // zero asks for no comparison
}

// PermitQuestion describes a permit.
type PermitQuestion struct {
	Number string // the eighteen characters, X in upper case
	Name   string // in either script; "" asks for no comparison
}

// LinkQuestion names two documents.
type LinkQuestion struct {
	// Key is the idempotency key, a UUID. Choose and commit it before the first
	// try, and use it for every further one.
	Key    string
	Pass   string // the eight digits
	Permit string // the eighteen characters
}

// Message is one short message.
type Message struct {
	// Key is the idempotency key, a UUID. Choose and commit it before the first
	// try, and use it for every further one.
	Key   string
	Phone string // with country code, without spaces: +8869…
	Text  string // at most 1000 characters
}
