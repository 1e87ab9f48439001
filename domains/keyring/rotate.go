package keyring

import (
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
)

// Which names a keyset.
type Which string

// The two keysets.
const (
	// Sealing keys encrypt fields.
	Sealing Which = "sealing"
	// Indexing keys make blind indexes.
	Indexing Which = "indexing"
)

// Errors of rotation, for the operator who runs it.
var (
	// ErrNoKeyset: which is neither Sealing nor Indexing.
	ErrNoKeyset = errors.New("keyring: no such keyset")
	// ErrNoKey: the keyset has no key of that id.
	ErrNoKey = errors.New("keyring: no such key in this keyset")
	// ErrInUse: the primary key cannot be retired; promote another first.
	ErrInUse = errors.New("keyring: the primary key cannot be retired; promote another first")
	// ErrKeyRetired: a retired key cannot be promoted; add a new one.
	ErrKeyRetired = errors.New("keyring: a retired key cannot be promoted; add a new one")
)

// Add makes a new key that can read but is not primary yet, and gives back its
// id. Each call adds another. All processes must have reloaded before it is
// promoted, or they could not read what the others write.
func (k *Keyring) Add(which Which) (uint32, error) {
	var id uint32
	err := k.change(which, func(m *keyset.Manager, _ *keyset.Handle) (err error) {
		id, err = m.Add(template(which))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("add %s key: %w", which, err)
	}
	return id, nil
}

// Promote makes an enabled key the primary. Promoting the primary changes
// nothing. It fails with [ErrNoKey] or [ErrKeyRetired].
//
// Processes that have not reloaded yet go on writing with the former primary,
// which the others can still read.
func (k *Keyring) Promote(which Which, id uint32) error {
	err := k.change(which, func(m *keyset.Manager, h *keyset.Handle) error {
		switch stateIn(h, id) {
		case Enabled:
			return m.SetPrimary(id)
		case Primary:
			return errNoChange
		case Retired:
			return ErrKeyRetired
		}
		return ErrNoKey
	})
	if err != nil {
		return fmt.Errorf("promote %s key %d: %w", which, id, err)
	}
	return nil
}

// Retire disables a key for good: whatever is still sealed or indexed under it
// can no longer be read or found. Count such rows first; the keyring cannot.
// Retiring a retired key changes nothing. It fails with [ErrNoKey] or [ErrInUse].
//
// A process that has not reloaded since the promotion may still be sealing with
// this key, so make sure of that as well.
func (k *Keyring) Retire(which Which, id uint32) error {
	err := k.change(which, func(m *keyset.Manager, h *keyset.Handle) error {
		switch stateIn(h, id) {
		case Enabled:
			return m.Disable(id)
		case Primary:
			return ErrInUse
		case Retired:
			return errNoChange
		}
		return ErrNoKey
	})
	if err != nil {
		return fmt.Errorf("retire %s key %d: %w", which, id, err)
	}
	return nil
}

// Reload picks up what other processes changed. It costs one small read when
// nothing changed, so it can run every few seconds. When it fails, the keys
// that were loaded stay in use; beside Open's errors it may say [ErrSetBack].
func (k *Keyring) Reload() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	latest, err := k.store.load(k.state.Load())
	if err != nil {
		return fmt.Errorf("reload: %w", err)
	}
	k.state.Store(latest)
	return nil
}

// errNoChange is how an edit says that there is nothing to write.
var errNoChange = errors.New("nothing to change")

// change edits one keyset in its latest form, alone among all processes that
// share the folder, writes it and puts it to use here.
func (k *Keyring) change(which Which, edit func(*keyset.Manager, *keyset.Handle) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	unlock, err := k.store.lock()
	if err != nil {
		return err
	}
	defer unlock()
	latest, err := k.store.load(k.state.Load())
	if err != nil {
		return err
	}
	next, err := latest.edited(which, edit)
	if err == nil && next != latest {
		err = k.store.replace(next)
	}
	if err != nil {
		return err
	}
	k.state.Store(next)
	return nil
}

// edited gives the next generation, or s itself when nothing is to change.
func (s *state) edited(which Which, edit func(*keyset.Manager, *keyset.Handle) error) (*state, error) {
	handle, ok := s.sets[which]
	if !ok {
		return nil, ErrNoKeyset
	}
	manager := keyset.NewManagerFromHandle(handle)
	err := edit(manager, handle)
	if errors.Is(err, errNoChange) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	changed, err := manager.Handle()
	if err != nil {
		return nil, err
	}
	next := sets{Sealing: s.sets[Sealing], Indexing: s.sets[Indexing]}
	next[which] = changed
	return newState(s.generation+1, next)
}

// template says what kind of key a keyset holds.
func template(which Which) *tinkpb.KeyTemplate {
	if which == Indexing {
		return prf.HMACSHA256PRFKeyTemplate()
	}
	return aead.AES256GCMKeyTemplate()
}

// stateIn is the state of a key, or "" when the keyset has none of that id.
func stateIn(h *keyset.Handle, id uint32) State {
	for key := range keysOf(h) {
		if key.ID == id {
			return key.State
		}
	}
	return ""
}
