package rules

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"cel.dev/cel-go/cel"
)

// Book is a set of policies. It is read-only and safe for concurrent use.
type Book struct{ policies map[string]Policy }

// Load reads every .yaml file of a folder. It fails with [Mistakes], of all files, if
// one has a mistake or an example that comes out otherwise, or if the versions of a
// policy overlap or leave a gap.
func Load(folder fs.FS) (*Book, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, err
	}
	book := &Book{policies: map[string]Policy{}}
	var found Mistakes
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		v, err := Parse(path.Base(name), data)
		if mistakes, ok := errors.AsType[Mistakes](err); ok {
			found = append(found, mistakes...)
			continue
		}
		if err != nil {
			return nil, err
		}
		p := book.policies[v.Policy]
		p.Name = v.Policy
		p.Versions = append(p.Versions, v)
		book.policies[v.Policy] = p
	}
	found = append(found, book.order()...)
	if len(found) > 0 {
		return nil, found
	}
	return book, nil
}

// order sorts the versions of each policy, and reports overlaps and gaps.
func (b *Book) order() Mistakes {
	var found Mistakes
	for _, name := range slices.Sorted(maps.Keys(b.policies)) {
		versions := b.policies[name].Versions
		slices.SortFunc(versions, func(a, b *Version) int {
			return cmp.Or(cmp.Compare(a.Span.From.String(), b.Span.From.String()), cmp.Compare(a.Name, b.Name))
		})
		spans := make([]Span, len(versions))
		names := map[string]bool{}
		for i, v := range versions {
			spans[i] = v.Span
			if names[v.Name] {
				found = append(found, Mistake{File: name, What: "two versions are called " + v.Name})
			}
			names[v.Name] = true
		}
		if what := chain(spans); what != "" {
			found = append(found, Mistake{File: name, What: "of its versions " + what})
		}
	}
	return found
}

// Policies are the policies by name.
func (b *Book) Policies() []Policy {
	return slices.SortedFunc(maps.Values(b.policies), func(a, b Policy) int { return cmp.Compare(a.Name, b.Name) })
}

// Policy finds one by name.
func (b *Book) Policy(name string) (Policy, bool) {
	p, ok := b.policies[name]
	return p, ok
}

// ErrVersion: a trace names a version that the book does not have, or has in other
// words.
var ErrVersion = errors.New("rules: the version of a trace is not the one in the book")

// ErrReplay: the version and facts of a trace do not lead to it.
var ErrReplay = errors.New("rules: the trace comes out otherwise")

// Replay computes a stored trace anew, and fails unless it comes out byte for byte.
func (b *Book) Replay(ctx context.Context, stored []byte) error {
	t, err := ReadTrace(stored)
	if err != nil {
		return err
	}
	p := b.policies[t.Policy]
	i := slices.IndexFunc(p.Versions, func(v *Version) bool { return v.Name == t.Version })
	if i < 0 || p.Versions[i].Digest != t.Digest {
		return ErrVersion
	}
	on, err := t.day()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrReplay, err)
	}
	again, err := p.Versions[i].Evaluate(ctx, t.Facts, on)
	if err != nil {
		return err
	}
	data, err := again.Bytes()
	if err != nil {
		return err
	}
	if !bytes.Equal(data, stored) {
		return ErrReplay
	}
	return nil
}

// Parse reads one version from a file, and works its examples. It fails with
// [Mistakes].
func Parse(name string, data []byte) (*Version, error) {
	f, root, err := read(data)
	if err != nil {
		return nil, Mistakes{{File: name, What: err.Error()}}
	}
	r := &report{name: name, root: root}
	c := &compiler{report: r, file: f, names: map[string]string{}, ready: map[string]*cel.Type{}}
	c.checkHead()
	v := &Version{
		Policy: f.Policy, Name: f.Version, Title: f.Title, Span: f.span(), Source: f.Source, Status: f.Status,
		Undecided: f.Undecided, Digest: digest(data),
	}
	for _, fact := range f.Facts {
		v.Facts = append(v.Facts, Fact{fact.Name, fact.Title, fact.Identity})
	}
	if f.Undecided == "" {
		v.program = c.compile()
	}
	v.file = c.file
	if len(r.found) == 0 {
		c.work(v)
	}
	if len(r.found) > 0 {
		return nil, r.found
	}
	return v, nil
}

// checkHead checks what a version says of itself.
func (c *compiler) checkHead() {
	f := c.file
	if !nameForm.MatchString(f.Policy) || f.Version == "" || f.Title == "" {
		c.at("policy")("the policy has no name of small letters, or the version no name or title")
	}
	if f.From.IsZero() || !f.To.IsZero() && f.To.Before(f.From.Date) {
		c.at("valid_from")("there is no first day, or the last one is before it")
	}
	c.checkSource(f.Source, f.Status, "source")
	if f.Undecided != "" && len(f.Facts)+len(f.Parameters)+len(f.Steps)+len(f.Conditions)+len(f.Examples) > 0 {
		c.at("undecided")("a version that is not decided by rule has no rule")
	}
	if f.Undecided == "" && len(f.Examples) == 0 {
		c.at("examples")("there is no worked example")
	}
}

// work works the examples.
func (c *compiler) work(v *Version) {
	for i, e := range c.file.Examples {
		t, err := v.Evaluate(context.Background(), e.Facts, e.On.Date)
		if err != nil {
			c.at("examples", i)("%s: %v", e.Name, err)
			continue
		}
		var failed []string
		for _, j := range t.Conditions {
			if j.Verdict == Fails {
				failed = append(failed, j.Name)
			}
		}
		if t.Outcome != e.Outcome || t.Fen != e.Fen || !slices.Equal(failed, e.Failed) || !slices.Equal(t.Missing, e.Missing) && len(t.Missing)+len(e.Missing) > 0 {
			c.at("examples", i)("%s: comes out %s with %d fen, failed %v, missing %v", e.Name, t.Outcome, t.Fen, failed, t.Missing)
		}
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
