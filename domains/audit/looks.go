package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/gen/ent/objection"
)

// Page says which part of a list is wanted, the newest first.
type Page struct {
	// After is the ID of the last entry of the page before; "" begins.
	After string
	Limit int
}

// lastID is beyond every UUID.
const lastID = "g"

func (p Page) before() string {
	if p.After == "" {
		return lastID
	}
	return p.After
}

// Looks pages through the entries about the caller's file, and says whether
// there are more. With othersOnly it leaves out what the person did, or
// somebody whom the person delegated.
func (r *Reader) Looks(ctx context.Context, by actor.Actor, page Page, othersOnly bool) ([]Shown, bool, error) {
	documents, err := r.files.FileDocuments(ctx, by.Document)
	if err != nil {
		return nil, false, err
	}
	return r.LooksAt(ctx, documents, page, othersOnly)
}

// LooksAt is [Reader.Looks] for whoever holds these documents. That the caller
// may see them is for the caller to check.
func (r *Reader) LooksAt(ctx context.Context, documents []actor.DocumentID, page Page, othersOnly bool) ([]Shown, bool, error) {
	if len(documents) == 0 {
		return nil, false, nil
	}
	var out []Entry
	for more := true; more && len(out) <= page.Limit; {
		some, err := r.about(ctx, documents, page, othersOnly)
		if err != nil {
			return nil, false, err
		}
		if more = len(some) > page.Limit; len(some) > 0 {
			page.After = some[len(some)-1].ID
		}
		if othersOnly {
			// What a delegate did stands under the delegate's document.
			some = slices.DeleteFunc(some, func(e Entry) bool { return show(e, documents).Own })
		}
		out = append(out, some...)
	}
	more := len(out) > page.Limit
	out = out[:min(len(out), page.Limit)]
	if err := r.openWhys(ctx, out); err != nil {
		return nil, false, err
	}
	shown := make([]Shown, len(out))
	for i, e := range out {
		shown[i] = show(e, documents)
	}
	return shown, more, r.withObjections(ctx, shown, documents)
}

// about reads one entry more than the page has. Each document's newest come
// from its own index, so that the cost is the page's and not the file's.
func (r *Reader) about(ctx context.Context, documents []actor.DocumentID, page Page, othersOnly bool) ([]Entry, error) {
	query := "SELECT * FROM (SELECT s.entry_id FROM audit_subjects s WHERE s.document_id = ? AND s.entry_id < ? ORDER BY s.entry_id DESC LIMIT ?) AS one"
	if othersOnly {
		query = "SELECT * FROM (SELECT s.entry_id FROM audit_subjects s JOIN audit_entries o ON o.id = s.entry_id AND o.actor NOT IN (" +
			marks(len(documents)) + ") WHERE s.document_id = ? AND s.entry_id < ? ORDER BY s.entry_id DESC LIMIT ?) AS one"
	}
	var parts []string
	var args []any
	for _, d := range documents {
		parts = append(parts, query)
		if othersOnly {
			args = append(args, texts(documents)...)
		}
		args = append(args, string(d), page.before(), page.Limit+1)
	}
	return r.entries(ctx, "e.id IN ("+strings.Join(parts, " UNION ")+") ORDER BY e.id DESC LIMIT ?", append(args, page.Limit+1)...)
}

// entries reads entries that a condition names.
func (s *Service) entries(ctx context.Context, where string, args ...any) (_ []Entry, err error) {
	rows, err := s.db.SQL(ctx).QueryContext(ctx,
		s.db.Rebind("SELECT e.id, COALESCE(e.position, -1), e.body FROM audit_entries e WHERE "+where), args...)
	if err != nil {
		return nil, fmt.Errorf("read audit entries: %w", err)
	}
	defer func() { err = closing(rows, err) }()
	var out []Entry
	for rows.Next() {
		var id string
		var position int64
		var raw []byte
		if err := rows.Scan(&id, &position, &raw); err != nil {
			return nil, fmt.Errorf("read audit entries: %w", err)
		}
		e, err := decode(raw)
		if err != nil || e.ID != id {
			return nil, fmt.Errorf("read audit entry %s: %w", id, errCanonical)
		}
		e.Position, e.raw = position, raw
		out = append(out, e)
	}
	return out, rows.Err()
}

// withObjections names the objections to entries.
func (r *Reader) withObjections(ctx context.Context, shown []Shown, documents []actor.DocumentID) error {
	ids := make([]string, len(shown))
	for i, e := range shown {
		ids[i] = e.ID
	}
	rows, err := r.db.Client(ctx).Objection.Query().
		Where(objection.EntryIDIn(ids...), objection.DocumentIDIn(plain(documents)...)).
		Select(objection.FieldID, objection.FieldEntryID).All(ctx)
	if err != nil {
		return fmt.Errorf("read objections: %w", err)
	}
	for _, o := range rows {
		shown[slices.Index(ids, o.EntryID)].Objection = ObjectionID(o.ID)
	}
	return nil
}

// marks are n placeholders.
func marks(n int) string { return "?" + strings.Repeat(", ?", n-1) }

// plain are IDs as text.
func plain(documents []actor.DocumentID) []string {
	out := make([]string, len(documents))
	for i, d := range documents {
		out[i] = string(d)
	}
	return out
}

// texts are IDs as arguments of a query.
func texts(documents []actor.DocumentID) []any {
	out := make([]any, len(documents))
	for i, d := range documents {
		out[i] = string(d)
	}
	return out
}
