// Command generate writes automaton.bin of package han from the dictionaries. It
// runs in the folder of that package, by go generate.
package main

import (
	"log"
	"os"

	"github.com/minzhengtong/minzhengtong/i18n/han/internal/compile"
)

func main() {
	a, err := compile.Automaton(os.DirFS("dictionary"))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("automaton.bin", a.Encode(), 0o600); err != nil {
		log.Fatal(err)
	}
}
