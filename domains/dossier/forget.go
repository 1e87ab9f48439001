package dossier

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent/review"
)

// Counts says how much stands under some documents.
type Counts struct {
	Documents, Data, Records int
	// Notes are reasons and notes that somebody wrote, and paper answers.
	Notes int
	Links int
	Roles int
}

// forgetting takes what is personal out of the rows that stand under documents.
// What stays are IDs, codes and times: of links and proofs, so that it can be
// seen why documents were one file, and of roles, which are the firm's. In each
// statement [] stands for the documents.
var forgetting = []string{
	`UPDATE proofs SET note_sealed = NULL, trace_id = '' WHERE id IN (
		SELECT proof_id FROM links WHERE first_id [] UNION SELECT proof_id FROM links WHERE second_id []
		UNION SELECT proof_id FROM data WHERE document_id [])`,
	`UPDATE links SET cut_reason_sealed = NULL, version = version + 1 WHERE first_id [] OR second_id []`,
	`UPDATE inquiries SET target_sealed = '', version = version + 1 WHERE document_id []`,
	`UPDATE reviews SET close_reason_sealed = NULL, version = version + 1 WHERE first_id [] OR second_id []`,
	`DELETE FROM paper_entries WHERE first_id [] OR second_id []`,
	`DELETE FROM data WHERE document_id []`,
	`DELETE FROM records WHERE document_id []`,
	`DELETE FROM printings WHERE document_id []`,
	`UPDATE documents SET number_sealed = '', names_pass_sealed = NULL, holder_sealed = NULL,
		issue_count = '', valid_from = '', valid_to = '', area = '', version = version + 1 WHERE id []`,
}

// counting counts what there is; the columns are those of [Counts].
var counting = []string{
	`SELECT count(*) FROM documents WHERE id [] AND erase_time IS NULL`,
	`SELECT count(*) FROM data WHERE document_id []`,
	`SELECT count(*) FROM records WHERE document_id []`,
	`SELECT (SELECT count(*) FROM links WHERE (first_id [] OR second_id []) AND cut_reason_sealed IS NOT NULL) +
		(SELECT count(*) FROM links l JOIN proofs p ON p.id = l.proof_id
			WHERE (l.first_id [] OR l.second_id []) AND p.kind = 'window' AND p.note_sealed IS NOT NULL) +
		(SELECT count(*) FROM reviews WHERE (first_id [] OR second_id []) AND close_reason_sealed IS NOT NULL) +
		(SELECT count(*) FROM paper_entries WHERE first_id [] OR second_id [])`,
	`SELECT count(*) FROM links WHERE first_id [] OR second_id []`,
	`SELECT count(*) FROM firm_roles WHERE document_id []`,
}

// Forget does what [Service.Erase] does, closes the reviews of the documents, and
// blanks the rows that stand under them, in the caller's transaction if there is
// one. It may be repeated. Whoever calls it shreds the data keys afterwards.
func (s *Service) Forget(ctx context.Context, ids ...DocumentID) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.closeReviewsOf(ctx, ids); err != nil {
			return err
		}
		if err := s.Erase(ctx, ids...); err != nil {
			return err
		}
		for _, statement := range forgetting {
			text, args := about(statement, ids)
			if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(text), args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget documents: %w", err)
	}
	return nil
}

// closeReviewsOf closes the open reviews of documents, and tells the inquiries
// about the other side, which wait for them.
func (s *Service) closeReviewsOf(ctx context.Context, ids []DocumentID) error {
	rows, err := s.db.Client(ctx).Review.Query().Where(review.StateEQ(review.StateOpen),
		review.Or(review.FirstIDIn(entdb.Texts(ids)...), review.SecondIDIn(entdb.Texts(ids)...))).All(ctx)
	if err != nil {
		return err
	}
	open := make([]Review, len(rows))
	for i, r := range rows {
		open[i] = reviewFromRow(r)
	}
	if err := s.addSides(ctx, open); err != nil {
		return err
	}
	for _, v := range open {
		v.State, v.Closed = Apart, s.time()
		if err := s.closeReview(ctx, v, "", ""); err != nil {
			return err
		}
		if err := s.refuseInReview(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// about fills the documents into a statement.
func about(statement string, ids []DocumentID) (text string, args []any) {
	marks := "IN (?" + strings.Repeat(",?", len(ids)-1) + ")"
	for range strings.Count(statement, "[]") {
		for _, id := range ids {
			args = append(args, string(id))
		}
	}
	return strings.ReplaceAll(statement, "[]", marks), args
}

// Count says how much stands under some documents, whoever asks.
func (s *Service) Count(ctx context.Context, ids ...DocumentID) (Counts, error) {
	var c Counts
	if len(ids) == 0 {
		return c, nil
	}
	for i, into := range []*int{&c.Documents, &c.Data, &c.Records, &c.Notes, &c.Links, &c.Roles} {
		text, args := about(counting[i], ids)
		if err := s.db.SQL(ctx).QueryRowContext(ctx, s.db.Rebind(text), args...).Scan(into); err != nil {
			return Counts{}, fmt.Errorf("count holdings: %w", err)
		}
	}
	return c, nil
}

// ForgetSuperseded deletes up to limit values that another one superseded before
// a moment, in the caller's transaction if there is one, and returns how many.
func (s *Service) ForgetSuperseded(ctx context.Context, before time.Time, limit int) (int, error) {
	var gone int64
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		result, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(
			`DELETE FROM data WHERE id IN (SELECT id FROM data WHERE end_time < ? LIMIT ?)`), before, limit)
		if err != nil {
			return err
		}
		gone, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget superseded data: %w", err)
	}
	return int(gone), nil
}
