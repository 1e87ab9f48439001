package dossier

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// How many questions go to an authority in one call, and at once.
const (
	permitsPerCall = 100
	callsAtOnce    = 8
)

// question is an inquiry with what is on file and what the authorities said.
type question struct {
	Inquiry
	about  Document
	target document.Number
	known  *Document // the target, where it is on file

	pass     *upstream.PassAnswer
	permit   *upstream.PermitAnswer
	national *upstream.LinkAnswer
	// failed is why an authority could not be asked; nil where all answered.
	failed error
}

// permitNumber is the permit that the question is about, if it is about one.
func (q *question) permitNumber() (document.Number, bool) {
	switch {
	case q.target.Kind() == document.TaiwanPermit:
		return q.target, true
	case q.Kind == LinkInquiry:
		return q.about.Number, true
	default:
		return document.Number{}, false
	}
}

// prepare reads what is on file for an inquiry.
func (s *Service) prepare(ctx context.Context, inquiry Inquiry) (*question, error) {
	q := &question{Inquiry: inquiry}
	var err error
	if q.about, err = s.byID(ctx, inquiry.Document); err != nil {
		return nil, err
	}
	if q.target, err = s.targetOf(inquiry, q.about); err != nil {
		return nil, err
	}
	known, err := s.byNumber(ctx, q.target)
	switch {
	case err == nil:
		audit.Concerns(ctx, known.ID)
		q.known = &known
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	return q, nil
}

// prepareAll prepares what it can. One inquiry that cannot be read holds up no
// other: it stays leased, and the log names it each time it comes back.
func (s *Service) prepareAll(ctx context.Context, inquiries []Inquiry) []*question {
	questions := make([]*question, 0, len(inquiries))
	for _, inquiry := range inquiries {
		q, err := s.prepare(ctx, inquiry)
		if err != nil {
			s.log.ErrorContext(ctx, "inquiry cannot be read; it is tried again", "inquiry", inquiry.ID, "error", err)
			continue
		}
		questions = append(questions, q)
	}
	return questions
}

// ask puts the questions to the authorities, outside any transaction. What an
// authority does not answer marks its questions as failed and no others.
func (s *Service) ask(ctx context.Context, questions []*question) {
	s.askPolice(ctx, questions)
	var g errgroup.Group
	g.SetLimit(callsAtOnce)
	for _, q := range questions {
		if q.failed != nil {
			continue
		}
		g.Go(func() error {
			s.askPass(ctx, q)
			s.askNation(ctx, q)
			return nil
		})
	}
	_ = g.Wait() // the functions report through their questions
}

// askPolice asks about all permits, many in one call.
func (s *Service) askPolice(ctx context.Context, questions []*question) {
	var due []*question
	for _, q := range questions {
		if _, ok := q.permitNumber(); ok {
			due = append(due, q)
		}
	}
	for len(due) > 0 {
		batch := due[:min(permitsPerCall, len(due))]
		due = due[len(batch):]
		asked := make([]upstream.PermitQuestion, len(batch))
		for i, q := range batch {
			number, _ := q.permitNumber()
			asked[i] = upstream.PermitQuestion{Number: number.Canonical()}
		}
		answers, err := s.police.CheckPermits(ctx, asked)
		for i, q := range batch {
			if err != nil {
				q.failed = err
				continue
			}
			q.permit = &answers[i]
		}
	}
}

// askPass asks exit-entry about a pass that is not on file, or was renewed.
func (s *Service) askPass(ctx context.Context, q *question) {
	if q.target.Kind() != document.TaiwanPass || q.Kind == LinkInquiry && q.known != nil {
		return
	}
	answer, err := s.exitEntry.CheckPass(ctx, upstream.PassQuestion{Number: q.target.Canonical()})
	if err != nil {
		q.failed = err
		return
	}
	q.pass = &answer
}

// askNation puts a holder's question about a permit that names no pass to the
// national link check. The inquiry's ID is the idempotency key.
func (s *Service) askNation(ctx context.Context, q *question) {
	silent := q.permit != nil && q.permit.Verdict == upstream.Match && q.permit.ExitEntryNumber == ""
	if q.Kind != LinkInquiry || !q.byHolder || !silent || q.failed != nil {
		return
	}
	pass, permit := q.about.Number, q.target
	if q.target.Kind() == document.TaiwanPass {
		pass, permit = permit, pass
	}
	answer, err := s.linkCheck.CheckLink(ctx, upstream.LinkQuestion{
		Key: string(q.ID), Pass: pass.Canonical(), Permit: permit.Canonical(),
	})
	if err != nil {
		q.failed = err
		return
	}
	q.national = &answer
}
