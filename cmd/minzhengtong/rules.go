package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/minzhengtong/minzhengtong/domains/rules"
)

// rulesCommand looks after rules of law. It works on files, since those that are used are
// built into the program.
type rulesCommand struct {
	Check rulesCheckCommand `cmd:"" help:"Read policies, work their examples, and name what is wrong with file and line."`
}

// rulesCheckCommand checks a folder.
type rulesCheckCommand struct {
	Folder string `arg:"" type:"existingdir" help:"The folder with .yaml files, such as domains/subsidy/policies."`
}

// Run prints every mistake, or how much is fine.
func (c *rulesCheckCommand) Run(t *terminal) error {
	book, err := rules.Load(os.DirFS(c.Folder))
	if mistakes, ok := errors.AsType[rules.Mistakes](err); ok {
		for _, m := range mistakes {
			if m.Line > 0 {
				t.printf("%s:%d: %s\n", filepath.Join(c.Folder, m.File), m.Line, m.What)
			} else { // of a file as a whole, or of the versions of a policy
				t.printf("%s: %s\n", m.File, m.What)
			}
		}
		return fmt.Errorf("rules: %d mistakes, see above; nothing of the folder can be used", len(mistakes))
	}
	if err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	policies, versions := book.Policies(), 0
	for _, p := range policies {
		versions += len(p.Versions)
	}
	if versions == 0 {
		return fmt.Errorf("rules: %s has no .yaml files", c.Folder)
	}
	t.printf("nothing is wrong with %d policies in %d versions\n", len(policies), versions)
	return nil
}
