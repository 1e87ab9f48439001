package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/auditentry"
)

// Filter narrows the auditors' list. What is empty does not.
type Filter struct {
	Actor  string // who acted: a document, an officer or a system
	Action string
}

// ListEntries pages through the whole log for auditors, the newest first, and
// says whether there are more. The documents that the entries are about are
// noted in the call's own entry: reading who looked is a look too.
func (s *Service) ListEntries(ctx context.Context, f Filter, page Page) ([]Entry, bool, error) {
	where, args := "e.id < ?", []any{page.before()}
	if f.Actor != "" {
		where, args = where+" AND e.actor = ?", append(args, f.Actor)
	}
	if f.Action != "" {
		where, args = where+" AND e.action = ?", append(args, f.Action)
	}
	out, err := s.entries(ctx, where+" ORDER BY e.id DESC LIMIT ?", append(args, page.Limit+1)...)
	if err != nil {
		return nil, false, err
	}
	more := len(out) > page.Limit
	out = out[:min(len(out), page.Limit)]
	for _, e := range out {
		Concerns(ctx, e.Subjects...)
	}
	return out, more, s.openWhys(ctx, out)
}

// Checkpoint is the newest signed head of the log. Its note is empty while the
// log is.
type Checkpoint struct {
	Note []byte
	Size int64
}

// Checkpoint returns the newest signed head.
func (s *Service) Checkpoint(ctx context.Context) (Checkpoint, error) {
	now, err := readHead(ctx, s.db)
	return Checkpoint{now.note, now.size}, err
}

// VerifierKey is the key that verifies checkpoints, as text.
func (s *Service) VerifierKey() string { return s.signer.key }

// Pending is how far the log lags behind what was written: nothing protects an
// entry before it has its place, and a numbered one is safe from whoever holds
// the signing key only when it is anchored.
type Pending struct {
	Unnumbered int
	// Oldest is the time of the oldest entry without a place; zero where there
	// is none.
	Oldest time.Time
}

// Pending counts the entries that wait for their place.
func (s *Service) Pending(ctx context.Context) (Pending, error) {
	waiting := s.db.Client(ctx).AuditEntry.Query().Where(auditentry.PositionIsNil())
	n, err := waiting.Clone().Count(ctx)
	if err != nil {
		return Pending{}, fmt.Errorf("count unnumbered audit entries: %w", err)
	}
	first, err := waiting.Order(auditentry.ByID()).Select(auditentry.FieldTime).First(ctx)
	switch {
	case ent.IsNotFound(err):
		return Pending{Unnumbered: n}, nil
	case err != nil:
		return Pending{}, fmt.Errorf("read the oldest unnumbered audit entry: %w", err)
	}
	return Pending{n, first.Time}, nil
}
