package text_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/i18n/han"
	"github.com/minzhengtong/minzhengtong/i18n/text"
)

// BenchmarkDeliver prints how many times longer a delivery takes than a bare
// conversion of the same text. The two take turns, so that a busy machine slows
// both.
func BenchmarkDeliver(b *testing.B) {
	raw, err := os.ReadFile("testdata/policy.txt")
	if err != nil {
		b.Fatal(err)
	}
	policy := string(raw)
	sentence, _, _ := strings.Cut(policy, "\n")
	for name, stored := range map[string]string{"sentence": sentence, "policy": policy, "book": strings.Repeat(policy, 100)} {
		beside(b, name+"/deliver", stored, func() { text.Deliver(stored, hans, hant) })
		beside(b, name+"/runs", stored, func() { text.Runs(stored, hans, hant) })
	}
}

// beside measures work on a text beside han.Convert of it.
func beside(b *testing.B, name, stored string, work func()) {
	b.Run(name, func(b *testing.B) {
		var ours, bare time.Duration
		b.ReportAllocs()
		for b.Loop() {
			start := time.Now()
			work()
			middle := time.Now()
			han.Convert(han.ToTaiwan, stored)
			ours, bare = ours+middle.Sub(start), bare+time.Since(middle)
		}
		b.ReportMetric(float64(ours)/float64(bare), "times-han")
		b.ReportMetric(float64(len(stored))*float64(b.N)/ours.Seconds()/1e6, "MB/s")
		b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/op")
	})
}
