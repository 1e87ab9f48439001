package bff_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// canary is what a person typed. Nothing may sing it back.
const canary = "CANARY7700"

// carrier is an error that holds a message and prints it.
type carrier struct{ message proto.Message }

func (c *carrier) Error() string { return fmt.Sprintf("cannot use %v", c.message) }

// TestNothingLeaks lets handlers fail in the most talkative ways and reads
// everything that the server tells anybody.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	asJSON := func(m proto.Message) string {
		data, _ := protojson.Marshal(m)
		return string(data)
	}
	failures := map[string]func(*sessionv1.StartSignInRequest) error{
		"formatted": func(r *sessionv1.StartSignInRequest) error { return fmt.Errorf("cannot use %v", r) },
		"as JSON":   func(r *sessionv1.StartSignInRequest) error { return errors.New(asJSON(r)) },
		"quoted":    func(r *sessionv1.StartSignInRequest) error { return fmt.Errorf("no %q", r.GetDocument().GetNumber()) },
		"carried":   func(r *sessionv1.StartSignInRequest) error { return fmt.Errorf("start: %w", &carrier{r}) },
		"joined": func(r *sessionv1.StartSignInRequest) error {
			return errors.Join(errors.New("a"), &carrier{r.GetDocument()})
		},
		"panic":      func(r *sessionv1.StartSignInRequest) error { panic(r) },
		"panic text": func(r *sessionv1.StartSignInRequest) error { panic(r.String()) },
		"panic error": func(r *sessionv1.StartSignInRequest) error {
			panic(&carrier{r})
		},
		// An error about somebody else than the caller's own request.
		"another message": func(*sessionv1.StartSignInRequest) error {
			return &carrier{&sessionv1.Session{AccessToken: canary + "other"}}
		},
	}
	for name, fail := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, stubs{start: func(_ context.Context, r *sessionv1.StartSignInRequest) (*sessionv1.StartSignInResponse, error) {
				return nil, fail(r)
			}})
			for _, w := range wires(t) {
				err := w.startSignIn(t.Context(), f, "en", document(canary+`"\臺`))
				if err == nil || strings.Contains(err.Error(), canary) {
					t.Errorf("%s: the error is missing or quotes the request", w.name)
				}
				quiet(t, w.name+" answer", w.seen.String())
				if detailText := fmt.Sprint(detailsOf(err)); strings.Contains(detailText, canary) {
					t.Errorf("%s: a detail quotes the request", w.name)
				}
			}
			listen(t, f)
			if len(f.spans.GetSpans()) == 0 {
				t.Error("no spans were recorded")
			}
		})
	}
}

// TestNothingLeaksBeforeHandlers plants the canary where no handler sees it.
func TestNothingLeaksBeforeHandlers(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{home: func(context.Context) (*homev1.GetHomeResponse, error) { return nil, errors.New("no") }})
	for _, r := range []struct{ path, body string }{
		{startSignIn + "?secret=" + canary, `{"document":{"number":["` + canary + `"]}}`},
		{startSignIn, `{"document":{"number":"` + strings.Repeat(canary, 20) + `"}}`},
		{getHome + "?message=" + canary, `{"x":"` + canary + `"}`},
		{"/" + canary, canary},
		{"/" + canary + ".v1.Service/" + canary, "{}"},
	} {
		for _, kind := range []string{"application/json", "application/proto", "application/grpc-web+json", "text/plain"} {
			res := post(t, f, r.path, kind, strings.NewReader(r.body), "Authorization", "Bearer "+canary,
				"X-Request-Id", canary, "User-Agent", canary, "Accept-Language", canary, "Idempotency-Key", canary)
			quiet(t, kind+" answer", text(t, res)+fmt.Sprint(res.Header, res.Trailer))
		}
	}
	listen(t, f)
}

// listen reads logs, spans and metrics.
func listen(t *testing.T, f *fixture) {
	t.Helper()
	if f.logs.String() == "" {
		t.Error("nothing was logged")
	}
	quiet(t, "log", f.logs.String())
	quiet(t, "spans", fmt.Sprintf("%+v", f.spans.GetSpans()))
	quiet(t, "metrics", operate(t, f, nil, "/metrics").Body.String())
}

func quiet(t *testing.T, where, text string) {
	t.Helper()
	if strings.Contains(text, canary) {
		t.Errorf("%s: the canary sings", where)
	}
}
