package hanname

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/han/dictionary"
)

func TestTable(t *testing.T) {
	t.Parallel()
	if got, want := len(table()), 4148; got != want {
		t.Errorf("the table has %d characters, want %d", got, want)
	}
	for r := range table() {
		if once, twice := first(r), first(first(r)); first(twice) != twice {
			t.Errorf("%c folds to %c, %c and further: Fold might not end", r, once, twice)
		}
	}
}

// TestListsFitTheTable fails when a new table makes an entry of a list useless.
func TestListsFitTheTable(t *testing.T) {
	t.Parallel()
	for from, to := range carePairs {
		if got := first(from); got != to {
			t.Errorf("care pair %c%c: the table folds to %c", from, to, got)
		}
	}
	for from, to := range listedVariants {
		if got := relate(from, to); got != listed {
			t.Errorf("listed variant %c%c: the relation is %d, want %d", from, to, got, listed)
		}
	}
	for surname := range compounds {
		if got := Fold(surname); got != surname || len([]rune(surname)) != 2 {
			t.Errorf("compound surname %s is not two folded characters", surname)
		}
	}
}

func BenchmarkTable(b *testing.B) {
	for b.Loop() {
		readTable(dictionary.TSCharacters)
	}
}
