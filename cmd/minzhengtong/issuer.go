package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/credential"
)

// issuerCommand looks after the keys that sign licences.
type issuerCommand struct {
	Rotate     issuerRotateCommand     `cmd:"" help:"Sign licences with a new key, from five minutes from now. What was signed stays good."`
	Compromise issuerCompromiseCommand `cmd:"" help:"Believe nothing any more that a key signed, and sign it anew. For a key that was given away, or may have been."`
	List       issuerListCommand       `cmd:"" help:"Print the numbers of all licences under a key."`
}

type issuerRotateCommand struct{}

// Run makes the key.
func (issuerRotateCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	g, err := s.open(ctx, t, false)
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	if err := g.issuers.Rotate(ctx); err != nil {
		return err
	}
	t.printf("A new key is published. It signs licences five minutes from now; the earlier ones go on verifying.\n")
	return nil
}

type issuerCompromiseCommand struct {
	Key string `arg:"" help:"The key's ID, as published at /.well-known/jwt-vc-issuer."`
}

// anewPerBatch is how many licences are signed anew between two looks at the progress.
const anewPerBatch = 500

// Run gives the key up and signs anew what stands under it. It may be interrupted and
// repeated.
func (c *issuerCompromiseCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	g, err := s.open(ctx, t, false)
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	h, err := g.offline()
	if err != nil {
		return err
	}
	if err := g.issuers.Compromise(ctx, c.Key); err != nil {
		return err
	}
	err = h.Audit.Change(ctx, "command/issuer-compromise", operator)
	total := 0
	for after, more := credential.ID(""), err == nil; more; more = err == nil && after != "" {
		var signed int
		after, signed, err = h.Credentials.SignAnew(ctx, c.Key, after, anewPerBatch)
		total += signed
		if isTerminal(t.err) {
			_, _ = fmt.Fprintf(t.err, "\r%d signed anew", total) // as with printf
		}
	}
	if isTerminal(t.err) {
		_, _ = fmt.Fprintln(t.err)
	}
	t.printf("The key is believed no more. %d licences were signed anew; their holders download them anew.\n", total)
	if err != nil {
		return fmt.Errorf("%w; run it again for the rest", err)
	}
	return nil
}

type issuerListCommand struct {
	Key string `arg:"" help:"The key's ID."`
}

// Run prints one line for each: number, edition, state.
func (c *issuerListCommand) Run(ctx context.Context, s *Settings, t *terminal) (err error) {
	g, err := s.open(ctx, t, false)
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	h, err := g.offline()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(t.out)
	defer func() { err = errors.Join(err, out.Flush()) }()
	for after := credential.ID(""); ; {
		list, err := h.Credentials.UnderKey(ctx, c.Key, after, 10*anewPerBatch)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, l := range list {
			if _, err := fmt.Fprintf(out, "%s\t%d\t%s\n", l.Number, l.Edition, l.State); err != nil {
				return err
			}
			after = l.ID
		}
	}
}
