package authority_test

import (
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
)

// licensed has a source hold a licence under a document, with a canary.
func (h *house) licensed(number, canary string) {
	h.Sandbox.SetCreditFacts("licences", number, []upstream.CreditFact{{Reference: canary, Day: calendar.On(h.Now()), Fields: []upstream.CreditField{
		{Name: "licence", Kind: upstream.CreditText, Text: canary}, {Name: "valid_to", Kind: upstream.CreditDay, Text: "2099-01-01"},
		{Name: "state", Kind: upstream.CreditCode, Text: "in_force"},
	}}})
}

// creditTerms are what an authorisation of a report for a department says.
func (h *house) creditTerms(c bfftest.Clients, party string) *consentv1.GiveConsentRequest {
	h.t.Helper()
	text, err := c.Consent.GetConsentText(h.t.Context(), &consentv1.GetConsentTextRequest{Purpose: "credit_report"})
	h.must("read the text", err)
	return &consentv1.GiveConsentRequest{
		PartyId: party, Purpose: "credit_report", Scopes: []string{"licences"}, ExpireTime: h.inAnHour(), TextVersion: text.GetVersion(),
	}
}

// creditConsent lets a department have a report.
func (h *house) creditConsent(s side, party string) string {
	h.t.Helper()
	h.licensed(s.number(), s.canary())
	c := h.holder(s)
	got, err := c.Consent.GiveConsent(h.t.Context(), h.creditTerms(c, party))
	h.must("authorise a report", err)
	return got.GetConsent().GetId()
}

// report is one that somebody obtained for a department.
func (h *house) report(s side, party string) *pb.Report {
	h.t.Helper()
	got, err := h.holder(s).Credit.ObtainReport(h.t.Context(), &pb.ObtainReportRequest{ConsentId: h.creditConsent(s, party)})
	h.must("obtain a report", err)
	return got.GetReport()
}

// creditQuery is the query by which somebody obtained a report.
func creditQuery(c *cell, of side) string {
	c.t.Helper()
	c.report(of, hall.Department)
	list, err := c.holder(of).Credit.ListQueries(c.t.Context(), &pb.ListQueriesRequest{PageSize: 1})
	c.must("list queries", err)
	return list.GetQueries()[0].GetId()
}

// authorisedFirm is a firm and an authorisation of it, as a slash splits them.
func authorisedFirm(c *cell, of side) string {
	c.t.Helper()
	firm := c.firm(of)
	return firm + "/" + c.firmCreditConsent(of, firm)
}

func (h *house) firmCreditConsent(s side, firm string) string {
	h.t.Helper()
	c := h.holder(s)
	got, err := c.Consent.GiveFirmConsent(h.t.Context(), &consentv1.GiveFirmConsentRequest{FirmId: firm, Consent: h.creditTerms(c, hall.Department)})
	h.must("authorise a report on a firm", err)
	return got.GetConsent().GetId()
}

// reportedFirm is a firm and a version of its report.
func reportedFirm(c *cell, of side) string {
	c.t.Helper()
	firm := c.firm(of)
	return firm + "/" + c.firmReport(of, firm)
}

func (h *house) firmReport(s side, firm string) string {
	h.t.Helper()
	got, err := h.holder(s).Credit.ObtainFirmReport(h.t.Context(), &pb.ObtainFirmReportRequest{FirmId: firm, ConsentId: h.firmCreditConsent(s, firm)})
	h.must("obtain a report on a firm", err)
	return got.GetReport().GetId()
}

// reportForHall is a report for which the hall is authorised; for another department; or
// was, until it was taken back.
func reportForHall(c *cell, of side) string {
	c.t.Helper()
	party := hall.Department
	if c.rel == another {
		party = tax.Department
	}
	r := c.report(of, party)
	if c.rel == consentOver {
		c.takeBack(of, r.GetConsentId())
	}
	return r.GetId()
}

func creditRows() map[string]row {
	const service, desk, try = "credit.v1.CreditService/", "credit.v1.CreditDeskService/", "each try is written down for its subject to see"
	toHall := func(c *cell, of side) string { return c.creditConsent(of, hall.Department) }
	pair := func(*cell) string { return uuid.NewString() + "/" + uuid.NewString() }
	return map[string]row{
		service + "ObtainReport": {
			target: toHall, leaves: try, shows: true,
			request: func(c *cell) proto.Message { return &pb.ObtainReportRequest{ConsentId: c.target} },
		},
		service + "ObtainFirmReport": {
			target: authorisedFirm, guess: pair,
			request: func(c *cell) proto.Message {
				firm, consent, _ := strings.Cut(c.target, "/")
				return &pb.ObtainFirmReportRequest{FirmId: firm, ConsentId: consent}
			},
		},
		service + "GetReport": {
			target: func(c *cell, of side) string { return c.report(of, hall.Department).GetId() }, shows: true,
			request: func(c *cell) proto.Message { return &pb.GetReportRequest{Id: c.target} },
		},
		service + "GetFirmReport": {
			target: reportedFirm, guess: pair,
			request: func(c *cell) proto.Message {
				firm, id, _ := strings.Cut(c.target, "/")
				return &pb.GetFirmReportRequest{FirmId: firm, Id: id}
			},
		},
		service + "DownloadReport": {
			target:  func(c *cell, of side) string { return c.report(of, hall.Department).GetId() },
			request: func(c *cell) proto.Message { return &pb.DownloadReportRequest{Id: c.target} },
		},
		service + "DownloadFirmReport": {
			target: reportedFirm, guess: pair,
			request: func(c *cell) proto.Message {
				firm, id, _ := strings.Cut(c.target, "/")
				return &pb.DownloadFirmReportRequest{FirmId: firm, Id: id}
			},
		},
		service + "ListQueries": {mark: creditQuery, request: func(*cell) proto.Message { return &pb.ListQueriesRequest{} }},
		service + "ListFirmQueries": {
			target:  func(c *cell, of side) string { return c.firm(of) },
			request: func(c *cell) proto.Message { return &pb.ListFirmQueriesRequest{FirmId: c.target} },
		},
		desk + "ReadReport": {
			target: reportForHall, extra: []relation{another, consentOver}, leaves: try, shows: true,
			open: map[relation]string{another: "who reaches the file is told that no consent holds"},
			request: func(c *cell) proto.Message {
				return &pb.ReadReportRequest{Document: ref(c.number()), Purpose: "a matter"}
			},
		},
		"credit.v1.CreditAuditService/GetFigures": {request: func(c *cell) proto.Message {
			day := calendar.On(c.Now()).String()
			return &pb.GetFiguresRequest{From: day, To: day}
		}},
	}
}
