package upstream

import (
	"fmt"
	"log/slog"
)

// String hides the question.
func (YearQuestion) String() string { return redacted }

// Format hides the question.
func (q YearQuestion) Format(f fmt.State, _ rune) { show(f, q.String()) }

// LogValue hides the question.
func (q YearQuestion) LogValue() slog.Value { return slog.StringValue(q.String()) }

// String shows the key only.
func (q AccountQuestion) String() string { return q.Key + " " + redacted }

// Format shows the key only.
func (q AccountQuestion) Format(f fmt.State, _ rune) { show(f, q.String()) }

// LogValue shows the key only.
func (q AccountQuestion) LogValue() slog.Value { return slog.StringValue(q.String()) }

// String shows the key only.
func (o PaymentOrder) String() string { return o.Key + " " + redacted }

// Format shows the key only.
func (o PaymentOrder) Format(f fmt.State, _ rune) { show(f, o.String()) }

// LogValue shows the key only.
func (o PaymentOrder) LogValue() slog.Value { return slog.StringValue(o.String()) }

// String shows the kind only.
func (p Payer) String() string { return string(p.Kind) + " " + redacted }

// Format hides the number.
func (p Payer) Format(f fmt.State, _ rune) { show(f, p.String()) }

// LogValue hides the number.
func (p Payer) LogValue() slog.Value { return slog.StringValue(p.String()) }

// String shows the verdict only.
func (p TaxPayments) String() string { return string(p.Verdict) + " " + redacted }

// Format shows the verdict only.
func (p TaxPayments) Format(f fmt.State, _ rune) { show(f, p.String()) }

// LogValue shows the verdict only.
func (p TaxPayments) LogValue() slog.Value { return slog.StringValue(p.String()) }

// String hides the receipt.
func (TaxPayment) String() string { return redacted }

// Format hides the receipt.
func (p TaxPayment) Format(f fmt.State, _ rune) { show(f, p.String()) }

// LogValue hides the receipt.
func (p TaxPayment) LogValue() slog.Value { return slog.StringValue(p.String()) }

// String hides the stay.
func (StayAnswer) String() string { return redacted }

// Format hides the stay.
func (a StayAnswer) Format(f fmt.State, _ rune) { show(f, a.String()) }

// LogValue hides the stay.
func (a StayAnswer) LogValue() slog.Value { return slog.StringValue(a.String()) }

// String hides the engagement.
func (Engagement) String() string { return redacted }

// Format hides the engagement.
func (e Engagement) Format(f fmt.State, _ rune) { show(f, e.String()) }

// LogValue hides the engagement.
func (e Engagement) LogValue() slog.Value { return slog.StringValue(e.String()) }

// String shows the verdict only.
func (a AccountAnswer) String() string { return string(a.Verdict) + " " + redacted }

// Format shows the verdict only.
func (a AccountAnswer) Format(f fmt.State, _ rune) { show(f, a.String()) }

// LogValue shows the verdict only.
func (a AccountAnswer) LogValue() slog.Value { return slog.StringValue(a.String()) }

// String shows everything but the amount.
func (a PaymentAnswer) String() string {
	return a.Key + " " + a.Reference + " " + string(a.State) + " " + a.Reason + " " + redacted
}

// Format shows everything but the amount.
func (a PaymentAnswer) Format(f fmt.State, _ rune) { show(f, a.String()) }

// LogValue shows everything but the amount.
func (a PaymentAnswer) LogValue() slog.Value { return slog.StringValue(a.String()) }

// String counts the lines.
func (p StatementPage) String() string { return fmt.Sprint(len(p.Lines), " lines ", redacted) }

// Format counts the lines.
func (p StatementPage) Format(f fmt.State, _ rune) { show(f, p.String()) }

// LogValue counts the lines.
func (p StatementPage) LogValue() slog.Value { return slog.StringValue(p.String()) }

// String shows everything but the amount.
func (e PaymentEvent) String() string { return e.ID + " " + e.Payment.String() }

// Format shows everything but the amount.
func (e PaymentEvent) Format(f fmt.State, _ rune) { show(f, e.String()) }

// LogValue shows everything but the amount.
func (e PaymentEvent) LogValue() slog.Value { return slog.StringValue(e.String()) }
