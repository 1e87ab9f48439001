package tax

import (
	"context"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	documentrow "github.com/minzhengtong/minzhengtong/gen/ent/document"
	row "github.com/minzhengtong/minzhengtong/gen/ent/taxregistration"
)

// ref is how a source names a registration.
type ref struct{ source, name string }

func (r Registration) ref() ref { return ref{r.Source, r.Ref} }

// registrationsByRef reads what is on file under the names of some registrations.
func (s *Service) registrationsByRef(ctx context.Context, list []Registration) (map[ref]Registration, error) {
	names := map[string][]string{}
	for _, r := range list {
		names[r.Source] = append(names[r.Source], r.Ref)
	}
	known := make(map[ref]Registration, len(list))
	for source, refs := range names {
		found, err := registrations(s.db.Client(ctx).TaxRegistration.Query().Where(row.Source(source), row.SourceRefIn(refs...)).All(ctx))
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			known[r.ref()] = r
		}
	}
	return known, nil
}

// registrationsOf reads the registrations of documents.
func (s *Service) registrationsOf(ctx context.Context, documents []actor.DocumentID) ([]Registration, error) {
	return registrations(s.db.Client(ctx).TaxRegistration.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...)).
		Order(row.ByTax(), row.ByValidFrom(), row.ByID()).All(ctx))
}

// dueRegistrations reads those that are worked out to a day before the horizon.
func (s *Service) dueRegistrations(ctx context.Context, horizon civil.Date, limit int) ([]Registration, error) {
	return registrations(s.db.Client(ctx).TaxRegistration.Query().Where(row.PlannedToLT(horizon.String())).
		Order(row.ByPlannedTo(entsql.OrderAsc()), row.ByID()).Limit(limit).All(ctx))
}

// insertRegistrations writes new ones.
func (s *Service) insertRegistrations(ctx context.Context, list []Registration) error {
	rows := entdb.NewBulk(row.Table, row.FieldID, row.FieldDocumentID, row.FieldTax, row.FieldCycle, row.FieldArea,
		row.FieldValidFrom, row.FieldValidTo, row.FieldSource, row.FieldSourceRef, row.FieldCreateTime)
	for _, r := range list {
		rows.Add(string(r.ID), string(r.Document), string(r.Tax), string(r.Cycle), r.Area,
			written(r.From), written(r.To), r.Source, r.Ref, r.created)
	}
	_, err := rows.Flush(ctx, s.db)
	return err
}

// saveEnd writes a registration's last day, and to where it is worked out.
func (s *Service) saveEnd(ctx context.Context, r Registration) error {
	err := s.db.Client(ctx).TaxRegistration.UpdateOneID(string(r.ID)).SetValidTo(written(r.To)).
		SetPlannedTo(written(r.planned)).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save registration: %w", err)
	}
	return nil
}

// savePlanned writes to where registrations are worked out, all that got to the
// same day in one statement.
func (s *Service) savePlanned(ctx context.Context, through map[civil.Date][]string) error {
	for day, ids := range through {
		err := s.db.Client(ctx).TaxRegistration.Update().Where(row.IDIn(ids...)).
			SetPlannedTo(day.String()).AddVersion(1).Exec(ctx)
		if err != nil {
			return fmt.Errorf("save registrations: %w", err)
		}
	}
	return nil
}

// standing are those of some documents that are on file and were not forgotten.
func (s *Service) standing(ctx context.Context, documents []actor.DocumentID) (map[actor.DocumentID]bool, error) {
	ids, err := s.db.Client(ctx).Document.Query().Where(documentrow.IDIn(entdb.Texts(documents)...), documentrow.EraseTimeIsNil()).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("read documents: %w", err)
	}
	on := make(map[actor.DocumentID]bool, len(ids))
	for _, id := range ids {
		on[actor.DocumentID(id)] = true
	}
	return on, nil
}

func registrations(rows []*ent.TaxRegistration, err error) ([]Registration, error) {
	if err != nil {
		return nil, fmt.Errorf("read registrations: %w", err)
	}
	list := make([]Registration, len(rows))
	for i, r := range rows {
		list[i] = Registration{
			ID: RegistrationID(r.ID), Document: actor.DocumentID(r.DocumentID), Tax: Kind(r.Tax), Cycle: Cycle(r.Cycle), Area: r.Area,
			From: day(r.ValidFrom), To: day(r.ValidTo), Source: r.Source, Ref: r.SourceRef,
			planned: day(r.PlannedTo), created: r.CreateTime.UTC(),
		}
	}
	return list, nil
}

// distinct are the values of a list without repetition, sorted.
func distinct[T any, K ~string](list []T, of func(T) K) []K {
	keys := make([]K, len(list))
	for i, x := range list {
		keys[i] = of(x)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
