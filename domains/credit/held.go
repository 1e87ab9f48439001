package credit

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/creditreport"
)

// Holdings is everything that this package holds about some documents.
type Holdings struct {
	Reports []HeldReport
	Queries []Query
}

// LogValue keeps all of it out of logs.
func (Holdings) LogValue() slog.Value { return slog.StringValue("[holdings]") }

// HeldReport is a version with all that it rests on.
type HeldReport struct {
	Report
	// Raw is the content as JSON, Rule the trace of the grade, or null.
	Raw, Rule []byte
}

// Holdings returns what is held about some documents, the newest first, at most limit of
// each kind: also what is over and not removed yet.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (h Holdings, err error) {
	rows, err := s.DB.Client(ctx).CreditReport.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...)).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return Holdings{}, fmt.Errorf("read credit reports: %w", err)
	}
	all, err := s.open(ctx, rows)
	if err != nil {
		return Holdings{}, err
	}
	for _, v := range all {
		r, err := v.shown()
		if err != nil {
			return Holdings{}, err
		}
		h.Reports = append(h.Reports, HeldReport{Report: r, Raw: v.kept.Content, Rule: v.kept.Trace})
	}
	if h.Queries, _, err = s.queriesAmong(ctx, documents, QueryCursor{}, limit); err != nil {
		return Holdings{}, fmt.Errorf("read queries: %w", err)
	}
	return h, nil
}

// Forget deletes the reports on some documents, in the caller's transaction. Queries stay:
// they say who asked and when, and lead to nobody once the documents are blank. It may be
// repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	if _, err := s.DB.Client(ctx).CreditReport.Delete().Where(row.DocumentIDIn(entdb.Texts(documents)...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget credit reports: %w", err)
	}
	return nil
}

// overSince is the moment at or before which reports were confirmed that are over.
func (s *Service) overSince() time.Time { return s.time().AddDate(0, 0, -KeepDays) }
