package upstream_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// TestNothingIsPrinted puts one word in every personal field and looks for it.
func TestNothingIsPrinted(t *testing.T) {
	t.Parallel()
	const secret = "SECRET"
	born := civil.Date{Year: 1905, Month: 6, Day: 7}
	holder := upstream.Holder{NameMainland: secret, NameTaiwan: secret, NameRoman: secret, Birth: born, Sex: document.Male}
	issue := upstream.Issue{IssueCount: "01", Status: document.Valid, ReplacesNumber: secret}
	values := []any{
		holder, issue,
		upstream.PassQuestion{Number: secret, Name: secret, Birth: born},
		upstream.PermitQuestion{Number: secret, Name: secret},
		upstream.LinkQuestion{Key: "key", Pass: secret, Permit: secret},
		upstream.Message{Key: "key", Phone: secret, Text: secret},
		upstream.PassAnswer{Verdict: upstream.Match, Holder: holder, Issue: issue, TraceID: "trace"},
		upstream.PermitAnswer{Verdict: upstream.Match, Holder: holder, Issue: issue, ExitEntryNumber: secret, TraceID: "trace"},
	}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			for _, shown := range []string{fmt.Sprintf(verb, v), fmt.Sprintf(verb, []any{v})} {
				if strings.Contains(shown, secret) || strings.Contains(shown, "1905") || strings.Contains(shown, fmt.Sprintf("%x", secret)) {
					t.Errorf("%T shows itself with %s", v, verb)
				}
			}
		}
		var text, json bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&json, nil)).Info("m", "v", v)
		if strings.Contains(text.String()+json.String(), secret) || strings.Contains(text.String()+json.String(), "1905") {
			t.Errorf("%T shows itself in a log", v)
		}
	}
}
