package lendingrpc

import (
	"cmp"
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"

	"github.com/minzhengtong/minzhengtong/domains/lending"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
)

// written is the language in which products are.
const written = "zh-Hans"

var (
	uses = map[lending.Use]pb.Use{
		lending.Business: pb.Use_USE_BUSINESS, lending.Equipment: pb.Use_USE_EQUIPMENT, lending.Agriculture: pb.Use_USE_AGRICULTURE,
		lending.Startup: pb.Use_USE_STARTUP, lending.Consumption: pb.Use_USE_CONSUMPTION,
	}
	usesOf = contract.Reverse(uses)
	states = map[lending.State]pb.CaseState{
		lending.Open: pb.CaseState_CASE_STATE_OPEN, lending.Accepted: pb.CaseState_CASE_STATE_ACCEPTED,
		lending.Granted: pb.CaseState_CASE_STATE_GRANTED, lending.Refused: pb.CaseState_CASE_STATE_REFUSED,
		lending.Withdrawn: pb.CaseState_CASE_STATE_WITHDRAWN,
	}
	offerStates = map[lending.OfferState]pb.OfferState{
		lending.Standing: pb.OfferState_OFFER_STATE_STANDING, lending.Superseded: pb.OfferState_OFFER_STATE_SUPERSEDED,
		lending.Taken: pb.OfferState_OFFER_STATE_ACCEPTED, lending.Declined: pb.OfferState_OFFER_STATE_DECLINED,
	}
	sides    = map[lending.Side]pb.Side{lending.Applicant: pb.Side_SIDE_APPLICANT, lending.Bank: pb.Side_SIDE_BANK}
	fits     = map[lending.Fit]pb.Fit{lending.Fits: pb.Fit_FIT_YES, lending.Unfit: pb.Fit_FIT_NO, lending.Unknown: pb.Fit_FIT_UNKNOWN}
	verdicts = map[rules.Verdict]pb.Fit{rules.Holds: pb.Fit_FIT_YES, rules.Fails: pb.Fit_FIT_NO, rules.Unknown: pb.Fit_FIT_UNKNOWN}
)

func need(n *pb.Need) lending.Need {
	return lending.Need{Fen: n.GetFen(), Months: int(n.GetMonths()), Use: usesOf[n.GetUse()], Words: n.GetWords()}
}

func needToAPI(n lending.Need) *pb.Need {
	if n == (lending.Need{}) {
		return nil // not shown, or forgotten
	}
	return &pb.Need{Fen: n.Fen, Months: int32(n.Months), Use: uses[n.Use], Words: n.Words}
}

func codes(list []string) []lending.ProductCode {
	return contract.Each(list, func(code string) lending.ProductCode { return lending.ProductCode(code) })
}

func words(w *pb.Words) lending.Words {
	return lending.Words{About: w.GetAbout(), Text: w.GetText(), PaperName: w.GetPaper().GetName(), Paper: w.GetPaper().GetContent()}
}

func paperToAPI(p lending.Paper) *pb.Paper { return &pb.Paper{Name: p.Name, Content: p.Content} }

func note(n lending.Note) *pb.Note {
	return &pb.Note{
		Id: string(n.ID), Side: sides[n.Side], About: n.About, Text: n.Text, PaperName: n.PaperName, MediaType: string(n.Media), Size: int32(n.Size),
		CreateTime: contract.Time(n.Created),
	}
}

func offer(o lending.Offer) *pb.Offer {
	return &pb.Offer{
		Id: string(o.ID), Number: int32(o.Number), State: offerStates[o.State], Fen: o.Fen, RateBp: int32(o.RateBP), Months: int32(o.Months),
		Terms: o.Words, UntilTime: contract.Time(o.Until), CreateTime: contract.Time(o.Created), AnswerTime: contract.Time(o.Answered),
	}
}

// caseToAPI is a case as the contract has it. A product that is not there any more is called
// by its code.
func caseToAPI(ctx context.Context, s *lending.Service, c lending.Case) *pb.Case {
	p, _ := s.Product(ctx, c.Product)
	return &pb.Case{
		Id: string(c.ID), Product: string(c.Product), ProductTitle: contract.DataText(ctx, cmp.Or(p.Trace.Title, string(c.Product)), written),
		BankId: c.Bank, FirmId: string(c.Firm), State: states[c.State], ApplicantName: c.Name, Need: needToAPI(c.Need), Answer: c.Answer,
		Offers: contract.Each(c.Offers, offer), GrantedFen: c.Granted, CreateTime: contract.Time(c.Created), AcceptTime: contract.Time(c.Accepted),
		EndTime: contract.Time(c.Ended),
	}
}

func product(ctx context.Context, p lending.Product) (*pb.Product, error) {
	text := func(t string) *commonv1.DataText { return contract.DataText(ctx, t, written) }
	out := &pb.Product{
		Code: string(p.Code), Title: text(p.Trace.Title), BankId: p.Bank, Source: text(p.Trace.Source), Illustrative: p.Illustrative,
		Conditions: contract.Each(p.Trace.Conditions, func(j rules.Judgment) *commonv1.DataText { return text(j.Title) }),
	}
	for _, f := range p.Trace.Parameters {
		value, err := contract.JSON(f.Value)
		if err != nil {
			return nil, err
		}
		out.Figures = append(out.Figures, &pb.ProductFigure{
			Title: text(f.Title), ValueJson: value, Unit: f.Unit, Illustrative: f.Status == rules.Illustrative,
		})
	}
	return out, nil
}

// matches translates what a need was matched with.
func matches(ctx context.Context) func(list []lending.Match, err error) ([]*pb.Match, error) {
	return func(list []lending.Match, err error) ([]*pb.Match, error) {
		var out []*pb.Match
		for _, m := range list {
			p, err := product(ctx, m.Product)
			if err != nil {
				return nil, err
			}
			one := &pb.Match{Product: p, Fit: fits[m.Fit]}
			for _, j := range m.Trace.Conditions {
				r, err := reason(ctx, j)
				if err != nil {
					return nil, err
				}
				one.Reasons = append(one.Reasons, r)
			}
			out = append(out, one)
		}
		return out, err
	}
}

func reason(ctx context.Context, j rules.Judgment) (*pb.Reason, error) {
	out := &pb.Reason{Title: contract.DataText(ctx, j.Title, written), Fit: verdicts[j.Verdict]}
	if j.Refusal != "" {
		out.Refusal = contract.DataText(ctx, j.Refusal, written)
	}
	for _, h := range j.Hints {
		value, err := contract.JSON(h.To)
		if err != nil {
			return nil, err
		}
		out.Changes = append(out.Changes, &pb.Change{Title: contract.DataText(ctx, h.Title, written), ValueJson: value})
	}
	return out, nil
}
