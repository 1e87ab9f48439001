package redact

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
)

// minRunes is the length from which a marked value is looked for in a text.
// Single characters would eat the text around them.
const minRunes = 2

// Text takes the marked values of the messages out of a text. It is for errors
// and panics that arose while those messages were handled and may quote them.
//
// Numbers are found in decimal, everything else as it stands and as Go quotes
// it, bytes also in base64, as JSON has them. A value that the text holds in
// another form is not found.
func Text(text string, messages ...proto.Message) string {
	var secrets []string
	for _, m := range messages {
		if m != nil && m.ProtoReflect().IsValid() {
			secrets = collect(secrets, m.ProtoReflect(), false)
		}
	}
	// The longest first, so that no remainder of a longer value survives.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	for _, secret := range slices.Compact(secrets) {
		text = strings.ReplaceAll(text, secret, Mark)
	}
	return text
}

// collect gathers the marked values of a message; hidden says that the message
// itself stands in a marked field.
func collect(secrets []string, m protoreflect.Message, hidden bool) []string {
	if box, ok := m.Interface().(*anypb.Any); ok {
		inner, err := box.UnmarshalNew()
		if err != nil {
			return secrets
		}
		return collect(secrets, inner.ProtoReflect(), hidden)
	}
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		secrets = collectField(secrets, field, value, hidden || marked(field))
		return true
	})
	return secrets
}

func collectField(secrets []string, field protoreflect.FieldDescriptor, value protoreflect.Value, hidden bool) []string {
	one := func(field protoreflect.FieldDescriptor, value protoreflect.Value) {
		switch {
		case field.Message() != nil:
			secrets = collect(secrets, value.Message(), hidden)
		case hidden:
			secrets = append(secrets, forms(field, value)...)
		}
	}
	switch {
	case field.IsMap():
		value.Map().Range(func(key protoreflect.MapKey, entry protoreflect.Value) bool {
			if hidden {
				one(field.MapKey(), key.Value())
			}
			one(field.MapValue(), entry)
			return true
		})
	case field.IsList():
		for i := range value.List().Len() {
			one(field, value.List().Get(i))
		}
	default:
		one(field, value)
	}
	return secrets
}

// forms are the texts under which a value may stand in a message of an error.
func forms(field protoreflect.FieldDescriptor, value protoreflect.Value) []string {
	if field.Kind() == protoreflect.BoolKind {
		return nil
	}
	plain := value.String()
	var more []string
	if field.Kind() == protoreflect.BytesKind {
		plain = string(value.Bytes())
		more = append(more, base64.StdEncoding.EncodeToString(value.Bytes()))
	}
	if utf8.RuneCountInString(plain) < minRunes {
		return nil
	}
	return append(append(quoted(plain), plain), more...)
}
