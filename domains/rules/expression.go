package rules

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// costLimit bounds one expression, at a second or so; a person with a thousand
// receipts takes some ten thousand.
const costLimit = 100_000

// banned are operators whose rest nobody would see, or whose result is no whole
// number: a step divides with over and round.
var banned = []string{"_/_", "_%_", "double", "dyn", "timestamp", "duration", "uint"}

// newEnv is what expressions may use: the logic and lists of CEL on whole numbers,
// and sum, least and greatest.
func newEnv(k kinds) (*cel.Env, error) {
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, err
	}
	ints := cel.ListType(cel.IntType)
	return cel.NewEnv(
		cel.CustomTypeProvider(provider{registry, k}), cel.CustomTypeAdapter(registry),
		cel.Function("sum", cel.Overload("sum_list", []*cel.Type{ints}, cel.IntType, cel.UnaryBinding(sum))),
		cel.Function("least", cel.Overload("least_int_int", []*cel.Type{cel.IntType, cel.IntType}, cel.IntType,
			cel.BinaryBinding(func(a, b ref.Val) ref.Val { return min(a.(types.Int), b.(types.Int)) }))),
		cel.Function("greatest", cel.Overload("greatest_int_int", []*cel.Type{cel.IntType, cel.IntType}, cel.IntType,
			cel.BinaryBinding(func(a, b ref.Val) ref.Val { return max(a.(types.Int), b.(types.Int)) }))),
	)
}

// sum adds the numbers of a list; it fails where they do not fit into 64 bits.
func sum(list ref.Val) ref.Val {
	total := ref.Val(types.Int(0))
	for it := list.(traits.Lister).Iterator(); it.HasNext() == types.True; {
		total = total.(types.Int).Add(it.Next())
		if types.IsUnknownOrError(total) {
			return total
		}
	}
	return total
}

// expression is one that was parsed: what it needs is known, its type is not yet.
type expression struct {
	text  string
	tree  *cel.Ast
	needs []string // declared names that it mentions, sorted
}

// parse reads an expression and finds what it needs among the declared names.
func parse(env *cel.Env, text string, declared func(string) bool) (expression, error) {
	tree, issues := env.Parse(text)
	if err := issues.Err(); err != nil {
		return expression{}, err
	}
	e := expression{text: text, tree: tree}
	root := ast.NavigateAST(tree.NativeRep())
	for _, call := range ast.MatchDescendants(root, ast.KindMatcher(ast.CallKind)) {
		if name := call.AsCall().FunctionName(); slices.Contains(banned, name) {
			return e, fmt.Errorf("%s is not used in rules: divide with over and round, and compute with whole numbers", name)
		}
	}
	for _, loop := range ast.MatchDescendants(root, ast.KindMatcher(ast.ComprehensionKind)) {
		if name := loop.AsComprehension().IterVar(); declared(name) {
			return e, fmt.Errorf("%s is the name of something else already", name)
		}
	}
	for _, ident := range ast.MatchDescendants(root, ast.KindMatcher(ast.IdentKind)) {
		if name := ident.AsIdent(); declared(name) && !slices.Contains(e.needs, name) {
			e.needs = append(e.needs, name)
		}
	}
	slices.Sort(e.needs)
	return e, nil
}

// compile checks an expression and makes it ready to run.
func (e expression) compile(env *cel.Env) (cel.Program, *cel.Type, error) {
	checked, issues := env.Check(e.tree)
	if err := issues.Err(); err != nil {
		return nil, nil, err
	}
	p, err := env.Program(checked, cel.EvalOptions(cel.OptPartialEval), cel.CostLimit(costLimit), cel.InterruptCheckFrequency(1000))
	return p, checked.OutputType(), err
}

// plain turns a value of an expression into one that can be written down.
func plain(v ref.Val) (any, error) {
	switch v := v.(type) {
	case types.Int:
		return int64(v), nil
	case types.Bool:
		return bool(v), nil
	case types.String:
		return string(v), nil
	case traits.Lister:
		list := []any{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			one, err := plain(it.Next())
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		return list, nil
	case traits.Mapper:
		return plainMap(v)
	}
	return nil, fmt.Errorf("a value of type %s cannot be written down", v.Type().TypeName())
}

func plainMap(v traits.Mapper) (any, error) {
	fields := map[string]any{}
	for it := v.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		name, ok := key.(types.String)
		if !ok {
			return nil, fmt.Errorf("a key of type %s cannot be written down", key.Type().TypeName())
		}
		one, err := plain(v.Get(key))
		if err != nil {
			return nil, err
		}
		fields[string(name)] = one
	}
	return fields, nil
}
