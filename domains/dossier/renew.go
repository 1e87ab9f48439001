package dossier

import (
	"context"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// ErrRenewal: the issuing authority does not confirm the new document as the
// successor of the old one.
var ErrRenewal = fault.New(fault.Precondition, "RENEWAL_NOT_CONFIRMED")

// Renew tells the file that a document of the actor's was issued anew, perhaps
// under another number. The issuing authority is asked at once; while it does
// not answer the inquiry stays [Pending] and finishes by itself later. The old
// number still finds the file. Renewing to what is on file succeeds.
//
// It fails with [ErrNotFound] for a document outside the actor's file,
// [ErrLinkKinds] for a document that no port of ours can confirm or a number of
// another kind, and [ErrRenewal] when the authority does not confirm it.
func (s *Service) Renew(ctx context.Context, by actor.Actor, id DocumentID, raw string) (Inquiry, Document, error) {
	documents, _, err := s.own(ctx, by)
	if err != nil {
		return Inquiry{}, Document{}, err
	}
	old, err := among(documents, id)
	if err != nil {
		return Inquiry{}, Document{}, err
	}
	if old.Kind() != document.TaiwanPass && old.Kind() != document.TaiwanPermit {
		return Inquiry{}, Document{}, ErrLinkKinds.On("document_id")
	}
	target, err := document.Parse(old.Kind(), raw, s.Today())
	if err != nil {
		return Inquiry{}, Document{}, fault.On("new_number", err)
	}
	inquiry, fresh, err := s.openInquiry(ctx, RenewalInquiry, old, target, true)
	if err != nil || !fresh {
		return inquiry, Document{}, err
	}
	if inquiry, err = s.pursueOne(ctx, inquiry); err != nil {
		return Inquiry{}, Document{}, err
	}
	switch inquiry.State {
	case Refused:
		return Inquiry{}, Document{}, ErrRenewal.On("new_number")
	case Done:
		now, err := s.byID(ctx, inquiry.Result)
		return inquiry, now, err
	default:
		return inquiry, Document{}, nil
	}
}

// among finds a document of a file, or fails with [ErrNotFound].
func among(documents []Document, id DocumentID) (Document, error) {
	for _, d := range documents {
		if d.ID == id {
			return d, nil
		}
	}
	return Document{}, ErrNotFound
}

// decideRenewal acts on the authority's answer.
func (s *Service) decideRenewal(ctx context.Context, q *question) error {
	old, err := s.byID(ctx, q.Document)
	if err != nil {
		return err
	}
	said, confirmed := q.described()
	if confirmed {
		confirmed, err = s.succeeds(ctx, q, old, said)
	}
	if err != nil {
		return err
	}
	if !confirmed {
		q.State, q.Findings = Refused, []Finding{RenewalUnconfirmed}
		return s.saveInquiry(ctx, q.Inquiry)
	}
	var now Document
	err = s.db.InTx(ctx, func(ctx context.Context) error { // by itself: what contradicts leaves nothing
		if now, err = s.succeed(ctx, old, said, "authority"); err != nil {
			return err
		}
		return s.carry(ctx, now, said.namesPass)
	})
	if errors.Is(err, ErrContradicted) {
		q.State, q.Findings = Refused, []Finding{LinkedElsewhere}
		return s.saveInquiry(ctx, q.Inquiry)
	}
	if err != nil {
		return err
	}
	q.State, q.Result = Done, now.ID
	if err := s.noted(ctx, jobs, "dossier.renewal", old.ID, now.ID); err != nil {
		return err
	}
	return s.saveInquiry(ctx, q.Inquiry)
}

// succeeds reports whether what the authority describes is the old document
// issued anew: the same number, or a new number that the authority says
// replaced the old one, or a permit that carries the number of the pass to
// which the old permit is linked. The person must not differ.
func (s *Service) succeeds(ctx context.Context, q *question, old, said Document) (bool, error) {
	if said.recorded != document.Valid || len(differences(old.Holder, said.Holder)) > 0 {
		return false, nil
	}
	if sameNumber(old.Number, said.Number) || q.replaces() == old.Number.Canonical() {
		return true, nil
	}
	if said.namesPass == "" {
		return false, nil
	}
	documents, err := s.inFiles(ctx, old.Dossier)
	for _, d := range documents {
		if d.Kind() == document.TaiwanPass && d.current() && d.Number.Canonical() == said.namesPass {
			return true, err
		}
	}
	return false, err
}

// replaces is the number that the authority says the new document replaced.
func (q *question) replaces() string {
	var issue upstream.Issue
	switch {
	case q.pass != nil:
		issue = q.pass.Issue
	case q.permit != nil:
		issue = q.permit.Issue
	}
	return issue.ReplacesNumber
}

// succeed records that next is old issued anew, inside the caller's
// transaction, and returns the document that holds now. With the same number
// the document takes the new printing and keeps the old one as history; with
// another number the new document takes the old one's place in its file.
// Nothing changes when that is on record already.
func (s *Service) succeed(ctx context.Context, old, next Document, origin string) (Document, error) {
	if sameNumber(old.Number, next.Number) {
		return s.reprint(ctx, old, next)
	}
	taken, err := s.takePlace(ctx, old, next, origin)
	if err != nil {
		return Document{}, fmt.Errorf("succeed document %s: %w", old.ID, err)
	}
	return taken, nil
}

// reprint updates a document to a later printing under its number. An earlier
// or equal printing changes nothing, except that an authority can take it back.
// What another document replaced stays replaced.
func (s *Service) reprint(ctx context.Context, old, next Document) (Document, error) {
	if old.Validity.after(next.Validity) {
		return old, nil
	}
	later, before := next.Validity.after(old.Validity), old.Holder
	if old.ReplacedBy != "" || old.recorded == document.Lost && next.recorded == document.Valid && !later {
		next.recorded = old.recorded
	}
	if !later && old.recorded == next.recorded {
		return old, nil
	}
	if later {
		if old.Validity != (Validity{}) { // a predecessor that nobody listed has none
			if err := s.insertPrinting(ctx, old.ID, old.Validity, s.time()); err != nil {
				return Document{}, err
			}
		}
		old.Validity, old.Holder.Names = next.Validity, next.Holder.Names
	}
	old.recorded = next.recorded
	if err := s.saveDocument(ctx, old); err != nil {
		return Document{}, err
	}
	if err := s.renamed(ctx, old, before); err != nil {
		return Document{}, err
	}
	old.version++
	old.Status = document.StatusOn(s.Today(), old.recorded, old.Validity.To)
	return old, nil
}

// carry records that a permit carries the number of a pass, where it did not
// carry that one before, and asks whether the two are one person's.
func (s *Service) carry(ctx context.Context, d Document, pass string) error {
	if pass == "" || d.Kind() != document.TaiwanPermit {
		return nil
	}
	if d.namesPass != pass {
		d.namesPass = pass
		if err := s.saveCarried(ctx, d); err != nil {
			return err
		}
	}
	return s.raiseFor(ctx, d)
}

// after reports whether v is a later printing than w: by first day of validity
// where both have one, else by issue count.
func (v Validity) after(w Validity) bool {
	if v.From.IsValid() && w.From.IsValid() && v.From != w.From {
		return v.From.After(w.From)
	}
	return v.IssueCount > w.IssueCount
}

// takePlace puts a document with a new number in the place of an old one.
func (s *Service) takePlace(ctx context.Context, old, next Document, origin string) (Document, error) {
	known, err := s.byNumber(ctx, next.Number)
	switch {
	case err == nil && old.ReplacedBy == known.ID:
		return known, nil
	case err == nil && !known.current():
		return Document{}, ErrContradicted
	case err == nil:
		next = known
	case !errors.Is(err, ErrNotFound):
		return Document{}, err
	default:
		next.origin, next.Dossier, next.preference = old.origin, old.Dossier, old.preference
		if next, err = s.insertDocument(ctx, next, origin); err != nil {
			return Document{}, err
		}
	}
	old.recorded, old.ReplacedBy = document.Replaced, next.ID
	if err := s.mayShare(ctx, old, next); err != nil {
		return Document{}, err
	}
	if err := s.saveDocument(ctx, old); err != nil {
		return Document{}, err
	}
	if err := s.resettle(ctx, old.Dossier, next.Dossier); err != nil {
		return Document{}, err
	}
	return s.byID(ctx, next.ID)
}

// mayShare fails with [ErrContradicted] if the file of a document and of its
// successor would hold two current documents of one kind.
func (s *Service) mayShare(ctx context.Context, old, next Document) error {
	documents, links, err := s.around(ctx, old.Dossier, next.Dossier)
	if err != nil {
		return err
	}
	for i := range documents {
		if documents[i].ID == old.ID {
			documents[i] = old
		}
	}
	if _, _, found := clash(documents, partition(documents, edgesOf(documents, links))); found {
		return ErrContradicted
	}
	return nil
}

// ReportLoss marks a document of the actor's as lost. Reporting twice succeeds.
// A renewal ends the loss. It fails with [ErrNotFound], or [ErrNotUsable] for a
// document that was replaced or revoked.
func (s *Service) ReportLoss(ctx context.Context, by actor.Actor, id DocumentID) (Document, error) {
	var after Document
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		documents, _, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		d, err := among(documents, id)
		if err != nil {
			return err
		}
		after = d
		switch d.recorded {
		case document.Lost:
			return nil
		case document.Replaced, document.Revoked:
			return ErrNotUsable.With("Status", string(d.Status))
		default:
		}
		d.recorded = document.Lost
		if err := s.saveDocument(ctx, d); err != nil {
			return err
		}
		after, err = s.byID(ctx, id)
		return err
	})
	if err != nil {
		return Document{}, fmt.Errorf("report loss of %s: %w", id, err)
	}
	return after, nil
}
