package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1/upstreamv1connect"
)

// CreditSources are the sources of public-credit data that the sandbox plays, in the order
// of their codes.
func CreditSources() []upstream.CreditSource {
	return []upstream.CreditSource{
		"contracts", "customs", "judgments", "licences", "penalties", "social_insurance", "tax_filing", "tax_payments", "utilities",
	}
}

// creditFacts are what tests told the sources, and which firms there are.
type creditFacts struct {
	mu    sync.RWMutex // guards set
	set   map[creditKey][]upstream.CreditFact
	firms func() map[string]int // the population's firms, by code; made once
}

type creditKey struct {
	source upstream.CreditSource
	number string
}

func newCreditFacts(pop *synthetic.Population) *creditFacts {
	return &creditFacts{set: map[creditKey][]upstream.CreditFact{}, firms: sync.OnceValue(func() map[string]int {
		firms := map[string]int{}
		for i := 0; pop != nil && i < pop.Firms(); i++ {
			firms[pop.Firm(i).CreditCode] = i
		}
		return firms
	})}
}

// SetCreditFacts decides what a source holds under a document, in place of what it held
// before; none is a document that it knows nothing bad or good about. The document need
// not exist. What is impossible is answered all the same, for tests of who asks.
func (s *Sandbox) SetCreditFacts(source upstream.CreditSource, number string, list []upstream.CreditFact) {
	s.credit.mu.Lock()
	defer s.credit.mu.Unlock()
	s.credit.set[creditKey{source, number}] = slices.Clone(list)
}

// creditOf is what a source holds under a document by now, and whether it knows it.
func (s *Sandbox) creditOf(source upstream.CreditSource, number string) ([]upstream.CreditFact, bool) {
	s.credit.mu.RLock()
	list, ok := s.credit.set[creditKey{source, number}]
	s.credit.mu.RUnlock()
	if ok {
		return list, true
	}
	if i, ok := s.credit.firms()[number]; ok {
		return s.byNow(s.inventFirmCredit(source, i, number)), true
	}
	if _, exists, _ := s.register.look(kindOf(number), number, ""); exists {
		return s.byNow(s.inventCredit(source, number)), true
	}
	return nil, false
}

// byNow leaves out what the population says of days to come, where the sandbox's clock is
// behind it.
func (s *Sandbox) byNow(list []upstream.CreditFact) []upstream.CreditFact {
	return slices.DeleteFunc(list, func(f upstream.CreditFact) bool { return f.Day.After(s.today()) })
}

// creditSource is one source.
type creditSource struct {
	*Sandbox
	source upstream.CreditSource
}

// serveCredit mounts each source below its path, with its own fault.
func (s *Sandbox) serveCredit(options []connect.HandlerOption) {
	for _, source := range CreditSources() {
		path, handler := upstreamv1connect.NewCreditSourceServiceHandler(creditSource{s, source}, options...)
		prefix := "/credit/" + string(source)
		s.serve(source.Authority())(prefix+path, http.StripPrefix(prefix, handler))
	}
}

// ListCreditFacts implements the procedure. Under [Wrong] known and unknown change places,
// with an invented penalty.
func (s creditSource) ListCreditFacts(_ context.Context, req *pb.ListCreditFactsRequest) (*pb.ListCreditFactsResponse, error) {
	res := &pb.ListCreditFactsResponse{Source: string(s.source), CheckTime: timestamppb.New(s.now()), TraceId: traceID()}
	for _, q := range req.GetQuestions() {
		list, known := s.creditOf(s.source, q.GetNumber())
		answer := &pb.CreditAnswer{Verdict: s.sayKnown(s.source.Authority(), known)}
		if !known {
			list = s.invent(s.source, "nobody", 1)
		}
		if answer.GetVerdict() == pb.Verdict_VERDICT_MATCH {
			answer.Facts, answer.More = toCreditFacts(list)
		}
		res.Answers = append(res.Answers, answer)
	}
	s.did(s.source.Authority(), len(res.GetAnswers()))
	return res, nil
}

// mostCreditFacts is how many facts of a document a source says.
const mostCreditFacts = 200

// toCreditFacts are the newest facts, and whether there are more.
func toCreditFacts(list []upstream.CreditFact) ([]*pb.CreditFact, bool) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b upstream.CreditFact) int { return b.Day.DaysSince(a.Day) })
	more := len(list) > mostCreditFacts
	facts := make([]*pb.CreditFact, min(len(list), mostCreditFacts))
	for i, f := range list[:len(facts)] {
		facts[i] = &pb.CreditFact{Reference: f.Reference, Day: f.Day.String()}
		for _, x := range f.Fields {
			facts[i].Fields = append(facts[i].Fields, toCreditField(x))
		}
	}
	return facts, more
}

// toCreditField gives a kind that the contract does not know no value.
func toCreditField(f upstream.CreditField) *pb.CreditField {
	out := &pb.CreditField{Name: f.Name}
	switch f.Kind {
	case upstream.CreditMoney:
		out.Value = &pb.CreditField_Fen{Fen: f.Number}
	case upstream.CreditCount:
		out.Value = &pb.CreditField_Count{Count: f.Number}
	case upstream.CreditCode:
		out.Value = &pb.CreditField_Code{Code: f.Text}
	case upstream.CreditDay:
		out.Value = &pb.CreditField_Day{Day: f.Text}
	case upstream.CreditText:
		out.Value = &pb.CreditField_Text{Text: strings.ToValidUTF8(f.Text, "")}
	}
	return out
}
