package replay

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/writekey"
)

// place binds an answer to its row.
func place(id string) string { return "write_key/" + id + "/answer" }

// erased stands for the answer of an owner whose data key is gone already. It
// opens under no key.
var erased = []byte{0}

// seal closes an answer under its owner's data key, or the keyring.
func (s *Service) seal(ctx context.Context, e *entry, answer []byte) ([]byte, error) {
	if e.owner == "" {
		sealed, err := s.keys.Seal(answer, place(e.id))
		if err != nil {
			return nil, fmt.Errorf("seal answer: %w", err)
		}
		return sealed, nil
	}
	set, err := s.ownersKey(ctx, e.owner)
	if err != nil {
		return nil, fmt.Errorf("seal answer: %w", err)
	}
	if set.Shredded(e.owner) {
		return erased, nil
	}
	sealed, err := set.Seal(e.owner, answer, place(e.id))
	if err != nil {
		return nil, fmt.Errorf("seal answer: %w", err)
	}
	return sealed, nil
}

// ownersKey reads the data key, and makes the first one. What it makes stays
// when the transaction does not, and does no harm.
func (s *Service) ownersKey(ctx context.Context, owner string) (vault.Set, error) {
	set, err := s.vault.Keys(ctx, owner)
	if err != nil || set.Has(owner) || set.Shredded(owner) {
		return set, err
	}
	return s.vault.Make(ctx, owner)
}

// unseal opens the answer of a row, or fails with [ErrGone].
func (s *Service) unseal(ctx context.Context, e *entry) ([]byte, error) {
	if e.owner == "" {
		answer, err := s.keys.Unseal(e.sealed, place(e.id))
		if err != nil {
			return nil, fmt.Errorf("open answer: %w", err)
		}
		return answer, nil
	}
	set, err := s.vault.Keys(ctx, e.owner)
	if err != nil {
		return nil, fmt.Errorf("open answer: %w", err)
	}
	if set.Shredded(e.owner) {
		return nil, ErrGone
	}
	answer, err := set.Unseal(e.owner, e.sealed, place(e.id))
	if err != nil {
		return nil, fmt.Errorf("open answer: %w", err)
	}
	return answer, nil
}

// resealBatch is how many rows one transaction re-encrypts.
const resealBatch = 200

// Reseal encrypts anew what lies under another key of the keyring than the
// present one. It works while the program serves, may be interrupted and
// repeated, and tells progress how many rows it has looked at and how many it
// wrote. Answers under data keys are left: the vault wraps those keys anew.
func (s *Service) Reseal(ctx context.Context, progress func(seen, written int)) error {
	seen, written := 0, 0
	for after := ""; ; {
		var batch []*ent.WriteKey
		changed := 0
		err := s.db.InTx(ctx, func(ctx context.Context) error {
			var err error
			batch, err = s.db.Client(ctx).WriteKey.Query().
				Where(row.IDGT(after), row.Owner(""), row.AnswerSealedNotNil()).
				Order(ent.Asc(row.FieldID)).Limit(resealBatch).All(ctx)
			if err != nil {
				return err
			}
			changed, err = s.resealRows(ctx, batch)
			return err
		})
		if err != nil {
			return fmt.Errorf("reseal write keys: %w", err)
		}
		if len(batch) == 0 {
			return nil
		}
		seen, written = seen+len(batch), written+changed
		progress(seen, written)
		after = batch[len(batch)-1].ID
	}
}

// resealRows returns how many rows it wrote.
func (s *Service) resealRows(ctx context.Context, batch []*ent.WriteKey) (int, error) {
	changed := 0
	for _, r := range batch {
		e := fromRow(r)
		if key, ok := keyring.SealedBy(e.sealed); ok && key == s.keys.SealingKey() {
			continue
		}
		answer, err := s.unseal(ctx, e)
		if err != nil {
			return 0, err
		}
		sealed, err := s.seal(ctx, e, answer)
		if err != nil {
			return 0, err
		}
		if err := r.Update().SetAnswerSealed(sealed).Exec(ctx); err != nil {
			return 0, err
		}
		changed++
	}
	return changed, nil
}
