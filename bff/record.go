package bff

import (
	"context"
	"errors"
	"strings"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

// outcomeOK is how the log tells a call that was answered.
const outcomeOK = audit.OK

// recording leaves one entry in the audit log for each call, refused ones
// included: a read's before its answer leaves, a stream's before its first message does, a write's in the transaction of
// its effect, for which [writing] sees. What cannot be recorded is not answered.
type recording struct {
	serverSide
	s *server
}

// WrapUnary implements [connect.Interceptor].
func (i recording) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		r := i.s.rules[req.Spec().Procedure]
		if !r.recorded() {
			return next(ctx, req)
		}
		ctx, look := i.s.look(ctx, req.Spec().Procedure)
		if message, ok := req.Any().(proto.Message); ok {
			look.Why(why(message))
		}
		defer i.s.evenIfItPanics(ctx, look)
		res, err := next(ctx, req)
		if err == nil && exchangeFrom(ctx).recorded {
			return res, nil
		}
		return i.s.finished(ctx, look, res, err)
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (i recording) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		if !i.s.rules[conn.Spec().Procedure].recorded() {
			return next(ctx, conn)
		}
		ctx, look := i.s.look(ctx, conn.Spec().Procedure)
		defer i.s.evenIfItPanics(ctx, look)
		told := &telling{StreamingHandlerConn: conn, record: func() error {
			_, err := i.s.finished(ctx, look, nil, nil)
			return err
		}}
		err := next(ctx, told)
		if told.recorded {
			return err
		}
		_, err = i.s.finished(ctx, look, nil, err)
		return err
	}
}

// telling records a stream before its first message leaves: what it is about is
// known by then, and it may last for long.
type telling struct {
	connect.StreamingHandlerConn
	record   func() error
	recorded bool
}

// Send implements [connect.StreamingHandlerConn].
func (t *telling) Send(message any) error {
	if !t.recorded {
		t.recorded = true
		if err := t.record(); err != nil {
			return err
		}
	}
	return t.StreamingHandlerConn.Send(message)
}

// look begins the record of a call.
func (s *server) look(ctx context.Context, procedure string) (context.Context, *audit.Look) {
	action := strings.TrimPrefix(procedure, "/minzhengtong.")
	ctx, look := audit.Begin(ctx, actor.From(ctx), strings.TrimPrefix(action, "/"), call.RequestID(ctx))
	exchangeFrom(ctx).look = look
	return ctx, look
}

// recordLimit is how long writing an entry may take beyond the call's own time.
const recordLimit = 5 * time.Second

// finished records how a call ended, and passes its end on. The record is
// written even when the caller has left.
func (s *server) finished(ctx context.Context, look *audit.Look, res connect.AnyResponse, err error) (connect.AnyResponse, error) {
	outcome := outcomeOK
	if err != nil {
		outcome = assess(err).fault.Reason()
	}
	writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordLimit)
	defer cancel()
	if failed := s.trust.Record.Finish(writing, look, outcome); failed != nil {
		return nil, failed
	}
	return res, err
}

// evenIfItPanics records a call that panics, and lets the panic go on. It is
// deferred.
func (s *server) evenIfItPanics(ctx context.Context, look *audit.Look) {
	value := recover()
	if value == nil {
		return
	}
	if _, err := s.finished(ctx, look, nil, errInternal); !errors.Is(err, errInternal) {
		s.report(ctx, err) // the panic is reported by who recovers it
	}
	panic(value)
}

// turnedAway records that somebody who is signed in was refused before any
// handler, and returns the refusal.
func (s *server) turnedAway(ctx context.Context, procedure string, err error) error {
	ctx, look := s.look(ctx, procedure)
	_, err = s.finished(ctx, look, nil, err)
	return err
}

// why is the text of the field by which a request says why it is made, or "".
func why(message proto.Message) string {
	text := ""
	m := message.ProtoReflect()
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsList() || field.IsMap():
		case field.Message() != nil:
			text = why(value.Message().Interface())
		case field.Kind() == protoreflect.StringKind:
			if says, _ := proto.GetExtension(field.Options(), commonv1.E_Why).(bool); says {
				text = value.String()
			}
		}
		return text == ""
	})
	return text
}
