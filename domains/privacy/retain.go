package privacy

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// expiring is what [Service.Retain] does with the things of a kind that are past
// their time. Each statement takes the moment before which they were over, as
// often as it has a ? but one, and at last how many it may touch.
//
// Consents that a data call refers to stay with it. What sessions, codes and
// answers to repeated calls leave behind, their own packages clear away.
var expiring = []struct {
	kind      Kind
	statement string
	moments   int
}{
	{KindDelegations, `DELETE FROM delegations WHERE id IN (
		SELECT id FROM delegations WHERE revoke_time < ? OR expire_time < ? LIMIT ?)`, 2},
	{KindConsents, `DELETE FROM consents WHERE id IN (
		SELECT id FROM consents c WHERE (revoke_time < ? OR expire_time < ?)
			AND NOT EXISTS (SELECT 1 FROM data_calls d WHERE d.consent_id = c.id) LIMIT ?)`, 2},
	{KindCreditReports, `DELETE FROM credit_reports WHERE id IN (SELECT id FROM credit_reports WHERE confirm_time < ? LIMIT ?)`, 1},
	{KindCorrections, `UPDATE corrections SET before_sealed = NULL, value_sealed = '', reason_sealed = '', answer_sealed = NULL,
		version = version + 1 WHERE id IN (
		SELECT id FROM corrections WHERE state <> 'open' AND decide_time < ? AND length(value_sealed) > 0 LIMIT ?)`, 1},
	{KindObjections, `UPDATE objections SET text_sealed = '', answer_sealed = NULL, version = version + 1 WHERE id IN (
		SELECT id FROM objections WHERE state = 'answered' AND answer_time < ? AND length(text_sealed) > 0 LIMIT ?)`, 1},
}

// Retain deletes, at most limit things, what is over and past its time, and
// returns how many that were; call it again until there are none. It may be
// killed, repeated, and run by several processes at once.
func (s *Service) Retain(ctx context.Context, limit int) (int, error) {
	gone, err := s.retainData(ctx, limit)
	for i := 0; err == nil && i < len(expiring) && gone < limit; i++ {
		var n int
		n, err = s.expire(ctx, i, limit-gone)
		gone += n
	}
	if err != nil {
		return gone, fmt.Errorf("retain: %w", err)
	}
	return gone, nil
}

// retainData deletes earlier values of collected data.
func (s *Service) retainData(ctx context.Context, limit int) (n int, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if n, err = s.files.ForgetSuperseded(ctx, s.before(KindData), limit); err != nil || n == 0 {
			return err
		}
		return s.noteRetained(ctx)
	})
	return n, err
}

// expire runs one of the statements.
func (s *Service) expire(ctx context.Context, i, limit int) (int, error) {
	var gone int64
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		e := expiring[i]
		var args []any
		for range e.moments {
			args = append(args, s.before(e.kind))
		}
		result, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(e.statement), append(args, limit)...)
		if err != nil {
			return fmt.Errorf("%s: %w", e.kind, err)
		}
		if gone, err = result.RowsAffected(); err != nil || gone == 0 {
			return err
		}
		return s.noteRetained(ctx)
	})
	return int(gone), err
}

// before is the moment before which a thing of a kind was over whose time is up.
func (s *Service) before(k Kind) time.Time { return s.time().AddDate(0, 0, -ruleOf(k).KeepDays) }

// noteRetained leaves an entry in the audit log, without saying about whom.
func (s *Service) noteRetained(ctx context.Context) error {
	return s.audit.Change(ctx, "job/retain", actor.Actor{Role: actor.System, Officer: "retain"})
}
