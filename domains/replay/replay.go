// Package replay answers a write that is repeated as the first time.
//
// # Words
//
// An idempotency key is a text that a caller makes up for one write and sends
// again when it does not know whether the write took place. A call is a caller,
// a procedure and such a key; each of the three keeps calls apart. The subjects
// of a call are the documents that it was about.
//
// A call with one transaction goes through [Service.Do]: its effect and its
// answer are kept together or not at all. A staged call, which asks an authority
// on its way, goes through [Service.Begin] and [Service.End]. It must be safe to
// repeat by itself, because a repetition that finds no answer yet runs again.
//
// # What never happens
//
//   - No effect takes place twice under one key, however many ask at once.
//   - No answer is given back before the caller's right to the subjects has been
//     checked anew.
//   - No other input passes under a key that was used.
//   - No key, input or answer is stored in the clear: the key and who used it as
//     a hash, the input as a keyed hash, since numbers of documents can be
//     guessed, and the answer sealed.
package replay

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Faults of idempotency keys.
var (
	// ErrKey: the key is empty, too long, or not all visible ASCII.
	ErrKey = fault.New(fault.Invalid, "IDEMPOTENCY_KEY_INVALID")
	// ErrReused: the key was used for another input.
	ErrReused = fault.New(fault.Invalid, "IDEMPOTENCY_KEY_REUSED")
	// ErrGone: the write took place, and what it answered has been erased
	// together with its owner's data. It does not take place again.
	ErrGone = fault.New(fault.NotFound, "IDEMPOTENCY_ANSWER_ERASED")
)

// Life is how long a key is kept after it was first used. Afterwards the same
// key is a new one.
const Life = 48 * time.Hour

// maxKey is the length of the longest key.
const maxKey = 200

// Call is one write that may come again.
type Call struct {
	// Caller is who calls, with whatever tells two of them apart.
	Caller string
	// Procedure is what is called.
	Procedure string
	// Key is the caller's idempotency key; see [CheckKey].
	Key string
	// Input is the whole request, written the same way each time.
	Input []byte
	// Owner is the document under whose data key the answer is sealed, or "" for
	// the keyring.
	Owner string
}

// LogValue keeps caller, key and input out of logs.
func (c Call) LogValue() slog.Value { return slog.StringValue(c.Procedure) }

// String keeps them out of texts.
func (c Call) String() string { return c.Procedure }

// Again fails unless the caller may still touch the subjects of the first call.
type Again func(ctx context.Context, subjects []actor.DocumentID) error

// Work does the write and returns its answer and its subjects.
type Work func(ctx context.Context) (answer []byte, subjects []actor.DocumentID, err error)

// Deps are what the service stands on. All are required.
type Deps struct {
	DB    *entdb.DB
	Keys  *keyring.Keyring
	Vault *vault.Vault
	Now   func() time.Time
}

// Service keeps the keys. It is safe for concurrent use.
type Service struct {
	db    *entdb.DB
	keys  *keyring.Keyring
	vault *vault.Vault
	now   func() time.Time
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Keys == nil || d.Vault == nil || d.Now == nil {
		return nil, errors.New("replay: every dependency is required")
	}
	return &Service{db: d.DB, keys: d.Keys, vault: d.Vault, now: d.Now}, nil
}

// CheckKey fails with [ErrKey] unless the key is 1 to 200 visible ASCII
// characters.
func CheckKey(key string) error {
	if key == "" || len(key) > maxKey {
		return ErrKey
	}
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return ErrKey
		}
	}
	return nil
}

// check fails for a key that is none, and for a call of nobody or of nothing,
// which is a mistake in the program.
func (c Call) check() error {
	if c.Caller == "" || c.Procedure == "" {
		return errors.New("replay: a call without caller or procedure")
	}
	return CheckKey(c.Key)
}

// id is the row's ID: a hash in which no two calls join to the same text.
func (c Call) id() string {
	digest := sha256.New()
	for _, part := range [...]string{c.Caller, c.Procedure, c.Key} {
		_, _ = digest.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		_, _ = digest.Write([]byte(part))
	}
	return hex.EncodeToString(digest.Sum(nil))
}

// inputs are the keyed hashes of the input under every index key in use, the
// primary's first.
func (s *Service) inputs(id string, input []byte) []keyring.Index {
	sum := sha256.Sum256(input)
	return s.keys.Indexes("write input", id+"/"+hex.EncodeToString(sum[:]))
}

// time is the present moment as rows keep it.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
