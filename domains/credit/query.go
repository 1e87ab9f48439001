package credit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// QueryKind says who asked for what. Its text is stored and never renamed.
type QueryKind string

// The kinds.
const (
	// Obtained: the subject had the sources asked.
	Obtained QueryKind = "obtain"
	// ReadBy: an officer read a report that was there.
	ReadBy QueryKind = "read"
)

// Result says what came of a query. Its text is stored and never renamed.
type Result string

// The results.
const (
	// Started: it is on its way, or the process died under it. It may have asked sources.
	Started Result = "started"
	// Made: a new version came of it; Unchanged: the version before says the same.
	Made      Result = "made"
	Unchanged Result = "unchanged"
	// Shown: an officer saw a report.
	Shown Result = "shown"
	// Refused: nothing was kept or shown; Reason says why.
	Refused Result = "refused"
)

// The reasons of refusals that are no faults.
const (
	reasonLeft   = "CALLER_LEFT"
	reasonFailed = "FAILED"
)

// Query is one try to obtain or to read a report, as its subject sees it.
type Query struct {
	ID string
	// Document is the one under which the subject was asked for.
	Document actor.DocumentID
	Kind     QueryKind
	Result   Result
	// Reason is a stable code for why it was refused, or "".
	Reason string
	// Purpose is what the authorisation was asked for: to have a report, or to lend.
	Purpose consent.PurposeCode
	// Party is the department for which the report is, or whose officer read; Office is
	// the officer's. "" where none is known.
	Party     consent.PartyID
	PartyName string
	Office    string
	Consent   consent.ID
	Voucher   string
	// Number is that of the version that came of it or was shown, or 0.
	Number int64
	Asked  time.Time
}

// refused writes down that a query came to nothing, whether or not the caller is still
// there, and returns why: the error that it was handed, with what went wrong in writing. A
// query without a subject is nobody's.
func (s *Service) refused(ctx context.Context, q Query, why error) error {
	if q.ID == "" {
		return why
	}
	begun := q.Result == Started
	q.Result, q.Reason, q.Number = Refused, reasonOf(why), 0
	err := s.DB.InTx(context.WithoutCancel(ctx), func(ctx context.Context) error {
		if begun {
			return s.endQuery(ctx, q)
		}
		return s.insertQuery(ctx, q)
	})
	return errors.Join(why, err)
}

// reasonOf is a stable code for an error.
func reasonOf(err error) string {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f.Reason()
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return reasonLeft
	}
	return reasonFailed
}

// QueryCursor is where a page of queries ends: the last one shown.
type QueryCursor struct {
	Asked time.Time
	ID    string
}

// Queries returns the queries about the actor's own file after the cursor, the newest
// first, at most limit of them, and whether there are more. It fails as guard.Own does.
func (s *Service) Queries(ctx context.Context, by actor.Actor, after QueryCursor, limit int) ([]Query, bool, error) {
	return s.queriesOf(ctx, s.own(by), after, limit)
}

// QueriesOfFirm is [Service.Queries] for a firm in which the actor holds a role.
func (s *Service) QueriesOfFirm(ctx context.Context, by actor.Actor, firm actor.DossierID, after QueryCursor, limit int) ([]Query, bool, error) {
	return s.queriesOf(ctx, s.firm(by, firm), after, limit)
}

func (s *Service) queriesOf(ctx context.Context, enter entering, after QueryCursor, limit int) (list []Query, more bool, err error) {
	x, err := enter(ctx)
	if err != nil {
		return nil, false, err
	}
	if list, more, err = s.queriesAmong(ctx, x.ids(), after, limit); err != nil {
		return nil, false, fmt.Errorf("read queries: %w", err)
	}
	return list, more, nil
}

// Figures count the queries of some days by what came of them. They are counted from the
// queries themselves each time.
type Figures struct {
	// Obtained and Read are the tries of subjects and of officers.
	Obtained, Read int
	// Made, Unchanged, Shown, Refused and Started are what came of them; they add up to
	// Obtained and Read.
	Made, Unchanged, Shown, Refused, Started int
}

// Figures counts the queries from one day to another in Asia/Shanghai, both included.
func (s *Service) Figures(ctx context.Context, from, to civil.Date) (f Figures, err error) {
	counts, err := s.countQueries(ctx, calendar.Begins(from).UTC(), calendar.Begins(to.AddDays(1)).UTC())
	if err != nil {
		return Figures{}, fmt.Errorf("count queries: %w", err)
	}
	for _, c := range counts {
		f.add(c)
	}
	return f, nil
}

// counted is how many queries of a kind came to something.
type counted struct {
	kind   QueryKind
	result Result
	n      int
}

func (f *Figures) add(c counted) {
	switch c.kind {
	case Obtained:
		f.Obtained += c.n
	case ReadBy:
		f.Read += c.n
	}
	switch c.result {
	case Made:
		f.Made += c.n
	case Unchanged:
		f.Unchanged += c.n
	case Shown:
		f.Shown += c.n
	case Refused:
		f.Refused += c.n
	case Started:
		f.Started += c.n
	}
}
