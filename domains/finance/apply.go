package finance

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// mostListed is how many applications a subject is shown.
const mostListed = 100

// subject is whose certificate it is: the documents of the file, the one under which the
// caller came, and, for a firm, which one.
type subject struct {
	under     actor.DocumentID
	documents []dossier.Document
	firm      actor.DossierID
}

// entering lets an actor in to a subject.
type entering func(ctx context.Context) (subject, error)

// own enters the actor's own file, in which a delegate has no part. It fails as guard.Own
// does.
func (s *Service) own(by actor.Actor) entering {
	return func(ctx context.Context) (subject, error) {
		if err := guard.Own(ctx, by); err != nil {
			return subject{}, err
		}
		documents, err := s.Files.DocumentsOf(ctx, by.Document)
		if errors.Is(err, dossier.ErrNotFound) {
			err = guard.ErrNotFound
		}
		return subject{under: by.Document, documents: documents}, err
	}
}

// firm enters a firm in which the actor holds a role. It fails with dossier.ErrNotFound for
// anybody else, and for a delegate.
func (s *Service) firm(by actor.Actor, firm actor.DossierID) entering {
	return func(ctx context.Context) (subject, error) {
		if by.Role != actor.Person || by.Delegate != "" || by.Delegation != "" {
			return subject{}, dossier.ErrNotFound
		}
		paper, _, err := s.Files.RoleIn(ctx, by, firm)
		if err != nil {
			return subject{}, err
		}
		return subject{paper.ID, []dossier.Document{paper}, firm}, s.Guard.Enter(ctx, by, audit.FirmRole, paper.Held())
	}
}

// ids are the documents' IDs.
func (x subject) ids() []actor.DocumentID {
	list := make([]actor.DocumentID, len(x.documents))
	for i, d := range x.documents {
		list[i] = d.ID
	}
	return list
}

// Apply asks for a certificate on the latest version of the report on the actor's own file.
// Applying again before it is decided, or before what was approved is issued, returns that
// application, with the words of then.
//
// It fails as guard.Own does, with credit.ErrReport for another version, with
// consent.ErrNotValid where [Owner] is not authorised to read it, and with [ErrStale].
func (s *Service) Apply(ctx context.Context, by actor.Actor, report credit.ReportID, purpose string) (Application, error) {
	return s.apply(ctx, by, s.own(by), report, purpose)
}

// ApplyForFirm is [Service.Apply] for a firm in which the actor holds a role.
func (s *Service) ApplyForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, report credit.ReportID, purpose string) (Application, error) {
	return s.apply(ctx, by, s.firm(by, firm), report, purpose)
}

func (s *Service) apply(ctx context.Context, by actor.Actor, enter entering, report credit.ReportID, purpose string) (a Application, err error) {
	work := func(ctx context.Context) error {
		x, err := enter(ctx)
		if err != nil {
			return err
		}
		if a, err = s.openOf(ctx, x.ids()); err != nil || a.ID != "" {
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
func (s *Service) newApplication(ctx context.Context, by actor.Actor, x subject, report credit.ReportID, purpose string) (Application, error) {
	r, err := s.reportOf(ctx, by, x, report)
	if err != nil {
		return Application{}, err
	}
	if err := s.Credits.AuthorisedFor(ctx, Owner, x.ids()...); err != nil {
		return Application{}, err
	}
	holder, err := s.nameOf(ctx, by, x)
	if err != nil {
		return Application{}, err
	}
	a := Application{
		ID: ID(s.NewID()), Document: x.under, Report: r.ID, State: Applied, Purpose: purpose, Created: s.time(),
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
func (s *Service) reportOf(ctx context.Context, by actor.Actor, x subject, id credit.ReportID) (credit.Report, error) {
	find := s.Credits.Report
	if x.firm != "" {
		find = func(ctx context.Context, by actor.Actor, id credit.ReportID) (credit.Report, []credit.Report, error) {
			return s.Credits.ReportOfFirm(ctx, by, x.firm, id)
		}
	}
	r, all, err := find(ctx, by, id)
	if err == nil && all[0].ID != r.ID {
		err = credit.ErrReport
	}
	return r, err
}

// nameOf is how a subject is called: a firm as it is registered, a person in Han characters
// where the file has them.
func (s *Service) nameOf(ctx context.Context, by actor.Actor, x subject) (string, error) {
	if x.firm == "" {
		for _, d := range x.documents {
			if han := d.Holder.Names.Han(); len(han) > 0 {
				return han[0], nil
			}
		}
		return x.documents[0].Holder.Names.Roman, nil
	}
	subjects, err := s.Files.Subjects(ctx, by)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(subjects, func(one dossier.Subject) bool { return one.Firm == x.firm })
	if i < 0 {
		return "", dossier.ErrNotFound // the role ended at this moment
	}
	return subjects[i].FirmName, nil
}

// Applications returns the applications of the actor's own file, the newest first, a
// hundred at most. It fails as guard.Own does.
func (s *Service) Applications(ctx context.Context, by actor.Actor) ([]Application, error) {
	return s.applicationsOf(ctx, s.own(by))
}

// ApplicationsOfFirm is [Service.Applications] for a firm in which the actor holds a role.
func (s *Service) ApplicationsOfFirm(ctx context.Context, by actor.Actor, firm actor.DossierID) ([]Application, error) {
	return s.applicationsOf(ctx, s.firm(by, firm))
}

func (s *Service) applicationsOf(ctx context.Context, enter entering) ([]Application, error) {
	x, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	return s.newest(ctx, x.ids(), mostListed)
}

// Withdraw takes an open application of the actor's own file back. One that was taken back
// stays as it is. It fails as guard.Own does, with [ErrNotFound] and with [ErrDecided].
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id ID) (Application, error) {
	return s.withdraw(ctx, by, s.own(by), id)
}

// WithdrawForFirm is [Service.Withdraw] for a firm in which the actor holds a role.
func (s *Service) WithdrawForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, id ID) (Application, error) {
	return s.withdraw(ctx, by, s.firm(by, firm), id)
}

func (s *Service) withdraw(ctx context.Context, by actor.Actor, enter entering, id ID) (a Application, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		x, err := enter(ctx)
		if err != nil {
			return err
		}
		if a, err = s.one(ctx, id); err != nil {
			return err
		}
		if !slices.Contains(x.ids(), a.Document) {
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
