package alarmrpc

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/alarm/v1"
)

// FeedPath begins the path of a feed; the token and feedEnd follow.
const (
	FeedPath = "/calendar/"
	feedEnd  = ".ics"
)

// CreateFeed implements the procedure.
func (h *Handler) CreateFeed(ctx context.Context, _ *pb.CreateFeedRequest) (*pb.CreateFeedResponse, error) {
	feed, token, err := h.Alarms.CreateFeed(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.CreateFeedResponse{Feed: feedToAPI(feed), Path: FeedPath + token + feedEnd}, nil
}

// ListFeeds implements the procedure.
func (h *Handler) ListFeeds(ctx context.Context, _ *pb.ListFeedsRequest) (*pb.ListFeedsResponse, error) {
	list, err := h.Alarms.Feeds(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ListFeedsResponse{Feeds: contract.Each(list, feedToAPI)}, nil
}

// RevokeFeed implements the procedure.
func (h *Handler) RevokeFeed(ctx context.Context, req *pb.RevokeFeedRequest) (*pb.RevokeFeedResponse, error) {
	return &pb.RevokeFeedResponse{}, h.Alarms.RevokeFeed(ctx, actor.From(ctx), alarm.FeedID(req.GetId()))
}

// ExportCalendar implements the procedure.
func (h *Handler) ExportCalendar(ctx context.Context, _ *pb.ExportCalendarRequest) (*pb.ExportCalendarResponse, error) {
	c, err := h.Alarms.Export(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ExportCalendarResponse{Calendar: c.Content}, nil
}

func feedToAPI(f alarm.Feed) *pb.Feed {
	return &pb.Feed{Id: string(f.ID), CreateTime: contract.Time(f.Created), UseTime: contract.Time(f.Used)}
}

// Feeds answers phones that subscribe to a calendar. The token in the path is all
// the proof there is, so an unknown one and one that was revoked are answered
// alike, and the path is never logged.
func Feeds(alarms *alarm.Service, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutSuffix(r.PathValue("token"), feedEnd)
		if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.NotFound(w, r)
			return
		}
		c, err := alarms.Feed(r.Context(), token)
		switch {
		case errors.Is(err, alarm.ErrFeedNotFound):
			http.NotFound(w, r)
		case err != nil:
			log.ErrorContext(r.Context(), "a calendar feed was not answered; the phone asks again", "error", err)
			http.Error(w, "try again", http.StatusServiceUnavailable)
		default:
			writeCalendar(w, r, c)
		}
	})
}

// writeCalendar answers with the file, or says that it is the one that the phone
// has.
func writeCalendar(w http.ResponseWriter, r *http.Request, c alarm.Calendar) {
	w.Header().Set("ETag", c.ETag)
	w.Header().Set("Cache-Control", "private, no-cache")
	if strings.Contains(r.Header.Get("If-None-Match"), c.ETag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	_, _ = w.Write(c.Content)
}
