package alarm

import "time"

// ReadCron reads an own timetable, as a function from a moment to the next ring.
func ReadCron(text string) (func(time.Time) time.Time, error) {
	schedule, err := readCron(text)
	if err != nil {
		return nil, err
	}
	return schedule.Next, nil
}
