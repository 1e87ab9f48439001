package noticerpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1"
)

// The channels and topics in the contract.
var (
	channels = map[notice.Channel]pb.Channel{
		notice.Push: pb.Channel_CHANNEL_PUSH, notice.Mail: pb.Channel_CHANNEL_MAIL, notice.SMS: pb.Channel_CHANNEL_SMS,
	}
	topics = map[notice.Topic]pb.Topic{
		notice.Deadline: pb.Topic_TOPIC_DEADLINE, notice.Money: pb.Topic_TOPIC_MONEY,
		notice.File: pb.Topic_TOPIC_FILE, notice.Campaign: pb.Topic_TOPIC_CAMPAIGN,
	}
	channelsOf = contract.Reverse(channels)
	topicsOf   = contract.Reverse(topics)
)

// GetChannels implements the procedure.
func (h *Handler) GetChannels(ctx context.Context, _ *pb.GetChannelsRequest) (*pb.GetChannelsResponse, error) {
	by := actor.From(ctx)
	endpoints, err := h.Notices.Endpoints(ctx, by)
	if err != nil {
		return nil, err
	}
	choices, err := h.Notices.Choices(ctx, by)
	if err != nil {
		return nil, err
	}
	return &pb.GetChannelsResponse{
		Endpoints: contract.Each(endpoints, endpointToAPI), Topics: contract.Each(choices, choiceToAPI), PushKey: h.PushKey,
	}, nil
}

// SetChannels implements the procedure.
func (h *Handler) SetChannels(ctx context.Context, req *pb.SetChannelsRequest) (*pb.SetChannelsResponse, error) {
	choice := notice.Choice{
		Topic:    topicsOf[req.GetTopic().GetTopic()],
		Channels: contract.Each(req.GetTopic().GetChannels(), func(c pb.Channel) notice.Channel { return channelsOf[c] }),
	}
	if err := h.Notices.Choose(ctx, actor.From(ctx), choice); err != nil {
		return nil, err
	}
	return &pb.SetChannelsResponse{Topic: choiceToAPI(choice)}, nil
}

// AddEndpoint implements the procedure.
func (h *Handler) AddEndpoint(ctx context.Context, req *pb.AddEndpointRequest) (*pb.AddEndpointResponse, error) {
	var address notice.Address
	switch a := req.GetAddress().(type) {
	case *pb.AddEndpointRequest_Push:
		address.Push = &notice.Subscription{Endpoint: a.Push.GetEndpoint(), P256dh: a.Push.GetP256Dh(), Auth: a.Push.GetAuth()}
	case *pb.AddEndpointRequest_Mail:
		address.Mail = a.Mail
	case *pb.AddEndpointRequest_Phone:
		address.Phone = a.Phone
	}
	e, err := h.Notices.AddEndpoint(ctx, actor.From(ctx), address)
	if err != nil {
		return nil, err
	}
	return &pb.AddEndpointResponse{Endpoint: endpointToAPI(e)}, nil
}

// VerifyEndpoint implements the procedure.
func (h *Handler) VerifyEndpoint(ctx context.Context, req *pb.VerifyEndpointRequest) (*pb.VerifyEndpointResponse, error) {
	e, err := h.Notices.VerifyEndpoint(ctx, actor.From(ctx), notice.EndpointID(req.GetId()), req.GetCode())
	if err != nil {
		return nil, err
	}
	return &pb.VerifyEndpointResponse{Endpoint: endpointToAPI(e)}, nil
}

// RemoveEndpoint implements the procedure.
func (h *Handler) RemoveEndpoint(ctx context.Context, req *pb.RemoveEndpointRequest) (*pb.RemoveEndpointResponse, error) {
	return &pb.RemoveEndpointResponse{}, h.Notices.RemoveEndpoint(ctx, actor.From(ctx), notice.EndpointID(req.GetId()))
}

func endpointToAPI(e notice.Endpoint) *pb.Endpoint {
	return &pb.Endpoint{
		Id: string(e.ID), Channel: channels[e.Channel], MaskedAddress: e.Masked, Active: e.Active,
		DeadCause: string(e.Dead), CreateTime: contract.Time(e.Created),
	}
}

func choiceToAPI(c notice.Choice) *pb.TopicChannels {
	return &pb.TopicChannels{
		Topic: topics[c.Topic], Channels: contract.Each(c.Channels, func(c notice.Channel) pb.Channel { return channels[c] }),
	}
}
