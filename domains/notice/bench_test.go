package notice_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// BenchmarkTellMany tells 500 people at once, each in an inbox of its own. Its
// reference writes rows of the same size without anything else.
func BenchmarkTellMany(b *testing.B) {
	const people = 500
	b.Run("tell", func(b *testing.B) {
		w := newWorld(b, entdbtest.New(b))
		for i := range people {
			w.addDocument(b, docID(i))
		}
		for i := 0; b.Loop(); i++ {
			messages := make([]notice.Message, people)
			for j := range messages {
				messages[j] = message(docID(j), fmt.Sprint(i, "-", j))
			}
			w.tell(b, messages...)
		}
		b.ReportMetric(float64(people)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("reference", func(b *testing.B) {
		w := newWorld(b, entdbtest.New(b))
		for i := range people {
			w.addDocument(b, docID(i))
		}
		for i := 0; b.Loop(); i++ {
			w.write(b, func(ctx context.Context) error { return w.plainRows(ctx, people, int64(i+1)) })
		}
		b.ReportMetric(float64(people)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

func docID(i int) actor.DocumentID { return actor.DocumentID(fmt.Sprint("person-", i)) }

// plainRows inserts notices that are ready made.
func (w *world) plainRows(ctx context.Context, n int, sequence int64) error {
	sealed := make([]byte, 130)
	var args []any
	for j := range n {
		args = append(args, w.newID(), sequence, fmt.Sprint(sequence, "-", j), "alarm", "deadline", sealed, "obligation", start, string(docID(j)))
	}
	query := `INSERT INTO notices (id, sequence, key, kind, topic, body_sealed, about, create_time, document_id) VALUES ` +
		strings.TrimSuffix(strings.Repeat("(?,?,?,?,?,?,?,?,?),", n), ",")
	_, err := w.db.SQL(ctx).ExecContext(ctx, w.db.Rebind(query), args...)
	return err
}
