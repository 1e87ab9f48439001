package subsidy

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
	row "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
	accountrow "github.com/minzhengtong/minzhengtong/gen/ent/payeeaccount"
	payoutrow "github.com/minzhengtong/minzhengtong/gen/ent/payout"
	taskrow "github.com/minzhengtong/minzhengtong/gen/ent/payouttask"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	spentrow "github.com/minzhengtong/minzhengtong/gen/ent/spentreceipt"
	objectionrow "github.com/minzhengtong/minzhengtong/gen/ent/subsidyobjection"
)

// Holdings is everything that is held about some documents, but for the gateway's tokens
// of accounts, which nobody gets, and for who among the officers did what.
type Holdings struct {
	Decisions []HeldDecision // overtaken ones too
	Claims    []HeldClaim
	Receipts  []HeldReceipt
	Accounts  []HeldAccount // removed ones too
	Payouts   []HeldPayout
	Tasks     []HeldTask // closed ones too
	// Objections are those to decisions, answered ones too.
	Objections []Objection
}

// LogValue keeps holdings out of logs.
func (Holdings) LogValue() slog.Value { return slog.StringValue("[holdings]") }

// HeldDecision is a decision with its statement, which is empty once it was forgotten.
type HeldDecision struct {
	Decision
	// Latest: no later one stands in its place.
	Latest bool
}

// HeldClaim is what a decision added to what is owed, or took off it.
type HeldClaim struct {
	ID       string
	Document actor.DocumentID
	Decision DecisionID
	Policy   PolicyName
	Period   Period
	Fen      int64  // below zero where it takes off
	Payout   string // that settles it; "" while none does
	Made     time.Time
}

// HeldReceipt is a receipt that counted.
type HeldReceipt struct {
	ID       string
	Document actor.DocumentID
	Policy   PolicyName
	Period   Period
	Hash     string // hex
	Made     time.Time
}

// HeldAccount is where somebody wants or wanted to be paid.
type HeldAccount struct {
	ID       string
	Document actor.DocumentID
	Kind     string // bank_account or ecny_wallet
	Tail     string // the last characters of the number; "" once it was forgotten
	State    string // active or removed
	Made     time.Time
	Changed  time.Time
}

// HeldPayout is an amount on its way.
type HeldPayout struct {
	ID        string
	Document  actor.DocumentID
	Batch     string
	Account   string
	Policy    PolicyName
	Fen       int64
	State     string
	Cause     string // why it is not paid, as a code; or ""
	Reference string // the gateway's name for it
	Made      time.Time
	Sent      time.Time // when it left last; zero before
	Settled   time.Time // zero before
	Changed   time.Time
}

// HeldTask is a difference about a payout, or a decision of which an objection was upheld,
// with what an officer noted.
type HeldTask struct {
	ID       string
	Payout   string
	Kind     string
	Expected int64 // fen
	Found    int64 // fen
	Note     string
	Made     time.Time
	Closed   time.Time // zero while it is open
}

// Holdings returns everything that is held about some documents, the newest first, at
// most limit of each list, whoever asks. What lies under a key that is gone is left empty.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (h Holdings, err error) {
	ids := entdb.Texts(documents)
	keys, err := s.Vault.Keys(ctx, ids...)
	if err != nil {
		return Holdings{}, err
	}
	if h.Decisions, err = s.heldDecisions(ctx, keys, limit, ids); err != nil {
		return Holdings{}, err
	}
	if h.Claims, err = s.heldClaims(ctx, limit, ids); err != nil {
		return Holdings{}, err
	}
	if h.Receipts, err = s.heldReceipts(ctx, limit, ids); err != nil {
		return Holdings{}, err
	}
	if h.Accounts, err = s.heldAccounts(ctx, keys, limit, ids); err != nil {
		return Holdings{}, err
	}
	if h.Payouts, err = s.heldPayouts(ctx, limit, ids); err != nil {
		return Holdings{}, err
	}
	if h.Tasks, err = s.heldTasks(ctx, limit, ids); err != nil {
		return Holdings{}, err
	}
	h.Objections, err = s.objectionsOf(ctx, limit, ids)
	return h, err
}

func (s *Service) heldDecisions(ctx context.Context, keys vault.Set, limit int, ids []string) ([]HeldDecision, error) {
	rows, err := s.DB.Client(ctx).Entitlement.Query().Where(row.DocumentIDIn(ids...)).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	list := make([]HeldDecision, len(rows))
	for i, r := range rows {
		list[i] = HeldDecision{fromRow(r), r.Latest}
		if list[i].Statement, err = keptStatement(keys, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// keptStatement opens the statement of a decision. One that was forgotten, also while a run
// asks the authorities, is empty.
func keptStatement(keys vault.Set, r *ent.Entitlement) (Statement, error) {
	if len(r.StatementSealed) == 0 || !keys.Has(r.DocumentID) {
		return Statement{}, nil
	}
	return openStatement(keys, r.DocumentID, DecisionID(r.ID), r.StatementSealed)
}

func (s *Service) heldClaims(ctx context.Context, limit int, ids []string) ([]HeldClaim, error) {
	rows, err := s.DB.Client(ctx).Claim.Query().Where(claimrow.DocumentIDIn(ids...)).
		Order(claimrow.ByCreateTime(sql.OrderDesc()), claimrow.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	list := make([]HeldClaim, len(rows))
	for i, r := range rows {
		list[i] = HeldClaim{
			ID: r.ID, Document: actor.DocumentID(r.DocumentID), Decision: DecisionID(r.EntitlementID), Policy: PolicyName(r.Policy),
			Period: Period(r.Period), Fen: r.Fen, Payout: r.PayoutID, Made: r.CreateTime.UTC(),
		}
	}
	return list, nil
}

func (s *Service) heldReceipts(ctx context.Context, limit int, ids []string) ([]HeldReceipt, error) {
	rows, err := s.DB.Client(ctx).SpentReceipt.Query().Where(spentrow.DocumentIDIn(ids...)).
		Order(spentrow.ByCreateTime(sql.OrderDesc()), spentrow.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read spent receipts: %w", err)
	}
	list := make([]HeldReceipt, len(rows))
	for i, r := range rows {
		list[i] = HeldReceipt{
			ID: r.ID, Document: actor.DocumentID(r.DocumentID), Policy: PolicyName(r.Policy), Period: Period(r.Period),
			Hash: hex.EncodeToString(r.Hash), Made: r.CreateTime.UTC(),
		}
	}
	return list, nil
}

func (s *Service) heldAccounts(ctx context.Context, keys vault.Set, limit int, ids []string) ([]HeldAccount, error) {
	rows, err := s.DB.Client(ctx).PayeeAccount.Query().Where(accountrow.DocumentIDIn(ids...)).
		Order(accountrow.ByCreateTime(sql.OrderDesc()), accountrow.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	list := make([]HeldAccount, len(rows))
	for i, r := range rows {
		list[i] = HeldAccount{
			ID: r.ID, Document: actor.DocumentID(r.DocumentID), Kind: string(r.Kind), State: string(r.State),
			Made: r.CreateTime.UTC(), Changed: r.ChangeTime.UTC(),
		}
		if len(r.TailSealed) == 0 || !keys.Has(r.DocumentID) {
			continue
		}
		tail, err := keys.Unseal(r.DocumentID, r.TailSealed, tailPlace(r.ID))
		if err != nil {
			return nil, fmt.Errorf("open the tail of account %s: %w", r.ID, err)
		}
		list[i].Tail = string(tail)
	}
	return list, nil
}

// tailPlace is what the tail of an account's number is sealed for.
func tailPlace(account string) string { return "payee_account/" + account + "/tail" }

func (s *Service) heldPayouts(ctx context.Context, limit int, ids []string) ([]HeldPayout, error) {
	rows, err := s.DB.Client(ctx).Payout.Query().Where(payoutrow.DocumentIDIn(ids...)).
		Order(payoutrow.ByCreateTime(sql.OrderDesc()), payoutrow.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read payouts: %w", err)
	}
	list := make([]HeldPayout, len(rows))
	for i, r := range rows {
		list[i] = HeldPayout{
			ID: r.ID, Document: actor.DocumentID(r.DocumentID), Batch: r.BatchID, Account: r.AccountID, Policy: PolicyName(r.Policy),
			Fen: r.Fen, State: string(r.State), Cause: r.Cause, Reference: r.Reference, Made: r.CreateTime.UTC(),
			Sent: entdb.Moment(r.SendTime), Settled: entdb.Moment(r.SettleTime), Changed: r.ChangeTime.UTC(),
		}
	}
	return list, nil
}

func (s *Service) heldTasks(ctx context.Context, limit int, ids []string) ([]HeldTask, error) {
	rows, err := s.DB.Client(ctx).PayoutTask.Query().Where(aboutMoneyOf(ids)).
		Order(taskrow.ByCreateTime(sql.OrderDesc()), taskrow.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	list := make([]HeldTask, len(rows))
	for i, r := range rows {
		list[i] = HeldTask{
			ID: r.ID, Payout: r.PayoutID, Kind: string(r.Kind), Expected: r.ExpectedFen, Found: r.FoundFen, Note: r.Note,
			Made: r.CreateTime.UTC(), Closed: entdb.Moment(r.CloseTime),
		}
	}
	return list, nil
}

// aboutMoneyOf finds tasks by whose payout or whose decision they are about. There are few
// of them.
func aboutMoneyOf(ids []string) predicate.PayoutTask {
	return func(s *sql.Selector) {
		among := make([]any, len(ids))
		for i, id := range ids {
			among[i] = id
		}
		payouts, objections := sql.Table(payoutrow.Table), sql.Table(objectionrow.Table)
		s.Where(sql.Or(
			sql.In(s.C(taskrow.FieldPayoutID),
				sql.Select(payouts.C(payoutrow.FieldID)).From(payouts).Where(sql.In(payouts.C(payoutrow.FieldDocumentID), among...))),
			sql.In(s.C(taskrow.FieldKey),
				sql.SelectExpr(sql.Raw("'"+upheldPrefix+"' || "+objectionrow.FieldEntitlementID)).
					From(objections).Where(sql.In(objections.C(objectionrow.FieldDocumentID), among...))),
		))
	}
}

// Forget blanks what is personal under some documents, in the caller's transaction: what
// decisions rest on, tokens and tails of accounts, which are removed, what was said in
// objections, of which open ones are withdrawn, and what officers noted. It may be
// repeated.
//
// Decisions, claims and payouts stay as figures, so that the books balance and what is on
// its way at the gateway comes to its end; spent receipts stay, so that none counts again
// for whoever registers anew. None of it leads to a person once the documents are blank.
// What was not sent by then is not paid: there is no account any more.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, ids, nothing := s.DB.Client(ctx), entdb.Texts(documents), []byte{}
	err := c.Entitlement.Update().Where(row.DocumentIDIn(ids...), row.StatementSealedNEQ(nothing)).SetStatementSealed(nothing).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget statements: %w", err)
	}
	err = c.PayeeAccount.Update().
		Where(accountrow.DocumentIDIn(ids...), accountrow.Or(
			accountrow.StateEQ(accountrow.StateActive), accountrow.TokenSealedNEQ(nothing), accountrow.TailSealedNEQ(nothing))).
		SetState(accountrow.StateRemoved).SetTokenSealed(nothing).SetTailSealed(nothing).SetChangeTime(s.time()).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget accounts: %w", err)
	}
	if err := s.forgetObjections(ctx, ids); err != nil {
		return err
	}
	err = c.PayoutTask.Update().Where(aboutMoneyOf(ids), taskrow.NoteNEQ("")).SetNote("").AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget notes: %w", err)
	}
	return nil
}
