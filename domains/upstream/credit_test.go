package upstream_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// creditOf asks about some documents.
func creditOf(documents ...synthetic.Document) []upstream.CreditQuestion {
	qs := make([]upstream.CreditQuestion, len(documents))
	for i, d := range documents {
		qs[i] = upstream.CreditQuestion{Kind: d.Kind, Number: d.Number}
	}
	return qs
}

// penalty is a fact with a field of each kind.
func penalty(reference string, day civil.Date) upstream.CreditFact {
	return upstream.CreditFact{Reference: reference, Day: day, Fields: []upstream.CreditField{
		{Name: "cause", Kind: upstream.CreditText, Text: "未公示年报"},
		{Name: "amount", Kind: upstream.CreditMoney, Number: 1_000_00},
		{Name: "state", Kind: upstream.CreditCode, Text: "settled"},
		{Name: "public_until", Kind: upstream.CreditDay, Text: "2029-11-01"},
		{Name: "days", Kind: upstream.CreditCount, Number: 3},
	}}
}

// TestCreditFacts asks about what was set, what was not, and nobody.
func TestCreditFacts(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	_, pass, permit := personWith(t, synthetic.Plain)
	list := []upstream.CreditFact{penalty("P2", today), penalty("P1", today.AddDays(-1))}
	box.SetCreditFacts("penalties", pass.Number, list)
	box.SetCreditFacts("penalties", permit.Number, nil)
	got, err := clients.CreditFacts(t.Context(), "penalties",
		append(creditOf(pass, permit), upstream.CreditQuestion{Kind: document.CreditCode, Number: "91350128MAXXX99913"}))
	if want := []upstream.CreditAnswer{{Known: true, Facts: list}, {Known: true}, {}}; err != nil || !reflect.DeepEqual(got.Answers, want) {
		t.Errorf("facts are not what was set, %v", err)
	}
	if got.TraceID == "" || !got.CheckTime.Equal(moment) {
		t.Error("no trace id or another check time")
	}
}

// TestManyCreditQuestions asks more than one call takes, and of one document more facts
// than an answer has.
func TestManyCreditQuestions(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	var qs []upstream.CreditQuestion
	for i := range 120 {
		qs = append(qs, upstream.CreditQuestion{Kind: document.TaiwanPass, Number: strconv.Itoa(10_000_000 + i)})
		box.SetCreditFacts("licences", qs[i].Number, []upstream.CreditFact{penalty(strconv.Itoa(i), today)})
	}
	var many []upstream.CreditFact
	for i := range 201 {
		many = append(many, penalty(strconv.Itoa(i), today.AddDays(-i)))
	}
	box.SetCreditFacts("licences", qs[0].Number, many)
	got, err := clients.CreditFacts(t.Context(), "licences", qs)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Answers[0].More || len(got.Answers[0].Facts) != 200 || got.Answers[0].Facts[0].Reference != "0" {
		t.Errorf("%d facts of many, more: %t", len(got.Answers[0].Facts), got.Answers[0].More)
	}
	for i := 1; i < len(qs); i++ {
		if got.Answers[i].Facts[0].Reference != strconv.Itoa(i) {
			t.Fatalf("answer %d is not to question %d", i, i)
		}
	}
	if count := box.Count("credit/licences"); count != (sandbox.Count{Received: 3, Done: 120}) {
		t.Errorf("%+v for 120 questions, want 3 calls", count)
	}
	if none, err := clients.CreditFacts(t.Context(), "customs", nil); err != nil || len(none.Answers) != 0 || box.Count("credit/customs").Received != 0 {
		t.Errorf("no questions: %d answers, %v", len(none.Answers), err)
	}
}

// TestCreditFaults breaks each source in each way, and leaves the others well.
func TestCreditFaults(t *testing.T) {
	t.Parallel()
	_, pass, _ := personWith(t, synthetic.Plain)
	for i, source := range sandbox.CreditSources() {
		for _, broken := range []sandbox.Fault{sandbox.Slow, sandbox.Gone, sandbox.Error, sandbox.DoneUnsaid, sandbox.Garbage} {
			t.Run(string(source)+"/"+string(broken), func(t *testing.T) {
				t.Parallel()
				box := sandbox.New(population, now, token, nil)
				url := serve(t, box)
				patient := dial(t, url, nil)
				clients := patient
				if broken == sandbox.Slow { // what is well may take its time on a busy machine
					clients = dial(t, url, func(c *upstream.Config) { c.Limit = 100 * time.Millisecond })
				}
				box.SetFault(source.Authority(), broken, time.Minute)
				_, err := clients.CreditFacts(t.Context(), source, creditOf(pass))
				wantUnavailable(t, err, source.Authority())
				other := sandbox.CreditSources()[(i+1)%len(sandbox.CreditSources())]
				if _, err := patient.CreditFacts(t.Context(), other, creditOf(pass)); err != nil {
					t.Errorf("the source %s: %v", other, err)
				}
				box.SetFault(source.Authority(), sandbox.Healthy, 0)
				if _, err := patient.CreditFacts(t.Context(), source, creditOf(pass)); err != nil {
					t.Errorf("after healing: %v", err)
				}
			})
		}
	}
}

// TestCreditBreaker: the breaker of one source opens, and no other one's.
func TestCreditBreaker(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	_, pass, _ := personWith(t, synthetic.Plain)
	box.SetFault("credit/customs", sandbox.Gone, 0)
	for range 20 {
		_, err := clients.CreditFacts(t.Context(), "customs", creditOf(pass))
		wantUnavailable(t, err, "credit/customs")
	}
	if got := box.Count("credit/customs").Received; got > 10 {
		t.Errorf("a source that is gone was asked %d times, want at most 10", got)
	}
	if _, err := clients.CreditFacts(t.Context(), "contracts", creditOf(pass)); err != nil {
		t.Errorf("another source: %v", err)
	}
}

// TestUnknownCreditSource: a source that no gateway serves is unavailable.
func TestUnknownCreditSource(t *testing.T) {
	t.Parallel()
	_, clients := start(t)
	_, pass, _ := personWith(t, synthetic.Plain)
	for _, source := range []upstream.CreditSource{"none", "../x", ""} {
		_, err := clients.CreditFacts(t.Context(), source, creditOf(pass))
		wantUnavailable(t, err, source.Authority())
	}
}

// goodCredit is an answer to one question in which nothing is missing.
func goodCredit() *pb.ListCreditFactsResponse {
	return &pb.ListCreditFactsResponse{
		Source: "penalties", CheckTime: timestamppb.New(moment), TraceId: "trace",
		Answers: []*pb.CreditAnswer{{Verdict: pb.Verdict_VERDICT_MATCH, Facts: []*pb.CreditFact{{
			Reference: "R1", Day: "2026-11-02", Fields: []*pb.CreditField{
				{Name: "amount", Value: &pb.CreditField_Fen{Fen: 1}}, {Name: "state", Value: &pb.CreditField_Code{Code: "open"}},
			},
		}}}},
	}
}

// TestUnreadableCredit changes one thing of a good answer at a time.
func TestUnreadableCredit(t *testing.T) {
	t.Parallel()
	answer := func(change func(*pb.CreditAnswer)) func(*pb.ListCreditFactsResponse) {
		return func(r *pb.ListCreditFactsResponse) { change(r.Answers[0]) }
	}
	fact := func(change func(*pb.CreditFact)) func(*pb.ListCreditFactsResponse) {
		return func(r *pb.ListCreditFactsResponse) { change(r.Answers[0].Facts[0]) }
	}
	field := func(f *pb.CreditField) func(*pb.ListCreditFactsResponse) {
		return fact(func(x *pb.CreditFact) { x.Fields[0] = f })
	}
	for name, tt := range map[string]struct {
		change func(*pb.ListCreditFactsResponse)
		good   bool
	}{
		"nothing":             {func(*pb.ListCreditFactsResponse) {}, true},
		"no facts":            {answer(func(a *pb.CreditAnswer) { a.Facts = nil }), true},
		"no fields":           {fact(func(f *pb.CreditFact) { f.Fields = nil }), true},
		"nothing to pay":      {field(&pb.CreditField{Name: "amount", Value: &pb.CreditField_Fen{}}), true},
		"a day ahead":         {field(&pb.CreditField{Name: "valid_to", Value: &pb.CreditField_Day{Day: "2099-12-31"}}), true},
		"another source":      {func(r *pb.ListCreditFactsResponse) { r.Source = "judgments" }, false},
		"no answers":          {func(r *pb.ListCreditFactsResponse) { r.Answers = nil }, false},
		"one answer more":     {func(r *pb.ListCreditFactsResponse) { r.Answers = append(r.Answers, r.Answers[0]) }, false},
		"no check time":       {func(r *pb.ListCreditFactsResponse) { r.CheckTime = nil }, false},
		"an old check time":   {func(r *pb.ListCreditFactsResponse) { r.CheckTime = timestamppb.New(moment.Add(-time.Hour)) }, false},
		"no trace id":         {func(r *pb.ListCreditFactsResponse) { r.TraceId = "" }, false},
		"no verdict":          {answer(func(a *pb.CreditAnswer) { a.Verdict = 0 }), false},
		"a mismatch":          {answer(func(a *pb.CreditAnswer) { a.Verdict = pb.Verdict_VERDICT_MISMATCH }), false},
		"facts of nobody":     {answer(func(a *pb.CreditAnswer) { a.Verdict = pb.Verdict_VERDICT_NOT_FOUND }), false},
		"more of nobody":      {answer(func(a *pb.CreditAnswer) { a.Verdict, a.Facts, a.More = pb.Verdict_VERDICT_NOT_FOUND, nil, true }), false},
		"a fact twice":        {answer(func(a *pb.CreditAnswer) { a.Facts = append(a.Facts, a.Facts[0]) }), false},
		"no reference":        {fact(func(f *pb.CreditFact) { f.Reference = "" }), false},
		"a long reference":    {fact(func(f *pb.CreditFact) { f.Reference = strings.Repeat("R", 65) }), false},
		"an unseen reference": {fact(func(f *pb.CreditFact) { f.Reference = "R\u202e1" }), false},
		"no day":              {fact(func(f *pb.CreditFact) { f.Day = "" }), false},
		"no day of any month": {fact(func(f *pb.CreditFact) { f.Day = "2026-02-30" }), false},
		"a day in words":      {fact(func(f *pb.CreditFact) { f.Day = "2026-1-2" }), false},
		"a day to come":       {fact(func(f *pb.CreditFact) { f.Day = "2026-11-03" }), false},
		"an impossible year":  {fact(func(f *pb.CreditFact) { f.Day = "0001-01-01" }), false},
		"a field twice":       {fact(func(f *pb.CreditFact) { f.Fields[1] = f.Fields[0] }), false},
		"a field of nothing":  {field(&pb.CreditField{Name: "amount"}), false},
		"a field of no name":  {field(&pb.CreditField{Value: &pb.CreditField_Fen{Fen: 1}}), false},
		"a name in words":     {field(&pb.CreditField{Name: "the amount", Value: &pb.CreditField_Fen{Fen: 1}}), false},
		"a negative amount":   {field(&pb.CreditField{Name: "amount", Value: &pb.CreditField_Fen{Fen: -1}}), false},
		"too much to add up":  {field(&pb.CreditField{Name: "amount", Value: &pb.CreditField_Fen{Fen: 10_000_000_000_001}}), false},
		"a negative count":    {field(&pb.CreditField{Name: "days", Value: &pb.CreditField_Count{Count: -1}}), false},
		"too many":            {field(&pb.CreditField{Name: "days", Value: &pb.CreditField_Count{Count: 1_000_000_001}}), false},
		"a code in words":     {field(&pb.CreditField{Name: "state", Value: &pb.CreditField_Code{Code: "Still open"}}), false},
		"a day of none":       {field(&pb.CreditField{Name: "valid_to", Value: &pb.CreditField_Day{Day: "soon"}}), false},
		"no text":             {field(&pb.CreditField{Name: "cause", Value: &pb.CreditField_Text{}}), false},
		"a long text":         {field(&pb.CreditField{Name: "cause", Value: &pb.CreditField_Text{Text: strings.Repeat("证", 201)}}), false},
		"a text of two lines": {field(&pb.CreditField{Name: "cause", Value: &pb.CreditField_Text{Text: "a\nb"}}), false},
		"too many fields": {fact(func(f *pb.CreditFact) {
			for i := range 17 {
				f.Fields = append(f.Fields, &pb.CreditField{Name: "f" + strconv.Itoa(i), Value: &pb.CreditField_Fen{Fen: 1}})
			}
		}), false},
		"too many facts": {answer(func(a *pb.CreditAnswer) {
			for i := range 201 {
				a.Facts = append(a.Facts, &pb.CreditFact{Reference: strconv.Itoa(i), Day: "2026-11-01"})
			}
		}), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := goodCredit()
			tt.change(good)
			clients := dial(t, serve(t, http.StripPrefix("/credit/penalties", says(t, good))), nil)
			got, err := clients.CreditFacts(t.Context(), "penalties", make([]upstream.CreditQuestion, 1))
			wantRead(t, tt.good, err, "credit/penalties", got.Answers == nil)
		})
	}
}

// TestCallerLeavesCredit passes the caller's own end on.
func TestCallerLeavesCredit(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	_, pass, _ := personWith(t, synthetic.Plain)
	box.SetFault("credit/licences", sandbox.Slow, time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := clients.CreditFacts(ctx, "licences", creditOf(pass)); !errors.Is(err, ctx.Err()) || errors.Is(err, upstream.ErrUnavailable) {
		t.Errorf("%v, want the caller's own end", err)
	}
}
