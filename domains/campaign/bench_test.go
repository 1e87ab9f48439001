package campaign_test

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/work"
	documentrow "github.com/minzhengtong/minzhengtong/gen/ent/document"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	noticerow "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// population is how many people the benchmark tells: a tenth of all compatriots
// are 627,000.
func population(b *testing.B) int {
	b.Helper()
	text := os.Getenv("MINZHENGTONG_TEST_PEOPLE")
	if text == "" {
		return 2_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("MINZHENGTONG_TEST_PEOPLE is %q, want a number", text)
	}
	return n
}

// BenchmarkFanOut tells everybody, and writes the same rows into another database
// of the same kind in plain batched inserts: inboxes and notices, their bodies
// sealed by nobody. The ratio is how many people are told in the time in which the
// plain way writes one. The rows of the queue are left out on both sides, and the
// people's data keys are there before, as they are in the program.
func BenchmarkFanOut(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			n := population(b)
			w, plain := newWorld(b, open(b), nowhere{}), newWorld(b, open(b), nowhere{})
			w.crowd(n)
			plain.crowd(n)
			w.keys(n)
			var telling, inserting time.Duration
			var heap uint64
			for b.Loop() {
				id := w.begin(good())
				runtime.GC()
				start := time.Now()
				heap = max(heap, w.peak())
				telling += time.Since(start)
				if c := w.get(id); c.State != campaign.Done || c.Told != int64(n) {
					b.Fatalf("%s, %d told, want %d", c.State, c.Told, n)
				}
				start = time.Now()
				plain.insert(n, w.sealed(), id)
				inserting += time.Since(start)
				w.clear()
				plain.clear()
			}
			people := float64(n * b.N)
			b.ReportMetric(people/telling.Seconds(), "told/s")
			b.ReportMetric(people/inserting.Seconds(), "plain/s")
			b.ReportMetric(inserting.Seconds()/telling.Seconds(), "ratio")
			b.ReportMetric(float64(heap)/1e6, "peak-MB")
		})
	}
}

// nowhere is a queue that forgets.
type nowhere struct{}

// Enqueue implements [work.Queue].
func (nowhere) Enqueue(context.Context, ...work.Job) error { return nil }

// batches calls do for parts of n rows, each in a transaction.
func (w *world) batches(n int, do func(ctx context.Context, from, to int) error) {
	w.t.Helper()
	const most = 500
	for from := 0; from < n; from += most {
		w.write(func(ctx context.Context) error { return do(ctx, from, min(from+most, n)) })
	}
}

// crowd puts people on file, each with one document.
func (w *world) crowd(n int) {
	w.t.Helper()
	w.batches(n, func(ctx context.Context, from, to int) error {
		files := entdb.NewBulk(file.Table, file.FieldID, file.FieldKind, file.FieldCreateTime)
		papers := entdb.NewBulk(documentrow.Table, documentrow.FieldID, documentrow.FieldKind, documentrow.FieldDossierID, documentrow.FieldOriginID,
			documentrow.FieldNumberSealed, documentrow.FieldRecorded, documentrow.FieldOrigin, documentrow.FieldCreateTime)
		for i := from; i < to; i++ {
			home := uuidOf("f", i)
			files.Add(home, "person", start)
			papers.Add(uuidOf("d", i), "taiwan_pass", home, home, make([]byte, 64), "valid", "register", start)
		}
		if _, err := files.Flush(ctx, w.db); err != nil {
			return err
		}
		_, err := papers.Flush(ctx, w.db)
		return err
	})
}

// keys makes the people's data keys.
func (w *world) keys(n int) {
	w.t.Helper()
	const most = 500
	for from := 0; from < n; from += most {
		var owners []string
		for i := from; i < min(from+most, n); i++ {
			owners = append(owners, uuidOf("d", i))
		}
		_, err := w.vault.Make(w.t.Context(), owners...)
		w.must("make data keys", err)
	}
}

// peak does what can be done, and returns the largest heap that it saw between
// batches.
func (w *world) peak() uint64 {
	w.t.Helper()
	var most uint64
	for w.step() > 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	return most
}

// sealed is the body of some notice.
func (w *world) sealed() []byte {
	w.t.Helper()
	r, err := w.db.Client(w.t.Context()).Notice.Query().First(w.t.Context())
	w.must("read a notice", err)
	return r.BodySealed
}

// insert writes the rows that a campaign writes.
func (w *world) insert(n int, body []byte, id campaign.ID) {
	w.t.Helper()
	w.batches(n, func(ctx context.Context, from, to int) error {
		inboxes := entdb.NewBulk("inboxes", "id", "last")
		notices := entdb.NewBulk(noticerow.Table, noticerow.FieldID, noticerow.FieldSequence, noticerow.FieldKey, noticerow.FieldKind,
			noticerow.FieldTopic, noticerow.FieldBodySealed, noticerow.FieldAbout, noticerow.FieldCreateTime, noticerow.FieldDocumentID)
		for i := from; i < to; i++ {
			owner := uuidOf("d", i)
			inboxes.Add(owner, 1)
			notices.Add(w.newID(), 1, "campaign/"+string(id)+"/"+uuidOf("f", i), "campaign", "campaign", body, string(id), start, owner)
		}
		if _, err := inboxes.Flush(ctx, w.db); err != nil {
			return err
		}
		_, err := notices.Flush(ctx, w.db)
		return err
	})
}

// clear empties what telling writes.
func (w *world) clear() {
	w.t.Helper()
	w.write(func(ctx context.Context) error {
		for _, table := range []string{"notices", "inboxes", "campaigns"} {
			if _, err := w.db.SQL(ctx).ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	})
}
