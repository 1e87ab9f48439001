package subsidy

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ObjectionDays is for how many days after the one on which it was made a decision may be
// objected to, that day not counted. The figure is ours: no source among the project's
// facts confirms it, so it is shown as an example.
const ObjectionDays = 60

// AnswerDays is within how many working days an objection is answered, the day of filing
// not counted. The figure is ours, as [ObjectionDays] is.
const AnswerDays = 15

// The faults of objections.
var (
	// ErrObjection: there is no such objection, or not one that the caller may see.
	ErrObjection = fault.New(fault.NotFound, "SUBSIDY_OBJECTION_NOT_FOUND")
	// ErrObjectionLate: the time for objecting to the decision is over.
	ErrObjectionLate = fault.New(fault.Precondition, "SUBSIDY_OBJECTION_LATE")
	// ErrObjectionOvertaken: a later decision stands in the place of this one.
	ErrObjectionOvertaken = fault.New(fault.Precondition, "SUBSIDY_OBJECTION_OVERTAKEN")
	// ErrObjectionDecided: it was answered already, and is answered once.
	ErrObjectionDecided = fault.New(fault.Precondition, "SUBSIDY_OBJECTION_DECIDED")
)

// ObjectionID names an objection.
type ObjectionID string

// ObjectionState is what became of an objection. Its text is stored and never renamed.
type ObjectionState string

// The states. Only an open one changes.
const (
	ObjectionOpen      ObjectionState = "open"
	ObjectionUpheld    ObjectionState = "upheld"
	ObjectionDismissed ObjectionState = "dismissed"
	// ObjectionWithdrawn: the person was forgotten before it was answered.
	ObjectionWithdrawn ObjectionState = "withdrawn"
)

// Objection is what somebody has against a decision. It changes no decision: what comes
// of one that is upheld is another decision.
type Objection struct {
	ID       ObjectionID
	Decision DecisionID
	Document actor.DocumentID // under which the decision stands
	State    ObjectionState
	// Reason and Answer are empty once they were forgotten, Answer also before it is
	// given.
	Reason, Answer string
	Filed          time.Time
	// Due is by when it is answered: the end of a day in Asia/Shanghai.
	Due     time.Time
	Decided time.Time // zero while it is open
}

// LogValue keeps what is said out of logs.
func (o Objection) LogValue() slog.Value { return slog.StringValue(string(o.ID)) }

// Late reports whether an objection waits for an answer longer than it should.
func (o Objection) Late(now time.Time) bool { return o.State == ObjectionOpen && !now.Before(o.Due) }

// ObjectUntil is until when a decision may be objected to: the end of a day in
// Asia/Shanghai.
func (d Decision) ObjectUntil() time.Time {
	return calendar.Begins(calendar.On(d.Made).AddDays(ObjectionDays + 1)).UTC()
}

// answerBy is by when an objection that was filed at a moment is answered.
func answerBy(c calendar.Calendar, filed time.Time) time.Time {
	day, _ := c.AddWorkdays(calendar.On(filed), AnswerDays) // a year without its notice is counted by the rule
	return calendar.Begins(day.AddDays(1)).UTC()
}

// mayObject says whether a decision may be objected to at a moment.
func (d Decision) mayObject(latest bool, now time.Time) error {
	switch {
	case !latest:
		return ErrObjectionOvertaken
	case !now.Before(d.ObjectUntil()):
		return ErrObjectionLate
	}
	return nil
}

// FileObjection objects to a decision that holds for the actor's own file. A decision has
// one objection: filing again while it is open returns the first one, with the words of
// then.
//
// It fails as guard.Own does, with [ErrDecision] for a decision that is not the file's,
// [ErrObjectionDecided], [ErrObjectionOvertaken] and [ErrObjectionLate].
func (s *Service) FileObjection(ctx context.Context, by actor.Actor, id DecisionID, reason string) (o Objection, err error) {
	file, _, err := s.own(ctx, by)
	if err != nil {
		return Objection{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		o, err = s.fileObjection(ctx, by, ids(file), id, reason)
		return err
	})
	if err != nil {
		return Objection{}, fmt.Errorf("file an objection: %w", err)
	}
	return o, nil
}

func (s *Service) fileObjection(ctx context.Context, by actor.Actor, file []actor.DocumentID, id DecisionID, reason string) (Objection, error) {
	d, latest, err := s.decisionIn(ctx, file, id)
	if err != nil {
		return Objection{}, err
	}
	if before, err := s.objectionTo(ctx, id); err != nil || before.ID != "" {
		return before.again(err)
	}
	if err := d.mayObject(latest, s.Now()); err != nil {
		return Objection{}, err
	}
	o := Objection{
		ID: ObjectionID(s.NewID()), Decision: id, Document: d.Document, State: ObjectionOpen, Reason: reason, Filed: s.time(),
	}
	o.Due = answerBy(calendar.Official(), o.Filed)
	if err := s.insertObjection(ctx, o); err != nil {
		return Objection{}, err
	}
	return o, s.Audit.Change(ctx, "subsidy.file_objection", by, file...)
}

// again is what filing a second time comes to.
func (o Objection) again(err error) (Objection, error) {
	if err == nil && o.State != ObjectionOpen {
		err = ErrObjectionDecided
	}
	if err != nil {
		return Objection{}, err
	}
	return o, nil
}
