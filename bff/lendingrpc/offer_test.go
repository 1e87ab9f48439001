package lendingrpc_test

import (
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
)

// TestOffersThatAreGone: an offer that was superseded, declined, or is over cannot be
// accepted, and the same answer again changes nothing.
func TestOffersThatAreGone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, _ := w.sent(t)
		answer := func(o *pb.Offer, accept bool) error {
			_, err := w.me.Lending.AnswerOffer(t.Context(), &pb.AnswerOfferRequest{Id: id, OfferId: o.GetId(), Accept: accept})
			return err
		}
		first := w.offered(t, id, 1_000_00, 7)
		second := w.offered(t, id, 2_000_00, 7)
		bfftest.Fails(t, "a superseded one", answer(first, true), "LENDING_OFFER_GONE")
		for range 2 {
			must(t, "decline", answer(second, false))
		}
		bfftest.Fails(t, "one that was declined", answer(second, true), "LENDING_OFFER_GONE")
		third := w.offered(t, id, 3_000_00, 0)
		w.Advance(24 * 60 * 60 * 1e9)
		w.again(t)
		bfftest.Fails(t, "one that is over", answer(third, true), "LENDING_OFFER_GONE")
		fourth := w.offered(t, id, 4_000_00, 1)
		for range 2 {
			must(t, "accept", answer(fourth, true))
		}
		bfftest.Fails(t, "decline what was accepted", answer(fourth, false), "LENDING_CASE_CLOSED")
		_, err := w.coast.LendingDesk.MakeOffer(t.Context(), &pb.MakeOfferRequest{Id: id, Fen: 1, Months: 1, LastDay: w.day(1)})
		bfftest.Fails(t, "offer after that", err, "LENDING_CASE_CLOSED")
	})
}

// TestOneAcceptance: while a bank offers anew again and again, a person accepts whatever
// stands: one offer is accepted, and it is the last.
func TestOneAcceptance(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, _ := w.sent(t)
		w.offered(t, id, 1, 7)
		var both sync.WaitGroup
		both.Go(func() {
			for i := range 20 {
				_, err := w.coast.LendingDesk.MakeOffer(t.Context(), &pb.MakeOfferRequest{Id: id, Fen: int64(i + 2), Months: 1, LastDay: w.day(7)})
				if err != nil {
					bfftest.Fails(t, "offer", err, "LENDING_CASE_CLOSED")
				}
			}
		})
		both.Go(func() {
			for range 20 {
				mine, err := w.me.Lending.GetCase(t.Context(), &pb.GetCaseRequest{Id: id})
				must(t, "look", err)
				_, err = w.me.Lending.AnswerOffer(t.Context(), &pb.AnswerOfferRequest{Id: id, OfferId: mine.GetCase().GetOffers()[0].GetId(), Accept: true})
				if err == nil {
					return
				}
				bfftest.Fails(t, "accept", err, "LENDING_OFFER_GONE")
			}
		})
		both.Wait()
		mine, err := w.me.Lending.GetCase(t.Context(), &pb.GetCaseRequest{Id: id})
		must(t, "look", err)
		for i, o := range mine.GetCase().GetOffers() {
			accepted := o.GetState() == pb.OfferState_OFFER_STATE_ACCEPTED
			standing := o.GetState() == pb.OfferState_OFFER_STATE_STANDING
			if i == 0 && !accepted && !standing || i > 0 && (accepted || standing) {
				t.Errorf("offer %d of %d is %v", i, len(mine.GetCase().GetOffers()), o.GetState())
			}
		}
	})
}

// TestOutcomes: no loan is paid out that nobody accepted, nor more than was, and a case that
// ended stays so.
func TestOutcomes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, _ := w.sent(t)
		end := func(fen int64, answer string) error {
			_, err := w.coast.LendingDesk.CloseCase(t.Context(), &pb.CloseCaseRequest{Id: id, GrantedFen: fen, Answer: answer})
			return err
		}
		bfftest.Fails(t, "pay out what nobody accepted", end(1, ""), "LENDING_NOT_ACCEPTED")
		bfftest.Fails(t, "refuse without a reason", end(0, ""), "LENDING_OUTCOME_WRONG")
		o := w.offered(t, id, 1_000_00, 7)
		_, err := w.me.Lending.AnswerOffer(t.Context(), &pb.AnswerOfferRequest{Id: id, OfferId: o.GetId(), Accept: true})
		must(t, "accept", err)
		bfftest.Fails(t, "more than was accepted", end(1_000_01, ""), "LENDING_OUTCOME_WRONG")
		bfftest.Fails(t, "pay out, and refuse", end(1, "no"), "LENDING_OUTCOME_WRONG")
		_, err = w.me.Lending.WithdrawCase(t.Context(), &pb.WithdrawCaseRequest{Id: id})
		must(t, "withdraw", err)
		bfftest.Fails(t, "pay out what was withdrawn", end(1_000_00, ""), "LENDING_CASE_CLOSED")
		_, err = w.me.Lending.AddNote(t.Context(), &pb.AddNoteRequest{Id: id, Words: said("雀 more")})
		bfftest.Fails(t, "say more", err, "LENDING_CASE_CLOSED")
		w.figures(t, &pb.LendingMonth{Sent: 1, Offers: 1, Accepted: 1, Withdrawn: 1})
		again, err := w.me.Lending.SendNeed(t.Context(), &pb.SendNeedRequest{Need: need(), Products: []string{taixiangdai}})
		if err != nil || again.GetCases()[0].GetId() == id {
			t.Errorf("sent anew it is %v (%v)", again, err)
		}
	})
}

// TestSend: a need goes to all chosen banks or to none, and once to each.
func TestSend(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		send := func(n *pb.Need, products ...string) (*pb.SendNeedResponse, error) {
			return w.me.Lending.SendNeed(t.Context(), &pb.SendNeedRequest{Need: n, Products: products})
		}
		_, err := send(need(), taixiangdai)
		bfftest.Fails(t, "no authorisation", err, "CONSENT_NOT_VALID")
		w.authorise(t, coast)
		_, err = send(need(), taixiangdai, "gold")
		bfftest.Fails(t, "no product", err, "LENDING_PRODUCT_UNKNOWN")
		_, err = send(need(), taixiangdai, tainon)
		bfftest.Fails(t, "one that does not fit", err, "LENDING_PRODUCT_UNFIT")
		farm := need()
		farm.Use, farm.Fen = pb.Use_USE_AGRICULTURE, 60_000_00
		_, err = send(farm, tainon)
		bfftest.Fails(t, "another bank", err, "CONSENT_NOT_VALID")
		list, err := w.me.Lending.GetCases(t.Context(), &pb.GetCasesRequest{})
		if err != nil || len(list.GetCases()) != 0 {
			t.Errorf("of what was refused %v is there (%v)", list, err)
		}
		var same []string
		for range 2 {
			got, err := send(need(), taixiangdai, "taibaoka")
			must(t, "send", err)
			same = append(same, got.GetCases()[0].GetId())
		}
		if same[0] != same[1] {
			t.Error("one need was sent twice")
		}
	})
}
