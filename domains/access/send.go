package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/challenge"
)

// sendLease is how long a sender may be silent before another one tries. The
// gateway takes a message once per key, so trying again is safe.
const sendLease = 20 * time.Second

// poke wakes a sender that waits in [Service.Woken], if there is one.
func (s *Service) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Woken receives when a code is waiting to be sent. A sender that missed it
// finds the code at its next round.
func (s *Service) Woken() <-chan struct{} { return s.wake }

// SendCodes sends at most limit codes that are due and returns how many it took
// up. It may be killed at any point, repeated, and run by several processes at
// once; a phone receives each code once.
func (s *Service) SendCodes(ctx context.Context, limit int) (int, error) {
	due, err := s.claimCodes(ctx, limit)
	if err != nil {
		return 0, err
	}
	for _, ch := range due {
		if err := s.sendCode(ctx, ch); err != nil {
			if ctx.Err() != nil {
				return 0, ctx.Err()
			}
			s.log.WarnContext(ctx, "code not sent; it is tried again until it expires", "challenge", ch.ID, "error", err)
		}
	}
	return len(due), nil
}

// claimCodes takes codes that are due, and gives up those that are over: what
// they kept is forgotten, sent or not.
func (s *Service) claimCodes(ctx context.Context, limit int) ([]*ent.Challenge, error) {
	now := s.time()
	waiting, err := s.db.Client(ctx).Challenge.Query().Where(row.SendTimeLTE(now)).Exist(ctx)
	if err != nil || !waiting {
		return nil, err
	}
	var due []*ent.Challenge
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		c := s.db.Client(ctx)
		if err := c.Challenge.Update().Where(row.SendTimeNotNil(), row.ExpireTimeLTE(now)).
			ClearSendTime().ClearPayloadSealed().AddVersion(1).Exec(ctx); err != nil {
			return err
		}
		var err error
		due, err = c.Challenge.Query().Where(row.SendTimeLTE(now)).Order(row.BySendTime()).Limit(limit).All(ctx)
		if err != nil {
			return err
		}
		ids := make([]string, len(due))
		for i, ch := range due {
			ids[i] = ch.ID
		}
		return c.Challenge.Update().Where(row.IDIn(ids...)).SetSendTime(now.Add(sendLease)).AddVersion(1).Exec(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("take up codes: %w", err)
	}
	return due, nil
}

// ForgetCodes deletes at most limit challenges that were over a day ago, and
// returns how many. Until then they count towards the limit of codes.
func (s *Service) ForgetCodes(ctx context.Context, limit int) (int, error) {
	over := row.ExpireTimeLTE(s.time().Add(-24 * time.Hour))
	ids, err := s.db.Client(ctx).Challenge.Query().Where(over).Limit(limit).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		_, err := s.db.Client(ctx).Challenge.Delete().Where(row.IDIn(ids...), over).Exec(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget codes: %w", err)
	}
	return len(ids), nil
}

// sendCode sends one code and marks it as sent. What only the sending needed is
// forgotten then; what a registration said is looked at again when it is over.
func (s *Service) sendCode(ctx context.Context, ch *ent.Challenge) error {
	p, err := s.unsealPayload(ch)
	if err != nil {
		return err
	}
	language, err := s.languageFor(ctx, ch, p)
	if err != nil {
		return err
	}
	text := s.word(language, "SMS_SIGN_IN_CODE", map[string]string{"Code": p.Code})
	if _, err := s.messages.Send(ctx, upstream.Message{Key: ch.ID, Phone: p.Phone, Text: text}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		update := s.db.Client(ctx).Challenge.Update().Where(row.ID(ch.ID), row.UseTimeIsNil()).AddVersion(1)
		if p.Registration == nil {
			update.ClearSendTime().ClearPayloadSealed()
		} else {
			update.SetSendTime(ch.ExpireTime)
		}
		return update.Exec(ctx)
	})
}

// languageFor is the language of a code's message: the holder's setting, else
// that of whoever asked. It is looked up here, where nobody waits, so that asking
// for a code takes the same steps with a setting and without.
func (s *Service) languageFor(ctx context.Context, ch *ent.Challenge, p payload) (string, error) {
	if ch.Purpose != row.PurposeSignIn {
		return p.Language, nil
	}
	set, err := s.files.PreferenceOf(ctx, dossier.DocumentID(ch.DocumentID))
	if err != nil && !errors.Is(err, dossier.ErrNotFound) {
		return "", err
	}
	return cmp.Or(set.Language, p.Language), nil
}
