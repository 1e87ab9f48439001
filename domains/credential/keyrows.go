package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/issuerkey"
)

// first makes a key that signs at once, unless there is one of the suite.
func (k *Keys) first(ctx context.Context) error {
	there, err := k.db.Client(ctx).IssuerKey.Query().
		Where(row.Suite(string(k.suite.Name)), row.RetireTimeIsNil(), row.CompromiseTimeIsNil()).Exist(ctx)
	if err != nil || there {
		return err
	}
	return k.db.InTx(ctx, func(ctx context.Context) error { return k.ensureSigner(ctx, k.time()) })
}

// ensureSigner makes a key that signs at once, unless one of the suite does for good.
func (k *Keys) ensureSigner(ctx context.Context, now time.Time) error {
	there, err := k.db.Client(ctx).IssuerKey.Query().Where(row.Suite(string(k.suite.Name)), row.RetireTimeIsNil(),
		row.CompromiseTimeIsNil(), row.SignTimeLTE(now)).Exist(ctx)
	if err != nil || there {
		return err
	}
	return k.create(ctx, now, now)
}

// rotate makes a key unless there is one that is younger than age; 0 always does.
func (k *Keys) rotate(ctx context.Context, age time.Duration) error {
	now := k.time()
	signs := now.Add(KeyLead)
	err := k.db.InTx(ctx, func(ctx context.Context) error {
		c := k.db.Client(ctx)
		young, err := c.IssuerKey.Query().Where(row.Suite(string(k.suite.Name)), row.CreateTimeGT(now.Add(-age)), row.CompromiseTimeIsNil()).Exist(ctx)
		if err != nil || age > 0 && young {
			return err
		}
		err = c.IssuerKey.Update().Where(row.Suite(string(k.suite.Name)), row.RetireTimeIsNil()).SetRetireTime(signs).Exec(ctx)
		if err != nil {
			return err
		}
		return k.create(ctx, now, signs)
	})
	if err != nil {
		return fmt.Errorf("rotate issuer keys: %w", err)
	}
	return k.Reload(ctx)
}

// create stores a new key.
func (k *Keys) create(ctx context.Context, now, signs time.Time) error {
	key, err := k.suite.Generate()
	if err != nil {
		return err
	}
	sealed, err := k.ring.Seal(key.Secret(), issuerPlace(key.ID))
	if err != nil {
		return err
	}
	return k.db.Client(ctx).IssuerKey.Create().SetID(key.ID).SetSuite(string(k.suite.Name)).SetPrivateSealed(sealed).
		SetPublic(key.Point()).SetCreateTime(now).SetSignTime(signs).Exec(ctx)
}

// compromise marks a key, once.
func (k *Keys) compromise(ctx context.Context, id string, now time.Time) error {
	r, err := k.db.Client(ctx).IssuerKey.Get(ctx, id)
	if ent.IsNotFound(err) {
		return ErrKeyNotFound
	}
	if err != nil || r.CompromiseTime != nil {
		return err
	}
	return r.Update().SetCompromiseTime(now).Exec(ctx)
}

// issuerPlace binds a sealed private key to its row.
func issuerPlace(id string) string { return "issuer_key/" + id }

func (k *Keys) load(ctx context.Context) ([]issuerKey, error) {
	rows, err := k.db.Client(ctx).IssuerKey.Query().All(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]issuerKey, len(rows))
	for i, r := range rows {
		if keys[i], err = k.open(r); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// open checks a row and opens its private key.
func (k *Keys) open(r *ent.IssuerKey) (issuerKey, error) {
	s, err := suite.Of(suite.Name(r.Suite))
	if err != nil {
		return issuerKey{}, fmt.Errorf("key %s: %w", r.ID, err)
	}
	secret, err := k.ring.Unseal(r.PrivateSealed, issuerPlace(r.ID))
	if err != nil {
		return issuerKey{}, fmt.Errorf("key %s does not open; is this the keyring of this database? %w", r.ID, err)
	}
	key, err := s.Open(secret)
	if err != nil || key.ID != r.ID || string(key.Point()) != string(r.Public) {
		return issuerKey{}, fmt.Errorf("key %s is damaged", r.ID)
	}
	out := issuerKey{Key: key, created: r.CreateTime.UTC(), signs: r.SignTime.UTC()}
	if r.RetireTime != nil {
		out.retires = r.RetireTime.UTC()
	}
	if r.CompromiseTime != nil {
		out.compromised = r.CompromiseTime.UTC()
	}
	return out, nil
}

// Reseal encrypts the private keys anew that stand under another sealing key than the
// present one, and tells progress how many there are and how many it wrote. It may be
// repeated.
func (k *Keys) Reseal(ctx context.Context, progress func(seen, written int)) error {
	seen, written := 0, 0
	err := k.db.InTx(ctx, func(ctx context.Context) error {
		written = 0
		rows, err := k.db.Client(ctx).IssuerKey.Query().All(ctx)
		if err != nil {
			return err
		}
		seen = len(rows)
		for _, r := range rows {
			if id, ok := keyring.SealedBy(r.PrivateSealed); ok && id == k.ring.SealingKey() {
				continue
			}
			if err := k.resealOne(ctx, r); err != nil {
				return fmt.Errorf("key %s: %w", r.ID, err)
			}
			written++
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reseal issuer keys: %w", err)
	}
	progress(seen, written)
	return nil
}

func (k *Keys) resealOne(ctx context.Context, r *ent.IssuerKey) error {
	secret, err := k.ring.Unseal(r.PrivateSealed, issuerPlace(r.ID))
	if err != nil {
		return err
	}
	sealed, err := k.ring.Seal(secret, issuerPlace(r.ID))
	if err != nil {
		return err
	}
	return r.Update().SetPrivateSealed(sealed).Exec(ctx)
}
