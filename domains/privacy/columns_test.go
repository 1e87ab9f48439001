package privacy_test

import (
	"encoding/json"
	"os"
	"testing"

	"entgo.io/ent/schema/field"

	"github.com/minzhengtong/minzhengtong/gen/ent/migrate"
)

// TestEveryColumnIsDecided: testdata/columns.json says of every column that can
// hold a text what an erasure does with it. A new column without a decision
// fails: decide, add it there, and where it is personal to forget.go here or in
// package dossier, and to the canary.
func TestEveryColumnIsDecided(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/columns.json")
	must(t, "read", err)
	var decided map[string]string
	must(t, "read", json.Unmarshal(raw, &decided))
	for _, table := range migrate.Tables {
		for _, c := range table.Columns {
			switch c.Type { //nolint:exhaustive // numbers and times say nothing by themselves
			case field.TypeString, field.TypeBytes, field.TypeJSON, field.TypeEnum:
				name := table.Name + "." + c.Name
				if decided[name] == "" {
					t.Errorf("nobody has decided what an erasure does with %s", name)
				}
				delete(decided, name)
			}
		}
	}
	for name := range decided {
		t.Errorf("there is no %s", name)
	}
}
