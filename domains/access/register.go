package access

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	row "github.com/minzhengtong/minzhengtong/gen/ent/challenge"
)

// StartRegistration sends a code to the phone that somebody gives who is in no
// register yet. A document that has a file is answered in the same way. It
// fails with [ErrTooOften], or with [dossier.ErrLinkKinds] for a document that
// no authority of ours can confirm.
func (s *Service) StartRegistration(ctx context.Context, number document.Number, r dossier.Registration, language string) (Challenge, error) {
	if number.Kind() != document.TaiwanPass && number.Kind() != document.TaiwanPermit {
		return Challenge{}, dossier.ErrLinkKinds.On("document")
	}
	if err := s.mayRegister(ctx, number, r.Phone); err != nil {
		return Challenge{}, err
	}
	r.Kind, r.Number = number.Kind(), number.Canonical()
	p := payload{Phone: r.Phone, Code: s.newCode(), Language: language, Registration: &r}
	return s.challenge(ctx, row.PurposeRegistration, number, "", p)
}

// CompleteRegistration checks the code, has the authority confirm the document,
// and opens the file. While the authority does not answer it fails with its
// fault, nothing is created, and the code stays good. Otherwise it fails with
// [ErrFailed], whatever the cause.
func (s *Service) CompleteRegistration(ctx context.Context, id, code, deviceName string) (Session, error) {
	t, err := s.mayTryCode(ctx, id)
	if err != nil {
		return Session{}, err
	}
	created, err := s.registered(ctx, id, code)
	if errors.Is(err, ErrFailed) || errors.Is(err, dossier.ErrNotConfirmed) {
		return Session{}, s.failed(ctx, t, ErrFailed)
	}
	if err != nil {
		return Session{}, err
	}
	return s.open(ctx, person(created), deviceName)
}

// registered opens the file that a registration asks for.
func (s *Service) registered(ctx context.Context, id, code string) (dossier.DocumentID, error) {
	ch, err := s.tryCode(ctx, row.PurposeRegistration, id, code, false)
	if err != nil {
		return "", err
	}
	p, err := s.unsealPayload(ch)
	if err != nil {
		return "", err
	}
	confirmed, err := s.files.Confirm(ctx, *p.Registration)
	if err != nil {
		return "", err
	}
	var created dossier.DocumentID
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.tryCode(ctx, row.PurposeRegistration, id, code, true); err != nil {
			return err
		}
		created, err = s.files.Register(ctx, confirmed)
		return err
	})
	return created, err
}
