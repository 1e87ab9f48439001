package access

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/challenge"
)

// Challenge is a code that was asked for.
type Challenge struct {
	ID      string
	Expires time.Time
}

// payload is what a challenge keeps, sealed, until it is over.
type payload struct {
	Phone        string                `json:"phone,omitempty"`
	Code         string                `json:"code,omitempty"`
	Language     string                `json:"language,omitempty"`
	Registration *dossier.Registration `json:"registration,omitempty"`
}

// StartSignIn makes a code and has it sent to the phone on file, in the language
// that its holder has set, else in the given one. Earlier codes stay good until their time is over: who asks for a code
// of somebody else's document ends nobody's. It fails with [ErrTooOften].
func (s *Service) StartSignIn(ctx context.Context, number document.Number, language string) (Challenge, error) {
	id, phone, err := s.files.Reach(ctx, number)
	if err != nil {
		return Challenge{}, err
	}
	if phone == "" {
		id = ""
	}
	may, err := s.mayAsk(ctx, number, id, phone)
	if err != nil {
		return Challenge{}, err
	}
	if !may {
		id, phone = "", ""
	}
	p := payload{Phone: phone, Code: s.newCode(), Language: language}
	return s.challenge(ctx, row.PurposeSignIn, number, id, p)
}

// challenge stores a code and wakes the sender. A payload without a phone is
// never sent: the sender looks at it when it is over, and forgets it.
func (s *Service) challenge(ctx context.Context, purpose row.Purpose, number document.Number, id dossier.DocumentID, p payload) (Challenge, error) {
	now := s.time()
	c := Challenge{ID: s.newID(), Expires: now.Add(CodeLife)}
	raw, err := json.Marshal(p)
	if err != nil {
		return Challenge{}, fmt.Errorf("write challenge: %w", err)
	}
	sealed, err := s.keys.Seal(raw, "challenge/"+c.ID)
	if err != nil {
		return Challenge{}, fmt.Errorf("seal challenge: %w", err)
	}
	due := now
	if p.Phone == "" {
		due = c.Expires
	}
	subject := s.keys.Indexes("challenge", string(number.Kind())+"/"+number.Canonical())[0].Hash
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		err := s.db.Client(ctx).Challenge.Create().SetID(c.ID).SetPurpose(purpose).SetSubject(subject).
			SetDocumentID(string(id)).SetCodeHash(s.codeHash(c.ID, p.Code)).SetPayloadSealed(sealed).
			SetCreateTime(now).SetExpireTime(c.Expires).SetSendTime(due).Exec(ctx)
		if err != nil {
			return fmt.Errorf("create challenge: %w", err)
		}
		s.db.AfterCommit(ctx, s.poke)
		return nil
	})
	if err != nil {
		return Challenge{}, err
	}
	return c, nil
}

// subjectOf is the keyed hash of the document that a challenge is about, or nil
// where there is no such challenge.
func (s *Service) subjectOf(ctx context.Context, id string) ([]byte, error) {
	ch, err := s.db.Client(ctx).Challenge.Query().Where(row.ID(id)).Select(row.FieldSubject).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read challenge: %w", err)
	}
	return ch.Subject, nil
}

// codeHash is the keyed hash under which a code is kept.
func (s *Service) codeHash(id, code string) []byte {
	return s.keys.Indexes("code", id+"/"+code)[0].Hash
}

// CompleteSignIn exchanges a code for a session on the device of that name. A
// code works once, and not any more once the document was reported lost. It fails
// with [ErrFailed], whatever the cause, or with [ErrTooOften].
func (s *Service) CompleteSignIn(ctx context.Context, id, code, deviceName string) (Session, error) {
	t, err := s.mayTryCode(ctx, id)
	if err != nil {
		return Session{}, err
	}
	ch, err := s.tryCode(ctx, row.PurposeSignIn, id, code, true)
	if errors.Is(err, ErrFailed) {
		return Session{}, s.failed(ctx, t, err)
	}
	if err != nil {
		return Session{}, err
	}
	return s.open(ctx, person(dossier.DocumentID(ch.DocumentID)), deviceName)
}

// mayTryCode is mayTry for the document that a challenge is about.
func (s *Service) mayTryCode(ctx context.Context, id string) (tries, error) {
	subject, err := s.challengeSubject(ctx, id)
	if err != nil {
		return tries{}, err
	}
	return s.mayTry(ctx, subject)
}

// tryCode checks a code and counts the try. With use, a right code is used up.
// The failure of a wrong code is decided inside the transaction and told
// outside, so that the count stays.
func (s *Service) tryCode(ctx context.Context, purpose row.Purpose, id, code string, use bool) (*ent.Challenge, error) {
	code = strings.TrimSpace(width.Narrow.String(code))
	var ch *ent.Challenge
	var right bool
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		right = false
		var err error
		ch, err = s.db.Client(ctx).Challenge.Get(ctx, id)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read challenge: %w", err)
		}
		if ch.Purpose != purpose || ch.UseTime != nil || ch.Tries >= codeTries || !s.time().Before(ch.ExpireTime) {
			return nil
		}
		d, err := s.documentNow(ctx, ch.DocumentID)
		if err != nil {
			return err
		}
		right = s.codeMatches(ch, code) && (d.usable() || purpose == row.PurposeRegistration)
		update := ch.Update().AddVersion(1)
		switch {
		case right && use:
			update.SetUseTime(s.time()).ClearSendTime().ClearPayloadSealed()
		case !right:
			update.AddTries(1)
		}
		if err := update.Exec(ctx); err != nil {
			return fmt.Errorf("count try: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, ErrFailed
	}
	return ch, nil
}

// codeMatches compares in constant time, under every enabled index key.
func (s *Service) codeMatches(ch *ent.Challenge, code string) bool {
	matches := false
	for _, index := range s.keys.Indexes("code", ch.ID+"/"+code) {
		matches = hmac.Equal(index.Hash, ch.CodeHash) || matches
	}
	return matches
}

// unsealPayload opens what a challenge keeps.
func (s *Service) unsealPayload(ch *ent.Challenge) (payload, error) {
	var p payload
	raw, err := s.keys.Unseal(ch.PayloadSealed, "challenge/"+ch.ID)
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil {
		return payload{}, fmt.Errorf("open challenge %s: %w", ch.ID, err)
	}
	return p, nil
}
