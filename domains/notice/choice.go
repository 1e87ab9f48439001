package notice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/channelchoice"
)

// Choice is the channels of a topic, the first one first. None means the inbox
// alone.
type Choice struct {
	Topic    Topic
	Channels []Channel
}

// defaults are the channels of whoever has chosen none.
func defaults(t Topic) []Channel {
	if t == Campaign {
		return []Channel{Push}
	}
	return []Channel{Push, Mail, SMS}
}

// allowed are the channels that a topic can go through: what is sent to many
// does not cost a message each.
func allowed(t Topic) []Channel {
	if t == Campaign {
		return []Channel{Push, Mail}
	}
	return []Channel{Push, Mail, SMS}
}

func (t Topic) known() bool { return slices.Contains(Topics(), t) }

// check fails with [ErrTopic].
func (c Choice) check() error {
	if !c.Topic.known() {
		return ErrTopic
	}
	for i, ch := range c.Channels {
		if !slices.Contains(allowed(c.Topic), ch) || slices.Contains(c.Channels[:i], ch) {
			return ErrTopic
		}
	}
	return nil
}

// Choices are the channels of every topic, as chosen or by default.
func (s *Service) Choices(ctx context.Context, by actor.Actor) ([]Choice, error) {
	documents, err := s.own(ctx, by)
	if err != nil {
		return nil, err
	}
	var choices []Choice
	for _, t := range Topics() {
		channels, err := s.chosen(ctx, t, documents)
		if err != nil {
			return nil, err
		}
		choices = append(choices, Choice{t, channels})
	}
	return choices, nil
}

// Choose replaces the channels of a topic. It is kept with every document of the
// file, so that each side keeps it when a link is cut. Choosing what holds
// changes nothing. It fails with [ErrTopic].
func (s *Service) Choose(ctx context.Context, by actor.Actor, c Choice) error {
	if err := c.check(); err != nil {
		return err
	}
	channels := entdb.Texts(c.Channels)
	return s.db.InTx(ctx, func(ctx context.Context) error {
		documents, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		for _, id := range documents {
			if err := s.saveChoice(ctx, id, c.Topic, channels, s.time()); err != nil {
				return err
			}
		}
		return nil
	})
}

// saveChoice writes the channels of a topic for one document.
func (s *Service) saveChoice(ctx context.Context, id actor.DocumentID, t Topic, channels []string, at time.Time) error {
	c := s.db.Client(ctx).ChannelChoice
	n, err := c.Update().Where(row.DocumentID(string(id)), row.Topic(string(t))).
		SetChannels(channels).SetChangeTime(at).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = c.Create().SetID(s.newID()).SetDocumentID(string(id)).SetTopic(string(t)).
			SetChannels(channels).SetChangeTime(at).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("keep channels: %w", err)
	}
	return nil
}

// chosen are the channels of a topic in a file: where its documents differ, those
// that were chosen last.
func (s *Service) chosen(ctx context.Context, t Topic, documents []actor.DocumentID) ([]Channel, error) {
	rows, err := s.db.Client(ctx).ChannelChoice.Query().
		Where(row.DocumentIDIn(entdb.Texts(documents)...), row.Topic(string(t))).
		Order(row.ByChangeTime(), row.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read channels: %w", err)
	}
	if len(rows) == 0 {
		return defaults(t), nil
	}
	channels := []Channel{}
	for _, ch := range rows[len(rows)-1].Channels {
		channels = append(channels, Channel(ch))
	}
	return channels, nil
}
