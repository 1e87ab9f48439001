// Package keyring seals personal numbers for storage and finds them again
// without opening them.
//
// # Words
//
// A sealed field is a number encrypted with AES-256-GCM under the primary
// sealing key. The context handed in with it (the row's id and the field's
// name) is authenticated: a sealed field copied into another row or column
// does not open there.
//
// A blind index is HMAC-SHA256 of a number under an indexing key. Equal
// numbers have equal hashes, so a database can find a number and keep it
// unique; without the key a hash says nothing, and nobody can try out all
// eight-digit numbers.
//
// Both keysets lie in one file, encrypted by a key-encryption key. That KEK is
// any [tink.AEAD], which is the seam for a key management service: Tink's
// clients for cloud services and HashiCorp Vault implement it, and it is asked
// only at start, at a reload that finds a change, and at a rotation, never per
// field. [LocalKEK] is the default.
//
// # Blind indexes while keys change
//
// The owner of the data writes one index row for each [Index] that
// [Keyring.Indexes] gives, with (purpose, key, hash) unique in the database,
// and looks a number up by any of them. Two writers then always share a key as
// long as no step of a rotation starts before every process has reloaded and,
// for Retire, before the rows missing under the new key have been filled in.
// So uniqueness holds at every moment of a rotation.
//
// # Rotation without stopping
//
//  1. [Keyring.Add]: a new key that everybody can read, nobody seals with.
//     Indexes are written under it from now on, beside the older ones.
//  2. [Keyring.Promote]: new fields are sealed with it.
//  3. The owners of the data seal again what [SealedBy] another key, and write
//     the indexes missing under [Keyring.IndexKeys].
//  4. [Keyring.Retire]: what still lies under the old key can no longer be read
//     or found.
//
// Between two steps every process must [Keyring.Reload]; [Keyring.Status] tells
// the generation it stands on. The keys themselves stay in the file, disabled:
// retiring is no proof that a key was destroyed.
//
// # Never
//
// No error, String or log value holds a plaintext, a context or key material.
package keyring

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/core/cryptofmt"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Errors of a running program. They are no faults: a person can do nothing
// about them, an operator can.
var (
	// ErrNotAuthentic: the field was altered, or sealed for another context.
	ErrNotAuthentic = errors.New("keyring: sealed field is altered or belongs elsewhere")
	// ErrUnknownKey: sealed under a key that this process does not have. Reload
	// helps when another process has added it.
	ErrUnknownKey = errors.New("keyring: sealed under a key that is not loaded")
	// ErrRetired: sealed under a key that has been retired.
	ErrRetired = errors.New("keyring: sealed under a retired key")
	// ErrNoContext: the caller named no row and field to bind the number to.
	ErrNoContext = errors.New("keyring: no context given")
)

// Keyring seals, opens and indexes with the keys of one folder. It is safe for
// concurrent use; it holds nothing that needs closing. The zero value is not
// usable, see [Open].
type Keyring struct {
	store store
	// mu lets one Reload or rotation step through at a time. Reading needs no
	// lock: state is immutable and replaced as a whole.
	mu    sync.Mutex
	state atomic.Pointer[state]
}

// Open loads the keys in dir, and creates them when dir holds none. Processes
// that open an empty folder at once end with the same keys.
//
// Its errors are meant for the operator and name the file: [ErrKEK],
// [ErrDamaged], [ErrNewer], or what the file system said.
func Open(dir string, kek tink.AEAD) (*Keyring, error) {
	if kek == nil {
		return nil, fmt.Errorf("keyring in %s: no key-encryption key given", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keyring folder: %w", err)
	}
	k := &Keyring{store: store{dir: dir, kek: kek}}
	loaded, err := k.store.load(nil)
	if errors.Is(err, errAbsent) {
		loaded, err = k.store.create()
	}
	if err != nil {
		return nil, err
	}
	k.state.Store(loaded)
	return k, nil
}

// Seal encrypts plain for the place that context names, such as the row's id
// and the field's name. Sealing the same again gives other bytes. The result is
// 33 bytes longer than plain; an empty plain is allowed, an empty context is
// [ErrNoContext].
func (k *Keyring) Seal(plain []byte, context string) ([]byte, error) {
	if context == "" {
		return nil, ErrNoContext
	}
	sealed, err := k.state.Load().sealer.Encrypt(plain, []byte(context))
	if err != nil {
		return nil, fmt.Errorf("keyring: seal: %w", err)
	}
	return sealed, nil
}

// Unseal opens what [Keyring.Seal] made for the same context, under any key
// that is not retired. It fails with [ErrNotAuthentic], [ErrUnknownKey],
// [ErrRetired] or [ErrNoContext].
func (k *Keyring) Unseal(sealed []byte, context string) ([]byte, error) {
	if context == "" {
		return nil, ErrNoContext
	}
	now := k.state.Load()
	plain, err := now.sealer.Decrypt(sealed, []byte(context))
	if err != nil {
		return nil, now.whyUnreadable(sealed)
	}
	return plain, nil
}

// SealingKey is the id of the key that Seal uses now. A field that [SealedBy]
// another is due for sealing again.
func (k *Keyring) SealingKey() uint32 { return k.state.Load().sealingKey }

// sealedOverhead is what sealing adds: Tink's prefix (a start byte and the
// key's id), the nonce and the tag of AES-GCM.
const sealedOverhead = cryptofmt.TinkPrefixSize + 12 + 16

// SealedBy reads the id of the key from a sealed field, without opening it. It
// says false for bytes that Seal cannot have made.
func SealedBy(sealed []byte) (uint32, bool) {
	if len(sealed) < sealedOverhead || sealed[0] != cryptofmt.TinkStartByte {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:]), true
}
