package queue

import "time"

// Backoff is the pause after the nth failure.
func Backoff(n int, chance float64) time.Duration { return backoff(firstPause, n, chance) }

// Look has the process look every so often at who is alive.
func (q *Queue) Look(every time.Duration) { q.beat = every }

// PauseFor has the queue pause so long after a first failure.
func (q *Queue) PauseFor(d time.Duration) { q.pause = d }

// StopAfter is how long running jobs may go on.
func (q *Queue) StopAfter(d time.Duration) { q.stop = d }
