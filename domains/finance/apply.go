package finance

import (
	"context"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/subject"
)

// mostListed is how many applications a subject is shown.
const mostListed = 100

// Apply asks for a certificate on the latest version of the report on the actor's own file.
// Applying again before it is decided, or before what was approved is issued, returns that
// application, with the words of then.
//
// It fails as guard.Own does, with credit.ErrReport for another version, with
// consent.ErrNotValid where [Owner] is not authorised to read it, and with [ErrStale].
func (s *Service) Apply(ctx context.Context, by actor.Actor, report credit.ReportID, purpose string) (Application, error) {
	return s.apply(ctx, by, s.door().Own(by), report, purpose)
}

// ApplyForFirm is [Service.Apply] for a firm in which the actor holds a role.
func (s *Service) ApplyForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, report credit.ReportID, purpose string) (Application, error) {
	return s.apply(ctx, by, s.door().Firm(by, firm), report, purpose)
}

func (s *Service) apply(ctx context.Context, by actor.Actor, enter subject.Entering, report credit.ReportID, purpose string) (a Application, err error) {
	work := func(ctx context.Context) error {
		x, err := enter(ctx)
		if err != nil {
			return err
		}
		if a, err = s.openOf(ctx, x.IDs()); err != nil || a.ID != "" {
			return err
		}
		a, err = s.newApplication(ctx, by, x, report, purpose)
		return err
	}
	err = s.DB.InTx(ctx, work)
	if entdb.IsUniqueViolation(err) {
		err = s.DB.InTx(ctx, work) // the same subject at the same moment
	}
	if entdb.IsUniqueViolation(err) {
		err = ErrStale
	}
	if err != nil {
		return Application{}, fmt.Errorf("apply for a certificate: %w", err)
	}
	return a, nil
}

// newApplication writes one, of a subject without an open one.
func (s *Service) newApplication(ctx context.Context, by actor.Actor, x subject.Subject, report credit.ReportID, purpose string) (Application, error) {
	r, err := s.reportOf(ctx, by, x, report)
	if err != nil {
		return Application{}, err
	}
	if err := s.Credits.AuthorisedFor(ctx, Owner, x.IDs()...); err != nil {
		return Application{}, err
	}
	holder, err := s.door().Name(ctx, by, x)
	if err != nil {
		return Application{}, err
	}
	a := Application{
		ID: ID(s.NewID()), Document: x.Under, Report: r.ID, State: Applied, Purpose: purpose, Created: s.time(),
		applicant: by.Document, said: newStatement(holder, purpose, r),
	}
	a.Due = decideBy(calendar.Official(), a.Created)
	if err := s.insert(ctx, a); err != nil {
		return Application{}, err
	}
	return a, s.Audit.Change(ctx, "finance.apply", by, a.Document)
}

// reportOf is the latest version of the subject's report, if that is the one that is asked
// for. It fails with credit.ErrReport otherwise.
func (s *Service) reportOf(ctx context.Context, by actor.Actor, x subject.Subject, id credit.ReportID) (credit.Report, error) {
	find := s.Credits.Report
	if x.Firm != "" {
		find = func(ctx context.Context, by actor.Actor, id credit.ReportID) (credit.Report, []credit.Report, error) {
			return s.Credits.ReportOfFirm(ctx, by, x.Firm, id)
		}
	}
	r, all, err := find(ctx, by, id)
	if err == nil && all[0].ID != r.ID {
		err = credit.ErrReport
	}
	return r, err
}

// Applications returns the applications of the actor's own file, the newest first, a
// hundred at most. It fails as guard.Own does.
func (s *Service) Applications(ctx context.Context, by actor.Actor) ([]Application, error) {
	return s.applicationsOf(ctx, s.door().Own(by))
}

// ApplicationsOfFirm is [Service.Applications] for a firm in which the actor holds a role.
func (s *Service) ApplicationsOfFirm(ctx context.Context, by actor.Actor, firm actor.DossierID) ([]Application, error) {
	return s.applicationsOf(ctx, s.door().Firm(by, firm))
}

func (s *Service) applicationsOf(ctx context.Context, enter subject.Entering) ([]Application, error) {
	x, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	return s.newest(ctx, x.IDs(), mostListed)
}

// Withdraw takes an open application of the actor's own file back. One that was taken back
// stays as it is. It fails as guard.Own does, with [ErrNotFound] and with [ErrDecided].
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id ID) (Application, error) {
	return s.withdraw(ctx, by, s.door().Own(by), id)
}

// WithdrawForFirm is [Service.Withdraw] for a firm in which the actor holds a role.
func (s *Service) WithdrawForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, id ID) (Application, error) {
	return s.withdraw(ctx, by, s.door().Firm(by, firm), id)
}

func (s *Service) withdraw(ctx context.Context, by actor.Actor, enter subject.Entering, id ID) (a Application, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		x, err := enter(ctx)
		if err != nil {
			return err
		}
		if a, err = s.one(ctx, id); err != nil {
			return err
		}
		if !slices.Contains(x.IDs(), a.Document) {
			return ErrNotFound
		}
		if a.State == Withdrawn {
			return nil
		}
		a.State, a.Decided = Withdrawn, s.time()
		if err := s.saveWithdrawn(ctx, a); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "finance.withdraw", by, a.Document)
	})
	if err != nil {
		return Application{}, fmt.Errorf("withdraw an application: %w", err)
	}
	return a, nil
}
