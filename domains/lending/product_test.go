package lending_test

import (
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/lending"
)

// TestProducts: every product that the program brings along has a bank and every bank's
// product is there; it asks for nothing that is not known, and says its own limits.
func TestProducts(t *testing.T) {
	t.Parallel()
	known := []string{"applicant", "fen", "months", "use", "grade", "permit", "certificate"}
	banks := lending.Banks()
	for _, p := range lending.Products().Policies() {
		if banks[lending.ProductCode(p.Name)] == "" {
			t.Errorf("%s has no bank", p.Name)
		}
		for _, v := range p.Versions {
			for _, f := range v.Facts {
				if !slices.Contains(known, f.Name) {
					t.Errorf("%s %s asks for %s", p.Name, v.Name, f.Name)
				}
			}
			if !v.Illustrative() || v.Undecided != "" {
				t.Errorf("%s %s: no source confirms its figures", p.Name, v.Name)
			}
		}
	}
	for code := range banks {
		if _, ok := lending.Products().Policy(string(code)); !ok {
			t.Errorf("%s is no product", code)
		}
	}
}
