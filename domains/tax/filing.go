package tax

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ErrFiling: a filing names no kind that is filed, a period that the kind has not, no
// moment, or no return.
var ErrFiling = fault.New(fault.Invalid, "FILING_INVALID")

// noTime is the time of what did not happen.
var noTime time.Time

// Filing is what an authority says of one return, a nil return included.
type Filing struct {
	Document actor.DocumentID
	Kind     Kind
	Period   Period
	// Accepted, or else rejected.
	Accepted bool
	// Ref names the return at the authority, and At is when it decided.
	Ref string
	At  time.Time
}

func (f Filing) check() error {
	info, ok := InfoOf(f.Kind)
	switch {
	case !ok || info.Rule == OnPaper: // which paper, no return says
		return ErrFiling.On("tax")
	case !info.takes(f.Period):
		return ErrFiling.On("period")
	case f.Ref == "" || len(f.Ref) > longestRef:
		return ErrFiling.On("return_ref")
	case f.At.IsZero():
		return ErrFiling.On("decide_time")
	}
	return nil
}

// TakeFilings takes over what the authority decided on returns, in the caller's
// transaction if there is one, and returns what became of each, as [Service.Take]
// does. An accepted one settles its obligation, also before it was planned; a
// rejected one revives what it had settled, or what was marked by hand before it was
// rejected. The same decision again changes nothing. It fails one with [ErrFiling],
// or with dossier.ErrPersonUnknown.
func (s *Service) TakeFilings(ctx context.Context, list []Filing) ([]dossier.Taken, error) {
	taken := make([]dossier.Taken, len(list))
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		clear(taken)
		documents := distinct(list, func(f Filing) actor.DocumentID { return f.Document })
		standing, err := s.standing(ctx, documents)
		if err != nil {
			return err
		}
		known, err := s.known(ctx, documents, distinct(list, func(f Filing) Period { return f.Period }))
		if err != nil {
			return err
		}
		a, err := s.almanac(ctx)
		if err != nil {
			return err
		}
		for i, f := range list {
			f.At = f.At.UTC().Truncate(time.Microsecond)
			if taken[i], err = s.takeFiling(ctx, a, standing[f.Document], known, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take filings: %w", err)
	}
	return taken, nil
}

// takeFiling takes one, and changes known along.
func (s *Service) takeFiling(ctx context.Context, a *almanac, standing bool, known map[key]Obligation, f Filing) (dossier.Taken, error) {
	if err := f.check(); err != nil {
		return leftOut(err)
	}
	if !standing {
		return dossier.Taken{Fault: dossier.ErrPersonUnknown.On("document_number")}, nil
	}
	at := key{document: f.Document, kind: f.Kind, period: f.Period}
	before, there := known[at]
	after, effect := before, dossier.Unchanged
	var err error
	switch {
	case !there && f.Accepted:
		after, effect, err = s.filedUnplanned(ctx, a, f)
	case there:
		if after = before.filed(f); after != before {
			effect = dossier.Changed
			after, err = s.settle(ctx, a, before, after)
		}
	}
	if err == nil && effect != dossier.Unchanged {
		known[at] = after
	}
	return dossier.Taken{Effect: effect}, err
}

// filed is the obligation after a decision of the authority.
func (o Obligation) filed(f Filing) Obligation {
	switch {
	case f.Accepted:
		return o.accepted(f)
	case o.State == Done && o.DoneBy == ByFiling && o.ref == f.Ref,
		o.State == Done && o.DoneBy == ByHand && f.At.After(o.DoneAt):
		o.State, o.DoneBy, o.DoneAt, o.ref = Open, "", noTime, f.Ref
	case o.State == Open:
		o.ref = f.Ref
	}
	return o
}

// accepted is the obligation after its return was accepted. One that was accepted
// and then rejected stays rejected, and of two that were accepted the later counts.
func (o Obligation) accepted(f Filing) Obligation {
	filed := o.State == Done && o.DoneBy == ByFiling
	if !filed && o.ref == f.Ref || filed && !f.At.After(o.DoneAt) {
		return o
	}
	o.State, o.DoneBy, o.DoneAt, o.ref = Done, ByFiling, f.At, f.Ref
	return o
}

// settle writes an obligation that a decision changed, and tells the listener where
// it is done now or open now.
func (s *Service) settle(ctx context.Context, a *almanac, before, after Obligation) (Obligation, error) {
	if before.State != Open && after.State == Open {
		return s.reopen(ctx, a, after)
	}
	after, err := s.save(ctx, after)
	if err != nil || before.State == after.State {
		return after, err
	}
	return after, s.tell(ctx, Settled, []Obligation{after})
}

// filedUnplanned keeps that a return was accepted of which nothing was planned, so
// that nobody is told to file it again. What is filed when something happens has no
// day and is not kept.
func (s *Service) filedUnplanned(ctx context.Context, a *almanac, f Filing) (Obligation, dossier.Effect, error) {
	due, basis, ok := a.due(f.Kind, f.Period, "")
	if !ok {
		return Obligation{}, dossier.Unchanged, nil
	}
	o := Obligation{
		ID: ID(s.newID()), Document: f.Document, Kind: f.Kind, Period: f.Period, Due: due, Basis: basis,
		State: Done, DoneBy: ByFiling, DoneAt: f.At, Changed: s.time(), ref: f.Ref, version: 1,
	}
	return o, dossier.Added, s.insert(ctx, []Obligation{o})
}

// leftOut is a row that its fault keeps out.
func leftOut(err error) (dossier.Taken, error) {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return dossier.Taken{Fault: f}, nil
	}
	return dossier.Taken{}, err
}
