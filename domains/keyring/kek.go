package keyring

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Errors of a local KEK, for the operator. They come wrapped with the file's
// name.
var (
	// ErrExposed: others than the owner may read or write the KEK file.
	ErrExposed = errors.New("keyring: the key-encryption key file is open to others; run chmod 600 on it, and replace the key if they may have read it")
	// ErrNoKEK: keys exist, but the KEK file that opens them is not there.
	ErrNoKEK = errors.New("keyring: the key-encryption key file is missing; put it back")
)

const (
	kekKind = "minzhengtong-kek"
	kekSize = 32
)

// LocalKEK is a key-encryption key in a file of its own, for an installation
// without a key management service. Keep the file outside the database, the
// keyring's folder and their backups: together they open everything.
//
// A file that is not there is made, with mode 0600, when the first keyring is
// written with it. It is not made to read an existing keyring, which could only
// fail; that says [ErrNoKEK]. A file that others can open is refused with
// [ErrExposed], a broken one with [ErrDamaged] or [ErrNewer]. The folder must exist.
func LocalKEK(path string) (tink.AEAD, error) {
	k := &localKEK{path: path}
	if _, err := k.load(); err != nil && !errors.Is(err, ErrNoKEK) {
		return nil, err
	}
	return k, nil
}

// localKEK is AES-256-GCM under the key in a file.
type localKEK struct {
	path string
	// mu guards key, which is nil until the file has been read.
	mu  sync.Mutex
	key tink.AEAD
}

// Encrypt implements [tink.AEAD]. It makes the key if there is none.
func (k *localKEK) Encrypt(plain, context []byte) ([]byte, error) {
	key, err := k.load()
	if errors.Is(err, ErrNoKEK) {
		key, err = k.create()
	}
	if err != nil {
		return nil, err
	}
	return key.Encrypt(plain, context)
}

// Decrypt implements [tink.AEAD].
func (k *localKEK) Decrypt(sealed, context []byte) ([]byte, error) {
	key, err := k.load()
	if err != nil {
		return nil, err
	}
	return key.Decrypt(sealed, context)
}

// Format prints the same for every verb, so that none shows the key.
func (k *localKEK) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "local key-encryption key") }

// load reads the file once.
func (k *localKEK) load() (tink.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key != nil {
		return k.key, nil
	}
	raw, err := readPrivate(k.path)
	if err != nil {
		return nil, err
	}
	body, _, err := unpack(kekKind, raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.path, err)
	}
	material, err := base64.StdEncoding.DecodeString(string(body))
	if err != nil || len(material) != kekSize {
		return nil, fmt.Errorf("%s: %w", k.path, ErrDamaged)
	}
	key, err := subtle.NewAESGCM(material)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.path, err)
	}
	k.key = key
	return key, nil
}

// create makes the file; of several processes one does, and all load its key.
func (k *localKEK) create() (tink.AEAD, error) {
	material := make([]byte, kekSize)
	_, _ = rand.Read(material) // never fails: crypto/rand ends the program instead
	raw, _ := pack(kekKind, []byte(base64.StdEncoding.EncodeToString(material)))
	if err := writeFile(k.path, raw, os.Link); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make key-encryption key: %w", err)
	}
	return k.load()
}

// readPrivate reads a file that nobody but its owner may open.
func readPrivate(path string) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrNoKEK)
	}
	if err != nil {
		return nil, fmt.Errorf("read key-encryption key: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("read key-encryption key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrExposed)
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("read key-encryption key: %w", err)
	}
	return raw, nil
}
