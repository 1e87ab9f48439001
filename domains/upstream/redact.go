package upstream

import (
	"fmt"
	"io"
	"log/slog"
)

// What holds personal data prints, logs and formats itself without it, with
// every verb. Each type has the same three methods; Format is what fmt asks
// first, and it covers %#v and %d, which String does not.

const redacted = "[redacted]"

// verdictText is what may be shown of an answer.
func verdictText(v Verdict, trace string) string { return string(v) + " " + trace + " " + redacted }

func show(f fmt.State, text string) {
	// fmt.State keeps no error, and Format has nobody to tell.
	_, _ = io.WriteString(f, text)
}

// String hides the question.
func (PassQuestion) String() string { return redacted }

// Format hides the question.
func (q PassQuestion) Format(f fmt.State, _ rune) { show(f, q.String()) }

// LogValue hides the question.
func (q PassQuestion) LogValue() slog.Value { return slog.StringValue(q.String()) }

// String hides the question.
func (PermitQuestion) String() string { return redacted }

// Format hides the question.
func (q PermitQuestion) Format(f fmt.State, _ rune) { show(f, q.String()) }

// LogValue hides the question.
func (q PermitQuestion) LogValue() slog.Value { return slog.StringValue(q.String()) }

// String shows the key only.
func (q LinkQuestion) String() string { return q.Key + " " + redacted }

// Format shows the key only.
func (q LinkQuestion) Format(f fmt.State, _ rune) { show(f, q.String()) }

// LogValue shows the key only.
func (q LinkQuestion) LogValue() slog.Value { return slog.StringValue(q.String()) }

// String shows the key only.
func (m Message) String() string { return m.Key + " " + redacted }

// Format shows the key only.
func (m Message) Format(f fmt.State, _ rune) { show(f, m.String()) }

// LogValue shows the key only.
func (m Message) LogValue() slog.Value { return slog.StringValue(m.String()) }

// String hides the person.
func (Holder) String() string { return redacted }

// Format hides the person.
func (h Holder) Format(f fmt.State, _ rune) { show(f, h.String()) }

// LogValue hides the person.
func (h Holder) LogValue() slog.Value { return slog.StringValue(h.String()) }

// String shows the status only.
func (i Issue) String() string { return string(i.Status) + " " + redacted }

// Format shows the status only.
func (i Issue) Format(f fmt.State, _ rune) { show(f, i.String()) }

// LogValue shows the status only.
func (i Issue) LogValue() slog.Value { return slog.StringValue(i.String()) }

// String shows verdict and trace id only.
func (a PassAnswer) String() string { return verdictText(a.Verdict, a.TraceID) }

// Format shows verdict and trace id only.
func (a PassAnswer) Format(f fmt.State, _ rune) { show(f, a.String()) }

// LogValue shows verdict and trace id only.
func (a PassAnswer) LogValue() slog.Value { return slog.StringValue(a.String()) }

// String shows verdict and trace id only.
func (a PermitAnswer) String() string { return verdictText(a.Verdict, a.TraceID) }

// Format shows verdict and trace id only.
func (a PermitAnswer) Format(f fmt.State, _ rune) { show(f, a.String()) }

// LogValue shows verdict and trace id only.
func (a PermitAnswer) LogValue() slog.Value { return slog.StringValue(a.String()) }
