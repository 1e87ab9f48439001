package notice

import (
	"context"
	"crypto/hmac"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/width"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/work"
	row "github.com/minzhengtong/minzhengtong/gen/ent/endpoint"
)

// CodeWork is the kind of work that [Service.SendCode] does, by the ID of an
// endpoint.
const CodeWork = "endpoint-code"

// Limits of the codes that prove an endpoint.
const (
	CodeLife  = 10 * time.Minute
	codePause = time.Minute // between two codes for one endpoint
	codeTries = 5
)

var errInTx = errors.New("notice: a code is checked inside a transaction, which would take its count back")

// codes are the codes of an endpoint, one for each index key in use, the
// primary's first. A code is not kept: it follows from a key, the endpoint and
// the moment at which it is over, so that only a process with the keys can tell.
func (s *Service) codes(e endpoint) []code {
	var list []code
	for _, index := range s.keys.Indexes("endpoint-code", fmt.Sprintf("%s/%d", e.id, e.codeExpires.UnixMicro())) {
		list = append(list, code{index, fmt.Sprintf("%06d", binary.BigEndian.Uint64(index.Hash)%1_000_000)})
	}
	return list
}

type code struct {
	index  keyring.Index // its hash is kept with the endpoint
	digits string
}

// code is the one that was made for the endpoint, "" where its key is gone.
func (s *Service) code(e endpoint) string {
	for _, c := range s.codes(e) {
		if hmac.Equal(c.index.Hash, e.codeHash) {
			return c.digits
		}
	}
	return ""
}

// newCode makes a code for an endpoint and asks for its sending.
func (s *Service) newCode(ctx context.Context, e *endpoint) error {
	now := s.time()
	e.codeExpires, e.codeTries = now.Add(CodeLife), 0
	e.codeHash = s.codes(*e)[0].index.Hash
	err := s.db.Client(ctx).Endpoint.UpdateOneID(string(e.id)).SetState(e.state).SetCause(string(e.cause)).
		SetCodeHash(e.codeHash).SetCodeExpireTime(e.codeExpires).SetCodeTries(0).SetFailures(0).
		SetChangeTime(now).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep code: %w", err)
	}
	if err := s.queue.Enqueue(ctx, work.Job{Kind: CodeWork, ID: string(e.id)}); err != nil {
		return fmt.Errorf("ask for a code: %w", err)
	}
	return nil
}

// VerifyEndpoint proves an address by its code, in any width, with spaces around
// it. A code is good for ten minutes and five tries. Verifying what is active
// changes nothing. It fails with [ErrEndpointNotFound] and [ErrCode].
//
// It must not be called inside a transaction: a failed try is counted although
// the call fails.
func (s *Service) VerifyEndpoint(ctx context.Context, by actor.Actor, id EndpointID, typed string) (Endpoint, error) {
	if s.inTx(ctx) {
		return Endpoint{}, errInTx
	}
	typed = strings.TrimSpace(width.Narrow.String(typed))
	var shown Endpoint
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		documents, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		e, err := s.endpointByID(ctx, string(id))
		if err == nil && !slices.Contains(documents, e.document) {
			err = ErrEndpointNotFound
		}
		if err != nil {
			return err
		}
		if e.state == row.StateUnverified {
			if err := s.try(ctx, &e, typed); err != nil {
				return err
			}
		}
		shown = e.shown()
		return nil
	})
	if err == nil && !shown.Active {
		err = ErrCode
	}
	if err != nil {
		return Endpoint{}, err
	}
	return shown, nil
}

// try counts a wrong code, and makes the endpoint active by the right one.
func (s *Service) try(ctx context.Context, e *endpoint, typed string) error {
	if e.codeTries >= codeTries || !s.time().Before(e.codeExpires) {
		return nil
	}
	update := s.db.Client(ctx).Endpoint.UpdateOneID(string(e.id)).SetChangeTime(s.time()).AddVersion(1)
	if right := s.code(*e); right != "" && hmac.Equal([]byte(right), []byte(typed)) {
		e.state = row.StateActive
		update.SetState(e.state).ClearCodeHash().ClearCodeExpireTime()
	} else {
		update.AddCodeTries(1)
	}
	if err := update.Exec(ctx); err != nil {
		return fmt.Errorf("count try: %w", err)
	}
	return nil
}

// SendCode sends the code of an endpoint. It may be killed and repeated: a phone
// gets each code once, a mailbox the same code perhaps twice. An address that
// was asked for too often gets none.
func (s *Service) SendCode(ctx context.Context, id string) error {
	e, err := s.endpointByID(ctx, id)
	if errors.Is(err, ErrEndpointNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	digits := s.code(e)
	if e.state != row.StateUnverified || digits == "" || !s.time().Before(e.codeExpires) {
		return nil
	}
	key := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s/%d", e.id, e.codeExpires.UnixMicro())).String()
	if err := s.limits.Take(ctx, limit.CodePhone, e.address.name()); errors.Is(err, limit.ErrTooOften) {
		s.log.WarnContext(ctx, "code not sent: asked for too often", "endpoint", id)
		return nil
	} else if err != nil {
		return err
	}
	letter, err := s.codeLetter(ctx, e, key, digits)
	if err != nil {
		return err
	}
	switch out := s.hand(ctx, letter); out.Result {
	case Taken:
		return nil
	case Dead, Rejected:
		s.log.WarnContext(ctx, "code not taken", "endpoint", id, "error", out.Err)
		return nil
	default:
		s.log.WarnContext(ctx, "code not sent; it is tried again until it is over", "endpoint", id, "error", out.Err)
		return work.Later(2 * time.Minute)
	}
}

func (s *Service) codeLetter(ctx context.Context, e endpoint, key, digits string) (Letter, error) {
	p, err := s.files.PreferenceOf(ctx, e.document)
	if err != nil {
		return Letter{}, err
	}
	args := map[string]string{"Code": digits}
	if e.address.Channel() == SMS {
		return Letter{Key: key, To: e.address, Body: s.words.text(p, "NOTICE_CODE_SMS", args)}, nil
	}
	title, language := s.words.Message(p, "NOTICE_CODE_MAIL_TITLE", nil)
	return Letter{Key: key, To: e.address, Title: title, Body: s.words.text(p, "NOTICE_CODE_MAIL_BODY", args), Language: language}, nil
}
