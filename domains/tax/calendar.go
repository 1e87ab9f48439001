package tax

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// cache is the calendar that was read last.
type cache struct {
	mu       sync.Mutex // guards what follows
	read     bool
	files    string // the IDs of the files that it was made of
	calendar calendar.Calendar
}

// Calendar is the calendar in use: the years that the program brings along, those
// that were imported in their place, and the local postponements. It asks at each
// call which files hold, which is a small query, because another process may have
// imported one; it reads them when they are others. Inside a transaction it is the
// calendar of that transaction.
func (s *Service) Calendar(ctx context.Context) (calendar.Calendar, error) {
	ids, err := s.heldFiles(ctx)
	if err != nil {
		return calendar.Calendar{}, err
	}
	key := strings.Join(ids, ",")
	s.cached.mu.Lock()
	defer s.cached.mu.Unlock()
	if s.cached.read && s.cached.files == key {
		return s.cached.calendar, nil
	}
	files, err := s.filesByID(ctx, ids)
	if err != nil {
		return calendar.Calendar{}, err
	}
	c, err := compose(files)
	if err != nil {
		return calendar.Calendar{}, err
	}
	s.cached.read, s.cached.files, s.cached.calendar = true, key, c
	return c, nil
}

// compose puts imported files over what the program brings along. They were
// checked before they were kept.
func compose(files []file) (calendar.Calendar, error) {
	c := calendar.Official()
	var local []calendar.Override
	for _, f := range files {
		switch f.kind {
		case yearFile:
			y, err := f.year()
			if err != nil {
				return c, err
			}
			c = c.With(y)
		case overrideFile:
			list, err := f.overrides()
			if err != nil {
				return c, err
			}
			local = append(local, list...)
		}
	}
	return c.WithLocal(local...)
}

// fileKind says what an imported file holds.
type fileKind string

const (
	yearFile     fileKind = "year"
	overrideFile fileKind = "override"
)

// file is one that was imported: a year, or one postponement.
type file struct {
	id     string
	kind   fileKind
	name   string
	text   string
	notice string
}

func (f file) year() (calendar.Year, error) {
	n, err := strconv.Atoi(f.name)
	if err != nil {
		return calendar.Year{}, fmt.Errorf("calendar file %s: %w", f.id, err)
	}
	y, err := calendar.Read(n, strings.NewReader(f.text))
	if err != nil {
		return calendar.Year{}, fmt.Errorf("calendar file %s: %w", f.id, err)
	}
	return y, nil
}

func (f file) overrides() ([]calendar.Override, error) {
	list, err := calendar.ReadLocal(strings.NewReader(f.text))
	if err != nil {
		return nil, fmt.Errorf("calendar file %s: %w", f.id, err)
	}
	return list, nil
}
