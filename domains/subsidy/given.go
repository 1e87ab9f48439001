package subsidy

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/consent"
)

// Given decides last year for the file of a consent that was just given, so that nobody
// waits for the night. It is a [work.Handler] of [consent.GivenWork]: a consent for another
// purpose, and one that holds no more, need nothing. It fails as [Service.Run] does.
func (s *Service) Given(ctx context.Context, id string) error {
	c, err := s.Consents.Held(ctx, consent.ID(id))
	if errors.Is(err, consent.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	year := calendar.On(s.Now()).Year - 1
	for _, p := range programmes {
		if p.Purpose != c.Purpose || year < p.First {
			continue
		}
		r, err := s.round(p.Policy, Period(strconv.Itoa(year)))
		if err != nil {
			return err
		}
		if err := s.page(ctx, r, []consent.Consent{c}, &Tally{}); err != nil {
			return fmt.Errorf("decide %s for one: %w", p.Policy, err)
		}
	}
	return nil
}
