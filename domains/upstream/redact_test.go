package upstream_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// TestNothingIsPrinted puts one word in every personal field and looks for it.
func TestNothingIsPrinted(t *testing.T) {
	t.Parallel()
	const secret = "SECRET"
	const amount = 1905
	born := civil.Date{Year: 1905, Month: 6, Day: 7}
	holder := upstream.Holder{NameMainland: secret, NameTaiwan: secret, NameRoman: secret, Birth: born, Sex: document.Male}
	issue := upstream.Issue{IssueCount: "01", Status: document.Valid, ReplacesNumber: secret}
	// The time of a line may have any digits.
	timeless := &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	values := []any{
		holder, issue, upstream.Payer{Kind: document.TaiwanPass, Number: secret},
		upstream.PassQuestion{Number: secret, Name: secret, Birth: born},
		upstream.PermitQuestion{Number: secret, Name: secret},
		upstream.LinkQuestion{Key: "key", Pass: secret, Permit: secret},
		upstream.Message{Key: "key", Phone: secret, Text: secret},
		upstream.PassAnswer{Verdict: upstream.Match, Holder: holder, Issue: issue, TraceID: "trace"},
		upstream.PermitAnswer{Verdict: upstream.Match, Holder: holder, Issue: issue, ExitEntryNumber: secret, TraceID: "trace"},
	}
	tax := upstream.TaxPayment{Receipt: secret, Category: secret, Area: secret, PaidFen: amount, RefundedFen: amount}
	payment := upstream.PaymentAnswer{Key: "key", Reference: "reference", Fen: amount, State: upstream.PaymentRefused, Reason: "REASON"}
	values = append(values,
		upstream.YearQuestion{Kind: document.TaiwanPass, Number: secret, Year: 1905},
		upstream.AccountQuestion{Key: "key", Kind: upstream.BankAccount, Number: secret, HolderName: secret, DocumentNumber: secret},
		upstream.PaymentOrder{Key: "key", Account: secret, Fen: amount, Memo: secret},
		tax, upstream.TaxPayments{Verdict: upstream.Match, Payments: []upstream.TaxPayment{tax}},
		upstream.StayAnswer{Known: true, Days: amount},
		upstream.Engagement{Known: true, Areas: []string{secret}, SimilarBenefit: true},
		upstream.AccountAnswer{Verdict: upstream.Match, Token: secret, Tail: secret},
		payment, upstream.StatementPage{Lines: []upstream.PaymentAnswer{payment}, Next: "next"},
		upstream.PaymentEvent{ID: "event", Payment: payment},
	)
	field := upstream.CreditField{Name: "name", Kind: upstream.CreditText, Number: amount, Text: secret}
	fact := upstream.CreditFact{Reference: secret, Day: born, Fields: []upstream.CreditField{field}}
	known := upstream.CreditAnswer{Known: true, Facts: []upstream.CreditFact{fact}}
	values = append(values,
		upstream.CreditQuestion{Kind: document.TaiwanPass, Number: secret}, field, fact, known,
		upstream.CreditReading{Answers: []upstream.CreditAnswer{known}, TraceID: "trace"},
	)
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			for _, shown := range []string{fmt.Sprintf(verb, v), fmt.Sprintf(verb, []any{v})} {
				if strings.Contains(shown, secret) || strings.Contains(shown, "1905") || strings.Contains(shown, fmt.Sprintf("%x", secret)) {
					t.Errorf("%T shows itself with %s", v, verb)
				}
			}
		}
		var text, json bytes.Buffer
		slog.New(slog.NewTextHandler(&text, timeless)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&json, timeless)).Info("m", "v", v)
		if strings.Contains(text.String()+json.String(), secret) || strings.Contains(text.String()+json.String(), "1905") {
			t.Errorf("%T shows itself in a log", v)
		}
	}
}
