package search

import (
	"context"

	"github.com/minzhengtong/minzhengtong/i18n/searchkey"
)

// Statements are the SQL of a query's first page, with their arguments: those
// that count grams, and the one that finds.
func (s *Service) Statements(ctx context.Context, kind Kind, query string, limit int) (texts []string, args [][]any, err error) {
	add := func(st *statement) {
		texts, args = append(texts, s.db.Rebind(st.sql.String())), append(args, st.args)
	}
	var forms []form
	for _, key := range searchkey.Queries(query) {
		add(counting(kind, searchkey.Needed(key)))
		f, _, err := s.plan(ctx, kind, key)
		if err != nil {
			return nil, nil, err
		}
		forms = append(forms, f)
	}
	add(finding(kind, forms, Page{Limit: limit}))
	return texts, args, nil
}
