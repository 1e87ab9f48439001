// Package han converts Chinese text between the Simplified script of the
// mainland and the Traditional script of Taiwan, as OpenCC does.
//
// All dictionaries are compiled into one automaton, which lies in the program
// and is unpacked at the first conversion. Each direction then reads the text
// once: the longest phrase at each place is replaced by what OpenCC's pipeline
// makes of it. Package compile says why one pass is enough.
//
// Text that no dictionary knows passes unchanged: ASCII, other scripts, and bytes
// that are not UTF-8. Valid UTF-8 stays valid. Nothing here fails or panics, and
// all of it may be called from many goroutines.
//
// What must not be converted, as names, addresses and placeholders, is for the
// caller to keep out.
package han

import (
	"slices"
	"sync"
)

//go:generate go run ./internal/generate

// Direction says from which script and words to which.
type Direction int

// The four conversions of the house. Any other value leaves text as it is.
const (
	ToTaiwan       Direction = iota // OpenCC s2twp: Simplified to Traditional, with Taiwan's words
	ToTaiwanScript                  // OpenCC s2tw: Simplified to Traditional of Taiwan's standard, words left
	ToMainland                      // OpenCC tw2sp: Traditional of Taiwan to Simplified, with mainland words
	ToSimplified                    // OpenCC t2s: Traditional to Simplified, characters only
)

// keptBuffer is the largest scratch that is kept for the next text.
const keptBuffer = 64 << 10

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Convert gives the text in the other script. What is already in that script is
// usually left alone, but not always: converting twice is no fixed point.
func Convert(d Direction, text string) string {
	out, ok := buffers.Get().(*[]byte)
	if !ok || text == "" {
		return text
	}
	*out = Append(slices.Grow((*out)[:0], len(text)+len(text)/8), d, []byte(text))
	converted := string(*out)
	if cap(*out) <= keptBuffer {
		buffers.Put(out)
	}
	return converted
}

// Append appends the converted text to dst and returns the longer slice, which
// may share its memory with dst but must not overlap text.
//
// It allocates nothing if dst has room for the result and four bytes more. A
// text may be cut into parts and appended part by part where no phrase is torn,
// as at the end of a line.
func Append(dst []byte, d Direction, text []byte) []byte {
	machines := loaded()
	if d < 0 || int(d) >= len(machines) {
		return append(dst, text...)
	}
	return machines[d].append(dst, text)
}
