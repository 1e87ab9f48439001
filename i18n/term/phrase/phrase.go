// Package phrase finds many phrases in a text at once: the longest one at each
// place, in one pass from left to right.
package phrase

import (
	"slices"
	"unicode/utf8"
)

// Set is phrases, each with a value. It never changes once built, so
// goroutines may share it. The zero value holds nothing.
type Set[V any] struct {
	nodes  []node
	values []V
	starts [buckets / 64]uint64 // a bit for each bucket in which a first character falls
}

// buckets is into how many groups first characters are sorted.
const buckets = 1 << 12

// node is a place in the tree of phrases. Node 0 is the root.
type node struct {
	edges []edge
	value int // one more than the index of the value, 0 for none
}

// edge leads on by one character. Edges are in the order of their characters.
type edge struct {
	char rune
	to   int
}

// New builds a set. Empty phrases are left out, and so are phrases that are not
// valid UTF-8.
func New[V any](phrases map[string]V) *Set[V] {
	s := &Set[V]{nodes: make([]node, 1)}
	for text, value := range phrases {
		if text == "" || !utf8.ValidString(text) {
			continue
		}
		s.values = append(s.values, value)
		s.nodes[s.grow(text)].value = len(s.values)
		first, _ := utf8.DecodeRuneInString(text)
		s.starts[first%buckets/64] |= 1 << (first % 64)
	}
	return s
}

// Starts reports whether a phrase may start with a character. No is certain, and
// it is found faster than by [Set.Prefix].
func (s *Set[V]) Starts(char rune) bool {
	return s.starts[char%buckets/64]>>(char%64)&1 != 0
}

// grow gives the node at which a phrase ends, and makes those on the way.
func (s *Set[V]) grow(text string) int {
	at := 0
	for _, char := range text {
		i, ok := s.nodes[at].find(char)
		if !ok {
			s.nodes = append(s.nodes, node{})
			s.nodes[at].edges = slices.Insert(s.nodes[at].edges, i, edge{char, len(s.nodes) - 1})
		}
		at = s.nodes[at].edges[i].to
	}
	return at
}

// find gives where the edge for a character is, or where it would be.
func (n *node) find(char rune) (int, bool) {
	low, high := 0, len(n.edges)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if n.edges[middle].char < char {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(n.edges) && n.edges[low].char == char
}

// Prefix gives the longest phrase with which the text begins: its length in
// bytes and its value. The length is 0 if there is none.
func (s *Set[V]) Prefix(text string) (length int, value V) {
	at := 0
	for i, char := range text {
		if at >= len(s.nodes) {
			break
		}
		n := &s.nodes[at]
		if n.value > 0 {
			length, value = i, s.values[n.value-1]
		}
		e, ok := n.find(char)
		if !ok || char == utf8.RuneError {
			return length, value
		}
		at = n.edges[e].to
	}
	if at < len(s.nodes) && s.nodes[at].value > 0 {
		length, value = len(text), s.values[s.nodes[at].value-1]
	}
	return length, value
}

// Split cuts a text: plain is called with what lies between phrases, found with
// each phrase, in order, and the pieces together are the text. Of phrases that
// overlap the one that begins first counts, of those the longest. Neither is
// called with an empty text. The time grows with the text and with the longest
// phrase, never with their product over many phrases.
func (s *Set[V]) Split(text string, plain func(string), found func(string, V)) {
	start := 0
	for i := 0; i < len(text); {
		first, size := utf8.DecodeRuneInString(text[i:])
		if !s.Starts(first) {
			i += size
			continue
		}
		length, value := s.Prefix(text[i:])
		if length == 0 {
			i += size
			continue
		}
		if start < i {
			plain(text[start:i])
		}
		found(text[i:i+length], value)
		i += length
		start = i
	}
	if start < len(text) {
		plain(text[start:])
	}
}
