package rules

import (
	"regexp"
	"slices"

	"cel.dev/cel-go/cel"
)

// program is a version that can be run.
type program struct {
	kinds      kinds
	steps      []runStep // each after those that it needs
	conditions []runCondition
}

type runStep struct {
	step
	is, over cel.Program // over is nil where nothing is divided
}

type runCondition struct {
	condition
	holds  cel.Program
	change []cel.Program
}

// compiler makes a program of a file, and reports what is wrong with it.
type compiler struct {
	*report
	file  file
	kinds kinds
	env   *cel.Env
	names map[string]string // declared names, and what each is
	ready map[string]*cel.Type
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// compile checks a file as a whole.
func (c *compiler) compile() program {
	c.declareKinds()
	var err error
	if c.env, err = newEnv(c.kinds); err != nil {
		c.at()("%v", err)
		return program{}
	}
	c.declareFacts()
	c.declareParameters()
	for i, s := range c.file.Steps {
		c.declare(s.Name, "step", "steps", i)
	}
	p := program{kinds: c.kinds, steps: c.steps(), conditions: c.conditions()}
	if kind, ok := c.ready[c.file.Amount]; c.names[c.file.Amount] != "step" || ok && !kind.IsExactType(cel.IntType) {
		c.at("amount")("the amount is no step that is a whole number of fen")
	}
	return p
}

// declare takes a name; each is given once.
func (c *compiler) declare(name, what string, path ...any) {
	switch {
	case !nameForm.MatchString(name):
		c.at(path...)("%q is no name: small letters, digits and _, a letter first", name)
	case c.names[name] != "":
		c.at(path...)("%s is the name of a %s already", name, c.names[name])
	default:
		c.names[name] = what
	}
}

// variable makes a name usable in expressions.
func (c *compiler) variable(name string, kind *cel.Type) {
	env, err := c.env.Extend(cel.Variable(name, kind))
	if err != nil {
		c.at()("%s: %v", name, err)
		return
	}
	c.env, c.ready[name] = env, kind
}

// declareKinds takes the types of the file, each of which may use those before it.
func (c *compiler) declareKinds() {
	for i, s := range c.file.Types {
		for j, f := range s.Fields {
			if _, err := c.kinds.of(f.Type); err != nil {
				c.at("types", i, "fields", j)("%v", err)
			}
			if !nameForm.MatchString(f.Name) {
				c.at("types", i, "fields", j)("%q is no name", f.Name)
			}
		}
		if _, err := c.kinds.of(s.Name); err == nil || !nameForm.MatchString(s.Name) {
			c.at("types", i)("%q is no name for a new type", s.Name)
			continue
		}
		c.kinds.declared = append(c.kinds.declared, s)
	}
}

func (c *compiler) declareFacts() {
	for i, f := range c.file.Facts {
		c.declare(f.Name, "fact", "facts", i)
		kind, err := c.kinds.of(f.Type)
		if err != nil {
			c.at("facts", i)("%v", err)
			continue
		}
		if f.Title == "" {
			c.at("facts", i)("%s has no title", f.Name)
		}
		c.variable(f.Name, kind)
	}
}

// steps puts the steps into an order in which each finds what it needs.
func (c *compiler) steps() []runStep {
	parsed := map[string][2]expression{}
	for i, s := range c.file.Steps {
		is, ok := c.parse(s.Is, "steps", i, "is")
		over := expression{}
		if ok && s.Over != "" {
			over, ok = c.parse(s.Over, "steps", i, "over")
		}
		if (s.Over != "") != (s.Round != "") || s.Round != "" && !s.Round.known() {
			c.at("steps", i)("%s divides and does not say how it rounds, or rounds and does not divide: half_up, down or up", s.Name)
		}
		if s.Title == "" {
			c.at("steps", i)("%s has no title", s.Name)
		}
		if ok {
			parsed[s.Name] = [2]expression{is, over}
		}
	}
	var done []runStep
	left := slices.Clone(c.file.Steps)
	for len(left) > 0 {
		i := slices.IndexFunc(left, func(s step) bool { return c.canRun(parsed[s.Name], left) })
		if i < 0 {
			c.at("steps")("steps need each other in a circle: %s", c.circle(left))
			return nil
		}
		done = c.step(done, left[i], parsed[left[i].Name])
		left = slices.Delete(left, i, i+1)
	}
	return done
}

// canRun reports whether a step needs none of those that are left.
func (c *compiler) canRun(e [2]expression, left []step) bool {
	return !slices.ContainsFunc(left, func(s step) bool {
		return slices.Contains(e[0].needs, s.Name) || slices.Contains(e[1].needs, s.Name)
	})
}

// circle names the steps that wait for each other.
func (c *compiler) circle(left []step) string {
	names := ""
	for _, s := range left {
		names += " " + s.Name
	}
	return names[1:]
}

// step compiles one whose needs are ready.
func (c *compiler) step(done []runStep, s step, e [2]expression) []runStep {
	if e[0].tree == nil {
		return done
	}
	i := slices.IndexFunc(c.file.Steps, func(o step) bool { return o.Name == s.Name })
	run := runStep{step: s}
	is, kind, err := e[0].compile(c.env)
	if err != nil {
		c.at("steps", i, "is")("%v", err)
		return done
	}
	run.is = is
	if s.Over != "" {
		over, divisor, err := e[1].compile(c.env)
		if err != nil {
			c.at("steps", i, "over")("%v", err)
			return done
		}
		if !kind.IsExactType(cel.IntType) || !divisor.IsExactType(cel.IntType) {
			c.at("steps", i)("%s divides what is no whole number", s.Name)
		}
		run.over = over
	}
	c.variable(s.Name, kind)
	return append(done, run)
}

// conditions compiles the conditions and what would change them.
func (c *compiler) conditions() []runCondition {
	var list []runCondition
	seen := map[string]bool{}
	for i, w := range c.file.Conditions {
		if !nameForm.MatchString(w.Name) || seen[w.Name] {
			c.at("conditions", i)("%q is no name, or that of another condition", w.Name)
		}
		seen[w.Name] = true
		if w.Title == "" || w.Refusal == "" {
			c.at("conditions", i)("%s has no title, or does not say what a refusal means", w.Name)
		}
		holds, kind := c.run(w.Holds, "conditions", i, "holds")
		if kind != nil && !kind.IsExactType(cel.BoolType) {
			c.at("conditions", i)("%s is neither true nor false", w.Name)
		}
		run := runCondition{condition: w, holds: holds}
		for j, change := range w.Change {
			run.change = append(run.change, c.change(change, "conditions", i, "change", j))
		}
		list = append(list, run)
	}
	if len(list) == 0 && c.file.Undecided == "" {
		c.at("conditions")("a rule without conditions would pay everybody")
	}
	return list
}

// change compiles a hint. Nobody is told to be somebody else.
func (c *compiler) change(change change, path ...any) cel.Program {
	i := slices.IndexFunc(c.file.Facts, func(f field) bool { return f.Name == change.Fact })
	if i < 0 || c.file.Facts[i].Identity {
		c.at(path...)("%s is no fact that somebody could change", change.Fact)
		return nil
	}
	to, kind := c.run(change.To, path...)
	if want := c.ready[change.Fact]; kind != nil && want != nil && !kind.IsExactType(want) {
		c.at(path...)("%s would get a value of another type", change.Fact)
	}
	return to
}

// parse reads an expression at a place.
func (c *compiler) parse(text string, path ...any) (expression, bool) {
	e, err := parse(c.env, text, func(name string) bool { return c.names[name] != "" })
	if err != nil {
		c.at(path...)("%v", err)
	}
	return e, err == nil
}

// run compiles an expression at a place.
func (c *compiler) run(text string, path ...any) (cel.Program, *cel.Type) {
	e, ok := c.parse(text, path...)
	if !ok {
		return nil, nil
	}
	p, kind, err := e.compile(c.env)
	if err != nil {
		c.at(path...)("%v", err)
		return nil, nil
	}
	return p, kind
}
