package intake_test

import (
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

// TestMemory imports a large file within a heap that does not grow with it.
func TestMemory(t *testing.T) {
	people, err := strconv.Atoi(os.Getenv(largeVariable))
	if err != nil {
		people = 3000
	}
	d := newDesk(t, entdbtest.New(t), keys(t))
	path := filepath.Join(d.dir, "large.csv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := synthetic.WritePasses(file, synthetic.New(synthetic.Options{People: people, Shares: map[synthetic.Case]float64{synthetic.Plain: 1}})); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var most uint64
	batches := 0
	sum, err := d.Run(t.Context(), intake.Options{Kind: intake.Passes, Path: path, Progress: func(intake.Progress) {
		if batches++; batches%50 != 1 {
			return
		}
		runtime.GC()
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
	}})
	if err != nil || sum.Added != int64(people) {
		t.Fatalf("%d added, error %v; want %d", sum.Added, err, people)
	}
	if limit := uint64(64 << 20); most > limit {
		t.Errorf("%d bytes of heap, want at most %d", most, limit)
	}
	t.Logf("%d rows of %d bytes: %d bytes of heap", sum.Line-1, sum.Total, most)
}
