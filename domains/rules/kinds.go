package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/golang-sql/civil"
)

// kinds are the types of a version: int, bool, string, date, those that the file
// declares, and list(…) of one of them. A date is a string that sorts.
type kinds struct{ declared []structure }

// of is a type as expressions see it.
func (k kinds) of(name string) (*cel.Type, error) {
	if inner, ok := strings.CutPrefix(name, "list("); ok && strings.HasSuffix(inner, ")") {
		element, err := k.of(strings.TrimSuffix(inner, ")"))
		if err != nil {
			return nil, err
		}
		return cel.ListType(element), nil
	}
	switch name {
	case "int":
		return cel.IntType, nil
	case "bool":
		return cel.BoolType, nil
	case "string", "date":
		return cel.StringType, nil
	}
	if _, ok := k.find(name); ok {
		return cel.ObjectType(name), nil
	}
	return nil, fmt.Errorf("no type is called %q", name)
}

func (k kinds) find(name string) (structure, bool) {
	i := slices.IndexFunc(k.declared, func(s structure) bool { return s.Name == name })
	if i < 0 {
		return structure{}, false
	}
	return k.declared[i], true
}

// provider tells the checker of expressions which fields the declared types have, so
// that a field that there is not is found before anything is computed. Values are
// plain maps.
type provider struct {
	types.Provider
	kinds kinds
}

// FindStructType implements types.Provider.
func (p provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.kinds.find(name); ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames implements types.Provider.
func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	s, ok := p.kinds.find(name)
	if !ok {
		return p.Provider.FindStructFieldNames(name)
	}
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names, true
}

// FindStructFieldType implements types.Provider.
func (p provider) FindStructFieldType(name, fieldName string) (*types.FieldType, bool) {
	s, ok := p.kinds.find(name)
	if !ok {
		return p.Provider.FindStructFieldType(name, fieldName)
	}
	i := slices.IndexFunc(s.Fields, func(f field) bool { return f.Name == fieldName })
	if i < 0 {
		return nil, false
	}
	kind, err := p.kinds.of(s.Fields[i].Type)
	return &types.FieldType{Type: kind}, err == nil
}

// NewValue implements types.Provider: rules make no values of declared types.
func (p provider) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("rules make no %s", name)
}

var dateForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// fit brings a value that somebody gave into the form that rules compute with, and
// reports what is wrong with it, never the value itself.
func (k kinds) fit(f field, value any) (any, error) {
	if inner, ok := strings.CutPrefix(f.Type, "list("); ok {
		f.Type = strings.TrimSuffix(inner, ")")
		return k.fitList(f, value)
	}
	switch f.Type {
	case "int":
		return fitInt(f, value)
	case "bool":
		if yes, ok := value.(bool); ok {
			return yes, nil
		}
	case "string", "date":
		return fitText(f, value)
	default:
		return k.fitStructure(f, value)
	}
	return nil, fmt.Errorf("%s is not of type %s", f.Name, f.Type)
}

func (k kinds) fitList(f field, value any) (any, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is no list", f.Name)
	}
	fitted := make([]any, len(list))
	for i, one := range list {
		var err error
		if fitted[i], err = k.fit(f, one); err != nil {
			return nil, fmt.Errorf("place %d: %w", i+1, err)
		}
	}
	return fitted, nil
}

func (k kinds) fitStructure(f field, value any) (any, error) {
	s, _ := k.find(f.Type)
	given, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s is no %s", f.Name, f.Type)
	}
	fitted := make(map[string]any, len(s.Fields))
	for _, part := range s.Fields {
		one, ok := given[part.Name]
		if !ok {
			return nil, fmt.Errorf("%s lacks %s", f.Name, part.Name)
		}
		var err error
		if fitted[part.Name], err = k.fit(part, one); err != nil {
			return nil, err
		}
	}
	if len(given) != len(fitted) {
		return nil, fmt.Errorf("%s has fields that a %s has not", f.Name, f.Type)
	}
	return fitted, nil
}

func fitInt(f field, value any) (any, error) {
	var n int64
	switch given := value.(type) {
	case int:
		n = int64(given)
	case int64:
		n = given
	default:
		return nil, fmt.Errorf("%s is no whole number", f.Name)
	}
	if f.Min != nil && n < *f.Min {
		return nil, fmt.Errorf("%s is less than %d", f.Name, *f.Min)
	}
	return n, nil
}

func fitText(f field, value any) (any, error) {
	text, ok := value.(string)
	switch {
	case !ok:
		return nil, fmt.Errorf("%s is no text", f.Name)
	case len(f.OneOf) > 0 && !slices.Contains(f.OneOf, text):
		return nil, fmt.Errorf("%s is none of the values that it may have", f.Name)
	case f.Type == "date":
		if d, err := civil.ParseDate(text); err != nil || !d.IsValid() || !dateForm.MatchString(text) {
			return nil, fmt.Errorf("%s is no date", f.Name)
		}
	}
	return text, nil
}
