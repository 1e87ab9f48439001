package notice

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/delivery"
	endpointrow "github.com/minzhengtong/minzhengtong/gen/ent/endpoint"
)

// noticeByID reads a notice, and reports whether it is there and its person was
// not erased.
func (s *Service) noticeByID(ctx context.Context, id ID) (Notice, bool, error) {
	r, err := s.db.Client(ctx).Notice.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Notice{}, false, nil
	}
	if err != nil {
		return Notice{}, false, fmt.Errorf("read notice: %w", err)
	}
	keys, err := s.vault.Keys(ctx, r.DocumentID)
	if err != nil || keys.Shredded(r.DocumentID) {
		return Notice{}, false, err
	}
	n, err := open(keys, r)
	return n, err == nil, err
}

// deliveriesOf are the deliveries of a notice in order.
func (s *Service) deliveriesOf(ctx context.Context, id ID) ([]attempt, error) {
	rows, err := s.db.Client(ctx).Delivery.Query().Where(row.NoticeID(string(id))).
		Order(row.ByPlace(), row.ByCreateTime(), row.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	list := make([]attempt, len(rows))
	for i, r := range rows {
		list[i] = attempt{
			id: r.ID, endpoint: EndpointID(r.EndpointID), channel: Channel(r.Channel), place: r.Place,
			state: State(r.State), attempts: r.Attempts, changed: r.ChangeTime.UTC(), version: r.Version,
		}
	}
	return list, nil
}

// rebase has count from now what a clock noted that was ahead and was put back.
// Otherwise nothing would follow until the clock is there again.
func (s *Service) rebase(ctx context.Context, id ID, now time.Time) error {
	err := s.db.Client(ctx).Delivery.Update().
		Where(row.NoticeID(string(id)), row.StateIn(row.StateQueued, row.StateSending, row.StateUnknown),
			row.ChangeTimeGT(now.Add(lease))). // clocks may differ a little
		SetChangeTime(now).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note a clock that was put back: %w", err)
	}
	return nil
}

// interrupt makes unknown what has been under way since before a time: whoever
// sent it has died on the way.
func (s *Service) interrupt(ctx context.Context, id ID, before time.Time) error {
	err := s.db.Client(ctx).Delivery.Update().
		Where(row.NoticeID(string(id)), row.StateEQ(row.StateSending), row.ChangeTimeLTE(before)).
		SetState(row.StateUnknown).SetCause(string(interrupted)).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note interrupted deliveries: %w", err)
	}
	return nil
}

// commitSending writes that a letter is about to be sent.
func (s *Service) commitSending(ctx context.Context, id ID, v *attempt, now time.Time) error {
	c := s.db.Client(ctx).Delivery
	v.attempts++
	v.changed = now
	if v.id == "" {
		v.id = s.newID()
		err := c.Create().SetID(v.id).SetNoticeID(string(id)).SetEndpointID(string(v.endpoint)).
			SetChannel(row.Channel(v.channel)).SetPlace(v.place).SetState(row.StateSending).SetAttempts(v.attempts).
			SetCreateTime(now).SetChangeTime(now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("create delivery: %w", err)
		}
		return nil
	}
	err := c.UpdateOneID(v.id).Where(row.Version(v.version)).SetState(row.StateSending).
		SetAttempts(v.attempts).SetChangeTime(now).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save delivery: %w", err)
	}
	return nil
}

// drop ends what waits of a notice that goes no further.
func (s *Service) drop(ctx context.Context, n Notice, now time.Time) error {
	cause := endpointOff
	if !n.Read.IsZero() {
		cause = wasRead
	}
	err := s.db.Client(ctx).Delivery.Update().Where(row.NoticeID(string(n.ID)), row.StateEQ(row.StateQueued)).
		SetState(row.StateDropped).SetCause(string(cause)).SetChangeTime(now).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("drop deliveries: %w", err)
	}
	return nil
}

// settled writes what became of a letter. A process that was thought dead and
// knows better than unknown is believed.
func (s *Service) settled(ctx context.Context, id string, state State, cause Cause, ref string, now time.Time) error {
	err := s.db.Client(ctx).Delivery.Update().
		Where(row.ID(id), row.StateIn(row.StateSending, row.StateUnknown)).
		SetState(row.State(state)).SetCause(string(cause)).SetSupplierRef(ref[:min(len(ref), 100)]).
		SetChangeTime(now).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save delivery: %w", err)
	}
	return nil
}

// works forgets earlier failures of an endpoint.
func (s *Service) works(ctx context.Context, id EndpointID) error {
	err := s.db.Client(ctx).Endpoint.Update().Where(endpointrow.ID(string(id)), endpointrow.FailuresGT(0)).
		SetFailures(0).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save endpoint: %w", err)
	}
	return nil
}

// kill switches an active endpoint off.
func (s *Service) kill(ctx context.Context, id EndpointID, cause Cause, now time.Time) error {
	err := s.db.Client(ctx).Endpoint.Update().Where(endpointrow.ID(string(id)), endpointrow.StateEQ(endpointrow.StateActive)).
		SetState(endpointrow.StateDead).SetCause(string(cause)).SetChangeTime(now).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("switch endpoint off: %w", err)
	}
	return nil
}

// countFailure counts a letter that an endpoint did not take, and switches it
// off when there were too many in a row.
func (s *Service) countFailure(ctx context.Context, e endpoint, now time.Time) error {
	c := s.db.Client(ctx).Endpoint
	err := c.Update().Where(endpointrow.ID(string(e.id))).AddFailures(1).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count failure: %w", err)
	}
	many, err := c.Query().Where(endpointrow.ID(string(e.id)), endpointrow.FailuresGTE(mostFailures)).Exist(ctx)
	if err != nil || !many {
		return err
	}
	return s.kill(ctx, e.id, Refused, now)
}
