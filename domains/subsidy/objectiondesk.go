package subsidy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// mostObjections is how many open objections a list shows.
const mostObjections = 200

// OpenObjection is an objection that waits, with the decision that it is against.
type OpenObjection struct {
	Objection Objection
	Decision  Explained
	// Overtaken: a later decision stands in its place by now.
	Overtaken bool
	// Late: the time for the answer is over.
	Late bool
}

// LogValue keeps what is said and decided out of logs.
func (o OpenObjection) LogValue() slog.Value { return slog.StringValue(string(o.Objection.ID)) }

// OpenObjections lists the objections that wait for an answer, the first deadline first,
// 200 at most. Those of files that the officer may not enter are left out, and others
// take their places. It fails with guard.ErrNotFound for whoever is no officer with the
// duty to review.
func (s *Service) OpenObjections(ctx context.Context, by actor.Actor) (list []OpenObjection, err error) {
	if err := reviewer(by); err != nil {
		return nil, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		rows, err := s.enterable(ctx, by)
		if err != nil {
			return err
		}
		list, err = s.withDecisions(ctx, rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list objections: %w", err)
	}
	return list, nil
}

// reviewer lets in officers with the duty to review.
func reviewer(by actor.Actor) error {
	if by.Role != actor.Officer || by.ID() == "" || !by.Has(actor.Review) {
		return guard.ErrNotFound
	}
	return nil
}

// enterable are the open objections to whose files an officer is let in. It looks through
// the whole queue, page by page, so that those of other regions do not hide the officer's.
func (s *Service) enterable(ctx context.Context, by actor.Actor) (list []*ent.SubsidyObjection, err error) {
	for after := (*ent.SubsidyObjection)(nil); ; {
		rows, err := s.objectionQueue(ctx, after)
		if err != nil {
			return nil, err
		}
		documents := make([]actor.DocumentID, len(rows))
		for i, r := range rows {
			documents[i] = actor.DocumentID(r.DocumentID)
		}
		files, err := s.Files.FilesOf(ctx, documents...)
		if err != nil {
			return nil, err
		}
		for i, r := range rows {
			aside, keep := audit.Aside(ctx) // nobody has looked at what is not shown
			err := s.enter(aside, by, files[documents[i]])
			switch {
			case errors.Is(err, ErrObjection), errors.Is(err, guard.ErrConflict):
				continue
			case err != nil:
				return nil, err
			}
			keep()
			if list = append(list, r); len(list) == mostObjections {
				return list, nil
			}
		}
		if len(rows) < mostObjections {
			return list, nil
		}
		after = rows[len(rows)-1]
	}
}

// enter lets an officer into a file. Who may not enter it learns nothing of the objection:
// it fails with [ErrObjection], and with guard.ErrConflict.
func (s *Service) enter(ctx context.Context, by actor.Actor, file []dossier.Document) error {
	held := make([]guard.Held, len(file))
	for i, d := range file {
		held[i] = d.Held()
	}
	err := s.Guard.Enter(ctx, by, audit.None, held...)
	if errors.Is(err, guard.ErrNotFound) {
		return ErrObjection
	}
	return err
}

// DecideObjection answers an objection, once. It changes no decision, because a decision
// follows from what authorities know: upholding one raises a task for somebody to see to
// it that they know better, and the next run decides anew. The person is told.
//
// It fails with guard.ErrNotFound for whoever is no officer with the duty to review,
// [ErrObjection], guard.ErrConflict, guard.ErrMaker for whoever prepared or approved a
// batch that paid the decision, and [ErrObjectionDecided].
func (s *Service) DecideObjection(ctx context.Context, by actor.Actor, id ObjectionID, upheld bool, answer string) (o Objection, err error) {
	if err := reviewer(by); err != nil {
		return Objection{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if o, err = s.mayAnswer(ctx, by, id); err != nil {
			return err
		}
		o.State, o.Decided, o.Answer = ObjectionDismissed, s.time(), answer
		if upheld {
			o.State = ObjectionUpheld
		}
		if err := s.saveAnswer(ctx, by, o); err != nil {
			return err
		}
		return s.followUp(ctx, by, o)
	})
	if err != nil {
		return Objection{}, fmt.Errorf("decide an objection: %w", err)
	}
	return o, nil
}

// mayAnswer returns an objection, open or not, that the officer may answer.
func (s *Service) mayAnswer(ctx context.Context, by actor.Actor, id ObjectionID) (Objection, error) {
	o, err := s.objection(ctx, id)
	if err != nil {
		return Objection{}, err
	}
	files, err := s.Files.FilesOf(ctx, o.Document)
	if err != nil {
		return Objection{}, err
	}
	if err := s.enter(ctx, by, files[o.Document]); err != nil {
		return Objection{}, err
	}
	makers, err := s.payersOf(ctx, o.Decision)
	if err != nil {
		return Objection{}, err
	}
	return o, s.Guard.Checker(by, makers...)
}

// The kinds of notices about objections.
const (
	kindUpheld    = "subsidy_objection_upheld"
	kindDismissed = "subsidy_objection_dismissed"
)

// followUp has an answer take its course: a task where the objection was upheld, a notice,
// and an entry.
func (s *Service) followUp(ctx context.Context, by actor.Actor, o Objection) error {
	d, payout, err := s.decided(ctx, o.Decision)
	if err != nil {
		return err
	}
	kind := kindDismissed
	if o.State == ObjectionUpheld {
		kind = kindUpheld
		err := s.raise(ctx, Task{Kind: TaskObjectionUpheld, Key: upheldKey(o.Decision), Payout: payout, Expected: d.Fen})
		if err != nil {
			return err
		}
	}
	_, err = s.Notices.TellMany(ctx, []notice.Message{{
		Document: o.Document, Key: kind + "/" + string(o.ID), Kind: kind, Topic: notice.Money, About: string(o.Decision),
		Args: map[string]string{"Year": string(d.Period)},
	}})
	if err != nil {
		return err
	}
	return s.Audit.Change(ctx, "subsidy.decide_objection", by, o.Document)
}

// upheldPrefix begins the keys of tasks about decisions of which an objection was upheld.
const upheldPrefix = string(TaskObjectionUpheld) + "/"

func upheldKey(id DecisionID) string { return upheldPrefix + string(id) }

// Decision is the decision of which an objection was upheld, for a task that is about
// one; otherwise "".
func (t Task) Decision() DecisionID {
	id, ok := strings.CutPrefix(t.Key, upheldPrefix)
	if !ok {
		return ""
	}
	return DecisionID(id)
}
