package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/minzhengtong/minzhengtong/"

// may says which rooms a room imports from besides itself. An arrow that is not
// drawn here fails the test; draw one only on purpose, and say why in
// docs/decisions.md.
var may = map[string][]string{
	"cmd":       {"bff", "jobs", "domain", "entdb", "upstream", "synthetic", "i18n", "proto"},
	"bff":       {"domain", "i18n", "hanname", "proto", "portal"},
	"jobs":      {"domain", "entdb", "i18n"},
	"i18n":      {"han", "hanname", "searchkey"},
	"han":       {},
	"hanname":   {"han"},
	"searchkey": {"han", "hanname", "i18n"},
	"domain":    {"entdb", "ent", "upstream", "hanname", "searchkey"},
	"upstream":  {"domain", "proto", "synthetic"},
	"synthetic": {"domain"},
	"entdb":     {"domain", "ent"},
	"ent":       {"schema"},
	"schema":    {},
	"proto":     {},
}

// arrows says which domains a domain imports. fault, document, actor and work are
// words that every domain may use.
var arrows = map[string][]string{
	"access":      {"dossier", "keyring", "limit", "staff", "vault"},
	"alarm":       {"calendar", "dossier", "guard", "notice", "tax"},
	"audit":       {"keyring", "vault"},
	"campaign":    {"audit", "guard", "notice"},
	"certificate": {"calendar", "credential", "dossier", "guard"},
	"consent":     {"audit", "vault"},
	"credential": {
		"audit", "calendar", "consent", "credential/check", "credential/sdjwt", "credential/sheet", "credential/statuslist", "credential/suite",
		"dossier", "guard", "keyring", "limit", "vault",
	},
	"credit":                {"audit", "calendar", "consent", "dossier", "guard", "rules", "vault"},
	"credential/check":      {"credential/sdjwt", "credential/statuslist", "credential/suite"},
	"credential/sdjwt":      {"credential/suite"},
	"credential/statuslist": {"credential/sdjwt", "credential/suite"},
	"dispute":               {"audit", "calendar", "dossier", "guard", "notice", "subject", "vault"},
	"dossier":               {"audit", "guard", "keyring", "vault"},
	"finance":               {"audit", "calendar", "credential", "credit", "dossier", "guard", "notice", "subject", "vault"},
	"guard":                 {"audit"},
	"intake":                {"dossier", "tax"},
	"ledger":                {},
	"lending":               {"audit", "calendar", "consent", "credential", "credential/check", "credit", "dossier", "finance", "guard", "notice", "paper", "rules", "subject", "vault"},
	"limit":                 {"keyring"},
	"notice":                {"guard", "keyring", "limit", "vault"},
	"notice/mailer":         {"notice"},
	"notice/pusher":         {"notice"},
	"notice/texter":         {"notice"},
	"paper":                 {},
	"policy":                {"audit", "guard", "search"},
	"privacy":               {"alarm", "audit", "consent", "credential", "credit", "dispute", "dossier", "finance", "guard", "lending", "notice", "subsidy", "tax", "vault"},
	"replay":                {"keyring", "vault"},
	"scene":                 {"audit", "dossier"},
	"sharing":               {"audit", "consent", "dossier", "guard"},
	"rules":                 {},
	"staff":                 {"keyring"},
	"subsidy":               {"audit", "calendar", "consent", "dossier", "guard", "ledger", "notice", "rules", "vault"},
	"subject":               {"audit", "dossier", "guard"},
	"tax":                   {"audit", "calendar", "dossier", "guard"},
	"vault":                 {"keyring"},
}

var words = []string{"fault", "document", "actor", "work"}

// room is the room that a folder belongs to.
func room(dir string) string {
	top, rest, _ := strings.Cut(dir, "/")
	first, _, _ := strings.Cut(rest, "/")
	switch first {
	case "entdb", "schema", "upstream", "synthetic", "ent", "proto", "portal", "han", "hanname", "searchkey":
		if top == "domains" || top == "gen" || top == "i18n" {
			return first
		}
	}
	if top == "domains" {
		return "domain"
	}
	return top
}

// eachFile calls visit with every Go file of the module that is no test. It
// reads the files here, rather than ask the go command, so that a cached result
// of a test goes stale when one of them changes.
func eachFile(t *testing.T, mode parser.Mode, visit func(name, dir string, f *ast.File)) {
	t.Helper()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		dir := path.Dir(name)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata"):
			return fs.SkipDir
		case path.Ext(name) != ".go", strings.HasSuffix(name, "_test.go"), strings.HasSuffix(dir, "test"):
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, mode|parser.SkipObjectResolution)
		if err == nil {
			visit(name, dir, f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// imports are the packages of ours that a file imports, as folders.
func imports(f *ast.File) []string {
	var ours []string
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value) // the parser has read it
		if to, ok := strings.CutPrefix(name, module); ok {
			ours = append(ours, to)
		}
	}
	return ours
}

func TestRoomsImportAlongTheArrows(t *testing.T) {
	t.Parallel()
	eachFile(t, parser.ImportsOnly, func(name, dir string, f *ast.File) {
		for _, to := range imports(f) {
			if room(dir) != room(to) && !slices.Contains(may[room(dir)], room(to)) {
				t.Errorf("%s must not import %s", name, to)
			}
		}
	})
}

func TestDomainsImportAlongTheArrows(t *testing.T) {
	t.Parallel()
	eachFile(t, parser.ImportsOnly, func(name, dir string, f *ast.File) {
		from := strings.TrimPrefix(dir, "domains/")
		for _, to := range imports(f) {
			domain := strings.TrimPrefix(to, "domains/")
			if room(dir) == "domain" && room(to) == "domain" && domain != from &&
				!slices.Contains(words, domain) && !slices.Contains(arrows[from], domain) {
				t.Errorf("%s must not import %s", name, to)
			}
		}
	})
}

// TestEntStaysInside fails when a domain's exported function, method, field or
// variable names a type of gen/ent: callers would use it without importing it.
func TestEntStaysInside(t *testing.T) {
	t.Parallel()
	eachFile(t, 0, func(name, dir string, f *ast.File) {
		inner := entNames(f)
		if room(dir) != "domain" || len(inner) == 0 || !ast.FileExports(f) {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && inner[x.Name] {
					t.Errorf("%s: an exported declaration mentions %s.%s", name, x.Name, s.Sel.Name)
				}
			}
			_, body := n.(*ast.BlockStmt)
			return !body
		})
	})
}

// entNames are the names under which a file knows packages of gen/ent.
func entNames(f *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, spec := range f.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		switch {
		case !strings.HasPrefix(imported, module+"gen/ent"):
		case spec.Name != nil:
			names[spec.Name.Name] = true
		default:
			names[path.Base(imported)] = true
		}
	}
	return names
}
