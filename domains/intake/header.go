package intake

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// header is the first record of a file.
type header struct {
	at      map[string]int // where each column is
	width   int
	end     position
	ignored []string
}

// readHeader reads the header and finds the columns, in any order: those that are
// needed, and those that may be there.
func readHeader(s *source, needed, optional []string) (header, error) {
	offset, err := s.start()
	if err != nil {
		return header{}, fmt.Errorf("read the file: %w", err)
	}
	r, err := newReader(s, position{offset: offset}, 0)
	if err != nil {
		return header{}, err
	}
	first, err := r.next()
	switch {
	case errors.Is(err, io.EOF):
		return header{}, fmt.Errorf("%w: the file holds no line", ErrHeader)
	case err != nil:
		return header{}, err
	case first.fault != nil:
		return header{}, fmt.Errorf("%w: the first line cannot be read as CSV", ErrHeader)
	}
	columns := slices.Concat(needed, optional)
	h := header{at: map[string]int{}, width: len(first.fields), end: r.at}
	for i, name := range first.fields {
		name = strings.ToLower(strings.TrimSpace(s.charset.decode(name)))
		if _, twice := h.at[name]; twice && slices.Contains(columns, name) {
			return header{}, fmt.Errorf("%w: column %s is there twice", ErrHeader, name)
		}
		h.at[name] = i
		if !slices.Contains(columns, name) {
			h.ignored = append(h.ignored, name)
		}
	}
	return h, h.check(needed)
}

// check names the columns that are missing. It does not say what is there
// instead: where the header itself is missing, that is somebody's data.
func (h header) check(columns []string) error {
	var missing []string
	for _, name := range columns {
		if _, ok := h.at[name]; !ok {
			missing = append(missing, name)
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%w: column %s is missing", ErrHeader, missing[0])
	}
	return fmt.Errorf("%w: columns %s are missing", ErrHeader, strings.Join(missing, ", "))
}
