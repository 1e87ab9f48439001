package calendar_test

import (
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
)

// date reads a date that a test writes out.
func date(text string) civil.Date {
	d, err := civil.ParseDate(text)
	if err != nil {
		panic(err) // of the test itself
	}
	return d
}

// month reads a month, 2026-05.
func month(text string) calendar.Month { return calendar.MonthOf(date(text + "-01")) }

// read reads a year that is good.
func read(t testing.TB, year int, text string) calendar.Year {
	t.Helper()
	y, err := calendar.Read(year, strings.NewReader(text))
	if err != nil {
		t.Fatalf("Read(%d): %v", year, err)
	}
	return y
}

// file is the text of a file beside the tests.
func file(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// vectors returns the rows of a file of testdata, each as column name to value.
func vectors(t testing.TB, name string) []map[string]string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(file(t, "testdata/"+name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// without is a text without the lines that begin so.
func without(text, prefix string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(text, "\n"), func(line string) bool {
		return strings.HasPrefix(line, prefix)
	})
	return strings.Join(lines, "")
}

// bare is a calendar with the days of the official one, and the rule alone.
func bare(t testing.TB) calendar.Calendar {
	t.Helper()
	var years []calendar.Year
	for _, y := range calendar.Official().Years() {
		years = append(years, read(t, y.Number(), without(y.Text(), "deadline,")))
	}
	return calendar.New(years...)
}

// local is a calendar with postponements that are good.
func local(t testing.TB, c calendar.Calendar, overrides ...calendar.Override) calendar.Calendar {
	t.Helper()
	c, err := c.WithLocal(overrides...)
	if err != nil {
		t.Fatalf("WithLocal: %v", err)
	}
	return c
}

// told is steps as lines: the key, and the parameters by name.
func told(steps []calendar.Step) string {
	var text strings.Builder
	for _, s := range steps {
		text.WriteString(s.Key)
		for _, name := range slices.Sorted(maps.Keys(s.Params)) {
			text.WriteString(" " + name + "=" + s.Params[name])
		}
		text.WriteString("\n")
	}
	return text.String()
}
