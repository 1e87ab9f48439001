package intake_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// BenchmarkImport compares an import of passes with the least that any import
// could do: inserting the rows that it leaves behind, already sealed, in as
// many transactions. The ratio is the import's speed by that of the inserts. With
// -short there are few rows: enough to see that the benchmark still runs.
func BenchmarkImport(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres} {
		b.Run(name, func(b *testing.B) { benchmarkImport(b, open) })
	}
}

func benchmarkImport(b *testing.B, open func(testing.TB) *entdb.DB) {
	people := 20_000
	if testing.Short() {
		people = 1000
	}
	content := registers(b, synthetic.Options{Seed: 1, People: people, Firms: 1})[intake.Passes]
	rows := strings.Count(content, "\n") - 1
	ring := keys(b)
	var imported, inserted time.Duration
	for b.Loop() {
		d := newDesk(b, open(b), ring)
		path := d.file(b, content)
		start := time.Now()
		sum, err := d.Run(b.Context(), intake.Options{Kind: intake.Passes, Path: path})
		imported += time.Since(start)
		if err != nil || sum.Rejected != 0 {
			b.Fatalf("%d rejected, error %v", sum.Rejected, err)
		}
		batches := plainBatches(b, d.db)
		empty := open(b)
		start = time.Now()
		insertPlainly(b, empty, batches)
		inserted += time.Since(start)
	}
	b.ReportMetric(float64(rows*b.N)/imported.Seconds(), "rows/s")
	b.ReportMetric(float64(rows*b.N)/inserted.Seconds(), "plain-rows/s")
	b.ReportMetric(inserted.Seconds()/imported.Seconds(), "ratio")
}

// statement is one insert of many rows.
type statement struct {
	text   string
	values []any
}

// plainBatches is what a database holds as inserts, the rows of 500 documents
// together.
func plainBatches(b *testing.B, db *entdb.DB) [][]statement {
	const batch = 500
	batchOf := map[string]int{} // of a document or its file
	for i, row := range query(b, db, `SELECT id, origin_id FROM documents ORDER BY id`) {
		batchOf[fmt.Sprint(row[0])], batchOf[fmt.Sprint(row[1])] = i/batch, i/batch
	}
	batches := make([][]statement, (len(batchOf)/2+batch-1)/batch)
	for _, table := range []struct{ name, key string }{
		{"dossiers", "id"}, {"documents", "id"}, {"locators", "document_id"},
		{"data", "document_id"}, {"inquiries", "document_id"}, {"printings", "document_id"},
	} {
		columns := columnsOf(b, db, table.name)
		rowsOf := make([][]any, len(batches))
		statement0 := fmt.Sprintf(`SELECT %s, "%s" FROM %s`, columns, table.key, table.name)
		for _, row := range query(b, db, statement0) {
			at := batchOf[fmt.Sprint(row[len(row)-1])]
			rowsOf[at] = append(rowsOf[at], row[:len(row)-1]...)
		}
		width := strings.Count(columns, ",") + 1
		one := "(?" + strings.Repeat(",?", width-1) + ")"
		for i, values := range rowsOf {
			if len(values) == 0 {
				continue
			}
			text := fmt.Sprintf(`INSERT INTO %s (%s) VALUES %s`, table.name, columns, one+strings.Repeat(","+one, len(values)/width-1))
			batches[i] = append(batches[i], statement{db.Rebind(text), values})
		}
	}
	return batches
}

// columnsOf lists a table's columns as SQL has them.
func columnsOf(b *testing.B, db *entdb.DB, table string) string {
	b.Helper()
	rows, err := db.SQL(b.Context()).QueryContext(b.Context(), `SELECT * FROM `+table+` LIMIT 1`)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil || rows.Err() != nil {
		b.Fatal(err, rows.Err())
	}
	return `"` + strings.Join(names, `","`) + `"`
}

// insertPlainly runs the inserts, one transaction for each batch.
func insertPlainly(b *testing.B, db *entdb.DB, batches [][]statement) {
	b.Helper()
	for _, batch := range batches {
		err := db.InTx(b.Context(), func(ctx context.Context) error {
			for _, s := range batch {
				if _, err := db.SQL(ctx).ExecContext(ctx, s.text, s.values...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
