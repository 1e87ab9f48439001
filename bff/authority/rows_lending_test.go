package authority_test

import (
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
)

// Two departments that lend: one to persons, and one to firms.
var (
	bank     = staff.Office{ID: "coast-bank", Name: "Coast bank", Department: "coast-bank", DepartmentName: "Coast bank", Area: here}
	firmBank = staff.Office{ID: "strait-bank", Name: "Strait bank", Department: "strait-bank", DepartmentName: "Strait bank", Area: here}
)

// lendingTerms let a bank see cases.
func (h *house) lendingTerms(c bfftest.Clients, to staff.Office) *consentv1.GiveConsentRequest {
	h.t.Helper()
	text, err := c.Consent.GetConsentText(h.t.Context(), &consentv1.GetConsentTextRequest{Purpose: "lending"})
	h.must("read the text", err)
	return &consentv1.GiveConsentRequest{
		PartyId: to.Department, Purpose: "lending", Scopes: []string{"loan_case"}, ExpireTime: h.inAnHour(), TextVersion: text.GetVersion(),
	}
}

// lacking is what somebody needs, in the own words.
func lacking(words string) *pb.Need {
	return &pb.Need{Fen: 10_000_00, Months: 12, Use: pb.Use_USE_CONSUMPTION, Words: words}
}

// lends authorises the bank.
func (h *house) lends(of side) {
	h.t.Helper()
	client := h.holder(of)
	_, err := client.Consent.GiveConsent(h.t.Context(), h.lendingTerms(client, bank))
	h.must("authorise a bank", err)
}

// lentTo is a case that somebody sent to the bank.
func lentTo(c *cell, of side) string {
	c.t.Helper()
	c.lends(of)
	got, err := c.holder(of).Lending.SendNeed(c.t.Context(), &pb.SendNeedRequest{Need: lacking(of.canary()), Products: []string{"taibaoka"}})
	c.must("send a need", err)
	return got.GetCases()[0].GetId()
}

// lentPaper is a case and a paper in it.
func lentPaper(c *cell, of side) string {
	c.t.Helper()
	id := lentTo(c, of)
	got, err := c.holder(of).Lending.AddNote(c.t.Context(), &pb.AddNoteRequest{Id: id, Words: &pb.Words{Paper: &pb.Paper{
		Name: of.canary() + ".pdf", Content: []byte("%PDF-1.7\n%%EOF\n"),
	}}})
	c.must("put a paper in", err)
	return id + "/" + got.GetNote().GetId()
}

// lentOffer is a case and an offer that stands in it.
func lentOffer(c *cell, of side) string {
	c.t.Helper()
	id := lentTo(c, of)
	got, err := c.as(c.officer(bank, actor.Review)).LendingDesk.MakeOffer(c.t.Context(), &pb.MakeOfferRequest{
		Id: id, Fen: 1, Months: 1, LastDay: c.Now().AddDate(0, 0, 2).Format("2006-01-02"),
	})
	c.must("make an offer", err)
	return id + "/" + got.GetOffer().GetId()
}

// lendingFirm is a firm that authorised its bank.
func lendingFirm(c *cell, of side) string {
	c.t.Helper()
	firm, client := c.firm(of), c.holder(of)
	_, err := client.Consent.GiveFirmConsent(c.t.Context(), &consentv1.GiveFirmConsentRequest{FirmId: firm, Consent: c.lendingTerms(client, firmBank)})
	c.must("authorise a bank for a firm", err)
	return firm
}

func lendingRows() map[string]row {
	const people, desk = "lending.v1.LendingService/", "lending.v1.LendingDeskService/"
	pair := func(*cell) string { return uuid.NewString() + "/" + uuid.NewString() }
	split := func(c *cell) (string, string) {
		first, second, _ := strings.Cut(c.target, "/")
		return first, second
	}
	firm := &pb.Need{Fen: 200_000_00, Months: 12, Use: pb.Use_USE_AGRICULTURE}
	return map[string]row{
		people + "ListProducts":  {request: func(*cell) proto.Message { return &pb.ListProductsRequest{} }},
		people + "MatchProducts": {request: func(*cell) proto.Message { return &pb.MatchProductsRequest{Need: lacking("a bed")} }},
		people + "MatchFirmProducts": {
			target:  func(c *cell, of side) string { return c.firm(of) },
			request: func(c *cell) proto.Message { return &pb.MatchFirmProductsRequest{FirmId: c.target, Need: firm} },
		},
		people + "SendNeed": {
			mark: lentTo, request: func(c *cell) proto.Message {
				if c.me != nil && c.rel == own {
					c.lends(side{c.me, false})
				}
				return &pb.SendNeedRequest{Need: lacking("a bed"), Products: []string{"taibaoka"}}
			},
		},
		people + "SendFirmNeed": {
			target: lendingFirm,
			request: func(c *cell) proto.Message {
				return &pb.SendFirmNeedRequest{FirmId: c.target, Need: firm, Products: []string{"tainongdai"}}
			},
		},
		people + "GetCases": {mark: lentTo, request: func(*cell) proto.Message { return &pb.GetCasesRequest{} }},
		people + "GetFirmCases": {
			target:  func(c *cell, of side) string { return c.firm(of) },
			request: func(c *cell) proto.Message { return &pb.GetFirmCasesRequest{FirmId: c.target} },
		},
		people + "GetCase": {
			target: lentTo, shows: true,
			request: func(c *cell) proto.Message { return &pb.GetCaseRequest{Id: c.target} },
		},
		people + "AddNote": {
			target:  lentTo,
			request: func(c *cell) proto.Message { return &pb.AddNoteRequest{Id: c.target, Words: &pb.Words{Text: "more"}} },
		},
		people + "GetPaper": {
			target: lentPaper, guess: pair, shows: true,
			request: func(c *cell) proto.Message {
				id, note := split(c)
				return &pb.GetPaperRequest{Id: id, NoteId: note}
			},
		},
		people + "AnswerOffer": {
			target: lentOffer, guess: pair, shows: true,
			request: func(c *cell) proto.Message {
				id, offer := split(c)
				return &pb.AnswerOfferRequest{Id: id, OfferId: offer, Accept: true}
			},
		},
		people + "WithdrawCase": {
			target: lentTo, shows: true,
			request: func(c *cell) proto.Message { return &pb.WithdrawCaseRequest{Id: c.target} },
		},
		desk + "ListCases": {
			office: &bank, list: true, target: lentTo,
			request: func(*cell) proto.Message { return &pb.ListCasesRequest{PageSize: 100} },
		},
		desk + "OpenCase": {
			office: &bank, shows: true, target: lentTo,
			request: func(c *cell) proto.Message { return &pb.OpenCaseRequest{Id: c.target} },
		},
		desk + "ReadPaper": {
			office: &bank, shows: true, target: lentPaper, guess: pair,
			request: func(c *cell) proto.Message {
				id, note := split(c)
				return &pb.ReadPaperRequest{Id: id, NoteId: note}
			},
		},
		desk + "AddBankNote": {
			office: &bank, target: lentTo,
			request: func(c *cell) proto.Message {
				return &pb.AddBankNoteRequest{Id: c.target, Words: &pb.Words{Text: "more"}}
			},
		},
		desk + "MakeOffer": {
			office: &bank, target: lentTo,
			request: func(c *cell) proto.Message {
				return &pb.MakeOfferRequest{Id: c.target, Fen: 1, Months: 1, LastDay: c.Now().AddDate(0, 0, 2).Format("2006-01-02")}
			},
		},
		desk + "CloseCase": {
			office: &bank, target: lentTo,
			request: func(c *cell) proto.Message { return &pb.CloseCaseRequest{Id: c.target, Answer: "no"} },
		},
		"lending.v1.LendingAuditService/GetLendingFigures": {request: func(c *cell) proto.Message {
			month := c.Now().Format("2006-01")
			return &pb.GetLendingFiguresRequest{From: month, To: month}
		}},
	}
}
