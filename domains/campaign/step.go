package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// template is the kind of the notices.
const template = "campaign"

// atOnce is how many campaigns one step carries on.
const atOnce = 20

// Step carries every campaign whose time has come on by a batch, those that wait
// longest first, and returns how many documents it looked at: as long as that is
// not zero, something may be left to do now. It may be killed anywhere and
// repeated, and several processes may call it at once: a batch is told in one
// transaction with the position that it moves, or not at all.
//
// A campaign that fails does not hold up the others; its error is returned.
func (s *Service) Step(ctx context.Context) (did int, err error) {
	list, err := s.due(ctx, s.time(), atOnce)
	if err != nil {
		return 0, fmt.Errorf("carry campaigns on: %w", err)
	}
	var failed []error
	for _, c := range list {
		n, err := s.step(ctx, c)
		if ctx.Err() != nil {
			return did, ctx.Err()
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("carry campaign %s on: %w", c.ID, err))
		}
		did += n
	}
	return did, errors.Join(failed...)
}

// step tells one batch. Looking for it takes no part in the transaction, which
// stays short however few documents match; so everybody is looked at once more in
// it.
func (s *Service) step(ctx context.Context, c Campaign) (int, error) {
	documents, err := s.following(ctx, c)
	if err != nil {
		return 0, err
	}
	did := 0
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		did = 0
		now := s.time()
		current, err := s.campaign(ctx, c.ID)
		if err != nil || current.version != c.version || !current.due(now) {
			return err // another process was first, or an officer
		}
		told, err := s.tellAll(ctx, c, documents)
		if err != nil {
			return err
		}
		did = len(documents)
		return s.save(ctx, c.moved(documents, told, now))
	})
	return did, err
}

// tellAll tells the people of a batch and returns how many were told.
func (s *Service) tellAll(ctx context.Context, c Campaign, documents []actor.DocumentID) (int, error) {
	people, err := s.untold(ctx, c, documents)
	if err != nil || len(people) == 0 {
		return 0, err
	}
	text := &notice.Text{Title: c.Title, Body: c.Body, Language: c.Language}
	messages := make([]notice.Message, len(people))
	for i, p := range people {
		messages[i] = notice.Message{
			Document: p.document, Key: c.key(p.origin), Kind: template, Topic: notice.Campaign, Text: text, About: string(c.ID),
		}
	}
	return s.tell(ctx, messages)
}

// key is under which a person is told. It names the file into which the document
// was born, because that stays when files are merged and when they come apart.
func (c Campaign) key(origin actor.DossierID) string { return c.keys() + string(origin) }

// keys is what the keys of all its notices begin with.
func (c Campaign) keys() string { return "campaign/" + string(c.ID) + "/" }

// moved is the campaign after a batch. A batch that is not full was the last one.
func (c Campaign) moved(documents []actor.DocumentID, told int, now time.Time) Campaign {
	c.State = Running
	if len(documents) < c.batch() {
		c.State, c.Ended = Done, now
	}
	if len(documents) > 0 {
		c.position = string(documents[len(documents)-1])
	}
	c.Told += int64(told)
	c.Passed += int64(len(documents) - told)
	c.next = c.after(told, now)
	return c
}
