package access

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/tokenkey"
)

// Times of a key's life.
const (
	// KeyLead is how long a new key is published before it signs: long enough
	// that every process and every reader of the key set has it by then.
	KeyLead = 5 * time.Minute
	// KeyAge is how old a key gets before another one follows it.
	KeyAge = 30 * 24 * time.Hour
	// JWKSAge is how long others may keep the key set.
	JWKSAge = time.Minute
	// keyMargin is how much longer than its last token a key verifies, for
	// processes whose clocks differ.
	keyMargin = time.Minute
	// reloadPause is how often an unknown key ID may have the keys read.
	reloadPause = time.Second
)

// keyStore is where keys lie for all processes.
type keyStore struct {
	db   *entdb.DB
	keys *keyring.Keyring
}

// OpenTokens loads the keys of all processes from the database, and makes the
// first one where there is none; processes that start at once end with the same
// one. Private keys are sealed by the keyring. A key that signs and cannot be
// opened stops the start: the keyring is then not the one of this database.
func OpenTokens(ctx context.Context, db *entdb.DB, keys *keyring.Keyring, now func() time.Time) (*Tokens, error) {
	t := &Tokens{now: now, store: &keyStore{db, keys}}
	if err := t.store.first(ctx, t.time()); err != nil {
		return nil, fmt.Errorf("token keys: %w", err)
	}
	if err := t.Reload(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

// Reload reads the keys that other processes made. It is a job of every process.
func (t *Tokens) Reload(ctx context.Context) error {
	if t.store == nil {
		return nil
	}
	keys, err := t.store.load(ctx, t.time())
	if err != nil {
		return fmt.Errorf("token keys: %w", err)
	}
	t.keys.Store(newKeySet(keys))
	return nil
}

// reloadFor reads the keys because a token names one that set does not have, at
// most once a second, and reports whether there is another set now. Callers that
// come meanwhile wait for it, so that none is refused whose key is on its way.
func (t *Tokens) reloadFor(ctx context.Context, set *keySet) (bool, error) {
	if t.store == nil {
		return false, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.keys.Load() != set {
		return true, nil
	}
	now := t.now()
	if d := now.Sub(t.reloaded); d >= 0 && d < reloadPause {
		return false, nil
	}
	t.reloaded = now
	return true, t.Reload(ctx)
}

// Rotate makes a new key, which every process publishes from now on and signs
// with after [KeyLead], and says when the present ones retire: when the last
// token under them is over. Each call makes one more key.
//
// [Tokens.Reseal] is what follows a promotion in the keyring.
func (t *Tokens) Rotate(ctx context.Context) error { return t.rotate(ctx, 0) }

// rotateWhenDue rotates unless there is a key that is younger than [KeyAge].
func (t *Tokens) rotateWhenDue(ctx context.Context) error { return t.rotate(ctx, KeyAge) }

// rotate makes a new key unless there is one that is younger than age.
func (t *Tokens) rotate(ctx context.Context, age time.Duration) error {
	if t.store == nil {
		return errors.New("token keys: a fixed key cannot be rotated")
	}
	now := t.time()
	signs := now.Add(KeyLead)
	err := t.store.db.InTx(ctx, func(ctx context.Context) error {
		c := t.store.db.Client(ctx)
		young, err := c.TokenKey.Query().Where(row.CreateTimeGT(now.Add(-age))).Exist(ctx)
		if err != nil || age > 0 && young {
			return err
		}
		if err := c.TokenKey.Update().Where(row.RetireTimeIsNil()).SetRetireTime(signs.Add(TokenLife + keyMargin)).Exec(ctx); err != nil {
			return err
		}
		if _, err := c.TokenKey.Delete().Where(row.RetireTimeLT(now.Add(-keptAfterEnd))).Exec(ctx); err != nil {
			return err
		}
		return t.store.create(ctx, now, signs)
	})
	if err != nil {
		return fmt.Errorf("rotate token keys: %w", err)
	}
	return t.Reload(ctx)
}

// Reseal encrypts the signing keys anew that stand under another sealing key than
// the present one, and tells progress how many there are and how many it wrote.
// It may be repeated. A sealing key that is retired before takes them with it.
func (t *Tokens) Reseal(ctx context.Context, progress func(seen, written int)) error {
	s := t.store
	seen, written := 0, 0
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		written = 0
		rows, err := s.db.Client(ctx).TokenKey.Query().Where(row.Or(row.RetireTimeIsNil(), row.RetireTimeGT(t.time()))).All(ctx)
		if err != nil {
			return err
		}
		seen = len(rows)
		for _, r := range rows {
			if key, ok := keyring.SealedBy(r.PrivateSealed); ok && key == s.keys.SealingKey() {
				continue
			}
			seed, err := s.keys.Unseal(r.PrivateSealed, sealContext(r.ID))
			if err != nil {
				return fmt.Errorf("key %s: %w", r.ID, err)
			}
			sealed, err := s.keys.Seal(seed, sealContext(r.ID))
			if err != nil {
				return fmt.Errorf("key %s: %w", r.ID, err)
			}
			if err := r.Update().SetPrivateSealed(sealed).Exec(ctx); err != nil {
				return err
			}
			written++
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reseal token keys: %w", err)
	}
	progress(seen, written)
	return nil
}

// time is the present moment as rows keep it.
func (t *Tokens) time() time.Time { return t.now().UTC().Truncate(time.Microsecond) }

// first makes a key that signs at once, unless there is one that does not retire.
func (s *keyStore) first(ctx context.Context, now time.Time) error {
	open := row.RetireTimeIsNil()
	there, err := s.db.Client(ctx).TokenKey.Query().Where(open).Exist(ctx)
	if err != nil || there {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		there, err := s.db.Client(ctx).TokenKey.Query().Where(open).Exist(ctx)
		if err != nil || there {
			return err
		}
		return s.create(ctx, now, now)
	})
}

// create stores a new key.
func (s *keyStore) create(ctx context.Context, now, signs time.Time) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	id := thumbprint(public)
	sealed, err := s.keys.Seal(private.Seed(), sealContext(id))
	if err != nil {
		return err
	}
	return s.db.Client(ctx).TokenKey.Create().SetID(id).SetPrivateSealed(sealed).SetPublic(public).
		SetCreateTime(now).SetSignTime(signs).Exec(ctx)
}

// sealContext binds a sealed private key to its row.
func sealContext(kid string) string { return "token_key/" + kid }

// load reads the keys that are not retired.
func (s *keyStore) load(ctx context.Context, now time.Time) ([]tokenKey, error) {
	rows, err := s.db.Client(ctx).TokenKey.Query().Where(row.Or(row.RetireTimeIsNil(), row.RetireTimeGT(now))).All(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]tokenKey, len(rows))
	for i, r := range rows {
		if keys[i], err = s.open(r); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// open checks a row and opens its private key. One that retires is worth having
// for its public part alone.
func (s *keyStore) open(r *ent.TokenKey) (tokenKey, error) {
	k := tokenKey{id: r.ID, public: r.Public, created: r.CreateTime, signs: r.SignTime}
	if r.RetireTime != nil {
		k.retires = *r.RetireTime
	}
	if len(r.Public) != ed25519.PublicKeySize || thumbprint(r.Public) != r.ID {
		return tokenKey{}, fmt.Errorf("key %s is damaged", r.ID)
	}
	seed, err := s.keys.Unseal(r.PrivateSealed, sealContext(r.ID))
	switch {
	case err != nil && r.RetireTime == nil:
		return tokenKey{}, fmt.Errorf("key %s does not open; is this the keyring of this database? %w", r.ID, err)
	case err != nil:
		return k, nil //nolint:nilerr // as said above
	case len(seed) != ed25519.SeedSize:
		return tokenKey{}, fmt.Errorf("key %s is damaged", r.ID)
	}
	k.private = ed25519.NewKeyFromSeed(seed)
	if !k.public.Equal(k.private.Public()) {
		return tokenKey{}, fmt.Errorf("key %s is damaged: its halves do not belong together", r.ID)
	}
	return k, nil
}
