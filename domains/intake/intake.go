// Package intake brings a register's CSV file into the files of persons and
// firms.
//
// # Words
//
// A run (import_runs) is one file's way into the database, known by its kind
// and the SHA-256 of its bytes. A row is one record of the CSV file, which may
// span lines; its line is the one where it begins, counted from 1, the header
// included. A batch is some rows in one transaction. A rejected row is one that
// was left out, for the faults in the reject file.
//
// The package owns the reading of files and the run. What a row does is decided
// by package dossier, and of registrations and filings by package tax.
//
// # What never happens
//
//   - A file that is not wholly text of the named encoding, or lacks a column,
//     writes nothing.
//   - A run that was stopped, killed or failed loses no row and takes none
//     twice: its progress commits with the rows that it counts, and the same
//     call goes on from there.
//   - Content of a file in an error, a log or the reject file.
//   - More memory for a larger file: a row is at most [MaxRow] bytes.
package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// Kind says what a file lists.
type Kind string

// The kinds of file. Import persons before firms, and both before the others, which
// name them.
const (
	Passes        Kind = "passes"
	Permits       Kind = "permits"
	Firms         Kind = "firms"
	Records       Kind = "records"
	Registrations Kind = "registrations"
	Filings       Kind = "filings"
)

// Encodings of a file.
const (
	UTF8    = "utf-8"
	GB18030 = "gb18030" // reads GBK and GB 2312 too
)

// MaxRow is the most bytes that one row may have in the file.
const MaxRow = 64 << 10

const defaultBatch = 500

// Errors of a whole file. They come wrapped with what the operator needs, the
// column or the line, and nothing was written unless they say otherwise.
var (
	// ErrOptions: a kind or an encoding that there is not, or a file that
	// cannot be read twice.
	ErrOptions = errors.New("cannot import like this")
	// ErrEncoding: the file is not text of its encoding.
	ErrEncoding = errors.New("not text of this encoding")
	// ErrHeader: the first line does not name the columns that are needed.
	ErrHeader = errors.New("wrong header")
	// ErrChanged: the file changed while it was read. Batches before are kept.
	ErrChanged = errors.New("the file changed while it was read")
	// ErrTaken: another process imports the same file and has gone on with this
	// run. Batches before are kept, and the other process goes on from them.
	ErrTaken = errors.New("another process goes on with this import")
	// ErrStopped: the context ended. The same call goes on from there; the
	// context's error stays in the chain.
	ErrStopped = errors.New("stopped")
)

// Options say which file to import and how. Kind is required, and Path or
// Source.
type Options struct {
	Kind Kind
	// Path is the file. It must stay as it is until Run returns.
	Path string
	// Source is read instead of the file at Path, which then is only a name.
	Source io.ReadSeeker
	// Encoding is [UTF8] or [GB18030]; "" is UTF-8. A byte order mark is passed
	// over.
	Encoding string
	// Rejects is the file that lists the rejected rows; "" is Path with
	// ".rejects.csv" behind it. A run from the first row replaces it.
	Rejects string
	// Batch is how many rows are one transaction; 0 is 500.
	Batch int
	// SkipFinished leaves a file alone that was imported to its end before. It
	// is then not even counted again.
	SkipFinished bool
	// Progress, which may be nil, is told after each batch that was committed.
	Progress func(Progress)
}

// Progress is how far a file is. Counts are of the whole file, those of an
// earlier call that was stopped included.
type Progress struct {
	Done, Total int64 // bytes
	Line        int64 // the last that is done
	Added       int64
	Changed     int64
	Unchanged   int64
	Rejected    int64
	Elapsed     time.Duration // of this call
	// Resumed says that an earlier call had come part of the way.
	Resumed bool
}

// Summary is what became of a file.
type Summary struct {
	Progress
	// Skipped says that the file was left alone; the counts are those of its
	// last run.
	Skipped bool
	// Ignored are the columns that nothing reads.
	Ignored []string
	// Rejects is the path of the reject file.
	Rejects string
}

// Deps are what the service stands on. All are required.
type Deps struct {
	DB *entdb.DB
	// Files and Taxes must write to DB.
	Files *dossier.Service
	Taxes *tax.Service
	Now   func() time.Time
	NewID func() string // makes UUIDv7 texts
}

// Service imports files. It is safe for concurrent use.
type Service struct {
	db    *entdb.DB
	files *dossier.Service
	taxes *tax.Service
	now   func() time.Time
	newID func() string
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Files == nil || d.Taxes == nil || d.Now == nil || d.NewID == nil {
		return nil, errors.New("intake: every dependency is required")
	}
	return &Service{db: d.DB, files: d.Files, taxes: d.Taxes, now: d.Now, newID: d.NewID}, nil
}

// Run imports a file: batch by batch, each with its count of what was done, in
// one transaction. Importing a file again that was finished takes every row
// again, so rows that are as they were count as unchanged and rows that had to
// wait for others can succeed.
//
// It returns what was done also when it fails. When ctx ends it finishes the
// batch at hand and fails with [ErrStopped]. It fails with another error of
// this package, with what the file system said, or with what the database said,
// such as [entdb.ErrUnavailable]. After each of them the same call goes on
// where the last batch ended. Of two calls with the same file at once, the later
// takes over and the earlier fails with [ErrTaken].
func (s *Service) Run(ctx context.Context, o Options) (Summary, error) {
	sum, err := s.importFile(ctx, o)
	if err != nil {
		return sum, fmt.Errorf("import %s: %w", o.Kind, err)
	}
	return sum, nil
}
