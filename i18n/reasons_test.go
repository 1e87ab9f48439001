package i18n_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// skipped are folders without sources of ours that raise faults.
var skipped = []string{"gen", "testdata", "node_modules"}

// TestEveryReasonHasAMessage reads the module's sources itself, so that a cached
// result goes stale when one of them changes.
func TestEveryReasonHasAMessage(t *testing.T) {
	t.Parallel()
	b, root := load(t), os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (slices.Contains(skipped, entry.Name()) || strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		reasons, err := faultReasons(name, src)
		for _, reason := range reasons {
			if !b.Has(reason) {
				t.Errorf("%s: the reason %q has no message in locales", name, reason)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFaultReasons(t *testing.T) {
	t.Parallel()
	const src = "package p\nvar a, b = fault.New(fault.Invalid, \"ONE\"), fault.New(k, reason)\nvar c = other.New(k, \"THREE\")\n"
	got, err := faultReasons("p.go", []byte(src))
	if want := []string{"ONE", "not a literal"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("faultReasons = %q, %v, want %q", got, err, want)
	}
}

// faultReasons lists the reasons that a source hands to fault.New. One that is
// no literal is listed as "not a literal", which no message words: a reason is
// part of the contract and must be found by reading.
func faultReasons(name string, src []byte) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var reasons []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 || !isFaultNew(call.Fun) {
			return true
		}
		reason := "not a literal"
		if lit, ok := call.Args[1].(*ast.BasicLit); ok {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				reason = text
			}
		}
		reasons = append(reasons, reason)
		return true
	})
	return reasons, nil
}

func isFaultNew(fun ast.Expr) bool {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "New" {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "fault"
}
