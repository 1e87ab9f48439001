package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const (
	// origin names the log: the first line of every checkpoint and the name of
	// the key that signs it.
	origin = "minzhengtong/audit"

	keyFile = "audit-key"
)

// Signer signs checkpoints. It is immutable and safe for concurrent use.
type Signer struct {
	signer   note.Signer
	verifier note.Verifier
	key      string // the verifier's, as text
}

// OpenSigner reads the key in a folder, and creates it at first use. Processes
// that do so at once end with the same key.
func OpenSigner(dir string) (*Signer, error) {
	path := filepath.Join(dir, keyFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		raw, err = createKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("audit key: %w", err)
	}
	private, public, _ := strings.Cut(strings.TrimSuffix(string(raw), "\n"), "\n")
	s := &Signer{key: public}
	s.signer, err = note.NewSigner(private)
	if err == nil {
		s.verifier, err = note.NewVerifier(public)
	}
	if err != nil || s.signer.Name() != s.verifier.Name() || s.signer.KeyHash() != s.verifier.KeyHash() {
		// Nothing of the file may get into the error.
		return nil, fmt.Errorf("audit key %s is damaged; restore it: what was signed before verifies with no other", path)
	}
	return s, nil
}

// VerifierKey is the public key as text, in the form of
// golang.org/x/mod/sumdb/note.
func (s *Signer) VerifierKey() string { return s.key }

// Format prints the same for every verb, so that none shows the key.
func (s *Signer) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.key)) }

// createKey makes a key that only its owner can read: two lines, the signer's
// and the verifier's. When two processes start at once, the second reads the
// first one's.
func createKey(path string) ([]byte, error) {
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+keyFile+"-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // a leftover name is harmless
	_, err = temp.WriteString(private + "\n" + public + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// syncDir puts a folder's new names on the disk.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
