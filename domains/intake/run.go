package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// job is one call of Run at work on its run.
type job struct {
	*Service
	table   table
	source  *source
	header  header
	reader  *reader
	rejects *rejects
	batch   []outcome
	last    bool // the batch holds the last rows
	size    int  // rows of a batch

	run     run
	start   time.Time
	resumed bool
	tell    func(Progress)
}

// outcome is a row of the batch: its faults, or none and a place among the
// table's entries.
type outcome struct {
	line   int64
	faults []*fault.Fault
}

// importFile examines the file, claims its run and does what is left of it.
func (s *Service) importFile(ctx context.Context, o Options) (sum Summary, err error) {
	j := &job{Service: s, start: s.now(), size: o.Batch, tell: o.Progress}
	if j.size <= 0 {
		j.size = defaultBatch
	}
	if j.table, err = s.newTable(o.Kind); err != nil {
		return sum, err
	}
	if j.source, err = openSource(o); err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, j.source.close()) }()
	if err = j.source.examine(ctx); err != nil {
		return sum, err
	}
	if j.header, err = readHeader(j.source, j.table.columns(), j.table.optional()); err != nil {
		return sum, err
	}
	sum.Ignored, sum.Rejects = j.header.ignored, o.Rejects
	if sum.Rejects == "" {
		sum.Rejects = o.Path + rejectsSuffix
	}
	if err = checkRejects(sum.Rejects, j.source.info); err != nil {
		return sum, err
	}
	if j.run, err = s.claim(ctx, o.Kind, j.source.digest, o.SkipFinished); err != nil {
		return sum, err
	}
	if sum.Skipped = j.run.finished; !sum.Skipped {
		err = j.finish(ctx, sum.Rejects)
	}
	sum.Progress = j.progress()
	return sum, err
}

// finish does what is left of the run.
func (j *job) finish(ctx context.Context, path string) (err error) {
	j.resumed = j.run.at.offset > 0
	j.rejects, err = openRejects(path, j.source.info, !j.resumed, j.run.at.line)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.rejects.close()) }()
	if !j.resumed {
		j.run.at = j.header.end
	}
	if j.reader, err = newReader(j.source, j.run.at, j.header.width); err != nil {
		return err
	}
	for !j.run.finished {
		if ctx.Err() != nil {
			return fmt.Errorf("%w after line %d; the same command goes on from there: %w", ErrStopped, j.run.at.line, context.Cause(ctx))
		}
		if err := j.fill(); err != nil {
			return err
		}
		// A batch that was begun is finished, so that little is done twice.
		if err := j.commit(context.WithoutCancel(ctx)); err != nil {
			return fmt.Errorf("nothing of the rows after line %d was kept; the same command goes on from there: %w", j.run.at.line, err)
		}
		if j.tell != nil {
			j.tell(j.progress())
		}
	}
	return nil
}

// fill reads the rows of the next batch.
func (j *job) fill() error {
	j.table.clear()
	clear(j.batch)
	j.batch = j.batch[:0]
	for len(j.batch) < j.size {
		got, err := j.reader.next()
		if errors.Is(err, io.EOF) {
			return j.ended()
		}
		if err != nil {
			return err
		}
		o := outcome{line: got.line}
		if got.fault != nil {
			o.faults = []*fault.Fault{got.fault}
		} else {
			o.faults = j.table.add(&row{fields: got.fields, at: j.header.at, decode: j.source.charset.decode})
		}
		j.batch = append(j.batch, o)
	}
	return nil
}

// ended notes that the file has no more rows, if it is as long as it was.
func (j *job) ended() error {
	j.last = true
	size, err := j.source.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	if size != j.source.size {
		return ErrChanged
	}
	j.reader.at.offset = size // empty lines at the end
	return nil
}

// commit takes the batch over, lists its rejected rows and moves the run, all
// or nothing. The work may be done several times: it starts from the same rows,
// counts and place in the reject file each time.
func (j *job) commit(ctx context.Context) error {
	var after run
	err := j.db.InTx(ctx, func(ctx context.Context) error {
		after = j.run
		if err := j.hold(ctx, &after); err != nil {
			return err
		}
		taken, err := j.table.take(ctx)
		if err != nil {
			return err
		}
		after.at, after.finished = j.reader.at, j.last
		listed := j.count(&after.counts, taken)
		if err := j.save(ctx, after); err != nil {
			return err
		}
		return j.rejects.write(listed)
	})
	if err != nil {
		return err
	}
	j.rejects.commit()
	j.run = after
	return nil
}

// count adds the batch to the counts and lists the rejected rows.
func (j *job) count(c *counts, taken []dossier.Taken) []byte {
	var listed []byte
	for _, o := range j.batch {
		if len(o.faults) > 0 {
			c.rejected++
			for _, f := range o.faults {
				listed = appendReject(listed, o.line, f)
			}
			continue
		}
		c.add(taken[0])
		if taken[0].Fault != nil {
			listed = appendReject(listed, o.line, taken[0].Fault)
		}
		taken = taken[1:]
	}
	return listed
}

func (j *job) progress() Progress {
	return j.run.progress(j.source.size, j.now().Sub(j.start), j.resumed)
}
