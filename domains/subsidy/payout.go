package subsidy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// PayoutID names a payout. It is the key under which the gateway gets the order.
type PayoutID string

// PayoutState is how far a payout got. Its text is stored and never renamed.
type PayoutState string

// The states.
//
//	prepared → approved → sent → paid → returned
//	                      sent → refused, unknown, returned
//	                      unknown → whatever the gateway says when it is asked
//	prepared, approved, sent, unknown → dropped: it may not or need not leave (again)
const (
	PayoutPrepared PayoutState = "prepared"
	PayoutApproved PayoutState = "approved"
	PayoutSent     PayoutState = "sent"
	PayoutUnknown  PayoutState = "unknown"
	PayoutPaid     PayoutState = "paid"
	PayoutRefused  PayoutState = "refused"
	PayoutReturned PayoutState = "returned"
	PayoutDropped  PayoutState = "dropped"
)

// Why it is not known what became of a payout.
const (
	causeSilence = "NO_ANSWER"
	causeAmount  = "AMOUNT_DIFFERS"
	causeOrder   = "ORDER_DIFFERS"
)

// Payout is an amount on its way to one payee.
type Payout struct {
	ID       PayoutID
	Batch    BatchID
	Document actor.DocumentID
	Account  AccountID
	Policy   PolicyName
	Fen      int64
	State    PayoutState
	// Cause says why it was refused, returned or dropped, or what is unknown.
	Cause     string
	Reference string
	// Sendings is how often the order left.
	Sendings int64
	Created  time.Time
	// Approved, Sent and Settled are zero before; Settled is by the gateway's clock.
	Approved, Sent, Settled time.Time

	version int64
}

func payoutOf(r *ent.Payout) Payout {
	return Payout{
		ID: PayoutID(r.ID), Batch: BatchID(r.BatchID), Document: actor.DocumentID(r.DocumentID), Account: AccountID(r.AccountID),
		Policy: PolicyName(r.Policy), Fen: r.Fen, State: PayoutState(r.State), Cause: r.Cause, Reference: r.Reference, Sendings: r.Sendings,
		Created: r.CreateTime.UTC(), Approved: entdb.Moment(r.ApproveTime), Sent: entdb.Moment(r.SendTime), Settled: entdb.Moment(r.SettleTime),
		version: r.Version,
	}
}

// bulkPayouts are rows of payouts on their way.
func bulkPayouts() *entdb.Bulk {
	return entdb.NewBulk(row.Table, row.FieldID, row.FieldBatchID, row.FieldDocumentID, row.FieldAccountID, row.FieldPolicy, row.FieldFen,
		row.FieldState, row.FieldPending, row.FieldCause, row.FieldReference, row.FieldSendings, row.FieldCreateTime, row.FieldApproveTime,
		row.FieldSendTime, row.FieldSettleTime, row.FieldChangeTime, row.FieldVersion)
}

// add adds a payout with the version that it shall have.
func (p Payout) add(rows *entdb.Bulk, changed time.Time, version int64) {
	rows.Add(string(p.ID), string(p.Batch), string(p.Document), string(p.Account), string(p.Policy), p.Fen,
		string(p.State), p.State == PayoutSent || p.State == PayoutUnknown, p.Cause, p.Reference, p.Sendings, p.Created, known(p.Approved),
		known(p.Sent), known(p.Settled), changed, version)
}

// known is a time as a row keeps it: nothing where it is zero.
func known(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at
}

// savePayouts writes what became of payouts that were read in the same transaction, each
// once.
func (s *Service) savePayouts(ctx context.Context, list ...Payout) error {
	rows, now := bulkPayouts().Over(row.FieldID, row.FieldVersion), s.time()
	for _, p := range list {
		p.add(rows, now, p.version+1)
	}
	n, err := rows.Flush(ctx, s.DB)
	if err == nil && n != int64(len(list)) {
		err = errMoved
	}
	if err != nil {
		return fmt.Errorf("save payouts: %w", err)
	}
	return nil
}

// free lets the claims of payouts be paid by other ones.
func (s *Service) free(ctx context.Context, list ...PayoutID) error {
	for part := range slices.Chunk(list, mostAtOnce) {
		err := s.DB.Client(ctx).Claim.Update().Where(claimrow.PayoutIDIn(entdb.Texts(part)...)).SetPayoutID("").AddVersion(1).Exec(ctx)
		if err != nil {
			return fmt.Errorf("free claims: %w", err)
		}
	}
	return nil
}
