package bff

import (
	"context"
	"net/http"
	"strings"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/audit"
)

// exchange is what the layers around one request tell each other. One goroutine
// at a time works on a request, so nothing guards it.
type exchange struct {
	procedure string        // of the contract, "" for anything else
	code      connect.Code  // of the error that was sent, 0 for none
	reason    string        // of the fault that was sent
	message   proto.Message // the request once it is decoded
	look      *audit.Look   // what the audit log will say of the call
	recorded  bool          // the call's entry stands in the audit log
	read      func()        // to be called when the request has been read; nil for streams
	answer    *heldAnswer   // what Connect writes, while there is a call
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// exchangeFrom returns the request's exchange. Outside New's handler it is a
// fresh one that nobody reads.
func exchangeFrom(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{}
}

// begin notes that the request is there, and lets the answer through.
func (x *exchange) begin(message any) {
	x.message, _ = message.(proto.Message)
	if x.read != nil {
		x.read()
	}
	if x.answer != nil {
		x.answer.open = true
	}
}

// messages is the request for package redact, if it was decoded.
func (x *exchange) messages() []proto.Message {
	if x.message == nil {
		return nil
	}
	return []proto.Message{x.message}
}

// protocolOf names the protocol that a request speaks, for the log.
func protocolOf(r *http.Request) string {
	switch kind := r.Header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "application/grpc-web"):
		return connect.ProtocolGRPCWeb
	case strings.HasPrefix(kind, "application/grpc"):
		return connect.ProtocolGRPC
	case isCall(r), r.Method == http.MethodGet && r.URL.Query().Has("encoding"):
		return connect.ProtocolConnect
	default:
		return "http"
	}
}

// isCall reports whether a request to a path outside the contract comes from a
// client that expects an RPC's error.
func isCall(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "application/")
}
