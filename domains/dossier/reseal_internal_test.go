package dossier

import (
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/gen/ent/challenge"
	"github.com/minzhengtong/minzhengtong/gen/ent/migrate"
)

// TestEverySealedColumnIsResealed fails when somebody adds a column of
// ciphertext that a change of keys would leave behind.
func TestEverySealedColumnIsResealed(t *testing.T) {
	t.Parallel()
	known := map[string]bool{
		// Challenges live for minutes; their keys outlive them.
		challenge.Table + "." + challenge.FieldPayloadSealed: true,
	}
	for _, c := range sealedColumns {
		known[c.table+"."+c.column] = true
	}
	for _, table := range migrate.Tables {
		for _, column := range table.Columns {
			if name := table.Name + "." + column.Name; strings.HasSuffix(column.Name, "_sealed") && !known[name] {
				t.Errorf("%s is not resealed", name)
			}
		}
	}
}
