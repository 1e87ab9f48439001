package document_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// FuzzParse: no panic, accepted numbers read back to themselves, and no fault
// holds what was typed.
func FuzzParse(f *testing.F) {
	for _, kind := range document.Kinds() {
		f.Add(string(kind), "830000190001010011")
	}
	f.Fuzz(func(t *testing.T, kind, raw string) {
		n, err := document.Parse(document.Kind(kind), raw, today)
		if err == nil && n.Kind() != document.Kind(kind) {
			t.Errorf("asked for %q, got %q", kind, n.Kind())
		}
		checkReading(t, n, err)
	})
}

// FuzzGuess promises the same as FuzzParse, and that Parse agrees about the
// kind that was guessed.
func FuzzGuess(f *testing.F) {
	f.Add("91350128MAYYY00131")
	f.Fuzz(func(t *testing.T, raw string) {
		n, err := document.Guess(raw, today)
		checkReading(t, n, err)
		if err != nil {
			return
		}
		if parsed, err := document.Parse(n.Kind(), raw, today); parsed != n {
			t.Errorf("Parse disagrees with Guess about a %q: %v", n.Kind(), err)
		}
	})
}

func checkReading(t *testing.T, n document.Number, err error) {
	t.Helper()
	if err != nil {
		checkSilent(t, err)
		if n != (document.Number{}) {
			t.Error("a refused number is not the zero Number")
		}
		return
	}
	again, err := document.Parse(n.Kind(), n.Canonical(), today)
	if err != nil || again.Canonical() != n.Canonical() {
		t.Errorf("the canonical form of a %q does not read back: %v", n.Kind(), err)
	}
	if !n.Historic() && again != n {
		t.Errorf("a %q of today reads back as another Number", n.Kind())
	}
}

// checkSilent fails if a fault tells anything of the input: every number holds
// digits, and no reason, argument or kind does.
func checkSilent(t *testing.T, err error) {
	t.Helper()
	var f *fault.Fault
	if !errors.As(err, &f) {
		t.Fatalf("%T is no fault", err)
	}
	told := f.Error() + f.Reason() + f.Field()
	for key, value := range f.Args() {
		told += key + value
		if _, err := document.ParseKind(value); key != "Kind" || err != nil {
			t.Errorf("argument %q is not a kind", key)
		}
	}
	if strings.ContainsAny(told, "0123456789") {
		t.Error("a fault holds digits")
	}
}
