package rules_test

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/rules"
)

func TestOutcomes(t *testing.T) {
	t.Parallel()
	v := version(t, grant)
	tests := []struct {
		name    string
		facts   rules.Facts
		on      string
		outcome rules.Outcome
		fen     int64
		missing []string
	}{
		{"the parameter of the spring", adult(), "2026-06-30", rules.Granted, 101, nil},
		{"the parameter of the autumn", adult(), "2026-07-01", rules.Granted, 201, nil},
		{"nothing was paid", with(adult(), "receipts", []any{}), "2026-03-01", rules.Granted, 0, nil},
		{"too young", with(adult(), "age", 17), "2026-03-01", rules.Refused, 0, nil},
		{"before 2020", with(adult(), "since", "2019-12-31"), "2026-03-01", rules.Refused, 0, nil},
		{"nobody knows the age", without(adult(), "age"), "2026-03-01", rules.Missing, 0, []string{"age"}},
		{"nobody knows what was paid", without(adult(), "receipts"), "2026-03-01", rules.Missing, 0, []string{"receipts"}},
		{"nothing is known", rules.Facts{}, "2026-03-01", rules.Missing, 0, []string{"age", "receipts", "resident", "since"}},
		{"what is not known does not matter", without(with(adult(), "resident", false), "age", "receipts"), "2026-03-01", rules.Refused, 0, nil},
	}
	for _, tt := range tests {
		got := evaluate(t, v, tt.facts, tt.on)
		if got.Outcome != tt.outcome || got.Fen != tt.fen || !slices.Equal(got.Missing, tt.missing) && len(got.Missing)+len(tt.missing) > 0 {
			t.Errorf("%s: %s, %d fen, missing %v; want %s, %d fen, missing %v",
				tt.name, got.Outcome, got.Fen, got.Missing, tt.outcome, tt.fen, tt.missing)
		}
	}
}

// TestMissingFactIsNamedOnce, whoever needs it.
func TestMissingFactIsNamedOnce(t *testing.T) {
	t.Parallel()
	v := version(t, changed(t, "  - {name: resident, title: 居民, holds: resident, refusal: 只给居民}\n",
		"  - {name: resident, title: 居民, holds: resident, refusal: 只给居民}\n  - {name: paid, title: 有凭证, holds: size(receipts) > 0, refusal: 没有凭证}\n"))
	if got := evaluate(t, v, without(adult(), "receipts"), "2026-03-01"); !slices.Equal(got.Missing, []string{"receipts"}) {
		t.Errorf("missing are %v", got.Missing)
	}
}

func TestTraceSaysEverything(t *testing.T) {
	t.Parallel()
	got := evaluate(t, version(t, grant), adult(), "2026-07-01")
	if p := got.Parameters[0]; p.Value != int64(2000) || p.From != "2026-07-01" || p.To != "2026-12-31" || p.Source != "第二条" || p.Status != rules.Illustrative {
		t.Errorf("the share is traced as %+v", p)
	}
	i := slices.IndexFunc(got.Steps, func(s rules.Value) bool { return s.Name == "amount" })
	if s := got.Steps[i]; s.Exact != "2010000/10000" || s.Rounding != rules.HalfUp || s.Value != int64(201) || s.Title != "金额" {
		t.Errorf("the amount is traced as %+v", s)
	}
	if len(got.Conditions) != 3 || got.Conditions[1].Verdict != rules.Holds || got.Conditions[1].Holds != "age >= least_age" {
		t.Errorf("the conditions are traced as %+v", got.Conditions)
	}
	young := evaluate(t, version(t, grant), with(adult(), "age", 17), "2026-07-01").Conditions[1]
	if young.Verdict != rules.Fails || young.Refusal != "未到年龄" || len(young.Hints) != 1 || young.Hints[0] != (rules.Hint{Fact: "age", Title: "年龄", To: int64(18)}) {
		t.Errorf("the refusal is traced as %+v", young)
	}
}

// TestParameterChangesItsLinesAlone: of two traces that differ in a parameter, only
// what depends on it differs.
func TestParameterChangesItsLinesAlone(t *testing.T) {
	t.Parallel()
	spring := evaluate(t, version(t, grant), adult(), "2026-06-30")
	autumn := evaluate(t, version(t, grant), adult(), "2026-07-01")
	for i, s := range spring.Steps {
		if differs := s.Value != autumn.Steps[i].Value; differs != (s.Name == "amount") {
			t.Errorf("step %s: %v and %v", s.Name, s.Value, autumn.Steps[i].Value)
		}
	}
}

func TestFactsThatAreRefused(t *testing.T) {
	t.Parallel()
	v := version(t, grant)
	for name, facts := range map[string]rules.Facts{
		"a name that is not declared": with(adult(), "income", 1),
		"another type":                with(adult(), "age", "30"),
		"a fraction":                  with(adult(), "age", 30.5),
		"a negative number":           with(adult(), "age", -1),
		"a negative amount":           with(adult(), "receipts", []any{receipt("350128", -1)}),
		"no day":                      with(adult(), "since", "2021-02-29"),
		"a day in another form":       with(adult(), "since", "2021-5-9"),
		"a receipt without a place":   with(adult(), "receipts", []any{map[string]any{"paid_fen": 1}}),
		"a receipt with more":         with(adult(), "receipts", []any{map[string]any{"place": "1", "paid_fen": 1, "tip": 1}}),
		"nothing":                     with(adult(), "age", nil),
	} {
		_, err := v.Evaluate(t.Context(), facts, date(t, "2026-03-01"))
		fails(t, name, err, rules.ErrFacts)
	}
	_, err := v.Evaluate(t.Context(), adult(), date(t, "2027-01-01"))
	fails(t, "a day of another version", err, rules.ErrDay)
}

func TestRulesThatCannotBeComputed(t *testing.T) {
	t.Parallel()
	huge := with(adult(), "receipts", []any{receipt("350128", math.MaxInt64), receipt("350128", 1)})
	_, err := version(t, grant).Evaluate(t.Context(), huge, date(t, "2026-03-01"))
	fails(t, "a sum that does not fit", err, rules.ErrRule)
	v := version(t, changed(t, `over: "10000"`, `over: "age - 30 + 10000 * (age == 18 ? 1 : 0) + 12 * (age == 18 ? 1 : 0)"`))
	_, err = v.Evaluate(t.Context(), adult(), date(t, "2026-03-01"))
	fails(t, "a division by zero", err, rules.ErrRule)
	v = version(t, changed(t, "is: total * share_bp", "is: (total - 1004) * share_bp", "amount_fen: 101", "amount_fen: 0"))
	_, err = v.Evaluate(t.Context(), with(adult(), "receipts", []any{}), date(t, "2026-03-01"))
	fails(t, "a negative amount", err, rules.ErrRule)
}

func TestEvaluationIsBounded(t *testing.T) {
	t.Parallel()
	const pairs = "size(receipts.filter(a, receipts.exists(b, b.paid_fen > a.paid_fen))) * 0 + total * share_bp"
	v := version(t, changed(t, "is: total * share_bp", "is: '"+pairs+"'"))
	many := make([]any, 2_000)
	for i := range many {
		many[i] = receipt("350128", int64(i%7))
	}
	_, err := v.Evaluate(t.Context(), with(adult(), "receipts", many), date(t, "2026-03-01"))
	fails(t, "too much work", err, rules.ErrRule)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = v.Evaluate(ctx, with(adult(), "receipts", many), date(t, "2026-03-01"))
	fails(t, "a caller who has left", err, rules.ErrRule)
}

func TestEvaluationsAtOnce(t *testing.T) {
	t.Parallel()
	v := version(t, grant)
	want, err := evaluate(t, v, adult(), "2026-03-01").Bytes()
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			facts := adult()
			if trace, err := v.Evaluate(t.Context(), facts, date(t, "2026-03-01")); err != nil {
				t.Error(err)
			} else if got, _ := trace.Bytes(); string(got) != string(want) {
				t.Error("the same facts gave another trace")
			}
			if !reflect.DeepEqual(facts, adult()) {
				t.Error("the facts were changed")
			}
		})
	}
	group.Wait()
}

func TestReplay(t *testing.T) {
	t.Parallel()
	b, err := book(t, grant)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := b.Policy("grant")
	for name, facts := range map[string]rules.Facts{
		"granted": adult(), "refused": with(adult(), "age", 3), "missing": without(adult(), "age", "receipts"),
	} {
		stored, err := evaluate(t, p.Versions[0], facts, "2026-07-01").Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Replay(t.Context(), stored); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		fails(t, name+": an amount that was changed", b.Replay(t.Context(), []byte(strings.Replace(string(stored), `"amount_fen":`, `"amount_fen":1`, 1))), rules.ErrReplay)
	}
	stored, err := evaluate(t, p.Versions[0], adult(), "2026-07-01").Bytes()
	if err != nil {
		t.Fatal(err)
	}
	other, err := book(t, changed(t, "title: 测试补贴", "title: 改写"))
	if err != nil {
		t.Fatal(err)
	}
	fails(t, "a version that was rewritten", other.Replay(t.Context(), stored), rules.ErrVersion)
}
