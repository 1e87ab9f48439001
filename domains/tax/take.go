package tax

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

var areaForm = regexp.MustCompile(`^[0-9]{6}$`)

// Bounds of a source's names, as rows keep them.
const (
	longestSource = 64
	longestRef    = 100
)

// check reports what is wrong with a registration, as [ErrRegistration] on the
// field.
func (r Registration) check() error {
	info, ok := InfoOf(r.Tax)
	switch {
	case !ok || len(info.Cycles) == 0:
		return ErrRegistration.On("tax")
	case !slices.Contains(info.Cycles, r.Cycle):
		return ErrRegistration.On("cycle")
	case !areaForm.MatchString(r.Area):
		return ErrRegistration.On("area")
	case !possible(r.From):
		return ErrRegistration.On("valid_from")
	case !r.To.IsZero() && (!possible(r.To) || r.To.Before(r.From)):
		return ErrRegistration.On("valid_to")
	case r.Source == "" || len(r.Source) > longestSource:
		return ErrRegistration.On("source")
	case r.Ref == "" || len(r.Ref) > longestRef:
		return ErrRegistration.On("source_ref")
	}
	return nil
}

// possible reports whether a day is one that a calendar has, in a year of four
// digits before that of [never].
func possible(d civil.Date) bool { return d.IsValid() && d.Year > 0 && d.Year < never.Year }

// same reports whether two registrations differ in nothing but their last day.
func (r Registration) same(o Registration) bool {
	return r.Document == o.Document && r.Tax == o.Tax && r.Cycle == o.Cycle && r.Area == o.Area && r.From == o.From
}

// ending is the registration with another last day. What the old one cut off is
// worked out again from there.
func (r Registration) ending(to civil.Date) Registration {
	later := !r.To.IsZero() && (to.IsZero() || r.To.Before(to))
	if later && r.To.Before(r.planned) {
		r.planned = r.To
	}
	r.To = to
	return r
}

// Take takes over registrations, in the caller's transaction if there is one, and
// returns what became of each. One that was taken before, by source and ref,
// changes its last day only; taking the same again changes nothing. What was
// planned beyond a last day falls away, unless another registration of the same
// subject and kind makes it due as well; what an end cut off that does not hold any
// more is planned again by [Service.PlanDue].
//
// One is left out with [ErrRegistration] on the field at fault, with
// dossier.ErrPersonUnknown where the document is not on file, or with
// dossier.ErrRecordDiffers where it is another than what was taken under its name.
func (s *Service) Take(ctx context.Context, list []Registration) ([]dossier.Taken, error) {
	taken := make([]dossier.Taken, len(list))
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		clear(taken)
		t, err := s.taking(ctx, list)
		if err != nil {
			return err
		}
		for i, r := range list {
			if taken[i], err = t.take(r); err != nil {
				return err
			}
		}
		return t.finish(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("take registrations: %w", err)
	}
	return taken, nil
}

// taking is one call of [Service.Take] on its way.
type taking struct {
	s         *Service
	documents map[actor.DocumentID]bool
	known     map[ref]Registration
	fresh     []ref // in order
	changed   []ref
}

func (s *Service) taking(ctx context.Context, list []Registration) (*taking, error) {
	documents, err := s.standing(ctx, distinct(list, func(r Registration) actor.DocumentID { return r.Document }))
	if err != nil {
		return nil, err
	}
	known, err := s.registrationsByRef(ctx, list)
	return &taking{s: s, documents: documents, known: known}, err
}

// take takes one; what is new or changed is written at the end.
func (t *taking) take(r Registration) (dossier.Taken, error) {
	if err := r.check(); err != nil {
		return leftOut(err)
	}
	if !t.documents[r.Document] {
		return dossier.Taken{Fault: dossier.ErrPersonUnknown.On("document_number")}, nil
	}
	at := r.ref()
	before, ok := t.known[at]
	switch {
	case !ok:
		r.ID, r.created, r.planned = RegistrationID(t.s.newID()), t.s.time(), civil.Date{}
		t.known[at] = r
		t.fresh = append(t.fresh, at)
		return dossier.Taken{Effect: dossier.Added}, nil
	case !before.same(r):
		return dossier.Taken{Fault: dossier.ErrRecordDiffers.On("source_ref")}, nil
	case before.To == r.To:
		return dossier.Taken{Effect: dossier.Unchanged}, nil
	}
	t.known[at] = before.ending(r.To)
	if !slices.Contains(t.fresh, at) && !slices.Contains(t.changed, at) {
		t.changed = append(t.changed, at)
	}
	return dossier.Taken{Effect: dossier.Changed}, nil
}

// finish writes what was taken.
func (t *taking) finish(ctx context.Context) error {
	fresh := make([]Registration, len(t.fresh))
	for i, at := range t.fresh {
		fresh[i] = t.known[at]
	}
	if err := t.s.insertRegistrations(ctx, fresh); err != nil {
		return err
	}
	var ended []actor.DocumentID
	for _, at := range t.changed {
		r := t.known[at]
		if err := t.s.saveEnd(ctx, r); err != nil {
			return err
		}
		ended = append(ended, r.Document)
	}
	if len(ended) == 0 {
		return nil
	}
	return t.s.voidUncovered(ctx, ended)
}

// voidUncovered lets the open obligations of documents fall away that no
// registration makes due any more.
func (s *Service) voidUncovered(ctx context.Context, documents []actor.DocumentID) error {
	open, err := s.openOf(ctx, documents)
	if err != nil || len(open) == 0 {
		return err
	}
	held, err := s.registrationsOf(ctx, documents)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(o Obligation) bool { return covered(held, o) })
	return s.void(ctx, open)
}

// covered reports whether one of some registrations makes an obligation due.
func covered(held []Registration, o Obligation) bool {
	return slices.ContainsFunc(held, func(r Registration) bool {
		return r.Document == o.Document && r.Tax == o.Kind && r.covers(o.Period)
	})
}
