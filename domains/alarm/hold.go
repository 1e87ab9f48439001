package alarm

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
	settingrow "github.com/minzhengtong/minzhengtong/gen/ent/alarmsetting"
	feedrow "github.com/minzhengtong/minzhengtong/gen/ent/calendarfeed"
)

// Holdings is everything that is held about some documents.
type Holdings struct {
	Settings []HeldSetting
	Alarms   []HeldAlarm
	Feeds    []Feed // revoked ones too
}

// LogValue keeps holdings out of logs.
func (Holdings) LogValue() slog.Value { return slog.StringValue("[holdings]") }

// HeldSetting is a setting as it was made.
type HeldSetting struct {
	Setting
	Document actor.DocumentID
	Changed  time.Time
}

// HeldAlarm is one alarm.
type HeldAlarm struct {
	Document   actor.DocumentID
	Obligation tax.ID
	Slot       string
	At         time.Time
	State      string    // pending, rung or silenced
	Ended      time.Time // when it rang or was silenced; zero before
}

// Holdings returns everything that is held about some documents, the newest first,
// at most limit of each list, whoever asks.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (Holdings, error) {
	var h Holdings
	all, err := s.settingsUnder(ctx, documents)
	if err != nil {
		return Holdings{}, err
	}
	for _, k := range all[:min(len(all), limit)] {
		h.Settings = append(h.Settings, HeldSetting{k.Setting, k.document, k.changed})
	}
	c, ids := s.db.Client(ctx), entdb.Texts(documents)
	rows, err := c.Alarm.Query().Where(row.DocumentIDIn(ids...)).
		Order(row.ByRingTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return Holdings{}, fmt.Errorf("read alarms: %w", err)
	}
	for _, r := range rows {
		a := HeldAlarm{
			Document: actor.DocumentID(r.DocumentID), Obligation: tax.ID(r.ObligationID), Slot: r.Slot,
			At: r.RingTime.UTC(), State: string(r.State),
		}
		if r.EndTime != nil {
			a.Ended = r.EndTime.UTC()
		}
		h.Alarms = append(h.Alarms, a)
	}
	h.Feeds, err = feeds(c.CalendarFeed.Query().Where(feedrow.DocumentIDIn(ids...)).
		Order(feedrow.ByCreateTime(sql.OrderDesc()), feedrow.ByID(sql.OrderDesc())).Limit(limit).All(ctx))
	return h, err
}

// Forget deletes what is held about some documents, in the caller's transaction.
// Their feeds are not answered from then on. It may be repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, ids := s.db.Client(ctx), entdb.Texts(documents)
	if _, err := c.Alarm.Delete().Where(row.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget alarms: %w", err)
	}
	if _, err := c.AlarmSetting.Delete().Where(settingrow.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget settings: %w", err)
	}
	if _, err := c.CalendarFeed.Delete().Where(feedrow.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget feeds: %w", err)
	}
	return nil
}
