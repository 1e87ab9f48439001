package limit

import (
	"context"
	"log/slog"
)

// Caller is where a call comes from, as the transport has seen it.
type Caller struct {
	// Address is the network address, an IPv6 one cut to its first 64 bits,
	// because a house has that many.
	Address string
	// Device is the id of the device, or "".
	Device string
	// Known says that somebody has signed in on the device before.
	Known bool
}

// LogValue keeps the address and the device out of logs.
func (c Caller) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("known", c.Known))
}

// String keeps them out of texts.
func (c Caller) String() string {
	if c.Known {
		return "a known device"
	}
	return "an unknown device"
}

type callerKey struct{}

// With returns a context that carries the caller.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// From returns the caller of a context. Without one it is the zero value, whose
// empty address no rule takes as a key.
func From(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}
