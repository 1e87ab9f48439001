package credit

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// watchEvery is how often an authorisation is looked at while sources are asked.
const watchEvery = 200 * time.Millisecond

// ask asks some sources, all at once and outside of any transaction, for as long as the
// authorisation holds. It takes as long as the slowest of them. What a source answers or
// why it does not is its answer; one that the end of the authorisation cut off has the
// context's error.
func (s *Service) ask(ctx context.Context, on consent.ID, sources []Source, qs []upstream.CreditQuestion) map[upstream.CreditSource]answer {
	ctx, end := context.WithCancel(ctx)
	var watching, asking sync.WaitGroup
	watching.Go(func() { s.watch(ctx, on, end) })
	defer watching.Wait()
	defer end()
	answers := make([]answer, len(sources))
	for i, source := range sources {
		asking.Go(func() { answers[i].reading, answers[i].err = s.Sources.CreditFacts(ctx, source.Code, qs) })
	}
	asking.Wait()
	said := make(map[upstream.CreditSource]answer, len(sources))
	for i, source := range sources {
		said[source.Code] = answers[i]
	}
	return said
}

// watch calls end when an authorisation ends, and returns when the context does. That it
// could not look ends nothing: whoever keeps the report looks again.
func (s *Service) watch(ctx context.Context, on consent.ID, end func()) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			// A look that is cut off would cost its connection to the database.
			if _, err := s.Consents.Held(context.WithoutCancel(ctx), on); errors.Is(err, consent.ErrNotFound) {
				end()
			}
		}
	}
}
