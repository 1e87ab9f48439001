package redact_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/redact"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	sandboxv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

func TestMessageOfTheWholeContract(t *testing.T) {
	t.Parallel()
	for _, p := range contract(t) {
		name := p.ProtoReflect().Descriptor().FullName()
		shown := fmt.Sprint(redact.Message(p.Message))
		if sings(shown) {
			t.Errorf("%s: the canary sings", name)
		}
		if got := strings.Count(shown, redact.Mark); got != p.canaries {
			t.Errorf("%s: %d fields are hidden, want %d", name, got, p.canaries)
		}
		if raw := prototext.Format(p.Message); holds(raw, plainText) && !holds(shown, plainText) {
			t.Errorf("%s: fields that are not marked are hidden too", name)
		}
	}
}

func TestMessageShowsWhatIsNotMarked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   proto.Message
		want string
	}{
		{"nil", nil, "<nil>"},
		{"typed nil", (*sessionv1.Session)(nil), "<nil>"},
		{"empty", &sessionv1.Session{}, "map[]"},
		{"marked but not set", &sessionv1.Session{DossierId: "d"}, "map[dossier_id:d]"},
		{"marked and set", &sessionv1.Session{AccessToken: canary}, "map[access_token:[redacted]]"},
		{"enum and list", &dossierv1.Link{Powers: []dossierv1.Power{1, 99}}, "map[powers:[POWER_READ 99]]"},
		{"time", &dossierv1.Link{CreateTime: &timestamppb.Timestamp{Seconds: 1}}, "map[create_time:1970-01-01T00:00:01Z]"},
		{"duration", &sandboxv1.SetFaultRequest{Delay: &durationpb.Duration{Seconds: 90}}, "map[delay:1m30s]"},
		{"any", packed(t, &sessionv1.Session{AccessToken: canary}), "map[@type:type.googleapis.com/minzhengtong.session.v1.Session value:map[access_token:[redacted]]]"},
		{"any of something else", &anypb.Any{TypeUrl: "x/y", Value: []byte(canary)}, "map[@type:x/y value:[redacted]]"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(redact.Message(tt.in)); got != tt.want {
			t.Errorf("%s: Message = %s, want %s", tt.name, got, tt.want)
		}
	}
	unknown := &sessionv1.Session{}
	unknown.ProtoReflect().SetUnknown([]byte("\xfa\x07\x06" + canary))
	if sings(fmt.Sprint(redact.Message(unknown))) {
		t.Error("an unknown field is shown")
	}
}

func packed(t *testing.T, m proto.Message) *anypb.Any {
	t.Helper()
	box, err := anypb.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

type (
	holder   struct{ Exported proto.Message }
	hider    struct{ hidden *sessionv1.Session }
	byValue  struct{ Inner []holder }
	valuer   struct{ m proto.Message }
	talkable struct{ m proto.Message }
	looped   struct {
		Next *looped
		M    proto.Message
	}
)

func (v valuer) LogValue() slog.Value { return slog.AnyValue(v.m) }
func (e talkable) Error() string      { return "cannot use " + prototext.Format(e.m) }
func (h hider) String() string        { return h.hidden.String() }

// TestLog hides every message of the contract in every kind of attribute.
func TestLog(t *testing.T) {
	t.Parallel()
	session := &sessionv1.Session{AccessToken: canary, DossierId: plainText}
	detail, _ := connect.NewErrorDetail(session)
	wire := connect.NewError(connect.CodeInternal, talkable{session})
	wire.AddDetail(detail)
	loop := &looped{M: session}
	loop.Next = loop
	shapes := map[string]func(proto.Message) any{
		"plain":           func(m proto.Message) any { return m },
		"pointer":         func(m proto.Message) any { return &m },
		"slice":           func(m proto.Message) any { return []proto.Message{m, m} },
		"slice of any":    func(m proto.Message) any { return []any{1, m} },
		"array":           func(m proto.Message) any { return [1]proto.Message{m} },
		"map":             func(m proto.Message) any { return map[string]proto.Message{"k": m} },
		"map key":         func(m proto.Message) any { return map[any]int{m: 1} },
		"struct":          func(m proto.Message) any { return holder{m} },
		"deep":            func(m proto.Message) any { return map[int]*byValue{1: {[]holder{{m}}}} },
		"unexported":      func(proto.Message) any { return hider{session} },
		"by value":        func(proto.Message) any { return []any{reflectCopy(session)} },
		"loop":            func(proto.Message) any { return loop },
		"group":           func(m proto.Message) any { return slog.GroupValue(slog.Any("a", m), slog.Any("b", holder{m})) },
		"log valuer":      func(m proto.Message) any { return valuer{m} },
		"valuers":         func(m proto.Message) any { return []any{valuer{m}, slog.GroupValue(slog.Any("x", m))} },
		"error":           func(m proto.Message) any { return talkable{m} },
		"wrapped error":   func(m proto.Message) any { return fmt.Errorf("a: %w", errors.Join(talkable{m}, errors.New("b"))) },
		"error in slice":  func(m proto.Message) any { return []error{talkable{m}} },
		"connect error":   func(proto.Message) any { return wire },
		"connect request": func(proto.Message) any { return connect.NewRequest(session) },
		"any":             func(m proto.Message) any { box, _ := anypb.New(m); return box },
	}
	for _, p := range contract(t) {
		for shape, in := range shapes {
			for format, out := range logged(in(p.Message)) {
				if sings(out) {
					t.Errorf("%s, %s of %s: the canary sings", format, shape, p.ProtoReflect().Descriptor().FullName())
				}
			}
		}
	}
}

// reflectCopy is a message by value, which no careful program has.
func reflectCopy(m *sessionv1.Session) any {
	return struct{ Inner []sessionv1.Session }{[]sessionv1.Session{{AccessToken: m.GetAccessToken()}}}
}

// logged is a value as an attribute in three places of both formats.
func logged(v any) map[string]string {
	out := map[string]string{}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		logger := slog.New(redact.NewHandler(redact.NewHandler(handler(&b))))
		logger.With("with", v).WithGroup("group").Info("m", "here", v, slog.Group("inner", slog.Any("there", v)))
		out[name] = b.String()
	}
	return out
}

func TestLogKeepsTheRest(t *testing.T) {
	t.Parallel()
	out := logged(map[string]any{"n": 1, "m": &commonv1.DocumentRef{Number: canary, Kind: 1}})
	if want := `{"m":{"kind":"DOCUMENT_KIND_TAIWAN_PASS","number":"[redacted]"},"n":1}`; strings.Count(out["json"], want) != 3 {
		t.Errorf("log is %s, want %s three times", out["json"], want)
	}
	for _, plain := range []any{"text", 7, []int{1, 2}, []byte("raw"), map[string]int{"k": 1}, nil} {
		if got := fmt.Sprint(redact.Value(plain)); got != fmt.Sprint(plain) {
			t.Errorf("Value(%v) = %s", plain, got)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, p := range contract(t) {
		for form, text := range map[string]string{
			"printed": fmt.Sprintf("%v", p.Message),
			"quoted":  fmt.Sprintf("%q", prototext.Format(p.Message)),
			"json":    jsonOf(t, p.Message),
		} {
			if sings(redact.Text(text, p.Message)) {
				t.Errorf("%s of %s: the canary sings", form, p.ProtoReflect().Descriptor().FullName())
			}
		}
	}
	box := packed(t, &sessionv1.Session{AccessToken: canary})
	if got := redact.Text("got "+canary, box); sings(got) {
		t.Error("the canary of an Any sings")
	}
	tests := []struct{ name, secret, text, want string }{
		{"a name inside a sentence", "林小明", "no 林小明 here", "no [redacted] here"},
		{"escaped", `a"b`, `got "a\"b"`, `got "[redacted]"`},
		{"escaped for ASCII", "臺北", `got "\u81fa\u5317"`, `got "[redacted]"`},
		{"one character stays", "a", "a cat", "a cat"},
		{"nothing", "", "a cat", "a cat"},
	}
	for _, tt := range tests {
		if got := redact.Text(tt.text, &commonv1.DocumentRef{Number: tt.secret}); got != tt.want {
			t.Errorf("%s: Text = %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := redact.Text("x", nil, (*sessionv1.Session)(nil)); got != "x" {
		t.Errorf("without messages, Text = %q", got)
	}
}

func jsonOf(t *testing.T, m proto.Message) string {
	t.Helper()
	data, err := protojson.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
