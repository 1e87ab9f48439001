package credential

import "testing"

// TestReachOfShares: a share is within the reach of whoever was charged with some licences
// when it shows nothing else; of one that cannot be read nobody knows.
func TestReachOfShares(t *testing.T) {
	t.Parallel()
	shows := func(numbers ...Number) (p Presentation) {
		for _, n := range numbers {
			p.Choices = append(p.Choices, Choice{Number: n})
		}
		return p
	}
	all, some := reach{}, reach{only: []string{"A", "B"}}
	for name, x := range map[string]struct {
		r    reach
		p    Presentation
		want bool
	}{
		"no bounds":              {all, shows("C"), true},
		"no bounds, cannot read": {all, shows(), true},
		"one of them":            {some, shows("B"), true},
		"both of them":           {some, shows("B", "A"), true},
		"another":                {some, shows("C"), false},
		"another beside":         {some, shows("A", "C"), false},
		"cannot be read":         {some, shows(), false},
	} {
		if got := x.r.toAll(x.p); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
