package authority_test

import (
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	creditv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/finance/v1"
)

// lenders is the department that decides on certificates for lenders.
var lenders = staff.Office{ID: "finance", Name: "Finance", Department: finance.Owner, DepartmentName: "Finance", Area: here}

// applied is an application on a report that somebody authorised.
func applied(c *cell, of side) string {
	c.t.Helper()
	got, err := c.holder(of).Finance.ApplyCertificate(c.t.Context(), &pb.ApplyCertificateRequest{
		ReportId: c.report(of, finance.Owner).GetId(), Purpose: of.canary(),
	})
	c.must("apply for a certificate", err)
	return got.GetApplication().GetId()
}

// approvable is an application that another officer reviewed.
func approvable(c *cell, of side) string {
	c.t.Helper()
	id := applied(c, of)
	_, err := c.as(c.officer(lenders, actor.Review)).FinanceDesk.ReviewApplication(c.t.Context(), &pb.ReviewApplicationRequest{Id: id, Finding: of.canary()})
	c.must("review an application", err)
	return id
}

// certified is an application that made a certificate.
func certified(c *cell, of side) string {
	c.t.Helper()
	id := approvable(c, of)
	_, err := c.as(c.officer(lenders, actor.Review)).FinanceDesk.DecideApplication(c.t.Context(), &pb.DecideApplicationRequest{Id: id, Approve: true, Answer: "in order"})
	c.must("approve an application", err)
	return id
}

// reportedToLenders is a firm and a version of its report, as a slash splits them.
func reportedToLenders(c *cell, of side) string {
	c.t.Helper()
	firm, client := c.firm(of), c.holder(of)
	given, err := client.Consent.GiveFirmConsent(c.t.Context(), &consentv1.GiveFirmConsentRequest{FirmId: firm, Consent: c.creditTerms(client, finance.Owner)})
	c.must("authorise a report on a firm", err)
	got, err := client.Credit.ObtainFirmReport(c.t.Context(), &creditv1.ObtainFirmReportRequest{FirmId: firm, ConsentId: given.GetConsent().GetId()})
	c.must("obtain a report on a firm", err)
	return firm + "/" + got.GetReport().GetId()
}

// appliedFirm is a firm and its application.
func appliedFirm(c *cell, of side) string {
	c.t.Helper()
	firm, report, _ := strings.Cut(reportedToLenders(c, of), "/")
	got, err := c.holder(of).Finance.ApplyFirmCertificate(c.t.Context(), &pb.ApplyFirmCertificateRequest{FirmId: firm, ReportId: report, Purpose: of.canary()})
	c.must("apply for a firm", err)
	return firm + "/" + got.GetApplication().GetId()
}

func financeRows() map[string]row {
	const people, desk = "finance.v1.FinanceService/", "finance.v1.FinanceDeskService/"
	pair := func(*cell) string { return uuid.NewString() + "/" + uuid.NewString() }
	return map[string]row{
		people + "ApplyCertificate": {
			target: func(c *cell, of side) string { return c.report(of, finance.Owner).GetId() },
			request: func(c *cell) proto.Message {
				return &pb.ApplyCertificateRequest{ReportId: c.target, Purpose: "a shop"}
			},
		},
		people + "ApplyFirmCertificate": {
			target: reportedToLenders, guess: pair,
			request: func(c *cell) proto.Message {
				firm, id, _ := strings.Cut(c.target, "/")
				return &pb.ApplyFirmCertificateRequest{FirmId: firm, ReportId: id, Purpose: "a shop"}
			},
		},
		people + "GetApplications": {mark: applied, request: func(*cell) proto.Message { return &pb.GetApplicationsRequest{} }},
		people + "GetFirmApplications": {
			target:  func(c *cell, of side) string { return c.firm(of) },
			request: func(c *cell) proto.Message { return &pb.GetFirmApplicationsRequest{FirmId: c.target} },
		},
		people + "WithdrawApplication": {
			target: applied, shows: true,
			request: func(c *cell) proto.Message { return &pb.WithdrawApplicationRequest{Id: c.target} },
		},
		people + "WithdrawFirmApplication": {
			target: appliedFirm, guess: pair,
			request: func(c *cell) proto.Message {
				firm, id, _ := strings.Cut(c.target, "/")
				return &pb.WithdrawFirmApplicationRequest{FirmId: firm, Id: id}
			},
		},
		desk + "ListApplications": {
			office: &lenders, shows: true, list: true, target: applied,
			request: func(*cell) proto.Message { return &pb.ListApplicationsRequest{PageSize: 100} },
		},
		desk + "ReviewApplication": {
			office: &lenders, shows: true, target: applied, leaves: "each try to read the report is written down for its subject to see",
			request: func(c *cell) proto.Message { return &pb.ReviewApplicationRequest{Id: c.target, Finding: "in order"} },
		},
		desk + "DecideApplication": {
			office: &lenders, shows: true, target: approvable, leaves: "as ReviewApplication",
			request: func(c *cell) proto.Message {
				return &pb.DecideApplicationRequest{Id: c.target, Approve: true, Answer: "in order"}
			},
		},
		desk + "RevokeCertificate": {
			office: &lenders, shows: true, target: certified,
			request: func(c *cell) proto.Message { return &pb.RevokeCertificateRequest{Id: c.target, Reason: "wrong"} },
		},
		"finance.v1.FinanceAuditService/GetFinanceFigures": {request: func(c *cell) proto.Message {
			month := c.Now().Format("2006-01")
			return &pb.GetFinanceFiguresRequest{From: month, To: month}
		}},
	}
}
