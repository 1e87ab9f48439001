package privacy_test

import (
	"context"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/work"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// subsidiesOn is what people are entitled to, as the house builds it. The authorities
// know that everybody works in Pingtan, and of tax on one receipt under the pass.
func (w *world) subsidiesOn(t *testing.T, on *dossiertest.World, files *dossier.Service, db *entdb.DB, v *vault.Vault, newID func() string) {
	t.Helper()
	books, err := ledger.New(ledger.Deps{DB: db, Now: on.Clock.Now, NewID: newID})
	must(t, "books", err)
	gate, err := guard.New(on.Staff)
	must(t, "guard", err)
	w.subsidies, err = subsidy.New(subsidy.Deps{
		DB: db, Vault: v, Files: files, Consents: w.consents, Authorities: bureau{}, Notices: w.notices, Audit: w.log,
		Payments: struct{ upstream.Payments }{}, Ledger: books, Queue: struct{ work.Queue }{}, Guard: gate, // nothing is paid
		Policies: subsidy.Policies(), Now: on.Clock.Now, NewID: newID, NewVoucher: sharing.NewVoucher,
	})
	must(t, "subsidies", err)
}

// bureau plays the authorities.
type bureau struct{}

// TaxPayments implements [upstream.TaxBureau].
func (bureau) TaxPayments(_ context.Context, qs []upstream.YearQuestion) ([]upstream.TaxPayments, error) {
	list := make([]upstream.TaxPayments, len(qs))
	for i, q := range qs {
		list[i] = upstream.TaxPayments{Verdict: upstream.NotFound}
		if q.Kind == document.TaiwanPass {
			list[i] = upstream.TaxPayments{Verdict: upstream.Match, Payments: []upstream.TaxPayment{{
				Receipt: "CANARY receipt", Category: "wages", Area: "350128", Paid: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), PaidFen: 100_000,
			}}}
		}
	}
	return list, nil
}

// Payers implements [upstream.TaxBureau].
func (bureau) Payers(context.Context, string, int, string) (upstream.PayersPage, error) {
	return upstream.PayersPage{}, nil
}

// MainlandDays implements part of [upstream.ExitEntry].
func (bureau) MainlandDays(_ context.Context, qs []upstream.YearQuestion) ([]upstream.StayAnswer, error) {
	list := make([]upstream.StayAnswer, len(qs))
	for i := range qs {
		list[i] = upstream.StayAnswer{Known: true, Days: 300}
	}
	return list, nil
}

// Engagements implements [upstream.TaiwanAffairs].
func (bureau) Engagements(_ context.Context, qs []upstream.YearQuestion) ([]upstream.Engagement, error) {
	list := make([]upstream.Engagement, len(qs))
	for i := range qs {
		list[i] = upstream.Engagement{Known: true, Areas: []string{"350128"}}
	}
	return list, nil
}

// entitle has the bird authorise it, be decided upon, and be on its way to be paid.
func (w *world) entitle(t *testing.T, me actor.Actor) {
	t.Helper()
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.Department.Create().SetID("finance").SetName("财政").SetCreateTime(w.files.Clock.Now()).Exec(ctx)
	})
	text, err := w.consents.Text("subsidy_payment", "en")
	must(t, "text", err)
	_, err = w.consents.Give(t.Context(), me, consent.Terms{
		Party: "finance", Purpose: "subsidy_payment", Scopes: []string{consent.TaxPayments, consent.MainlandDays, consent.Engagements},
		Expires: w.files.Clock.Now().AddDate(0, 6, 0), TextVersion: text.Version, TextLanguage: "en",
	})
	must(t, "authorise", err)
	tally, err := w.subsidies.Run(t.Context(), "pingtan_iit", "2025", 10, func(subsidy.Tally) {})
	must(t, "decide", err)
	if tally.Entitled != 1 || tally.Fen != 20_000 {
		t.Fatalf("%+v, want one entitled to 20,000 fen", tally)
	}
	w.pay(t, me.Document)
	w.objects(t, me)
}

// objects has the bird object to the decision, and an officer uphold it and look into it.
func (w *world) objects(t *testing.T, me actor.Actor) {
	t.Helper()
	mine, err := w.subsidies.Mine(t.Context(), me)
	must(t, "read subsidies", err)
	o, err := w.subsidies.FileObjection(t.Context(), me, mine.Decisions[0].ID, "CANARY too little")
	must(t, "object", err)
	_, err = w.subsidies.DecideObjection(t.Context(), desk("two"), o.ID, true, "CANARY upheld")
	must(t, "uphold", err)
	tasks, err := w.subsidies.Tasks(t.Context(), desk("one"))
	must(t, "read tasks", err)
	for _, x := range tasks {
		if x.Kind == subsidy.TaskObjectionUpheld {
			must(t, "close a task", w.subsidies.CloseTask(t.Context(), desk("one"), x.ID, "CANARY looked into"))
		}
	}
}

// pay plays what pays on its tables, and seals as it does.
func (w *world) pay(t *testing.T, id actor.DocumentID) {
	t.Helper()
	now, account, batch, payout := w.files.Clock.Now(), w.deps.NewID(), w.deps.NewID(), w.deps.NewID()
	keys, err := w.deps.Vault.Keys(t.Context(), string(id))
	must(t, "read a data key", err)
	token, err := keys.Seal(string(id), []byte("CANARY token"), "payee_account/"+account+"/token")
	must(t, "seal a token", err)
	tail, err := keys.Seal(string(id), []byte("CANARY tail"), "payee_account/"+account+"/tail")
	must(t, "seal a tail", err)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		err := c.PayeeAccount.Create().SetID(account).SetDocumentID(string(id)).SetKind("bank_account").SetTokenSealed(token).
			SetTailSealed(tail).SetState("active").SetCreateTime(now).SetChangeTime(now).SetVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.PayoutBatch.Create().SetID(batch).SetPolicy("pingtan_iit").SetState("approved").SetPayouts(1).SetFen(20_000).
			SetDigest([]byte("digest")).SetPreparedBy("one").SetDecidedBy("two").SetCreateTime(now).SetDecideTime(now).SetVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.Payout.Create().SetID(payout).SetBatchID(batch).SetDocumentID(string(id)).SetAccountID(account).SetPolicy("pingtan_iit").
			SetFen(20_000).SetState("sent").SetPending(true).SetCreateTime(now).SetSendTime(now).SetChangeTime(now).SetVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		return c.PayoutTask.Create().SetID(w.deps.NewID()).SetKey("not_settled/" + payout).SetKind("not_settled").SetPayoutID(payout).
			SetExpectedFen(20_000).SetFoundFen(0).SetNote("CANARY task").SetClosedBy("one").SetCreateTime(now).SetVersion(1).Exec(ctx)
	})
}

// squared: of what somebody was entitled to, owed and paid the figures are left, and what
// is personal is not.
func (w *world) squared(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	for query, want := range map[string]int{
		"SELECT count(*) FROM entitlements WHERE document_id = ? AND (length(statement_sealed) > 0 OR fen <> 20000)":                  0,
		"SELECT count(*) FROM entitlements WHERE document_id = ?":                                                                     1,
		"SELECT count(*) FROM claims WHERE document_id = ? AND fen = 20000":                                                           1,
		"SELECT count(*) FROM spent_receipts WHERE document_id = ? AND length(hash) = 32":                                             1,
		"SELECT count(*) FROM subsidy_objections WHERE document_id = ? AND state = 'upheld'":                                          1,
		"SELECT count(*) FROM subsidy_objections WHERE document_id = ? AND (length(reason_sealed) > 0 OR answer_sealed IS NOT NULL)":  0,
		"SELECT count(*) FROM payout_tasks WHERE kind = 'objection_upheld' AND note <> '' AND ? <> ''":                                0,
		"SELECT count(*) FROM payouts WHERE document_id = ? AND state = 'sent' AND pending":                                           1,
		"SELECT count(*) FROM payee_accounts WHERE document_id = ? AND state = 'removed'":                                             1,
		"SELECT count(*) FROM payee_accounts WHERE document_id = ? AND (length(token_sealed) > 0 OR length(tail_sealed) > 0)":         0,
		"SELECT count(*) FROM payout_tasks t JOIN payouts p ON p.id = t.payout_id WHERE p.document_id = ? AND t.note <> ''":           0,
		"SELECT count(*) FROM payout_tasks t JOIN payouts p ON p.id = t.payout_id WHERE p.document_id = ? AND t.kind = 'not_settled'": 1,
	} {
		n := 0
		for _, id := range ids {
			n += w.count(t, query, string(id))
		}
		if n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
}

// sealedMoney: a backup that outlives the data keys tells figures, and what an officer
// noted in clear.
func (w *world) sealedMoney(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	held, err := w.subsidies.Holdings(t.Context(), 100, ids...)
	must(t, "holdings", err)
	if len(held.Decisions) != 1 || len(held.Accounts) != 1 || len(held.Tasks) != 2 || len(held.Objections) != 1 {
		t.Fatal("the backup was not what it should be")
	}
	if o := held.Objections[0]; o.Reason != "" || o.Answer != "" {
		t.Error("the backup tells what was said in an objection")
	}
	if held.Decisions[0].Trace != nil || held.Decisions[0].Voucher != "" || held.Accounts[0].Tail != "" {
		t.Error("the backup tells on what a decision rests, or an account")
	}
}
