package sandbox

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// What sources hold about the population. What another office of the sandbox says as
// well, such as income tax that was paid and returns that were decided, is the same here;
// all else is drawn from the document's number, so that it is the same at each start. No
// share or amount is a figure of any authority.

// inventCredit is what a source holds about a person of the register.
func (s *Sandbox) inventCredit(source upstream.CreditSource, number string) []upstream.CreditFact {
	d := drawOf(source, number)
	switch source {
	case "tax_payments":
		return s.paidTax(number)
	case "social_insurance", "utilities":
		return s.invent(source, number, d.IntN(3))
	case "licences", "contracts":
		return s.invent(source, number, rare(d, 10))
	case "penalties", "judgments":
		return s.invent(source, number, rare(d, 3))
	default: // persons file by their employer, and declare nothing to customs
		return nil
	}
}

// inventFirmCredit is what a source holds about firm i of the population.
func (s *Sandbox) inventFirmCredit(source upstream.CreditSource, i int, number string) []upstream.CreditFact {
	d := drawOf(source, number)
	switch source {
	case "tax_filing":
		return filed(s.register.pop.FilingsOfFirm(i))
	case "penalties", "judgments":
		return s.invent(source, number, rare(d, 8))
	default:
		return s.invent(source, number, 1+d.IntN(4))
	}
}

// paidTax is the income tax of the tax bureau's answers under a document.
func (s *Sandbox) paidTax(number string) []upstream.CreditFact {
	list, _ := s.facts.taxOf(number, synthetic.TaxpayerYear)
	facts := make([]upstream.CreditFact, len(list))
	for i, p := range list {
		facts[i] = upstream.CreditFact{Reference: p.Receipt, Day: dayOf(p.Paid), Fields: []upstream.CreditField{
			code("tax", "individual_income_tax"), money("paid", p.PaidFen-p.RefundedFen),
		}}
	}
	return facts
}

// filed are decided returns.
func filed(list []synthetic.Filing) []upstream.CreditFact {
	facts := make([]upstream.CreditFact, len(list))
	for i, f := range list {
		outcome := "accepted"
		if !f.Accepted {
			outcome = "rejected"
		}
		facts[i] = upstream.CreditFact{Reference: f.Ref, Day: dayOf(f.DecideTime), Fields: []upstream.CreditField{
			code("tax", f.Tax), code("period", "p"+strings.ToLower(strings.ReplaceAll(f.Period, "-", "_"))), code("outcome", outcome),
		}}
	}
	return facts
}

// invent draws n facts of the two years before now, all different days.
func (s *Sandbox) invent(source upstream.CreditSource, number string, n int) []upstream.CreditFact {
	d := drawOf(source, number)
	facts := make([]upstream.CreditFact, n)
	for i := range facts {
		day := s.today().AddDays(-90*i - 1 - d.IntN(80))
		facts[i] = upstream.CreditFact{
			Reference: fmt.Sprintf("%s-%08x-%d", source, d.Uint32(), i+1), Day: day, Fields: fieldsOf(source, d, day),
		}
	}
	return facts
}

// fieldsOf draws what a fact of a source says.
func fieldsOf(source upstream.CreditSource, d *rand.Rand, day civil.Date) []upstream.CreditField {
	fen := 10_000 * int64(1+d.IntN(5_000))
	switch source {
	case "tax_payments":
		return []upstream.CreditField{code("tax", pick(d, "value_added_tax", "corporate_income_tax")), money("paid", fen)}
	case "tax_filing":
		return []upstream.CreditField{code("tax", "vat_small"), code("outcome", "accepted")}
	case "social_insurance":
		return []upstream.CreditField{
			code("scheme", pick(d, "pension", "medical", "work_injury")), count("months", int64(1+d.IntN(24))), code("state", pick(d, "paid_up", "paid_up", "paid_up", "in_arrears")),
		}
	case "licences":
		return []upstream.CreditField{text("licence", pick(d, "食品经营许可证（示例）", "道路运输经营许可证（示例）")), date("valid_to", day.AddDays(3*365)), code("state", "in_force")}
	case "penalties":
		return []upstream.CreditField{
			text("authority", "市场监督管理局（示例）"), text("cause", "未按规定公示年度报告（示例）"), money("amount", fen), code("state", pick(d, "settled", "settled", "open")),
		}
	case "judgments":
		return []upstream.CreditField{text("court", "人民法院（示例）"), text("cause", "买卖合同纠纷（示例）"), money("amount", fen), code("state", pick(d, "performed", "performed", "unperformed"))}
	case "contracts":
		return []upstream.CreditField{text("buyer", "公共资源交易中心（示例）"), money("amount", 10*fen), code("state", pick(d, "performed", "under_way", "broken"))}
	case "customs":
		return []upstream.CreditField{count("declarations", int64(1+d.IntN(90))), money("value", 10*fen), code("state", pick(d, "released", "released", "corrected"))}
	case "utilities":
		return []upstream.CreditField{code("utility", pick(d, "water", "power", "gas")), money("paid", fen/100), code("outcome", pick(d, "on_time", "on_time", "on_time", "late"))}
	}
	return nil
}

// drawOf draws the same for a source and a number each time.
func drawOf(source upstream.CreditSource, number string) *rand.Rand {
	sum := sha256.Sum256([]byte(string(source) + "/" + number))
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16]))) //nolint:gosec // G404: synthetic facts, the same each time
}

// rare is 1 for so many of a hundred.
func rare(d *rand.Rand, ofHundred int) int {
	if d.IntN(100) < ofHundred {
		return 1
	}
	return 0
}

func pick(d *rand.Rand, from ...string) string { return from[d.IntN(len(from))] }

func dayOf(at time.Time) civil.Date { return civil.DateOf(at.In(shanghai)) }

func code(name, value string) upstream.CreditField {
	return upstream.CreditField{Name: name, Kind: upstream.CreditCode, Text: value}
}

func text(name, value string) upstream.CreditField {
	return upstream.CreditField{Name: name, Kind: upstream.CreditText, Text: value}
}

func date(name string, value civil.Date) upstream.CreditField {
	return upstream.CreditField{Name: name, Kind: upstream.CreditDay, Text: value.String()}
}

func money(name string, fen int64) upstream.CreditField {
	return upstream.CreditField{Name: name, Kind: upstream.CreditMoney, Number: fen}
}

func count(name string, n int64) upstream.CreditField {
	return upstream.CreditField{Name: name, Kind: upstream.CreditCount, Number: n}
}
