package subsidy

import (
	"context"
	"errors"
	"strconv"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// RunLastYear decides every programme for the year that ended last, in pages of at most
// limit people. Programmes that begin later are left out; one that fails does not keep the
// others. It fails as [Service.Run] does, and may be repeated like it.
func (s *Service) RunLastYear(ctx context.Context, limit int) (Tally, error) {
	year := calendar.On(s.Now()).Year - 1
	var all Tally
	var failed []error
	for _, p := range programmes {
		if year < p.First {
			continue
		}
		one, err := s.Run(ctx, p.Policy, Period(strconv.Itoa(year)), limit, func(Tally) {})
		all.add(one)
		failed = append(failed, err)
	}
	return all, errors.Join(failed...)
}
