// Package alarmrpc serves minzhengtong.alarm.v1 and the calendar feeds.
package alarmrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/bff/taxrpc"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/alarm/v1"
)

// Handler translates between messages and the domain, and decides nothing.
// Interceptors have checked the request's shape and the caller's audience, and
// word whatever it returns.
type Handler struct {
	Alarms *alarm.Service
	// Files knows the firms in which the caller holds a role.
	Files *dossier.Service
}

// ListSettings implements the procedure.
func (h *Handler) ListSettings(ctx context.Context, _ *pb.ListSettingsRequest) (*pb.ListSettingsResponse, error) {
	by := actor.From(ctx)
	list, err := h.Alarms.Settings(ctx, by)
	if err != nil {
		return nil, err
	}
	firms, err := h.firms(ctx, by)
	if err != nil {
		return nil, err
	}
	return &pb.ListSettingsResponse{
		Settings: contract.Each(list, func(s alarm.Setting) *pb.Setting { return settingToAPI(s, firms) }),
		Defaults: settingToAPI(alarm.Defaults(), nil),
	}, nil
}

// SetSetting implements the procedure.
func (h *Handler) SetSetting(ctx context.Context, req *pb.SetSettingRequest) (*pb.SetSettingResponse, error) {
	by, wanted := actor.From(ctx), req.GetSetting()
	firms, err := h.firms(ctx, by)
	if err != nil {
		return nil, err
	}
	firm, err := firms.document(wanted.GetFirmId())
	if err != nil {
		return nil, err
	}
	leads := contract.Each(wanted.GetLeads(), func(n int32) int { return int(n) })
	set, err := h.Alarms.Set(ctx, by, alarm.Setting{
		Kind: tax.Kind(wanted.GetKind()), Firm: firm, Off: wanted.GetOff(), Leads: leads, At: wanted.GetAt(),
		Cron: wanted.GetCron(), QuietFrom: wanted.GetQuietFrom(), QuietTo: wanted.GetQuietTo(),
	})
	if err != nil {
		return nil, err
	}
	return &pb.SetSettingResponse{Setting: settingToAPI(set, firms)}, nil
}

// RemoveSetting implements the procedure.
func (h *Handler) RemoveSetting(ctx context.Context, req *pb.RemoveSettingRequest) (*pb.RemoveSettingResponse, error) {
	by := actor.From(ctx)
	firms, err := h.firms(ctx, by)
	if err != nil {
		return nil, err
	}
	firm, err := firms.document(req.GetFirmId())
	if err != nil {
		return nil, err
	}
	return &pb.RemoveSettingResponse{}, h.Alarms.Unset(ctx, by, alarm.Setting{Kind: tax.Kind(req.GetKind()), Firm: firm})
}

// ListAlarms implements the procedure.
func (h *Handler) ListAlarms(ctx context.Context, req *pb.ListAlarmsRequest) (*pb.ListAlarmsResponse, error) {
	list, err := h.Alarms.Waiting(ctx, actor.From(ctx), cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	return &pb.ListAlarmsResponse{
		Alarms: contract.Each(list, func(w alarm.Waiting) *pb.Alarm { return alarmToAPI(ctx, w) }),
	}, nil
}

// Snooze implements the procedure.
func (h *Handler) Snooze(ctx context.Context, req *pb.SnoozeRequest) (*pb.SnoozeResponse, error) {
	w, err := h.Alarms.Snooze(ctx, actor.From(ctx), tax.ID(req.GetObligationId()), req.GetUntil().AsTime())
	if err != nil {
		return nil, err
	}
	return &pb.SnoozeResponse{Alarm: alarmToAPI(ctx, w)}, nil
}

func alarmToAPI(ctx context.Context, w alarm.Waiting) *pb.Alarm {
	return &pb.Alarm{
		RingTime: contract.Time(w.At), ObligationId: string(w.Obligation.ID),
		Title: taxrpc.Title(ctx, w.Obligation.Kind), DueDate: contract.Date(w.Obligation.Due),
	}
}

func settingToAPI(s alarm.Setting, firms firms) *pb.Setting {
	return &pb.Setting{
		Kind: string(s.Kind), FirmId: firms.id(s.Firm), Off: s.Off, Leads: contract.Each(s.Leads, func(n int) int32 { return int32(n) }),
		At: s.At, Cron: s.Cron, QuietFrom: s.QuietFrom, QuietTo: s.QuietTo,
	}
}

// firms are those in which the caller holds a role.
type firms []dossier.Subject

func (h *Handler) firms(ctx context.Context, by actor.Actor) (firms, error) {
	return h.Files.Subjects(ctx, by)
}

// document is the document of a firm; "" stands for no firm. It fails with
// OBLIGATION_NOT_FOUND for one that is none of the caller's.
func (list firms) document(id string) (actor.DocumentID, error) {
	if id == "" {
		return "", nil
	}
	for _, s := range list {
		if string(s.Firm) == id {
			return s.Document, nil
		}
	}
	return "", tax.ErrNotFound.On("firm_id")
}

// id is the firm of a document; "" where the caller holds no role in it any more.
func (list firms) id(document actor.DocumentID) string {
	for _, s := range list {
		if s.Document == document {
			return string(s.Firm)
		}
	}
	return ""
}
