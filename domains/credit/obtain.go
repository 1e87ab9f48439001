package credit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Obtain makes a report on the actor's own file, on an authorisation of that file: all
// sources that it names are asked at once, about all documents of the file. Where they say
// what they said before, the version before is confirmed and returned. It is several
// transactions, and may be repeated: each call is another query.
//
// It fails with consent.ErrNotValid where the authorisation does not hold, is another
// file's or names no source; with [ErrEnded] and [ErrFileChanged]; as guard.Own does; and
// with the context's error. A source that does not answer is no failure but a gap.
func (s *Service) Obtain(ctx context.Context, by actor.Actor, on consent.ID) (Report, error) {
	return s.obtain(ctx, by, on, s.own(by))
}

// ObtainForFirm is [Service.Obtain] for a firm in which the actor holds a role, on an
// authorisation of the firm's. It fails with dossier.ErrNotFound for anybody else.
func (s *Service) ObtainForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, on consent.ID) (Report, error) {
	return s.obtain(ctx, by, on, s.firm(by, firm))
}

func (s *Service) obtain(ctx context.Context, by actor.Actor, on consent.ID, enter entering) (Report, error) {
	p, err := s.begin(ctx, by, on, enter)
	if err != nil {
		return Report{}, fmt.Errorf("obtain a credit report: %w", s.refused(ctx, p.query, err))
	}
	answers := s.ask(ctx, on, p.sources, p.subject.questions())
	r, err := s.finish(ctx, p, answers, enter)
	if err != nil {
		return Report{}, fmt.Errorf("obtain a credit report: %w", s.refused(ctx, p.query, err))
	}
	return r, nil
}

// pending is a report on its way.
type pending struct {
	query   Query
	subject subject
	consent consent.Consent
	sources []Source // that may be asked
}

// begin decides whether sources may be asked, and writes down that they are. Where it fails
// once the subject is known, the query says whose it was.
func (s *Service) begin(ctx context.Context, by actor.Actor, on consent.ID, enter entering) (p pending, err error) {
	voucher, err := s.NewVoucher()
	if err != nil {
		return pending{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		p = pending{}
		if p.subject, err = enter(ctx); err != nil {
			return err
		}
		p.query = Query{
			ID: s.NewID(), Document: p.subject.under, Kind: Obtained, Purpose: Purpose, Result: Refused, Consent: on, Asked: s.time(),
		}
		if p.consent, err = s.authorised(ctx, p.subject, on); err != nil {
			return err
		}
		p.query.Party = p.consent.Party
		p.sources = s.sources(p.subject.kind, p.consent.Scopes)
		claim := consent.Claim{
			Voucher: voucher, Document: p.subject.under, File: p.subject.ids(), Party: p.consent.Party, Purpose: Purpose,
			Scopes: scopesOf(p.sources), Consent: on,
		}
		if _, err := s.Consents.Use(ctx, by, claim); err != nil {
			return err
		}
		p.query.Result, p.query.Voucher = Started, voucher
		return s.insertQuery(ctx, p.query)
	})
	if err != nil {
		p.query.Result, p.query.Voucher = Refused, ""
	}
	return p, err
}

// authorised is a consent of the subject's for this purpose. It fails with
// consent.ErrNotValid for any other.
func (s *Service) authorised(ctx context.Context, x subject, on consent.ID) (consent.Consent, error) {
	c, err := s.Consents.Held(ctx, on)
	if errors.Is(err, consent.ErrNotFound) || err == nil && (c.Purpose != Purpose || !slices.Contains(x.ids(), c.Document)) {
		return consent.Consent{}, consent.ErrNotValid
	}
	return c, err
}

// sources are those that speak of such subjects and are named by some scopes.
func (s *Service) sources(k Kind, scopes []string) (list []Source) {
	for _, source := range s.catalogue.Sources {
		if source.speaksOf(k) && slices.Contains(scopes, source.Scope) {
			list = append(list, source)
		}
	}
	return list
}

func scopesOf(sources []Source) []string {
	scopes := make([]string, len(sources))
	for i, source := range sources {
		scopes[i] = source.Scope
	}
	return scopes
}

// finish keeps what the sources said, if the authorisation still holds and the file is the
// one that was asked about. A withdrawal comes before it, or after it.
func (s *Service) finish(ctx context.Context, p pending, answers map[upstream.CreditSource]answer, enter entering) (r Report, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Consents.StillHeld(ctx, p.consent.ID); err != nil {
			return ended(err)
		}
		now, err := enter(ctx)
		if err != nil {
			return err
		}
		if !slices.Equal(now.ids(), p.subject.ids()) {
			return ErrFileChanged
		}
		r, err = s.keep(ctx, p, answers)
		return err
	})
	if entdb.IsUniqueViolation(err) {
		err = ErrFileChanged
	}
	return r, err
}

// ended is [ErrEnded] for a consent that is not there any more.
func ended(err error) error {
	if errors.Is(err, consent.ErrNotFound) {
		return ErrEnded
	}
	return err
}

// keep writes a new version, or confirms the latest one where it says the same.
func (s *Service) keep(ctx context.Context, p pending, answers map[upstream.CreditSource]answer) (Report, error) {
	latest, err := s.latest(ctx, p.subject.ids())
	if err != nil {
		return Report{}, err
	}
	st, err := s.state(ctx, p, answers, latest.content)
	if err != nil {
		return Report{}, err
	}
	p.query.Result = Made
	v := version{kept: st, Report: Report{
		ID: ReportID(s.NewID()), Document: p.consent.Document, Consent: p.consent.ID, Created: s.time(), Confirmed: s.time(),
	}}
	if latest.ID != "" && latest.kept.says(st.Content) {
		p.query.Result, v = Unchanged, latest
		v.Confirmed = s.time()
		err = s.confirm(ctx, v)
	} else {
		err = s.insert(ctx, &v, p.subject.ids())
	}
	if err != nil {
		return Report{}, err
	}
	p.query.Number = v.Number
	if err := s.endQuery(ctx, p.query); err != nil {
		return Report{}, err
	}
	return v.shown()
}

// state is the report as it is sealed.
func (s *Service) state(ctx context.Context, p pending, answers map[upstream.CreditSource]answer, before Content) (statement, error) {
	c := Content{Subject: p.subject.kind, Catalogue: s.catalogue.Digest}
	c.Sections = assemble(s.catalogue, c.Subject, answers, p.subject.masked(), before.Sections, s.time())
	st := statement{Documents: entdb.Texts(p.subject.ids()), Voucher: p.query.Voucher}
	var err error
	if c.Grade, st.Trace, err = grade(ctx, s.Policies, s.catalogue, c.Sections, s.today()); err != nil {
		return statement{}, err
	}
	for _, source := range p.sources {
		if a := answers[source.Code]; a.err == nil {
			st.Readings = append(st.Readings, Reading{source.Code, a.reading.CheckTime, a.reading.TraceID})
		}
	}
	st.Content, err = c.bytes()
	return st, err
}
