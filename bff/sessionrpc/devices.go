package sessionrpc

import (
	"context"
	"strings"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// GetSession implements the procedure.
func (h *Handler) GetSession(ctx context.Context, _ *pb.GetSessionRequest) (*pb.GetSessionResponse, error) {
	info, _ := connect.CallInfoForHandlerContext(ctx)
	_, token, _ := strings.Cut(info.RequestHeader().Get("Authorization"), " ")
	s, err := h.Access.Current(ctx, actor.From(ctx), strings.TrimSpace(token))
	if err != nil {
		return nil, err
	}
	return &pb.GetSessionResponse{Session: toAPI(s)}, nil
}

// ListDevices implements the procedure.
func (h *Handler) ListDevices(ctx context.Context, _ *pb.ListDevicesRequest) (*pb.ListDevicesResponse, error) {
	devices, err := h.Access.Devices(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	res := &pb.ListDevicesResponse{}
	for _, d := range devices {
		res.Devices = append(res.Devices, &pb.Device{
			SessionId: string(d.Session), Name: d.Name, CreateTime: contract.Time(d.Created), RefreshTime: contract.Time(d.Refreshed),
			ExpireTime: contract.Time(d.Expires), Current: d.Current, DocumentKind: contract.Kind(d.Kind),
		})
	}
	return res, nil
}

// SignOut implements the procedure.
func (h *Handler) SignOut(ctx context.Context, req *pb.SignOutRequest) (*pb.SignOutResponse, error) {
	if err := h.Access.SignOut(ctx, actor.From(ctx), actor.SessionID(req.GetSessionId())); err != nil {
		return nil, err
	}
	return &pb.SignOutResponse{}, nil
}

// SignOutEverywhere implements the procedure.
func (h *Handler) SignOutEverywhere(ctx context.Context, _ *pb.SignOutEverywhereRequest) (*pb.SignOutEverywhereResponse, error) {
	n, err := h.Access.SignOutEverywhere(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.SignOutEverywhereResponse{Ended: int32(n)}, nil
}

func toAPI(s access.Session) *pb.Session {
	api := &pb.Session{
		Id: string(s.ID), AccessToken: s.Token, ExpireTime: contract.Time(s.Expires), RefreshToken: s.Refresh,
		RefreshExpireTime: contract.Time(s.RefreshExpires), SessionExpireTime: contract.Time(s.Ends), DeviceToken: s.Device,
		DossierId: string(s.Dossier), DocumentId: string(s.Document), DocumentKind: contract.Kind(s.Kind),
		HolderId: string(s.Holder), OfficeId: s.Office,
	}
	for _, d := range s.Duties {
		api.Duties = append(api.Duties, duties[d])
	}
	return api
}

var duties = map[actor.Duty]commonv1.Duty{
	actor.Accept:     commonv1.Duty_DUTY_ACCEPT,
	actor.Review:     commonv1.Duty_DUTY_REVIEW,
	actor.Approve:    commonv1.Duty_DUTY_APPROVE,
	actor.Pay:        commonv1.Duty_DUTY_PAY,
	actor.Audit:      commonv1.Duty_DUTY_AUDIT,
	actor.Administer: commonv1.Duty_DUTY_ADMINISTER,
}
