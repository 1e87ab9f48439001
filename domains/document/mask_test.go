package document_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

func mustParse(t testing.TB, kind document.Kind, raw string) document.Number {
	t.Helper()
	n, err := document.Parse(kind, raw, today)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return n
}

func TestMasked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind document.Kind
		raw  string
		want string
	}{
		{document.TaiwanPass, "00012345", "******45"},
		{document.TaiwanPass, "0001234501(D)", "******45"},
		{document.TaiwanPermit, "83000019050531246X", "****************6X"},
		{document.CreditCode, "91350128MAYYY00131", "**************0131"},
	}
	for _, tt := range tests {
		if got := mustParse(t, tt.kind, tt.raw).Masked(); got != tt.want {
			t.Errorf("%s is masked as %s, want %s", tt.kind, got, tt.want)
		}
	}
	if got := (document.Number{}).Masked(); got != "" {
		t.Errorf("the zero Number is masked as %q, want nothing", got)
	}
}

// outer holds a Number where fmt may not call its methods.
type outer struct {
	Shown  document.Number
	hidden document.Number
	list   []document.Number
	byKind map[document.Kind]document.Number
	link   *document.Number
}

func TestNothingPrintsTheNumber(t *testing.T) {
	t.Parallel()
	n := mustParse(t, document.TaiwanPermit, "83000019050531246X")
	o := outer{n, n, []document.Number{n}, map[document.Kind]document.Number{n.Kind(): n}, &n}
	for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %t %c %U %e %p %20v %-30s %.3s") {
		for name, value := range map[string]any{"value": n, "pointer": &n, "field": o, "pointer to field": &o} {
			if verb == "%p" && name == "pointer to field" {
				continue // an address, which may hold any digits
			}
			checkHidden(t, verb+" of a "+name, n, fmt.Sprintf(verb, value))
		}
	}
	for _, verb := range strings.Fields("%v %+v %#v %s %x %d %t %.3s") {
		if got := fmt.Sprintf(verb, n); got != n.Masked() {
			t.Errorf("%s prints %s, want the masked form", verb, got)
		}
	}
	checkHidden(t, "GoString", n, n.GoString())
	checkHidden(t, "an error", n, fmt.Errorf("open %v: %w", n, document.ErrEmpty).Error())
	if got, want := fmt.Sprintf("%q", n), fmt.Sprintf("%q", n.Masked()); got != want {
		t.Errorf("%%q prints %s, want %s", got, want)
	}
}

func TestNothingEncodesTheNumber(t *testing.T) {
	t.Parallel()
	n := mustParse(t, document.TaiwanPermit, "83000019050531246X")
	o := outer{n, n, []document.Number{n}, nil, &n}
	encoded, err := json.Marshal(map[string]any{"n": n, "o": o, "key": map[document.Number]int{n: 1}})
	if err != nil {
		t.Fatalf("Marshal: %v", err)
	}
	checkHidden(t, "JSON", n, string(encoded))
	if !bytes.Contains(encoded, []byte(n.Masked())) {
		t.Error("JSON does not show the masked form")
	}
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("read", "number", n, "pointer", &n, "outer", o, slog.Group("group", "number", n))
	}
	checkHidden(t, "slog", n, out.String())
	if !strings.Contains(out.String(), "number="+n.Masked()) {
		t.Error("slog does not show the masked form")
	}
}

// checkHidden fails if any five characters of the number that stand together
// are in the text, as they are or in hexadecimal.
func checkHidden(t *testing.T, where string, n document.Number, text string) {
	t.Helper()
	whole := n.Canonical()
	for i := range len(whole) - 4 {
		part := whole[i : i+5]
		if strings.Contains(text, part) || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", part)) {
			t.Errorf("%s shows characters %d to %d of the number", where, i+1, i+5)
			return
		}
	}
}

func TestNumbersCompare(t *testing.T) {
	t.Parallel()
	a, b := mustParse(t, document.TaiwanPass, "00012345"), mustParse(t, document.TaiwanPass, " ０００12345")
	old := mustParse(t, document.TaiwanPass, "0001234501")
	if a != b {
		t.Error("two readings of one number differ")
	}
	if a == old || a.Canonical() != old.Canonical() {
		t.Error("an old form must differ as a Number and agree in its key")
	}
}
