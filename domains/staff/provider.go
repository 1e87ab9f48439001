package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	officerrow "github.com/minzhengtong/minzhengtong/gen/ent/officer"
	signinrow "github.com/minzhengtong/minzhengtong/gen/ent/providersignin"
)

// Faults of signing in at the organisation's provider.
var (
	// ErrNoProvider: none is configured.
	ErrNoProvider = fault.New(fault.Precondition, "PROVIDER_NOT_CONFIGURED")
	// ErrProviderUnavailable: it does not answer.
	ErrProviderUnavailable = fault.New(fault.Unavailable, "PROVIDER_UNAVAILABLE")
)

// ProviderLife is how long somebody may take at the provider.
const ProviderLife = 10 * time.Minute

// longestState is more than StartProvider ever makes.
const longestState = 64

// errand is what is kept of a sign-in on its way.
type errand struct {
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // PKCE, RFC 7636
}

// StartProvider returns where to send an officer's browser. What comes back is
// good once, for ten minutes; whoever sent the browser compares the state that
// comes back with the one in this URL. It fails with [ErrNoProvider] or
// [ErrProviderUnavailable].
func (s *Service) StartProvider(ctx context.Context) (string, error) {
	if s.provider == nil {
		return "", ErrNoProvider
	}
	found, err := s.provider.discover(ctx)
	if err != nil {
		return "", err
	}
	state := rand.Text()
	e := errand{Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	raw, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("write an errand: %w", err)
	}
	id := hashed(state)
	sealed, err := s.keys.Seal(raw, sealContext("provider_sign_in", id, "secret"))
	if err != nil {
		return "", fmt.Errorf("seal an errand: %w", err)
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		return s.db.Client(ctx).ProviderSignIn.Create().SetID(id).SetSecretSealed(sealed).
			SetExpireTime(s.time().Add(ProviderLife)).Exec(ctx)
	})
	if err != nil {
		return "", fmt.Errorf("store an errand: %w", err)
	}
	return found.url(state, e), nil
}

// CompleteProvider returns the officer whom the provider names. The state is
// used up, whatever comes of it. It fails with [ErrWrong], [ErrNoProvider] or
// [ErrProviderUnavailable].
//
// It asks the provider, so call it outside of transactions.
func (s *Service) CompleteProvider(ctx context.Context, state, code string) (Officer, error) {
	if s.provider == nil {
		return Officer{}, ErrNoProvider
	}
	e, err := s.spend(ctx, state)
	if err != nil {
		return Officer{}, err
	}
	found, err := s.provider.discover(ctx)
	if err != nil {
		return Officer{}, err
	}
	token, err := found.exchange(ctx, code, e.Verifier)
	if err != nil {
		return Officer{}, err
	}
	if e.Nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(e.Nonce)) != 1 {
		return Officer{}, ErrWrong
	}
	return s.bySubject(ctx, token.Issuer+" "+token.Subject)
}

// spend uses a state up and returns what was kept under it, or [ErrWrong].
func (s *Service) spend(ctx context.Context, state string) (errand, error) {
	if len(state) > longestState {
		return errand{}, ErrWrong
	}
	id := hashed(state)
	var sealed []byte
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		c := s.db.Client(ctx).ProviderSignIn
		n, err := c.Update().Where(signinrow.ID(id), signinrow.UseTimeIsNil(), signinrow.ExpireTimeGT(s.time())).
			SetUseTime(s.time()).Save(ctx)
		if err != nil {
			return fmt.Errorf("use an errand: %w", err)
		}
		if n == 0 {
			return ErrWrong
		}
		r, err := c.Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read an errand: %w", err)
		}
		sealed = r.SecretSealed
		return nil
	})
	if err != nil {
		return errand{}, err
	}
	raw, err := s.keys.Unseal(sealed, sealContext("provider_sign_in", id, "secret"))
	if err != nil {
		return errand{}, fmt.Errorf("open an errand: %w", err)
	}
	var e errand
	if err := json.Unmarshal(raw, &e); err != nil {
		return errand{}, fmt.Errorf("read an errand: %w", err)
	}
	return e, nil
}

// bySubject returns the active officer of a provider's subject, or [ErrWrong].
func (s *Service) bySubject(ctx context.Context, subject string) (Officer, error) {
	id, err := s.db.Client(ctx).Officer.Query().
		Where(officerrow.ProviderSubject(subject), officerrow.StateEQ(officerrow.StateActive)).OnlyID(ctx)
	if ent.IsNotFound(err) {
		return Officer{}, ErrWrong
	}
	if err != nil {
		return Officer{}, fmt.Errorf("read officer by subject: %w", err)
	}
	return s.Get(ctx, actor.OfficerID(id))
}

// hashed is how what must not be read from the database is found there.
func hashed(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}
