package subsidy_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
)

// paid is the rows that paying one person leaves behind.
type paid struct{ account, batch, payout, task string }

// pay writes them, under the document of the number.
func (w *world) pay(t testing.TB, raw string) (p paid) {
	t.Helper()
	p = paid{w.newID(), w.newID(), w.newID(), w.newID()}
	id, now := string(w.ID(raw)), w.Clock.Now()
	keys, err := w.Vault.Keys(t.Context(), id)
	must(t, "read a data key", err)
	token, err := keys.Seal(id, []byte("token"), "payee_account/"+p.account+"/token")
	must(t, "seal a token", err)
	tail, err := keys.Seal(id, []byte("0077"), "payee_account/"+p.account+"/tail")
	must(t, "seal a tail", err)
	must(t, "pay", w.DB.InTx(t.Context(), func(ctx context.Context) error {
		c := w.DB.Client(ctx)
		err := c.PayeeAccount.Create().SetID(p.account).SetDocumentID(id).SetKind("ecny_wallet").SetTokenSealed(token).SetTailSealed(tail).
			SetState("active").SetCreateTime(now).SetChangeTime(now).SetVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.PayoutBatch.Create().SetID(p.batch).SetPolicy("pingtan_iit").SetState("approved").SetPayouts(1).SetFen(20_000).
			SetDigest([]byte("digest")).SetPreparedBy("one").SetDecidedBy("two").SetCreateTime(now).SetDecideTime(now).SetVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.Payout.Create().SetID(p.payout).SetBatchID(p.batch).SetDocumentID(id).SetAccountID(p.account).SetPolicy("pingtan_iit").
			SetFen(20_000).SetState("unknown").SetPending(true).SetCause("no_answer").SetReference("G1").SetCreateTime(now).SetSendTime(now).
			SetChangeTime(now).SetVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		if err := c.Claim.Update().Where(claimrow.DocumentID(id)).SetPayoutID(p.payout).Exec(ctx); err != nil {
			return err
		}
		return c.PayoutTask.Create().SetID(p.task).SetKey("not_settled/" + p.payout).SetKind("not_settled").SetPayoutID(p.payout).
			SetExpectedFen(20_000).SetFoundFen(0).SetNote("called the bank").SetClosedBy("one").SetCreateTime(now).SetVersion(1).Exec(ctx)
	}))
	return p
}

// holdings is what is held about a document.
func (w *world) holdings(t testing.TB, id actor.DocumentID) subsidy.Holdings {
	t.Helper()
	h, err := w.Holdings(t.Context(), 100, id)
	must(t, "holdings", err)
	return h
}

// forget has subsidies forget documents as an erasure does.
func (w *world) forget(t testing.TB, ids ...actor.DocumentID) {
	t.Helper()
	must(t, "forget", w.DB.InTx(t.Context(), func(ctx context.Context) error { return w.Forget(ctx, ids...) }))
}

// rows are all rows of the tables about money, as texts.
func (w *world) rows(t testing.TB) (list []string) {
	t.Helper()
	c, ctx := w.DB.Client(t.Context()), t.Context()
	for _, r := range c.Entitlement.Query().Order(ent.Asc("id")).AllX(ctx) {
		list = append(list, fmt.Sprintf("%v %x", r, r.StatementSealed))
	}
	for _, r := range c.PayeeAccount.Query().Order(ent.Asc("id")).AllX(ctx) {
		list = append(list, fmt.Sprintf("%v %x %x", r, r.TokenSealed, r.TailSealed))
	}
	for _, r := range c.PayoutTask.Query().Order(ent.Asc("id")).AllX(ctx) {
		list = append(list, fmt.Sprintf("%v %s", r, r.Note))
	}
	for _, r := range c.Claim.Query().Order(ent.Asc("id")).AllX(ctx) {
		list = append(list, r.String())
	}
	for _, r := range c.Payout.Query().Order(ent.Asc("id")).AllX(ctx) {
		list = append(list, r.String())
	}
	for _, r := range c.SpentReceipt.Query().Order(ent.Asc("id")).AllX(ctx) {
		list = append(list, fmt.Sprintf("%v %x", r, r.Hash))
	}
	return list
}

// TestHoldings: everything that is held about a document is there, opened, the newest
// first, and nothing of anybody else.
func TestHoldings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		w.run(t, 1, 0, 1, 2)
		paid := w.pay(t, p.Pass)
		w.Clock.Advance(time.Hour)
		w.of(p.Pass).payments = append(w.of(p.Pass).payments, wages("A2", 50_000, 0))
		w.run(t, 1, 0, 1, 1)
		h := w.holdings(t, w.ID(p.Pass))
		if len(h.Decisions) != 2 || len(h.Claims) != 2 || len(h.Receipts) != 2 || len(h.Accounts) != 1 || len(h.Payouts) != 1 || len(h.Tasks) != 1 {
			t.Fatalf("%d decisions, %d claims, %d receipts, %d accounts, %d payouts, %d tasks", len(h.Decisions), len(h.Claims),
				len(h.Receipts), len(h.Accounts), len(h.Payouts), len(h.Tasks))
		}
		if d := h.Decisions[0]; !d.Latest || d.Number != 2 || d.Fen != 30_000 || !strings.Contains(string(d.Trace), `"A2"`) || d.Voucher == "" {
			t.Errorf("the newest decision is %d of %d fen", d.Number, d.Fen)
		}
		if d := h.Decisions[1]; d.Latest || strings.Contains(string(d.Trace), `"A2"`) || !strings.Contains(string(d.Trace), `"A1"`) {
			t.Error("the first decision does not rest on A1 alone, or is the latest")
		}
		if c := h.Claims[1]; c.Fen != 20_000 || c.Payout != paid.payout || c.Decision != h.Decisions[1].ID || h.Claims[0].Payout != "" {
			t.Errorf("the claims are %+v", h.Claims)
		}
		if a := h.Accounts[0]; a.ID != paid.account || a.Kind != "ecny_wallet" || a.Tail != "0077" || a.State != "active" {
			t.Errorf("the account is %+v", a)
		}
		if x := h.Payouts[0]; x.ID != paid.payout || x.Account != paid.account || x.Fen != 20_000 || x.State != "unknown" ||
			x.Reference != "G1" || x.Cause != "no_answer" || x.Sent.IsZero() || !x.Settled.IsZero() {
			t.Errorf("the payout is %+v", x)
		}
		if x := h.Tasks[0]; x.Payout != paid.payout || x.Note != "called the bank" || x.Expected != 20_000 || !x.Closed.IsZero() {
			t.Errorf("the task is %+v", x)
		}
		if len(h.Receipts[0].Hash) != 64 || h.Receipts[0].Hash == h.Receipts[1].Hash {
			t.Errorf("the receipts are %+v", h.Receipts)
		}
		theirs := w.holdings(t, w.ID(q.Pass))
		if len(theirs.Decisions) != 1 || len(theirs.Claims)+len(theirs.Receipts)+len(theirs.Accounts)+len(theirs.Payouts)+len(theirs.Tasks) != 0 {
			t.Errorf("somebody else's are %+v", theirs)
		}
		one, err := w.Holdings(t.Context(), 1, w.ID(p.Pass))
		must(t, "holdings", err)
		if len(one.Decisions) != 1 || one.Decisions[0].Number != 2 || len(one.Claims) != 1 || len(one.Receipts) != 1 {
			t.Errorf("of each list one at most: %d, %d, %d", len(one.Decisions), len(one.Claims), len(one.Receipts))
		}
		var heard strings.Builder
		slog.New(slog.NewTextHandler(&heard, nil)).Info("x", "h", h)
		if strings.Contains(heard.String(), "0077") || strings.Contains(heard.String(), "A1") {
			t.Errorf("the log has %s", heard.String())
		}
	})
}

// TestForget: what is personal is blank, figures and hashes stand, nothing of anybody
// else changes, and again changes nothing.
func TestForget(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		w.works(q.Pass).payments = []upstream.TaxPayment{wages("B1", 70_000, 0)}
		w.run(t, 1, 0, 1, 2)
		w.pay(t, q.Pass)
		theirs := w.rows(t)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		w.run(t, 2, 0, 0, 1)
		w.pay(t, p.Pass)
		before := w.holdings(t, w.ID(p.Pass))
		w.Clock.Advance(time.Hour)
		w.forget(t, w.ID(p.Pass))

		c := w.DB.Client(t.Context())
		for _, r := range c.Entitlement.Query().AllX(t.Context()) {
			if forgotten := r.DocumentID == string(w.ID(p.Pass)); (len(r.StatementSealed) == 0) != forgotten {
				t.Errorf("forgotten %v, and the statement has %d bytes", forgotten, len(r.StatementSealed))
			}
		}
		for _, r := range c.PayeeAccount.Query().AllX(t.Context()) {
			forgotten := r.DocumentID == string(w.ID(p.Pass))
			if (len(r.TokenSealed) == 0) != forgotten || (len(r.TailSealed) == 0) != forgotten || (r.State == "removed") != forgotten {
				t.Errorf("forgotten %v, and the account is %s with %d and %d bytes", forgotten, r.State, len(r.TokenSealed), len(r.TailSealed))
			}
		}
		after := w.holdings(t, w.ID(p.Pass))
		if d := after.Decisions[0]; d.Fen != 20_000 || d.Outcome != subsidy.Entitled || !d.Latest || d.Trace != nil || d.Voucher != "" {
			t.Errorf("the decision is %s of %d fen, latest %v, with %d bytes of trace", d.Outcome, d.Fen, d.Latest, len(d.Trace))
		}
		if !slices.Equal(after.Claims, before.Claims) || !slices.Equal(after.Payouts, before.Payouts) || !slices.Equal(after.Receipts, before.Receipts) {
			t.Error("a claim, a payout or a receipt is not what it was")
		}
		if len(after.Tasks) != 1 || after.Tasks[0].Note != "" || after.Tasks[0].Expected != 20_000 {
			t.Errorf("the tasks are %+v", after.Tasks)
		}
		now := w.rows(t)
		for _, r := range theirs {
			if strings.Contains(r, string(w.ID(q.Pass))) && !slices.Contains(now, r) {
				t.Errorf("somebody else's row changed: %s", r)
			}
		}
		w.Clock.Advance(time.Hour)
		w.forget(t, w.ID(p.Pass))
		w.forget(t)
		if again := w.rows(t); !slices.Equal(again, now) {
			t.Errorf("again changes %v to %v", now, again)
		}
	})
}

// TestForgottenReceiptNeverCountsAgain: who is forgotten and registers anew gets nothing
// for what counted before.
func TestForgottenReceiptNeverCountsAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		w.run(t, 1, 0, 0, 1)
		w.erase(t, p.Pass)
		w.run(t, 0, 0, 0, 0)
		w.Take(w.PassEntry(p))
		w.authorises(t, p.Pass)
		w.run(t, 0, 1, 0, 1)
		w.of(p.Pass).payments = append(w.of(p.Pass).payments, wages("A2", 500, 0))
		w.run(t, 1, 0, 0, 1)
		if got := w.claims(t); !slices.Equal(got, []int64{20_000, 100}) {
			t.Errorf("claims %v, want what was owed and what is new", got)
		}
	})
}

// erase forgets the file of a number as an erasure does, and shreds its keys.
func (w *world) erase(t testing.TB, raw string) {
	t.Helper()
	by := w.Holder(raw)
	given, err := w.consents.List(t.Context(), by)
	must(t, "read consents", err)
	for _, c := range given {
		_, _, err := w.consents.Revoke(t.Context(), by, c.ID)
		must(t, "revoke", err)
	}
	must(t, "forget", w.DB.InTx(t.Context(), func(ctx context.Context) error {
		if err := w.Forget(ctx, by.Document); err != nil {
			return err
		}
		return w.World.Forget(ctx, by.Document)
	}))
	must(t, "shred", w.Vault.Shred(t.Context(), string(by.Document)))
}

// TestForgottenWhileAsked: somebody who is forgotten while the authorities are asked is
// passed over, and holds up nobody.
func TestForgottenWhileAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, q := w.person(t, 0), w.person(t, 1)
		for i, x := range []dossiertest.Person{p, q} {
			w.works(x.Pass).payments = []upstream.TaxPayment{wages(fmt.Sprint("A", i), 100_000, 0)}
		}
		w.run(t, 2, 0, 0, 2)
		w.of(p.Pass).payments[0].PaidFen, w.of(q.Pass).payments[0].PaidFen = 200_000, 200_000
		w.hook = func() { w.hook = nil; w.erase(t, p.Pass) }
		if got := w.run(t, 1, 0, 0, 1); got.Passed != 1 {
			t.Errorf("%+v, want one passed over", got)
		}
		if h := w.holdings(t, w.ID(q.Pass)); h.Decisions[0].Fen != 40_000 {
			t.Errorf("the other has %d fen", h.Decisions[0].Fen)
		}
		for _, r := range w.DB.Client(t.Context()).Entitlement.Query().AllX(t.Context()) {
			if (len(r.StatementSealed) > 0) != (r.DocumentID == string(w.ID(q.Pass))) {
				t.Error("something was written about who is forgotten")
			}
		}
	})
}
