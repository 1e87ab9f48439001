package bff_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

const (
	watch   = "/" + streamService + "/Watch"
	collect = "/" + streamService + "/Collect"
)

// streams serves one stream in each direction. The number asks for the ending.
func streams() bff.Service {
	return bff.Service{Name: streamService, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
		mux := http.NewServeMux()
		mux.Handle(watch, connect.NewServerStreamHandlerSimple(watch,
			func(_ context.Context, req *sessionv1.StartSignInRequest, out *connect.ServerStream[sessionv1.Session]) error {
				if err := out.Send(&sessionv1.Session{DossierId: "d-1"}); err != nil {
					return err
				}
				switch req.GetDocument().GetNumber() {
				case "fault":
					return fault.New(fault.Conflict, "STALE")
				case "panic":
					panic("disk on fire")
				}
				return nil
			}, o...))
		mux.Handle(collect, connect.NewClientStreamHandlerSimple(collect,
			func(_ context.Context, in *connect.ClientStream[sessionv1.StartSignInRequest]) (*sessionv1.Session, error) {
				for in.Receive() {
				}
				return &sessionv1.Session{DossierId: "d-1"}, in.Err()
			}, o...))
		return "/" + streamService + "/", mux
	}}
}

func document(number string) *sessionv1.StartSignInRequest {
	return &sessionv1.StartSignInRequest{Document: &commonv1.DocumentRef{Number: number}}
}

// signedIn is a client context for a person who reads English.
func signedIn(ctx context.Context) context.Context {
	ctx, info := connect.NewClientContext(ctx)
	info.RequestHeader().Set("Authorization", "Bearer "+personToken)
	info.RequestHeader().Set("Accept-Language", "en")
	return ctx
}

func TestServerStream(t *testing.T) {
	t.Parallel()
	registered(t)
	f := start(t, stubs{more: []bff.Service{streams()}})
	tests := []struct {
		number string
		sent   int
		code   connect.Code
		reason string
	}{
		{"fine", 1, 0, ""},
		{"fault", 1, connect.CodeAborted, "STALE"},
		{"panic", 1, connect.CodeInternal, "INTERNAL"},
		{"", 0, connect.CodeInvalidArgument, "REQUEST_INVALID"},
	}
	for _, w := range wires(t) {
		client := connect.NewClient[sessionv1.StartSignInRequest, sessionv1.Session](w.http, f.url+watch, w.options...)
		for _, tt := range tests {
			stream, err := client.CallServerStream(signedIn(t.Context()), connect.NewRequest(document(tt.number)))
			if err != nil {
				t.Fatal(err)
			}
			got := 0
			for stream.Receive() {
				got++
			}
			if got != tt.sent {
				t.Errorf("%s, %q: %d messages, want %d", w.name, tt.number, got, tt.sent)
			}
			if tt.code == 0 {
				if stream.Err() != nil {
					t.Errorf("%s: stream ended with %v", w.name, stream.Err())
				}
				continue
			}
			checkError(t, stream.Err(), tt.code, tt.reason, "en")
		}
		stream, err := client.CallServerStream(t.Context(), connect.NewRequest(document("fine")))
		if err == nil && stream.Receive() {
			t.Errorf("%s: a stream was opened without a token", w.name)
		}
	}
	if strings.Count(f.logs.String(), "disk on fire") == 0 {
		t.Error("the panic was not logged")
	}
}

func TestClientStream(t *testing.T) {
	t.Parallel()
	registered(t)
	f := start(t, stubs{more: []bff.Service{streams()}}, func(d *bff.Deps) { d.Limits.MessageBytes = 1000 })
	tests := []struct {
		name   string
		send   *sessionv1.StartSignInRequest
		code   connect.Code
		reason string
	}{
		{"too large", document(strings.Repeat("x", 5000)), connect.CodeResourceExhausted, "BODY_TOO_LARGE"},
		{"against the rules", document(""), connect.CodeInvalidArgument, "REQUEST_INVALID"},
	}
	for _, w := range wires(t) {
		client := connect.NewClient[sessionv1.StartSignInRequest, sessionv1.Session](w.http, f.url+collect, w.options...)
		for _, tt := range tests {
			stream, err := client.CallClientStreamSimple(signedIn(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				// The server may have given up before the second message.
				_ = stream.Send(tt.send)
			}
			_, err = stream.CloseAndReceive()
			checkError(t, err, tt.code, tt.reason, "en")
		}
		stream, err := client.CallClientStreamSimple(signedIn(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(stream.Send(document("fine")), stream.Send(document("fine"))); err != nil {
			t.Fatal(err)
		}
		if res, err := stream.CloseAndReceive(); err != nil || res.GetDossierId() != "d-1" {
			t.Errorf("%s: CloseAndReceive: %v", w.name, err)
		}
	}
}
