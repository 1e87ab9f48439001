package dossier

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	inquiryrow "github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
)

// How long somebody who took an inquiry up may be silent before another one
// does, and how long an unavailable authority is left alone at most.
const (
	inquiryLease   = time.Minute
	inquiryPatient = 10 * time.Minute
)

// GetInquiry returns an inquiry about a document of the actor's file. It fails
// with [ErrNotFound].
func (s *Service) GetInquiry(ctx context.Context, by actor.Actor, id InquiryID) (Inquiry, error) {
	documents, _, err := s.own(ctx, by)
	if err != nil {
		return Inquiry{}, err
	}
	r, err := s.db.Client(ctx).Inquiry.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Inquiry{}, ErrNotFound
	}
	if err != nil {
		return Inquiry{}, fmt.Errorf("read inquiry: %w", err)
	}
	for _, d := range documents {
		if string(d.ID) == r.DocumentID {
			return inquiryFromRow(r), nil
		}
	}
	return Inquiry{}, ErrNotFound
}

// pendingAmong returns the open inquiries about some documents, those that an
// officer looks at included.
func (s *Service) pendingAmong(ctx context.Context, documents []Document) ([]Inquiry, error) {
	rows, err := s.db.Client(ctx).Inquiry.Query().
		Where(inquiryrow.DocumentIDIn(entdb.Texts(documentIDs(documents))...), inquiryrow.StateIn(inquiryrow.StatePending, inquiryrow.StateInReview)).
		Order(inquiryrow.ByID(sql.OrderDesc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read inquiries: %w", err)
	}
	return inquiriesFromRows(rows), nil
}

// openInquiry stores a question before anybody is asked. A holder's is taken up
// for the caller, a register's is due at once. A pending one with the same target
// is returned instead, with fresh false, and so is a holder's when a register
// asks. One with another target, or a register's when the holder asks, is
// superseded: only the holder starts the national check.
func (s *Service) openInquiry(ctx context.Context, kind InquiryKind, about Document, target document.Number, byHolder bool) (q Inquiry, fresh bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		q, fresh = Inquiry{}, false
		rows, err := s.db.Client(ctx).Inquiry.Query().Where(
			inquiryrow.DocumentID(string(about.ID)), inquiryrow.KindEQ(inquiryrow.Kind(kind)),
			inquiryrow.TargetKindEQ(inquiryrow.TargetKind(target.Kind())), inquiryrow.StateEQ(inquiryrow.StatePending)).All(ctx)
		if err != nil {
			return fmt.Errorf("read inquiries: %w", err)
		}
		for _, open := range inquiriesFromRows(rows) {
			asked, err := s.targetOf(open, about)
			same := err == nil && sameNumber(asked, target) // one that cannot be read is superseded
			if same && open.byHolder == byHolder || open.byHolder && !byHolder {
				q = open
				return nil
			}
			open.State, open.Findings = Refused, []Finding{Superseded}
			if err := s.saveInquiry(ctx, open); err != nil {
				return err
			}
		}
		fresh = true
		due := s.time()
		if byHolder {
			due = due.Add(inquiryLease)
		}
		q, err = s.insertInquiry(ctx, kind, about, target, byHolder, due)
		return err
	})
	return q, fresh, err
}

// insertInquiry writes a question that is due at next.
func (s *Service) insertInquiry(ctx context.Context, kind InquiryKind, about Document, target document.Number, byHolder bool, next time.Time) (Inquiry, error) {
	q := Inquiry{
		ID: InquiryID(s.newID()), Kind: kind, State: Pending, Document: about.ID, Asked: s.time(), NextTry: next,
		byHolder: byHolder, targetKind: target.Kind(), version: 1,
	}
	var err error
	q.targetSealed, err = about.seal(target.Canonical(), "inquiry", string(q.ID), "target")
	if err != nil {
		return Inquiry{}, err
	}
	askedBy := inquiryrow.AskedByRegister
	if byHolder {
		askedBy = inquiryrow.AskedByHolder
	}
	err = s.db.Client(ctx).Inquiry.Create().SetID(string(q.ID)).SetKind(inquiryrow.Kind(kind)).SetAskedBy(askedBy).
		SetDocumentID(string(about.ID)).SetTargetKind(inquiryrow.TargetKind(q.targetKind)).SetTargetSealed(q.targetSealed).
		SetState(inquiryrow.StatePending).SetNextTryTime(next).SetCreateTime(q.Asked).Exec(ctx)
	if err != nil {
		return Inquiry{}, fmt.Errorf("open inquiry: %w", err)
	}
	return q, nil
}

// claimDue takes up to limit due inquiries, oldest first. While they are
// leased nobody else takes them; when their taker dies they are due again.
func (s *Service) claimDue(ctx context.Context, limit int) ([]Inquiry, error) {
	var claimed []Inquiry
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		claimed = nil
		c := s.db.Client(ctx)
		rows, err := c.Inquiry.Query().
			Where(inquiryrow.StateEQ(inquiryrow.StatePending), inquiryrow.NextTryTimeLTE(s.time())).
			Order(inquiryrow.ByNextTryTime(), inquiryrow.ByID()).Limit(limit).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
			r.Version++
			r.Tries++
		}
		lease := s.time().Add(inquiryLease)
		err = c.Inquiry.Update().Where(inquiryrow.IDIn(ids...)).SetNextTryTime(lease).AddTries(1).AddVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		claimed = inquiriesFromRows(rows)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take up inquiries: %w", err)
	}
	return claimed, nil
}

// stillMine reports whether nobody took the inquiry up or closed it since it
// was read.
func (s *Service) stillMine(ctx context.Context, q Inquiry) (bool, error) {
	mine, err := s.db.Client(ctx).Inquiry.Query().Where(
		inquiryrow.ID(string(q.ID)), inquiryrow.Version(q.version), inquiryrow.StateEQ(inquiryrow.StatePending)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("read inquiry %s: %w", q.ID, err)
	}
	return mine, nil
}

// saveInquiry writes how far an inquiry has come. It fails with [ErrStale]
// when somebody else took it up meanwhile.
func (s *Service) saveInquiry(ctx context.Context, q Inquiry) error {
	update := s.db.Client(ctx).Inquiry.Update().
		Where(inquiryrow.ID(string(q.ID)), inquiryrow.Version(q.version), inquiryrow.StateEQ(inquiryrow.StatePending)).
		SetState(inquiryrow.State(q.State)).SetReasons(entdb.Texts(q.Findings)).SetNextTryTime(q.NextTry).
		SetLinkID(string(q.Link)).SetResultID(string(q.Result)).AddVersion(1)
	if q.State != Pending {
		update.SetCloseTime(s.time())
	}
	n, err := update.Save(ctx)
	if err != nil {
		return fmt.Errorf("save inquiry %s: %w", q.ID, err)
	}
	if n == 0 {
		return ErrStale
	}
	return nil
}

// postponed is when an authority that did not answer is asked again: after
// fifteen seconds, then twice as long each time, up to ten minutes.
func (q Inquiry) postponed(now time.Time) time.Time {
	wait := inquiryPatient
	if q.tries < 6 {
		wait = min(wait, 15*time.Second<<q.tries)
	}
	return now.Add(wait)
}

func inquiriesFromRows(rows []*ent.Inquiry) []Inquiry {
	inquiries := make([]Inquiry, len(rows))
	for i, r := range rows {
		inquiries[i] = inquiryFromRow(r)
	}
	return inquiries
}

// inquiryFromRow leaves the target sealed: whoever reads a file has no use for it.
func inquiryFromRow(r *ent.Inquiry) Inquiry {
	return Inquiry{
		ID: InquiryID(r.ID), Kind: InquiryKind(r.Kind), State: InquiryState(r.State), Document: DocumentID(r.DocumentID),
		Findings: typed[Finding](r.Reasons), Asked: r.CreateTime.UTC(), NextTry: r.NextTryTime.UTC(),
		Link: LinkID(r.LinkID), Result: DocumentID(r.ResultID),
		byHolder: r.AskedBy == inquiryrow.AskedByHolder, targetKind: document.Kind(r.TargetKind), targetSealed: r.TargetSealed,
		tries: r.Tries, version: r.Version,
	}
}

// targetOf opens the number that an inquiry about a document asks for.
func (s *Service) targetOf(q Inquiry, about Document) (document.Number, error) {
	plain, err := about.open(q.targetSealed, "inquiry", string(q.ID), "target")
	if err != nil {
		return document.Number{}, err
	}
	return s.Parse(q.targetKind, plain)
}

// refuseInReview tells the inquiries that wait for a review that it was decided
// against them. Their holders then no longer see them as waiting.
func (s *Service) refuseInReview(ctx context.Context, v Review) error {
	return s.closeInReview(ctx, v.Sides[0], v.Sides[1], inquiryrow.StateRefused, "", []Finding{KeptApart})
}

// closeInReview closes the inquiries about a pair that wait for an officer.
func (s *Service) closeInReview(ctx context.Context, a, b Document, state inquiryrow.State, link LinkID, findings []Finding) error {
	c := s.db.Client(ctx)
	rows, err := c.Inquiry.Query().Where(
		inquiryrow.DocumentIDIn(string(a.ID), string(b.ID)), inquiryrow.KindEQ(inquiryrow.KindLink),
		inquiryrow.StateEQ(inquiryrow.StateInReview)).All(ctx)
	if err != nil {
		return fmt.Errorf("read inquiries in review: %w", err)
	}
	for _, q := range inquiriesFromRows(rows) {
		about, other := a, b
		if q.Document == b.ID {
			about, other = b, a
		}
		asked, err := s.targetOf(q, about)
		if err != nil {
			return err
		}
		if !sameNumber(asked, other.Number) {
			continue
		}
		update := c.Inquiry.UpdateOneID(string(q.ID)).SetState(state).SetLinkID(string(link)).SetCloseTime(s.time()).AddVersion(1)
		if findings != nil {
			update.SetReasons(entdb.Texts(findings))
		}
		if err := update.Exec(ctx); err != nil {
			return fmt.Errorf("close inquiry %s in review: %w", q.ID, err)
		}
	}
	return nil
}
