package upstream_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// TestYears asks about what was set, what was not, and nobody.
func TestYears(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	_, pass, permit := personWith(t, synthetic.RenewedSameNumber)
	qs := append(yearOf(permit, pass), upstream.YearQuestion{Kind: document.TaiwanPass, Number: "00000001", Year: 2025})
	list := []upstream.TaxPayment{
		{Receipt: "R1", Category: "wages", Area: "350128", Paid: moment, PaidFen: 2_508_000, RefundedFen: 108_000},
		{Receipt: "R2", Category: "interest", Area: "350200", Paid: moment, PaidFen: 0},
	}
	box.SetTaxPayments(permit.Number, 2025, list)
	box.SetTaxPayments(permit.Number, 2024, list[:1])
	tax, err := clients.TaxPayments(t.Context(), qs)
	if want := []upstream.TaxPayments{{Verdict: upstream.Match, Payments: list}, {Verdict: upstream.Match}, {Verdict: upstream.NotFound}}; err != nil || !reflect.DeepEqual(tax, want) {
		t.Errorf("taxes are not what was set, %v", err)
	}
	box.SetMainlandDays(permit.Number, 2025, 366)
	box.SetMainlandDays(pass.Number, 2025, 0)
	days, err := clients.MainlandDays(t.Context(), qs)
	if want := []upstream.StayAnswer{{Known: true, Days: 366}, {Known: true}, {}}; err != nil || !reflect.DeepEqual(days, want) {
		t.Errorf("days are not what was set, %v", err)
	}
	engaged := upstream.Engagement{Known: true, Areas: []string{"350128", "350200"}, SimilarBenefit: true}
	box.SetEngagement(permit.Number, 2025, engaged)
	box.SetEngagement(pass.Number, 2025, upstream.Engagement{Known: true})
	engagements, err := clients.Engagements(t.Context(), qs)
	if want := []upstream.Engagement{engaged, {Known: true}, {}}; err != nil || !reflect.DeepEqual(engagements, want) {
		t.Errorf("engagements are not what was set, %v", err)
	}
}

// TestManyYears asks more than one call takes; order must hold.
func TestManyYears(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	var qs []upstream.YearQuestion
	for i := range 250 {
		qs = append(qs, upstream.YearQuestion{Kind: document.TaiwanPass, Number: strconv.Itoa(10_000_000 + i), Year: 2025})
		box.SetMainlandDays(qs[i].Number, 2025, i)
		box.SetEngagement(qs[i].Number, 2025, upstream.Engagement{Known: true, Areas: []string{strconv.Itoa(350_000 + i)}})
		box.SetTaxPayments(qs[i].Number, 2025, []upstream.TaxPayment{{Receipt: strconv.Itoa(i), Category: "labour", Area: "350128", Paid: moment, PaidFen: 1}})
	}
	days, errDays := clients.MainlandDays(t.Context(), qs)
	tax, errTax := clients.TaxPayments(t.Context(), qs)
	engagements, errEngagements := clients.Engagements(t.Context(), qs)
	if errDays != nil || errTax != nil || errEngagements != nil {
		t.Fatal(errDays, errTax, errEngagements)
	}
	for i := range qs {
		if days[i].Days != i || tax[i].Payments[0].Receipt != strconv.Itoa(i) || engagements[i].Areas[0] != strconv.Itoa(350_000+i) {
			t.Fatalf("answer %d is not to question %d", i, i)
		}
	}
	for _, a := range []upstream.Authority{upstream.ExitEntryOffice, upstream.TaxOffice, upstream.TaiwanAffairsOffice} {
		if got := box.Count(a); got.Received != 3 || got.Done != 250 {
			t.Errorf("%s: %+v for 250 questions, want 3 calls", a, got)
		}
	}
	none, err := clients.TaxPayments(t.Context(), nil)
	if got := box.Count(upstream.TaxOffice).Received; len(none) != 0 || err != nil || got != 3 {
		t.Errorf("no questions: %d answers, %v, call %d", len(none), err, got)
	}
}

// yearAnswers are answers to one question in which nothing is missing.
func yearAnswers() (*pb.ListTaxPaymentsResponse, *pb.CountDaysResponse, *pb.CheckEngagementsResponse) {
	match, at := pb.Verdict_VERDICT_MATCH, timestamppb.New(moment)
	return &pb.ListTaxPaymentsResponse{CheckTime: at, TraceId: "trace", Answers: []*pb.TaxAnswer{{Verdict: match, Payments: []*pb.TaxPayment{{
			Receipt: "R1", Category: pb.TaxCategory_TAX_CATEGORY_WAGES, Area: "350128", PayTime: at, Currency: "CNY", PaidFen: 100, RefundedFen: 100,
		}}}}},
		&pb.CountDaysResponse{CheckTime: at, TraceId: "trace", Answers: []*pb.StayAnswer{{Verdict: match, Days: 366}}},
		&pb.CheckEngagementsResponse{CheckTime: at, TraceId: "trace", Answers: []*pb.EngagementAnswer{{Verdict: match, Areas: []string{"350128"}, SimilarBenefit: true}}}
}

// TestUnreadableTax changes one thing of a good answer at a time.
func TestUnreadableTax(t *testing.T) {
	t.Parallel()
	payment := func(change func(*pb.TaxPayment)) func(*pb.ListTaxPaymentsResponse) {
		return func(r *pb.ListTaxPaymentsResponse) { change(r.Answers[0].Payments[0]) }
	}
	tests := []struct {
		name   string
		change func(*pb.ListTaxPaymentsResponse)
		good   bool
	}{
		{"nothing", func(*pb.ListTaxPaymentsResponse) {}, true},
		{"no payments", func(r *pb.ListTaxPaymentsResponse) { r.Answers[0].Payments = nil }, true},
		{"nothing paid", payment(func(p *pb.TaxPayment) { p.PaidFen, p.RefundedFen = 0, 0 }), true},
		{"no answers", func(r *pb.ListTaxPaymentsResponse) { r.Answers = nil }, false},
		{"one answer more", func(r *pb.ListTaxPaymentsResponse) { r.Answers = append(r.Answers, r.Answers[0]) }, false},
		{"no check time", func(r *pb.ListTaxPaymentsResponse) { r.CheckTime = nil }, false},
		{"an old check time", func(r *pb.ListTaxPaymentsResponse) { r.CheckTime = timestamppb.New(moment.Add(-time.Hour)) }, false},
		{"no trace id", func(r *pb.ListTaxPaymentsResponse) { r.TraceId = "" }, false},
		{"no verdict", func(r *pb.ListTaxPaymentsResponse) { r.Answers[0].Verdict = 0 }, false},
		{"a mismatch", func(r *pb.ListTaxPaymentsResponse) { r.Answers[0].Verdict = pb.Verdict_VERDICT_MISMATCH }, false},
		{"a mismatch and nothing else", func(r *pb.ListTaxPaymentsResponse) {
			r.Answers[0] = &pb.TaxAnswer{Verdict: pb.Verdict_VERDICT_MISMATCH}
		}, false},
		{"payments of nobody", func(r *pb.ListTaxPaymentsResponse) { r.Answers[0].Verdict = pb.Verdict_VERDICT_NOT_FOUND }, false},
		{"a receipt twice", func(r *pb.ListTaxPaymentsResponse) {
			r.Answers[0].Payments = append(r.Answers[0].Payments, r.Answers[0].Payments[0])
		}, false},
		{"no receipt", payment(func(p *pb.TaxPayment) { p.Receipt = "" }), false},
		{"no category", payment(func(p *pb.TaxPayment) { p.Category = 0 }), false},
		{"a category of the future", payment(func(p *pb.TaxPayment) { p.Category = 99 }), false},
		{"no area", payment(func(p *pb.TaxPayment) { p.Area = "" }), false},
		{"an area of letters", payment(func(p *pb.TaxPayment) { p.Area = "35012x" }), false},
		{"a long area", payment(func(p *pb.TaxPayment) { p.Area = "3501280" }), false},
		{"no currency", payment(func(p *pb.TaxPayment) { p.Currency = "" }), false},
		{"another currency", payment(func(p *pb.TaxPayment) { p.Currency = "TWD" }), false},
		{"a negative amount", payment(func(p *pb.TaxPayment) { p.PaidFen, p.RefundedFen = -1, 0 }), false},
		{"a negative refund", payment(func(p *pb.TaxPayment) { p.RefundedFen = -1 }), false},
		{"more refunded than paid", payment(func(p *pb.TaxPayment) { p.RefundedFen = 101 }), false},
		{"too much to add up", payment(func(p *pb.TaxPayment) { p.PaidFen = 10_000_000_000_001 }), false},
		{"no time", payment(func(p *pb.TaxPayment) { p.PayTime = nil }), false},
		{"a time to come", payment(func(p *pb.TaxPayment) { p.PayTime = timestamppb.New(moment.Add(time.Hour)) }), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			answer, _, _ := yearAnswers()
			tt.change(answer)
			got, err := dial(t, serve(t, says(t, answer)), nil).TaxPayments(t.Context(), make([]upstream.YearQuestion, 1))
			wantRead(t, tt.good, err, upstream.TaxOffice, got == nil)
		})
	}
}

// wantRead checks that an answer was taken whole, or not at all.
func wantRead(t *testing.T, good bool, err error, authority upstream.Authority, none bool) {
	t.Helper()
	if good {
		if err != nil || none {
			t.Errorf("%v, want the answer taken", err)
		}
		return
	}
	wantUnavailable(t, err, authority)
	if !none {
		t.Error("an answer came with the error")
	}
}

// TestUnreadableFacts does so for stays and engagements.
func TestUnreadableFacts(t *testing.T) {
	t.Parallel()
	type answers struct {
		stay    *pb.CountDaysResponse
		engaged *pb.CheckEngagementsResponse
	}
	tests := []struct {
		name   string
		change func(answers)
		good   bool
	}{
		{"nothing", func(answers) {}, true},
		{"no answers", func(a answers) { a.stay.Answers, a.engaged.Answers = nil, nil }, false},
		{"an answer more", func(a answers) {
			a.stay.Answers, a.engaged.Answers = append(a.stay.Answers, a.stay.Answers[0]), append(a.engaged.Answers, a.engaged.Answers[0])
		}, false},
		{"empty answers", func(a answers) { proto.Reset(a.stay.Answers[0]); proto.Reset(a.engaged.Answers[0]) }, false},
		{"a mismatch", func(a answers) {
			a.stay.Answers[0].Verdict, a.engaged.Answers[0].Verdict = pb.Verdict_VERDICT_MISMATCH, pb.Verdict_VERDICT_MISMATCH
		}, false},
		{"a mismatch and nothing else", func(a answers) {
			a.stay.Answers[0] = &pb.StayAnswer{Verdict: pb.Verdict_VERDICT_MISMATCH}
			a.engaged.Answers[0] = &pb.EngagementAnswer{Verdict: pb.Verdict_VERDICT_MISMATCH}
		}, false},
		{"facts of nobody", func(a answers) {
			a.stay.Answers[0].Verdict, a.engaged.Answers[0].Verdict = pb.Verdict_VERDICT_NOT_FOUND, pb.Verdict_VERDICT_NOT_FOUND
		}, false},
		{"no check time", func(a answers) { a.stay.CheckTime, a.engaged.CheckTime = nil, nil }, false},
		{"no trace id", func(a answers) { a.stay.TraceId, a.engaged.TraceId = "", "" }, false},
		{"too much", func(a answers) { a.stay.Answers[0].Days, a.engaged.Answers[0].Areas[0] = 367, "平潭" }, false},
		{"too little", func(a answers) { a.stay.Answers[0].Days, a.engaged.Answers[0].Areas[0] = -1, "" }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, stay, engaged := yearAnswers()
			tt.change(answers{stay, engaged})
			qs := make([]upstream.YearQuestion, 1)
			days, err := dial(t, serve(t, says(t, stay)), nil).MainlandDays(t.Context(), qs)
			wantRead(t, tt.good, err, upstream.ExitEntryOffice, days == nil)
			engagements, err := dial(t, serve(t, says(t, engaged)), nil).Engagements(t.Context(), qs)
			wantRead(t, tt.good, err, upstream.TaiwanAffairsOffice, engagements == nil)
		})
	}
	_, _, twice := yearAnswers()
	twice.Answers[0].Areas = []string{"350128", "350128"}
	_, err := dial(t, serve(t, says(t, twice)), nil).Engagements(t.Context(), make([]upstream.YearQuestion, 1))
	wantUnavailable(t, err, upstream.TaiwanAffairsOffice)
}

// TestPayers pages through those who paid in an area, and believes no page that is none.
func TestPayers(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	for i := range 130 {
		area := "350128"
		if i%13 == 0 {
			area = "350200"
		}
		box.SetTaxPayments(strconv.Itoa(10_000_000+i), 2019, []upstream.TaxPayment{{Receipt: "R", Category: "wages", Area: area, Paid: moment, PaidFen: 1}})
	}
	box.SetTaxPayments("20000000", 2018, []upstream.TaxPayment{{Receipt: "R", Category: "wages", Area: "350128", Paid: moment, PaidFen: 1}})
	seen, pages := map[string]bool{}, 0
	for cursor := ""; pages == 0 || cursor != ""; pages++ {
		page, err := clients.Payers(t.Context(), "350128", 2019, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Payers {
			if p.Kind != document.TaiwanPass || seen[p.Number] {
				t.Errorf("a payer of kind %s, seen before: %t", p.Kind, seen[p.Number])
			}
			seen[p.Number] = true
		}
		cursor = page.Next
	}
	if len(seen) != 120 || pages != 2 || seen["20000000"] {
		t.Errorf("%d payers on %d pages, want 120 on 2", len(seen), pages)
	}
}
