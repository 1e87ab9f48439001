package subsidy_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
	callrow "github.com/minzhengtong/minzhengtong/gen/ent/datacall"
	entitlementrow "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
	payoutrow "github.com/minzhengtong/minzhengtong/gen/ent/payout"
	spentrow "github.com/minzhengtong/minzhengtong/gen/ent/spentreceipt"
)

// benchPeople is how many people the benchmarks are about: 1,000, or as
// MINZHENGTONG_TEST_PEOPLE says.
func benchPeople(b *testing.B) int {
	b.Helper()
	text := os.Getenv("MINZHENGTONG_TEST_PEOPLE")
	if text == "" {
		return 1000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("MINZHENGTONG_TEST_PEOPLE is %q, want a number", text)
	}
	return n
}

// eachBench runs a benchmark on each database.
func eachBench(b *testing.B, f func(b *testing.B, w *world)) {
	b.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		open := map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres}[name]
		b.Run(name, func(b *testing.B) { f(b, newWorld(b, open(b))) })
	}
}

// workers puts people on file with twelve months of tax on wages each.
func (w *world) workers(b *testing.B, n int) {
	b.Helper()
	for i := range n {
		k := w.works(w.person(b, i).Pass)
		for month := range 12 {
			k.payments = append(k.payments, wages(fmt.Sprintf("%07d-%02d", i, month), 10_000+int64(month), 0))
		}
	}
}

// BenchmarkRun decides for everybody for the first time, with authorities that answer at
// once, and beside it writes the same rows in plain batches, once it has worked the
// amounts out by hand.
func BenchmarkRun(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world) {
		n := benchPeople(b)
		w.workers(b, n)
		var ours, plain time.Duration
		for b.Loop() {
			w.empty(b, claimrow.Table, entitlementrow.Table, spentrow.Table, callrow.Table)
			begun := time.Now()
			if got, err := w.Run(b.Context(), "pingtan_iit", "2025", 500, func(subsidy.Tally) {}); err != nil || got.Entitled != n {
				b.Fatalf("%+v, %v", got, err)
			}
			ours += time.Since(begun)
			w.empty(b, claimrow.Table, entitlementrow.Table, spentrow.Table, callrow.Table)
			begun = time.Now()
			w.decideByHand(b, 500)
			plain += time.Since(begun)
		}
		b.ReportMetric(float64(n*b.N)/ours.Seconds(), "people/s")
		b.ReportMetric(float64(n*b.N)/plain.Seconds(), "by-hand/s")
		b.ReportMetric(plain.Seconds()/ours.Seconds(), "ratio")
	})
}

// empty deletes all rows of tables.
func (w *world) empty(b *testing.B, tables ...string) {
	b.Helper()
	must(b, "empty", w.DB.InTx(b.Context(), func(ctx context.Context) error {
		for _, name := range tables {
			if _, err := w.DB.SQL(ctx).ExecContext(ctx, `DELETE FROM `+name); err != nil {
				return err
			}
		}
		return nil
	}))
}

// decideByHand reads who authorised it, adds up what was paid, and writes reads,
// decisions, claims and receipts.
func (w *world) decideByHand(b *testing.B, page int) {
	b.Helper()
	statement := make([]byte, 4000) // about what a trace of twelve receipts takes
	numbers := map[string]string{}
	for raw := range w.truth {
		numbers[string(w.ID(raw))] = raw
	}
	after := ""
	for {
		done := false
		must(b, "decide by hand", w.DB.InTx(b.Context(), func(ctx context.Context) error {
			rows, err := w.DB.SQL(ctx).QueryContext(ctx, w.DB.Rebind(`SELECT id, document_id FROM consents
				WHERE purpose = 'subsidy_payment' AND revoke_time IS NULL AND id > ? ORDER BY id LIMIT ?`), after, page)
			if err != nil {
				return err
			}
			var people []string
			for rows.Next() {
				var id string
				if err := rows.Scan(&after, &id); err != nil {
					return err
				}
				people = append(people, id)
			}
			if err := rows.Close(); err != nil {
				return err
			}
			done = len(people) == 0
			return w.writeByHand(ctx, people, numbers, statement)
		}))
		if done {
			return
		}
	}
}

func (w *world) writeByHand(ctx context.Context, people []string, numbers map[string]string, statement []byte) error {
	calls := entdb.NewBulk(callrow.Table, callrow.FieldID, callrow.FieldVoucher, callrow.FieldDocumentID, callrow.FieldPartyID, callrow.FieldPurpose,
		callrow.FieldScopes, callrow.FieldDecideTime, callrow.FieldLegalBasis, callrow.FieldOfficerID, callrow.FieldOfficeID, callrow.FieldSystemID)
	decisions := entdb.NewBulk(entitlementrow.Table, entitlementrow.FieldID, entitlementrow.FieldDocumentID, entitlementrow.FieldPolicy,
		entitlementrow.FieldPeriod, entitlementrow.FieldNumber, entitlementrow.FieldLatest, entitlementrow.FieldOutcome, entitlementrow.FieldFen,
		entitlementrow.FieldVersionName, entitlementrow.FieldStatementSealed, entitlementrow.FieldCreateTime)
	claims := entdb.NewBulk(claimrow.Table, claimrow.FieldID, claimrow.FieldDocumentID, claimrow.FieldEntitlementID, claimrow.FieldPolicy,
		claimrow.FieldPeriod, claimrow.FieldFen, claimrow.FieldPayoutID, claimrow.FieldCreateTime, claimrow.FieldVersion)
	receipts := entdb.NewBulk(spentrow.Table, spentrow.FieldID, spentrow.FieldDocumentID, spentrow.FieldPolicy, spentrow.FieldPeriod,
		spentrow.FieldHash, spentrow.FieldCreateTime)
	now := w.Clock.Now().UTC()
	for _, id := range people {
		var base int64
		for _, p := range w.truth[numbers[id]].payments {
			base += p.PaidFen - p.RefundedFen
			receipts.Add(w.newID(), id, "pingtan_iit", "2025", fmt.Appendf(nil, "%032s", p.Receipt), now)
		}
		decision := w.newID()
		calls.Add(w.newID(), decision[24:], id, "finance", "subsidy_payment", `["tax_payments"]`, now, "", "", "", "")
		decisions.Add(decision, id, "pingtan_iit", "2025", 1, true, "entitled", (base*2+5)/10, "v", statement, now)
		claims.Add(w.newID(), id, decision, "pingtan_iit", "2025", (base*2+5)/10, "", now, 1)
	}
	for _, rows := range []*entdb.Bulk{calls, decisions, claims, receipts} {
		if _, err := rows.Flush(ctx, w.DB); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkPay pays an approved batch over the wire to a gateway that answers at once, and
// beside it sends the same orders by hand, as many at a time, and writes down what became
// of each in plain batches.
func BenchmarkPay(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world) {
		n := benchPeople(b)
		for i := range n {
			w.payee(b, i, 100_000)
		}
		var ours, plain time.Duration
		paid := 0
		for b.Loop() {
			b.StopTimer()
			w.due(b)
			batch := w.approved(b, 100_000_000_000)
			b.StartTimer()
			begun := time.Now()
			must(b, "pay", w.Pay(b.Context(), string(batch.ID)))
			ours += time.Since(begun)
			b.StopTimer()
			begun = time.Now()
			w.payByHand(b, string(batch.ID))
			plain += time.Since(begun)
			paid += batch.Payouts
			b.StartTimer()
		}
		b.ReportMetric(float64(paid)/ours.Seconds(), "payouts/s")
		b.ReportMetric(float64(paid)/plain.Seconds(), "by-hand/s")
		b.ReportMetric(plain.Seconds()/ours.Seconds(), "ratio")
	})
}

// due makes everything due again that was paid.
func (w *world) due(b *testing.B) {
	b.Helper()
	must(b, "make due", w.DB.InTx(b.Context(), func(ctx context.Context) error {
		_, err := w.DB.SQL(ctx).ExecContext(ctx, `UPDATE claims SET payout_id = ''`)
		return err
	}))
}

// payByHand sends the orders of a batch under keys of its own, a hundred between two
// writes.
func (w *world) payByHand(b *testing.B, batch string) {
	b.Helper()
	first := dossiertest.NewPerson(0)
	account, err := w.deps.Payments.RegisterAccount(b.Context(), upstream.AccountQuestion{
		Key: w.newID(), Kind: upstream.BankAccount, Number: number(0), HolderName: first.Names.Mainland, DocumentNumber: first.Pass,
	})
	must(b, "register", err)
	const together, atOnce = 100, 16
	ids, err := w.DB.Client(b.Context()).Payout.Query().Where(payoutrow.BatchID(batch)).IDs(b.Context())
	must(b, "read payouts", err)
	for part := range slices.Chunk(ids, together) {
		w.mark(b, part, "sent")
		var all sync.WaitGroup
		places := make(chan struct{}, atOnce)
		for range part {
			places <- struct{}{}
			all.Go(func() {
				defer func() { <-places }()
				_, err := w.deps.Payments.Pay(b.Context(), upstream.PaymentOrder{Key: w.newID(), Account: account.Token, Fen: 20_000, Memo: "by hand"})
				if err != nil {
					b.Errorf("pay by hand: %v", err)
				}
			})
		}
		all.Wait()
		w.mark(b, part, "paid")
	}
}

// mark writes the state of some payouts.
func (w *world) mark(b *testing.B, ids []string, state string) {
	b.Helper()
	among, list := w.DB.OneOf(ids)
	must(b, "mark", w.DB.InTx(b.Context(), func(ctx context.Context) error {
		_, err := w.DB.SQL(ctx).ExecContext(ctx, w.DB.Rebind(`UPDATE payouts SET state = ?, version = version + 1 WHERE id `+among), state, list)
		return err
	}))
}
