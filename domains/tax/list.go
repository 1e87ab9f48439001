package tax

import (
	"context"
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/obligation"
)

// Listed is an obligation as people see it.
type Listed struct {
	Obligation
	// Firm and FirmName say which firm has to do it; "" for the caller.
	Firm     dossier.ID
	FirmName string
	// WorkdaysLeft counts the working days from today to the day: 0 on it, and
	// negative after it.
	WorkdaysLeft int
	// Overdue: its day has passed and it is open.
	Overdue bool
}

// Cursor is where a page of obligations ends: the last one shown.
type Cursor struct {
	Due civil.Date
	ID  ID
}

// Query chooses obligations.
type Query struct {
	// From and To are the first and the last due date. Both are required.
	From, To civil.Date
	// Firm is one firm; "" stands for the caller and all firms.
	Firm dossier.ID
	// OpenOnly leaves out what is done or fell away.
	OpenOnly bool
	// After is where to go on; the zero Cursor begins.
	After Cursor
	Limit int
}

// List returns what is due for the caller and for the firms in which the caller
// holds a role, the earliest first, and whether there is more. It fails with
// [ErrNotFound] for a firm that is none of the caller's.
func (s *Service) List(ctx context.Context, by actor.Actor, q Query) ([]Listed, bool, error) {
	subjects, err := s.subjects(ctx, by)
	if err != nil {
		return nil, false, fmt.Errorf("list obligations: %w", err)
	}
	var documents []actor.DocumentID
	for id, x := range subjects {
		if q.Firm == "" || x.Firm == q.Firm {
			documents = append(documents, id)
		}
	}
	if len(documents) == 0 {
		return nil, false, ErrNotFound
	}
	list, err := s.page(ctx, documents, q)
	if err != nil {
		return nil, false, err
	}
	more := len(list) > q.Limit
	list = list[:min(len(list), q.Limit)]
	shown := make([]Listed, len(list))
	for i, o := range list {
		if shown[i], err = s.listed(ctx, o, subjects[o.Document]); err != nil {
			return nil, false, err
		}
	}
	return shown, more, nil
}

// page reads one more than are wanted.
func (s *Service) page(ctx context.Context, documents []actor.DocumentID, q Query) ([]Obligation, error) {
	find := s.db.Client(ctx).Obligation.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...),
		row.DueDateGTE(q.From.String()), row.DueDateLTE(q.To.String()))
	if q.After != (Cursor{}) {
		find.Where(q.After.passed())
	}
	if q.OpenOnly {
		find.Where(row.StateEQ(row.StateOpen))
	}
	return fromRows(find.Order(row.ByDueDate(), row.ByID()).Limit(q.Limit + 1).All(ctx))
}

// listed is an obligation as people see it today.
func (s *Service) listed(ctx context.Context, o Obligation, of dossier.Subject) (Listed, error) {
	c, err := s.Calendar(ctx)
	if err != nil {
		return Listed{}, err
	}
	today := s.Today()
	left, _ := c.WorkdaysBetween(today, o.Due)
	return Listed{Obligation: o, Firm: of.Firm, FirmName: of.FirmName, WorkdaysLeft: left, Overdue: o.Overdue(today)}, nil
}

// Registered is a registration as people see it.
type Registered struct {
	Registration
	// Firm and FirmName say whose it is; "" for the caller's.
	Firm     dossier.ID
	FirmName string
}

// ListRegistrations returns the registrations of the caller and of the firms in
// which the caller holds a role, the own ones first, over ones too.
func (s *Service) ListRegistrations(ctx context.Context, by actor.Actor) ([]Registered, error) {
	subjects, err := s.files.Subjects(ctx, by)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	held, err := s.registrationsOf(ctx, distinct(subjects, func(x dossier.Subject) actor.DocumentID { return x.Document }))
	if err != nil {
		return nil, err
	}
	var list []Registered
	for _, x := range subjects {
		for _, r := range held {
			if r.Document == x.Document {
				list = append(list, Registered{Registration: r, Firm: x.Firm, FirmName: x.FirmName})
			}
		}
	}
	return list, nil
}
