package privacy

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent/erasure"
)

// shredWait is how long the answer to an erasure waits for the vault. What is
// not done by then is [Service.Finish]'s.
const shredWait = 10 * time.Second

// Erase forgets the person, and returns the receipt with what was there. It
// cannot be undone. It fails with [ErrNotConfirmed] unless the phrase is that of
// [Service.Preview], and with guard.ErrNotFound, also when the person was erased
// before: then nobody is signed in by these documents any more.
//
// In one transaction it notes the erasure, ends the sessions and blanks the
// rows. When that is committed it shreds the documents' data keys; if it dies
// before, [Service.Finish] does. Within a caller's transaction all of that waits
// for the caller's commit.
func (s *Service) Erase(ctx context.Context, by actor.Actor, typed string) (Erased, error) {
	var done Erased
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		documents, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		if !confirms(typed, phrase(documents)) {
			return ErrNotConfirmed.On("phrase")
		}
		done = Erased{ID: ErasureID(s.newID())}
		if done.Lines, err = s.lines(ctx, documents); err != nil {
			return err
		}
		ids := idsOf(documents)
		err = s.db.Client(ctx).Erasure.Create().SetID(string(done.ID)).SetDocumentIds(entdb.Texts(ids)).
			SetState(erasure.StateStarted).SetKept(keptKinds()).SetCreateTime(s.time()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("keep erasure: %w", err)
		}
		if err := s.blank(ctx, ids); err != nil {
			return err
		}
		s.db.AfterCommit(ctx, func() { s.shredSoon(ctx, done.ID, ids) })
		return nil
	})
	if err != nil {
		return Erased{}, fmt.Errorf("erase: %w", err)
	}
	return done, nil
}

// blank ends the sessions of a file and takes what is personal out of its rows,
// in the caller's transaction.
func (s *Service) blank(ctx context.Context, documents []actor.DocumentID) error {
	if err := s.sessions.EndSessions(ctx, documents); err != nil {
		return err
	}
	if err := s.forgetTexts(ctx, documents); err != nil {
		return err
	}
	if err := s.forgetHoldings(ctx, documents); err != nil {
		return err
	}
	return s.files.Forget(ctx, documents...)
}

// forgetHoldings deletes what is due, what rings for it, what was told and what credit reports
// say, and blanks what subsidies rest on and go to, what licences say and what was said in
// disputes, in the caller's transaction.
func (s *Service) forgetHoldings(ctx context.Context, documents []actor.DocumentID) error {
	// Alarms ring for obligations.
	for _, f := range []forgetter{s.alarms, s.taxes, s.notices, s.subsidies, s.proofs, s.credits, s.disputes, s.finance, s.lending} {
		if err := f.Forget(ctx, documents...); err != nil {
			return err
		}
	}
	return nil
}

// shredSoon shreds data keys once the rows are blank. That the caller has left
// changes nothing; a vault that does not answer leaves it to [Service.Finish].
func (s *Service) shredSoon(ctx context.Context, id ErasureID, documents []actor.DocumentID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shredWait)
	defer cancel()
	if err := s.vault.Shred(ctx, entdb.Texts(documents)...); err != nil {
		s.log.WarnContext(ctx, "an erasure is not finished; the job will", slog.String("erasure", string(id)), slog.Any("error", err))
	}
}

// Finish carries on erasures that were begun and are not done, the oldest first,
// and returns how many it finished, at most limit. It may be killed, repeated,
// and run by several processes at once.
func (s *Service) Finish(ctx context.Context, limit int) (int, error) {
	rows, err := s.db.Client(ctx).Erasure.Query().Where(erasure.StateEQ(erasure.StateStarted)).
		Order(erasure.ByCreateTime(), erasure.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("read erasures: %w", err)
	}
	for i, r := range rows {
		if err := s.finish(ctx, r.ID, r.DocumentIds); err != nil {
			return i, fmt.Errorf("finish erasure %s: %w", r.ID, err)
		}
	}
	return len(rows), nil
}

// finish shreds the keys, which may have been done before, clears the last
// traces, and says that it is done.
func (s *Service) finish(ctx context.Context, id string, documents []string) error {
	if err := s.vault.Shred(ctx, documents...); err != nil {
		return err
	}
	answers, err := s.answersAbout(ctx, documents)
	if err != nil {
		return err
	}
	ids := make([]actor.DocumentID, len(documents))
	for i, d := range documents {
		ids[i] = actor.DocumentID(d)
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		// Until the keys were gone something may have been told once more.
		if err := s.forgetHoldings(ctx, ids); err != nil {
			return err
		}
		return s.deleteAnswers(ctx, answers)
	})
	if err != nil {
		return err
	}
	if err := s.db.EmptyLog(ctx); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		n, err := s.db.Client(ctx).Erasure.Update().Where(erasure.ID(id), erasure.StateEQ(erasure.StateStarted)).
			SetState(erasure.StateDone).SetDoneTime(s.time()).Save(ctx)
		if err != nil || n == 0 {
			return err // another process was first
		}
		return s.audit.Change(ctx, "job/finish-erasures", actor.Actor{Role: actor.System, Officer: "finish-erasures"}, ids...)
	})
}
