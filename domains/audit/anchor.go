package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/rogpeppe/go-internal/lockedfile"
	"golang.org/x/mod/sumdb/note"
)

// anchor is the file outside the database, as one process knows it.
type anchor struct {
	path     string
	verifier note.Verifier

	mu     sync.Mutex // one at a time; guards known
	known  anchorEnd
	loaded bool
}

// anchorEnd is how far the file goes.
type anchorEnd struct {
	end  int64 // in bytes
	tree tree
	note []byte
}

func newAnchor(path string, verifier note.Verifier) *anchor {
	return &anchor{path: path, verifier: verifier}
}

// Anchor appends the checkpoints that are new in the database to the anchor
// file, with the leaves that each adds, and says how many checkpoints that were.
// They are on the disk when it returns. It may be killed and repeated anywhere,
// and processes take turns.
//
// It is a witness: it fails with a *[Damage] that names the first bad position,
// and writes nothing more, where the database no longer has the tree that was
// anchored before, or a checkpoint does not sign the entries that are there.
func (s *Service) Anchor(ctx context.Context) (int, error) {
	a := s.anchor
	a.mu.Lock()
	defer a.mu.Unlock()
	unlock, err := lockedfile.MutexAt(a.path + ".lock").Lock()
	if err != nil {
		return 0, fmt.Errorf("lock the anchor file: %w", err)
	}
	defer unlock()
	file, err := os.OpenFile(a.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, fmt.Errorf("open the anchor file: %w", err)
	}
	n, err := s.extend(ctx, file)
	if err := errors.Join(err, file.Close()); err != nil {
		return n, err
	}
	return n, nil
}

// extend brings the open file up to the database.
func (s *Service) extend(ctx context.Context, file *os.File) (int, error) {
	if err := s.load(ctx, file); err != nil {
		return 0, err
	}
	a := s.anchor
	if err := s.witness(ctx, file, a.known); err != nil {
		return 0, err
	}
	added := 0
	for {
		next, t, err := s.nextAnchored(ctx, a.known.tree)
		if err == nil && next.note == nil {
			return added, nil
		}
		if err != nil {
			return added, err
		}
		raw, err := next.bytes()
		if err != nil {
			return added, err
		}
		if _, err := file.WriteAt(raw, a.known.end); err != nil {
			return added, fmt.Errorf("write the anchor file: %w", err)
		}
		if err := file.Sync(); err != nil {
			return added, fmt.Errorf("write the anchor file: %w", err)
		}
		a.known = anchorEnd{a.known.end + int64(len(raw)), t, next.note}
		added++
	}
}

// load reads what the file has got beyond what is known, and cuts off a record
// that was torn.
func (s *Service) load(ctx context.Context, file *os.File) error {
	a := s.anchor
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("read the anchor file: %w", err)
	}
	if a.loaded && info.Size() == a.known.end {
		return nil
	}
	if a.loaded && info.Size() < a.known.end {
		return errAnchor // it never gets shorter
	}
	r, err := readAnchor(file, info.Size(), a.verifier)
	for more := err == nil; more && err == nil; {
		_, more, err = r.next()
	}
	if err != nil {
		return err
	}
	if r.torn {
		s.log.WarnContext(ctx, "the anchor file's last record was not complete and is cut off", slog.Int64("end", r.end))
		if err := file.Truncate(r.end); err != nil {
			return fmt.Errorf("write the anchor file: %w", err)
		}
	}
	a.known, a.loaded = anchorEnd{r.end, r.tree, r.note}, true
	if r.end == 0 {
		return a.begin(file)
	}
	return nil
}

// begin writes the header of a new file.
func (a *anchor) begin(file *os.File) error {
	_, err := file.WriteAt([]byte(anchorHeader), 0)
	if err = errors.Join(err, file.Sync()); err == nil {
		err = syncDir(filepath.Dir(a.path))
	}
	if err != nil {
		return fmt.Errorf("write the anchor file: %w", err)
	}
	a.known.end = int64(len(anchorHeader))
	return nil
}

// witness checks that the database still has the tree that was anchored.
func (s *Service) witness(ctx context.Context, file *os.File, known anchorEnd) error {
	size := known.tree.size
	if size == 0 {
		return nil
	}
	now, err := readHead(ctx, s.db)
	if err != nil {
		return err
	}
	want, err := known.tree.root()
	if err != nil {
		return err
	}
	_, root, err := storedTree(ctx, s.db, size)
	_, missing := errors.AsType[*Damage](err)
	if err != nil && !missing {
		return err
	}
	if !missing && root == want && now.size >= size {
		return nil
	}
	return s.firstChanged(ctx, file)
}

// firstChanged finds the first entry that is not the one that was anchored.
func (s *Service) firstChanged(ctx context.Context, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("read the anchor file: %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the anchor file: %w", err)
	}
	r, err := readAnchor(file, info.Size(), s.anchor.verifier)
	if err != nil {
		return err
	}
	for {
		old, more, err := r.next()
		if err != nil {
			return err
		}
		if !more {
			return &Damage{Position: 0, What: "the tree is not the one that was anchored, while the entries are"}
		}
		if err := s.compare(ctx, old); err != nil {
			return err
		}
	}
}

// compare fails with a *Damage where the entries of a record are others now.
func (s *Service) compare(ctx context.Context, old anchored) error {
	now, err := readLeaves(ctx, s.db, old.first, old.first+old.count())
	if err != nil {
		return err
	}
	for i, l := range now {
		position := old.first + int64(i)
		if l.hash != old.leaf(position) {
			return &Damage{Position: position, EntryID: l.id, What: "the entry is not the one that was anchored"}
		}
		if l.stored != l.hash {
			return &Damage{Position: position, EntryID: l.id, What: "its hash in the tree is not that of its body"}
		}
	}
	if int64(len(now)) < old.count() {
		return &Damage{Position: old.first + int64(len(now)), What: "the entry was anchored and is not there"}
	}
	return nil
}
