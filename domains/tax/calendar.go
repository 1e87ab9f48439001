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
	mu    sync.Mutex // guards what follows
	read  bool
	files string // the IDs of the files that it was made of
	inUse inUse
}

// inUse is what holds: what the program brings along, under what was imported.
type inUse struct {
	calendar calendar.Calendar
	// taiwan are the dates that were imported for the other shore; the program's own
	// stand where there are none, see [calendar.Taiwan].
	taiwan []calendar.TaiwanDate
}

// Calendar is the calendar in use: the years that the program brings along, those
// that were imported in their place, and the local postponements. It asks at each
// call which files hold, which is a small query, because another process may have
// imported one; it reads them when they are others. Inside a transaction it is the
// calendar of that transaction.
func (s *Service) Calendar(ctx context.Context) (calendar.Calendar, error) {
	in, err := s.inUse(ctx)
	return in.calendar, err
}

// inUse is what [Service.Calendar] answers with, and the dates of Taiwan.
func (s *Service) inUse(ctx context.Context) (inUse, error) {
	ids, err := s.heldFiles(ctx)
	if err != nil {
		return inUse{}, err
	}
	key := strings.Join(ids, ",")
	s.cached.mu.Lock()
	defer s.cached.mu.Unlock()
	if s.cached.read && s.cached.files == key {
		return s.cached.inUse, nil
	}
	files, err := s.filesByID(ctx, ids)
	if err != nil {
		return inUse{}, err
	}
	in, err := compose(files)
	if err != nil {
		return inUse{}, err
	}
	s.cached.read, s.cached.files, s.cached.inUse = true, key, in
	return in, nil
}

// compose puts imported files over what the program brings along. They were
// checked before they were kept.
func compose(files []file) (inUse, error) {
	in := inUse{calendar: calendar.Official()}
	var local []calendar.Override
	for _, f := range files {
		switch f.kind {
		case yearFile:
			y, err := f.year()
			if err != nil {
				return in, err
			}
			in.calendar = in.calendar.With(y)
		case overrideFile:
			list, err := f.overrides()
			if err != nil {
				return in, err
			}
			local = append(local, list...)
		case taiwanFile:
			list, err := f.taiwan()
			if err != nil {
				return in, err
			}
			in.taiwan = append(in.taiwan, list...)
		}
	}
	var err error
	in.calendar, err = in.calendar.WithLocal(local...)
	return in, err
}

// fileKind says what an imported file holds.
type fileKind string

const (
	yearFile     fileKind = "year"
	overrideFile fileKind = "override"
	taiwanFile   fileKind = "taiwan"
)

// file is one that was imported: a year, one postponement, or a year of Taiwan
// dates.
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

func (f file) taiwan() ([]calendar.TaiwanDate, error) {
	list, err := calendar.ReadTaiwan(strings.NewReader(f.text))
	if err != nil {
		return nil, fmt.Errorf("calendar file %s: %w", f.id, err)
	}
	return list, nil
}
