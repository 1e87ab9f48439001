package alarm

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	feedrow "github.com/minzhengtong/minzhengtong/gen/ent/calendarfeed"
)

func (s *Service) insertFeed(ctx context.Context, f Feed, hash [sha256.Size]byte) error {
	return s.db.Client(ctx).CalendarFeed.Create().SetID(string(f.ID)).SetDocumentID(string(f.Document)).
		SetHash(hash[:]).SetCreateTime(f.Created).Exec(ctx)
}

// feedsOf lists the feeds in use of some documents, the newest first.
func (s *Service) feedsOf(ctx context.Context, documents []actor.DocumentID) ([]Feed, error) {
	return feeds(s.db.Client(ctx).CalendarFeed.Query().
		Where(feedrow.DocumentIDIn(entdb.Texts(documents)...), feedrow.EndTimeIsNil()).
		Order(feedrow.ByCreateTime(sql.OrderDesc()), feedrow.ByID(sql.OrderDesc())).All(ctx))
}

// feedByHash reads a feed and its hash. It fails with [ErrFeedNotFound].
func (s *Service) feedByHash(ctx context.Context, hash [sha256.Size]byte) (Feed, []byte, error) {
	r, err := s.db.Client(ctx).CalendarFeed.Query().Where(feedrow.Hash(hash[:])).Only(ctx)
	if ent.IsNotFound(err) {
		return Feed{}, nil, ErrFeedNotFound
	}
	if err != nil {
		return Feed{}, nil, err
	}
	return feedFromRow(r), r.Hash, nil
}

// endFeed ends a feed of some documents. It fails with [ErrFeedNotFound].
func (s *Service) endFeed(ctx context.Context, documents []actor.DocumentID, id FeedID) error {
	r, err := s.db.Client(ctx).CalendarFeed.Query().
		Where(feedrow.ID(string(id)), feedrow.DocumentIDIn(entdb.Texts(documents)...)).Only(ctx)
	if ent.IsNotFound(err) {
		return ErrFeedNotFound
	}
	if err != nil || r.EndTime != nil {
		return err
	}
	return s.db.Client(ctx).CalendarFeed.UpdateOneID(r.ID).SetEndTime(s.time()).Exec(ctx)
}

func (s *Service) useFeed(ctx context.Context, id FeedID, now time.Time) error {
	return s.db.Client(ctx).CalendarFeed.Update().Where(feedrow.ID(string(id)), feedrow.EndTimeIsNil()).SetUseTime(now).Exec(ctx)
}

func feeds(rows []*ent.CalendarFeed, err error) ([]Feed, error) {
	if err != nil {
		return nil, fmt.Errorf("read feeds: %w", err)
	}
	list := make([]Feed, len(rows))
	for i, r := range rows {
		list[i] = feedFromRow(r)
	}
	return list, nil
}

func feedFromRow(r *ent.CalendarFeed) Feed {
	f := Feed{ID: FeedID(r.ID), Document: actor.DocumentID(r.DocumentID), Created: r.CreateTime.UTC()}
	if r.UseTime != nil {
		f.Used = r.UseTime.UTC()
	}
	if r.EndTime != nil {
		f.Ended = r.EndTime.UTC()
	}
	return f
}
