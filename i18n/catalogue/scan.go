package catalogue

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// scan reads one Go file into a usage.
type scan struct {
	usage *Usage
	name  string
	files *token.FileSet
}

func (s scan) read(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			s.call(n)
		case *ast.BasicLit:
			s.literal(n)
		case *ast.BinaryExpr:
			s.sum(n)
		case *ast.GenDecl:
			s.constants(n)
		case *ast.Field:
			s.tag(n)
		}
		return true
	})
}

func (s scan) place(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.name, s.files.Position(n.Pos()).Line)
}

func (s scan) use(id string, n ast.Node) {
	s.usage.Uses = append(s.usage.Uses, Use{id, s.place(n)})
}

// call looks at calls that take an ID, which is their second argument.
func (s scan) call(c *ast.CallExpr) {
	of, name := callee(c.Fun)
	switch {
	case of == "fault" && name == "New" && len(c.Args) == 2:
		if id, ok := text(c.Args[1]); ok {
			s.use(id, c)
		} else {
			s.usage.unclear(s.place(c), "the reason of a fault is no literal")
		}
	case slices.Contains([]string{"call", "words", "Words"}, of) && (name == "Text" || name == "For") && len(c.Args) == 3:
		if id, ok := text(c.Args[1]); ok {
			s.use(id, c)
		}
	case name == "Values":
		for _, arg := range c.Args {
			s.word("Values", arg)
		}
	}
}

// callee is the method or function that is called, and the last name of what it
// belongs to: words and Text in s.words.Text.
func callee(fun ast.Expr) (of, name string) {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	switch x := sel.X.(type) {
	case *ast.Ident:
		of = x.Name
	case *ast.SelectorExpr:
		of = x.Sel.Name
	}
	return of, sel.Sel.Name
}

// literal notes what may be an ID.
func (s scan) literal(l *ast.BasicLit) {
	id, ok := text(l)
	if !ok || !wellFormedID.MatchString(id) {
		return
	}
	s.usage.mayHave[id] = true
	if inFamily(id) {
		s.use(id, l)
	}
}

// sum looks for IDs that are put together.
func (s scan) sum(b *ast.BinaryExpr) {
	prefix, ok := text(b.X)
	name, underscored := strings.CutSuffix(prefix, "_")
	if ok && b.Op == token.ADD && underscored && wellFormedID.MatchString(name) && !isPrefix(prefix) {
		s.usage.unclear(s.place(b), "%s is the prefix of no family", prefix)
	}
}

// constants notes the words of types, and constants without a type by their name.
func (s scan) constants(d *ast.GenDecl) {
	if d.Tok != token.CONST {
		return
	}
	for _, spec := range d.Specs {
		v, _ := spec.(*ast.ValueSpec) // all that a const declaration has
		for i, value := range v.Values {
			of := v.Names[i].Name
			if named, ok := v.Type.(*ast.Ident); ok {
				of = named.Name
			}
			s.word(of, value)
		}
	}
}

// word notes a word that a name of the file's folder declares.
func (s scan) word(of string, value ast.Expr) {
	if w, ok := text(value); ok {
		dir := path.Dir(s.name)
		s.usage.words[dir+"."+of] = append(s.usage.words[dir+"."+of], word{w, s.place(value)})
	}
}

// tag notes the name in JSON of a field.
func (s scan) tag(f *ast.Field) {
	if f.Tag == nil {
		return
	}
	tags, _ := text(f.Tag)
	if name, _, _ := strings.Cut(reflect.StructTag(tags).Get("json"), ","); name != "" {
		s.usage.words[s.name] = append(s.usage.words[s.name], word{name, s.place(f)})
	}
}

// text is the value of a string literal.
func text(e ast.Expr) (value string, ok bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(l.Value)
	return value, err == nil
}
