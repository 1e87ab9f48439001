// Package redact keeps personal data out of logs, errors and traces.
//
// The contract marks personal fields with debug_redact. Go's protobuf runtime
// prints them all the same, so whatever is printed goes through this package
// first, which reads the mark from the descriptor: a field that is marked
// tomorrow is hidden tomorrow. [Message] turns a message into something that may
// be printed, [Handler] does so with everything that reaches a log, and [Text]
// takes the marked values of known messages out of a text that was already
// printed.
//
// A mark says nothing about a plain string. Personal data that was copied out of
// its message is the responsibility of whoever copied it.
package redact

import (
	"encoding/base64"
	"strconv"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Mark stands where a value was hidden.
const Mark = "[redacted]"

// Message returns what may be shown of a message: a map by field name, nested
// like the message, with [Mark] in place of every marked field that is set. A
// timestamp or a duration is its text. Unknown fields are left out, because
// nobody can say whether they are marked. A nil message gives nil.
func Message(m proto.Message) any {
	if m == nil || !m.ProtoReflect().IsValid() {
		return nil
	}
	return message(m.ProtoReflect())
}

func message(m protoreflect.Message) any {
	switch known := m.Interface().(type) {
	case *timestamppb.Timestamp:
		return known.AsTime().Format("2006-01-02T15:04:05.999999999Z07:00")
	case *durationpb.Duration:
		return known.AsDuration().String()
	case *anypb.Any:
		return packed(known)
	}
	shown := map[string]any{}
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if marked(field) {
			shown[string(field.Name())] = Mark
		} else {
			shown[string(field.Name())] = fieldValue(field, value)
		}
		return true
	})
	return shown
}

// packed opens an Any. One whose type is not known here stays shut.
func packed(box *anypb.Any) any {
	inner, err := box.UnmarshalNew()
	if err != nil {
		return map[string]any{"@type": box.GetTypeUrl(), "value": Mark}
	}
	return map[string]any{"@type": box.GetTypeUrl(), "value": Message(inner)}
}

// marked reports whether the contract hides a field.
func marked(field protoreflect.FieldDescriptor) bool {
	options, ok := field.Options().(*descriptorpb.FieldOptions)
	return ok && options.GetDebugRedact()
}

func fieldValue(field protoreflect.FieldDescriptor, value protoreflect.Value) any {
	switch {
	case field.IsMap():
		entries := map[string]any{}
		value.Map().Range(func(key protoreflect.MapKey, entry protoreflect.Value) bool {
			entries[key.String()] = scalar(field.MapValue(), entry)
			return true
		})
		return entries
	case field.IsList():
		items := make([]any, value.List().Len())
		for i := range items {
			items[i] = scalar(field, value.List().Get(i))
		}
		return items
	}
	return scalar(field, value)
}

// scalar shows one value as a person would want to read it in a log.
func scalar(field protoreflect.FieldDescriptor, value protoreflect.Value) any {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return message(value.Message())
	case protoreflect.EnumKind:
		if name := field.Enum().Values().ByNumber(value.Enum()); name != nil {
			return string(name.Name())
		}
		return strconv.Itoa(int(value.Enum()))
	case protoreflect.BytesKind:
		return base64.StdEncoding.EncodeToString(value.Bytes())
	default:
		return value.Interface()
	}
}
