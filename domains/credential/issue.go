package credential

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Draft is what a matter has issued.
type Draft struct {
	Type     TypeCode
	Document actor.DocumentID
	Matter   Matter
	Values   Values
	// From is when it begins to hold; zero is now. Until is when it is over; zero is what
	// the type says.
	From, Until time.Time
}

// Issue issues the licence of a matter: it is stored, then signed. Asking again for the
// same matter returns the licence as it is now, whatever the draft says: what changes in a
// matter is an annotation. by is who is written down as its maker, where that is an officer
// or a system; whether it may is for the caller to say.
//
// It must not be called in a transaction. It fails with [ErrType], [ErrField], [ErrDates]
// and [ErrPending].
func (s *Service) Issue(ctx context.Context, by actor.Actor, d Draft) (Credential, error) {
	c, err := s.edition(by, d)
	if err != nil {
		return Credential{}, err
	}
	number, err := s.NewNumber()
	if err != nil {
		return Credential{}, err
	}
	c.Number, c.Edition = Number(number), 1
	c, keys, err := s.store(ctx, by, c, "credential.issue")
	if entdb.IsUniqueViolation(err) { // the matter has one
		if c, err = s.ofMatter(ctx, d.Type, d.Matter); err == nil {
			return s.finished(ctx, c)
		}
	}
	if err != nil {
		return Credential{}, fmt.Errorf("issue a credential: %w", err)
	}
	return s.sign(ctx, keys, c)
}

// edition is what a draft comes to, not yet stored and without a number.
func (s *Service) edition(by actor.Actor, d Draft) (Credential, error) {
	t, err := s.Type(d.Type)
	if err != nil {
		return Credential{}, err
	}
	if err := t.checkValues(d.Values); err != nil {
		return Credential{}, err
	}
	c := Credential{
		ID: ID(s.NewID()), Type: t, Document: d.Document, Matter: d.Matter, State: Pending,
		From: seconds(d.From), Until: seconds(d.Until), Created: s.time(), Values: d.Values,
	}
	if c.From.IsZero() {
		c.From = seconds(c.Created)
	}
	if c.Until.IsZero() {
		c.Until = t.until(c.From)
	}
	if !c.Until.IsZero() && !c.Until.After(c.From) {
		return Credential{}, ErrDates.On("until")
	}
	c.maker = makerOf(by)
	c.content = t.newContent(d.Values, s.NewSecret(), cause{Kind: issued})
	return c, nil
}

// makerOf is who is written down for what an actor does; nobody for a holder.
func makerOf(by actor.Actor) string {
	if by.Role == actor.Person {
		return ""
	}
	return by.ID()
}

// seconds is a time as tokens have it.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// store writes an edition that is not signed yet, under the key that will sign it, and
// returns the holder's data key too.
func (s *Service) store(ctx context.Context, by actor.Actor, c Credential, action string) (Credential, vault.Set, error) {
	key, err := s.Keys.signer()
	if err != nil {
		return c, vault.Set{}, err
	}
	if c.place, err = s.take(ctx); err != nil {
		return c, vault.Set{}, err
	}
	c.key, c.version = key.ID, 1
	keys, err := s.Vault.Make(ctx, string(c.Document))
	if err != nil {
		return c, vault.Set{}, err
	}
	return c, keys, s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.insert(ctx, keys, c); err != nil {
			return err
		}
		return s.Audit.Change(ctx, action, by, c.Document)
	})
}

// sign signs an edition that is stored, and writes the signed text to its row, in the
// place of the edition before, if there is one. Of several that sign the same, one text
// stays, which all return.
func (s *Service) sign(ctx context.Context, keys vault.Set, c Credential) (Credential, error) {
	key, err := s.signerOf(ctx, c)
	if err != nil {
		return Credential{}, fmt.Errorf("sign credential %s: %w", c.ID, err)
	}
	token, err := sdjwt.Sign(s.signed(c), key.Key)
	if err != nil {
		return Credential{}, fmt.Errorf("sign credential %s: %w", c.ID, err)
	}
	c.key, c.Token, c.State, c.Signed = key.ID, token, Valid, s.time()
	err = s.DB.InTx(ctx, func(ctx context.Context) error { return s.saveSigned(ctx, keys, c) })
	if errors.Is(err, errSigned) {
		return s.Edition(ctx, c.ID)
	}
	if err != nil {
		return Credential{}, fmt.Errorf("store credential %s: %w", c.ID, err)
	}
	c.version++
	return c, nil
}

// signerOf is the key that an edition was stored under; another one where that is believed
// no more.
func (s *Service) signerOf(ctx context.Context, c Credential) (issuerKey, error) {
	key, err := s.Keys.find(ctx, c.key)
	if err != nil {
		return issuerKey{}, err
	}
	if key.believed(s.Now()) {
		return key, nil
	}
	return s.Keys.signer()
}

// signed is an edition as the format has it.
func (s *Service) signed(c Credential) sdjwt.Credential {
	out := sdjwt.Credential{
		Issuer: s.Issuer, Kind: c.Type.Kind(), Issued: c.Created, NotBefore: c.From, Expires: c.Until,
		Status: sdjwt.Status{URI: s.listURI(c.place.list), Index: c.place.index},
		Open:   map[string]any{check.ClaimNumber: string(c.Number), check.ClaimEdition: c.Edition},
		Decoys: c.content.Decoys,
	}
	for _, f := range c.Type.Fields {
		value, there := c.Values[f.Name]
		switch {
		case !there:
		case f.Hidden:
			out.Hidden = append(out.Hidden, sdjwt.Disclosure{Salt: c.content.Salts[f.Name], Name: f.Name, Value: value})
		default:
			out.Open[f.Name] = value
		}
	}
	return out
}

// finished is an edition, signed if it was not yet.
func (s *Service) finished(ctx context.Context, c Credential) (Credential, error) {
	if c.State != Pending {
		return c, nil
	}
	keys, err := s.Vault.Keys(ctx, string(c.Document))
	if err != nil {
		return Credential{}, err
	}
	return s.sign(ctx, keys, c)
}

// FinishPending signs editions that were stored and not signed, because a process died or
// the database was gone, at most limit of them, and returns how many it took up. It may be
// killed at any point, repeated, and run by several processes at once.
func (s *Service) FinishPending(ctx context.Context, limit int) (int, error) {
	list, err := s.pending(ctx, limit)
	if err != nil {
		return 0, fmt.Errorf("finish credentials: %w", err)
	}
	var failed []error
	for _, c := range list {
		if _, err := s.finished(ctx, c); err != nil {
			failed = append(failed, err) // others need not wait for it
		}
	}
	return len(list), errors.Join(failed...)
}

// hashOf is what finds a token that was handed out.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
