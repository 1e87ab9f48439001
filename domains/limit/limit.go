// Package limit says who calls, asks or guesses too often.
//
// # Words
//
// A rule is a name with a burst and a pace: so much at once, then one more per
// pace. A key is who is limited by it: a person, a device, an address, a
// document's number. Each key of a rule has a bucket of tokens, kept as one
// time, the moment at which it is full again (the generic cell rate algorithm);
// a bucket that is full is not kept at all.
//
// Memory rules limit calls. They are decided in this process without the
// database and written to it by [Service.Flush], so that they survive a
// restart. Durable rules limit what must not be tried often: one-time codes,
// wrong passwords, registrations. They are decided in the database, in a
// transaction of their own that stays when the caller's work fails.
//
// # Taking and spending
//
// [Service.Take] pays for a call before it is served. [Service.Check] and
// [Service.Spend] count failures only: Check before the try, Spend after one
// that failed. Tries that run side by side may all pass Check before the first
// of them has spent; what must be exact is taken, or counts its tries itself, as
// one-time codes do.
//
// # What never happens
//
//   - No bucket is shared by an empty key: that is an error, and a mistake of
//     ours.
//   - Of one key no more passes than the burst and one per pace since, whatever
//     the clock does: time that is set back gives nothing.
//   - No key is stored, logged or measured; rows hold keyed hashes.
//   - A bucket is only forgotten when it is full, so nobody gains by filling the
//     memory with strangers.
package limit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// ErrTooOften says that a rule's tokens are used up. It carries how long to wait
// for the next.
var ErrTooOften = fault.New(fault.Exhausted, "TOO_MANY_REQUESTS")

// Mistakes in the program.
var (
	// ErrNoKey: nobody was named, so strangers would share a bucket.
	ErrNoKey = errors.New("limit: an empty key")
	// ErrNoRule: no rule has this name.
	ErrNoRule = errors.New("limit: no such rule")
	// ErrInTx: a durable rule was asked inside entdb's InTx. What it counts
	// would be taken back together with the work that failed.
	ErrInTx = errors.New("limit: a durable rule inside a transaction")
)

// Deps are what the service stands on. All but Rules are required.
type Deps struct {
	DB   *entdb.DB
	Keys *keyring.Keyring
	Now  func() time.Time
	// Rules replace parts of the default rules.
	Rules map[Name]Override
	Log   *slog.Logger
	Meter metric.MeterProvider
}

// Service limits. It is safe for concurrent use.
type Service struct {
	db       *entdb.DB
	keys     *keyring.Keyring
	now      func() time.Time
	log      *slog.Logger
	rules    map[Name]*limiter
	restored restored
	exceeded metric.Int64Counter
}

// limiter is a rule at work.
type limiter struct {
	Rule
	shape
	memory *memory // nil for a durable rule
	label  metric.MeasurementOption
}

// New returns a service over d. Call [Service.Load] before the first call is
// served. It fails for an override of a rule that does not exist and for a rule
// that could not let anything through.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Keys == nil || d.Now == nil || d.Log == nil || d.Meter == nil {
		return nil, errors.New("limit: every dependency is required")
	}
	table, err := rulesWith(d.Rules)
	if err != nil {
		return nil, err
	}
	exceeded, err := d.Meter.Meter("minzhengtong/limit").Int64Counter("limit.exceeded",
		metric.WithDescription("Calls and tries beyond a rule, refused or only counted."))
	if err != nil {
		return nil, fmt.Errorf("limit: counter: %w", err)
	}
	s := &Service{db: d.DB, keys: d.Keys, now: d.Now, log: d.Log, rules: make(map[Name]*limiter, len(table)), exceeded: exceeded}
	for _, r := range table {
		l := &limiter{Rule: r, shape: shapeOf(r), label: metric.WithAttributes(attribute.String("rule", string(r.Name)))}
		if !r.Durable {
			l.memory = newMemory(l.shape)
		}
		s.rules[r.Name] = l
	}
	return s, nil
}

// Take takes one token of the key's, or fails with [ErrTooOften], which takes
// none. A rule that only counts never fails so. When the database fails, so does
// a durable rule: nobody passes uncounted.
func (s *Service) Take(ctx context.Context, rule Name, key string) error {
	return s.ask(ctx, rule, key, take)
}

// Check fails as Take would, and takes nothing.
func (s *Service) Check(ctx context.Context, rule Name, key string) error {
	return s.ask(ctx, rule, key, look)
}

// Spend takes a token for a failure that has happened. An empty bucket is no
// error; it stays empty for a whole pace from now. A durable rule counts also
// for a caller who has hung up meanwhile.
func (s *Service) Spend(ctx context.Context, rule Name, key string) error {
	err := s.ask(ctx, rule, key, spend)
	if errors.Is(err, ErrTooOften) {
		return nil
	}
	return err
}

// ask decides one question and counts it when it was too much.
func (s *Service) ask(ctx context.Context, rule Name, key string, m move) error {
	l := s.rules[rule]
	switch {
	case l == nil:
		return fmt.Errorf("%w: %q", ErrNoRule, rule)
	case key == "":
		return fmt.Errorf("%w for %s", ErrNoKey, rule)
	}
	var wait time.Duration
	var err error
	if l.Durable {
		wait, err = s.durable(ctx, l, key, m)
	} else {
		wait = s.inMemory(ctx, l, key, m)
	}
	if err != nil || wait == 0 {
		return err
	}
	s.exceeded.Add(ctx, 1, l.label)
	if l.CountOnly {
		return nil
	}
	return ErrTooOften.After(wait)
}

// micros is the present moment as buckets keep it.
func (s *Service) micros() int64 { return s.now().UnixMicro() }
