package finance

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/subject"
)

// The kinds of notices.
const (
	kindIssued  = "finance_issued"
	kindRefused = "finance_refused"
	kindRevoked = "finance_revoked"
)

// message tells the applicant, once for each kind of notice.
func (a Application) message(kind string) []notice.Message {
	return []notice.Message{{
		Document: a.applicant, Key: kind + "/" + string(a.ID), Kind: kind, Topic: notice.File, About: string(a.ID),
	}}
}

// Decide approves an application, which issues its certificate, or refuses it, once. What is
// approved was reviewed by another officer, and its report is read once more on the
// authorisation; a refusal needs neither. The same decision again by the same officer
// returns it, and finishes what was cut off.
//
// It must not be called in a transaction. It fails with guard.ErrNotFound for whoever is no
// officer of [Owner] with the duty to review, [ErrNotFound], [ErrDecided], guard.ErrConflict,
// guard.ErrMaker for whoever reviewed it, [ErrUnreviewed], [ErrSuperseded], and as
// credit.Service.Read and package credential do.
func (s *Service) Decide(ctx context.Context, by actor.Actor, id ID, approve bool, answer string) (Application, error) {
	if err := reviewer(by); err != nil {
		return Application{}, err
	}
	a, err := s.one(ctx, id)
	if err != nil {
		return Application{}, err
	}
	next := decision{by: by, state: Refused, answer: answer}
	if approve {
		next.state = Approved
	}
	if a, err = s.decide(ctx, a, next); err != nil {
		return Application{}, fmt.Errorf("decide an application: %w", err)
	}
	if a.State == Approved {
		return s.issue(ctx, by, a)
	}
	return a, nil
}

// decision is what an officer says of an application.
type decision struct {
	by     actor.Actor
	state  State
	answer string
	view   View // of an approval
}

// made reports whether an application was decided so.
func (d decision) made(a Application) bool {
	return a.State == d.state && a.decidedBy == d.by.ID() && a.Answer == d.answer
}

// decide lets the officer in, by reading the report where it is to be approved, and writes
// the decision.
func (s *Service) decide(ctx context.Context, a Application, d decision) (Application, error) {
	var err error
	if d.state == Approved && a.Open() {
		d.view, err = s.look(ctx, d.by, a)
	} else {
		err = s.enter(ctx, d.by, a)
	}
	if err != nil {
		return Application{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if a, err = s.one(ctx, a.ID); err != nil {
			return err
		}
		if d.made(a) {
			return nil
		}
		if err := s.mayDecide(a, d); err != nil {
			return err
		}
		return s.write(ctx, &a, d)
	})
	return a, err
}

// mayDecide says whether an application may be decided so.
func (s *Service) mayDecide(a Application, d decision) error {
	if !a.Open() {
		return ErrDecided
	}
	if a.reviewedBy != "" {
		if err := s.Guard.Checker(d.by, a.reviewedBy); err != nil {
			return err
		}
	}
	switch {
	case d.state == Refused:
		return nil
	case a.Finding == "":
		return ErrUnreviewed
	case d.view.Superseded || d.view.Report == "":
		return ErrSuperseded
	}
	return nil
}

// write writes a decision, and tells the applicant of a refusal: of an approval, once the
// certificate is there.
func (s *Service) write(ctx context.Context, a *Application, d decision) (err error) {
	a.State, a.Decided, a.decidedBy, a.Answer = d.state, s.time(), d.by.ID(), d.answer
	if d.state == Approved {
		a.said = a.said.seen(d.view)
		if a.matter, err = s.matterOf(ctx, *a); err != nil {
			return err
		}
	}
	if err := s.saveDecision(ctx, *a); err != nil {
		return err
	}
	if d.state == Refused {
		if _, err := s.Notices.TellMany(ctx, a.message(kindRefused)); err != nil {
			return err
		}
	}
	return s.Audit.Change(ctx, "finance.decide", d.by, a.Document)
}

// matterOf is the certificate of the subject that stands, or a new one.
func (s *Service) matterOf(ctx context.Context, a Application) (ID, error) {
	file, err := s.Files.DocumentsOf(ctx, a.Document)
	if err != nil {
		return "", err
	}
	last, err := s.standing(ctx, subject.Subject{Documents: file}.IDs())
	if err != nil || last.ID == "" {
		return a.ID, err
	}
	return last.matter, nil
}
