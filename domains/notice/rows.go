package notice

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/delivery"
	"github.com/minzhengtong/minzhengtong/gen/ent/inbox"
	row "github.com/minzhengtong/minzhengtong/gen/ent/notice"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// ends are the newest sequences of documents, 0 of an empty inbox.
func (s *Service) ends(ctx context.Context, documents []actor.DocumentID) (map[actor.DocumentID]int64, error) {
	rows, err := s.db.Client(ctx).Inbox.Query().Where(inbox.IDIn(entdb.Texts(documents)...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read inboxes: %w", err)
	}
	ends := make(map[actor.DocumentID]int64, len(documents))
	for _, id := range documents {
		ends[id] = 0
	}
	for _, r := range rows {
		ends[actor.DocumentID(r.ID)] = r.Last
	}
	return ends, nil
}

// page reads one row more than are wanted, up to the ends.
func (s *Service) page(ctx context.Context, ends map[actor.DocumentID]int64, p Page) ([]*ent.Notice, error) {
	var inboxes []predicate.Notice
	for id, last := range ends {
		inboxes = append(inboxes, row.And(row.DocumentID(string(id)), row.SequenceLTE(last)))
	}
	q := s.db.Client(ctx).Notice.Query().Where(row.Or(inboxes...))
	if p.UnreadOnly {
		q.Where(row.ReadTimeIsNil())
	}
	if p.After != (Cursor{}) {
		q.Where(row.Or(
			row.CreateTimeLT(p.After.Created),
			row.And(row.CreateTime(p.After.Created), row.IDLT(string(p.After.ID))),
		))
	}
	rows, err := q.Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(p.Limit + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	return rows, nil
}

// following are the notices of one document after a sequence, in order.
func (s *Service) following(ctx context.Context, id actor.DocumentID, after int64, limit int) ([]*ent.Notice, error) {
	rows, err := s.db.Client(ctx).Notice.Query().
		Where(row.DocumentID(string(id)), row.SequenceGT(after)).
		Order(row.BySequence()).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	return rows, nil
}

// unread counts.
func (s *Service) unread(ctx context.Context, documents []actor.DocumentID) (int, error) {
	n, err := s.db.Client(ctx).Notice.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...), row.ReadTimeIsNil()).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count notices: %w", err)
	}
	return n, nil
}

// saveRead writes when notices were read.
func (s *Service) saveRead(ctx context.Context, documents []actor.DocumentID, ids []ID) error {
	return s.db.Client(ctx).Notice.Update().
		Where(row.IDIn(entdb.Texts(ids)...), row.DocumentIDIn(entdb.Texts(documents)...), row.ReadTimeIsNil()).
		SetReadTime(s.time()).Exec(ctx)
}

// openAll opens rows, whosever they are.
func (s *Service) openAll(ctx context.Context, rows []*ent.Notice) ([]Notice, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.DocumentID
	}
	keys, err := s.vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	notices := make([]Notice, len(rows))
	for i, r := range rows {
		if notices[i], err = open(keys, r); err != nil {
			return nil, err
		}
	}
	return notices, nil
}

// addDeliveries says of notices how far they got.
func (s *Service) addDeliveries(ctx context.Context, notices []Notice) error {
	at := make(map[string]int, len(notices))
	ids := make([]string, len(notices))
	for i, n := range notices {
		ids[i] = string(n.ID)
		at[ids[i]] = i
	}
	rows, err := s.db.Client(ctx).Delivery.Query().Where(delivery.NoticeIDIn(ids...)).
		Order(delivery.ByPlace(), delivery.ByCreateTime(), delivery.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("read deliveries: %w", err)
	}
	for _, r := range rows {
		n := &notices[at[r.NoticeID]]
		n.Deliveries = append(n.Deliveries, Delivery{Channel(r.Channel), State(r.State), r.ChangeTime.UTC()})
	}
	return nil
}

// fromRow makes a notice of a row, without what is sealed.
func fromRow(r *ent.Notice) Notice {
	return Notice{
		ID: ID(r.ID), Document: actor.DocumentID(r.DocumentID), Sequence: r.Sequence,
		Kind: r.Kind, Topic: Topic(r.Topic), About: r.About,
		Created: r.CreateTime.UTC(), Read: entdb.Moment(r.ReadTime),
	}
}
