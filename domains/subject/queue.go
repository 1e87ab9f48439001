package subject

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// scanned is how many rows of a queue one page looks at, about: those of other regions are
// passed over.
const scanned = 1000

// Desk lets officers in to files.
type Desk struct {
	Files interface {
		// FilesOf returns the documents in the files of several; those that are not there are
		// left out.
		FilesOf(ctx context.Context, asked ...actor.DocumentID) (map[actor.DocumentID][]dossier.Document, error)
	}
	Gate Gate
}

// Enter lets an officer into the file of a document and returns it. It fails as
// guard.Guard.Enter does, and with guard.ErrNotFound where there is no such file.
func (d Desk) Enter(ctx context.Context, by actor.Actor, basis audit.Basis, document actor.DocumentID) ([]dossier.Document, error) {
	files, err := d.Files.FilesOf(ctx, document)
	if err != nil {
		return nil, err
	}
	return files[document], d.enter(ctx, by, basis, files[document])
}

func (d Desk) enter(ctx context.Context, by actor.Actor, basis audit.Basis, file []dossier.Document) error {
	if len(file) == 0 {
		return guard.ErrNotFound
	}
	held := make([]guard.Held, len(file))
	for i, one := range file {
		held[i] = one.Held()
	}
	return d.Gate.Enter(ctx, by, basis, held...)
}

// Queue is rows that stand on files, in an order. C is where a page of them ends: the last
// row that was looked at, shown or not; its zero value begins.
type Queue[R any, C comparable] struct {
	Desk Desk
	// Read reads rows after a place.
	Read func(ctx context.Context, after C, limit int) ([]R, error)
	// On is the document under which a row stands, At its place.
	On func(R) actor.DocumentID
	At func(R) C
}

// Page returns a page of the rows whose files an officer may enter, at most limit of them,
// and where to go on; the place is zero at the end. A page may be short, even empty, before
// the end. Only what is shown is noted in the call's entry: nobody has looked at the rest.
func (q Queue[R, C]) Page(ctx context.Context, by actor.Actor, after C, limit int) (page []R, next C, err error) {
	var begin C
	next = after
	for seen := 0; seen < scanned; {
		batch, err := q.Read(ctx, next, limit)
		if err != nil {
			return nil, begin, err
		}
		shown, last, err := q.shown(ctx, by, batch, limit-len(page))
		if err != nil {
			return nil, begin, err
		}
		page, next, seen = append(page, shown...), last, seen+len(batch)
		if len(page) == limit {
			return page, next, nil
		}
		if len(batch) < limit {
			return page, begin, nil
		}
	}
	return page, next, nil
}

// shown are those of a batch, at most some, that an officer may see, and where it stopped.
func (q Queue[R, C]) shown(ctx context.Context, by actor.Actor, batch []R, most int) (list []R, last C, err error) {
	documents := make([]actor.DocumentID, len(batch))
	for i, row := range batch {
		documents[i] = q.On(row)
	}
	files, err := q.Desk.Files.FilesOf(ctx, documents...)
	if err != nil {
		return nil, last, err
	}
	for _, row := range batch {
		if len(list) == most {
			return list, last, nil
		}
		last = q.At(row)
		aside, keep := audit.Aside(ctx)
		err := q.Desk.enter(aside, by, audit.None, files[q.On(row)])
		switch {
		case errors.Is(err, guard.ErrNotFound), errors.Is(err, guard.ErrConflict):
			continue
		case err != nil:
			return nil, last, err
		}
		keep()
		list = append(list, row)
	}
	return list, last, nil
}
