package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/audit"
)

// auditCommand looks after the audit log.
type auditCommand struct {
	Verify auditVerifyCommand `cmd:"" help:"Check the whole log against its tree, its signatures and the anchor, and name the first row that is wrong."`
	Key    auditKeyCommand    `cmd:"" help:"Print the key that verifies the log's heads. Keep it apart: whoever verifies needs it."`
}

// errDamaged ends the program with a code that a script can see.
var errDamaged = errors.New("the audit log was tampered with, or is damaged; keep the database and the anchor as they are")

// auditVerifyCommand checks the log.
type auditVerifyCommand struct {
	VerifierKey string `help:"The key to verify with. Empty: that of the data folder, which whoever changed the log may have changed too." default:""`
}

// Run checks the log while the program may serve. It changes nothing.
func (c *auditVerifyCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	g, err := s.open(ctx, t, false)
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	key := c.VerifierKey
	if key == "" {
		key = g.signer.VerifierKey()
	}
	report, err := audit.Verify(ctx, g.db, s.anchorPath(), key, func(done, total int64) {
		if isTerminal(t.err) {
			_, _ = fmt.Fprintf(t.err, "\r%d of %d entries", done, total) // as with printf
		}
	})
	if isTerminal(t.err) {
		_, _ = fmt.Fprintln(t.err)
	}
	if err != nil {
		return err
	}
	t.printf("entries      %d, of them anchored %d\ncheckpoints  %d\nunnumbered   %d\n", report.Size, report.Anchored, report.Checkpoints, report.Unnumbered)
	if report.AnchorTorn {
		t.printf("the anchor ends in the middle of a record, as after a power cut; the next writer mends it\n")
	}
	if !report.OK() {
		return fmt.Errorf("%w: %w", errDamaged, report.First)
	}
	t.printf("nothing is wrong\n")
	return nil
}

// auditKeyCommand prints the verifier's key.
type auditKeyCommand struct{}

// Run prints the key and nothing else.
func (auditKeyCommand) Run(s *Settings, t *terminal) error {
	if err := s.makeData(); err != nil {
		return err
	}
	signer, err := audit.OpenSigner(s.Data)
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	t.printf("%s\n", signer.VerifierKey())
	return nil
}
