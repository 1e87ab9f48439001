package rules_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/rules"
)

// TestMistakes: a file with a mistake is refused, at the line at which an expert
// finds it.
func TestMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		pairs []string
		line  string // what stands in the line that is named
		what  string
	}{
		{"an unknown fact", []string{"holds: age >=", "holds: income >="}, "income", "undeclared reference"},
		{"a field that a receipt has not", []string{"r.place == place", "r.street == place"}, "r.street", "undefined field"},
		{"a circle", []string{"is: \"sum(receipts", "is: \"amount * 0 + sum(receipts"}, "- {name: amount", "circle: amount total"},
		{"a hidden division", []string{"total * share_bp", "total * share_bp / 3"}, "share_bp / 3", "divide with over"},
		{"a fraction", []string{"total * share_bp", "total * 0.2"}, "* 0.2", "no matching overload"},
		{"no rounding", []string{", round: half_up", ""}, "name: amount", "does not say how it rounds"},
		{"a rounding of another kind", []string{"round: half_up", "round: banker"}, "name: amount", "does not say how it rounds"},
		{"two values on a day", []string{"valid_to: 2026-06-30", "valid_to: 2026-07-01"}, "name: share_bp", "two hold on 2026-07-01"},
		{"a day without a value", []string{"valid_to: 2026-06-30", "valid_to: 2026-06-29"}, "name: share_bp", "none holds on 2026-06-30"},
		{"a value that begins too late", []string{"value: 1000,", "value: 1000, valid_from: 2026-02-01,"}, "name: share_bp", "do not begin and end"},
		{"a figure without a source", []string{"source: 第三条", `source: ""`}, "name: least_age", "no source"},
		{"a figure of which nobody knows how sure it is", []string{"source: 第三条, status: confirmed", "source: 第三条, status: likely"}, "name: least_age", "neither confirmed nor illustrative"},
		{"a value of another type", []string{"value: 18", `value: "18"`}, "name: least_age", "no whole number"},
		{"a name twice", []string{"name: years_to_go", "name: total"}, "name: total, title: 还差几年", "name of a step already"},
		{"a loop that hides a fact", []string{"filter(r, r.place == place)", "filter(age, age.place == place)"}, "filter(age", "name of something else"},
		{"a condition that is no condition", []string{"holds: resident", "holds: age"}, "holds: age", "neither true nor false"},
		{"an amount that is no number", []string{"amount: amount", "amount: of_age"}, "amount: of_age", "no step"},
		{"advice to be somebody else", []string{"change: [{fact: age, to: least_age}]", "change: [{fact: resident, to: 'true'}]"}, "fact: resident", "no fact that somebody could change"},
		{"advice of another type", []string{"to: least_age}", "to: 'true'}"}, "to: 'true'", "another type"},
		{"a type that there is not", []string{"type: list(receipt)", "type: list(bill)"}, "list(bill)", "no type is called"},
		{"an example that comes out otherwise", []string{"amount_fen: 101", "amount_fen: 100"}, "- name: 一笔", "comes out granted with 101 fen"},
		{"a last day before the first", []string{"valid_from: 2026-01-01", "valid_from: 2027-01-01"}, "valid_from: 2027-01-01", "before it"},
	}
	for _, tt := range tests {
		text := changed(t, tt.pairs...)
		_, err := rules.Parse("grant.yaml", []byte(text))
		found, ok := errors.AsType[rules.Mistakes](err)
		if !ok {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		lines := strings.Split(text, "\n")
		named := false
		for _, m := range found {
			named = named || strings.Contains(m.What, tt.what) && strings.Contains(lines[m.Line-1]+lines[max(m.Line-2, 0)], tt.line)
		}
		if !named {
			t.Errorf("%s: want %q at %q, found\n%v", tt.name, tt.what, tt.line, err)
		}
	}
}

func TestFilesThatAreNoRules(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"an unknown field":   changed(t, "title: 测试补贴", "titel: 测试补贴"),
		"no date":            changed(t, "valid_from: 2026-01-01", "valid_from: 2026-02-30"),
		"no YAML":            "policy: [",
		"nothing":            "",
		"a second document":  grant + "---\npolicy: x\n",
		"too large":          grant + "# " + strings.Repeat("x", 300_000),
		"no conditions":      before("conditions:") + after("amount: amount"),
		"no example":         before("examples:"),
		"undecided, but how": changed(t, "status: illustrative", "status: illustrative\nundecided: 未见原文"),
	} {
		if _, err := rules.Parse("grant.yaml", []byte(text)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// before and after are the version up to a text, and from it on.
func before(text string) string { return strings.Split(grant, text)[0] }

func after(text string) string { return text + strings.Split(grant, text)[1] }

func TestVersionsFollowEachOther(t *testing.T) {
	t.Parallel()
	next := func(from string) string {
		return changed(t, `version: "1"`, `version: "2"`, "valid_from: 2026-01-01\nvalid_to: 2026-12-31", "valid_from: "+from,
			"on: 2026-03-01", "on: 2027-03-01", ", valid_to: 2026-06-30", "", "      - {value: 2000, valid_from: 2026-07-01, source: 第二条, status: illustrative}\n", "")
	}
	b, err := book(t, next("2027-01-01"), grant)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := b.Policy("grant")
	for on, want := range map[string]string{"2026-01-01": "1", "2026-12-31": "1", "2027-01-01": "2", "2040-01-01": "2"} {
		if v, ok := p.On(date(t, on)); !ok || v.Name != want {
			t.Errorf("on %s holds %v, want %s", on, v, want)
		}
	}
	if _, ok := p.On(date(t, "2025-12-31")); ok {
		t.Error("something holds before the first version")
	}
	for name, from := range map[string]string{"two hold on 2026-12-31": "2026-12-31", "none holds on 2027-01-01": "2027-01-02"} {
		if _, err := book(t, grant, next(from)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
	if _, err := book(t, grant, grant); err == nil || !strings.Contains(err.Error(), "two versions are called 1") {
		t.Errorf("a version twice: %v", err)
	}
}
