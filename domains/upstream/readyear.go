package upstream

import (
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/document"
	common "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

const (
	currency = "CNY"
	// maxFen is a hundred billion yuan. What is more is a mistake, and what is
	// less can be added up ten thousand times.
	maxFen      = 10_000_000_000_000
	maxYearDays = 366
	maxReceipt  = 64 // bytes
	maxPayers   = 100
)

// readYears reads answers about years: as many as were asked, read from the
// register just now.
func readYears[P, A any](c *Clients, res proof, from []P, asked int, read func(P) (A, error)) ([]A, error) {
	if len(from) != asked {
		return nil, unreadable("not as many answers as questions")
	}
	if _, err := c.readProof(res, clockSkew); err != nil {
		return nil, err
	}
	answers := make([]A, asked)
	for i, a := range from {
		var err error
		if answers[i], err = read(a); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// readKnown reads a verdict where there is nothing to compare.
func readKnown(v pb.Verdict) (Verdict, error) {
	verdict, err := readVerdict(v)
	if err == nil && verdict == Mismatch {
		return "", unreadable("a mismatch with nothing to compare")
	}
	return verdict, err
}

func readStay(a *pb.StayAnswer) (StayAnswer, error) {
	verdict, err := readKnown(a.GetVerdict())
	switch {
	case err != nil:
		return StayAnswer{}, err
	case a.GetDays() < 0 || a.GetDays() > maxYearDays:
		return StayAnswer{}, unreadable("days that no year has")
	case verdict != Match && a.GetDays() != 0:
		return StayAnswer{}, unreadable("days of nobody")
	}
	return StayAnswer{Known: verdict == Match, Days: int(a.GetDays())}, nil
}

func readEngagement(a *pb.EngagementAnswer) (Engagement, error) {
	verdict, err := readKnown(a.GetVerdict())
	switch {
	case err != nil:
		return Engagement{}, err
	case verdict != Match && (len(a.GetAreas()) > 0 || a.GetSimilarBenefit()):
		return Engagement{}, unreadable("an engagement of nobody")
	}
	seen := map[string]bool{}
	for _, area := range a.GetAreas() {
		if !isArea(area) || seen[area] {
			return Engagement{}, unreadable("areas that are none")
		}
		seen[area] = true
	}
	return Engagement{Known: verdict == Match, Areas: a.GetAreas(), SimilarBenefit: a.GetSimilarBenefit()}, nil
}

func (c *Clients) readTax(a *pb.TaxAnswer) (TaxPayments, error) {
	verdict, err := readKnown(a.GetVerdict())
	switch {
	case err != nil:
		return TaxPayments{}, err
	case verdict != Match && len(a.GetPayments()) > 0:
		return TaxPayments{}, unreadable("payments of nobody")
	}
	answer, seen := TaxPayments{Verdict: verdict}, map[string]bool{}
	for _, p := range a.GetPayments() {
		payment, err := readTaxPayment(p, c.now())
		if err != nil {
			return TaxPayments{}, err
		}
		if seen[payment.Receipt] {
			return TaxPayments{}, unreadable("a receipt twice")
		}
		seen[payment.Receipt] = true
		answer.Payments = append(answer.Payments, payment)
	}
	return answer, nil
}

func readTaxPayment(p *pb.TaxPayment, now time.Time) (TaxPayment, error) {
	category := readCategory(p.GetCategory())
	switch {
	case p.GetReceipt() == "" || len(p.GetReceipt()) > maxReceipt:
		return TaxPayment{}, unreadable("no receipt")
	case category == "":
		return TaxPayment{}, unreadable("no category")
	case !isArea(p.GetArea()):
		return TaxPayment{}, unreadable("no area")
	case p.GetCurrency() != currency:
		return TaxPayment{}, unreadable("another currency")
	case p.GetPaidFen() < 0 || p.GetPaidFen() > maxFen || p.GetRefundedFen() < 0 || p.GetRefundedFen() > p.GetPaidFen():
		return TaxPayment{}, unreadable("an impossible amount")
	case p.GetPayTime() == nil || !p.GetPayTime().IsValid() || p.GetPayTime().AsTime().After(now.Add(clockSkew)):
		return TaxPayment{}, unreadable("no time of payment")
	}
	return TaxPayment{
		Receipt: p.GetReceipt(), Category: category, Area: p.GetArea(), Paid: p.GetPayTime().AsTime().Truncate(time.Microsecond),
		PaidFen: p.GetPaidFen(), RefundedFen: p.GetRefundedFen(),
	}, nil
}

// readCategory is the category's name in the contract without its prefix, in
// lower case, or "" for one that this version does not know.
func readCategory(c pb.TaxCategory) string {
	name, known := pb.TaxCategory_name[int32(c)]
	if !known || c == pb.TaxCategory_TAX_CATEGORY_UNSPECIFIED {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(name, "TAX_CATEGORY_"))
}

// readPayers reads a page of documents, each of a kind and form that we know.
func (c *Clients) readPayers(res *pb.ListPayersResponse, cursor string) (PayersPage, error) {
	next := res.GetNextCursor()
	switch {
	case len(res.GetPayers()) > maxPayers:
		return PayersPage{}, unreadable("more documents than a page has")
	case len(next) > maxCursor || next != "" && (next == cursor || len(res.GetPayers()) == 0):
		return PayersPage{}, unreadable("a cursor that leads nowhere")
	}
	if _, err := c.readProof(res, clockSkew); err != nil {
		return PayersPage{}, err
	}
	page := PayersPage{Next: next}
	for _, p := range res.GetPayers() {
		kind := fromKind(p.GetKind())
		if kind == "" || p.GetNumber() == "" || len(p.GetNumber()) > maxReceipt {
			return PayersPage{}, unreadable("no document")
		}
		page.Payers = append(page.Payers, Payer{kind, p.GetNumber()})
	}
	return page, nil
}

// fromKind is "" for a kind of which the bureau cannot know a payer.
func fromKind(k common.DocumentKind) document.Kind {
	switch k {
	case common.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS:
		return document.TaiwanPass
	case common.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT:
		return document.TaiwanPermit
	default:
		return ""
	}
}

// isArea reports whether a text has the form of GB/T 2260.
func isArea(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) == 6
}
