package alarm

import (
	"context"
	"time"
)

// ReadCron reads an own timetable, as a function from a moment to the next ring.
func ReadCron(text string) (func(time.Time) time.Time, error) {
	schedule, err := readCron(text)
	if err != nil {
		return nil, err
	}
	return schedule.Next, nil
}

// CountDue says how many of the alarms that are due it finds, at most limit.
func (s *Service) CountDue(ctx context.Context, limit int) (int, error) {
	list, err := s.due(ctx, s.time(), place{}, limit)
	return len(list), err
}
