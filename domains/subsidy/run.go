package subsidy

import (
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Tally is what a run came to so far.
type Tally struct {
	Entitled, NotEntitled, NotYet int
	// Fen is what all those come to who are entitled.
	Fen int64
	// Changed is how many were decided otherwise than before, the first time included.
	Changed int
	// Passed is how many were passed over: the authorisation ended meanwhile, or the file
	// changed while the authorities were asked.
	Passed int
}

// round is a run of one programme for one period.
type round struct {
	Programme
	period  Period
	year    int
	version *rules.Version
}

// runner is the actor of runs.
var runner = actor.Actor{Role: actor.System}

// Run decides a programme for a period, for everybody who has authorised it: it asks the
// authorities, outside of any transaction, and writes what changed. It works through
// pages of at most limit people and calls progress after each. Stopped anywhere and run
// again, or run twice at once, it changes nothing twice.
//
// It fails with [ErrProgramme], [ErrPeriod], and with upstream.ErrUnavailable: then
// those who were decided before stay decided.
func (s *Service) Run(ctx context.Context, name PolicyName, period Period, limit int, progress func(Tally)) (Tally, error) {
	r, err := s.round(name, period)
	if err != nil {
		return Tally{}, err
	}
	var total Tally
	for after := consent.ID(""); ; {
		consents, err := s.Consents.Holding(ctx, r.Purpose, after, limit)
		if err != nil || len(consents) == 0 {
			return total, err
		}
		after = consents[len(consents)-1].ID
		if err := s.page(ctx, r, consents, &total); err != nil {
			return total, fmt.Errorf("decide %s for %s: %w", name, period, err)
		}
		progress(total)
	}
}

func (s *Service) round(name PolicyName, period Period) (round, error) {
	p, err := programme(name)
	if err != nil {
		return round{}, err
	}
	year, err := p.year(period, s.Now())
	if err != nil {
		return round{}, err
	}
	policy, _ := s.Policies.Policy(string(name)) // without versions if it is not there
	version, ok := policy.On(lastDay(year))
	if !ok {
		return round{}, ErrPeriod.On("period")
	}
	return round{Programme: p, period: period, year: year, version: version}, nil
}

// page decides some consents.
func (s *Service) page(ctx context.Context, r round, consents []consent.Consent, total *Tally) error {
	subjects, err := s.mayAsk(ctx, consents)
	if err != nil {
		return err
	}
	total.Passed += len(consents) - len(subjects)
	if err := s.ask(ctx, r, subjects); err != nil {
		return err
	}
	return s.save(ctx, r, subjects, total)
}

// mayAsk decides which of the consents let their files be asked about, and writes each
// read down: all in one transaction, or, where one of them does not, one by one.
func (s *Service) mayAsk(ctx context.Context, consents []consent.Consent) (subjects []subject, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		subjects, err = s.useAll(ctx, consents)
		return err
	})
	if err == nil || ctx.Err() != nil || !isFault(err) {
		return subjects, err
	}
	subjects = nil
	for _, c := range consents {
		var one []subject
		err := s.DB.InTx(ctx, func(ctx context.Context) error {
			one, err = s.useAll(ctx, []consent.Consent{c})
			return err
		})
		if err != nil && !isFault(err) {
			return nil, err
		}
		if err == nil {
			subjects = append(subjects, one...)
		}
	}
	return subjects, nil
}

func isFault(err error) bool {
	_, ok := errors.AsType[*fault.Fault](err)
	return ok
}

// useAll uses consents, each file's once.
func (s *Service) useAll(ctx context.Context, consents []consent.Consent) ([]subject, error) {
	under := make([]actor.DocumentID, len(consents))
	for i, c := range consents {
		under[i] = c.Document
	}
	files, err := s.Files.FilesOf(ctx, under...)
	if err != nil {
		return nil, err
	}
	var subjects []subject
	var claims []consent.Claim
	seen := map[actor.DocumentID]bool{}
	for _, c := range consents {
		if seen[c.Document] {
			continue
		}
		if files[c.Document] == nil {
			return nil, dossier.ErrNotFound
		}
		x := subject{consented: c.Document, file: people(files[c.Document]), whole: ids(files[c.Document])}
		for _, id := range x.ids() {
			seen[id] = true
		}
		if x.voucher, err = s.NewVoucher(); err != nil {
			return nil, err
		}
		subjects = append(subjects, x)
		claims = append(claims, consent.Claim{
			Voucher: x.voucher, Document: c.Document, File: x.ids(), Party: c.Party, Purpose: c.Purpose, Scopes: scopes, Consent: c.ID,
		})
	}
	_, err = s.Consents.UseAll(ctx, runner, claims...)
	return subjects, err
}

// people are the documents of a Taiwan resident in a file.
func people(documents []dossier.Document) (list []dossier.Document) {
	for _, d := range documents {
		if resident([]dossier.Document{d}) {
			list = append(list, d)
		}
	}
	return list
}

// ask asks the authorities about all documents of some subjects.
func (s *Service) ask(ctx context.Context, r round, subjects []subject) error {
	var qs []upstream.YearQuestion
	for _, x := range subjects {
		for _, d := range x.file {
			qs = append(qs, upstream.YearQuestion{Kind: d.Kind(), Number: d.Number.Canonical(), Year: r.year})
		}
	}
	payments, err := s.Authorities.TaxPayments(ctx, qs)
	if err != nil {
		return err
	}
	stays, err := s.Authorities.MainlandDays(ctx, qs)
	if err != nil {
		return err
	}
	engagements, err := s.Authorities.Engagements(ctx, qs)
	if err != nil {
		return err
	}
	at := 0
	for i := range subjects {
		end := at + len(subjects[i].file)
		subjects[i].answers = answers{payments[at:end], stays[at:end], engagements[at:end]}
		at = end
	}
	return nil
}
