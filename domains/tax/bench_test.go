package tax_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/gen/ent/document"
	"github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	"github.com/minzhengtong/minzhengtong/gen/ent/obligation"
)

// taxpayers is how many the benchmark plans for.
func taxpayers(b *testing.B) int {
	text := os.Getenv("MINZHENGTONG_TEST_TAXPAYERS")
	if text == "" {
		return 2_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("MINZHENGTONG_TEST_TAXPAYERS is %q, want a number", text)
	}
	return n
}

// BenchmarkPlan plans a year for firms that file by month and quarter, and writes
// the same rows into the same emptied table in plain batched inserts. The ratio is
// how many rows a second planning writes for each that the plain way does.
func BenchmarkPlan(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, open(b))
			docs := w.many(b, taxpayers(b))
			var planning, plain time.Duration
			rows := 0
			for b.Loop() {
				w.register(b, docs)
				start := time.Now()
				for n := 1; n > 0; {
					var err error
					n, err = w.PlanDue(b.Context(), 500)
					must(b, "plan", err)
				}
				planning += time.Since(start)
				var written []tax.Obligation
				for part := range slices.Chunk(docs, 1_000) {
					h, err := w.Holdings(b.Context(), 1_000_000, part...)
					must(b, "read", err)
					written = append(written, h.Obligations...)
				}
				slices.SortFunc(written, func(a, b tax.Obligation) int { return strings.Compare(string(a.ID), string(b.ID)) })
				w.clear(b)
				start = time.Now()
				w.insert(b, written)
				plain += time.Since(start)
				rows += len(written)
				w.clear(b)
			}
			b.ReportMetric(float64(rows)/planning.Seconds(), "planned/s")
			b.ReportMetric(float64(rows)/plain.Seconds(), "plain/s")
			b.ReportMetric(plain.Seconds()/planning.Seconds(), "ratio")
		})
	}
}

// many puts documents on file that nothing but planning looks at.
func (w *world) many(b *testing.B, n int) []actor.DocumentID {
	b.Helper()
	docs := make([]actor.DocumentID, n)
	must(b, "write documents", w.files.DB.InTx(b.Context(), func(ctx context.Context) error {
		files := entdb.NewBulk(dossier.Table, dossier.FieldID, dossier.FieldKind, dossier.FieldCreateTime)
		papers := entdb.NewBulk(document.Table, document.FieldID, document.FieldKind, document.FieldDossierID, document.FieldOriginID,
			document.FieldNumberSealed, document.FieldRecorded, document.FieldOrigin, document.FieldCreateTime)
		now := w.files.Clock.Now()
		for i := range docs {
			id := fmt.Sprintf("01900000-0000-7000-8000-%012d", i)
			docs[i] = actor.DocumentID(id)
			files.Add(id, "firm", now)
			papers.Add(id, "credit_code", id, id, []byte{0}, "valid", "register", now)
		}
		if _, err := files.Flush(ctx, w.files.DB); err != nil {
			return err
		}
		_, err := papers.Flush(ctx, w.files.DB)
		return err
	}))
	return docs
}

// register registers each for four taxes: some 38 obligations in 400 days.
func (w *world) register(b *testing.B, docs []actor.DocumentID) {
	b.Helper()
	var list []tax.Registration
	for i, doc := range docs {
		list = append(list, reg(doc, "vat_general", tax.Monthly), reg(doc, "iit_withholding", tax.Monthly),
			reg(doc, "cit_prepayment", tax.Quarterly), reg(doc, "cit_reconciliation", tax.Yearly))
		if len(list) >= 2_000 || i == len(docs)-1 {
			w.take(b, list...)
			list = nil
		}
	}
}

// insert writes the rows in batches of those that planning writes at once.
func (w *world) insert(b *testing.B, list []tax.Obligation) {
	b.Helper()
	const most = 4_000
	for len(list) > 0 {
		part := list[:min(most, len(list))]
		list = list[len(part):]
		must(b, "insert", w.files.DB.InTx(b.Context(), func(ctx context.Context) error {
			rows := entdb.NewBulk(obligation.Table, obligation.FieldID, obligation.FieldDocumentID, obligation.FieldKind, obligation.FieldPeriod,
				obligation.FieldRegistrationID, obligation.FieldArea, obligation.FieldDueDate, obligation.FieldBasis, obligation.FieldState,
				obligation.FieldCreateTime, obligation.FieldChangeTime)
			for _, o := range part {
				rows.Add(string(o.ID), string(o.Document), string(o.Kind), string(o.Period), string(o.ID), o.Area, o.Due.String(),
					string(o.Basis), string(o.State), o.Changed, o.Changed)
			}
			_, err := rows.Flush(ctx, w.files.DB)
			return err
		}))
	}
}

// clear empties the tables of the package.
func (w *world) clear(b *testing.B) {
	b.Helper()
	must(b, "clear", w.files.DB.InTx(b.Context(), func(ctx context.Context) error {
		for _, table := range []string{"obligations", "tax_registrations"} {
			if _, err := w.files.DB.SQL(ctx).ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	}))
	w.heard = nil
}
