package replay

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/writekey"
)

// entry is the row of one call.
type entry struct {
	id       string
	input    []byte
	owner    string
	subjects []actor.DocumentID
	sealed   []byte // none while the first call is under way
}

func (e *entry) answered() bool { return len(e.sealed) > 0 }

func fromRow(r *ent.WriteKey) *entry {
	e := &entry{
		id: r.ID, input: r.InputHash, owner: r.Owner, sealed: r.AnswerSealed,
		subjects: make([]actor.DocumentID, len(r.Subjects)),
	}
	for i, id := range r.Subjects {
		e.subjects[i] = actor.DocumentID(id)
	}
	return e
}

// reserveQuery writes the row of a call, or writes it anew where an earlier one
// has outlived its time. On PostgreSQL it waits for another transaction that
// holds the key, and has this one begun anew when that one wrote it.
const reserveQuery = `INSERT INTO "write_keys" ("id", "input_hash", "owner", "create_time", "expire_time") VALUES (?, ?, ?, ?, ?)
ON CONFLICT ("id") DO UPDATE SET "input_hash" = excluded."input_hash", "owner" = excluded."owner", "subjects" = NULL,
"answer_sealed" = NULL, "create_time" = excluded."create_time", "expire_time" = excluded."expire_time"
WHERE "write_keys"."expire_time" <= excluded."create_time"`

// reserve makes sure that the call has a row, and returns it.
func (s *Service) reserve(ctx context.Context, id string, input []byte, owner string) (*entry, error) {
	now := s.time()
	result, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(reserveQuery), id, input, owner, now, now.Add(Life))
	if err != nil {
		return nil, fmt.Errorf("reserve key: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return nil, fmt.Errorf("reserve key: %w", err)
	}
	if n == 1 {
		return &entry{id: id, input: input, owner: owner}, nil
	}
	r, err := s.db.Client(ctx).WriteKey.Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return fromRow(r), nil
}

// keep writes the answer to the row.
func (s *Service) keep(ctx context.Context, e *entry, answer []byte, subjects []actor.DocumentID) error {
	sealed, err := s.seal(ctx, e, answer)
	if err != nil {
		return err
	}
	ids := make([]string, len(subjects))
	for i, id := range subjects {
		ids[i] = string(id)
	}
	err = s.db.Client(ctx).WriteKey.UpdateOneID(e.id).SetAnswerSealed(sealed).SetSubjects(ids).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return nil
}

// Forget deletes up to limit keys whose time is over and returns how many went.
// A job repeats it until that is fewer than limit.
func (s *Service) Forget(ctx context.Context, limit int) (int, error) {
	gone := 0
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		table := s.db.Client(ctx).WriteKey
		ids, err := table.Query().Where(row.ExpireTimeLTE(s.time())).Order(ent.Asc(row.FieldExpireTime)).Limit(limit).IDs(ctx)
		if err != nil {
			return err
		}
		gone, err = table.Delete().Where(row.IDIn(ids...)).Exec(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget write keys: %w", err)
	}
	return gone, nil
}
