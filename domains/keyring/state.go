package keyring

import (
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// state is what one generation of the keyring file holds, ready for use.
// Nothing in it changes once it is built.
type state struct {
	generation uint64
	sum        string
	sets       sets
	sealer     tink.AEAD
	sealingKey uint32
	indexers   []indexer
}

// sets are the two keysets.
type sets map[Which]*keyset.Handle

// indexer is one enabled indexing key.
type indexer struct {
	key uint32
	prf prf.PRF
}

// hash computes one blind index. The only error that Tink's HMAC knows is a
// length that it cannot give, and newIndexers has tried this length.
func (x indexer) hash(input []byte) []byte {
	sum, err := x.prf.ComputePRF(input, hashSize)
	if err != nil {
		panic("keyring: an indexing key stopped working: " + err.Error())
	}
	return sum
}

// newState builds the primitives once, so that no request has to.
func newState(generation uint64, s sets) (*state, error) {
	sealer, err := aead.New(s[Sealing])
	if err != nil {
		return nil, fmt.Errorf("sealing keyset: %w", err)
	}
	primary, err := s[Sealing].Primary()
	if err != nil {
		return nil, fmt.Errorf("sealing keyset: %w", err)
	}
	indexers, err := newIndexers(s[Indexing])
	if err != nil {
		return nil, fmt.Errorf("indexing keyset: %w", err)
	}
	return &state{generation: generation, sets: s, sealer: sealer, sealingKey: primary.KeyID(), indexers: indexers}, nil
}

// newIndexers lists the enabled keys, the primary first, then the oldest.
func newIndexers(h *keyset.Handle) ([]indexer, error) {
	set, err := prf.NewPRFSet(h)
	if err != nil {
		return nil, err
	}
	indexers := []indexer{{set.PrimaryID, set.PRFs[set.PrimaryID]}}
	for key := range keysOf(h) {
		if one, enabled := set.PRFs[key.ID]; enabled && key.ID != set.PrimaryID {
			indexers = append(indexers, indexer{key.ID, one})
		}
	}
	for _, x := range indexers {
		if _, err := x.prf.ComputePRF(nil, hashSize); err != nil {
			return nil, fmt.Errorf("key %d: %w", x.key, err)
		}
	}
	return indexers, nil
}

// whyUnreadable tells apart what an operator would do differently about a
// field that did not open.
func (s *state) whyUnreadable(sealed []byte) error {
	id, ok := SealedBy(sealed)
	if !ok {
		return ErrNotAuthentic
	}
	for key := range keysOf(s.sets[Sealing]) {
		switch {
		case key.ID != id:
		case key.State == Retired:
			return fmt.Errorf("key %d: %w", id, ErrRetired)
		default:
			return ErrNotAuthentic
		}
	}
	return fmt.Errorf("key %d: %w", id, ErrUnknownKey)
}
