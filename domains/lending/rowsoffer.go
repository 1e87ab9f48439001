package lending

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	caserow "github.com/minzhengtong/minzhengtong/gen/ent/lendingcase"
	row "github.com/minzhengtong/minzhengtong/gen/ent/lendingoffer"
)

// offersOf are the offers of some cases, the newest first.
func (s *Service) offersOf(ctx context.Context, cases []string) (map[string][]*ent.LendingOffer, error) {
	if len(cases) == 0 {
		return nil, nil
	}
	rows, err := s.DB.Client(ctx).LendingOffer.Query().Where(row.CaseIDIn(cases...)).Order(row.ByNumber(entsql.OrderDesc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read offers: %w", err)
	}
	offers := make(map[string][]*ent.LendingOffer, len(cases))
	for _, r := range rows {
		offers[r.CaseID] = append(offers[r.CaseID], r)
	}
	return offers, nil
}

// open reads the offers of a case.
func (c Case) open(keys vault.Set, rows []*ent.LendingOffer) ([]Offer, error) {
	var offers []Offer
	for _, r := range rows {
		words, err := c.unseal(keys, r.ID, "terms", r.TermsSealed)
		if err != nil {
			return nil, err
		}
		until := r.Until.UTC()
		offers = append(offers, Offer{
			ID: OfferID(r.ID), Number: r.Number, State: OfferState(r.State), Until: until, Created: r.CreateTime.UTC(), Answered: entdb.Moment(r.AnswerTime),
			Terms:  Terms{Fen: r.AmountFen, RateBP: r.RateBp, Months: r.Months, Words: string(words), LastDay: calendar.On(until).AddDays(-1)},
			madeBy: r.MadeBy,
		})
	}
	return offers, nil
}

// saveOffer writes an offer in the place of the one that stands. Whoever does so first writes
// the case, so two offers of a moment follow one another.
func (s *Service) saveOffer(ctx context.Context, c Case, o Offer) error {
	words, err := s.seal(ctx, c, string(o.ID), "terms", []byte(o.Words))
	if err != nil {
		return err
	}
	set := s.DB.Client(ctx).LendingCase.Update().Where(caserow.StateEQ(caserow.StateOpen))
	if len(c.Offers) == 0 {
		set.SetOfferTime(o.Created)
	}
	if err := s.change(ctx, c, set); err != nil {
		return err
	}
	err = s.DB.Client(ctx).LendingOffer.Update().Where(row.CaseID(string(c.ID)), row.StateEQ(row.StateStanding)).
		SetState(row.StateSuperseded).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("supersede the offer of case %s: %w", c.ID, err)
	}
	err = s.DB.Client(ctx).LendingOffer.Create().SetID(string(o.ID)).SetCaseID(string(c.ID)).SetNumber(o.Number).SetState(row.State(o.State)).
		SetAmountFen(o.Fen).SetRateBp(o.RateBP).SetMonths(o.Months).SetTermsSealed(words).SetUntil(o.Until).SetMadeBy(o.madeBy).
		SetCreateTime(o.Created).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save an offer: %w", err)
	}
	return nil
}

// saveAnswer writes the answer to an offer that stands.
func (s *Service) saveAnswer(ctx context.Context, o Offer) error {
	n, err := s.DB.Client(ctx).LendingOffer.Update().Where(row.ID(string(o.ID)), row.StateEQ(row.StateStanding)).
		SetState(row.State(o.State)).SetAnswerTime(o.Answered).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = ErrOfferGone
	}
	if err != nil {
		return fmt.Errorf("save offer %s: %w", o.ID, err)
	}
	return nil
}
