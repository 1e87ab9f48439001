package bff

import "time"

// Limits bound what one caller can take from the server. A field that is zero
// has the default that its comment names.
type Limits struct {
	// MessageBytes is the largest request message, before and after
	// decompression. Default 4 MiB.
	MessageBytes int
	// HeaderBytes is the largest request header. Default 64 KiB.
	HeaderBytes int
	// Header is how long a client may take over its request header. Default 5 s.
	Header time.Duration
	// Call is how long a call may take that is not a stream, reading its
	// request included. Default 30 s.
	Call time.Duration
	// Idle is how long a connection may stand unused. Default 2 min.
	Idle time.Duration
}

// withDefaults fills in what is zero or less.
func (l Limits) withDefaults() Limits {
	return Limits{
		MessageBytes: orDefault(l.MessageBytes, 4<<20),
		HeaderBytes:  orDefault(l.HeaderBytes, 64<<10),
		Header:       orDefault(l.Header, 5*time.Second),
		Call:         orDefault(l.Call, 30*time.Second),
		Idle:         orDefault(l.Idle, 2*time.Minute),
	}
}

func orDefault[T int | time.Duration](value, otherwise T) T {
	if value <= 0 {
		return otherwise
	}
	return value
}
