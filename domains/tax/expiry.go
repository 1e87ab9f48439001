package tax

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// expiryDays is how long before its last day a document is planned.
const expiryDays = 120

// running is a document that runs out.
type running struct {
	id   actor.DocumentID
	kind document.Kind
	last civil.Date
}

// PlanExpiries makes due what runs out: people's documents that are in force, within
// 120 days. What was planned for a document that was renewed, replaced, lost, taken
// back or forgotten meanwhile falls away. It goes through all, in transactions of at
// most limit documents, and returns how many obligations it changed. It may be
// killed and repeated anywhere.
func (s *Service) PlanExpiries(ctx context.Context, limit int) (int, error) {
	voided, err := s.eachPage(ctx, limit, s.voidExpiries)
	if err != nil {
		return voided, fmt.Errorf("let expiries fall away: %w", err)
	}
	planned, err := s.eachPage(ctx, limit, s.planExpiries)
	if err != nil {
		err = fmt.Errorf("plan expiries: %w", err)
	}
	return voided + planned, err
}

// eachPage does a step after another, each in a transaction, until nothing is left.
func (s *Service) eachPage(ctx context.Context, limit int, step func(ctx context.Context, after place, limit int) (n int, next place, err error)) (total int, err error) {
	after := place{day: s.Today()}
	for {
		var n int
		var next place
		err := s.db.InTx(ctx, func(ctx context.Context) (err error) {
			n, next, err = step(ctx, after, limit)
			return err
		})
		if err != nil {
			return total, err
		}
		if total += n; next == (place{}) {
			return total, nil
		}
		after = next
	}
}

// place is where a page ends.
type place struct {
	day civil.Date
	id  string
}

// planExpiries makes a page of documents due.
func (s *Service) planExpiries(ctx context.Context, after place, limit int) (n int, next place, err error) {
	list, err := s.runningOut(ctx, after, limit)
	if err != nil || len(list) == 0 {
		return 0, next, err
	}
	wanted := make([]Obligation, len(list))
	for i, d := range list {
		wanted[i] = Paper{Document: d.id, Kind: expiryOf(d.kind), Last: d.last}.obligation()
	}
	if len(list) == limit {
		end := list[limit-1]
		next = place{end.last, string(end.id)}
	}
	a, err := s.almanac(ctx)
	if err != nil {
		return 0, next, err
	}
	n, err = s.put(ctx, a, wanted)
	return n, next, err
}

// runningOut reads the documents in force that run out soon and of which that is
// neither open nor done. An index on (valid_to, id) of the documents in force serves
// it.
func (s *Service) runningOut(ctx context.Context, after place, limit int) ([]running, error) {
	const text = `SELECT d.id, d.kind, d.valid_to FROM documents d
		WHERE d.recorded = 'valid' AND d.erase_time IS NULL AND d.kind <> 'credit_code'
			AND d.valid_to >= ? AND d.valid_to <= ? AND (d.valid_to > ? OR d.id > ?)
			AND NOT EXISTS (SELECT 1 FROM obligations o WHERE o.document_id = d.id
				AND o.kind = d.kind || '_expiry' AND o.period = d.valid_to AND o.state <> 'void')
		ORDER BY d.valid_to, d.id LIMIT ?`
	first, last := after.day.String(), s.Today().AddDays(expiryDays).String()
	return entdb.Query(ctx, s.db, text, []any{first, last, first, after.id, limit}, func(rows *sql.Rows) (d running, err error) {
		var end string
		err = rows.Scan(&d.id, &d.kind, &end)
		d.last = day(end)
		return d, err
	})
}

// voidExpiries lets a page of expiries fall away whose documents are others now.
func (s *Service) voidExpiries(ctx context.Context, _ place, limit int) (n int, next place, err error) {
	ids, err := s.overtaken(ctx, limit)
	if err != nil || len(ids) == 0 {
		return 0, next, err
	}
	list := make([]Obligation, len(ids))
	for i, id := range ids {
		if list[i], err = s.obligation(ctx, id); err != nil {
			return 0, next, err
		}
	}
	if len(list) == limit {
		next = place{list[0].Due, string(list[0].ID)} // what was voided is not found again
	}
	return len(list), next, s.void(ctx, list)
}

// overtaken reads the open expiries of documents that do not run out on that day any
// more. An index on the open obligations without registration serves it.
func (s *Service) overtaken(ctx context.Context, limit int) ([]ID, error) {
	const text = `SELECT o.id FROM obligations o JOIN documents d ON d.id = o.document_id
		WHERE o.state = 'open' AND o.registration_id = '' AND o.kind = d.kind || '_expiry'
			AND (d.valid_to <> o.period OR d.recorded <> 'valid' OR d.erase_time IS NOT NULL)
		ORDER BY o.due_date, o.id LIMIT ?`
	return entdb.Query(ctx, s.db, text, []any{limit}, func(rows *sql.Rows) (id ID, err error) { return id, rows.Scan(&id) })
}
