package lending

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/subject"
)

// Fit is how a product goes with a need.
type Fit int

// The fits, as lists of them are sorted.
const (
	Fits Fit = iota
	Unknown
	Unfit
)

func fitOf(o rules.Outcome) Fit {
	switch o {
	case rules.Granted:
		return Fits
	case rules.Refused:
		return Unfit
	case rules.Missing, rules.Undecided:
	}
	return Unknown
}

// Match is how one product goes with a need. The trace of its product says why.
type Match struct {
	Product
	Fit Fit
}

// Match says of each product how it goes with a need of the actor's own, those that fit
// first. It looks at the own file and the own latest credit report, and tells no bank. It
// fails as guard.Own does.
func (s *Service) Match(ctx context.Context, by actor.Actor, n Need) ([]Match, error) {
	return s.match(ctx, by, s.door().Own(by), n)
}

// MatchForFirm is [Service.Match] for a firm in which the actor holds a role.
func (s *Service) MatchForFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, n Need) ([]Match, error) {
	return s.match(ctx, by, s.door().Firm(by, firm), n)
}

func (s *Service) match(ctx context.Context, by actor.Actor, enter subject.Entering, n Need) ([]Match, error) {
	x, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(ctx, by, x, n)
	if err != nil {
		return nil, fmt.Errorf("match products: %w", err)
	}
	var list []Match
	for _, p := range s.Products.Policies() {
		m, ok, err := s.weigh(ctx, p, facts)
		if err != nil {
			return nil, fmt.Errorf("match products: %w", err)
		}
		if ok {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b Match) int { return cmp.Compare(a.Fit, b.Fit) })
	return list, nil
}

// matchOne is how one product goes with facts, or [ErrProduct].
func (s *Service) matchOne(ctx context.Context, code ProductCode, facts rules.Facts) (Match, error) {
	p, _ := s.Products.Policy(string(code)) // without versions if it is not there
	m, ok, err := s.weigh(ctx, p, facts)
	if err == nil && !ok {
		err = ErrProduct
	}
	return m, err
}

// facts are what is known about a need and whoever has it. A grade that no report states is
// not known.
func (s *Service) facts(ctx context.Context, by actor.Actor, x subject.Subject, n Need) (rules.Facts, error) {
	facts := rules.Facts{"fen": n.Fen, "months": int64(n.Months), "use": string(n.Use), "applicant": "person"}
	facts["permit"] = slices.ContainsFunc(x.Documents, func(d dossier.Document) bool {
		return d.Kind() == document.TaiwanPermit && d.Status == document.Valid
	})
	report := s.Credits.Report
	if x.Firm != "" {
		facts["applicant"] = "firm"
		report = func(ctx context.Context, by actor.Actor, id credit.ReportID) (credit.Report, []credit.Report, error) {
			return s.Credits.ReportOfFirm(ctx, by, x.Firm, id)
		}
	}
	r, _, err := report(ctx, by, "")
	switch {
	case errors.Is(err, credit.ErrReport):
	case err != nil:
		return nil, err
	case r.Content.Grade.Value != "":
		facts["grade"] = r.Content.Grade.Value
	}
	licences, err := s.Licences.Mine(ctx, by, x.Firm)
	facts["certificate"] = slices.ContainsFunc(licences, func(l credential.Licence) bool {
		return l.Type.Code == finance.Certificate && l.Standing == check.Authentic
	})
	return facts, err
}
