package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

const (
	// chunk is how much is read from the file at once.
	chunk = 64 << 10
	// ahead is how much encoding/csv buffers beyond the record that it reads.
	ahead = 4 << 10
)

var errGate = errors.New("more than a record may have")

// position is a place between two records.
type position struct {
	offset int64 // bytes before it
	line   int64 // lines before it
}

// record is one record of the file, or the fault that keeps it from being one.
type record struct {
	line   int64
	fields []string // valid until the next record is read
	fault  *fault.Fault
}

// reader reads records with encoding/csv, never holding more than one.
//
// Of a broken record only its first line is given up, and reading goes on with
// the next: a quote that is not closed costs its own line and not the rest of
// the file.
type reader struct {
	source io.ReadSeeker
	width  int // fields of a record; 0 until the first was read
	base   position
	at     position // behind the last record
	gate   *gate
	csv    *csv.Reader
}

// newReader reads from a position on. A width of 0 takes the first record's.
func newReader(source io.ReadSeeker, from position, width int) (*reader, error) {
	r := &reader{source: source, width: width}
	return r, r.restart(from)
}

// restart goes on at a position.
func (r *reader) restart(at position) error {
	if _, err := r.source.Seek(at.offset, io.SeekStart); err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	r.base, r.at = at, at
	r.gate = &gate{from: bufio.NewReaderSize(r.source, chunk)}
	r.csv = csv.NewReader(r.gate)
	r.csv.FieldsPerRecord = r.width
	r.csv.ReuseRecord = true
	return nil
}

// next returns the next record, or io.EOF.
func (r *reader) next() (record, error) {
	for {
		r.gate.left = MaxRow + ahead
		fields, err := r.csv.Read()
		var broken *csv.ParseError
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return record{}, io.EOF
		case errors.Is(err, csv.ErrFieldCount):
		case errors.Is(err, errGate), errors.As(err, &broken):
			fields = nil
		default:
			return record{}, fmt.Errorf("read the file: %w", err)
		}
		got, again, err := r.settle(fields, err)
		if err != nil || !again {
			return got, err
		}
	}
}

// settle moves behind what was read. Fields are nil where none could be told.
func (r *reader) settle(fields []string, cause error) (got record, again bool, err error) {
	end := r.base.offset + r.csv.InputOffset()
	tooLong := errors.Is(cause, errGate) || end-r.at.offset > MaxRow
	if tooLong || fields == nil {
		return r.giveUp(tooLong)
	}
	line, last := r.lines(fields)
	if cause != nil && last > line {
		return r.giveUp(false)
	}
	r.at = position{end, last}
	if cause != nil {
		return record{line: line, fault: ErrRow}, false, nil //nolint:nilerr // it costs its row and nothing else
	}
	if r.width == 0 {
		r.width = len(fields)
	}
	return record{line: line, fields: fields}, false, nil
}

// lines are the first and the last line of the record that was just read.
func (r *reader) lines(fields []string) (first, last int64) {
	first0, _ := r.csv.FieldPos(0)
	last0, _ := r.csv.FieldPos(len(fields) - 1)
	breaks := strings.Count(fields[len(fields)-1], "\n")
	return r.base.line + int64(first0), r.base.line + int64(last0+breaks)
}

// giveUp passes over the first line of a record and reads on behind it. Where
// empty lines alone made the record too long, it is read again without them.
func (r *reader) giveUp(tooLong bool) (got record, again bool, err error) {
	at := r.at
	if err := r.restart(at); err != nil {
		return record{}, false, err
	}
	for {
		size, empty, err := skipLine(r.gate.from)
		if err != nil {
			return record{}, false, fmt.Errorf("read the file: %w", err)
		}
		if !empty && tooLong && at != r.at {
			return record{}, true, r.restart(at)
		}
		at.offset, at.line = at.offset+size, at.line+1
		if empty {
			continue
		}
		reason := ErrRow
		if tooLong {
			reason = ErrRowTooLong
		}
		return record{line: at.line, fault: reason}, false, r.restart(at)
	}
}

// skipLine passes over a line of any length.
func skipLine(from *bufio.Reader) (size int64, empty bool, err error) {
	for {
		part, err := from.ReadSlice('\n')
		size += int64(len(part))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && size > 0:
			return size, false, nil
		}
		text := string(part)
		return size, size == int64(len(part)) && (text == "\n" || text == "\r\n"), err
	}
}

// gate lets a limited number of bytes through.
type gate struct {
	from *bufio.Reader
	left int
}

// Read implements io.Reader.
func (g *gate) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errGate
	}
	n, err := g.from.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}
