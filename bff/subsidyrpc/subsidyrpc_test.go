package subsidyrpc_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	noticev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/subsidy/v1"
)

const policy = "pingtan_iit"

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// authorise lets the officer's department ask about the caller's file.
func authorise(t *testing.T, s *bfftest.Server, c bfftest.Clients) {
	t.Helper()
	offers, err := c.Consent.ListOffers(t.Context(), &consentv1.ListOffersRequest{})
	must(t, "list offers", err)
	text, err := c.Consent.GetConsentText(t.Context(), &consentv1.GetConsentTextRequest{Purpose: "subsidy_payment"})
	must(t, "read the text", err)
	for _, o := range offers.GetOffers() {
		if o.GetPurpose() != "subsidy_payment" {
			continue
		}
		_, err := c.Consent.GiveConsent(t.Context(), &consentv1.GiveConsentRequest{
			PartyId: o.GetPartyId(), Purpose: o.GetPurpose(), Scopes: o.GetScopes(), ExpireTime: timestamppb.New(s.Now().AddDate(0, 6, 0)),
			TextVersion: text.GetVersion(),
		})
		must(t, "authorise", err)
		return
	}
	t.Fatal("nobody offers it")
}

// worksInPingtan is what authorities know of somebody for 2025: 24,000.00 of tax on wages.
func worksInPingtan(s *bfftest.Server, p synthetic.Person) {
	number := p.Passes[0].Number
	s.Sandbox.SetTaxPayments(number, 2025, []upstream.TaxPayment{
		{Receipt: "R1", Category: "wages", Area: "350128", Paid: bfftest.Start, PaidFen: 2_508_000, RefundedFen: 108_000},
		{Receipt: "R2", Category: "interest", Area: "350128", Paid: bfftest.Start, PaidFen: 200_000},
	})
	s.Sandbox.SetEngagement(number, 2025, upstream.Engagement{Known: true, Areas: []string{"350128"}})
	s.Sandbox.SetMainlandDays(number, 2025, 200)
	s.Sandbox.AddAccount(upstream.BankAccount, "6222000000000001", p.Names.Mainland, number)
}

// TestFromAuthorisationToMoney: a person authorises it and names an account; two officers
// have it paid; the person reads in Taiwan's script what came and why, and an auditor takes
// out what it rests on.
func TestFromAuthorisationToMoney(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		worksInPingtan(s, p)
		maker, checker := s.Clients(s.Officer(t, "maker", actor.Pay), "en"), s.Clients(s.Officer(t, "checker", actor.Pay), "en")
		me := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW")

		empty, err := me.Subsidy.ListSubsidies(t.Context(), &pb.ListSubsidiesRequest{})
		must(t, "look before", err)
		if len(empty.GetHolds()) != 1 || empty.GetHolds()[0].GetWhy() != "no_consent" || empty.GetAccount() != nil {
			t.Errorf("before: %v, want that it is not authorised", empty)
		}
		authorise(t, s, me)
		set, err := me.Subsidy.SetPayeeAccount(t.Context(), &pb.SetPayeeAccountRequest{Kind: pb.AccountKind_ACCOUNT_KIND_BANK_ACCOUNT, Number: "6222000000000001"})
		must(t, "name an account", err)
		if set.GetAccount().GetTail() != "0001" {
			t.Errorf("the account is shown as %q", set.GetAccount().GetTail())
		}
		_, err = s.Subsidies.Run(t.Context(), policy, "2025", 10, func(subsidy.Tally) {})
		must(t, "decide", err)
		b := paid(t, s, maker, checker)
		got, err := me.Subsidy.ListSubsidies(t.Context(), &pb.ListSubsidiesRequest{})
		must(t, "look", err)
		shows(t, got)

		auditor := s.Clients(s.Officer(t, "auditor", actor.Audit), "en")
		out, err := auditor.Decisions.ExportDecision(t.Context(), &pb.ExportDecisionRequest{Id: got.GetDecisions()[0].GetId(), Reason: "a sample"})
		must(t, "export", err)
		must(t, "check", subsidy.Check(t.Context(), subsidy.Policies(), out.GetJson()))
		list, err := checker.Payouts.ListBatches(t.Context(), &pb.ListBatchesRequest{Policy: policy})
		if err != nil || len(list.GetBatches()) != 1 || list.GetBatches()[0].GetId() != b.GetId() {
			t.Errorf("%v and %v, want the one batch", list, err)
		}
		promise(t, s, me)
		found(t, checker, p, got.GetPayouts()[0].GetId())
	})
}

// found wants a desk to find the payout by the payee's document, and by its state.
func found(t *testing.T, desk bfftest.Clients, p synthetic.Person, id string) {
	t.Helper()
	byPayee, err := desk.Payouts.FindPayouts(t.Context(), &pb.FindPayoutsRequest{
		Document: &commonv1.DocumentRef{Number: p.Passes[0].Number}, Purpose: "a question at the window",
	})
	must(t, "find", err)
	byState, err := desk.Payouts.ListPayouts(t.Context(), &pb.ListPayoutsRequest{Policy: policy, States: []pb.PayoutState{pb.PayoutState_PAYOUT_STATE_PAID}})
	must(t, "list", err)
	for _, list := range [][]*pb.Payout{byPayee.GetPayouts(), byState.GetPayouts()} {
		if len(list) != 1 || list[0].GetId() != id {
			t.Errorf("%d payouts found, want the one", len(list))
		}
	}
	none, err := desk.Payouts.ListPayouts(t.Context(), &pb.ListPayoutsRequest{Policy: policy, States: []pb.PayoutState{pb.PayoutState_PAYOUT_STATE_UNKNOWN}})
	if err != nil || len(none.GetPayouts()) > 0 {
		t.Errorf("%d of an end that nobody knows, %v", len(none.GetPayouts()), err)
	}
}

// TestObject: somebody objects to what was paid, and sees until when, by when and what is
// answered; whoever paid it does not answer, and another officer does, once. No words of
// either are in a refusal.
func TestObject(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		worksInPingtan(s, p)
		maker, checker := s.Clients(s.Officer(t, "maker", actor.Pay), "en"), s.Clients(s.Officer(t, "checker", actor.Pay, actor.Review), "en")
		reviewer, me := s.Clients(s.Officer(t, "reviewer", actor.Review), "en"), s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW")
		authorise(t, s, me)
		_, err := me.Subsidy.SetPayeeAccount(t.Context(), &pb.SetPayeeAccountRequest{Kind: pb.AccountKind_ACCOUNT_KIND_BANK_ACCOUNT, Number: "6222000000000001"})
		must(t, "name an account", err)
		_, err = s.Subsidies.Run(t.Context(), policy, "2025", 10, func(subsidy.Tally) {})
		must(t, "decide", err)
		paid(t, s, maker, checker)
		before := look(t, me)
		if before.GetObjection() != nil || !before.GetObjectUntilTime().AsTime().After(s.Now().AddDate(0, 0, 60)) {
			t.Errorf("before: %v, until %v", before.GetObjection(), before.GetObjectUntilTime().AsTime())
		}
		file := &pb.FileObjectionRequest{DecisionId: before.GetId(), Reason: "雀 too little"}
		filed, err := me.Subsidy.FileObjection(t.Context(), file)
		must(t, "object", err)
		if o := filed.GetObjection(); o.GetState() != pb.ObjectionState_OBJECTION_STATE_OPEN || !o.GetIllustrative() || !o.GetDueTime().AsTime().After(s.Now()) {
			t.Errorf("filed: %v", o)
		}
		queue, err := reviewer.Payouts.ListObjections(t.Context(), &pb.ListObjectionsRequest{})
		must(t, "list objections", err)
		if len(queue.GetObjections()) != 1 || queue.GetObjections()[0].GetDecision().GetFen() != 480_000 ||
			queue.GetObjections()[0].GetObjection().GetReason() != file.GetReason() || queue.GetObjections()[0].GetLate() {
			t.Fatalf("%v, want the one", queue)
		}
		answer := &pb.DecideObjectionRequest{Id: filed.GetObjection().GetId(), Answer: "雀 a fifth"}
		_, err = checker.Payouts.DecideObjection(t.Context(), answer)
		refused(t, "whoever paid it", err, "MAKER_IS_CHECKER")
		_, err = maker.Payouts.DecideObjection(t.Context(), answer)
		refused(t, "without the duty", err, "NOT_ALLOWED")
		decided, err := reviewer.Payouts.DecideObjection(t.Context(), answer)
		must(t, "answer", err)
		if o := look(t, me).GetObjection(); !proto.Equal(o, decided.GetObjection()) || o.GetState() != pb.ObjectionState_OBJECTION_STATE_DISMISSED ||
			o.GetAnswer() != answer.GetAnswer() || o.GetDecideTime() == nil {
			t.Errorf("shown: %v, answered: %v", o, decided)
		}
		_, err = reviewer.Payouts.DecideObjection(t.Context(), &pb.DecideObjectionRequest{Id: answer.GetId(), Upheld: true, Answer: "雀 no"})
		refused(t, "a second answer", err, "SUBSIDY_OBJECTION_DECIDED")
		_, err = me.Subsidy.FileObjection(t.Context(), file)
		refused(t, "filing what was answered", err, "SUBSIDY_OBJECTION_DECIDED")
		told, err := me.Notice.ListNotices(t.Context(), &noticev1.ListNoticesRequest{})
		must(t, "list notices", err)
		if n := told.GetNotices()[0]; !strings.Contains(n.GetBody(), "2025 年度補貼核定的異議不成立") {
			t.Errorf("told %v", n)
		}
		tooMuch := &pb.FileObjectionRequest{DecisionId: before.GetId(), Reason: strings.Repeat("雀", 1001)}
		_, err = me.Subsidy.FileObjection(t.Context(), tooMuch)
		refused(t, "too many words", err, "REQUEST_INVALID")
		_, err = me.Subsidy.FileObjection(t.Context(), &pb.FileObjectionRequest{DecisionId: before.GetId()})
		refused(t, "no word", err, "REQUEST_INVALID")
	})
}

// look is the one decision that holds.
func look(t *testing.T, c bfftest.Clients) *pb.Decision {
	t.Helper()
	got, err := c.Subsidy.ListSubsidies(t.Context(), &pb.ListSubsidiesRequest{})
	must(t, "look", err)
	if len(got.GetDecisions()) != 1 || len(got.GetOvertakenObjections()) != 0 {
		t.Fatalf("%v, want one decision", got)
	}
	return got.GetDecisions()[0]
}

// refused wants a refusal with a reason, and without what was said.
func refused(t *testing.T, what string, err error, reason string) {
	t.Helper()
	f := bfftest.Fails(t, what, err, reason)
	if strings.Contains(fmt.Sprint(err, f), "雀") {
		t.Errorf("%s: %v tells what was said", what, err)
	}
}

// paid has two officers pay what is due.
func paid(t *testing.T, s *bfftest.Server, maker, checker bfftest.Clients) *pb.Batch {
	t.Helper()
	_, err := maker.Payouts.FundPolicy(t.Context(), &pb.FundPolicyRequest{Policy: policy, Fen: 1_000_000, Paper: "2026-1"})
	must(t, "fund", err)
	v, err := maker.Payouts.PreviewBatch(t.Context(), &pb.PreviewBatchRequest{Policy: policy})
	must(t, "preview", err)
	if v.GetPayouts() != 1 || v.GetFen() != 480_000 || v.GetFreeFen() != 1_000_000 {
		t.Errorf("%v, want one of 4,800.00 and 10,000.00 to give", v)
	}
	prepared, err := maker.Payouts.PrepareBatch(t.Context(), &pb.PrepareBatchRequest{Policy: policy, Digest: v.GetDigest()})
	must(t, "prepare", err)
	approved, err := checker.Payouts.ApproveBatch(t.Context(), &pb.ApproveBatchRequest{Id: prepared.GetBatch().GetId()})
	must(t, "approve", err)
	must(t, "pay", s.Subsidies.Pay(t.Context(), approved.GetBatch().GetId()))
	return approved.GetBatch()
}

// shows wants the decision explained in Taiwan's script, and the money that came.
func shows(t *testing.T, got *pb.ListSubsidiesResponse) {
	t.Helper()
	if len(got.GetDecisions()) != 1 || len(got.GetPayouts()) != 1 || len(got.GetHolds()) != 0 {
		t.Fatalf("%v, want one decision and one payout", got)
	}
	d, p := got.GetDecisions()[0], got.GetPayouts()[0]
	if d.GetFen() != 480_000 || d.GetOutcome() != pb.Outcome_OUTCOME_ENTITLED || !d.GetIllustrative() || d.GetVoucher() == "" {
		t.Errorf("decided: %v", d)
	}
	if title := d.GetTitle().GetText(); !strings.Contains(title, "平潭臺灣居民") || d.GetTitle().GetLanguage() != "zh-Hant-TW" {
		t.Errorf("the title is %q", title)
	}
	if len(d.GetFigures()) == 0 || len(d.GetSteps()) == 0 || len(d.GetConditions()) != 3 {
		t.Errorf("%d figures, %d steps, %d conditions", len(d.GetFigures()), len(d.GetSteps()), len(d.GetConditions()))
	}
	if p.GetState() != pb.PayoutState_PAYOUT_STATE_PAID || p.GetFen() != 480_000 || p.GetSettleTime() == nil {
		t.Errorf("paid: %v", p)
	}
	if p.GetReference() == "" || p.GetAccount().GetTail() != "0001" || len(p.GetDecisionIds()) != 1 || p.GetDecisionIds()[0] != d.GetId() {
		t.Errorf("its receipt names %q, %q and %d decisions", p.GetReference(), p.GetAccount().GetTail(), len(p.GetDecisionIds()))
	}
	if len(d.GetCounted()) != 1 || d.GetCounted()[0].GetReceipt() != "R1" || d.GetCounted()[0].GetRefundedFen() != 108_000 || d.GetCounted()[0].GetDocumentId() == "" {
		t.Errorf("%d receipts counted, want that on wages", len(d.GetCounted()))
	}
}

// promise wants the public figure, whoever asks.
func promise(t *testing.T, s *bfftest.Server, c bfftest.Clients) {
	t.Helper()
	day := s.Now().Format("2006-01-02")
	got, err := c.Subsidy.GetPaymentPromise(t.Context(), &pb.GetPaymentPromiseRequest{Policy: policy, From: day, To: day})
	if err != nil || got.GetPromisedDays() != 5 || got.GetApproved() != 1 || got.GetWithin() != 1 {
		t.Errorf("%v and %v, want one of one in time", got, err)
	}
	_, err = c.Subsidy.GetPaymentPromise(t.Context(), &pb.GetPaymentPromiseRequest{Policy: policy, From: "2026-02-30", To: day})
	if err == nil || !strings.Contains(err.Error(), "invalid_argument") {
		t.Errorf("an impossible day: %v", err)
	}
}
