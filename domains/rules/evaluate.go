package rules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/golang-sql/civil"
)

// The errors of an evaluation. They name facts and steps, and never a value.
var (
	// ErrFacts: a fact is not one that the version declares, or not as it declares it.
	ErrFacts = errors.New("rules: the facts are not those of the version")
	// ErrDay: the version does not hold on that day.
	ErrDay = errors.New("rules: the version does not hold on that day")
	// ErrRule: the rule cannot be computed with these facts: a sum too large, a
	// division by zero, a negative amount, or too much work.
	ErrRule = errors.New("rules: the rule cannot be computed")
)

// Evaluate says what the version makes of facts, with the parameters of a day. The
// same facts in another order of their names give the same trace. A version that is
// not decided by rule looks at no facts. It fails with [ErrFacts], [ErrDay] or
// [ErrRule].
func (v *Version) Evaluate(ctx context.Context, facts Facts, on civil.Date) (Trace, error) {
	if !v.Span.Has(on) {
		return Trace{}, ErrDay
	}
	if v.Undecided != "" {
		facts = Facts{}
	}
	fitted, err := v.fit(facts)
	if err != nil {
		return Trace{}, fmt.Errorf("%w: %w", ErrFacts, err)
	}
	t := Trace{
		Policy: v.Policy, Version: v.Name, Digest: v.Digest, Title: v.Title, Source: v.Source, Status: v.Status,
		On: on.String(), Facts: fitted, Parameters: []Used{}, Steps: []Value{}, Conditions: []Judgment{}, Missing: []string{},
	}
	if v.Undecided != "" {
		t.Outcome = Undecided
		return t, nil
	}
	r := newRun(ctx, v, fitted)
	if err := r.all(&t, on); err != nil {
		return Trace{}, fmt.Errorf("%w: %w", ErrRule, err)
	}
	return t, nil
}

// fit brings facts into the form that rules compute with.
func (v *Version) fit(facts Facts) (Facts, error) {
	fitted := make(Facts, len(facts))
	for _, f := range v.file.Facts {
		given, ok := facts[f.Name]
		if !ok {
			continue
		}
		var err error
		if fitted[f.Name], err = v.program.kinds.fit(f, given); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		if _, ok := fitted[name]; !ok {
			return nil, fmt.Errorf("no fact is called %s", name)
		}
	}
	return fitted, nil
}

// run is one evaluation on its way.
type run struct {
	ctx     context.Context
	version *Version
	vars    map[string]any
	unknown map[string][]string // names without a value, and the facts that they lack
	masks   []*cel.AttributePatternType
}

func newRun(ctx context.Context, v *Version, facts Facts) *run {
	r := &run{ctx: ctx, version: v, vars: make(map[string]any, len(facts)+len(v.program.steps)), unknown: map[string][]string{}}
	for _, f := range v.file.Facts {
		if value, ok := facts[f.Name]; ok {
			r.vars[f.Name] = value
		} else {
			r.lack(f.Name, []string{f.Name})
		}
	}
	return r
}

// lack notes that a name has no value.
func (r *run) lack(name string, facts []string) {
	r.unknown[name] = facts
	r.masks = append(r.masks, cel.AttributePattern(name))
}

// all evaluates parameters, steps and conditions, in this order.
func (r *run) all(t *Trace, on civil.Date) error {
	for _, p := range r.version.file.Parameters {
		v, span, ok := p.on(r.version.Span, on)
		if !ok {
			return fmt.Errorf("parameter %s has no value", p.Name)
		}
		r.vars[p.Name] = v.Value
		used := Used{Name: p.Name, Title: p.Title, Value: v.Value, Unit: p.Unit, From: span.From.String(), Source: v.Source, Status: v.Status}
		if !span.To.IsZero() {
			used.To = span.To.String()
		}
		t.Parameters = append(t.Parameters, used)
	}
	for _, s := range r.version.program.steps {
		value, err := r.step(s)
		if err != nil {
			return fmt.Errorf("step %s: %w", s.Name, err)
		}
		t.Steps = append(t.Steps, value)
	}
	return r.judge(t)
}

// step computes one.
func (r *run) step(s runStep) (Value, error) {
	value := Value{Name: s.Name, Title: s.Title, Is: s.Is, Over: s.Over, Rounding: s.Round}
	out, lacks, err := r.eval(s.is)
	if err != nil {
		return value, err
	}
	if s.over != nil && lacks == nil {
		var divisor ref.Val
		if divisor, lacks, err = r.eval(s.over); err != nil {
			return value, err
		}
		if lacks == nil {
			a, b := int64(out.(types.Int)), int64(divisor.(types.Int))
			quotient, err := divide(a, b, s.Round)
			if err != nil {
				return value, err
			}
			value.Exact, out = exact(a, b), types.Int(quotient)
		}
	}
	if lacks != nil {
		r.lack(s.Name, lacks)
		return value, nil
	}
	r.vars[s.Name] = out
	value.Value, err = plain(out)
	return value, err
}

// judge evaluates the conditions and says what comes out.
func (r *run) judge(t *Trace) error {
	t.Outcome = Granted
	for _, c := range r.version.program.conditions {
		j := Judgment{Name: c.Name, Title: c.Title, Holds: c.Holds, Verdict: Holds}
		out, lacks, err := r.eval(c.holds)
		if err != nil {
			return fmt.Errorf("condition %s: %w", c.Name, err)
		}
		switch {
		case lacks != nil:
			j.Verdict = Unknown
			t.Missing = append(t.Missing, lacks...)
		case out != types.True:
			j.Verdict, j.Refusal = Fails, c.Refusal
			t.Outcome = Refused
			if j.Hints, err = r.hints(c); err != nil {
				return fmt.Errorf("condition %s: %w", c.Name, err)
			}
		}
		t.Conditions = append(t.Conditions, j)
	}
	if t.Outcome == Refused {
		t.Missing = []string{}
		return nil
	}
	return r.amount(t)
}

// amount is what a rule grants, if nothing is missing.
func (r *run) amount(t *Trace) error {
	name := r.version.file.Amount
	t.Missing = append(t.Missing, r.unknown[name]...)
	slices.Sort(t.Missing)
	t.Missing = slices.Compact(t.Missing)
	if len(t.Missing) > 0 {
		t.Outcome = Missing
		return nil
	}
	t.Fen = int64(r.vars[name].(types.Int))
	if t.Fen < 0 {
		return errors.New("the amount is negative")
	}
	return nil
}

// hints are what would make a condition hold, as far as that can be said.
func (r *run) hints(c runCondition) ([]Hint, error) {
	var hints []Hint
	for i, p := range c.change {
		out, lacks, err := r.eval(p)
		if err != nil || lacks != nil {
			return nil, err
		}
		to, err := plain(out)
		if err != nil {
			return nil, err
		}
		fact := c.Change[i].Fact
		at := slices.IndexFunc(r.version.Facts, func(f Fact) bool { return f.Name == fact })
		hints = append(hints, Hint{Fact: fact, Title: r.version.Facts[at].Title, To: to})
	}
	return hints, nil
}

// eval runs an expression. Where it depends on what is not known, lacks names the
// facts; it is not nil then.
func (r *run) eval(p cel.Program) (out ref.Val, lacks []string, err error) {
	var vars any = r.vars
	if len(r.masks) > 0 {
		if vars, err = cel.PartialVars(r.vars, r.masks...); err != nil {
			return nil, nil, err
		}
	}
	out, _, err = p.ContextEval(r.ctx, vars)
	if err != nil {
		return nil, nil, err
	}
	if u, ok := out.(*types.Unknown); ok {
		return nil, r.lacking(u), nil
	}
	return out, nil, nil
}

// lacking names the facts behind a value that is not known.
func (r *run) lacking(u *types.Unknown) []string {
	lacks := []string{}
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, trail := range trails {
			lacks = append(lacks, r.unknown[trail.Variable()]...)
		}
	}
	slices.Sort(lacks)
	return slices.Compact(lacks)
}
