package tax

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// ErrFile: the file of a calendar is refused. The chain holds calendar.Mistakes,
// which says why, by line.
var ErrFile = fault.New(fault.Invalid, "CALENDAR_FILE_INVALID")

// ReplanKind is the kind of work that [Service.Replan] does.
const ReplanKind = "replan-obligations"

// mostNotice is how many characters of the numbers of notices are kept.
const mostNotice = 200

// ImportYear puts a year's holidays and deadlines in place of those that were in
// use, and has the obligations that they move worked out anew, later. The format is
// that of calendar.Read. The same year again changes nothing, and says so. It fails
// with [ErrFile], and then nothing was taken.
func (s *Service) ImportYear(ctx context.Context, by actor.Actor, year int, r io.Reader) (changed bool, err error) {
	y, err := calendar.Read(year, r)
	if err != nil {
		return false, refused(err)
	}
	var numbers []string
	for _, n := range y.Notices() {
		numbers = append(numbers, n.Number)
	}
	return s.keep(ctx, by, file{kind: yearFile, name: strconv.Itoa(year), text: y.Text(), notice: strings.Join(numbers, "、")})
}

// ImportOverrides adds local postponements, as [Service.ImportYear] does. One of
// the same area, tax, day and day of issue takes the place of the earlier; all
// others stay, because they are why a date was what it was, and the one published
// last holds. The format is that of calendar.ReadLocal.
func (s *Service) ImportOverrides(ctx context.Context, by actor.Actor, r io.Reader) (changed bool, err error) {
	list, err := calendar.ReadLocal(r)
	if err != nil {
		return false, refused(err)
	}
	var files []file
	for _, o := range list {
		files = append(files, file{
			kind: overrideFile, name: overrideName(o), notice: o.Notice.Number,
			text: calendar.LocalText([]calendar.Override{o}),
		})
	}
	return s.keep(ctx, by, files...)
}

// ImportTaiwan puts a year's dates of Taiwan's taxes in place of those that were in
// use, as [Service.ImportYear] does. Nobody's obligation moves: they stand beside
// them, for information. A file without rows takes back what was imported for the
// year. The format is that of calendar.ReadTaiwanYear.
func (s *Service) ImportTaiwan(ctx context.Context, by actor.Actor, year int, r io.Reader) (changed bool, err error) {
	list, err := calendar.ReadTaiwanYear(year, r)
	if err != nil {
		return false, refused(err)
	}
	var sources []string
	for _, d := range list {
		if !slices.Contains(sources, d.Source) {
			sources = append(sources, d.Source)
		}
	}
	return s.keep(ctx, by, file{
		kind: taiwanFile, name: strconv.Itoa(year), text: calendar.TaiwanText(list), notice: strings.Join(sources, "、"),
	})
}

// overrideName is what only one postponement in force is called.
func overrideName(o calendar.Override) string {
	return strings.Join([]string{o.Area, o.Tax, o.Statutory.String(), o.Notice.Issued.String()}, "/")
}

// refused turns the mistakes of a file into a fault that holds them.
func refused(err error) error {
	if mistakes, ok := errors.AsType[calendar.Mistakes](err); ok {
		return fmt.Errorf("%w: %w", ErrFile, mistakes)
	}
	return err
}

// keep keeps files that were checked, in one transaction, with the work that
// follows from each.
func (s *Service) keep(ctx context.Context, by actor.Actor, files ...file) (changed bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		changed = false
		for _, f := range files {
			fresh, err := s.replaceFile(ctx, &f)
			if err != nil {
				return err
			}
			if !fresh {
				continue
			}
			changed = true
			if f.kind == taiwanFile {
				continue // it moves no obligation
			}
			// A job for each row: one that runs already may have passed what this moves.
			if err := s.queue.Enqueue(ctx, work.Job{Kind: ReplanKind, ID: f.id}); err != nil {
				return err
			}
		}
		if !changed {
			return nil
		}
		return s.audit.Change(ctx, "calendar.import", by)
	})
	if err != nil {
		return false, fmt.Errorf("import calendar: %w", err)
	}
	return changed, nil
}

// digest is the SHA-256 of a file.
func (f file) digest() string {
	sum := sha256.Sum256([]byte(f.text))
	return hex.EncodeToString(sum[:])
}

// shortNotice is the notice, as much of it as is kept.
func (f file) shortNotice() string {
	runes := []rune(f.notice)
	return string(runes[:min(len(runes), mostNotice)])
}
