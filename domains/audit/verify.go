package audit

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// Report is what [Verify] found.
type Report struct {
	Size        int64 // entries in the log that were checked
	Checkpoints int64 // signatures that were checked
	Anchored    int64 // entries that were compared with the anchor
	Unnumbered  int64 // entries that wait for their place; nothing protects those
	// AnchorTorn says that the anchor file ends within a record, as after a power
	// cut. The next writer mends that.
	AnchorTorn bool
	// First is the first thing that is wrong, or nil.
	First *Damage
}

// OK reports whether nothing is wrong.
func (r Report) OK() bool { return r.First == nil }

// Verify reads the whole log, in bounded memory, and compares every entry with
// its columns and subjects, with the tree, with every checkpoint's signature and
// with the anchor file. It stops at the first entry, by position, that is wrong,
// and reports it. Progress, which may be nil, is called now and then with how
// many entries are done and how many there are.
//
// It only reads, and may run while the log grows. An anchor file that is missing
// or behind is no damage by itself: Anchored says how far the log was compared.
// An anchor that contradicts itself or is signed by another key is an error, as
// is a database that does not answer.
func Verify(ctx context.Context, db *entdb.DB, anchorPath, verifierKey string, progress func(done, total int64)) (Report, error) {
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		return Report{}, errors.New("audit: the verifier key is not one of golang.org/x/mod/sumdb/note")
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	v := &verification{db: db, verifier: verifier, progress: progress}
	// The anchor before the head: it never is ahead of the database.
	closeAnchor, err := v.openAnchor(anchorPath)
	if err != nil {
		return Report{}, err
	}
	err = errors.Join(v.run(ctx), closeAnchor())
	if found, ok := errors.AsType[*Damage](err); ok {
		v.report.First, err = found, nil
	}
	if v.report.First == nil {
		v.report.First = v.checkpointOnly
	}
	return v.report, err
}

// verification is one run of Verify. A *Damage ends it as an error would.
type verification struct {
	db       *entdb.DB
	verifier note.Verifier
	progress func(done, total int64)
	report   Report

	anchor *anchorReader
	record *anchored // the anchor's that holds the next leaf; nil at its end
	tree   tree      // of what was checked
	signed int64     // size of the last checkpoint that was good
	// checkpointOnly is the first checkpoint that is wrong while the anchor shows
	// that its entries are not. A wrong entry behind it says more.
	checkpointOnly *Damage
}

// openAnchor starts to read the anchor file, if there is one.
func (v *verification) openAnchor(path string) (func() error, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return func() error { return nil }, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the anchor file: %w", err)
	}
	info, err := file.Stat()
	if err == nil {
		v.anchor, err = readAnchor(file, info.Size(), v.verifier)
	}
	if err == nil {
		err = v.nextRecord()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}

// nextRecord reads on in the anchor file.
func (v *verification) nextRecord() error {
	v.record = nil
	a, more, err := v.anchor.next()
	if err != nil {
		return err
	}
	if more {
		v.record = &a
	}
	v.report.AnchorTorn = v.anchor.torn
	return nil
}

// run checks the log from its first entry to its end.
func (v *verification) run(ctx context.Context) error {
	if err := v.beforeStart(ctx); err != nil {
		return err
	}
	// The log may grow meanwhile; what came is checked too.
	for {
		now, err := readHead(ctx, v.db)
		if err != nil {
			return err
		}
		if now.size <= v.tree.size {
			break
		}
		for v.tree.size < now.size {
			if err := v.batch(ctx, now.size); err != nil {
				return err
			}
			v.progress(v.tree.size, now.size)
		}
	}
	if v.record != nil {
		return &Damage{Position: v.tree.size, What: "the anchor goes on, and the log ends here"}
	}
	if err := v.beyondEnd(ctx); err != nil {
		return err
	}
	if err := v.unnumbered(ctx); err != nil {
		return err
	}
	return v.orphans(ctx)
}

// verifyBatch is how many entries are in memory at once.
const verifyBatch = 1000

// batch checks the next entries.
func (v *verification) batch(ctx context.Context, size int64) error {
	from, to := v.tree.size, min(v.tree.size+verifyBatch, size)
	rows, err := v.numbered(ctx, from, to)
	if err != nil {
		return err
	}
	hashes, err := readHashes(ctx, v.db, "id >= ? AND id < ?", tlog.StoredHashIndex(0, from), tlog.StoredHashIndex(0, to))
	if err != nil {
		return err
	}
	notes, err := v.checkpoints(ctx, from, to)
	if err != nil {
		return err
	}
	for i, r := range rows {
		if want := from + int64(i); r.position != want {
			return misplaced(want, r)
		}
		if err := v.entry(r, hashes); err != nil {
			return err
		}
		if err := v.checkpoint(notes); err != nil {
			return err
		}
	}
	if v.tree.size < to {
		return &Damage{Position: v.tree.size, What: "no entry has this position"}
	}
	return nil
}

// misplaced says what is wrong where another position was due.
func misplaced(want int64, r stored) error {
	if r.position > want {
		return &Damage{Position: want, What: "no entry has this position"}
	}
	return &Damage{Position: r.position, EntryID: r.id, What: "two entries have this position"}
}

// entry checks one entry and adds it to the tree.
func (v *verification) entry(r stored, hashes map[int64]tlog.Hash) error {
	position := v.tree.size
	bad := func(what string) error { return &Damage{Position: position, EntryID: r.id, What: what} }
	hash := tlog.RecordHash(r.body)
	if v.record != nil {
		if hash != v.record.leaf(position) {
			return bad("the entry is not the one that was anchored")
		}
		v.report.Anchored++
	}
	first := tlog.StoredHashIndex(0, position)
	if hashes[first] != hash {
		return bad("its hash in the tree is not that of its body")
	}
	if what := r.wrong(); what != "" {
		return bad(what)
	}
	want, err := v.tree.add(hash)
	if err != nil {
		return err
	}
	for i, h := range want {
		if hashes[first+int64(i)] != h {
			return bad("a hash of the tree that was stored with it is missing or another")
		}
	}
	v.report.Size++
	return nil
}

// checkpoint checks the checkpoint at the present size, if there is one or the
// anchor has one.
func (v *verification) checkpoint(notes map[int64][]byte) error {
	size := v.tree.size
	raw, there := notes[size]
	anchored := v.record != nil
	what := ""
	if there {
		var err error
		if what, err = v.signature(raw); err != nil {
			return err
		}
		v.report.Checkpoints++
	}
	if anchored && v.record.first+v.record.count() == size {
		if what == "" && string(raw) != string(v.record.note) {
			what = "the checkpoint that was anchored is missing or another"
		}
		if err := v.nextRecord(); err != nil {
			return err
		}
	}
	switch bad := (&Damage{Position: v.signed, Checkpoint: size, What: what}); {
	case what != "" && !anchored:
		return bad
	case what != "" && v.checkpointOnly == nil:
		v.checkpointOnly = bad
	}
	if there || anchored {
		v.signed = size
	}
	return nil
}

// signature says what is wrong with a checkpoint of the tree as it is now.
func (v *verification) signature(raw []byte) (string, error) {
	root, err := v.tree.root()
	if err != nil {
		return "", err
	}
	signed, err := openCheckpoint(raw, v.verifier)
	switch {
	case errors.Is(err, errCheckpoint):
		return "the checkpoint is not signed by the log's key", nil
	case err != nil:
		return "", err
	case signed.N != v.tree.size || signed.Hash != root:
		return "the checkpoint signs other entries", nil
	}
	return "", nil
}
