package credential

import (
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// TestWhoMayAsk: where a type names departments, their officers see what the holder chose,
// and everybody else what is open; where it names none, everybody sees what was chosen.
func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	c := Credential{
		State: Revoked, Values: Values{"open": "a", "hidden": "b"},
		Type: Type{Fields: []Field{{Name: "open", Kind: Text}, {Name: "hidden", Kind: Text, Hidden: true}}},
	}
	for _, x := range []struct {
		askers     []string
		department string
		want       int
	}{{nil, "", 2}, {nil, "tax", 2}, {[]string{"bank"}, "bank", 2}, {[]string{"bank"}, "tax", 1}, {[]string{"bank"}, "", 1}} {
		c.Type.Askers = x.askers
		seen, err := (&Service{Deps: Deps{Now: time.Now}}).see(c, actor.Actor{Department: x.department}, []string{"hidden"})
		if err != nil || len(seen.Values) != x.want {
			t.Errorf("askers %v, department %q: %v, %v", x.askers, x.department, seen.Values, err)
		}
	}
}
