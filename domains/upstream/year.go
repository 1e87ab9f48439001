package upstream

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/document"
	common "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// maxYearQuestions is the most questions about years that one call may ask.
const maxYearQuestions = 100

// MainlandDays implements [ExitEntry]. More than 100 questions take several
// calls, one after the other, each with its own limit.
func (c *Clients) MainlandDays(ctx context.Context, qs []YearQuestion) ([]StayAnswer, error) {
	return inParts(qs, maxYearQuestions, func(part []YearQuestion) ([]StayAnswer, error) {
		req := &pb.CountDaysRequest{Questions: yearQuestions(part)}
		return ask(ctx, c.guards[ExitEntryOffice], func(ctx context.Context) ([]StayAnswer, error) {
			res, err := c.exitEntry.CountDays(ctx, req)
			if err != nil {
				return nil, err
			}
			return readYears(c, res, res.GetAnswers(), len(part), readStay)
		})
	})
}

// TaxPayments implements [TaxBureau]. More than 100 questions take several
// calls, one after the other, each with its own limit.
func (c *Clients) TaxPayments(ctx context.Context, qs []YearQuestion) ([]TaxPayments, error) {
	return inParts(qs, maxYearQuestions, func(part []YearQuestion) ([]TaxPayments, error) {
		req := &pb.ListTaxPaymentsRequest{Questions: yearQuestions(part)}
		return ask(ctx, c.guards[TaxOffice], func(ctx context.Context) ([]TaxPayments, error) {
			res, err := c.taxBureau.ListTaxPayments(ctx, req)
			if err != nil {
				return nil, err
			}
			return readYears(c, res, res.GetAnswers(), len(part), c.readTax)
		})
	})
}

// Engagements implements [TaiwanAffairs]. More than 100 questions take several
// calls, one after the other, each with its own limit.
func (c *Clients) Engagements(ctx context.Context, qs []YearQuestion) ([]Engagement, error) {
	return inParts(qs, maxYearQuestions, func(part []YearQuestion) ([]Engagement, error) {
		req := &pb.CheckEngagementsRequest{Questions: yearQuestions(part)}
		return ask(ctx, c.guards[TaiwanAffairsOffice], func(ctx context.Context) ([]Engagement, error) {
			res, err := c.taiwanAffairs.CheckEngagements(ctx, req)
			if err != nil {
				return nil, err
			}
			return readYears(c, res, res.GetAnswers(), len(part), readEngagement)
		})
	})
}

// Payers implements [TaxBureau].
func (c *Clients) Payers(ctx context.Context, area string, year int, cursor string) (PayersPage, error) {
	req := &pb.ListPayersRequest{Area: area, Year: int32(year), Cursor: cursor}
	return ask(ctx, c.guards[TaxOffice], func(ctx context.Context) (PayersPage, error) {
		res, err := c.taxBureau.ListPayers(ctx, req)
		if err != nil {
			return PayersPage{}, err
		}
		return c.readPayers(res, cursor)
	})
}

// inParts asks most questions at a time and gives all answers or none.
func inParts[Q, A any](qs []Q, most int, ask func([]Q) ([]A, error)) ([]A, error) {
	answers := make([]A, 0, len(qs))
	for len(qs) > 0 {
		part := qs[:min(len(qs), most)]
		qs = qs[len(part):]
		more, err := ask(part)
		if err != nil {
			return nil, err
		}
		answers = append(answers, more...)
	}
	return answers, nil
}

func yearQuestions(qs []YearQuestion) []*pb.YearQuestion {
	list := make([]*pb.YearQuestion, len(qs))
	for i, q := range qs {
		list[i] = &pb.YearQuestion{Kind: toKind(q.Kind), Number: q.Number, Year: int32(q.Year)}
	}
	return list
}

func toKind(k document.Kind) common.DocumentKind {
	switch k {
	case document.TaiwanPass:
		return common.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS
	case document.TaiwanPermit:
		return common.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT
	default:
		return common.DocumentKind_DOCUMENT_KIND_UNSPECIFIED
	}
}
