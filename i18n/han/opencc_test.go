package han_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/i18n/han"
)

// TestSameAsOpenCC compares with the program opencc over the same dictionaries.
// The text is shorter than the buffer of the program, which cuts phrases.
func TestSameAsOpenCC(t *testing.T) {
	t.Parallel()
	needOpenCC(t)
	r := rand.New(rand.NewPCG(4, 115))
	all := pieces()
	all[len(all)-1] = nil // it does not know compatibility ideographs
	var text strings.Builder
	for text.Len() < openCCBuffer*9/10 {
		line := strings.Map(plain, randomText(r, all[:len(all)-1], 12))
		text.WriteString(strings.ToValidUTF8(line, "") + "\n")
	}
	for d, name := range configurations {
		dir := t.TempDir()
		in := filepath.Join(dir, "in.txt")
		if err := os.WriteFile(in, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		theirs, _ := runOpenCC(t, sameDictionaries(t, d, dir), in, dir)
		if ours := han.Convert(d, text.String()); ours != string(theirs) {
			t.Errorf("%s: %s", name, firstDifference(ours, string(theirs)))
		}
	}
}

// openCCBuffer is how much the program reads at a time. It converts each piece
// by itself, so a phrase at the edge is not found.
const openCCBuffer = 1 << 20

// plain drops what the program would stop at.
func plain(r rune) rune {
	if r == 0 {
		return -1
	}
	return r
}

func needOpenCC(tb testing.TB) {
	tb.Helper()
	if _, err := exec.LookPath("opencc"); err != nil {
		tb.Skip("opencc is not installed, nothing to compare with")
	}
}

// BenchmarkBesideOpenCC reads, converts and writes 50 MB on one core, beside the
// program opencc, which runs once on the same file. Directions other than the
// first have 10 MB.
//
// The program runs twice. With the dictionaries of its package it differs from
// ours in some lines, because ours are newer. In this corpus it is a few words
// that come often: 可以通过 is 可以透過 there and 可以通過 here, 信息安全 is
// 資訊保安 and 資訊安全, 云计算 is 雲計算 and 雲端計算, 湖里区 is 湖里區 and
// 湖裡區 (in which the older one is right). With our dictionaries, compiled by opencc_dict, the only lines that
// differ lie across an edge of its buffer; of the others none may.
//
// Reported: times faster than each, in processor time of the program (which
// leaves out its waiting) against our elapsed time, and the share of lines that
// differ.
func BenchmarkBesideOpenCC(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, d := range []han.Direction{han.ToTaiwan, han.ToTaiwanScript, han.ToMainland, han.ToSimplified} {
		b.Run(configurations[d], func(b *testing.B) { besideOpenCC(b, d) })
	}
}

func besideOpenCC(b *testing.B, d han.Direction) {
	needOpenCC(b)
	dir := b.TempDir()
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	text := corpus()
	if d != han.ToTaiwan {
		text = text[:bytes.LastIndexByte(text[:10<<20], '\n')+1]
	}
	if d == han.ToMainland || d == han.ToSimplified {
		text = han.Append(nil, han.ToTaiwan, text)
	}
	if err := os.WriteFile(in, text, 0o600); err != nil {
		b.Fatal(err)
	}
	packaged, packagedTook := runOpenCC(b, configurations[d], in, dir)
	equal, equalTook := runOpenCC(b, sameDictionaries(b, d, dir), in, dir)
	b.SetBytes(int64(len(text)))
	ours := make([]byte, 0, len(text)+len(text)/4)
	b.ResetTimer()
	for b.Loop() {
		read, err := os.ReadFile(in)
		if err != nil {
			b.Fatal(err)
		}
		ours = han.Append(ours[:0], d, read)
		if err := os.WriteFile(out, ours, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	took := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(packagedTook)/float64(took), "x-packaged")
	b.ReportMetric(float64(equalTook)/float64(took), "x-same-dictionaries")
	different, _ := compareLines(text, packaged, ours)
	b.ReportMetric(different, "%lines-packaged")
	different, inside := compareLines(text, equal, ours)
	b.ReportMetric(different, "%lines-same-dictionaries")
	if inside > 0 {
		b.Errorf("%d lines differ that lie across no edge of opencc's buffer", inside)
	}
}

// runOpenCC converts a file and gives the result and the processor time.
func runOpenCC(tb testing.TB, config, in, dir string) ([]byte, time.Duration) {
	tb.Helper()
	out := filepath.Join(dir, "opencc.txt")
	command := exec.CommandContext(tb.Context(), "opencc", "-c", config, "-i", in, "-o", out)
	if said, err := command.CombinedOutput(); err != nil {
		tb.Fatalf("opencc: %v: %s", err, said)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		tb.Fatal(err)
	}
	return text, command.ProcessState.UserTime() + command.ProcessState.SystemTime()
}

// compareLines gives the share of lines in percent whose conversions are not the
// same, and how many of them lie within one buffer of the program.
func compareLines(text, theirs, ours []byte) (percent float64, inside int) {
	lines, a, b := bytes.SplitAfter(text, newline), bytes.SplitAfter(theirs, newline), bytes.SplitAfter(ours, newline)
	if len(a) != len(lines) || len(b) != len(lines) {
		return 100, len(lines)
	}
	at, different := 0, 0
	for i := range lines {
		end := at + len(lines[i])
		if !bytes.Equal(a[i], b[i]) {
			different++
			if at/openCCBuffer == end/openCCBuffer {
				inside++
			}
		}
		at = end
	}
	return 100 * float64(different) / float64(len(lines)), inside
}

var newline = []byte("\n")

// sameDictionaries writes a configuration of ours that the old program reads:
// without normalisation, which the corpus does not need, and with a union of
// dictionaries put into one file. It gives its path.
func sameDictionaries(tb testing.TB, d han.Direction, dir string) string {
	tb.Helper()
	r := references()[d]
	w := oldFormat{tb: tb, dir: dir}
	config := map[string]any{"name": configurations[d]}
	if r.Segmentation.Dict != nil {
		config["segmentation"] = map[string]any{"type": "mmseg", "dict": w.write(r.Segmentation.Dict)}
	} else { // it must have one
		config["segmentation"] = map[string]any{"type": "mmseg", "dict": w.write(&r.Chain[0].Dict.Dicts[0])}
	}
	var chain []any
	for i := range r.Chain {
		chain = append(chain, map[string]any{"dict": w.write(&r.Chain[i].Dict)})
	}
	config["conversion_chain"] = chain
	raw, err := json.Marshal(config)
	path := filepath.Join(dir, configurations[d]+"-same.json")
	if err := errors.Join(err, os.WriteFile(path, raw, 0o600)); err != nil {
		tb.Fatal(err)
	}
	return path
}

// oldFormat writes dictionaries for the installed program, in its own binary form
// if opencc_dict is there to make it.
type oldFormat struct {
	tb    testing.TB
	dir   string
	files int
}

func (w *oldFormat) write(n *node) map[string]any {
	if n.Type == "group" && n.Policy == "short_circuit" {
		var parts []any
		for i := range n.Dicts {
			parts = append(parts, w.write(&n.Dicts[i]))
		}
		return map[string]any{"type": "group", "dicts": parts}
	}
	var lines []string
	for key, value := range n.union() {
		lines = append(lines, key+"\t"+value+"\n")
	}
	slices.Sort(lines)
	w.files++
	text := filepath.Join(w.dir, fmt.Sprintf("%d.txt", w.files))
	if err := os.WriteFile(text, []byte(strings.Join(lines, "")), 0o600); err != nil {
		w.tb.Fatal(err)
	}
	binary := strings.TrimSuffix(text, ".txt") + ".ocd2"
	if exec.CommandContext(w.tb.Context(), "opencc_dict", "-f", "text", "-t", "ocd2", "-i", text, "-o", binary).Run() == nil {
		return map[string]any{"type": "ocd2", "file": binary}
	}
	return map[string]any{"type": "text", "file": text}
}

// union is the content of a dictionary or of a group in which the longest wins.
func (n *node) union() map[string]string {
	if n.Type == "text" {
		return n.entries
	}
	all := map[string]string{}
	for i := range n.Dicts {
		for key, value := range n.Dicts[i].union() {
			if _, taken := all[key]; !taken {
				all[key] = value
			}
		}
	}
	return all
}
