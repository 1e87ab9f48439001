package bff

import (
	"context"
	"errors"
	"io"

	"connectrpc.com/connect"
	"connectrpc.com/validate"
)

// interceptors are the layers around the handlers, the outermost first.
func (s *server) interceptors(deps Deps) (connect.HandlerOption, error) {
	telemetry, err := s.telemetry(deps)
	if err != nil {
		return nil, err
	}
	validation := validate.NewInterceptor(validate.WithoutErrorDetails())
	return connect.WithInterceptors(beginning{}, telemetry, wording{s: s}, recording{s: s}, validation, writing{s: s}), nil
}

// beginning lets the answer through as soon as there is a request; see reword.
type beginning struct{ serverSide }

// WrapUnary implements [connect.Interceptor].
func (beginning) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		exchangeFrom(ctx).begin(req.Any())
		return next(ctx, req)
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (beginning) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		exchangeFrom(ctx).begin(nil)
		return next(ctx, conn)
	}
}

// wording turns whatever the layers inside it return, or panic with, into an
// error for the caller. What stands outside it sees the worded error only.
type wording struct {
	serverSide
	s *server
}

// WrapUnary implements [connect.Interceptor].
func (i wording) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (res connect.AnyResponse, err error) {
		defer func() { err = i.s.settle(ctx, recover(), err) }()
		return next(ctx, req)
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (i wording) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) (err error) {
		defer func() { err = i.s.settle(ctx, recover(), err) }()
		return next(ctx, receiving{conn})
	}
}

// receiving words what Connect says about a stream's next message.
type receiving struct{ connect.StreamingHandlerConn }

// Receive implements [connect.StreamingHandlerConn].
func (r receiving) Receive(message any) error {
	err := r.StreamingHandlerConn.Receive(message)
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return received(err)
}

// serverSide leaves clients alone.
type serverSide struct{}

// WrapStreamingClient implements [connect.Interceptor].
func (serverSide) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}
