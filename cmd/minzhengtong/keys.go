package main

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// keysCommand looks after the encryption keys. A rotation is five steps: add,
// wait until every process has read the keyring (half a minute), promote,
// reseal, retire. For index keys reseal before promote as well.
type keysCommand struct {
	Status  keyStatusCommand  `cmd:"" help:"List the keys."`
	Add     keyAddCommand     `cmd:"" help:"Add a key that nobody writes with yet."`
	Promote keyPromoteCommand `cmd:"" help:"Write with a key from now on."`
	Reseal  keyResealCommand  `cmd:"" help:"Bring what is stored to the present keys, while the program serves."`
	Tokens  keyTokensCommand  `cmd:"" help:"Sign access tokens with a new key, from five minutes from now."`
	Issuer  issuerCommand     `cmd:"" help:"Look after the keys that sign licences."`
	Retire  keyRetireCommand  `cmd:"" help:"Stop using a key. What still stands under it can no longer be read: reseal first."`
}

// keyStatusCommand lists the keys.
type keyStatusCommand struct{}

// Run lists the keys with their states, without any key material.
func (keyStatusCommand) Run(s *Settings, t *terminal) error {
	keys, err := s.openKeys()
	if err != nil {
		return err
	}
	t.printf("%-10s %-12s %s\n", "keyset", "key", "state")
	for _, key := range keys.Status().Keys {
		t.printf("%-10s %-12d %s\n", key.Which, key.ID, key.State)
	}
	return nil
}

// keyAddCommand adds a key.
type keyAddCommand struct {
	Keyset string `arg:"" help:"sealing (encryption) or indexing (look-up)." enum:"sealing,indexing"`
}

// Run adds the key and says what comes next.
func (c keyAddCommand) Run(s *Settings, t *terminal) error {
	keys, err := s.openKeys()
	if err != nil {
		return err
	}
	id, err := keys.Add(keyring.Which(c.Keyset))
	if err != nil {
		return err
	}
	t.printf("Added key %d. Wait half a minute, so that every process has read it", id)
	if keyring.Which(c.Keyset) == keyring.Indexing {
		t.printf(", run `minzhengtong keys reseal`")
	}
	t.printf(", then: minzhengtong keys promote %s %d\n", c.Keyset, id)
	return nil
}

// keyPromoteCommand promotes a key.
type keyPromoteCommand struct {
	Keyset string `arg:"" enum:"sealing,indexing" help:"sealing or indexing."`
	ID     uint32 `arg:"" help:"The key."`
}

// Run promotes the key and says what comes next.
func (c keyPromoteCommand) Run(s *Settings, t *terminal) error {
	keys, err := s.openKeys()
	if err != nil {
		return err
	}
	if err := keys.Promote(keyring.Which(c.Keyset), c.ID); err != nil {
		return err
	}
	t.printf("Key %d is written with. Wait half a minute, then: minzhengtong keys reseal\n", c.ID)
	return nil
}

// keyRetireCommand retires a key.
type keyRetireCommand struct {
	Keyset string `arg:"" enum:"sealing,indexing" help:"sealing or indexing."`
	ID     uint32 `arg:"" help:"The key."`
}

// Run retires the key.
func (c keyRetireCommand) Run(s *Settings, t *terminal) error {
	keys, err := s.openKeys()
	if err != nil {
		return err
	}
	if err := keys.Retire(keyring.Which(c.Keyset), c.ID); err != nil {
		return err
	}
	t.printf("Key %d is retired.\n", c.ID)
	return nil
}

// keyResealCommand brings what is stored to the present keys.
type keyResealCommand struct{}

// Run walks through everything that is sealed. It may be interrupted and
// repeated.
func (keyResealCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	g, err := s.open(ctx, t, false)
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	h, err := g.offline()
	if err != nil {
		return err
	}
	seen, written := 0, 0
	rewrap := func(ctx context.Context, progress func(seen, written int)) error {
		n, err := g.vault.Reseal(ctx)
		progress(n, n)
		return err
	}
	steps := []func(context.Context, func(seen, written int)) error{h.Files.Reseal, rewrap, g.tokens.Reseal, g.issuers.Reseal, h.Staff.Reseal, h.Writes.Reseal}
	for _, reseal := range steps {
		before, changed := seen, written
		err = reseal(ctx, func(s, w int) {
			seen, written = before+s, changed+w
			if isTerminal(t.err) {
				_, _ = fmt.Fprintf(t.err, "\r%d looked at, %d written", seen, written) // as with printf
			}
		})
		if err != nil {
			break
		}
	}
	if isTerminal(t.err) {
		_, _ = fmt.Fprintln(t.err)
	}
	t.printf("%d looked at, %d written\n", seen, written)
	return err
}

// keyTokensCommand rotates the key that signs access tokens.
type keyTokensCommand struct{}

// Run adds the key, which every process and everybody who verifies tokens knows
// before it signs.
func (keyTokensCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	g, err := s.open(ctx, t, false)
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	if err := g.tokens.Rotate(ctx); err != nil {
		return err
	}
	t.printf("A new key is published. It signs five minutes from now; the earlier ones verify until their last token is over.\n")
	return nil
}
