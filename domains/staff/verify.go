package staff

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	officerrow "github.com/minzhengtong/minzhengtong/gen/ent/officer"
)

// ErrExpired: the proof holds, but somebody else set the password. It has to be
// changed with [Service.ChangePassword]; the code is not used up.
var ErrExpired = fault.New(fault.Precondition, "PASSWORD_EXPIRED")

// credentials are what a proof is compared with.
type credentials struct {
	id      actor.OfficerID
	hash    string
	secret  string
	step    int64
	usable  bool
	expired bool
}

// proof is a proof that holds, but for what others do at the same moment.
type proof struct {
	credentials
	password string
	step     int64 // that its code belongs to
	due      bool  // its hash is cheaper than it should be
}

// makeNobody makes the credentials that stand in for those of an unknown login,
// so that trying one costs the same.
func (s *Service) makeNobody() (credentials, error) {
	hash, err := s.hasher.hash(context.Background(), s.secret())
	if err != nil {
		return credentials{}, err
	}
	secret, _, err := newTOTP("nobody")
	return credentials{hash: hash, secret: secret}, err
}

// Verify returns the officer whose login, password and code these are. The code
// is used up, also for the steps before it.
//
// It fails with [ErrWrong] or [ErrExpired]. A hash that is cheaper to try than
// it should be is replaced on the way.
func (s *Service) Verify(ctx context.Context, login, password, code string) (Officer, error) {
	p, err := s.prove(ctx, login, password, code)
	if err != nil {
		return Officer{}, err
	}
	if p.expired {
		return Officer{}, ErrExpired
	}
	hash := p.hash
	if p.due {
		if hash, err = s.hasher.hash(ctx, p.password); err != nil {
			return Officer{}, err
		}
	}
	var o Officer
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.use(ctx, p, hash); err != nil {
			return err
		}
		o, err = s.Get(ctx, p.id)
		return err
	})
	if err != nil {
		return Officer{}, err
	}
	return o, nil
}

// ChangePassword sets a new password against the present one, expired or not,
// and a code, which is used up. Every session of the officer ends.
//
// It fails with [ErrLength], [ErrGuessable], [ErrUnchanged] or [ErrWrong].
func (s *Service) ChangePassword(ctx context.Context, login, password, code, next string) error {
	next, err := checkPassword(canonicalLogin(login), next)
	if err != nil {
		return err
	}
	p, err := s.prove(ctx, login, password, code)
	if err != nil {
		return err
	}
	if next == p.password {
		return ErrUnchanged.On("new_password")
	}
	hash, err := s.hasher.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.use(ctx, p, hash); err != nil {
			return err
		}
		return s.ended(ctx, string(p.id))
	})
}

// prove compares a proof with the credentials of a login, or fails with
// [ErrWrong]. Each cause of failure takes the same work: one password, one code.
func (s *Service) prove(ctx context.Context, login, password, code string) (proof, error) {
	if s.noPasswords {
		return proof{}, ErrWrong
	}
	c, err := s.credentialsOf(ctx, canonicalLogin(login))
	if err != nil {
		return proof{}, err
	}
	normal, whole := normalPassword(password)
	same, due, err := s.hasher.matches(ctx, normal, c.hash)
	if err != nil {
		return proof{}, err
	}
	step, err := stepOf(c.secret, code, s.now())
	if err != nil {
		return proof{}, err
	}
	if !c.usable || !whole || !same || step <= c.step {
		return proof{}, ErrWrong
	}
	return proof{credentials: c, password: normal, step: step, due: due}, nil
}

// credentialsOf reads the credentials of a login, or gives those of nobody.
func (s *Service) credentialsOf(ctx context.Context, login string) (credentials, error) {
	r, err := s.db.Client(ctx).Officer.Query().Where(officerrow.Login(login)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && (r.PasswordHash == "" || len(r.TotpSealed) == 0) {
		return s.nobody, nil
	}
	if err != nil {
		return credentials{}, fmt.Errorf("read credentials: %w", err)
	}
	secret, err := s.keys.Unseal(r.TotpSealed, sealContext("officer", r.ID, "totp"))
	if err != nil {
		return credentials{}, fmt.Errorf("open the secret of officer %s: %w", r.ID, err)
	}
	return credentials{
		id: actor.OfficerID(r.ID), hash: r.PasswordHash, secret: string(secret), step: r.TotpStep,
		usable: r.State == officerrow.StateActive, expired: r.PasswordExpired,
	}, nil
}

// use spends the code of a proof and stores the hash, if nothing of what the
// proof was compared with has changed. Otherwise it fails with [ErrWrong].
func (s *Service) use(ctx context.Context, p proof, hash string) error {
	n, err := s.db.Client(ctx).Officer.Update().
		Where(officerrow.ID(string(p.id)), officerrow.StateEQ(officerrow.StateActive),
			officerrow.PasswordHash(p.hash), officerrow.PasswordExpired(p.expired), officerrow.TotpStepLT(p.step)).
		SetTotpStep(p.step).SetPasswordHash(hash).SetPasswordExpired(false).AddVersion(1).
		Save(ctx)
	if err != nil {
		return fmt.Errorf("use a code: %w", err)
	}
	if n == 0 {
		return ErrWrong
	}
	return nil
}

// canonicalLogin is how a login is stored.
func canonicalLogin(typed string) string {
	if len(typed) > longestPassword {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(typed)))
}

// sealContext binds a ciphertext to its row and field.
func sealContext(noun, id, field string) string { return noun + "/" + id + "/" + field }
