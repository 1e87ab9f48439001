package upstream

import (
	"fmt"
	"log/slog"
)

// String hides the question.
func (CreditQuestion) String() string { return redacted }

// Format hides the question.
func (q CreditQuestion) Format(f fmt.State, _ rune) { show(f, q.String()) }

// LogValue hides the question.
func (q CreditQuestion) LogValue() slog.Value { return slog.StringValue(q.String()) }

// String shows the trace id only.
func (r CreditReading) String() string { return r.TraceID + " " + redacted }

// Format shows the trace id only.
func (r CreditReading) Format(f fmt.State, _ rune) { show(f, r.String()) }

// LogValue shows the trace id only.
func (r CreditReading) LogValue() slog.Value { return slog.StringValue(r.String()) }

// String hides the answer.
func (CreditAnswer) String() string { return redacted }

// Format hides the answer.
func (a CreditAnswer) Format(f fmt.State, _ rune) { show(f, a.String()) }

// LogValue hides the answer.
func (a CreditAnswer) LogValue() slog.Value { return slog.StringValue(a.String()) }

// String hides the fact.
func (CreditFact) String() string { return redacted }

// Format hides the fact.
func (c CreditFact) Format(f fmt.State, _ rune) { show(f, c.String()) }

// LogValue hides the fact.
func (c CreditFact) LogValue() slog.Value { return slog.StringValue(c.String()) }

// String shows the name only.
func (c CreditField) String() string { return c.Name + " " + redacted }

// Format shows the name only.
func (c CreditField) Format(f fmt.State, _ rune) { show(f, c.String()) }

// LogValue shows the name only.
func (c CreditField) LogValue() slog.Value { return slog.StringValue(c.String()) }
