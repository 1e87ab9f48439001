package subsidy

import (
	"context"
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// PromisedDays is within how many working days from approval money is in the account
// (五天到賬), the day of approval not counted.
const PromisedDays = 5

// Promise is how well the promise was kept for the payouts that were approved on some
// days.
type Promise struct {
	// Approved counts them, but for those that were dropped since.
	Approved int
	// Within came in time, Waiting still may, and Late did not: paid later, refused,
	// returned, or of an end that nobody knows.
	Within, Waiting, Late int
}

// Promise says how well the promise was kept under a policy for what was approved from
// one day to another, both included, in Asia/Shanghai. It is public. It fails with
// [ErrProgramme].
func (s *Service) Promise(ctx context.Context, name PolicyName, from, to civil.Date) (p Promise, err error) {
	err = s.eachApproved(ctx, name, from, to, func(x Payout, state promiseState) {
		p.Approved++
		switch state {
		case within:
			p.Within++
		case waiting:
			p.Waiting++
		case late:
			p.Late++
		}
	})
	return p, err
}

// Late lists the payouts of those days that are late, with their states and causes. It
// fails with [ErrProgramme], and guard.ErrNotFound for whoever is no officer with the duty
// to pay.
func (s *Service) Late(ctx context.Context, by actor.Actor, name PolicyName, from, to civil.Date) (list []Payout, err error) {
	if _, err := s.mayPay(by, name); err != nil {
		return nil, err
	}
	err = s.eachApproved(ctx, name, from, to, func(x Payout, state promiseState) {
		if state == late {
			list = append(list, x)
		}
	})
	return list, err
}

// promiseState is how the promise stands for one payout.
type promiseState int

const (
	within promiseState = iota
	waiting
	late
)

func (s *Service) eachApproved(ctx context.Context, name PolicyName, from, to civil.Date, do func(Payout, promiseState)) error {
	if _, err := programme(name); err != nil {
		return err
	}
	rows, err := s.DB.Client(ctx).Payout.Query().Where(row.PolicyEQ(string(name)), row.StateNEQ(row.StateDropped),
		row.ApproveTimeGTE(calendar.Begins(from).UTC()), row.ApproveTimeLT(calendar.Begins(to.AddDays(1)).UTC())).
		Order(row.ByApproveTime(), row.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("read payouts: %w", err)
	}
	c, now := calendar.Official(), s.Now()
	for _, r := range rows {
		p := payoutOf(r)
		do(p, p.promise(c, now))
	}
	return nil
}

// promise says how the promise stands for a payout.
func (p Payout) promise(c calendar.Calendar, now time.Time) promiseState {
	last := promised(c, p.Approved)
	inTime := func(at time.Time) bool { return !last.Before(calendar.On(at)) }
	switch {
	case p.State == PayoutPaid && inTime(p.Settled):
		return within
	case p.State != PayoutPaid && p.State != PayoutRefused && p.State != PayoutReturned && inTime(now):
		return waiting
	}
	return late
}

// promised is the last day on which money that was approved at a moment is in time.
func promised(c calendar.Calendar, approved time.Time) civil.Date {
	day, _ := c.AddWorkdays(calendar.On(approved), PromisedDays) // a year without its notice is counted by the rule
	return day
}
