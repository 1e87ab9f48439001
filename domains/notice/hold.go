package notice

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	choicerow "github.com/minzhengtong/minzhengtong/gen/ent/channelchoice"
	endpointrow "github.com/minzhengtong/minzhengtong/gen/ent/endpoint"
	row "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// Holdings is everything that is held about some documents.
type Holdings struct {
	Notices   []Notice
	Endpoints []HeldEndpoint
	Choices   []HeldChoice
}

// LogValue keeps holdings out of logs.
func (Holdings) LogValue() slog.Value { return slog.StringValue("[holdings]") }

// HeldEndpoint is an endpoint with its address in full.
type HeldEndpoint struct {
	Endpoint
	Document actor.DocumentID
	Address  Address
}

// HeldChoice is the channels that were chosen for a topic.
type HeldChoice struct {
	Document actor.DocumentID
	Choice
	Changed time.Time
}

// Holdings returns everything that is held about some documents, the newest
// first, at most limit of each list, whoever asks.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (Holdings, error) {
	var h Holdings
	rows, err := s.db.Client(ctx).Notice.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...)).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return Holdings{}, fmt.Errorf("read notices: %w", err)
	}
	if h.Notices, err = s.openAll(ctx, rows); err != nil {
		return Holdings{}, err
	}
	if err := s.addDeliveries(ctx, h.Notices); err != nil {
		return Holdings{}, err
	}
	endpoints, err := s.endpointsOf(ctx, documents)
	if err != nil {
		return Holdings{}, err
	}
	for i := len(endpoints) - 1; i >= 0 && len(h.Endpoints) < limit; i-- {
		e := endpoints[i]
		h.Endpoints = append(h.Endpoints, HeldEndpoint{e.shown(), e.document, e.address})
	}
	h.Choices, err = s.choicesOf(ctx, documents, limit)
	return h, err
}

func (s *Service) choicesOf(ctx context.Context, documents []actor.DocumentID, limit int) ([]HeldChoice, error) {
	rows, err := s.db.Client(ctx).ChannelChoice.Query().Where(choicerow.DocumentIDIn(entdb.Texts(documents)...)).
		Order(choicerow.ByChangeTime(sql.OrderDesc()), choicerow.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read channels: %w", err)
	}
	list := make([]HeldChoice, len(rows))
	for i, r := range rows {
		list[i] = HeldChoice{Document: actor.DocumentID(r.DocumentID), Changed: r.ChangeTime.UTC(), Choice: Choice{Topic: Topic(r.Topic)}}
		for _, ch := range r.Channels {
			list[i].Channels = append(list[i].Channels, Channel(ch))
		}
	}
	return list, nil
}

// Forget deletes what is held about some documents, in the caller's transaction.
// What was told and is on its way goes with it: a delivery whose notice is gone
// ends. The inboxes stay, which count and say nothing, so that no sequence is
// given twice. It may be repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, ids := s.db.Client(ctx), entdb.Texts(documents)
	if _, err := c.Notice.Delete().Where(row.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget notices: %w", err)
	}
	if _, err := c.Endpoint.Delete().Where(endpointrow.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget endpoints: %w", err)
	}
	if _, err := c.ChannelChoice.Delete().Where(choicerow.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget channels: %w", err)
	}
	return nil
}
