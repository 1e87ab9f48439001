package staff

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	relationrow "github.com/minzhengtong/minzhengtong/gen/ent/officerrelation"
)

// ErrRelation: there is no such relation, or nobody has so many.
var ErrRelation = fault.New(fault.Invalid, "RELATION_INVALID")

// mostRelations is how many documents one officer can declare: each is looked at
// whenever the officer enters a file.
const mostRelations = 200

// Kinship says how an officer is tied to the holder of a document.
type Kinship string

// The kinships.
const (
	Self    Kinship = "self"
	Spouse  Kinship = "spouse"
	Parent  Kinship = "parent"
	Child   Kinship = "child"
	Sibling Kinship = "sibling"
	Other   Kinship = "other"
)

// Kinships are all of them, in the order of the contract.
func Kinships() []Kinship { return []Kinship{Self, Spouse, Parent, Child, Sibling, Other} }

// Relation is one declared tie.
type Relation struct {
	ID      string
	Kinship Kinship
	Number  document.Number
	Created time.Time
}

// LogValue keeps the tie out of logs.
func (r Relation) LogValue() slog.Value { return slog.StringValue(r.ID) }

// Declare keeps an officer out of the files of a document from now on. Declaring
// the same again returns what is there. It fails with [ErrNotFound], for whoever
// is no officer, or [ErrRelation].
func (s *Service) Declare(ctx context.Context, by actor.Actor, kinship Kinship, number document.Number) (Relation, error) {
	if !slices.Contains(Kinships(), kinship) || number.Kind() == "" {
		return Relation{}, ErrRelation.On("relation")
	}
	var made Relation
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		declared, err := s.Relations(ctx, by)
		if err != nil {
			return err
		}
		for _, r := range declared {
			if r.Kinship == kinship && same(r.Number, number) {
				made = r
				return nil
			}
		}
		if len(declared) >= mostRelations {
			return ErrRelation.On("relation")
		}
		made = Relation{ID: s.newID(), Kinship: kinship, Number: number, Created: s.time()}
		sealed, err := s.keys.Seal([]byte(number.Canonical()), sealContext("relation", made.ID, "number"))
		if err != nil {
			return err
		}
		return s.db.Client(ctx).OfficerRelation.Create().SetID(made.ID).SetOfficerID(string(by.Officer)).
			SetRelation(relationrow.Relation(kinship)).SetDocumentKind(string(number.Kind())).SetNumberSealed(sealed).
			SetCreateTime(made.Created).Exec(ctx)
	})
	if err != nil {
		return Relation{}, fmt.Errorf("declare a relation: %w", err)
	}
	return made, nil
}

// Relations lists what an officer declared, oldest first. It fails with
// [ErrNotFound] for whoever is no officer.
func (s *Service) Relations(ctx context.Context, by actor.Actor) ([]Relation, error) {
	if by.Role != actor.Officer && by.Role != actor.Auditor || by.Officer == "" {
		return nil, ErrNotFound
	}
	return s.relations(ctx, by.Officer)
}

// Tied reports whether an officer declared any of these documents. A tie that
// cannot be read is an error and never a no.
func (s *Service) Tied(ctx context.Context, officer actor.OfficerID, numbers ...document.Number) (bool, error) {
	declared, err := s.relations(ctx, officer)
	if err != nil {
		return false, err
	}
	for _, r := range declared {
		if slices.ContainsFunc(numbers, func(n document.Number) bool { return same(r.Number, n) }) {
			return true, nil
		}
	}
	return false, nil
}

// relations reads what is declared and in force.
func (s *Service) relations(ctx context.Context, officer actor.OfficerID) ([]Relation, error) {
	rows, err := s.db.Client(ctx).OfficerRelation.Query().
		Where(relationrow.OfficerID(string(officer)), relationrow.EndTimeIsNil()).
		Order(relationrow.ByCreateTime(), relationrow.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read relations: %w", err)
	}
	list := make([]Relation, len(rows))
	for i, r := range rows {
		if list[i], err = s.relationFromRow(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// relationFromRow opens a row.
func (s *Service) relationFromRow(r *ent.OfficerRelation) (Relation, error) {
	canonical, err := s.keys.Unseal(r.NumberSealed, sealContext("relation", r.ID, "number"))
	if err != nil {
		return Relation{}, fmt.Errorf("open relation %s: %w", r.ID, err)
	}
	// The day only bounds birth dates; UTC's is never ahead of Shanghai's by more
	// than the day that is added.
	today := civil.DateOf(s.time()).AddDays(1)
	number, err := document.Parse(document.Kind(r.DocumentKind), string(canonical), today)
	if err != nil {
		return Relation{}, fmt.Errorf("read relation %s: %w", r.ID, err)
	}
	return Relation{ID: r.ID, Kinship: Kinship(r.Relation), Number: number, Created: r.CreateTime.UTC()}, nil
}

// same reports whether two numbers are of one document, however each is written.
func same(a, b document.Number) bool {
	return a.Kind() != "" && a.Kind() == b.Kind() && a.Canonical() == b.Canonical()
}
