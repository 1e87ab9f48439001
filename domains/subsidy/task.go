package subsidy

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payouttask"
)

// ErrTask: there is no such open task.
var ErrTask = fault.New(fault.NotFound, "PAYOUT_TASK_NOT_FOUND")

// TaskID names a task.
type TaskID string

// TaskKind says what differs. Its text is stored and never renamed.
type TaskKind string

// The kinds.
const (
	TaskAmountDiffers  TaskKind = "amount_differs"   // the gateway says another amount
	TaskOrderDiffers   TaskKind = "order_differs"    // it has another order under the key, or says what cannot follow
	TaskNoPayout       TaskKind = "no_payout"        // its statement has a line that is nobody's
	TaskNotInStatement TaskKind = "not_in_statement" // its statement lacks what was paid on that day
	TaskNotSettled     TaskKind = "not_settled"      // nobody knows its end, and the promised day has passed
	// TaskObjectionUpheld: a decision rests on facts that are wrong, or on less than there is.
	TaskObjectionUpheld TaskKind = "objection_upheld"
)

// Task is a difference between the books and the gateway, or a decision of which an
// objection was upheld, for somebody to look into.
type Task struct {
	ID   TaskID
	Kind TaskKind
	// Key is what it is about, said once.
	Key    string
	Payout PayoutID // "" where there is none
	// Expected and Found are in fen.
	Expected, Found int64
	Created         time.Time
}

// raise writes tasks, each once for its key.
func (s *Service) raise(ctx context.Context, list ...Task) error {
	tasks := entdb.NewBulk(row.Table, row.FieldID, row.FieldKey, row.FieldKind, row.FieldPayoutID, row.FieldExpectedFen, row.FieldFoundFen,
		row.FieldCreateTime, row.FieldClosedBy, row.FieldNote, row.FieldVersion).Skipping()
	for _, t := range list {
		tasks.Add(s.NewID(), t.Key, string(t.Kind), string(t.Payout), t.Expected, t.Found, s.time(), "", "", 1)
	}
	_, err := tasks.Flush(ctx, s.DB)
	return err
}

// mostTasks is how many open tasks a list shows.
const mostTasks = 200

// Tasks lists the open tasks, the oldest first, 200 at most. It fails with
// guard.ErrNotFound for whoever is no officer with the duty to pay.
func (s *Service) Tasks(ctx context.Context, by actor.Actor) ([]Task, error) {
	if err := payer(by); err != nil {
		return nil, err
	}
	rows, err := s.DB.Client(ctx).PayoutTask.Query().Where(row.CloseTimeIsNil()).Order(row.ByCreateTime(), row.ByID()).Limit(mostTasks).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	list := make([]Task, len(rows))
	for i, r := range rows {
		list[i] = Task{
			ID: TaskID(r.ID), Kind: TaskKind(r.Kind), Key: r.Key, Payout: PayoutID(r.PayoutID), Expected: r.ExpectedFen, Found: r.FoundFen,
			Created: r.CreateTime.UTC(),
		}
	}
	return list, nil
}

// CloseTask ends a task with a note of what was found. It changes nothing else. It fails
// with [ErrTask], and as [Service.Tasks] does.
func (s *Service) CloseTask(ctx context.Context, by actor.Actor, id TaskID, note string) error {
	if err := payer(by); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		n, err := s.DB.Client(ctx).PayoutTask.Update().Where(row.ID(string(id)), row.CloseTimeIsNil()).
			SetCloseTime(s.time()).SetClosedBy(by.ID()).SetNote(note).AddVersion(1).Save(ctx)
		if err == nil && n == 0 {
			err = ErrTask
		}
		if err != nil {
			return fmt.Errorf("close a task: %w", err)
		}
		return s.Audit.Change(ctx, "subsidy.close_task", by)
	})
}

// payer lets in officers with the duty to pay.
func payer(by actor.Actor) error {
	if by.Role != actor.Officer || by.ID() == "" || !by.Has(actor.Pay) {
		return guard.ErrNotFound
	}
	return nil
}
