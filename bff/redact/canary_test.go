package redact_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	_ "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	_ "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	_ "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1"
	_ "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	_ "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// Canaries stand in marked fields, plain values everywhere else.
const (
	canary       = "CANARY"
	canaryNumber = 77007700
	plainText    = "plain"
	plainNumber  = 55005500
)

// planted is a message of the contract with every field filled.
type planted struct {
	proto.Message
	canaries int // how many marked fields it holds, at any depth
}

// contract plants canaries in every message that the contract has.
func contract(t *testing.T) []planted {
	t.Helper()
	var list []planted
	protoregistry.GlobalTypes.RangeMessages(func(kind protoreflect.MessageType) bool {
		if strings.HasPrefix(string(kind.Descriptor().FullName()), "minzhengtong.") {
			m := kind.New()
			list = append(list, planted{m.Interface(), plant(m, false, 0)})
		}
		return true
	})
	marked := 0
	for _, p := range list {
		marked += p.canaries
	}
	if len(list) < 70 || marked < 100 {
		t.Fatalf("only %d messages with %d marked fields were found", len(list), marked)
	}
	return list
}

// plant fills a message and counts its canaries.
func plant(m protoreflect.Message, hidden bool, depth int) int {
	count := 0
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		secret := hidden || field.Options().(*descriptorpb.FieldOptions).GetDebugRedact()
		switch {
		case field.Message() != nil && depth > 4:
		case field.IsMap():
			panic("the contract has maps now: plant them too")
		case field.IsList() && field.Message() != nil:
			count += plant(m.Mutable(field).List().AppendMutable().Message(), secret, depth+1)
		case field.IsList():
			m.Mutable(field).List().Append(seed(field, secret))
			count += one(secret)
		case field.Message() != nil:
			count += plant(m.Mutable(field).Message(), secret, depth+1)
		default:
			m.Set(field, seed(field, secret))
			count += one(secret)
		}
	}
	return count
}

func one(secret bool) int {
	if secret {
		return 1
	}
	return 0
}

func seed(field protoreflect.FieldDescriptor, secret bool) protoreflect.Value {
	text, number := plainText, plainNumber
	if secret {
		text, number = canary, canaryNumber
	}
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(text)
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(number))
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(number))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(int64(number))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	default:
		panic(fmt.Sprintf("the contract has fields of kind %v now: plant them too", field.Kind()))
	}
}

// sings reports whether a text holds a canary.
func sings(text string) bool {
	return strings.Contains(text, canary) || strings.Contains(text, strconv.Itoa(canaryNumber))
}
