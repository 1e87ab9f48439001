package compile

import "github.com/minzhengtong/minzhengtong/i18n/han/internal/automaton"

// space knows which cells and which bases are taken.
type space struct {
	next  []uint32 // a free cell at or after each; free cells name themselves
	bases []bool
	end   uint32 // past the last taken cell
}

func newSpace() *space {
	s := &space{
		next:  make([]uint32, automaton.MaxBase+automaton.MaxSymbol+2),
		bases: make([]bool, automaton.MaxBase+1),
	}
	for i := range s.next {
		s.next[i] = uint32(i)
	}
	return s
}

// free is the first free cell at or after i. The last cell is never taken.
func (s *space) free(i uint32) uint32 {
	for s.next[i] != i {
		s.next[i] = s.next[s.next[i]]
		i = s.next[i]
	}
	return i
}

// fit takes the lowest base at which all children find a free cell.
func (s *space) fit(children []child) (base uint32, ok bool) {
	first := uint32(children[0].symbol)
	for at := s.free(first + 1); at-first <= automaton.MaxBase; at = s.free(at + 1) {
		if base := at - first; !s.bases[base] && s.fits(base, children) {
			s.take(base, children)
			return base, true
		}
	}
	return 0, false
}

func (s *space) fits(base uint32, children []child) bool {
	for _, c := range children {
		if at := base + uint32(c.symbol); s.next[at] != at {
			return false
		}
	}
	return true
}

func (s *space) take(base uint32, children []child) {
	s.bases[base] = true
	for _, c := range children {
		at := base + uint32(c.symbol)
		s.next[at] = at + 1
		s.end = max(s.end, at+1)
	}
}
