package alarm_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
	"github.com/minzhengtong/minzhengtong/domains/work"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
	noticerow "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// aheadVariable says how many alarms lie in the future in BenchmarkDue; without it
// 200,000.
const aheadVariable = "MINZHENGTONG_BENCH_ALARMS"

func eachBench(b *testing.B, f func(b *testing.B, open func(testing.TB) *entdb.DB)) {
	b.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		open := map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres}[name]
		b.Run(name, func(b *testing.B) { f(b, open) })
	}
}

// jobs is a queue that writes a row for each job, as a real one does.
type jobs struct{ db *entdb.DB }

// Enqueue implements [work.Queue].
func (q jobs) Enqueue(ctx context.Context, list ...work.Job) error {
	rows := entdb.NewBulk("bench_jobs", "id", "kind", "at")
	for _, j := range list {
		rows.Add(j.ID, j.Kind, j.At)
	}
	_, err := rows.Flush(ctx, q.db)
	return err
}

// Take implements [notice.Limits].
func (w *world) Take(context.Context, limit.Name, string) error { return nil }

// useNotices has the world tell by the real package notice.
func (w *world) useNotices(b *testing.B) {
	b.Helper()
	dir := b.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	must(b, "make a key", err)
	keys, err := keyring.Open(filepath.Join(dir, "keys"), kek)
	must(b, "make keys", err)
	w.write(b, func(ctx ctx) error {
		_, err := w.db.SQL(ctx).ExecContext(ctx, `CREATE TABLE bench_jobs (id text PRIMARY KEY, kind text NOT NULL, at text NOT NULL)`)
		return err
	})
	w.deps.Notices, err = notice.New(notice.Deps{
		DB: w.db, Keys: keys, Vault: vaulttest.New(b, keys), Files: w, Limits: w, Queue: jobs{w.db},
		Words:       notice.Words{Message: w.word, Convert: func(_ actor.Preference, text, in string) (string, string) { return text, in }},
		Unsubscribe: func(string) string { return "" }, NewSecret: w.deps.NewSecret, Now: w.clock, NewID: w.newID,
		Log: slog.New(slog.DiscardHandler),
	})
	must(b, "make notices", err)
	w.Service = w.another(b)
}

// BenchmarkRing rings for many people at one minute, one alarm each, by the real
// notices, and beside it writes the same in plain batches: the marks of the alarms,
// the inbox rows with their counters, and the jobs. It reports the best round of
// each, the ratio of processor time in this process, because others use the machine
// too, and the ratio to the inserts alone, without the marks, which nobody could
// leave out who does not want to ring twice.
func BenchmarkRing(b *testing.B) {
	const people, batch = 5000, 500
	eachBench(b, func(b *testing.B, open func(testing.TB) *entdb.DB) {
		w := newWorld(b, open(b))
		w.useNotices(b)
		w.many(b, people, 1)
		ringing, plain, inserting := time.Hour, time.Hour, time.Hour
		var ringCPU, plainCPU time.Duration
		rounds := 0
		for b.Loop() {
			b.StopTimer()
			w.forget(b)
			w.set(at("11-05 09:00"))
			if rounds == 0 { // makes the data keys
				w.ringAll(b, batch, people)
				rounds++
				b.StartTimer()
				continue
			}
			begun, used := time.Now(), processor()
			b.StartTimer()
			w.ringAll(b, batch, people)
			b.StopTimer()
			ringing, ringCPU = min(ringing, time.Since(begun)), ringCPU+processor()-used
			rows, alarms := w.inboxRows(b), w.db.Client(b.Context()).Alarm.Query().Where(row.StateEQ(row.StateRung)).IDsX(b.Context())
			w.forget(b)
			begun, used = time.Now(), processor()
			marking := time.Duration(0)
			for part := range slices.Chunk(rows, batch) {
				w.write(b, func(ctx ctx) error {
					begun := time.Now()
					if err := w.markPlain(ctx, alarms[:len(part)]); err != nil {
						return err
					}
					marking += time.Since(begun)
					return w.writePlain(ctx, part)
				})
				alarms = alarms[len(part):]
			}
			took := time.Since(begun)
			plain, inserting, plainCPU = min(plain, took), min(inserting, took-marking), plainCPU+processor()-used
			rounds++
			b.StartTimer()
		}
		if rounds > 1 {
			n := float64(people)
			b.ReportMetric(n/ringing.Seconds(), "rung/s")
			b.ReportMetric(n/plain.Seconds(), "plain/s")
			b.ReportMetric(plain.Seconds()/ringing.Seconds(), "of-plain")
			b.ReportMetric(inserting.Seconds()/ringing.Seconds(), "of-inserts")
			b.ReportMetric(plainCPU.Seconds()/ringCPU.Seconds(), "of-plain-cpu")
		}
	})
}

// forget makes it as if nothing had rung or been told; the data keys stay.
func (w *world) forget(b *testing.B) {
	b.Helper()
	w.write(b, func(ctx ctx) error {
		for _, text := range []string{`DELETE FROM bench_jobs`, `DELETE FROM notices`, `UPDATE alarms SET state = 'pending', end_time = NULL`} {
			if _, err := w.db.SQL(ctx).ExecContext(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// processor is the processor time that this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (w *world) ringAll(b *testing.B, batch, want int) {
	b.Helper()
	if n, err := w.Ring(b.Context(), batch); n != want || err != nil {
		b.Fatalf("%d rang, want %d: %v", n, want, err)
	}
}

// inboxRow is a notice as it stands in the table.
type inboxRow struct {
	id, key, document string
	sequence          int64
	sealed            []byte
	at                time.Time
}

func (w *world) inboxRows(b *testing.B) []inboxRow {
	b.Helper()
	rows, err := w.db.Client(b.Context()).Notice.Query().Order(noticerow.ByID()).All(b.Context())
	must(b, "read", err)
	list := make([]inboxRow, len(rows))
	for i, r := range rows {
		list[i] = inboxRow{r.ID, r.Key, r.DocumentID, r.Sequence, r.BodySealed, r.CreateTime}
	}
	return list
}

// markPlain marks alarms as rung.
func (w *world) markPlain(ctx context.Context, ids []string) error {
	among, list := w.db.OneOf(ids)
	_, err := w.db.SQL(ctx).ExecContext(ctx, w.db.Rebind(`UPDATE alarms SET state = 'rung', end_time = ? WHERE id `+among), w.clock(), list)
	return err
}

func (w *world) writePlain(ctx context.Context, list []inboxRow) error {
	rows := entdb.NewBulk(noticerow.Table, noticerow.FieldID, noticerow.FieldSequence, noticerow.FieldKey, noticerow.FieldKind, noticerow.FieldTopic,
		noticerow.FieldBodySealed, noticerow.FieldAbout, noticerow.FieldCreateTime, noticerow.FieldDocumentID)
	var queued []work.Job
	for _, r := range list {
		rows.Add(r.id, r.sequence, r.key, "alarm", "deadline", r.sealed, "", r.at, r.document)
		queued = append(queued, work.Job{Kind: notice.DeliverWork, ID: r.id})
	}
	if _, err := rows.Flush(ctx, w.db); err != nil {
		return err
	}
	if err := w.countPlain(ctx, list); err != nil {
		return err
	}
	return jobs{w.db}.Enqueue(ctx, queued...)
}

// countPlain writes the rows that count what is in each inbox.
func (w *world) countPlain(ctx context.Context, list []inboxRow) error {
	args := make([]any, 0, 2*len(list))
	for _, r := range list {
		args = append(args, r.document, r.sequence)
	}
	_, err := w.db.SQL(ctx).ExecContext(ctx, w.db.Rebind(`INSERT INTO inboxes (id, last) VALUES (?, ?)`+strings.Repeat(", (?, ?)", len(list)-1)+
		` ON CONFLICT (id) DO UPDATE SET last = excluded.last`), args...)
	return err
}

// BenchmarkPlan plans the alarms of a month's obligations, and beside it writes the
// same rows in plain batches.
func BenchmarkPlan(b *testing.B) {
	const people, batch = 2000, 300
	eachBench(b, func(b *testing.B, open func(testing.TB) *entdb.DB) {
		w := newWorld(b, open(b))
		w.many(b, people, 1)
		var all []tax.Obligation
		for _, id := range w.db.Client(b.Context()).Obligation.Query().IDsX(b.Context()) {
			o := w.db.Client(b.Context()).Obligation.GetX(b.Context(), id)
			all = append(all, tax.Obligation{ID: tax.ID(id), Document: actor.DocumentID(o.DocumentID), Kind: "vat_small", Due: date("2026-11-16"), State: tax.Open})
		}
		stored := w.db.Client(b.Context()).Alarm.Query().AllX(b.Context())
		clear := func() {
			w.write(b, func(ctx ctx) error {
				_, err := w.db.SQL(ctx).ExecContext(ctx, `DELETE FROM alarms`)
				return err
			})
		}
		planning, plain, rounds := time.Duration(0), time.Duration(0), 0
		for part := range slices.Chunk(all, batch) { // the database's caches, for both alike
			w.write(b, func(ctx ctx) error { return w.Hear(ctx, tax.Planned, part) })
		}
		for b.Loop() {
			b.StopTimer()
			clear()
			begun := time.Now()
			b.StartTimer()
			for part := range slices.Chunk(all, batch) {
				w.write(b, func(ctx ctx) error { return w.Hear(ctx, tax.Planned, part) })
			}
			b.StopTimer()
			planning += time.Since(begun)
			clear()
			begun = time.Now()
			for part := range slices.Chunk(stored, batch*8) {
				w.write(b, func(ctx ctx) error {
					rows := entdb.NewBulk(row.Table, row.FieldID, row.FieldDocumentID, row.FieldObligationID, row.FieldSlot, row.FieldRingTime, row.FieldState)
					for _, r := range part {
						rows.Add(r.ID, r.DocumentID, r.ObligationID, r.Slot, r.RingTime, "pending")
					}
					_, err := rows.Flush(ctx, w.db)
					return err
				})
			}
			plain += time.Since(begun)
			rounds++
			b.StartTimer()
		}
		b.ReportMetric(float64(rounds*len(stored))/planning.Seconds(), "alarms/s")
		b.ReportMetric(plain.Seconds()/planning.Seconds(), "of-plain")
	})
}

// BenchmarkDue finds a hundred due alarms among 10,000 that lie in the future, and
// among many more, in turns, and reports the ratio of the medians.
func BenchmarkDue(b *testing.B) {
	many := 200_000
	if n, err := strconv.Atoi(os.Getenv(aheadVariable)); err == nil {
		many = n
	}
	eachBench(b, func(b *testing.B, open func(testing.TB) *entdb.DB) {
		worlds := [2]*world{newWorld(b, open(b)), newWorld(b, open(b))}
		for i, n := range []int{10_000, many} {
			worlds[i].ahead(b, n)
		}
		var times [2][]time.Duration
		for b.Loop() {
			for i, w := range worlds {
				begun := time.Now()
				n, err := w.CountDue(b.Context(), 500)
				times[i] = append(times[i], time.Since(begun))
				if n != 100 || err != nil {
					b.Fatalf("found %d: %v", n, err)
				}
			}
		}
		for i := range times {
			slices.Sort(times[i])
		}
		few, lots := times[0][len(times[0])/2], times[1][len(times[1])/2]
		b.ReportMetric(float64(few.Microseconds()), "µs/10k")
		b.ReportMetric(float64(lots.Microseconds()), "µs/many")
		b.ReportMetric(lots.Seconds()/few.Seconds(), "ratio")
	})
}

// ahead writes a hundred alarms that are due and n that are not.
func (w *world) ahead(b *testing.B, n int) {
	b.Helper()
	o := w.obligation(b, "a", "vat_small", "2026-10", "2026-11-16")
	const part = 5000
	for from := 0; from < n+100; from += part {
		w.write(b, func(ctx ctx) error {
			rows := entdb.NewBulk(row.Table, row.FieldID, row.FieldDocumentID, row.FieldObligationID, row.FieldSlot, row.FieldRingTime, row.FieldState)
			for i := from; i < min(from+part, n+100); i++ {
				ring := start.Add(time.Duration(i+1) * 10 * time.Second)
				if i < 100 {
					ring = start.Add(-time.Duration(i) * time.Second)
				}
				rows.Add(w.newID(), []string{"a", "b", "c"}[i%3], string(o.ID), "many-"+strconv.Itoa(i), ring, "pending")
			}
			_, err := rows.Flush(ctx, w.db)
			return err
		})
	}
	if strings.HasSuffix(b.Name(), "postgres") {
		w.write(b, func(ctx ctx) error { // as autovacuum does in time
			_, err := w.db.SQL(ctx).ExecContext(ctx, "ANALYZE alarms")
			return err
		})
	}
}
