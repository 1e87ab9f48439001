package lending

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// longestOffer is for how many days an offer stands at most: a bound of ours against slips.
const longestOffer = 366

// OfferState is what became of an offer. Its text is stored and never renamed.
type OfferState string

// The states of offers.
const (
	Standing   OfferState = "standing"
	Superseded OfferState = "superseded"
	Taken      OfferState = "accepted"
	Declined   OfferState = "declined"
)

// Terms are what a bank offers: Fen of CNY for some months, at a rate of a year in
// hundredths of a percent, until the end of a day in Asia/Shanghai.
type Terms struct {
	Fen     int64
	RateBP  int
	Months  int
	Words   string // empty once they were forgotten
	LastDay civil.Date
}

// LogValue keeps all of it out of logs.
func (Terms) LogValue() slog.Value { return slog.StringValue("[terms]") }

// Offer is what a bank offers in a case.
type Offer struct {
	ID     OfferID
	Number int // counts the offers of the case, from 1
	State  OfferState
	Terms
	// Until is when it can no longer be accepted.
	Until, Created, Answered time.Time

	madeBy string
}

// LogValue keeps what is offered out of logs.
func (o Offer) LogValue() slog.Value { return slog.StringValue(string(o.ID)) }

// MakeOffer makes an offer in the place of the one that stands, and tells the applicant.
// Each call is another offer.
//
// It fails with guard.ErrNotFound for whoever is no officer of a bank with the duty to
// review, [ErrNotFound], consent.ErrNotValid once the authorisation is over,
// guard.ErrConflict, [ErrClosed] and [ErrOffer].
func (s *Service) MakeOffer(ctx context.Context, by actor.Actor, id ID, t Terms) (o Offer, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		c, err := s.authorised(ctx, by, id)
		if err != nil {
			return err
		}
		if c.State != Open {
			return ErrClosed
		}
		until := calendar.Begins(t.LastDay.AddDays(1)).UTC()
		if now := s.time(); !now.Before(until) || until.Sub(now) > longestOffer*24*time.Hour {
			return ErrOffer.On("last_day")
		}
		o = Offer{
			ID: OfferID(s.NewID()), Number: len(c.Offers) + 1, State: Standing, Terms: t, Until: until, Created: s.time(), madeBy: by.ID(),
		}
		if err := s.saveOffer(ctx, c, o); err != nil {
			return err
		}
		if err := s.tell(ctx, c, kindOffer, string(o.ID)); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "lending.offer", by, c.Document)
	})
	if err != nil {
		return Offer{}, fmt.Errorf("make an offer: %w", err)
	}
	return o, nil
}

// Answer accepts the offer that stands in a case of the actor's own, or of a firm in which
// the actor holds a role, or declines it. The same answer again changes nothing. It fails as
// guard.Own does, with [ErrNotFound], [ErrClosed] and [ErrOfferGone].
func (s *Service) Answer(ctx context.Context, by actor.Actor, id ID, offer OfferID, accept bool) (c Case, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if c, err = s.mine(ctx, by, id); err != nil {
			return err
		}
		o, ok := c.offer(offer)
		next := answerOf(accept)
		switch {
		case !ok:
			return ErrNotFound
		case o.State == next:
			return nil
		case c.State != Open:
			return ErrClosed
		case o.State != Standing || !s.time().Before(o.Until):
			return ErrOfferGone
		}
		o.State, o.Answered = next, s.time()
		if err := s.saveAnswer(ctx, *o); err != nil {
			return err
		}
		if accept {
			c.State, c.Accepted = Accepted, o.Answered
			if err := s.saveAccepted(ctx, c); err != nil {
				return err
			}
		}
		return s.Audit.Change(ctx, "lending.answer", by, c.Document)
	})
	if err != nil {
		return Case{}, fmt.Errorf("answer an offer: %w", err)
	}
	return c, nil
}

// answerOf is what an answer makes of an offer.
func answerOf(accept bool) OfferState {
	if accept {
		return Taken
	}
	return Declined
}

// offer finds one of a case.
func (c Case) offer(id OfferID) (*Offer, bool) {
	for i := range c.Offers {
		if c.Offers[i].ID == id {
			return &c.Offers[i], true
		}
	}
	return nil, false
}

// accepted is the amount that was accepted.
func (c Case) accepted() int64 {
	for _, o := range c.Offers {
		if o.State == Taken {
			return o.Fen
		}
	}
	return 0
}
