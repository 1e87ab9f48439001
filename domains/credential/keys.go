package credential

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// Times of a key's life.
const (
	// KeyLead is how long a new key is published before it signs, so that every process
	// and every reader of the key set has it by then.
	KeyLead = 5 * time.Minute
	// KeyAge is how old a key gets before another one follows it.
	KeyAge = 365 * 24 * time.Hour
	// reloadPause is how often a key that is not known may have the keys read.
	reloadPause = time.Second
)

// errNoSigner: no key signs at this moment.
var errNoSigner = errors.New("credential: no key signs at this moment; run minzhengtong keys issuer")

// ErrKeyNotFound: there is no issuer key with that ID.
var ErrKeyNotFound = errors.New("credential: there is no such issuer key")

// Keys are the keys under which credentials are issued, as a process holds them. It is
// safe for concurrent use.
//
// A key signs from [KeyLead] after it was made until the next one does, and verifies for
// good: retiring one ends what it signs, not what it signed. Only a key that was given
// away, or may have been, is believed no more.
type Keys struct {
	db    *entdb.DB
	ring  *keyring.Keyring
	suite *suite.Suite
	now   func() time.Time
	set   atomic.Pointer[keySet]

	mu       sync.Mutex // held while keys are read for one that is not known
	reloaded time.Time  // guarded by mu
}

// issuerKey is one key as a process holds it.
type issuerKey struct {
	suite.Key
	created, signs       time.Time
	retires, compromised time.Time // zero while that is open
}

func (k issuerKey) believed(now time.Time) bool {
	return k.compromised.IsZero() || now.Before(k.compromised)
}

// keySet is the keys at one moment. It never changes.
type keySet struct {
	keys []issuerKey // the one that signs latest comes first
	byID map[string]issuerKey
}

func newKeySet(keys []issuerKey) *keySet {
	s := &keySet{keys: keys, byID: make(map[string]issuerKey, len(keys))}
	slices.SortFunc(s.keys, func(a, b issuerKey) int { return cmp.Or(b.signs.Compare(a.signs), b.created.Compare(a.created)) })
	for _, k := range keys {
		s.byID[k.ID] = k
	}
	return s
}

// OpenKeys reads the keys of all processes, and makes the first one of the suite where
// there is none. A key that signs and does not open stops the start: the keyring is then
// not the one of this database.
func OpenKeys(ctx context.Context, db *entdb.DB, ring *keyring.Keyring, name suite.Name, now func() time.Time) (*Keys, error) {
	s, err := suite.Of(name)
	if err != nil {
		return nil, err
	}
	k := &Keys{db: db, ring: ring, suite: s, now: now}
	if err := k.first(ctx); err != nil {
		return nil, fmt.Errorf("issuer keys: %w", err)
	}
	return k, k.Reload(ctx)
}

// Reload reads the keys that other processes made. It is a job of every process.
func (k *Keys) Reload(ctx context.Context) error {
	keys, err := k.load(ctx)
	if err != nil {
		return fmt.Errorf("issuer keys: %w", err)
	}
	k.set.Store(newKeySet(keys))
	return nil
}

// signer is the newest key of the suite whose time to sign has come.
func (k *Keys) signer() (issuerKey, error) {
	now := k.now()
	for _, key := range k.set.Load().keys {
		if key.Suite == k.suite && !now.Before(key.signs) && (key.retires.IsZero() || now.Before(key.retires)) && key.believed(now) {
			return key, nil
		}
	}
	return issuerKey{}, errNoSigner
}

// find is a key by its ID, also one that signs no more. One that this process has not
// heard of is looked for in the database, at most once a second.
func (k *Keys) find(ctx context.Context, id string) (issuerKey, error) {
	set := k.set.Load()
	if key, ok := set.byID[id]; ok {
		return key, nil
	}
	if err := k.reloadFor(ctx, set); err != nil {
		return issuerKey{}, err
	}
	if key, ok := k.set.Load().byID[id]; ok {
		return key, nil
	}
	return issuerKey{}, ErrKeyNotFound
}

// Believed finds public keys whose signatures are believed now, for checking texts that
// others hold.
func (k *Keys) Believed(ctx context.Context) func(id string) (suite.Public, bool) {
	return func(id string) (suite.Public, bool) {
		key, err := k.find(ctx, id)
		return key.Public, err == nil && key.believed(k.now())
	}
}

// reloadFor reads the keys because set lacks one. Callers that come meanwhile wait for it.
func (k *Keys) reloadFor(ctx context.Context, set *keySet) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if d := now.Sub(k.reloaded); k.set.Load() != set || d >= 0 && d < reloadPause {
		return nil
	}
	k.reloaded = now
	return k.Reload(ctx)
}

// Rotate makes a key, which every process publishes from now on and signs with after
// [KeyLead], and has the present ones of the suite retire then. Each call makes one more.
func (k *Keys) Rotate(ctx context.Context) error { return k.rotate(ctx, 0) }

// RotateWhenDue rotates unless there is a key that is younger than [KeyAge].
func (k *Keys) RotateWhenDue(ctx context.Context) error { return k.rotate(ctx, KeyAge) }

// Compromise has nothing believed that a key signed, from now on and whenever it was
// signed, and has another key sign at once. It may be repeated. What stands under the key
// is listed by [Service.UnderKey] and signed anew by [Service.SignAnew]. It fails with
// [ErrKeyNotFound].
func (k *Keys) Compromise(ctx context.Context, id string) error {
	now := k.time()
	err := k.db.InTx(ctx, func(ctx context.Context) error {
		if err := k.compromise(ctx, id, now); err != nil {
			return err
		}
		return k.ensureSigner(ctx, now)
	})
	if err != nil {
		return fmt.Errorf("compromised issuer key: %w", err)
	}
	return k.Reload(ctx)
}

// Published are the public keys that are believed: those that sign, those that will, and
// those that did.
func (k *Keys) Published() []suite.JWK {
	now, list := k.now(), []suite.JWK{}
	for _, key := range k.set.Load().keys {
		if key.believed(now) {
			list = append(list, key.JWK())
		}
	}
	return list
}

// time is the present moment as rows keep it.
func (k *Keys) time() time.Time { return k.now().UTC().Truncate(time.Microsecond) }
