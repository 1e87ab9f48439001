package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

const (
	rejectsHeader = "line,field,reason\n"
	rejectsSuffix = ".rejects.csv"
)

// rejects is the file that lists rejected rows: line, column, reason, and
// nothing that the rows hold. A row has a line for each of its faults.
//
// It is written inside the transaction of its batch, at a place that is known,
// so that a batch which is begun anew overwrites its own entries.
type rejects struct {
	file *os.File
	size int64 // of the entries whose batch was committed
	end  int64 // of the file
}

// openRejects opens the file and keeps the entries up to a line. A run from the
// first row begins it anew.
func openRejects(path string, source fs.FileInfo, fresh bool, line int64) (*rejects, error) {
	if err := checkRejects(path, source); err != nil {
		return nil, err
	}
	flags := os.O_RDWR | os.O_CREATE
	if fresh {
		flags |= os.O_TRUNC
	}
	file, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("reject file: %w", err)
	}
	r := &rejects{file: file}
	if err := r.keep(line); err != nil {
		return nil, errors.Join(fmt.Errorf("reject file: %w", err), file.Close())
	}
	if err := syncFolder(path); err != nil {
		return nil, errors.Join(fmt.Errorf("reject file: %w", err), file.Close())
	}
	return r, nil
}

// checkRejects refuses to write over the file that is imported, and over any
// other that is no reject file.
func checkRejects(path string, source fs.FileInfo) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reject file: %w", err)
	}
	if source != nil && os.SameFile(info, source) {
		return fmt.Errorf("%w: the reject file is the file itself", ErrOptions)
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reject file: %w", err)
	}
	head := make([]byte, len(rejectsHeader))
	n, err := io.ReadFull(file, head)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("reject file: %w", err)
	case string(head[:n]) != rejectsHeader[:n]:
		err = fmt.Errorf("%w: what lies at the path of the reject file is none; name another", ErrOptions)
	default:
		err = nil
	}
	return errors.Join(err, file.Close())
}

// keep finds the end of the entries up to a line, and cuts the others off.
func (r *rejects) keep(line int64) error {
	from := bufio.NewReader(r.file)
	for {
		entry, err := from.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if err != nil || !r.kept(entry, line) {
			break
		}
		r.size += int64(len(entry))
	}
	if err := r.file.Truncate(r.size); err != nil {
		return err
	}
	r.end = r.size
	if r.size > 0 {
		return nil
	}
	if err := r.write([]byte(rejectsHeader)); err != nil {
		return err
	}
	r.commit()
	return nil
}

// kept reports whether an entry is the header or belongs to a line that is
// done.
func (r *rejects) kept(entry []byte, line int64) bool {
	if r.size == 0 {
		return string(entry) == rejectsHeader
	}
	number, _, _ := bytes.Cut(entry, []byte{','})
	n, err := strconv.ParseInt(string(number), 10, 64)
	return err == nil && n <= line
}

// write puts entries behind the committed ones and onto the disk.
func (r *rejects) write(entries []byte) error {
	if r.end > r.size {
		if err := r.file.Truncate(r.size); err != nil {
			return fmt.Errorf("write the reject file: %w", err)
		}
		r.end = r.size
	}
	if len(entries) == 0 {
		return nil
	}
	n, err := r.file.WriteAt(entries, r.size)
	r.end = r.size + int64(n)
	if err == nil {
		err = r.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("write the reject file: %w", err)
	}
	return nil
}

// commit keeps what was written last.
func (r *rejects) commit() { r.size = r.end }

// close ends the file. Entries of a batch that was not committed stay until the
// run goes on: by now the file may be another call's.
func (r *rejects) close() error { return r.file.Close() }

// appendReject adds an entry. Columns and reasons need no quotes.
func appendReject(to []byte, line int64, f *fault.Fault) []byte {
	return fmt.Appendf(to, "%d,%s,%s\n", line, f.Field(), f.Reason())
}

// syncFolder makes sure that a file that was just made survives a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
