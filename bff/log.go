package bff

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/minzhengtong/minzhengtong/bff/call"
)

// log writes one line per request. Bodies, query values, addresses and tokens are
// never in it, nor are paths outside the contract, which anybody can make up.
func (s *server) log(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.now()
		defer func() {
			x := exchangeFrom(r.Context())
			attrs := []slog.Attr{
				slog.String("procedure", x.procedure),
				slog.String("code", codeName(x)),
				slog.Duration("duration", s.now().Sub(start)),
				slog.String("request_id", call.RequestID(r.Context())),
				slog.String("protocol", protocolOf(r)),
			}
			if x.reason != "" {
				attrs = append(attrs, slog.String("reason", x.reason))
			}
			s.logger.LogAttrs(r.Context(), level(r), "request", attrs...)
		}()
		next.ServeHTTP(w, r)
	})
}

func codeName(x *exchange) string {
	if x.code == 0 {
		return "ok"
	}
	return x.code.String()
}

// level keeps health checks, which come every few seconds, out of the usual log.
func level(r *http.Request) slog.Level {
	if strings.HasPrefix(r.URL.Path, "/grpc.health.v1.Health/") {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
