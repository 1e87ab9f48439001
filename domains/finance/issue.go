package finance

import (
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
)

// application is the field by which a certificate says which application made it.
const application = "application"

// job is who does what the timetable asks for.
var job = actor.Actor{Role: actor.System, Officer: "issue-finance-certificates"}

// Finish issues the certificates of applications that were approved and cut off, at most
// limit of them, the first approved first, and returns how many it took up. It may be killed
// at any point, repeated, and run by several processes at once. It must not be called in a
// transaction.
func (s *Service) Finish(ctx context.Context, limit int) (int, error) {
	list, err := s.unissued(ctx, limit)
	if err != nil {
		return 0, fmt.Errorf("finish certificates: %w", err)
	}
	var failed []error
	for _, a := range list {
		if _, err := s.issue(ctx, job, a); err != nil {
			failed = append(failed, err) // others need not wait for it
		}
	}
	return len(list), errors.Join(failed...)
}

// issue issues the certificate of an application that was approved, writes it to the row and
// tells the applicant. However often and by however many it is called, there is one.
func (s *Service) issue(ctx context.Context, by actor.Actor, a Application) (Application, error) {
	if !a.Issued.IsZero() {
		return a, nil
	}
	c, err := s.certify(ctx, by, a)
	if err != nil {
		return Application{}, fmt.Errorf("issue the certificate of application %s: %w", a.ID, err)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if a, err = s.one(ctx, a.ID); err != nil || !a.Issued.IsZero() {
			return err
		}
		a.Number, a.Edition, a.Issued, a.matter = c.Number, c.Edition, s.time(), ID(c.Matter.ID)
		if err := s.saveIssued(ctx, a); err != nil {
			return err
		}
		if _, err := s.Notices.TellMany(ctx, a.message(kindIssued)); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "finance.issue", by, a.Document)
	})
	if err != nil {
		return Application{}, fmt.Errorf("write the certificate of application %s: %w", a.ID, err)
	}
	return a, nil
}

// certify issues the first edition of a certificate or its next one: a later edition that is
// there already says which application made it. One that was revoked in the meantime has no
// next edition, so the application begins another.
func (s *Service) certify(ctx context.Context, by actor.Actor, a Application) (credential.Credential, error) {
	c, err := s.edition(ctx, by, a, a.matter)
	if errors.Is(err, credential.ErrState) && a.matter != a.ID {
		return s.edition(ctx, by, a, a.ID)
	}
	return c, err
}

// edition issues the edition of a matter that an application makes.
func (s *Service) edition(ctx context.Context, by actor.Actor, a Application, matter ID) (credential.Credential, error) {
	values := a.said.values(a.ID)
	c, err := s.Credentials.Issue(ctx, by, credential.Draft{
		Type: Certificate, Document: a.Document, Matter: credential.Matter{Kind: string(Certificate), ID: string(matter)}, Values: values,
	})
	if err != nil || c.Values[application] == string(a.ID) {
		return c, err
	}
	next, err := s.Credentials.Amend(ctx, by, c.Number, credential.Amendment{Edition: c.Edition, Renewal: true, Values: values})
	if !errors.Is(err, credential.ErrMoved) {
		return next, err
	}
	// Somebody made the next edition at this moment: for this application, or it is tried
	// again later.
	c, again := s.Credentials.Issue(ctx, by, credential.Draft{
		Type: Certificate, Document: a.Document, Matter: credential.Matter{Kind: string(Certificate), ID: string(matter)}, Values: values,
	})
	if again != nil || c.Values[application] == string(a.ID) {
		return c, again
	}
	return credential.Credential{}, err
}
