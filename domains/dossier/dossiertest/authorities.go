package dossiertest

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Paper is a document as its authority has it.
type Paper struct {
	Holder upstream.Holder
	Issue  upstream.Issue
	// Names is the pass number that a permit carries, or "".
	Names string
}

// Authorities plays exit-entry, the police and the national check. It is safe
// for concurrent use.
type Authorities struct {
	now func() time.Time

	mu      sync.Mutex // guards what follows
	passes  map[string]Paper
	permits map[string]Paper
	links   map[[2]string]upstream.Verdict
	given   map[string]upstream.LinkAnswer // by key
	down    map[upstream.Authority]bool
	on      map[upstream.Authority]func(context.Context) error
	calls   map[upstream.Authority]int
}

func newAuthorities(now func() time.Time) *Authorities {
	return &Authorities{
		now: now, passes: map[string]Paper{}, permits: map[string]Paper{}, links: map[[2]string]upstream.Verdict{},
		given: map[string]upstream.LinkAnswer{}, down: map[upstream.Authority]bool{},
		on: map[upstream.Authority]func(context.Context) error{}, calls: map[upstream.Authority]int{},
	}
}

// SetPass makes exit-entry know a pass so from now on.
func (a *Authorities) SetPass(number string, p Paper) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.passes[number] = p
}

// SetPermit makes the police know a permit so from now on.
func (a *Authorities) SetPermit(number string, p Paper) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.permits[number] = p
}

// SetLink decides what the national check says of a pair. Unless decided it
// knows no such pair. What it said under a key it repeats.
func (a *Authorities) SetLink(pass, permit string, v upstream.Verdict) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.links[[2]string{pass, permit}] = v
}

// SetDown makes an authority unavailable, or available again.
func (a *Authorities) SetDown(who upstream.Authority, down bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.down[who] = down
}

// OnCall runs f, with the caller's context, in every call of an authority from
// now on, before it answers; an error of f is the answer. Nil ends that.
func (a *Authorities) OnCall(who upstream.Authority, f func(context.Context) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.on[who] = f
}

// Hold makes the calls of an authority wait until release is called or their
// context ends. Each call that begins to wait sends on entered.
func (a *Authorities) Hold(who upstream.Authority) (entered <-chan struct{}, release func()) {
	begun, gate := make(chan struct{}, 1000), make(chan struct{})
	a.OnCall(who, func(ctx context.Context) error {
		begun <- struct{}{}
		select {
		case <-gate:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return begun, sync.OnceFunc(func() {
		a.OnCall(who, nil)
		close(gate)
	})
}

// Calls counts the calls of an authority, those that failed included.
func (a *Authorities) Calls(who upstream.Authority) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[who]
}

// Keys are the idempotency keys under which the national check gave an answer.
func (a *Authorities) Keys() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	keys := make([]string, 0, len(a.given))
	for key := range maps.Keys(a.given) {
		keys = append(keys, key)
	}
	return keys
}

// begin counts a call and does what it was told to do in it.
func (a *Authorities) begin(ctx context.Context, who upstream.Authority) error {
	a.mu.Lock()
	a.calls[who]++
	f := a.on[who]
	a.mu.Unlock()
	if f != nil {
		if err := f(ctx); err != nil {
			return err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.down[who] {
		return upstream.ErrUnavailable.With("Authority", string(who))
	}
	return ctx.Err()
}

// CheckPass implements [upstream.ExitEntry].
func (a *Authorities) CheckPass(ctx context.Context, q upstream.PassQuestion) (upstream.PassAnswer, error) {
	if err := a.begin(ctx, upstream.ExitEntryOffice); err != nil {
		return upstream.PassAnswer{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	p, ok := a.passes[q.Number]
	answer := upstream.PassAnswer{Verdict: verdict(p, ok, q.Name, q.Birth), CheckTime: a.now(), TraceID: "pass-check"}
	if answer.Verdict == upstream.Match {
		answer.Holder, answer.Issue = p.Holder, p.Issue
	}
	return answer, nil
}

// MainlandDays implements [upstream.ExitEntry]: it has no records of anybody.
func (a *Authorities) MainlandDays(ctx context.Context, qs []upstream.YearQuestion) ([]upstream.StayAnswer, error) {
	if err := a.begin(ctx, upstream.ExitEntryOffice); err != nil {
		return nil, err
	}
	return make([]upstream.StayAnswer, len(qs)), nil
}

// CheckPermits implements [upstream.Police].
func (a *Authorities) CheckPermits(ctx context.Context, qs []upstream.PermitQuestion) ([]upstream.PermitAnswer, error) {
	if err := a.begin(ctx, upstream.PoliceOffice); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	answers := make([]upstream.PermitAnswer, len(qs))
	for i, q := range qs {
		p, ok := a.permits[q.Number]
		answers[i] = upstream.PermitAnswer{Verdict: verdict(p, ok, q.Name, civil.Date{}), CheckTime: a.now(), TraceID: "permit-check"}
		if answers[i].Verdict == upstream.Match {
			answers[i].Holder, answers[i].Issue, answers[i].ExitEntryNumber = p.Holder, p.Issue, p.Names
		}
	}
	return answers, nil
}

// CheckLink implements [upstream.LinkCheck].
func (a *Authorities) CheckLink(ctx context.Context, q upstream.LinkQuestion) (upstream.LinkAnswer, error) {
	if err := a.begin(ctx, upstream.NationalCheck); err != nil {
		return upstream.LinkAnswer{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if before, ok := a.given[q.Key]; ok {
		return before, nil
	}
	v, ok := a.links[[2]string{q.Pass, q.Permit}]
	if !ok {
		v = upstream.NotFound
	}
	a.given[q.Key] = upstream.LinkAnswer{Verdict: v, CheckTime: a.now(), TraceID: "link-check"}
	return a.given[q.Key], nil
}

// verdict compares what was asked with what is known.
func verdict(p Paper, known bool, name string, birth civil.Date) upstream.Verdict {
	h := p.Holder
	switch {
	case !known:
		return upstream.NotFound
	case name != "" && name != h.NameMainland && name != h.NameTaiwan,
		birth.IsValid() && birth != h.Birth:
		return upstream.Mismatch
	default:
		return upstream.Match
	}
}
