package limit

import "time"

// move is what is done to a bucket.
type move int

const (
	take  move = iota // one token, if there is one
	look              // none
	spend             // one token, or what is left of it
)

// slack is how far the clocks of two callers, or of two processes, may be apart.
// A bucket that would be full later than an empty one by more was written before
// the clock was set back.
const slack = int64(time.Second / time.Microsecond)

// shape is a rule's bucket in microseconds: what one token costs, and how long
// an empty bucket takes to be full.
type shape struct{ every, span int64 }

func shapeOf(r Rule) shape {
	every := r.Every.Microseconds()
	return shape{every: every, span: every * int64(r.Burst)}
}

// move returns when a bucket that is full again at full will be so after the
// move, and how long the mover has to wait. Who need not wait has a token.
//
// A time too far ahead is taken for an empty bucket from now on: a clock that
// was set back gives no token, and nobody waits longer than for an empty bucket.
func (b shape) move(full, now int64, m move) (after, wait int64) {
	if full > now+b.span+slack {
		full = now + b.span
	}
	next := max(full, now) + b.every
	wait = max(0, next-now-b.span)
	switch {
	case m == look:
		return full, wait
	case wait == 0:
		return next, 0
	case m == spend:
		return max(full, now+b.span), wait
	}
	return full, wait
}
