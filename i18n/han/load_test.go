package han_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/i18n/han"
)

// firstVariable makes a fresh process of this test tell how long its first
// conversion took.
const firstVariable = "HAN_FIRST_CONVERSION"

func TestMain(m *testing.M) {
	if os.Getenv(firstVariable) != "" {
		start := time.Now()
		han.Convert(han.ToMainland, "軟體")
		fmt.Print(time.Since(start).Nanoseconds())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// BenchmarkFirstConversion measures the first conversion of a fresh process,
// unpacking included, which is to be ready in 20 ms.
func BenchmarkFirstConversion(b *testing.B) {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	var total time.Duration
	for b.Loop() {
		command := exec.CommandContext(b.Context(), program)
		command.Env = append(os.Environ(), firstVariable+"=1")
		said, err := command.Output()
		if err != nil {
			b.Fatal(err)
		}
		took, err := time.ParseDuration(strings.TrimSpace(string(said)) + "ns")
		if err != nil {
			b.Fatal(err)
		}
		total += took
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(b.N), "ms/first")
	b.ReportMetric(0, "ns/op") // that would be the start of the process
}
