package redact_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	// The whole house: what it serves is in the registry.
	_ "github.com/minzhengtong/minzhengtong/bff/bfftest"
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

// kinds calls visit with every message of the contract that this program knows.
func kinds(visit func(protoreflect.MessageType)) {
	protoregistry.GlobalTypes.RangeMessages(func(kind protoreflect.MessageType) bool {
		if ours(kind.Descriptor()) {
			visit(kind)
		}
		return true
	})
}

// ours reports whether the contract defines a message.
func ours(d protoreflect.MessageDescriptor) bool {
	return strings.HasPrefix(string(d.FullName()), "minzhengtong.")
}

// contract plants canaries in every message that the contract has, as often as its
// widest oneof has fields.
func contract(t *testing.T) []planted {
	t.Helper()
	var list []planted
	kinds(func(kind protoreflect.MessageType) {
		for choice := range widestOneof {
			m := kind.New()
			list = append(list, planted{m.Interface(), planter{choice}.plant(m, false, 0)})
		}
	})
	marked := 0
	for _, p := range list {
		marked += p.canaries
	}
	if len(list) < 70*widestOneof || marked < 100*widestOneof {
		t.Fatalf("only %d messages with %d marked fields were found", len(list), marked)
	}
	return list
}

// TestEveryPackageIsPlanted: a package that the house does not serve yet is named
// here, so that nobody believes that it was looked at.
func TestEveryPackageIsPlanted(t *testing.T) {
	t.Parallel()
	known := map[protoreflect.FullName]bool{}
	kinds(func(kind protoreflect.MessageType) { known[kind.Descriptor().ParentFile().Package()] = true })
	const generated = "../../gen/proto"
	folders, err := filepath.Glob(generated + "/minzhengtong/*/v*")
	if err != nil || len(folders) < 13 {
		t.Fatalf("%d packages are generated: %v", len(folders), err)
	}
	for _, folder := range folders {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			t.Errorf("%s is no folder: %v", folder, err)
		}
		path, err := filepath.Rel(generated, folder)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.ReplaceAll(filepath.ToSlash(path), "/", ".")
		if !known[protoreflect.FullName(name)] {
			t.Errorf("no message of %s is planted: import its generated package in this file until the house serves it", name)
		}
	}
}

// widestOneof is the most fields that a oneof of the contract has.
const widestOneof = 5

// planter fills messages, of each oneof the field with this index.
type planter struct{ choice int }

// left reports whether a field stays empty, because another of its oneof is chosen.
func (p planter) left(field protoreflect.FieldDescriptor) bool {
	one := field.ContainingOneof()
	if one == nil || one.IsSynthetic() {
		return false
	}
	n := one.Fields().Len()
	if n > widestOneof {
		panic(fmt.Sprintf("%s has %d fields: raise widestOneof", one.FullName(), n))
	}
	return one.Fields().Get(p.choice%n).Name() != field.Name()
}

// plant fills a message and counts its marked fields; hidden says that the
// message itself stands in one.
func (p planter) plant(m protoreflect.Message, hidden bool, depth int) int {
	count := 0
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if p.left(field) || field.Message() != nil && depth > 4 {
			continue
		}
		secret := marked(field)
		inner := p.plantField(m, field, hidden || secret, depth)
		switch {
		case hidden:
		case secret:
			count++
		default:
			count += inner
		}
	}
	return count
}

// marked reports whether the contract hides a field.
func marked(field protoreflect.FieldDescriptor) bool {
	return field.Options().(*descriptorpb.FieldOptions).GetDebugRedact()
}

// plantField fills a field with one value, and counts the marked ones in it.
func (p planter) plantField(m protoreflect.Message, field protoreflect.FieldDescriptor, hidden bool, depth int) int {
	switch {
	case field.IsMap():
		entries := m.Mutable(field).Map()
		key := seed(field.MapKey(), hidden).MapKey()
		if field.MapValue().Message() != nil {
			return p.plant(entries.Mutable(key).Message(), hidden, depth+1)
		}
		entries.Set(key, seed(field.MapValue(), hidden))
	case field.IsList() && field.Message() != nil:
		return p.plant(m.Mutable(field).List().AppendMutable().Message(), hidden, depth+1)
	case field.IsList():
		m.Mutable(field).List().Append(seed(field, hidden))
	case field.Message() != nil:
		return p.plant(m.Mutable(field).Message(), hidden, depth+1)
	default:
		m.Set(field, seed(field, hidden))
	}
	return 0
}

func seed(field protoreflect.FieldDescriptor, hidden bool) protoreflect.Value {
	text, number := plainText, plainNumber
	if hidden {
		text, number = canary, canaryNumber
	}
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(text)
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(text))
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
	return holds(text, canary) || strings.Contains(text, strconv.Itoa(canaryNumber))
}

// holds reports whether a text has what was planted, as text or as bytes.
func holds(text, seeded string) bool {
	return strings.Contains(text, seeded) || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(seeded)))
}
