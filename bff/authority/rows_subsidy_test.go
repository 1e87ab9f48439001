package authority_test

import (
	"context"
	"crypto/ed25519"
	"fmt"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/subsidy/v1"
	upstreamv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// policyName is the programme that the rows are about.
const policyName = "pingtan_iit"

// decided writes a decision under a document, of a year of its own, and returns its ID.
func (h *house) decided(s side) string {
	h.t.Helper()
	if s.human == nil {
		s = side{h.person(here), false}
	}
	h.made++
	id, owner := uuid.NewString(), h.id(s)
	keys, err := h.Vault.Make(h.t.Context(), owner)
	h.must("make a key", err)
	sealed, err := keys.Seal(owner, []byte(`{"trace":{},"left_out":null,"voucher":"V"}`), "entitlement/"+id)
	h.must("seal a statement", err)
	h.inTx("decide", func(ctx context.Context) error {
		return h.DB.Client(ctx).Entitlement.Create().SetID(id).SetDocumentID(owner).SetPolicy(policyName).SetPeriod(fmt.Sprint(h.made)).
			SetNumber(1).SetLatest(true).SetOutcome("entitled").SetFen(100).SetVersionName("v").SetStatementSealed(sealed).
			SetCreateTime(h.Now()).Exec(ctx)
	})
	return id
}

// contested is an objection to a decision; of a maker's, the officer approved what it paid.
func contested(c *cell, of side) string {
	c.t.Helper()
	decision := c.decided(of)
	if c.rel == maker {
		c.settled(of, decision, c.by)
	}
	got, err := c.holder(of).Subsidy.FileObjection(c.t.Context(), &pb.FileObjectionRequest{DecisionId: decision, Reason: of.canary()})
	c.must("object to a decision", err)
	return got.GetObjection().GetId()
}

// settled has a decision be paid by a batch that an officer approved.
func (h *house) settled(s side, decision string, by actor.Actor) {
	h.t.Helper()
	account, batch, payout, owner := uuid.NewString(), uuid.NewString(), uuid.NewString(), h.id(s)
	h.inTx("pay", func(ctx context.Context) error {
		c := h.DB.Client(ctx)
		err := c.PayeeAccount.Create().SetID(account).SetDocumentID(owner).SetKind("bank_account").SetTokenSealed([]byte("x")).
			SetTailSealed([]byte("x")).SetState("removed").SetCreateTime(h.Now()).SetChangeTime(h.Now()).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.PayoutBatch.Create().SetID(batch).SetPolicy(policyName).SetState("approved").SetPayouts(1).SetFen(100).SetDigest(make([]byte, 32)).
			SetPreparedBy("somebody").SetDecidedBy(by.ID()).SetCreateTime(h.Now()).SetDecideTime(h.Now()).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.Payout.Create().SetID(payout).SetBatchID(batch).SetDocumentID(owner).SetAccountID(account).SetPolicy(policyName).SetFen(100).
			SetState("paid").SetCreateTime(h.Now()).SetChangeTime(h.Now()).Exec(ctx)
		if err != nil {
			return err
		}
		return c.Claim.Create().SetID(uuid.NewString()).SetDocumentID(owner).SetEntitlementID(decision).SetPolicy(policyName).SetPeriod("2025").
			SetFen(100).SetPayoutID(payout).SetCreateTime(h.Now()).Exec(ctx)
	})
}

// owed has 1.00 yuan be due to somebody who may be paid.
func (h *house) owed() {
	h.t.Helper()
	s := side{h.person(here), false}
	decision, owner, account := h.decided(s), h.id(s), uuid.NewString()
	keys, err := h.Vault.Make(h.t.Context(), owner)
	h.must("make a key", err)
	token, err := keys.Seal(owner, []byte("token"), "payee_account/"+account+"/token")
	h.must("seal a token", err)
	h.inTx("owe", func(ctx context.Context) error {
		c := h.DB.Client(ctx)
		err := c.PayeeAccount.Create().SetID(account).SetDocumentID(owner).SetKind("bank_account").SetTokenSealed(token).SetTailSealed(token).
			SetState("active").SetCreateTime(h.Now()).SetChangeTime(h.Now()).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.Consent.Create().SetID(uuid.NewString()).SetDocumentID(owner).SetGivenBy(owner).SetPartyID(hall.Department).SetPurpose("subsidy_payment").
			SetScopes([]string{"tax_payments"}).SetTextVersion("1").SetTextLanguage("en").SetTextHash(make([]byte, 32)).
			SetCreateTime(h.Now()).SetExpireTime(h.Now().AddDate(1, 0, 0)).Exec(ctx)
		if err != nil {
			return err
		}
		return c.Claim.Create().SetID(uuid.NewString()).SetDocumentID(owner).SetEntitlementID(decision).SetPolicy(policyName).SetPeriod("2025").
			SetFen(100).SetCreateTime(h.Now()).Exec(ctx)
	})
}

// shownBatch is what a preview of something that is due stands for.
func (h *house) shownBatch(by actor.Actor) [32]byte {
	h.t.Helper()
	h.owed()
	v, err := h.Subsidies.Preview(h.t.Context(), by, policyName)
	h.must("preview a batch", err)
	return v.Digest
}

// batch is one that somebody prepared, of the caller's office or another one. It is the
// province's, and concerns no person's file.
func batch(c *cell, _ side) string {
	c.t.Helper()
	author := c.officer(hall, actor.Pay)
	switch c.rel {
	case elsewhere:
		author = c.officer(there, actor.Pay)
	case another:
		author = c.officer(tax, actor.Pay)
	case maker:
		author = c.by
	}
	c.made++
	c.must("fund", c.Subsidies.Fund(c.t.Context(), author, policyName, 1_000_000, fmt.Sprintf("paper-%d", c.made)))
	b, err := c.Subsidies.Prepare(c.t.Context(), author, policyName, c.shownBatch(author))
	c.must("prepare a batch", err)
	if c.rel == deleted {
		_, err = c.Subsidies.Withdraw(c.t.Context(), author, b.ID)
		c.must("withdraw a batch", err)
	}
	return string(b.ID)
}

// difference is something to look into; one that is deleted was closed.
func difference(c *cell, _ side) string {
	c.t.Helper()
	id := uuid.NewString()
	c.inTx("raise a task", func(ctx context.Context) error {
		task := c.DB.Client(ctx).PayoutTask.Create().SetID(id).SetKey(id).SetKind("no_payout").SetExpectedFen(0).SetFoundFen(1).SetCreateTime(c.Now())
		if c.rel == deleted {
			task.SetCloseTime(c.Now())
		}
		return task.Exec(ctx)
	})
	return id
}

// accountNumber is of an account that is the caller's at the gateway, if the caller is
// somebody.
func (c *cell) accountNumber() string {
	c.t.Helper()
	c.made++
	number := fmt.Sprintf("6222%012d", c.made)
	if c.me != nil {
		c.Sandbox.AddAccount(upstream.BankAccount, number, c.me.Names.Mainland, c.me.Passes[0].Number)
	}
	return number
}

// event is one that the gateway signed, about an order of nobody's.
func (c *cell) event() *pb.ReportPaymentRequest {
	c.t.Helper()
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(&upstreamv1.PaymentEvent{
		EventId: uuid.NewString(), Payment: &upstreamv1.Payment{
			IdempotencyKey: uuid.NewString(), Reference: uuid.NewString(), Currency: "CNY", Fen: 1,
			State: upstreamv1.PaymentState_PAYMENT_STATE_PAID, ChangeTime: timestamppb.New(c.Now()),
		},
	})
	c.must("write an event", err)
	return &pb.ReportPaymentRequest{Event: raw, Signature: ed25519.Sign(bfftest.GatewayKey, append([]byte(upstream.EventDomain), raw...))}
}

func subsidyRows() map[string]row {
	const people, desk = "subsidy.v1.SubsidyService/", "subsidy.v1.PayoutDeskService/"
	decision := func(c *cell, of side) string { return c.decided(of) }
	province := func(target func(*cell, side) string, request func(c *cell) proto.Message, extra ...relation) row {
		const why = "payouts are the province's, wherever an officer works"
		return row{
			account: true, target: target, request: request, extra: extra,
			open: map[relation]string{another: why, elsewhere: why, deleted: "officers see what was decided"},
		}
	}
	days := func(c *cell) (from, to string) {
		day := c.Now().Format("2006-01-02")
		return day, day
	}
	return map[string]row{
		people + "ListSubsidies": {mark: decision, request: func(*cell) proto.Message { return &pb.ListSubsidiesRequest{} }},
		people + "SetPayeeAccount": {request: func(c *cell) proto.Message {
			return &pb.SetPayeeAccountRequest{Kind: pb.AccountKind_ACCOUNT_KIND_BANK_ACCOUNT, Number: c.accountNumber()}
		}},
		people + "FileObjection": {target: decision, request: func(c *cell) proto.Message {
			return &pb.FileObjectionRequest{DecisionId: c.target, Reason: "too little"}
		}},
		desk + "ListObjections": {
			shows: true, list: true, target: contested,
			request: func(*cell) proto.Message { return &pb.ListObjectionsRequest{} },
		},
		desk + "DecideObjection": {
			shows: true, target: contested, extra: []relation{maker},
			request: func(c *cell) proto.Message {
				return &pb.DecideObjectionRequest{Id: c.target, Upheld: true, Answer: "looked into"}
			},
		},
		people + "GetPaymentPromise": {request: func(c *cell) proto.Message {
			from, to := days(c)
			return &pb.GetPaymentPromiseRequest{Policy: policyName, From: from, To: to}
		}},
		desk + "PreviewBatch": {request: func(*cell) proto.Message { return &pb.PreviewBatchRequest{Policy: policyName} }},
		desk + "PrepareBatch": {request: func(c *cell) proto.Message {
			digest := c.shownBatch(c.officer(hall, actor.Pay))
			return &pb.PrepareBatchRequest{Policy: policyName, Digest: digest[:]}
		}},
		desk + "ApproveBatch":  province(batch, func(c *cell) proto.Message { return &pb.ApproveBatchRequest{Id: c.target} }, maker),
		desk + "WithdrawBatch": province(batch, func(c *cell) proto.Message { return &pb.WithdrawBatchRequest{Id: c.target} }, maker),
		desk + "ListBatches":   {request: func(*cell) proto.Message { return &pb.ListBatchesRequest{Policy: policyName} }},
		desk + "ListLatePayouts": {request: func(c *cell) proto.Message {
			from, to := days(c)
			return &pb.ListLatePayoutsRequest{Policy: policyName, From: from, To: to}
		}},
		desk + "ListPayoutTasks": {request: func(*cell) proto.Message { return &pb.ListPayoutTasksRequest{} }},
		desk + "ListPayouts":     {request: func(*cell) proto.Message { return &pb.ListPayoutsRequest{Policy: policyName} }},
		desk + "FindPayouts": {
			target: byNumber, guess: freeNumber,
			open: map[relation]string{unlinked: "a pass whose permit was cut off belongs to no region"},
			request: func(c *cell) proto.Message {
				return &pb.FindPayoutsRequest{Document: ref(c.target), Purpose: "a matter"}
			},
		},
		desk + "ClosePayoutTask": province(difference, func(c *cell) proto.Message {
			return &pb.ClosePayoutTaskRequest{Id: c.target, Note: "looked into"}
		}),
		desk + "FundPolicy": {request: func(c *cell) proto.Message {
			c.made++
			return &pb.FundPolicyRequest{Policy: policyName, Fen: 100, Paper: fmt.Sprintf("grant-%d", c.made)}
		}},
		"subsidy.v1.SubsidyAuditService/ExportDecision": {
			target: decision, extra: []relation{guessed},
			request: func(c *cell) proto.Message { return &pb.ExportDecisionRequest{Id: c.target, Reason: "a sample"} },
		},
		"subsidy.v1.PaymentEventService/ReportPayment": {request: func(c *cell) proto.Message { return c.event() }},
	}
}
