package upstream

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"connectrpc.com/connect"
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	common "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1/upstreamv1connect"
)

// CreditSource names a source of public-credit data. Which ones there are is data of
// whoever asks.
type CreditSource string

// Authority is the source as faults and logs name it.
func (s CreditSource) Authority() Authority { return Authority("credit/" + string(s)) }

// CreditQuestion names one document of a person or a firm.
type CreditQuestion struct {
	Kind   document.Kind // any
	Number string        // in canonical form
}

// CreditReading is what a source holds under some documents.
type CreditReading struct {
	Answers []CreditAnswer // in the order of the questions
	// CheckTime is when the source was read, by its clock.
	CheckTime time.Time
	TraceID   string
}

// CreditAnswer is what a source holds under one document.
type CreditAnswer struct {
	// Known: the source knows the document. Without it there are no facts.
	Known bool
	Facts []CreditFact // 200 at most
	// More: the source has more facts than it says.
	More bool
}

// CreditFact is one thing on record.
type CreditFact struct {
	Reference string     // the source's name for it, unique in the answer
	Day       civil.Date // in Asia/Shanghai; not ahead
	Fields    []CreditField
}

// CreditKind is the kind of a field. Its text is stored and never renamed.
type CreditKind string

// The kinds.
const (
	CreditMoney CreditKind = "money" // fen of CNY, not below zero
	CreditCount CreditKind = "count" // not below zero
	CreditCode  CreditKind = "code"  // letters, digits and underscores, in lower case
	CreditDay   CreditKind = "day"   // YYYY-MM-DD in Asia/Shanghai; may lie ahead
	CreditText  CreditKind = "text"  // 200 characters at most
)

// CreditField is one figure or word of a fact. Number is the value of money and counts,
// Text that of all others.
type CreditField struct {
	Name   string // unique in the fact
	Kind   CreditKind
	Number int64
	Text   string
}

// CreditSources are all sources of public-credit data.
type CreditSources interface {
	// CreditFacts says what one source holds under each document, in the order of the
	// questions. It changes nothing and may be repeated; no questions get no answers
	// without a call. It fails as a whole, with [ErrUnavailable] that names the source,
	// or with the context's error. Several sources may be asked at once.
	CreditFacts(ctx context.Context, source CreditSource, qs []CreditQuestion) (CreditReading, error)
}

// maxCreditQuestions is about how many documents one call may ask.
const maxCreditQuestions = 50

// creditDesk is what asks the sources: for each a client with connections of its own and
// a guard, made when it is asked first. mu guards the map; there are as many entries as
// sources were ever asked.
type creditDesk struct {
	mu     sync.Mutex
	tables map[CreditSource]creditTable
}

// creditTable is what asks one source.
type creditTable struct {
	client upstreamv1connect.CreditSourceServiceClient
	guard  *guard
}

// creditTableOf returns what asks a source.
func (c *Clients) creditTableOf(source CreditSource) creditTable {
	c.credit.mu.Lock()
	defer c.credit.mu.Unlock()
	t, ok := c.credit.tables[source]
	if !ok {
		base := strings.TrimSuffix(c.conf.BaseURL, "/") + "/credit/" + url.PathEscape(string(source))
		t = creditTable{
			client: upstreamv1connect.NewCreditSourceServiceClient(c.httpClient(c.conf), base,
				connect.WithReadMaxBytes(maxAnswerBytes), connect.WithInterceptors(bearer(c.conf.Token))),
			guard: newGuard(source.Authority(), c.conf, c.log),
		}
		c.credit.tables[source] = t
	}
	return t
}

// CreditFacts implements [CreditSources]. More than 50 questions take several calls, one
// after the other, each with its own limit; the reading is as old as the oldest of them.
func (c *Clients) CreditFacts(ctx context.Context, source CreditSource, qs []CreditQuestion) (CreditReading, error) {
	var whole CreditReading
	table := c.creditTableOf(source)
	_, err := inParts(qs, maxCreditQuestions, func(part []CreditQuestion) ([]CreditAnswer, error) {
		req := &pb.ListCreditFactsRequest{Source: string(source), Questions: creditQuestions(part)}
		one, err := ask(ctx, table.guard, func(ctx context.Context) (CreditReading, error) {
			res, err := table.client.ListCreditFacts(ctx, req)
			if err != nil {
				return CreditReading{}, err
			}
			return c.readCredit(res, source, len(part))
		})
		whole = whole.and(one)
		return nil, err
	})
	if err != nil {
		return CreditReading{}, err
	}
	return whole, nil
}

// and is a reading with what a later call read.
func (r CreditReading) and(later CreditReading) CreditReading {
	if r.TraceID == "" {
		return later
	}
	r.Answers = append(r.Answers, later.Answers...)
	return r
}

func creditQuestions(qs []CreditQuestion) []*pb.CreditQuestion {
	list := make([]*pb.CreditQuestion, len(qs))
	for i, q := range qs {
		list[i] = &pb.CreditQuestion{Kind: anyKind[q.Kind], Number: q.Number}
	}
	return list
}

// anyKind is every kind of document in the contract.
var anyKind = map[document.Kind]common.DocumentKind{
	document.TaiwanPass:       common.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS,
	document.TaiwanPermit:     common.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT,
	document.HKMOPermit:       common.DocumentKind_DOCUMENT_KIND_HKMO_PERMIT,
	document.ResidentID:       common.DocumentKind_DOCUMENT_KIND_RESIDENT_ID,
	document.ForeignPermanent: common.DocumentKind_DOCUMENT_KIND_FOREIGN_PERMANENT,
	document.CreditCode:       common.DocumentKind_DOCUMENT_KIND_CREDIT_CODE,
}
