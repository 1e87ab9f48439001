package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Errors at start, for the operator. They come wrapped with the file's name.
var (
	// ErrKEK: the key-encryption key is missing, wrong or out of reach.
	ErrKEK = errors.New("keyring: the key-encryption key does not open this file; give the one that wrote it")
	// ErrSetBack: the file on disk is an older copy, or another one, than what
	// this process has loaded.
	ErrSetBack = errors.New("keyring: the file was replaced by an older or foreign copy; put the latest back, or restart to accept it")
)

// errAbsent says that the folder holds no keyring. It is made in one place, so
// that no other missing file can be taken for a reason to make new keys.
var errAbsent = errors.New("keyring: no keyring here")

// Names in the folder. Both keysets lie in one file, so that each change of
// either is one rename and no process ever sees half of it.
const (
	fileName = "keyring"
	lockName = "keyring.lock"
	fileKind = "minzhengtong-keyring"
)

// store reads and writes the keyring file of one folder.
type store struct {
	dir string
	kek tink.AEAD
}

// contents is the body of the file. The keysets are Tink's encrypted keysets in
// binary; Tink keeps the ids and kinds of keys readable in them, no material.
type contents struct {
	Generation uint64 `json:"generation"`
	Sealing    []byte `json:"sealing"`
	Indexing   []byte `json:"indexing"`
}

func (s store) path() string { return filepath.Join(s.dir, fileName) }

// lock waits until no other process changes the folder. The lock ends with the
// process, so a kill leaves nothing behind.
func (s store) lock() (unlock func(), err error) {
	unlock, err = lockedfile.MutexAt(filepath.Join(s.dir, lockName)).Lock()
	if err != nil {
		return nil, fmt.Errorf("lock keyring: %w", err)
	}
	return unlock, nil
}

// load reads the file. It gives back have, without asking the KEK, when that is
// what the file holds, and never goes back behind it.
func (s store) load(have *state) (*state, error) {
	raw, err := os.ReadFile(s.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", s.path(), errAbsent)
	}
	if err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	body, sum, err := unpack(fileKind, raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.path(), err)
	}
	if have != nil && have.sum == sum {
		return have, nil
	}
	var c contents
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, fmt.Errorf("%s: %w", s.path(), ErrDamaged)
	}
	if have != nil && c.Generation <= have.generation {
		return nil, fmt.Errorf("%s: generation %d, loaded is %d: %w", s.path(), c.Generation, have.generation, ErrSetBack)
	}
	return s.decode(c, sum)
}

// decode decrypts both keysets and makes them ready for use.
func (s store) decode(c contents, sum string) (*state, error) {
	sealing, err := s.open(Sealing, c.Generation, c.Sealing)
	if err != nil {
		return nil, err
	}
	indexing, err := s.open(Indexing, c.Generation, c.Indexing)
	if err != nil {
		return nil, err
	}
	loaded, err := newState(c.Generation, sets{Sealing: sealing, Indexing: indexing})
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", s.path(), ErrNewer, err)
	}
	loaded.sum = sum
	return loaded, nil
}

// open decrypts one keyset. The checksum has ruled out chance damage before, so
// what the KEK refuses was written with another one, or forged; and what opens
// but makes no sense was written by a program that knows more kinds of key.
func (s store) open(which Which, generation uint64, encrypted []byte) (*keyset.Handle, error) {
	kek := &witness{kek: s.kek}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(encrypted)), kek, binding(which, generation))
	switch {
	case kek.err != nil:
		return nil, fmt.Errorf("%s: %s keyset: %w: %w", s.path(), which, ErrKEK, kek.err)
	case err != nil:
		return nil, fmt.Errorf("%s: %s keyset: %w: %w", s.path(), which, ErrNewer, err)
	}
	return handle, nil
}

// create makes the first keys, unless another process was faster.
func (s store) create() (*state, error) {
	unlock, err := s.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	loaded, err := s.load(nil)
	if !errors.Is(err, errAbsent) {
		return loaded, err
	}
	first := sets{}
	for _, which := range [...]Which{Sealing, Indexing} {
		if first[which], err = keyset.NewHandle(template(which)); err != nil {
			return nil, fmt.Errorf("make %s keyset: %w", which, err)
		}
	}
	made, err := newState(1, first)
	if err != nil {
		return nil, err
	}
	return made, s.write(made, os.Link)
}

// replace writes the next generation over the last. Call it under the lock.
func (s store) replace(next *state) error { return s.write(next, os.Rename) }

// write encrypts both keysets and publishes them as one file. It sets next.sum,
// so it comes before next is shared.
func (s store) write(next *state, publish func(temp, path string) error) error {
	c := contents{Generation: next.generation}
	for which, to := range map[Which]*[]byte{Sealing: &c.Sealing, Indexing: &c.Indexing} {
		var b bytes.Buffer
		kek := &witness{kek: s.kek}
		err := next.sets[which].WriteWithAssociatedData(keyset.NewBinaryWriter(&b), kek, binding(which, c.Generation))
		if kek.err != nil {
			err = kek.err
		}
		if err != nil {
			return fmt.Errorf("encrypt %s keyset for %s: %w", which, s.path(), err)
		}
		*to = b.Bytes()
	}
	body, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("encode keyring: %w", err)
	}
	raw, sum := pack(fileKind, body)
	next.sum = sum
	if err := writeFile(s.path(), raw, publish); err != nil {
		return fmt.Errorf("write keyring: %w", err)
	}
	return nil
}

// binding ties a keyset to its place, so that the two cannot be exchanged, nor
// one be taken from an older file.
func binding(which Which, generation uint64) []byte {
	return fmt.Appendf(nil, "minzhengtong keyring %s generation %d", which, generation)
}

// witness keeps the error of a KEK, of which Tink passes on only the text.
type witness struct {
	kek tink.AEAD
	err error
}

// Encrypt implements [tink.AEAD].
func (w *witness) Encrypt(plain, context []byte) (out []byte, err error) {
	out, w.err = w.kek.Encrypt(plain, context)
	return out, w.err
}

// Decrypt implements [tink.AEAD].
func (w *witness) Decrypt(sealed, context []byte) (out []byte, err error) {
	out, w.err = w.kek.Decrypt(sealed, context)
	return out, w.err
}
