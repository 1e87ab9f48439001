package sheet_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/sheet"
)

// wantedRatio is what is asked for: a tenth of the browser's time.
const wantedRatio = 0.1

// BenchmarkDraw compares with a browser that prints the same page: one that is started for
// it, as a program that shells out does, and one that is kept running and has the page
// loaded into an empty tab. They and ours go in turn.
func BenchmarkDraw(b *testing.B) {
	path := chromium(b)
	html := htmlOf(b, traditional())
	warm := startBrowser(b, path, b.TempDir())
	warm.print(b, html) // fonts, and the first tab
	b.Run("browser=started", func(b *testing.B) { contest(b, func() []byte { return printCold(b, path, html) }) })
	b.Run("browser=running", func(b *testing.B) { contest(b, func() []byte { return warm.print(b, html) }) })
}

// contest draws and prints in turn.
func contest(b *testing.B, print func() []byte) {
	b.Helper()
	var ours, theirs, ratios []float64
	draw(b) // the font's pages are read from the disk
	for b.Loop() {
		x := seconds(func() { draw(b) })
		y := seconds(func() {
			if file := print(); !bytes.HasPrefix(file, []byte("%PDF-")) {
				b.Fatal("the browser printed nothing")
			}
		})
		ours, theirs, ratios = append(ours, x), append(theirs, y), append(ratios, x/y)
	}
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(1000*median(ours), "ours-ms")
	b.ReportMetric(1000*median(theirs), "browser-ms")
	b.Logf("ours takes %.3f of the browser's time; wanted %.1f at most", median(ratios), wantedRatio)
}

// BenchmarkDrawAlone is ours without anybody beside it, on all processors.
func BenchmarkDrawAlone(b *testing.B) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			draw(b)
		}
	})
}

func draw(b *testing.B) {
	b.Helper()
	if _, err := sheet.Draw(traditional()); err != nil {
		b.Fatal(err)
	}
}

func seconds(f func()) float64 {
	start := time.Now()
	f()
	return time.Since(start).Seconds()
}

func median(list []float64) float64 { return slices.Sorted(slices.Values(list))[len(list)/2] }

// printCold starts a browser that prints one file and ends.
func printCold(b *testing.B, path, html string) []byte {
	b.Helper()
	dir := b.TempDir()
	page, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(page, []byte(html), 0o600); err != nil {
		b.Fatal(err)
	}
	run(b, path, append(browserFlags(dir), "--no-pdf-header-footer", "--print-to-pdf="+out, "file://"+page)...)
	data, err := os.ReadFile(out)
	if err != nil {
		b.Fatal(err)
	}
	return data
}
