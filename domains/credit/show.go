package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// mostListed is how many versions a list shows.
const mostListed = 100

// Reports returns the versions of the report on the actor's own file that are there, the
// newest first, a hundred at most. What is kept about somebody is theirs to see, whether or
// not an authorisation still holds. It fails as guard.Own does.
func (s *Service) Reports(ctx context.Context, by actor.Actor) ([]Report, error) {
	return s.reportsOf(ctx, s.own(by))
}

// ReportsOfFirm is [Service.Reports] for a firm in which the actor holds a role.
func (s *Service) ReportsOfFirm(ctx context.Context, by actor.Actor, firm actor.DossierID) ([]Report, error) {
	return s.reportsOf(ctx, s.firm(by, firm))
}

func (s *Service) reportsOf(ctx context.Context, enter entering) ([]Report, error) {
	x, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	versions, err := s.versions(ctx, x.ids(), mostListed)
	if err != nil {
		return nil, err
	}
	reports := make([]Report, len(versions))
	for i, v := range versions {
		if reports[i], err = v.shown(); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

// Read shows the latest report on the file or firm of a document to an officer, as far as
// an authorisation for the officer's department lets it be seen. The authorisation is
// looked at where the read is written down: after it ended nothing is shown. Each call is
// another query with another voucher.
//
// It fails with consent.ErrNotValid without such an authorisation, with [ErrReport] where
// there is no report, as guard.Guard.Enter does, with dossier.ErrTooWeak where the file's
// documents may not be read together, and with dossier.ErrNotFound for a number on no file.
func (s *Service) Read(ctx context.Context, by actor.Actor, number document.Number) (Report, error) {
	return s.ReadFor(ctx, by, Purpose, number)
}

// ReadFor is [Service.Read] on an authorisation for another purpose whose scopes are those of
// a report.
func (s *Service) ReadFor(ctx context.Context, by actor.Actor, purpose consent.PurposeCode, number document.Number) (Report, error) {
	documents, err := s.Files.FileByNumber(ctx, number)
	if err != nil {
		return Report{}, err
	}
	q := Query{
		ID: s.NewID(), Document: documents[0].ID, Kind: ReadBy, Purpose: purpose, Result: Refused, Party: consent.PartyID(by.Department), Office: by.Office,
		Asked: s.time(),
	}
	var r Report
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		r, err = s.read(ctx, by, q, number)
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("read a credit report: %w", s.refused(ctx, q, err))
	}
	return r, nil
}

// read decides a read by an officer and writes it down.
func (s *Service) read(ctx context.Context, by actor.Actor, q Query, number document.Number) (Report, error) {
	documents, err := s.Files.FileByNumber(ctx, number)
	if err != nil {
		return Report{}, err
	}
	x := newSubject(kindOf(documents), q.Document, documents)
	c, err := s.Consents.HeldBy(ctx, q.Party, q.Purpose, x.ids())
	none := errors.Is(err, consent.ErrNotFound)
	if err != nil && !none {
		return Report{}, err
	}
	// Whoever may not enter the file hears that, and nothing of what its holder allowed.
	if err := s.enterAs(ctx, by, x, c.ID); err != nil {
		return Report{}, err
	}
	if none {
		return Report{}, consent.ErrNotValid
	}
	v, err := s.latest(ctx, x.ids())
	if err != nil {
		return Report{}, err
	}
	if v.ID == "" {
		return Report{}, ErrReport
	}
	return s.showTo(ctx, by, x, c, q, v)
}

// enterAs lets an officer in, on the duty and, where there is one, on a consent.
func (s *Service) enterAs(ctx context.Context, by actor.Actor, x subject, on consent.ID) error {
	if by.Role != actor.Officer || by.Department == "" {
		return guard.ErrNotFound
	}
	var held []guard.Held
	for _, d := range x.documents {
		if d.Kind() != "" { // a forgotten document has no number any more
			held = append(held, d.Held())
		}
	}
	basis := audit.None
	if on != "" {
		basis = audit.Consented(on)
	}
	if err := s.Guard.Enter(ctx, by, basis, held...); err != nil {
		return err
	}
	return s.Files.Require(ctx, x.under, dossier.MayRead)
}

// showTo writes a read down, and cuts the report to what the authorisation names.
func (s *Service) showTo(ctx context.Context, by actor.Actor, x subject, c consent.Consent, q Query, v version) (Report, error) {
	voucher, err := s.NewVoucher()
	if err != nil {
		return Report{}, err
	}
	sources := s.sources(x.kind, c.Scopes)
	_, err = s.Consents.Use(ctx, by, consent.Claim{
		Voucher: voucher, Document: x.under, File: x.ids(), Party: c.Party, Purpose: c.Purpose, Scopes: scopesOf(sources), Consent: c.ID,
	})
	if err != nil {
		return Report{}, err
	}
	q.Result, q.Consent, q.Voucher, q.Number = Shown, c.ID, voucher, v.Number
	if err := s.insertQuery(ctx, q); err != nil {
		return Report{}, err
	}
	r, err := v.shown()
	if err != nil {
		return Report{}, err
	}
	return s.cut(r, c.Scopes, voucher), nil
}

// cut is a report as far as some scopes let it be seen. Its digest is that of more than is
// shown, and therefore left out, and so is the trace of a grade that is hidden.
func (s *Service) cut(r Report, scopes []string, voucher string) Report {
	rests := r.Content.Grade.restsOn(s.Policies, s.catalogue)
	r.Content = r.Content.within(s.catalogue, scopes, rests)
	r.Voucher, r.Digest = voucher, [32]byte{}
	if r.Content.Grade.Hidden {
		r.Trace = nil
	}
	shown := r.Readings[:0:0]
	for _, x := range r.Readings {
		if section, ok := r.Content.section(x.Source); ok && section.State != NotAuthorised {
			shown = append(shown, x)
		}
	}
	r.Readings = shown
	return r
}

// kindOf is whose documents they are.
func kindOf(documents []dossier.Document) Kind {
	if documents[0].Kind().OfFirm() {
		return Firm
	}
	return Person
}

// Report returns one of [Service.Reports], the latest for "", and all of them. It fails with
// [ErrReport].
func (s *Service) Report(ctx context.Context, by actor.Actor, id ReportID) (Report, []Report, error) {
	return oneOf(id)(s.Reports(ctx, by))
}

// ReportOfFirm is [Service.Report] for a firm in which the actor holds a role.
func (s *Service) ReportOfFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, id ReportID) (Report, []Report, error) {
	return oneOf(id)(s.ReportsOfFirm(ctx, by, firm))
}

// oneOf picks a version, or the first for "".
func oneOf(id ReportID) func(all []Report, err error) (Report, []Report, error) {
	return func(all []Report, err error) (Report, []Report, error) {
		if err != nil {
			return Report{}, nil, err
		}
		i := slices.IndexFunc(all, func(r Report) bool { return id == "" || r.ID == id })
		if i < 0 {
			return Report{}, nil, ErrReport
		}
		return all[i], all, nil
	}
}

// AuthorisedFor demands that the holder of some documents of one file authorises a
// department to read the report at this moment. It fails with consent.ErrNotValid.
func (s *Service) AuthorisedFor(ctx context.Context, department string, file ...actor.DocumentID) error {
	_, err := s.Consents.HeldBy(ctx, consent.PartyID(department), Purpose, file)
	if errors.Is(err, consent.ErrNotFound) {
		return consent.ErrNotValid
	}
	return err
}
