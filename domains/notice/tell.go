package notice

import (
	"context"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// DeliverWork is the kind of work that [Service.Deliver] does, by the ID of a
// notice.
const DeliverWork = "deliver"

// mostAtOnce is how many messages go into one statement.
const mostAtOnce = 500

// Tell puts a message into an inbox and asks for its delivery, in the caller's
// transaction: the notice comes with it and goes with it. A key that was told
// before, and a person who was erased, are passed over.
//
// What is wrong with a message is an error that is no fault.
func (s *Service) Tell(ctx context.Context, m Message) error {
	_, err := s.TellMany(ctx, []Message{m})
	return err
}

// TellMany is [Service.Tell] for many messages, in few statements, and returns
// how many were told. Within one inbox they keep their order.
func (s *Service) TellMany(ctx context.Context, messages []Message) (int, error) {
	told := 0
	for part := range slices.Chunk(messages, mostAtOnce) {
		n, err := s.tell(ctx, part)
		if err != nil {
			return 0, fmt.Errorf("tell: %w", err)
		}
		told += n
	}
	return told, nil
}

// Told says which of some keys were told, to whomever.
func (s *Service) Told(ctx context.Context, keys ...string) (map[string]bool, error) {
	return s.toldKeys(ctx, keys)
}

func (s *Service) tell(ctx context.Context, messages []Message) (int, error) {
	for _, m := range messages {
		if err := m.check(); err != nil {
			return 0, err
		}
	}
	messages, err := s.untold(ctx, messages)
	if err != nil {
		return 0, err
	}
	messages, keys, err := s.reachable(ctx, messages)
	if err != nil || len(messages) == 0 {
		return 0, err
	}
	next, err := s.takeSequences(ctx, messages)
	if err != nil {
		return 0, err
	}
	rows := make([]newRow, len(messages))
	jobs := make([]work.Job, len(messages))
	at := s.time()
	for i, m := range messages {
		id := ID(s.newID())
		sealed, err := seal(keys, id, m)
		if err != nil {
			return 0, err
		}
		rows[i] = newRow{id: id, Message: m, sequence: next[m.Document], sealed: sealed, at: at}
		jobs[i] = work.Job{Kind: DeliverWork, ID: string(id)}
		next[m.Document]++
	}
	if err := s.insert(ctx, rows); err != nil {
		return 0, err
	}
	if err := s.queue.Enqueue(ctx, jobs...); err != nil {
		return 0, fmt.Errorf("ask for delivery: %w", err)
	}
	documents := documentsOf(messages)
	s.db.AfterCommit(ctx, func() { s.hub.wake(documents) })
	return len(messages), nil
}

// untold leaves out what was told before, and what comes twice.
func (s *Service) untold(ctx context.Context, messages []Message) ([]Message, error) {
	keys := make([]string, len(messages))
	for i, m := range messages {
		keys[i] = m.Key
	}
	told, err := s.toldKeys(ctx, keys)
	if err != nil {
		return nil, err
	}
	var rest []Message
	for _, m := range messages {
		if !told[m.Key] {
			told[m.Key] = true
			rest = append(rest, m)
		}
	}
	return rest, nil
}

// reachable leaves out whoever was erased, and reads the data keys of the
// others.
func (s *Service) reachable(ctx context.Context, messages []Message) ([]Message, vault.Set, error) {
	if len(messages) == 0 {
		return nil, vault.Set{}, nil
	}
	keys, err := s.vault.Make(ctx, entdb.Texts(documentsOf(messages))...)
	if err != nil {
		return nil, vault.Set{}, err
	}
	rest := slices.DeleteFunc(messages, func(m Message) bool { return keys.Shredded(string(m.Document)) })
	return rest, keys, nil
}

// documentsOf are the documents to which messages go, each once, sorted: rows
// are locked in this order, so that two tellers do not wait for each other.
func documentsOf(messages []Message) []actor.DocumentID {
	documents := make([]actor.DocumentID, len(messages))
	for i, m := range messages {
		documents[i] = m.Document
	}
	slices.Sort(documents)
	return slices.Compact(documents)
}
