package alarm

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	obligationrow "github.com/minzhengtong/minzhengtong/gen/ent/obligation"
)

// What other domains keep and answer for one person at a time is read here for
// many at once, and only read.

// holder is a person who answers for a document.
type holder struct {
	document actor.DocumentID   // under which the alarms stand
	file     []actor.DocumentID // all documents of the person's file, sorted
}

// has reports whether a document is in the person's file.
func (h holder) has(id actor.DocumentID) bool { return slices.Contains(h.file, id) }

// holdersOf names, for each of some documents, the persons who answer for it, each
// file once.
func (s *Service) holdersOf(ctx context.Context, subjects []actor.DocumentID) (map[actor.DocumentID][]holder, error) {
	named, err := s.files.Holders(ctx, subjects)
	if err != nil {
		return nil, err
	}
	var all []actor.DocumentID
	for _, list := range named {
		all = append(all, list...)
	}
	files, err := s.filesOf(ctx, each(all))
	if err != nil {
		return nil, err
	}
	holders := make(map[actor.DocumentID][]holder, len(named))
	for subject, list := range named {
		for _, id := range each(list) {
			known := slices.ContainsFunc(holders[subject], func(h holder) bool { return h.has(id) })
			if file := files[id]; len(file) > 0 && !known {
				holders[subject] = append(holders[subject], holder{id, file})
			}
		}
	}
	return holders, nil
}

// filesOf reads, for each of some documents, the documents of its file.
func (s *Service) filesOf(ctx context.Context, documents []actor.DocumentID) (map[actor.DocumentID][]actor.DocumentID, error) {
	files := make(map[actor.DocumentID][]actor.DocumentID, len(documents))
	for part := range slices.Chunk(documents, mostAtOnce) {
		err := s.pairs(ctx, `SELECT d.id, o.id FROM documents d JOIN documents o ON o.dossier_id = d.dossier_id`, part, func(a, b string) {
			files[actor.DocumentID(a)] = append(files[actor.DocumentID(a)], actor.DocumentID(b))
		})
		if err != nil {
			return nil, fmt.Errorf("read files: %w", err)
		}
	}
	return files, nil
}

// firmNames names those of some documents that are firms'.
func (s *Service) firmNames(ctx context.Context, documents []actor.DocumentID) (map[actor.DocumentID]string, error) {
	names := map[actor.DocumentID]string{}
	for part := range slices.Chunk(documents, mostAtOnce) {
		err := s.pairs(ctx, `SELECT d.id, f.name FROM documents d JOIN firms f ON f.id = d.dossier_id`, part, func(a, b string) { names[actor.DocumentID(a)] = b })
		if err != nil {
			return nil, fmt.Errorf("name firms: %w", err)
		}
	}
	return names, nil
}

// pairs runs a query over documents d that answers with two texts in each row, for
// some of them, in their order.
func (s *Service) pairs(ctx context.Context, text string, documents []actor.DocumentID, add func(a, b string)) error {
	among, ids := s.db.OneOf(entdb.Texts(documents))
	type pair struct{ a, b string }
	list, err := entdb.Query(ctx, s.db, text+` WHERE d.id `+among+` ORDER BY 1, 2`, []any{ids}, func(rows *sql.Rows) (p pair, err error) {
		return p, rows.Scan(&p.a, &p.b)
	})
	for _, p := range list {
		add(p.a, p.b)
	}
	return err
}

// obligationsByID reads obligations, as far as ringing and calendars need them;
// those that are not there are left out. It is SQL because each ring passes here.
func (s *Service) obligationsByID(ctx context.Context, ids []tax.ID) ([]tax.Obligation, error) {
	list := make([]tax.Obligation, 0, len(ids))
	for part := range slices.Chunk(ids, mostAtOnce) {
		among, names := s.db.OneOf(entdb.Texts(part))
		read, err := entdb.Query(ctx, s.db, `SELECT id, document_id, kind, period, name, due_date, basis, moves, state, change_time
			FROM obligations WHERE id `+among, []any{names}, scanObligation)
		if err != nil {
			return nil, fmt.Errorf("read obligations: %w", err)
		}
		list = append(list, read...)
	}
	return list, nil
}

func scanObligation(rows *sql.Rows) (o tax.Obligation, err error) {
	var due string
	err = rows.Scan(&o.ID, &o.Document, &o.Kind, &o.Period, &o.Name, &due, &o.Basis, &o.Moves, &o.State, &o.Changed)
	if err != nil {
		return o, err
	}
	o.Due, err = civil.ParseDate(due)
	o.Changed = o.Changed.UTC()
	return o, err
}

// obligationsUnder reads what is due under some documents from one day to another,
// in any state, the earliest first.
func (s *Service) obligationsUnder(ctx context.Context, documents []actor.DocumentID, from, to civil.Date) ([]tax.Obligation, error) {
	rows, err := s.db.Client(ctx).Obligation.Query().Where(obligationrow.DocumentIDIn(entdb.Texts(documents)...),
		obligationrow.DueDateGTE(from.String()), obligationrow.DueDateLTE(to.String())).
		Order(obligationrow.ByDueDate(), obligationrow.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read obligations: %w", err)
	}
	list := make([]tax.Obligation, len(rows))
	for i, r := range rows {
		if list[i], err = obligationFromRow(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func obligationFromRow(r *ent.Obligation) (tax.Obligation, error) {
	due, err := civil.ParseDate(r.DueDate)
	if err != nil {
		return tax.Obligation{}, fmt.Errorf("read obligation %s: %w", r.ID, err)
	}
	return tax.Obligation{
		ID: tax.ID(r.ID), Document: actor.DocumentID(r.DocumentID), Kind: tax.Kind(r.Kind), Period: tax.Period(r.Period),
		Name: r.Name, Due: due, Basis: tax.Basis(r.Basis), Moves: r.Moves, State: tax.State(r.State), Changed: r.ChangeTime.UTC(),
	}, nil
}
