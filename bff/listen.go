package bff

import (
	"log"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
)

// NewHTTPServer returns a server for a handler of [New] or [Admin] that speaks
// HTTP/1.1, HTTP/2 over TLS and HTTP/2 without it (for gRPC), on one port. The
// caller sets Addr, calls Serve, and ends it with Shutdown, which lets running
// calls finish.
//
// There is no write timeout, because it would cut streams; calls that are no
// streams are bounded by [Limits] in the handler.
func NewHTTPServer(handler http.Handler, logger *slog.Logger, limits Limits) *http.Server {
	limits = limits.withDefaults()
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:           handler,
		Protocols:         &protocols,
		ReadHeaderTimeout: limits.Header,
		IdleTimeout:       limits.Idle,
		MaxHeaderBytes:    limits.HeaderBytes,
		ErrorLog:          log.New(serverLog{logger}, "", 0),
	}
}

// serverLog passes on what net/http itself complains about, such as a failed TLS
// handshake, without the caller's address.
type serverLog struct{ logger *slog.Logger }

var address = regexp.MustCompile(`(\[[\w:.%]+\]|\d{1,3}(\.\d{1,3}){3}):\d+`)

// Write implements io.Writer for the log package.
func (l serverLog) Write(line []byte) (int, error) {
	text := address.ReplaceAllString(strings.TrimSpace(string(line)), "[address]")
	l.logger.Warn("http server", "detail", text)
	return len(line), nil
}
