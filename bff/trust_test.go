package bff_test

import (
	"context"
	"sync"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/replay"
)

// trusting lets everything pass and keeps what it was told, for tests of the
// transport alone.
type trusting struct {
	mu       sync.Mutex
	outcomes []string
	refuse   map[limit.Name]error
	failing  error // of the record
}

func (t *trusting) trust() bff.Trust {
	return bff.Trust{
		Limits: t, Devices: t, Delegations: t, Record: t, Writes: t,
		InTx:  func(ctx context.Context, work func(context.Context) error) error { return work(ctx) },
		Again: func(context.Context, []actor.DocumentID) error { return nil },
		JWKS:  func() []byte { return []byte(`{"keys":[]}`) },
	}
}

// Take implements bff.Limiter.
func (t *trusting) Take(_ context.Context, rule limit.Name, _ string) error { return t.refuse[rule] }

// ReadDevice implements bff.Devices.
func (t *trusting) ReadDevice(token string) (string, bool) { return token, token != "" }

// Resolve implements bff.Delegations.
func (t *trusting) Resolve(context.Context, actor.DocumentID, actor.DelegationID, consent.Matter) (consent.Charge, error) {
	return consent.Charge{}, consent.ErrDelegation
}

// Finish implements bff.Recorder.
func (t *trusting) Finish(_ context.Context, _ *audit.Look, outcome string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failing != nil {
		return t.failing
	}
	t.outcomes = append(t.outcomes, outcome)
	return nil
}

// Do implements bff.Writes.
func (t *trusting) Do(ctx context.Context, _ replay.Call, _ replay.Again, work replay.Work) ([]byte, bool, error) {
	answer, _, err := work(ctx)
	return answer, false, err
}

// Begin implements bff.Writes.
func (t *trusting) Begin(context.Context, replay.Call, replay.Again) ([]byte, bool, error) {
	return nil, false, nil
}

// End implements bff.Writes.
func (t *trusting) End(context.Context, replay.Call, []byte, []actor.DocumentID) error { return nil }

// recorded are the outcomes in the log so far.
func (t *trusting) recorded() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.outcomes...)
}
