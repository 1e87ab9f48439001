package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/importrun"
)

// run is a file's way into the database, as its row has it.
type run struct {
	id       string
	at       position
	counts   counts
	finished bool
	version  int64
}

// counts are what became of rows.
type counts struct{ added, changed, unchanged, rejected int64 }

// add counts what became of one row.
func (c *counts) add(t dossier.Taken) {
	switch {
	case t.Fault != nil:
		c.rejected++
	case t.Effect == dossier.Added:
		c.added++
	case t.Effect == dossier.Changed:
		c.changed++
	default:
		c.unchanged++
	}
}

// claim makes the run this call's own: the run that was interrupted, or one
// from the first row. Whoever had it before cannot write any more, because its
// version has moved. A finished run is returned untouched if skip says so.
func (s *Service) claim(ctx context.Context, kind Kind, digest string, skip bool) (run, error) {
	var r run
	work := func(ctx context.Context) error {
		row, err := s.db.Client(ctx).ImportRun.Query().
			Where(importrun.KindEQ(importrun.Kind(kind)), importrun.Digest(digest)).Only(ctx)
		switch {
		case entdb.IsNotFound(err):
			r = run{id: s.newID(), version: 1}
			return s.db.Client(ctx).ImportRun.Create().SetID(r.id).SetKind(importrun.Kind(kind)).
				SetDigest(digest).SetStartTime(s.now()).Exec(ctx)
		case err != nil:
			return err
		}
		r = runFromRow(row)
		if r.finished && skip {
			return nil
		}
		if r.finished {
			r = run{id: r.id, version: r.version}
		}
		if err := s.hold(ctx, &r); err != nil {
			return err
		}
		return s.save(ctx, r)
	}
	err := s.db.InTx(ctx, work)
	if entdb.IsUniqueViolation(err) {
		err = s.db.InTx(ctx, work) // another call made the row at the same moment
	}
	if err != nil {
		return run{}, fmt.Errorf("open the run: %w", err)
	}
	return r, nil
}

// hold moves the run's version, which keeps every other call from writing until
// the transaction ends. It fails with [ErrTaken] if another call has moved it.
func (s *Service) hold(ctx context.Context, r *run) error {
	n, err := s.db.Client(ctx).ImportRun.Update().
		Where(importrun.ID(r.id), importrun.Version(r.version)).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("hold the run: %w", err)
	}
	if n == 0 {
		return ErrTaken
	}
	r.version++
	return nil
}

// save writes how far the run is, which the transaction must hold.
func (s *Service) save(ctx context.Context, r run) error {
	update := s.db.Client(ctx).ImportRun.Update().Where(importrun.ID(r.id)).
		SetOffset(r.at.offset).SetLine(r.at.line).
		SetAdded(r.counts.added).SetChanged(r.counts.changed).
		SetUnchanged(r.counts.unchanged).SetRejected(r.counts.rejected)
	if r.finished {
		update.SetFinishTime(s.now())
	} else {
		update.ClearFinishTime()
	}
	if err := update.Exec(ctx); err != nil {
		return fmt.Errorf("save the run: %w", err)
	}
	return nil
}

func runFromRow(r *ent.ImportRun) run {
	return run{
		id: r.ID, at: position{r.Offset, r.Line}, finished: r.FinishTime != nil, version: r.Version,
		counts: counts{r.Added, r.Changed, r.Unchanged, r.Rejected},
	}
}

// progress is the run as callers see it.
func (r run) progress(size int64, elapsed time.Duration, resumed bool) Progress {
	return Progress{
		Done: r.at.offset, Total: size, Line: r.at.line,
		Added: r.counts.added, Changed: r.counts.changed, Unchanged: r.counts.unchanged, Rejected: r.counts.rejected,
		Elapsed: elapsed, Resumed: resumed,
	}
}
