package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/objection"
)

// newest puts the highest first.
var newest = sql.OrderDesc()

// OpenObjection is an objection that waits, with what it objects to.
type OpenObjection struct {
	Objection
	Entry Entry // without its reason
}

// QueueCursor is a place in the queue of objections. The zero value begins.
type QueueCursor struct {
	Due time.Time
	ID  ObjectionID
}

// ListOpen pages through the objections that wait for an answer, the first
// deadline first, and says where to go on; the zero cursor at the end. Those to
// files that the officer may not enter are left out, so a page can be short.
func (r *Reader) ListOpen(ctx context.Context, by actor.Actor, after QueueCursor, limit int) ([]OpenObjection, QueueCursor, error) {
	rows, err := r.db.Client(ctx).Objection.Query().
		Where(objection.StateEQ(objection.StateOpen), objection.Or(
			objection.DueTimeGT(after.Due),
			objection.And(objection.DueTimeEQ(after.Due), objection.IDGT(string(after.ID))))).
		Order(objection.ByDueTime(), objection.ByID()).Limit(limit + 1).All(ctx)
	if err != nil {
		return nil, QueueCursor{}, fmt.Errorf("read open objections: %w", err)
	}
	var next QueueCursor
	if len(rows) > limit {
		rows = rows[:limit]
		next = QueueCursor{rows[limit-1].DueTime, ObjectionID(rows[limit-1].ID)}
	}
	rows, err = r.enterable(ctx, by, rows)
	if err != nil {
		return nil, QueueCursor{}, err
	}
	out, err := r.withEntries(ctx, rows)
	return out, next, err
}

// enterable are the rows to whose files the officer is let in.
func (r *Reader) enterable(ctx context.Context, by actor.Actor, rows []*ent.Objection) ([]*ent.Objection, error) {
	var out []*ent.Objection
	for _, row := range rows {
		aside, keep := Aside(ctx)
		err := r.enter(aside, by, actor.DocumentID(row.DocumentID))
		f, refused := errors.AsType[*fault.Fault](err)
		if refused && (f.Kind() == fault.NotFound || f.Kind() == fault.Denied) {
			continue
		}
		if err != nil {
			return nil, err
		}
		keep()
		Concerns(ctx, actor.DocumentID(row.DocumentID))
		out = append(out, row)
	}
	return out, nil
}

// withEntries puts the entries to open objections.
func (r *Reader) withEntries(ctx context.Context, rows []*ent.Objection) ([]OpenObjection, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	list, err := r.objections(ctx, rows)
	if err != nil {
		return nil, err
	}
	ids := make([]any, len(rows))
	for i, row := range rows {
		ids[i] = row.EntryID
	}
	entries, err := r.entries(ctx, "e.id IN ("+marks(len(ids))+")", ids...)
	if err != nil {
		return nil, err
	}
	out := make([]OpenObjection, len(list))
	for i, o := range list {
		at := slices.IndexFunc(entries, func(e Entry) bool { return e.ID == o.EntryID })
		if at < 0 {
			return nil, fmt.Errorf("objection %s: its audit entry is not there", o.ID)
		}
		out[i] = OpenObjection{o, entries[at]}
	}
	return out, nil
}

// Answer answers an objection. Answering again with the same words succeeds. It
// fails with [ErrObjectionNotFound], what Enter says about the file, what Checker
// says where the officer is the one who looked, and [ErrObjectionAnswered].
func (r *Reader) Answer(ctx context.Context, by actor.Actor, id ObjectionID, finding Finding, text string) (Objection, error) {
	row, err := r.db.Client(ctx).Objection.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Objection{}, ErrObjectionNotFound
	}
	if err != nil {
		return Objection{}, fmt.Errorf("read an objection: %w", err)
	}
	if err := r.mayAnswer(ctx, by, row); err != nil {
		return Objection{}, err
	}
	sealed, err := r.sealAnswer(ctx, row, text)
	if err != nil {
		return Objection{}, err
	}
	err = r.db.InTx(ctx, func(ctx context.Context) error {
		return r.db.Client(ctx).Objection.Update().
			Where(objection.ID(row.ID), objection.StateEQ(objection.StateOpen)).
			SetState(objection.StateAnswered).SetFinding(objection.Finding(finding)).SetAnswerSealed(sealed).
			SetAnsweredBy(by.ID()).SetAnswerTime(r.moment()).AddVersion(1).Exec(ctx)
	})
	if err != nil {
		return Objection{}, fmt.Errorf("write an answer: %w", err)
	}
	if row, err = r.db.Client(ctx).Objection.Get(ctx, row.ID); err != nil {
		return Objection{}, fmt.Errorf("read an objection: %w", err)
	}
	o, err := r.one(ctx, row)
	if err != nil {
		return Objection{}, err
	}
	if o.Finding != finding || o.Answer != text && len(row.AnswerSealed) > 0 {
		return Objection{}, ErrObjectionAnswered
	}
	return o, nil
}

// mayAnswer decides whether the officer may answer. Who may not enter the file
// learns nothing of the objection.
func (r *Reader) mayAnswer(ctx context.Context, by actor.Actor, row *ent.Objection) error {
	err := r.enter(ctx, by, actor.DocumentID(row.DocumentID))
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Kind() == fault.NotFound {
		return ErrObjectionNotFound
	}
	if err != nil {
		return err
	}
	found, err := r.entries(ctx, "e.id = ?", row.EntryID)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("objection %s: its audit entry is not there", row.ID)
	}
	return r.checker(by, found[0].acted())
}

// sealAnswer seals the answer under the document's data key. Where that was
// destroyed nothing is kept of it, and the objection can still be closed.
func (r *Reader) sealAnswer(ctx context.Context, row *ent.Objection, text string) ([]byte, error) {
	set, err := r.vault.Make(ctx, row.DocumentID)
	if err != nil {
		return nil, err
	}
	sealed, err := set.Seal(row.DocumentID, []byte(text), objectionContext(ObjectionID(row.ID), "answer"))
	if errors.Is(err, vault.ErrShredded) {
		return []byte{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("seal an answer: %w", err)
	}
	return sealed, nil
}
