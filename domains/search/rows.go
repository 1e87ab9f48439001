package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/searchtext"
	"github.com/minzhengtong/minzhengtong/i18n/searchkey"
)

const (
	// perInsert is how many grams one statement writes: three arguments each, well
	// below what either database takes.
	perInsert = 1000
	// mostCounted bounds the grams of a form that are counted, and fewEnough how
	// far each is.
	mostCounted = 32
	fewEnough   = 256
)

// index writes a text and its grams.
func (s *Service) index(ctx context.Context, t Text) error {
	head, body := searchkey.Key(clean(t.Head)), searchkey.Key(clean(t.Body))
	order := t.Order.UTC().Truncate(time.Microsecond)
	id, err := s.textID(ctx, t.Kind, t.Owner)
	switch {
	case ent.IsNotFound(err):
		id = s.newID()
		err = s.db.Client(ctx).SearchText.Create().SetID(id).SetKind(string(t.Kind)).SetOwnerID(t.Owner).
			SetHeadKey(head).SetBodyKey(body).SetOrderTime(order).Exec(ctx)
	case err == nil:
		err = s.db.Client(ctx).SearchText.UpdateOneID(id).SetHeadKey(head).SetBodyKey(body).SetOrderTime(order).Exec(ctx)
		if err == nil {
			err = s.dropGrams(ctx, id)
		}
	}
	if err != nil {
		return err
	}
	grams := unique(slices.Concat(searchkey.Grams(head), searchkey.Grams(body)))
	return s.addGrams(ctx, t.Kind, id, grams)
}

// remove deletes a text with its grams.
func (s *Service) remove(ctx context.Context, kind Kind, owner string) error {
	id, err := s.textID(ctx, kind, owner)
	if ent.IsNotFound(err) {
		return nil
	}
	if err == nil {
		err = s.dropGrams(ctx, id)
	}
	if err != nil {
		return err
	}
	return s.db.Client(ctx).SearchText.DeleteOneID(id).Exec(ctx)
}

// textID is the row of an owner's text.
func (s *Service) textID(ctx context.Context, kind Kind, owner string) (string, error) {
	return s.db.Client(ctx).SearchText.Query().Where(row.Kind(string(kind)), row.OwnerID(owner)).OnlyID(ctx)
}

// dropGrams deletes the grams of a text.
func (s *Service) dropGrams(ctx context.Context, id string) error {
	_, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(`DELETE FROM "search_grams" WHERE "text_id" = ?`), id)
	return err
}

// addGrams writes the grams of a text, many with each statement.
func (s *Service) addGrams(ctx context.Context, kind Kind, id string, grams []string) error {
	for batch := range slices.Chunk(grams, perInsert) {
		args := make([]any, 0, 3*len(batch))
		for _, g := range batch {
			args = append(args, string(kind), g, id)
		}
		query := `INSERT INTO "search_grams" ("kind", "gram", "text_id") VALUES (?, ?, ?)` + strings.Repeat(`, (?, ?, ?)`, len(batch)-1)
		if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(query), args...); err != nil {
			return err
		}
	}
	return nil
}

// plan chooses how to find one form of a query, and reports whether any text can
// hold it.
func (s *Service) plan(ctx context.Context, kind Kind, key string) (form, bool, error) {
	f := form{words: unique(strings.Fields(key)), grams: unique(searchkey.Needed(key))}
	if len(f.words) == 0 || len(f.grams) == 0 {
		return form{}, false, nil
	}
	f.grams = f.grams[:min(len(f.grams), mostCounted)]
	counts, err := s.count(ctx, kind, f.grams)
	if err != nil {
		return form{}, false, err
	}
	slices.SortFunc(f.grams, func(a, b string) int { return cmp.Or(cmp.Compare(counts[a], counts[b]), cmp.Compare(a, b)) })
	possible := counts[f.grams[0]] > 0
	f.grams = f.grams[:min(len(f.grams), mostGrams)]
	for _, w := range f.words {
		if !slices.Contains(f.grams, w) {
			f.open = append(f.open, w)
		}
	}
	return f, possible, nil
}

// unique sorts a list and drops what it has twice.
func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// count says how many texts have each gram; it counts no further than is needed
// to tell rare ones from common ones.
func (s *Service) count(ctx context.Context, kind Kind, grams []string) (_ map[string]int, err error) {
	counting := counting(kind, grams)
	rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(counting.sql.String()), counting.args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	counts := make(map[string]int, len(grams))
	for rows.Next() {
		var place, n int
		if err := rows.Scan(&place, &n); err != nil {
			return nil, err
		}
		counts[grams[place]] = n
	}
	return counts, rows.Err()
}

// read runs a statement that gives positions.
func (s *Service) read(ctx context.Context, st *statement) (_ []Position, err error) {
	rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(st.sql.String()), st.args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var list []Position
	for rows.Next() {
		var p Position
		if err := rows.Scan(&p.Owner, &p.Order, &p.Place); err != nil {
			return nil, err
		}
		p.Order = p.Order.UTC()
		list = append(list, p)
	}
	return list, rows.Err()
}
