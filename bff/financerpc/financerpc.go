// Package financerpc translates the services of the finance credit certificate. It decides
// nothing.
package financerpc

import (
	"context"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/finance/v1"
)

// Handler implements the generated FinanceServiceHandler.
type Handler struct {
	Finance *finance.Service
}

// ApplyCertificate implements the procedure.
func (h *Handler) ApplyCertificate(ctx context.Context, req *pb.ApplyCertificateRequest) (*pb.ApplyCertificateResponse, error) {
	a, err := h.Finance.Apply(ctx, actor.From(ctx), credit.ReportID(req.GetReportId()), req.GetPurpose())
	if err != nil {
		return nil, err
	}
	return &pb.ApplyCertificateResponse{Application: toAPI(a, h.Finance.Now())}, nil
}

// ApplyFirmCertificate implements the procedure.
func (h *Handler) ApplyFirmCertificate(ctx context.Context, req *pb.ApplyFirmCertificateRequest) (*pb.ApplyFirmCertificateResponse, error) {
	a, err := h.Finance.ApplyForFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), credit.ReportID(req.GetReportId()), req.GetPurpose())
	if err != nil {
		return nil, err
	}
	return &pb.ApplyFirmCertificateResponse{Application: toAPI(a, h.Finance.Now())}, nil
}

// GetApplications implements the procedure.
func (h *Handler) GetApplications(ctx context.Context, _ *pb.GetApplicationsRequest) (*pb.GetApplicationsResponse, error) {
	list, err := h.Finance.Applications(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.GetApplicationsResponse{Applications: all(list, h.Finance.Now())}, nil
}

// GetFirmApplications implements the procedure.
func (h *Handler) GetFirmApplications(ctx context.Context, req *pb.GetFirmApplicationsRequest) (*pb.GetFirmApplicationsResponse, error) {
	list, err := h.Finance.ApplicationsOfFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()))
	if err != nil {
		return nil, err
	}
	return &pb.GetFirmApplicationsResponse{Applications: all(list, h.Finance.Now())}, nil
}

// WithdrawApplication implements the procedure.
func (h *Handler) WithdrawApplication(ctx context.Context, req *pb.WithdrawApplicationRequest) (*pb.WithdrawApplicationResponse, error) {
	a, err := h.Finance.Withdraw(ctx, actor.From(ctx), finance.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.WithdrawApplicationResponse{Application: toAPI(a, h.Finance.Now())}, nil
}

// WithdrawFirmApplication implements the procedure.
func (h *Handler) WithdrawFirmApplication(ctx context.Context, req *pb.WithdrawFirmApplicationRequest) (*pb.WithdrawFirmApplicationResponse, error) {
	a, err := h.Finance.WithdrawForFirm(ctx, actor.From(ctx), dossier.ID(req.GetFirmId()), finance.ID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.WithdrawFirmApplicationResponse{Application: toAPI(a, h.Finance.Now())}, nil
}

// Desk implements the generated FinanceDeskServiceHandler.
type Desk struct {
	Finance *finance.Service
	Cursors cursor.Codec
}

// queue names the list that a page token belongs to.
const queue = "finance_applications"

// ListApplications implements the procedure.
func (h *Desk) ListApplications(ctx context.Context, req *pb.ListApplicationsRequest) (*pb.ListApplicationsResponse, error) {
	by := actor.From(ctx)
	var after finance.Cursor
	if err := h.Cursors.Read(queue, by.ID(), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	found, next, err := h.Finance.Waiting(ctx, by, after, cursor.Texts.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListApplicationsResponse{Applications: all(found, h.Finance.Now())}
	if next != (finance.Cursor{}) {
		out.NextPageToken, err = h.Cursors.Write(queue, by.ID(), next)
	}
	return out, err
}

// ReviewApplication implements the procedure.
func (h *Desk) ReviewApplication(ctx context.Context, req *pb.ReviewApplicationRequest) (*pb.ReviewApplicationResponse, error) {
	a, v, err := h.Finance.Review(ctx, actor.From(ctx), finance.ID(req.GetId()), req.GetFinding())
	if err != nil {
		return nil, err
	}
	return &pb.ReviewApplicationResponse{Application: toAPI(a, h.Finance.Now()), Report: viewToAPI(v)}, nil
}

// DecideApplication implements the procedure.
func (h *Desk) DecideApplication(ctx context.Context, req *pb.DecideApplicationRequest) (*pb.DecideApplicationResponse, error) {
	a, err := h.Finance.Decide(ctx, actor.From(ctx), finance.ID(req.GetId()), req.GetApprove(), req.GetAnswer())
	if err != nil {
		return nil, err
	}
	return &pb.DecideApplicationResponse{Application: toAPI(a, h.Finance.Now())}, nil
}

// RevokeCertificate implements the procedure.
func (h *Desk) RevokeCertificate(ctx context.Context, req *pb.RevokeCertificateRequest) (*pb.RevokeCertificateResponse, error) {
	a, err := h.Finance.Revoke(ctx, actor.From(ctx), finance.ID(req.GetId()), req.GetReason())
	if err != nil {
		return nil, err
	}
	return &pb.RevokeCertificateResponse{Application: toAPI(a, h.Finance.Now())}, nil
}

// Auditor implements the generated FinanceAuditServiceHandler.
type Auditor struct {
	Finance *finance.Service
}

// GetFinanceFigures implements the procedure.
func (h *Auditor) GetFinanceFigures(ctx context.Context, req *pb.GetFinanceFiguresRequest) (*pb.GetFinanceFiguresResponse, error) {
	from, err := contract.Day("from", req.GetFrom()+"-01")
	if err != nil {
		return nil, err
	}
	to, err := contract.Day("to", req.GetTo()+"-01")
	if err != nil {
		return nil, err
	}
	list, err := h.Finance.Figures(ctx, calendar.MonthOf(from), calendar.MonthOf(to))
	if err != nil {
		return nil, err
	}
	return &pb.GetFinanceFiguresResponse{Months: contract.Each(list, month)}, nil
}

func month(f finance.Figures) *pb.MonthFigures {
	return &pb.MonthFigures{
		Month: f.Month.String(), Applied: int64(f.Applied), Issued: int64(f.Issued), Refused: int64(f.Refused),
		Withdrawn: int64(f.Withdrawn), Revoked: int64(f.Revoked),
	}
}

var states = map[finance.State]pb.ApplicationState{
	finance.Applied: pb.ApplicationState_APPLICATION_STATE_APPLIED, finance.InReview: pb.ApplicationState_APPLICATION_STATE_REVIEW,
	finance.Approved: pb.ApplicationState_APPLICATION_STATE_APPROVED, finance.Refused: pb.ApplicationState_APPLICATION_STATE_REFUSED,
	finance.Withdrawn: pb.ApplicationState_APPLICATION_STATE_WITHDRAWN,
}

func all(list []finance.Application, now time.Time) []*pb.Application {
	return contract.Each(list, func(a finance.Application) *pb.Application { return toAPI(a, now) })
}

// toAPI is an application as the contract has it. The length of the deadline is always an
// example.
func toAPI(a finance.Application, now time.Time) *pb.Application {
	return &pb.Application{
		Id: string(a.ID), DocumentId: string(a.Document), DepartmentId: finance.Owner, ReportId: string(a.Report), State: states[a.State],
		Purpose: a.Purpose, Finding: a.Finding, Answer: a.Answer, CreateTime: contract.Time(a.Created), DueTime: contract.Time(a.Due),
		Late: a.Late(now), ReviewTime: contract.Time(a.Reviewed), DecideTime: contract.Time(a.Decided), Certificate: string(a.Number),
		Edition: int32(a.Edition), IssueTime: contract.Time(a.Issued), RevokeTime: contract.Time(a.Revoked), Illustrative: true,
	}
}

func viewToAPI(v finance.View) *pb.ReportView {
	return &pb.ReportView{
		ReportId: string(v.Report), Version: v.Version, Digest: v.Digest, Grade: v.Grade, GradeHidden: v.Hidden, Gaps: v.Gaps,
		ConfirmTime: contract.Time(v.Confirmed), Voucher: v.Voucher, Superseded: v.Superseded,
	}
}
