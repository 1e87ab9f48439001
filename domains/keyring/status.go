package keyring

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// State says what a key is used for.
type State string

// The states, in the order in which a key passes through them.
const (
	// Enabled keys read; an enabled indexing key also writes.
	Enabled State = "enabled"
	// Primary is the one key of a keyset that seals, or that comes first.
	Primary State = "primary"
	// Retired keys do nothing any more.
	Retired State = "retired"
)

// Key describes a key without its material.
type Key struct {
	Which Which
	ID    uint32
	State State
}

// Status is what an operator may see of a keyring.
type Status struct {
	// Generation counts the changes of the file. Before the next step of a
	// rotation every process must be on the latest.
	Generation uint64
	// Keys are the sealing keys, then the indexing keys, the oldest first.
	Keys []Key
}

// Status describes the keys as this process uses them; see [Keyring.Reload].
func (k *Keyring) Status() Status {
	now := k.state.Load()
	status := Status{Generation: now.generation}
	for _, which := range [...]Which{Sealing, Indexing} {
		for key := range keysOf(now.sets[which]) {
			key.Which = which
			status.Keys = append(status.Keys, key)
		}
	}
	return status
}

// String is the status in one line, for logs.
func (k *Keyring) String() string {
	status := k.Status()
	var b strings.Builder
	fmt.Fprintf(&b, "keyring generation %d", status.Generation)
	for _, key := range status.Keys {
		fmt.Fprintf(&b, ", %s key %d %s", key.Which, key.ID, key.State)
	}
	return b.String()
}

// Format prints String for every verb, so that none reaches into the fields.
func (k *Keyring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// keysOf lists a keyset's keys, the oldest first, with Which left empty.
func keysOf(h *keyset.Handle) iter.Seq[Key] {
	return func(yield func(Key) bool) {
		for i := range h.Len() {
			entry, err := h.Entry(i)
			if err != nil || !yield(Key{ID: entry.KeyID(), State: stateOf(entry)}) {
				return
			}
		}
	}
}

func stateOf(entry *keyset.Entry) State {
	switch {
	case entry.IsPrimary():
		return Primary
	case entry.KeyStatus() == keyset.Enabled:
		return Enabled
	default:
		return Retired
	}
}
