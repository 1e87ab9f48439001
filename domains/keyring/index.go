package keyring

import "encoding/binary"

// Index is the blind index of one text under one key.
type Index struct {
	// Key is the id of the indexing key.
	Key uint32
	// Hash is 32 bytes. Equal purpose, text and key give the equal hash.
	Hash []byte
}

// hashSize is the length of a blind index: the whole of HMAC-SHA256.
const hashSize = 32

// Indexes gives the blind indexes of text, one for each indexing key that is
// not retired, the primary's first. Write all of them; look up by any.
//
// The purpose keeps kinds of number apart: equal texts of different purposes
// share no hash. The text is taken as it is, so normalise it first.
func (k *Keyring) Indexes(purpose, text string) []Index {
	input := indexInput(purpose, text)
	indexers := k.state.Load().indexers
	indexes := make([]Index, len(indexers))
	for i, x := range indexers {
		indexes[i] = Index{Key: x.key, Hash: x.hash(input)}
	}
	return indexes
}

// IndexKeys are the ids of the indexing keys that Indexes uses now, in the same
// order. A record without an index under each of them is due for indexing.
func (k *Keyring) IndexKeys() []uint32 {
	indexers := k.state.Load().indexers
	ids := make([]uint32, len(indexers))
	for i, x := range indexers {
		ids[i] = x.key
	}
	return ids
}

// indexInput joins purpose and text so that no two pairs give the same bytes:
// the purpose's length goes first.
func indexInput(purpose, text string) []byte {
	input := make([]byte, 0, 8+len(purpose)+len(text))
	input = binary.BigEndian.AppendUint64(input, uint64(len(purpose)))
	input = append(input, purpose...)
	return append(input, text...)
}
