package access

import (
	"context"
	"crypto/hmac"
	"encoding/json"
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

// StartSignIn makes a code and has it sent to the phone on file, in the given
// language. Calling again ends the earlier code. It fails with [ErrTooOften].
func (s *Service) StartSignIn(ctx context.Context, number document.Number, language string) (Challenge, error) {
	id, phone, err := s.reach(ctx, number)
	if err != nil {
		return Challenge{}, err
	}
	p := payload{Phone: phone, Code: s.newCode(), Language: language}
	return s.challenge(ctx, row.PurposeSignIn, number, id, p)
}

// reach finds the document and the phone to which its code goes. Both are empty
// where there is none, or the document is lost or revoked.
func (s *Service) reach(ctx context.Context, number document.Number) (dossier.DocumentID, string, error) {
	id, phone, err := s.files.Reach(ctx, number)
	if err != nil {
		return "", "", err
	}
	if phone == "" {
		return "", "", nil
	}
	return id, phone, nil
}

// challenge stores a code, ends earlier ones for the same document, and wakes
// the sender. A payload without a phone is never sent: the sender looks at it
// when it is over, and forgets it.
func (s *Service) challenge(ctx context.Context, purpose row.Purpose, number document.Number, id dossier.DocumentID, p payload) (Challenge, error) {
	c := Challenge{ID: s.newID(), Expires: s.time().Add(CodeLife)}
	raw, err := json.Marshal(p)
	if err != nil {
		return Challenge{}, fmt.Errorf("write challenge: %w", err)
	}
	sealed, err := s.keys.Seal(raw, "challenge/"+c.ID)
	if err != nil {
		return Challenge{}, fmt.Errorf("seal challenge: %w", err)
	}
	subjects := s.subjects(number)
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.endEarlier(ctx, subjects); err != nil {
			return err
		}
		due := s.time()
		if p.Phone == "" {
			due = c.Expires
		}
		err := s.db.Client(ctx).Challenge.Create().SetID(c.ID).SetPurpose(purpose).SetSubject(subjects[0]).
			SetDocumentID(string(id)).SetCodeHash(s.codeHash(c.ID, p.Code)).SetPayloadSealed(sealed).
			SetCreateTime(s.time()).SetExpireTime(c.Expires).SetSendTime(due).Exec(ctx)
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

// subjects are the keyed hashes of a document under every enabled key, the
// primary's first: earlier codes may stand under another.
func (s *Service) subjects(number document.Number) [][]byte {
	indexes := s.keys.Indexes("challenge", string(number.Kind())+"/"+number.Canonical())
	all := make([][]byte, len(indexes))
	for i, index := range indexes {
		all[i] = index.Hash
	}
	return all
}

// endEarlier ends the codes that are still good for a document, and counts how
// many were asked for lately.
func (s *Service) endEarlier(ctx context.Context, subjects [][]byte) error {
	c := s.db.Client(ctx)
	since := s.time().Add(-codeWindow)
	lately, err := c.Challenge.Query().Where(row.SubjectIn(subjects...), row.CreateTimeGT(since)).
		Order(row.ByCreateTime()).All(ctx)
	if err != nil {
		return fmt.Errorf("read challenges: %w", err)
	}
	if len(lately) >= codesPerSpan {
		return ErrTooOften.After(lately[len(lately)-codesPerSpan].CreateTime.Add(codeWindow).Sub(s.time()))
	}
	err = c.Challenge.Update().Where(row.SubjectIn(subjects...), row.UseTimeIsNil()).
		SetUseTime(s.time()).ClearSendTime().ClearPayloadSealed().AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end challenges: %w", err)
	}
	return nil
}

// codeHash is the keyed hash under which a code is kept.
func (s *Service) codeHash(id, code string) []byte {
	return s.keys.Indexes("code", id+"/"+code)[0].Hash
}

// CompleteSignIn exchanges a code for a session. A code works once. It fails
// with [ErrFailed], whatever the cause.
func (s *Service) CompleteSignIn(ctx context.Context, id, code string) (Session, error) {
	ch, err := s.tryCode(ctx, row.PurposeSignIn, id, code, true)
	if err != nil {
		return Session{}, err
	}
	return s.open(ctx, dossier.DocumentID(ch.DocumentID))
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
		right = s.codeMatches(ch, code) && (ch.DocumentID != "" || purpose == row.PurposeRegistration)
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
