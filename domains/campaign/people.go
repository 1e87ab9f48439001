package campaign

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Documents and notices belong to other domains, which answer for one person at a
// time. They are read here for many at once, and only read.

// person is somebody to be told.
type person struct {
	document actor.DocumentID
	// origin is the file into which the document was born, file the one in which
	// it is.
	origin, file actor.DossierID
}

// today is the day on which documents are in force.
func (s *Service) today() civil.Date { return civil.DateOf(s.now().In(s.zone)) }

// count is how many people are in a population: files, not documents.
func (s *Service) count(ctx context.Context, p Population) (int64, error) {
	where, args := p.where(s.today())
	var n int64
	query := `SELECT count(DISTINCT d.dossier_id) FROM documents d WHERE ` + where
	if err := s.db.SQL(ctx).QueryRowContext(ctx, s.db.Rebind(query), args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count people: %w", err)
	}
	return n, nil
}

// following are the next documents that match, in the order of their IDs.
func (s *Service) following(ctx context.Context, c Campaign) ([]actor.DocumentID, error) {
	where, args := c.Population.where(s.today())
	args = append(append([]any{c.position}, args...), c.batch())
	query := `SELECT d.id FROM documents d WHERE d.id > ? AND ` + where + ` ORDER BY d.id LIMIT ?`
	var list []actor.DocumentID
	err := s.eachRow(ctx, query, args, func(rows *sql.Rows) error {
		var id actor.DocumentID
		err := rows.Scan(&id)
		list = append(list, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for people: %w", err)
	}
	return list, nil
}

// untold are the people of some documents, each once, who are in the population
// now and were not told under any document that is in their file now.
func (s *Service) untold(ctx context.Context, c Campaign, documents []actor.DocumentID) ([]person, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	where, args := c.Population.where(s.today())
	args = append(append(values(documents), args...), c.keys())
	query := `SELECT d.id, d.origin_id, d.dossier_id FROM documents d WHERE d.id IN ` + marks(len(documents)) + ` AND ` + where + `
		AND NOT EXISTS (SELECT 1 FROM documents o JOIN notices n ON n.key = CAST(? AS TEXT) || o.origin_id WHERE o.dossier_id = d.dossier_id)
		ORDER BY d.id`
	var list []person
	seen := map[actor.DossierID]bool{}
	err := s.eachRow(ctx, query, args, func(rows *sql.Rows) error {
		var p person
		err := rows.Scan(&p.document, &p.origin, &p.file)
		if !seen[p.file] {
			seen[p.file] = true
			list = append(list, p)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at people: %w", err)
	}
	return list, nil
}

// eachRow calls read for each row that a query finds.
func (s *Service) eachRow(ctx context.Context, query string, args []any, read func(*sql.Rows) error) (err error) {
	rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(query), args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
