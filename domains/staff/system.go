package staff

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	systemrow "github.com/minzhengtong/minzhengtong/gen/ent/systemaccount"
)

// Rules of a system's assertion (RFC 7523).
const (
	assertionAudience = "minzhengtong"
	assertionLife     = 5 * time.Minute
	longestAssertion  = 4 << 10
	longestJTI        = 128
)

// ErrKey: a system's key is no Ed25519 public key.
var ErrKey = errors.New("staff: a system's public key is 32 bytes of Ed25519")

// System is another department's program.
type System struct {
	ID         actor.OfficerID
	Name       string
	Department string
	PublicKey  ed25519.PublicKey
	State      State
}

// Actor is the system as it acts, without a session. That of a disabled one is
// nobody.
func (y System) Actor() actor.Actor {
	if y.State != Active {
		return actor.Actor{}
	}
	return actor.Actor{Role: actor.System, Officer: y.ID, Department: y.Department}
}

// LogValue is the ID.
func (y System) LogValue() slog.Value { return slog.StringValue(string(y.ID)) }

// EnsureSystem makes a system's account, or brings name and key up to date; a
// new key ends its sessions. The department must exist. State is not looked at:
// a new account is active, and one that is disabled stays so. It is safe to
// repeat. It fails with [ErrKey], [ErrIncomplete] or [ErrMoved].
func (s *Service) EnsureSystem(ctx context.Context, y System) error {
	switch {
	case len(y.PublicKey) != ed25519.PublicKeySize:
		return ErrKey
	case y.ID == "" || y.Name == "" || y.Department == "":
		return ErrIncomplete
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		c := s.db.Client(ctx).SystemAccount
		r, err := c.Get(ctx, string(y.ID))
		switch {
		case ent.IsNotFound(err):
			return c.Create().SetID(string(y.ID)).SetDepartmentID(y.Department).SetName(y.Name).SetPublicKey(y.PublicKey).
				SetState(systemrow.StateActive).SetCreateTime(s.time()).Exec(ctx)
		case err != nil:
			return fmt.Errorf("read system: %w", err)
		case r.DepartmentID != y.Department:
			return fmt.Errorf("system %s: %w", y.ID, ErrMoved)
		case bytes.Equal(r.PublicKey, y.PublicKey) && r.Name == y.Name:
			return nil
		}
		if !bytes.Equal(r.PublicKey, y.PublicKey) {
			if err := s.ended(ctx, r.ID); err != nil {
				return err
			}
		}
		return r.Update().SetName(y.Name).SetPublicKey(y.PublicKey).AddVersion(1).Exec(ctx)
	})
}

// SetSystemState lets a system in or keeps it out, for whoever runs the program.
// Keeping out ends its sessions. Setting what holds changes nothing. It fails
// with [ErrNotFound].
func (s *Service) SetSystemState(ctx context.Context, id actor.OfficerID, state State) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		y, err := s.System(ctx, id)
		if err != nil || y.State == state {
			return err
		}
		if state != Active {
			if err := s.ended(ctx, string(id)); err != nil {
				return err
			}
		}
		return s.db.Client(ctx).SystemAccount.UpdateOneID(string(id)).SetState(systemrow.State(state)).AddVersion(1).Exec(ctx)
	})
}

// System returns a system's account, whatever its state. It fails with
// [ErrNotFound].
func (s *Service) System(ctx context.Context, id actor.OfficerID) (System, error) {
	r, err := s.db.Client(ctx).SystemAccount.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return System{}, ErrNotFound
	}
	if err != nil {
		return System{}, fmt.Errorf("read system: %w", err)
	}
	return System{
		ID: actor.OfficerID(r.ID), Name: r.Name, Department: r.DepartmentID, PublicKey: r.PublicKey, State: State(r.State),
	}, nil
}

// VerifyAssertion returns the system that signed an assertion: a JWT of at most
// five minutes, EdDSA, iss and sub its ID, aud "minzhengtong" alone, with a jti
// that was never used. The assertion is used up. Whatever is wrong, it fails
// with [ErrWrong].
func (s *Service) VerifyAssertion(ctx context.Context, assertion string) (System, error) {
	if len(assertion) > longestAssertion || strings.ContainsAny(assertion, "\r\n") {
		return System{}, ErrWrong
	}
	var y System
	var broken error // the database's error; anything else is the assertion's
	var c jwt.RegisteredClaims
	parser := jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithStrictDecoding(),
		jwt.WithAudience(assertionAudience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithTimeFunc(s.now))
	_, err := parser.ParseWithClaims(assertion, &c, func(token *jwt.Token) (any, error) {
		if !plainHeader(token.Header) {
			return nil, jwt.ErrTokenUnverifiable
		}
		y, broken = s.System(ctx, actor.OfficerID(c.Issuer))
		if errors.Is(broken, ErrNotFound) {
			broken = nil
			// A signature is checked for an unknown system too.
			unknown, _, err := ed25519.GenerateKey(rand.Reader)
			return unknown, err
		}
		return y.PublicKey, broken
	})
	switch {
	case broken != nil:
		return System{}, broken
	case err != nil || y.State != Active || !s.saysWho(c, y.ID):
		return System{}, ErrWrong
	}
	return y, s.spendAssertion(ctx, c)
}

// plainHeader reports whether a header says nothing but algorithm, type and key:
// an extension that it declares critical is one that we do not know.
func plainHeader(header map[string]any) bool {
	if _, critical := header["crit"]; critical {
		return false
	}
	kind, typed := header["typ"]
	return !typed || kind == "JWT"
}

// saysWho checks the claims that are ours to check.
func (s *Service) saysWho(c jwt.RegisteredClaims, id actor.OfficerID) bool {
	return id != "" && c.Issuer == string(id) && c.Subject == string(id) && len(c.Audience) == 1 &&
		c.ID != "" && len(c.ID) <= longestJTI && !c.ExpiresAt.After(s.now().Add(assertionLife))
}

// spendAssertion uses an assertion up, or fails with [ErrWrong].
func (s *Service) spendAssertion(ctx context.Context, c jwt.RegisteredClaims) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		return s.db.Client(ctx).SpentAssertion.Create().SetID(hashed(c.Issuer, c.ID)).SetExpireTime(c.ExpiresAt.UTC()).Exec(ctx)
	})
	if entdb.IsUniqueViolation(err) {
		return ErrWrong
	}
	return err
}
