package lending

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/lendingcase"
	noterow "github.com/minzhengtong/minzhengtong/gen/ent/lendingnote"
	offerrow "github.com/minzhengtong/minzhengtong/gen/ent/lendingoffer"
)

// Held is a case with its notes.
type Held struct {
	Case
	Notes []Note
}

// Holdings returns the cases under some documents, the newest first, at most limit of them,
// whoever asks; without the contents of papers. What lies under a key that is gone is left
// empty.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) ([]Held, error) {
	cases, err := s.read(ctx, s.cases(ctx).Where(row.DocumentIDIn(entdb.Texts(documents)...)).
		Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit))
	if err != nil {
		return nil, err
	}
	held := make([]Held, len(cases))
	for i, c := range cases {
		notes, err := s.notesOf(ctx, c)
		if err != nil {
			return nil, err
		}
		held[i] = Held{c, notes}
	}
	return held, nil
}

// Forget blanks what was said and offered in words under some documents, deletes papers and
// notes, and ends what is open, in the caller's transaction. It may be repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, list, nothing := s.DB.Client(ctx), entdb.Texts(documents), []byte{}
	err := c.LendingCase.Update().Where(row.DocumentIDIn(list...), row.StateIn(row.StateOpen, row.StateAccepted)).
		SetState(row.StateWithdrawn).SetEndTime(s.time()).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end cases: %w", err)
	}
	of := row.DocumentIDIn(list...)
	if _, err := c.LendingNote.Delete().Where(noterow.HasCaseWith(of)).Exec(ctx); err != nil {
		return fmt.Errorf("forget notes: %w", err)
	}
	if err := c.LendingOffer.Update().Where(offerrow.HasCaseWith(of), offerrow.TermsSealedNotNil()).ClearTermsSealed().AddVersion(1).Exec(ctx); err != nil {
		return fmt.Errorf("forget offers: %w", err)
	}
	err = c.LendingCase.Update().Where(of, row.Or(row.NeedSealedNEQ(nothing), row.AnswerSealedNotNil())).
		SetNeedSealed(nothing).ClearAnswerSealed().AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget cases: %w", err)
	}
	return nil
}
