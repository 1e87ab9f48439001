package calendar

import (
	"bytes"
	"embed"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed data
var shipped embed.FS

// Official is the calendar of the years that the program brings along, without
// local postponements. Put what was imported over it: Official().With(years...).
func Official() Calendar { return official() }

// official reads data/<year>.csv once. The files are part of the program and read
// by a test, so a mistake in them is a bug.
var official = sync.OnceValue(func() Calendar {
	names, err := fs.Glob(shipped, "data/[0-9]*.csv")
	if err != nil {
		panic(err.Error())
	}
	var years []Year
	for _, name := range names {
		years = append(years, mustRead(name, func(r io.Reader) (Year, error) {
			year, err := strconv.Atoi(strings.TrimSuffix(path.Base(name), ".csv"))
			if err != nil {
				return Year{}, err
			}
			return Read(year, r)
		}))
	}
	return New(years...)
})

// mustRead reads a file of the program.
func mustRead[T any](name string, read func(io.Reader) (T, error)) T {
	data, err := shipped.ReadFile(name)
	if err != nil {
		panic(err.Error())
	}
	content, err := read(bytes.NewReader(data))
	if err != nil {
		panic(name + ": " + err.Error())
	}
	return content
}
