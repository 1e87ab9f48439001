package bff

import (
	"context"
	"fmt"
	"slices"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/replay"
)

// headerIdempotencyKey names a write, so that repeating it is safe.
const headerIdempotencyKey = "Idempotency-Key"

// writing does a write in one transaction, and answers one that is repeated under
// its idempotency key as the first time.
type writing struct {
	serverSide
	s *server
}

// WrapUnary implements [connect.Interceptor].
func (i writing) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		switch r := i.s.rules[req.Spec().Procedure]; {
		case r.atomic():
			return i.s.once(ctx, req, next)
		case r.staged:
			return i.s.several(ctx, req, next)
		}
		return next(ctx, req)
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (writing) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

// once answers a write in one transaction: its effect, the entry in the audit
// log, and the idempotency key with the answer, all or nothing.
func (s *server) once(ctx context.Context, req connect.AnyRequest, next connect.UnaryFunc) (res connect.AnyResponse, err error) {
	c, keyed, err := s.writeCall(ctx, req)
	if err != nil {
		return nil, err
	}
	look := exchangeFrom(ctx).look
	err = s.trust.InTx(ctx, func(ctx context.Context) error {
		outcome := outcomeOK
		if !keyed {
			res, err = next(ctx, req)
		} else {
			var replayed bool
			if res, replayed, err = s.keyed(ctx, c, look, req, next); replayed {
				outcome = "replayed"
			}
		}
		if err != nil {
			return err
		}
		return s.trust.Record.Finish(ctx, look, outcome)
	})
	if err != nil {
		return nil, err
	}
	exchangeFrom(ctx).recorded = true
	return res, nil
}

// keyed does a write that carries a key, or answers it as the first time.
func (s *server) keyed(ctx context.Context, c replay.Call, look *audit.Look, req connect.AnyRequest, next connect.UnaryFunc) (connect.AnyResponse, bool, error) {
	var first connect.AnyResponse
	answer, replayed, err := s.trust.Writes.Do(ctx, c, s.trust.Again, func(ctx context.Context) ([]byte, []actor.DocumentID, error) {
		var err error
		if first, err = next(ctx, req); err != nil {
			return nil, nil, err
		}
		raw, err := marshal(first)
		return raw, s.touchable(ctx, look.Subjects()), err
	})
	if err != nil || !replayed {
		return first, false, err
	}
	res, err := answered(req, answer)
	return res, true, err
}

// touchable are the documents that the caller may touch by now, and must still
// be allowed to when the answer is given again. A question about somebody else's
// document names it too, and its answer holds nothing of it.
func (s *server) touchable(ctx context.Context, subjects []actor.DocumentID) []actor.DocumentID {
	return slices.DeleteFunc(subjects, func(d actor.DocumentID) bool {
		return s.trust.Again(ctx, []actor.DocumentID{d}) != nil
	})
}

// several answers what is more than one transaction. With a key, the key is kept
// before and the answer after: a repetition in between does the work again,
// which such calls allow.
func (s *server) several(ctx context.Context, req connect.AnyRequest, next connect.UnaryFunc) (connect.AnyResponse, error) {
	c, keyed, err := s.writeCall(ctx, req)
	if err != nil {
		return nil, err
	}
	if !keyed {
		return next(ctx, req)
	}
	answer, replayed, err := s.trust.Writes.Begin(ctx, c, s.trust.Again)
	if err != nil {
		return nil, err
	}
	if replayed {
		return answered(req, answer)
	}
	res, err := next(ctx, req)
	if err != nil {
		return nil, err
	}
	raw, err := marshal(res)
	if err == nil {
		err = s.trust.Writes.End(ctx, c, raw, s.touchable(ctx, exchangeFrom(ctx).look.Subjects()))
	}
	if err != nil {
		return nil, err
	}
	return res, nil
}

// writeCall describes a write to those who keep keys; false where it has none, or
// takes none.
func (s *server) writeCall(ctx context.Context, req connect.AnyRequest) (replay.Call, bool, error) {
	key := req.Header().Get(headerIdempotencyKey)
	if key == "" || s.rules[req.Spec().Procedure].unkeyed {
		return replay.Call{}, false, nil
	}
	if err := replay.CheckKey(key); err != nil {
		return replay.Call{}, false, err
	}
	message, ok := req.Any().(proto.Message)
	if !ok {
		return replay.Call{}, false, fmt.Errorf("request %T is no message", req.Any())
	}
	input, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		return replay.Call{}, false, fmt.Errorf("write request: %w", err)
	}
	by := actor.From(ctx)
	c := replay.Call{Caller: string(by.Role) + "/" + by.ID() + "/" + string(by.Document), Procedure: req.Spec().Procedure, Key: key, Input: input}
	if by.Role == actor.Person {
		c.Owner = string(by.Document)
	}
	return c, true, nil
}

func marshal(res connect.AnyResponse) ([]byte, error) {
	message, ok := res.Any().(proto.Message)
	if !ok {
		return nil, fmt.Errorf("answer %T is no message", res.Any())
	}
	return proto.Marshal(message)
}

// repeated is an answer whose type only the contract knows.
type repeated struct {
	connect.AnyResponse
	message proto.Message
}

// Any implements [connect.AnyResponse].
func (r repeated) Any() any { return r.message }

// answered reads an answer that was kept.
func answered(req connect.AnyRequest, raw []byte) (connect.AnyResponse, error) {
	method, ok := req.Spec().Schema.(protoreflect.MethodDescriptor)
	if !ok {
		return nil, fmt.Errorf("no contract for %s", req.Spec().Procedure)
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(method.Output().FullName())
	if err != nil {
		return nil, fmt.Errorf("no type for the answer of %s: %w", req.Spec().Procedure, err)
	}
	message := kind.New().Interface()
	if err := proto.Unmarshal(raw, message); err != nil {
		return nil, fmt.Errorf("read answer that was kept: %w", err)
	}
	return repeated{connect.NewResponse(&struct{}{}), message}, nil
}
