package document_test

import (
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// BenchmarkParse compares the kinds, and what folding costs, with plain digits
// of a pass in the same run.
func BenchmarkParse(b *testing.B) {
	inputs := []struct {
		name string
		kind document.Kind
		raw  string
	}{
		{"pass", document.TaiwanPass, "00012345"},
		{"permit", document.TaiwanPermit, "83000019050531246X"},
		{"permit full-width", document.TaiwanPermit, "８３００００１９０６０６３０３５７０"},
		{"credit code", document.CreditCode, "91350128MAYYY00131"},
		{"refused", document.TaiwanPermit, "830000190001010010"},
		{"1 MiB", document.TaiwanPermit, strings.Repeat("8", 1<<20)},
	}
	for _, in := range inputs {
		b.Run(in.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = document.Parse(in.kind, in.raw, today)
			}
		})
	}
}

func BenchmarkGuess(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = document.Guess("91350128MAYYY00131", today)
	}
}
