package privacy

import (
	"context"
	"fmt"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// forgetting is what an erasure does to the rows of other packages, beside
// those of dossier, the sessions, what notice, alarm and tax delete and what subsidy,
// dispute, finance and lending blank. Of what is kept only IDs, codes, figures and times stay. A ? in front of the
// documents is the present moment.
//
// One list, so that one test can hold it against every column that there is.
var forgetting = []string{
	`UPDATE corrections SET before_sealed = NULL, value_sealed = '', reason_sealed = '', answer_sealed = NULL,
		state = CASE WHEN state = 'open' THEN 'refused' ELSE state END, decide_time = coalesce(decide_time, ?),
		version = version + 1 WHERE document_id`,
	`UPDATE objections SET text_sealed = '', answer_sealed = NULL,
		state = 'answered', answer_time = coalesce(answer_time, ?), version = version + 1 WHERE document_id`,
	`DELETE FROM challenges WHERE document_id`,
	`DELETE FROM write_keys WHERE answer_sealed IS NOT NULL AND owner`, // not the present call's
	`UPDATE consents SET revoke_time = coalesce(revoke_time, ?) WHERE document_id`,
	// The number that the person wrote down, and the person's that others did:
	// theirs lies under their key, so the row goes.
	`UPDATE delegations SET delegate_sealed = '', licences = NULL, revoke_time = coalesce(revoke_time, ?) WHERE principal_id`,
	`DELETE FROM delegations WHERE delegate_id`,
}

// forgetTexts does it, in the caller's transaction.
func (s *Service) forgetTexts(ctx context.Context, documents []actor.DocumentID) error {
	among, ids := oneOf(documents)
	for _, statement := range forgetting {
		args := ids
		if strings.Contains(statement, "?") {
			args = append([]any{s.time()}, ids...)
		}
		if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(statement+among), args...); err != nil {
			return fmt.Errorf("forget texts: %w", err)
		}
	}
	return nil
}

// answersAbout finds the kept answers to officers' calls about some documents.
// They lie under the keyring and not under a data key. It looks through all
// answers of the last two days, and therefore outside of any transaction.
func (s *Service) answersAbout(ctx context.Context, documents []string) ([]string, error) {
	var found []string
	for _, id := range documents {
		keys, err := s.answersNaming(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("find answers: %w", err)
		}
		found = append(found, keys...)
	}
	return found, nil
}

func (s *Service) answersNaming(ctx context.Context, document string) (found []string, err error) {
	// On PostgreSQL the column is jsonb, which has no LIKE of its own.
	rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(
		`SELECT id FROM write_keys WHERE owner = '' AND CAST(subjects AS text) LIKE ?`), `%"`+document+`"%`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		found = append(found, key)
	}
	return found, rows.Err()
}

func (s *Service) deleteAnswers(ctx context.Context, keys []string) error {
	for _, key := range keys {
		if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(`DELETE FROM write_keys WHERE id = ?`), key); err != nil {
			return fmt.Errorf("delete answer: %w", err)
		}
	}
	return nil
}
