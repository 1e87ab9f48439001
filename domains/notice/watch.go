package notice

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Position is how far somebody has read: of each document, the newest sequence.
// A document that it does not name is read from its end on; one that has left
// the file keeps its place, so that nothing is lost if it comes back. The zero
// value is now.
type Position struct {
	Last map[actor.DocumentID]int64 `json:"last"`
}

// Event is a notice, or a sign of life without one.
type Event struct {
	Notice *Notice
	// Position is where to go on after it.
	Position Position
}

// After returns what came to the inboxes of the actor's file after a position,
// at most limit notices, and where to go on. Of each document they are in the
// order of their sequences. It fails with guard.ErrNotFound.
func (s *Service) After(ctx context.Context, by actor.Actor, from Position, limit int) ([]Event, Position, error) {
	documents, err := s.own(ctx, by)
	if err != nil {
		return nil, from, err
	}
	return s.after(ctx, documents, from, limit)
}

func (s *Service) after(ctx context.Context, documents []actor.DocumentID, from Position, limit int) ([]Event, Position, error) {
	ends, err := s.ends(ctx, documents)
	if err != nil {
		return nil, from, err
	}
	at := Position{Last: maps.Clone(from.Last)}
	if at.Last == nil {
		at.Last = map[actor.DocumentID]int64{}
	}
	var lists [][]Notice
	for _, id := range documents {
		last, named := at.Last[id]
		if !named || last > ends[id] || last < 0 {
			at.Last[id] = ends[id]
			continue
		}
		if last == ends[id] {
			continue
		}
		rows, err := s.following(ctx, id, last, limit)
		if err != nil {
			return nil, from, err
		}
		notices, err := s.openAll(ctx, rows)
		if err != nil {
			return nil, from, err
		}
		lists = append(lists, notices)
	}
	events, at := merge(lists, at, limit)
	return events, at, nil
}

// merge takes notices of several documents by their time, without changing the
// order within one.
func merge(lists [][]Notice, at Position, limit int) ([]Event, Position) {
	var events []Event
	for len(events) < limit {
		first := -1
		for i, l := range lists {
			if len(l) > 0 && (first < 0 || l[0].Created.Before(lists[first][0].Created)) {
				first = i
			}
		}
		if first < 0 {
			break
		}
		n := lists[first][0]
		lists[first] = lists[first][1:]
		at = Position{Last: maps.Clone(at.Last)}
		at.Last[n.Document] = n.Sequence
		events = append(events, Event{Notice: &n, Position: at})
	}
	return events, at
}

// Pace says how often a watcher looks by itself.
type Pace struct {
	// Poll is how often it looks for what other processes committed.
	Poll time.Duration
	// Beat is how often it gives a sign of life.
	Beat time.Duration
}

// watchPage is how many notices a watcher reads at once.
const watchPage = 50

// Watch hands on what is in the inboxes of the actor's file after a position,
// and then each notice as it comes, until the context ends or send fails, and
// returns that error. It begins with a sign of life, which says where the file
// stands, and gives one whenever a document has joined. Which documents are the
// file is asked again each time. It fails with guard.ErrNotFound.
func (s *Service) Watch(ctx context.Context, by actor.Actor, from Position, pace Pace, send func(Event) error) error {
	wake := s.hub.join()
	defer s.hub.leave(wake)
	poll, beat := time.NewTicker(pace.Poll), time.NewTicker(pace.Beat)
	defer poll.Stop()
	defer beat.Stop()
	at, alive := from, false
	if _, err := s.own(ctx, by); err != nil {
		return err
	}
	for {
		documents, err := s.file(ctx, by.Document)
		if err != nil {
			return err
		}
		s.hub.listen(wake, documents)
		next, err := s.pass(ctx, documents, at, send)
		if err != nil {
			return err
		}
		if !alive || !slices.Equal(named(next), named(at)) {
			if err := send(Event{Position: next}); err != nil {
				return err
			}
		}
		at, alive = next, true
		select {
		case <-wake:
		case <-poll.C:
		case <-beat.C:
			alive = false
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// pass hands on all that is there.
func (s *Service) pass(ctx context.Context, documents []actor.DocumentID, at Position, send func(Event) error) (Position, error) {
	for {
		events, next, err := s.after(ctx, documents, at, watchPage)
		if err != nil {
			return at, err
		}
		for _, e := range events {
			if err := send(e); err != nil {
				return at, err
			}
		}
		at = next
		if len(events) < watchPage {
			return at, nil
		}
	}
}

// named are the documents of a position.
func named(p Position) []actor.DocumentID { return slices.Sorted(maps.Keys(p.Last)) }
