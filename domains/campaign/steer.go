package campaign

import (
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Steering is what can be done with a campaign that goes on.
type Steering string

// The ways to steer.
const (
	Keep   Steering = ""       // only the pace changes
	Pause  Steering = "pause"  // hold it
	Resume Steering = "resume" // let it go on where it was held
	Stop   Steering = "stop"   // end it for good
)

// approve is the campaign let go, to begin at a time; what has passed is now. It
// fails with [ErrState] for what was stopped, and leaves alone what was approved.
func (c Campaign) approve(by actor.OfficerID, begin, now time.Time) (Campaign, error) {
	switch c.State {
	case Drafted:
	case Stopped:
		return Campaign{}, ErrState
	default:
		return c, nil
	}
	if begin.Before(now) {
		begin = now
	}
	c.State, c.Approver, c.approved, c.Started, c.next = Approved, by, now, begin, begin
	return c, nil
}

// steer is the campaign steered, its pace changed unless that is nil. It fails
// with [ErrState] where it does not stand so that this can be done, and with
// [ErrText] for the pace.
func (c Campaign) steer(how Steering, pace *int64, now time.Time) (Campaign, error) {
	if how == Stop {
		return c.stop(now)
	}
	if !slices.Contains([]State{Approved, Running, Paused}, c.State) {
		return Campaign{}, ErrState
	}
	if pace != nil {
		if err := checkPace(*pace); err != nil {
			return Campaign{}, err
		}
		c.Pace = *pace
	}
	switch {
	case how == Pause:
		c.State = Paused
	case how == Resume && c.State == Paused:
		c = c.resume(now)
	}
	return c, nil
}

// stop ends a campaign. What is done cannot be stopped.
func (c Campaign) stop(now time.Time) (Campaign, error) {
	switch c.State {
	case Done:
		return Campaign{}, ErrState
	case Stopped:
	default:
		c.State, c.Ended = Stopped, now
	}
	return c, nil
}

// resume lets a campaign go on. It makes up for nothing: the pause counts as time
// in which nobody could be told.
func (c Campaign) resume(now time.Time) Campaign {
	c.State, c.next = Running, now
	if now.Before(c.Started) {
		c.State, c.next = Approved, c.Started
	}
	return c
}

// due reports whether the next batch may go.
func (c Campaign) due(now time.Time) bool {
	return (c.State == Approved || c.State == Running) && !c.next.After(now)
}
