package intake_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// largeVariable names how many people the large file has, such as 1000000.
const largeVariable = "MINZHENGTONG_TEST_LARGE"

const (
	// settled is after how many batches the heap has what an import needs, and
	// has let go of what it needed to begin.
	settled = 4
	// mayGrow is how much more it may hold at the end, in bytes. The import of
	// records below grows by some kilobytes.
	mayGrow = 1 << 20
	// mayHold is the largest heap there may be, in bytes.
	mayHold = 64 << 20
)

// TestMemory imports large files within a heap that does not grow with them.
// Records are the cheapest rows, so there are enough of them for a leak of a few
// bytes a row to show.
func TestMemory(t *testing.T) {
	people, err := strconv.Atoi(os.Getenv(largeVariable))
	if err != nil {
		people = 3000
	}
	const records = 60_000
	d := newDesk(t, entdbtest.New(t), keys(t))
	d.take(t, intake.Passes, passes(plainPass))
	steady(t, d, intake.Records, records, func(w io.Writer) error { return writeRecords(w, records) })
	d = newDesk(t, entdbtest.New(t), keys(t))
	steady(t, d, intake.Passes, people, func(w io.Writer) error {
		_, err := synthetic.WritePasses(w, synthetic.New(synthetic.Options{People: people, Shares: map[synthetic.Case]float64{synthetic.Plain: 1}}))
		return err
	})
}

// writeRecords writes n records of the holder of plainPass.
func writeRecords(w io.Writer, n int) error {
	if _, err := io.WriteString(w, "document_kind,document_number,kind,title,authority,occur_time,amount_fen,source,source_ref\n"); err != nil {
		return err
	}
	for i := range n {
		if _, err := fmt.Fprintf(w, "taiwan_pass,%s,tax_payment,缴纳,税务局,2026-01-05T09:00:00+08:00,,tax,%d\n", plainNumber, i); err != nil {
			return err
		}
	}
	return nil
}

// steady imports a file of so many rows, which all must be added, and looks at
// the heap after each batch.
func steady(t *testing.T, d *desk, kind intake.Kind, rows int, write func(io.Writer) error) {
	t.Helper()
	path := filepath.Join(d.dir, "large.csv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriter(file)
	if err := write(out); err != nil {
		t.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var early, late, most uint64
	batches := 0
	sum, err := d.Run(t.Context(), intake.Options{Kind: kind, Path: path, Progress: func(intake.Progress) {
		now := heap()
		most = max(most, now)
		switch batches++; {
		case batches == settled:
			early = now
		case batches > settled:
			late = max(late, now)
		}
	}})
	if err != nil || sum.Added != int64(rows) {
		t.Fatalf("%s: %d added, error %v; want %d", kind, sum.Added, err, rows)
	}
	if batches <= settled {
		t.Fatalf("%s: %d batches show nothing", kind, batches)
	}
	if late > early+mayGrow {
		t.Errorf("%s: %d bytes of heap after %d batches and %d later, want at most %d more", kind, early, settled, late, mayGrow)
	}
	if most > mayHold {
		t.Errorf("%s: %d bytes of heap, want at most %d", kind, most, mayHold)
	}
	t.Logf("%d %s of %d bytes: %d bytes of heap after %d batches, %d later, %d at most", rows, kind, sum.Total, early, settled, late, most)
}

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return now.HeapAlloc
}
