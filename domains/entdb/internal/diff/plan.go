package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqltool"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"

	tables "github.com/minzhengtong/minzhengtong/gen/ent/migrate"
)

// planning keeps planners apart: Ent's write to variables of the generated
// package.
var planning sync.Mutex

// migration is the file to write.
type migration struct {
	name, version string
	check         bool // fail instead of writing
}

// body is a file that goose reads. There is no way down: what SQLite's rebuilt
// tables would need cannot be told from the way up, and a backup is safer.
var body = template.Must(template.New("body").Parse(`-- +goose Up
{{ range .Changes }}{{ with .Comment }}-- {{ . }}
{{ end }}{{ .Cmd }};
{{ end }}`))

// plan writes what brings the files in dir to the schema, or nothing when they
// are there. db is an empty database of the dialect, and is empty afterwards.
func (m migration) plan(ctx context.Context, dialect string, db *sql.DB, dir string) error {
	files, err := sqltool.NewGooseDir(dir)
	if err != nil {
		return err
	}
	formatter, err := m.formatter()
	if err != nil {
		return err
	}
	planner, err := schema.NewMigrate(entsql.OpenDB(dialect, db),
		schema.WithDir(files), schema.WithFormatter(formatter), schema.WithDialect(dialect),
		schema.WithMigrationMode(schema.ModeReplay), schema.WithErrNoPlan(true),
		schema.WithDropColumn(true), schema.WithDropIndex(true))
	if err != nil {
		return err
	}
	planning.Lock()
	defer planning.Unlock()
	if err := planner.NamedDiff(ctx, m.name, tables.Tables...); !errors.Is(err, migrate.ErrNoPlan) {
		return err
	}
	return nil // nothing is missing
}

// formatter makes the file, or refuses to.
func (m migration) formatter() (migrate.Formatter, error) {
	if m.check {
		return refusal{}, nil
	}
	name, err := template.New("name").Parse(m.version + "_{{ .Name }}.sql")
	if err != nil {
		return nil, fmt.Errorf("-version: %w", err)
	}
	return migrate.NewTemplateFormatter(name, body)
}

// refusal answers a plan with an error that says what is missing.
type refusal struct{}

// Format implements migrate.Formatter.
func (refusal) Format(plan *migrate.Plan) ([]migrate.File, error) {
	var missing []string
	for _, change := range plan.Changes {
		missing = append(missing, change.Cmd)
	}
	return nil, fmt.Errorf("the schema has what no migration makes:\n%s", strings.Join(missing, ";\n"))
}
