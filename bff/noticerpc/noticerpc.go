// Package noticerpc serves minzhengtong.notice.v1.
package noticerpc

import (
	"context"
	"time"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1"
)

// Handler translates between messages and the domain, and decides nothing.
// Interceptors have checked the request's shape and the caller's audience, and
// word whatever it returns.
type Handler struct {
	Notices *notice.Service
	Words   notice.Words
	Cursors cursor.Codec
	// PushKey is the server's public key for Web Push, base64url, or "".
	PushKey string
	// Pace is how often a stream looks and gives a sign of life, and Life how long
	// it lasts: a session that ends must not be watched on for long.
	Pace notice.Pace
	Life time.Duration
}

// The names under which positions are sealed.
const (
	listNotices = "notices"
	position    = "notices/position"
)

// ListNotices implements the procedure.
func (h *Handler) ListNotices(ctx context.Context, req *pb.ListNoticesRequest) (*pb.ListNoticesResponse, error) {
	by := actor.From(ctx)
	page := notice.Page{UnreadOnly: req.GetUnreadOnly(), Limit: cursor.Rows.Size(req.GetPageSize())}
	if err := h.Cursors.Read(listNotices, string(by.Document), req.GetPageToken(), &page.After); err != nil {
		return nil, err
	}
	list, err := h.Notices.List(ctx, by, page)
	if err != nil {
		return nil, err
	}
	out := &pb.ListNoticesResponse{
		Notices: contract.Each(list.Notices, func(n notice.Notice) *pb.Notice { return h.toAPI(ctx, n) }),
		Unread:  int32(list.Unread),
	}
	if out.Position, err = h.Cursors.Write(position, string(by.Document), list.Position); err != nil {
		return nil, err
	}
	if list.More {
		last := list.Notices[len(list.Notices)-1]
		out.NextPageToken, err = h.Cursors.Write(listNotices, string(by.Document), notice.Cursor{Created: last.Created, ID: last.ID})
	}
	return out, err
}

// WatchNotices implements the procedure.
func (h *Handler) WatchNotices(ctx context.Context, req *pb.WatchNoticesRequest, stream *connect.ServerStream[pb.WatchNoticesResponse]) error {
	by := actor.From(ctx)
	var from notice.Position
	if err := h.Cursors.Read(position, string(by.Document), req.GetPosition(), &from); err != nil {
		return cursor.ErrToken.On("position")
	}
	watching, cancel := context.WithTimeout(ctx, h.Life)
	defer cancel()
	err := h.Notices.Watch(watching, by, from, h.Pace, func(e notice.Event) error {
		out := &pb.WatchNoticesResponse{}
		if e.Notice != nil {
			out.Notice = h.toAPI(ctx, *e.Notice)
		}
		var err error
		if out.Position, err = h.Cursors.Write(position, string(by.Document), e.Position); err != nil {
			return err
		}
		return stream.Send(out)
	})
	if watching.Err() != nil {
		return nil // its time is over, or the client has left
	}
	return err
}

// MarkRead implements the procedure.
func (h *Handler) MarkRead(ctx context.Context, req *pb.MarkReadRequest) (*pb.MarkReadResponse, error) {
	ids := contract.Each(req.GetIds(), func(id string) notice.ID { return notice.ID(id) })
	unread, err := h.Notices.MarkRead(ctx, actor.From(ctx), ids)
	if err != nil {
		return nil, err
	}
	return &pb.MarkReadResponse{Unread: int32(unread)}, nil
}

// reader is how the caller reads, for the words of notices.
func reader(ctx context.Context) actor.Preference {
	return actor.Preference{Language: string(call.Language(ctx)), Calendar: string(call.Calendar(ctx))}
}

// toAPI words a notice for the caller.
func (h *Handler) toAPI(ctx context.Context, n notice.Notice) *pb.Notice {
	worded := h.Words.For(reader(ctx), n)
	return &pb.Notice{
		Id: string(n.ID), Kind: n.Kind, Topic: topics[n.Topic], Title: worded.Title, Body: worded.Body, Language: worded.Language,
		About: n.About, CreateTime: contract.Time(n.Created), ReadTime: contract.Time(n.Read),
		Deliveries: contract.Each(n.Deliveries, func(d notice.Delivery) *pb.Delivery {
			return &pb.Delivery{Channel: channels[d.Channel], State: states[d.State]}
		}),
	}
}

// states are how far a delivery got, in the contract.
var states = map[notice.State]pb.DeliveryState{
	notice.Queued:    pb.DeliveryState_DELIVERY_STATE_QUEUED,
	notice.Sending:   pb.DeliveryState_DELIVERY_STATE_QUEUED,
	notice.Sent:      pb.DeliveryState_DELIVERY_STATE_SENT,
	notice.Delivered: pb.DeliveryState_DELIVERY_STATE_DELIVERED,
	notice.Failed:    pb.DeliveryState_DELIVERY_STATE_FAILED,
	notice.Dropped:   pb.DeliveryState_DELIVERY_STATE_FAILED,
	notice.Unknown:   pb.DeliveryState_DELIVERY_STATE_UNKNOWN,
}
