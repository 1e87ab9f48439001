package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

const (
	keySize = 32
	// format is the first byte of a sealed field. It grows when an older program
	// could misread it.
	format = 1
)

// Set is the data keys of some owners, read for one piece of work and dropped
// with it. It is safe for concurrent use. The zero value has no keys.
type Set struct {
	keys map[string]dataKey
}

// dataKey is one owner's key, ready for use, or when it was shredded.
type dataKey struct {
	aead     cipher.AEAD // nil for one that was shredded
	shredded time.Time
}

func newSet(size int) Set { return Set{keys: make(map[string]dataKey, size)} }

// newKey is a new data key. The source of randomness does not fail: the program
// ends instead.
func newKey() []byte {
	raw := make([]byte, keySize)
	_, _ = rand.Read(raw)
	return raw
}

// add puts a key into the set.
func (s Set) add(owner string, raw []byte) error {
	if len(raw) != keySize {
		return ErrNotAuthentic
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	s.keys[owner] = dataKey{aead: aead}
	return err
}

// Empty reports whether the set knows no owner.
func (s Set) Empty() bool { return len(s.keys) == 0 }

// Has reports whether the owner's key is in the set.
func (s Set) Has(owner string) bool { return s.keys[owner].aead != nil }

// knows reports whether the owner has or had a key.
func (s Set) knows(owner string) bool {
	_, known := s.keys[owner]
	return known
}

// Shredded reports whether the owner's key was destroyed.
func (s Set) Shredded(owner string) bool {
	key, known := s.keys[owner]
	return known && key.aead == nil
}

// ShredTime is when the owner's key was destroyed, zero while it was not.
func (s Set) ShredTime(owner string) time.Time { return s.keys[owner].shredded }

// And is a set with the keys of both.
func (s Set) And(more Set) Set {
	both := newSet(len(s.keys) + len(more.keys))
	for _, part := range []Set{s, more} {
		for owner, key := range part.keys {
			both.keys[owner] = key
		}
	}
	return both
}

// Seal encrypts plain for the place that context names, such as the row's ID
// and the field's name. Sealing the same again gives other bytes; the result is
// 29 bytes longer than plain. It fails with [ErrShredded], [ErrNoKey], and
// keyring.ErrNoContext for an empty context.
func (s Set) Seal(owner string, plain []byte, context string) ([]byte, error) {
	key, err := s.key(owner, context)
	if err != nil {
		return nil, err
	}
	sealed := make([]byte, 1, 1+len(plain)+key.Overhead())
	sealed[0] = format
	return key.Seal(sealed, nil, plain, []byte(context)), nil //nolint:gosec // G407: this AEAD draws its nonces itself
}

// Unseal opens what Seal made for the same owner and context. It fails with
// [ErrShredded], [ErrNoKey], [ErrNotAuthentic] and keyring.ErrNoContext.
func (s Set) Unseal(owner string, sealed []byte, context string) ([]byte, error) {
	key, err := s.key(owner, context)
	if err != nil {
		return nil, err
	}
	if len(sealed) < 1+key.Overhead() || sealed[0] != format {
		return nil, ErrNotAuthentic
	}
	plain, err := key.Open(nil, nil, sealed[1:], []byte(context))
	if err != nil {
		return nil, ErrNotAuthentic
	}
	return plain, nil
}

// key is the key to use for an owner.
func (s Set) key(owner, context string) (cipher.AEAD, error) {
	key, known := s.keys[owner]
	switch {
	case !known:
		return nil, ErrNoKey
	case key.aead == nil:
		return nil, ErrShredded
	case context == "":
		return nil, keyring.ErrNoContext
	}
	return key.aead, nil
}

// Format prints the same for every verb, so that none shows a key.
func (s Set) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "%d data keys", len(s.keys)) }
