package bff

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/replay"
)

// Trust is what decides and records who may do what. All are required.
type Trust struct {
	// Limits bound how often somebody calls.
	Limits Limiter
	// Devices knows devices on which somebody has signed in before.
	Devices Devices
	// Delegations says for whom somebody may act.
	Delegations Delegations
	// Record keeps who looked at what.
	Record Recorder
	// Writes answers a write that is repeated as the first time.
	Writes Writes
	// InTx does work in one transaction of the database, perhaps several times.
	InTx func(ctx context.Context, work func(context.Context) error) error
	// Again fails unless the caller may still touch what an earlier write of the
	// caller's was about.
	Again func(ctx context.Context, subjects []actor.DocumentID) error
	// JWKS is the set of keys that verify our tokens (RFC 7517).
	JWKS func() []byte
}

// Limiter takes a token from a bucket, or fails with a fault that says when to
// try again.
type Limiter interface {
	Take(ctx context.Context, rule limit.Name, key string) error
}

// Devices reads a device token; false for one that is not ours.
type Devices interface {
	ReadDevice(token string) (device string, known bool)
}

// Delegations finds the charge on which a delegate acts in a matter. It fails with one fault for whatever is not so now.
type Delegations interface {
	Resolve(ctx context.Context, delegate actor.DocumentID, id actor.DelegationID, matter consent.Matter) (consent.Charge, error)
}

// Recorder writes the one entry of a call: within the transaction that the
// context carries, else by itself and for good before it returns.
type Recorder interface {
	Finish(ctx context.Context, look *audit.Look, outcome string) error
}

// Writes keeps idempotency keys with the effects of the writes.
type Writes interface {
	// Do does the work unless it was done under this key before.
	Do(ctx context.Context, c replay.Call, again replay.Again, work replay.Work) (answer []byte, replayed bool, err error)
	// Begin and End do the same for work that takes several transactions.
	Begin(ctx context.Context, c replay.Call, again replay.Again) (answer []byte, replayed bool, err error)
	End(ctx context.Context, c replay.Call, answer []byte, subjects []actor.DocumentID) error
}

// missing names the parts that are not there.
func (t Trust) missing() map[string]bool {
	return map[string]bool{
		"Trust.Limits": t.Limits == nil, "Trust.Devices": t.Devices == nil, "Trust.Delegations": t.Delegations == nil,
		"Trust.Record": t.Record == nil, "Trust.Writes": t.Writes == nil, "Trust.InTx": t.InTx == nil,
		"Trust.Again": t.Again == nil, "Trust.JWKS": t.JWKS == nil,
	}
}
