package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// calendarCommand imports official calendars. Servers that run use them at once,
// work out anew what they move, and tell the people concerned.
type calendarCommand struct {
	Year      calendarYearCommand      `cmd:"" help:"Import a year's holidays and filing deadlines."`
	Postponed calendarPostponedCommand `cmd:"" help:"Import local postponements of filing deadlines."`
	Taiwan    calendarTaiwanCommand    `cmd:"" help:"Import a year's dates of Taiwan's taxes, which are shown beside, for information."`
}

// calendarYearCommand imports a year.
type calendarYearCommand struct {
	Year int    `arg:"" help:"The year, such as 2027."`
	File string `arg:"" type:"existingfile" help:"CSV with the columns of domains/calendar/data/2026.csv."`
}

// Run imports the year; the same one again changes nothing.
func (c calendarYearCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	return importCalendar(ctx, s, t, c.File, func(h *house.House, f *os.File) (bool, error) {
		return h.Tax.ImportYear(ctx, operator, c.Year, f)
	})
}

// calendarTaiwanCommand imports a year of Taiwan dates.
type calendarTaiwanCommand struct {
	Year int    `arg:"" help:"The year, such as 2027."`
	File string `arg:"" type:"existingfile" help:"CSV with the columns of domains/calendar/data/taiwan-dates.csv."`
}

// Run imports the dates; the same ones again change nothing.
func (c calendarTaiwanCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	return importCalendar(ctx, s, t, c.File, func(h *house.House, f *os.File) (bool, error) {
		return h.Tax.ImportTaiwan(ctx, operator, c.Year, f)
	})
}

// calendarPostponedCommand imports postponements.
type calendarPostponedCommand struct {
	File string `arg:"" type:"existingfile" help:"CSV with the columns area, tax, statutory, date, notice, name, issued, confidence, source."`
}

// Run imports the postponements; the same ones again change nothing.
func (c calendarPostponedCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	return importCalendar(ctx, s, t, c.File, func(h *house.House, f *os.File) (bool, error) {
		return h.Tax.ImportOverrides(ctx, operator, f)
	})
}

// importCalendar reads a file into the house, and says what came of it. What is
// wrong with it is told line by line, and then nothing was taken.
func importCalendar(ctx context.Context, s *Settings, t *terminal, path string, take func(*house.House, *os.File) (bool, error)) error {
	return s.looking(ctx, t, func(h *house.House) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // it was only read
		changed, err := take(h, f)
		if mistakes, ok := errors.AsType[calendar.Mistakes](err); ok {
			return fmt.Errorf("%s: %w; correct the file and import it again", path, mistakes)
		}
		switch {
		case err != nil:
			return err
		case changed:
			t.printf("imported; a server that runs uses it at once, and works out anew what it moves, if anything\n")
		default:
			t.printf("nothing is new in it\n")
		}
		return nil
	})
}
