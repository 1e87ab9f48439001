package replay

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// Do does the work once, in one transaction with its key and its answer, and
// returns that answer each time the call comes again; replayed says that it was
// given before. When the work fails nothing is kept, and the same key may come
// again. Inside entdb's InTx it joins that transaction.
//
// The work may run several times, as in InTx. A repetition waits for a first
// call that is under way.
//
// It fails with the work's error, with that of again, with [ErrKey], [ErrReused]
// or [ErrGone].
func (s *Service) Do(ctx context.Context, c Call, again Again, work Work) (answer []byte, replayed bool, err error) {
	err = s.once(ctx, c, func(ctx context.Context, e *entry) error {
		if replayed = e.answered(); replayed {
			answer, err = s.repeat(ctx, e, again)
			return err
		}
		var subjects []actor.DocumentID
		if answer, subjects, err = work(ctx); err != nil {
			return err
		}
		return s.keep(ctx, e, answer, subjects)
	})
	if err != nil {
		return nil, false, err
	}
	return answer, replayed, nil
}

// Begin keeps the key of a staged call, for good and before the call is served.
// When the call has been answered before, Begin returns that answer, and the
// call must not be served again. A call that was begun and never answered is
// served again. Begin is called outside of a transaction, or its key would go
// with what fails there.
//
// It fails with the error of again, with [ErrKey], [ErrReused] or [ErrGone].
func (s *Service) Begin(ctx context.Context, c Call, again Again) (answer []byte, replayed bool, err error) {
	err = s.once(ctx, c, func(ctx context.Context, e *entry) error {
		answer = nil
		if replayed = e.answered(); replayed {
			answer, err = s.repeat(ctx, e, again)
		}
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return answer, replayed, nil
}

// End keeps the answer of a staged call. Of several that ran side by side the
// first answer stays. A call that took longer than a key's life is kept anew.
func (s *Service) End(ctx context.Context, c Call, answer []byte, subjects []actor.DocumentID) error {
	return s.once(ctx, c, func(ctx context.Context, e *entry) error {
		if e.answered() {
			return nil
		}
		return s.keep(ctx, e, answer, subjects)
	})
}

// once runs f in a transaction in which the call's key is there, and held by
// nobody else, and was used for no other input.
func (s *Service) once(ctx context.Context, c Call, f func(context.Context, *entry) error) error {
	if err := c.check(); err != nil {
		return err
	}
	id := c.id()
	inputs := s.inputs(id, c.Input)
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		e, err := s.reserve(ctx, id, inputs[0].Hash, c.Owner)
		if err != nil {
			return err
		}
		same := func(i keyring.Index) bool { return bytes.Equal(i.Hash, e.input) }
		if !slices.ContainsFunc(inputs, same) {
			return ErrReused
		}
		return f(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", c.Procedure, err)
	}
	return nil
}

// repeat gives the first answer to who may still touch what it was about.
func (s *Service) repeat(ctx context.Context, e *entry, again Again) ([]byte, error) {
	if err := again(ctx, e.subjects); err != nil {
		return nil, err
	}
	return s.unseal(ctx, e)
}
