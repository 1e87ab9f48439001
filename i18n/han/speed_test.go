package han_test

import (
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/han"
)

// BenchmarkAppend converts a megabyte in memory, on one core.
func BenchmarkAppend(b *testing.B) {
	for _, d := range []han.Direction{han.ToTaiwan, han.ToTaiwanScript, han.ToMainland, han.ToSimplified} {
		b.Run(configurations[d], func(b *testing.B) {
			text := corpus()[:1<<20]
			if d == han.ToMainland || d == han.ToSimplified {
				text = han.Append(nil, han.ToTaiwan, text)
			}
			dst := make([]byte, 0, 2*len(text))
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				dst = han.Append(dst[:0], d, text)
			}
		})
	}
}

// BenchmarkConvert converts a label, a sentence and a page.
func BenchmarkConvert(b *testing.B) {
	sentence := "根据有关规定，申请人应当在网络平台提交身份证复印件。"
	for name, text := range map[string]string{"label": "打印机", "sentence": sentence, "page": strings.Repeat(sentence, 40)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				han.Convert(han.ToTaiwan, text)
			}
		})
	}
}
