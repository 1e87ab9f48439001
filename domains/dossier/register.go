package dossier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Registration is what somebody says who is in no register yet.
type Registration struct {
	Kind   document.Kind `json:"kind"`
	Number string        `json:"number"` // canonical
	Name   string        `json:"name"`
	Birth  string        `json:"birth,omitempty"` // YYYY-MM-DD, or ""
	Phone  string        `json:"phone"`           // in the form of [ReadPhone]
}

// LogValue keeps a registration out of logs.
func (Registration) LogValue() slog.Value { return slog.StringValue("[registration]") }

// Confirmed is a registration that the issuing authority has confirmed. Only
// [Service.Confirm] makes one.
type Confirmed struct {
	document Document
	phone    string
	proof    proof
}

// Confirm asks the authority that issued a document whether it is as somebody
// says. It fails with [ErrNotConfirmed] when the authority says no, the document
// is not in force or has a file already, and with the fault of package upstream
// while the authority does not answer.
func (s *Service) Confirm(ctx context.Context, r Registration) (Confirmed, error) {
	number, err := s.Parse(r.Kind, r.Number)
	if err != nil {
		return Confirmed{}, err
	}
	if _, err := s.byNumber(ctx, number); !errors.Is(err, ErrNotFound) {
		if err == nil {
			err = ErrNotConfirmed
		}
		return Confirmed{}, err
	}
	c := Confirmed{phone: r.Phone}
	if number.Kind() == document.TaiwanPass {
		err = s.confirmPass(ctx, &c, number, r)
	} else {
		err = s.confirmPermit(ctx, &c, number, r)
	}
	if err != nil {
		return Confirmed{}, err
	}
	if document.StatusOn(s.Today(), c.document.recorded, c.document.Validity.To) != document.Valid {
		return Confirmed{}, ErrNotConfirmed
	}
	return c, nil
}

func (s *Service) confirmPass(ctx context.Context, c *Confirmed, number document.Number, r Registration) error {
	birth, err := civil.ParseDate(r.Birth)
	if err != nil {
		return ErrNotConfirmed
	}
	a, err := s.exitEntry.CheckPass(ctx, upstream.PassQuestion{Number: r.Number, Name: r.Name, Birth: birth})
	if err != nil {
		return err
	}
	if a.Verdict != upstream.Match {
		return ErrNotConfirmed
	}
	c.document = fromAnswer(number, a.Holder, a.Issue, "")
	c.proof = proof{kind: "pass_check", trace: a.TraceID, checked: a.CheckTime}
	return nil
}

func (s *Service) confirmPermit(ctx context.Context, c *Confirmed, number document.Number, r Registration) error {
	answers, err := s.police.CheckPermits(ctx, []upstream.PermitQuestion{{Number: r.Number, Name: r.Name}})
	if err != nil {
		return err
	}
	a := answers[0]
	if a.Verdict != upstream.Match {
		return ErrNotConfirmed
	}
	c.document = fromAnswer(number, a.Holder, a.Issue, a.ExitEntryNumber)
	c.proof = proof{kind: "permit_check", trace: a.TraceID, checked: a.CheckTime}
	return nil
}

// Register opens a file for a confirmed document, with the phone that its
// holder has proved to hold. A permit that names a pass raises an inquiry. It
// fails with [ErrNotConfirmed] when the document has a file by now.
func (s *Service) Register(ctx context.Context, c Confirmed) (DocumentID, error) {
	var created Document
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.byNumber(ctx, c.document.Number); !errors.Is(err, ErrNotFound) {
			if err == nil {
				err = ErrNotConfirmed
			}
			return err
		}
		var err error
		if created, err = s.insertDocument(ctx, c.document, "authority"); err != nil {
			return err
		}
		proof, err := s.insertProof(ctx, created, c.proof)
		if err != nil {
			return err
		}
		if _, err := s.keepDatum(ctx, created, place{code: MobilePhone}, c.phone, FromPerson, proof); err != nil {
			return err
		}
		return s.raiseFor(ctx, created)
	})
	if err != nil {
		return "", fmt.Errorf("register: %w", err)
	}
	return created.ID, nil
}

// raiseFor asks whether a permit and the pass that it carries are one person's.
func (s *Service) raiseFor(ctx context.Context, permit Document) error {
	if permit.namesPass == "" || permit.recorded != document.Valid {
		return nil
	}
	pass, err := s.Parse(document.TaiwanPass, permit.namesPass)
	if err != nil {
		return nil //nolint:nilerr // a pass of a form that nobody issues any more links nothing
	}
	_, _, err = s.openInquiry(ctx, LinkInquiry, permit, pass, false)
	return err
}
