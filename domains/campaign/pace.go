package campaign

import "time"

const (
	// mostAtOnce is how many documents a batch looks at.
	mostAtOnce = 500
	// grain is the time in which a batch of a slow campaign is told, and how far
	// a campaign that was held up by others makes up.
	grain = 10 * time.Second
)

// batch is how many documents are looked at before the clock is asked again.
func (c Campaign) batch() int {
	if c.Pace == 0 {
		return mostAtOnce
	}
	return int(min(max(c.Pace*int64(grain)/int64(time.Minute), 1), mostAtOnce))
}

// after is when the next batch may go once so many people were told. In no span
// of time are more told than the pace allows, two grains of it added.
func (c Campaign) after(told int, now time.Time) time.Time {
	if c.Pace == 0 {
		return now
	}
	from := c.next
	if late := now.Add(-grain); from.Before(late) {
		from = late
	}
	return from.Add(time.Duration(told) * time.Minute / time.Duration(c.Pace)).Truncate(time.Microsecond)
}
