package redact

import (
	"fmt"
	"log/slog"
	"reflect"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
)

const (
	// maxDepth bounds the walk through a value; what lies deeper is hidden.
	maxDepth = 24
	// maxValues bounds how many values are looked at on the way.
	maxValues = 4096
)

// walk is one look at a value, with what is left of its budget.
type walk struct{ left int }

// spend reports whether the walk may go on at this depth.
func (w *walk) spend(depth int) bool {
	w.left--
	return w.left >= 0 && depth <= maxDepth
}

// Value returns what may be shown of any value. One that reaches no message is
// returned as it is. One that does is rebuilt as maps and slices, without its
// unexported fields and its own String and MarshalJSON, which could print the
// message. An error becomes its text without the marked values of the messages
// that it carries.
func Value(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case proto.Message:
		return Message(v)
	case error:
		return Error(v)
	}
	if !(&walk{maxValues}).reaches(reflect.ValueOf(v), 0) {
		return v
	}
	return (&walk{maxValues}).rebuild(reflect.ValueOf(v), 0)
}

// Error returns the text of an error without the marked values of the messages
// that it, or what it wraps, holds in a field. A message that was formatted into
// the text and dropped is beyond help: never format a message.
func Error(err error) string {
	return Text(err.Error(), (&walk{maxValues}).carried(reflect.ValueOf(err), 0)...)
}

// asMessage returns the message that a value is, by pointer or by value, reached
// through unexported fields too. A message that cannot be read is nil.
func asMessage(v reflect.Value) (m proto.Message, is bool) {
	at := v
	switch {
	case v.Kind() == reflect.Pointer && v.Type().Implements(reflect.TypeFor[proto.Message]()):
		if v.IsNil() {
			return nil, true
		}
	case v.Kind() == reflect.Struct && reflect.PointerTo(v.Type()).Implements(reflect.TypeFor[proto.Message]()):
		switch {
		case v.CanAddr():
			at = v.Addr()
		case v.CanInterface():
			at = reflect.New(v.Type())
			at.Elem().Set(v)
		default:
			return nil, true
		}
	default:
		return nil, false
	}
	m, is = reflect.NewAt(at.Type().Elem(), at.UnsafePointer()).Interface().(proto.Message)
	return m, is
}

// carried lists the messages that can be reached from a value.
func (w *walk) carried(v reflect.Value, depth int) []proto.Message {
	if !v.IsValid() || !w.spend(depth) {
		return nil
	}
	if m, ok := asMessage(v); ok {
		return []proto.Message{m}
	}
	if e, ok := asDetail(v); ok {
		return []proto.Message{e}
	}
	var found []proto.Message
	children(v, func(_ string, child reflect.Value) {
		found = append(found, w.carried(child, depth+1)...)
	})
	return found
}

// asDetail opens a detail of a Connect error, which may hold bytes only.
func asDetail(v reflect.Value) (proto.Message, bool) {
	if v.Type() != reflect.TypeFor[*connect.ErrorDetail]() || v.IsNil() {
		return nil, false
	}
	detail, ok := reflect.NewAt(v.Type().Elem(), v.UnsafePointer()).Interface().(*connect.ErrorDetail)
	if !ok {
		return nil, false
	}
	m, err := detail.Value()
	return m, err == nil
}

// reaches reports whether printing a value could print a message.
func (w *walk) reaches(v reflect.Value, depth int) bool {
	if !v.IsValid() {
		return false
	}
	if _, ok := asMessage(v); ok || !w.spend(depth) {
		return true
	}
	if depth > 0 && v.CanInterface() {
		switch v.Interface().(type) {
		case error, slog.LogValuer:
			return true
		}
	}
	found := v.Kind() == reflect.Map && v.Len() > 0 && !basic(v.Type().Key().Kind())
	children(v, func(_ string, child reflect.Value) {
		found = found || w.reaches(child, depth+1)
	})
	return found
}

// children calls visit with each value that stands directly inside v. Text and
// bytes have none, and a map that only its owner may read is not looked into: the
// owner may be writing to it.
func children(v reflect.Value, visit func(name string, child reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			visit("", v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			visit(v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			visit("", v.Index(i))
		}
	case reflect.Map:
		if !v.CanInterface() {
			return
		}
		for entries := v.MapRange(); entries.Next(); {
			visit(keyText(entries.Key()), entries.Value())
		}
	default:
	}
}

// keyText is a map's key as text, hidden unless it is of a basic kind.
func keyText(key reflect.Value) string {
	if key.Kind() == reflect.Interface {
		key = key.Elem()
	}
	if !basic(key.Kind()) {
		return Mark
	}
	return fmt.Sprint(key)
}

// basic reports whether a key of this kind can hold no message.
func basic(kind reflect.Kind) bool {
	return kind >= reflect.Bool && kind <= reflect.Complex128 || kind == reflect.String
}
