package cursor_test

import (
	"errors"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/cursor"
)

// FuzzRead: whatever somebody sends as a page token, it leads nowhere unless it
// was made for this list and caller, and nothing breaks.
func FuzzRead(f *testing.F) {
	c := codec(f)
	good, err := c.Write("records", "me", here)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good + "A")
	f.Add(good[1:])
	f.Fuzz(func(t *testing.T, token string) {
		var mine, yours place
		err := c.Read("records", "me", token, &mine)
		switch {
		case token == "" || token == good:
			if err != nil {
				t.Errorf("a good token is refused: %v", err)
			}
		case !errors.Is(err, cursor.ErrToken) || mine != (place{}):
			t.Errorf("%q leads to %v (%v)", token, mine, err)
		}
		if err := c.Read("records", "you", token, &yours); token != "" && !errors.Is(err, cursor.ErrToken) {
			t.Errorf("%q leads somebody else to %v", token, yours)
		}
	})
}
