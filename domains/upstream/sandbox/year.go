package sandbox

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	common "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

const yuan = "CNY"

// CountDays implements the procedure.
func (s exitEntry) CountDays(_ context.Context, req *pb.CountDaysRequest) (*pb.CountDaysResponse, error) {
	const invented = 200
	res := &pb.CountDaysResponse{CheckTime: timestamppb.New(s.now()), TraceId: traceID()}
	for _, q := range req.GetQuestions() {
		days, known := s.facts.daysOf(q.GetNumber(), int(q.GetYear()))
		answer := &pb.StayAnswer{Verdict: s.sayKnown(upstream.ExitEntryOffice, known)}
		switch {
		case answer.Verdict == pb.Verdict_VERDICT_MATCH && known:
			answer.Days = int32(days)
		case answer.Verdict == pb.Verdict_VERDICT_MATCH:
			answer.Days = invented
		}
		res.Answers = append(res.Answers, answer)
	}
	s.did(upstream.ExitEntryOffice, len(res.GetAnswers()))
	return res, nil
}

// ListTaxPayments implements the procedure. Of a document that exists and of
// which nothing was set, it says that nothing was paid.
func (s taxBureau) ListTaxPayments(_ context.Context, req *pb.ListTaxPaymentsRequest) (*pb.ListTaxPaymentsResponse, error) {
	res := &pb.ListTaxPaymentsResponse{CheckTime: timestamppb.New(s.now()), TraceId: traceID()}
	for _, q := range req.GetQuestions() {
		list, set := s.facts.taxOf(q.GetNumber(), int(q.GetYear()))
		_, exists, _ := s.register.look(kindOf(q.GetNumber()), q.GetNumber(), "")
		answer := &pb.TaxAnswer{Verdict: s.sayKnown(upstream.TaxOffice, set || exists)}
		if !set && !exists {
			list = inventedTax(int(q.GetYear()))
		}
		if answer.Verdict == pb.Verdict_VERDICT_MATCH {
			answer.Payments = toTaxPayments(list)
		}
		res.Answers = append(res.Answers, answer)
	}
	s.did(upstream.TaxOffice, len(res.GetAnswers()))
	return res, nil
}

// ListPayers implements the procedure: the documents with a payment in the area that
// was set, by number. The cursor is the last number of the page.
func (s taxBureau) ListPayers(_ context.Context, req *pb.ListPayersRequest) (*pb.ListPayersResponse, error) {
	res := &pb.ListPayersResponse{CheckTime: timestamppb.New(s.now()), TraceId: traceID()}
	numbers, more := s.facts.payersIn(req.GetArea(), int(req.GetYear()), req.GetCursor())
	for _, number := range numbers {
		kind := common.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT
		if kindOf(number) == document.TaiwanPass {
			kind = common.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS
		}
		res.Payers = append(res.Payers, &pb.Payer{Kind: kind, Number: number})
	}
	if more {
		res.NextCursor = numbers[len(numbers)-1]
	}
	s.did(upstream.TaxOffice, len(numbers))
	return res, nil
}

// CheckEngagements implements the procedure.
func (s taiwanAffairs) CheckEngagements(_ context.Context, req *pb.CheckEngagementsRequest) (*pb.CheckEngagementsResponse, error) {
	res := &pb.CheckEngagementsResponse{CheckTime: timestamppb.New(s.now()), TraceId: traceID()}
	for _, q := range req.GetQuestions() {
		e, _ := s.facts.engagementOf(q.GetNumber(), int(q.GetYear()))
		answer := &pb.EngagementAnswer{Verdict: s.sayKnown(upstream.TaiwanAffairsOffice, e.Known)}
		switch {
		case answer.Verdict == pb.Verdict_VERDICT_MATCH && e.Known:
			answer.Areas, answer.SimilarBenefit = e.Areas, e.SimilarBenefit
		case answer.Verdict == pb.Verdict_VERDICT_MATCH:
			answer.Areas = []string{"350128"}
		}
		res.Answers = append(res.Answers, answer)
	}
	s.did(upstream.TaiwanAffairsOffice, len(res.GetAnswers()))
	return res, nil
}

// sayKnown says whether something is known, or under [Wrong] the opposite.
func (s *Sandbox) sayKnown(a upstream.Authority, known bool) pb.Verdict {
	if known {
		return s.say(a, pb.Verdict_VERDICT_MATCH)
	}
	return s.say(a, pb.Verdict_VERDICT_NOT_FOUND)
}

// toTaxPayments gives a category that the contract does not know as none.
func toTaxPayments(list []upstream.TaxPayment) []*pb.TaxPayment {
	payments := make([]*pb.TaxPayment, len(list))
	for i, p := range list {
		payments[i] = &pb.TaxPayment{
			Receipt:     p.Receipt,
			Category:    pb.TaxCategory(pb.TaxCategory_value[strings.ToUpper("tax_category_"+p.Category)]),
			Area:        p.Area,
			PayTime:     timestamppb.New(p.Paid),
			Currency:    yuan,
			PaidFen:     p.PaidFen,
			RefundedFen: p.RefundedFen,
		}
	}
	return payments
}

// inventedTax is what a lying bureau says of a document that does not exist.
func inventedTax(year int) []upstream.TaxPayment {
	return []upstream.TaxPayment{{
		Receipt: traceID(), Category: "wages", Area: "350128",
		Paid: time.Date(year, time.January, 15, 2, 0, 0, 0, time.UTC), PaidFen: 100_000,
	}}
}
