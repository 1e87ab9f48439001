// Package cursor makes page tokens: opaque, sealed, and good only for the caller
// and the list for which they were made.
package cursor

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// ErrToken: the page token is not one of this list and caller.
var ErrToken = fault.New(fault.Invalid, "PAGE_TOKEN_INVALID")

// Codec seals page tokens.
type Codec struct{ Keys *keyring.Keyring }

// Limits are how many rows a page of a list has, as its contract says.
type Limits struct{ usual, largest int }

// The limits that lists have.
var (
	Rows  = Limits{usual: 50, largest: 200}
	Texts = Limits{usual: 20, largest: 100} // rows that are long to read
)

// Size is how many rows a page has that a caller asked for.
func (l Limits) Size(asked int32) int {
	if asked <= 0 {
		return l.usual
	}
	return min(int(asked), l.largest)
}

// Write makes the token that leads on from position. The list's name and the
// caller's ID bind it.
func (c Codec) Write(list, caller string, position any) (string, error) {
	raw, err := json.Marshal(position)
	if err != nil {
		return "", fmt.Errorf("write page token: %w", err)
	}
	sealed, err := c.Keys.Seal(raw, binding(list, caller))
	if err != nil {
		return "", fmt.Errorf("seal page token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Read fills position from a token, and leaves it alone for an empty one. It
// fails with [ErrToken].
func (c Codec) Read(list, caller, token string, position any) error {
	if token == "" {
		return nil
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return ErrToken.On("page_token")
	}
	raw, err := c.Keys.Unseal(sealed, binding(list, caller))
	if err != nil || json.Unmarshal(raw, position) != nil {
		return ErrToken.On("page_token")
	}
	return nil
}

func binding(list, caller string) string { return "cursor/" + list + "/" + caller }
