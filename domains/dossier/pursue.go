package dossier

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// How many inquiries are decided in one transaction: few, because people's calls
// wait for it where a database has one writer.
const decisionsPerTx = 5

// LinkDocument asks that the actor's other document be joined to the file.
//
// The authorities are asked at once; if one does not answer in time the
// inquiry stays [Pending] and [Service.FinishInquiries] takes it up later.
// Asking again while it is open returns the same inquiry, and asking for what
// is linked already returns the link and no inquiry.
//
// It fails with [ErrNotConfirmed] when the authorities say no, [ErrLinkKinds]
// unless one of the two is a pass and the other a permit, [ErrSameDocument],
// and [ErrNotUsable] when the actor's own document is not in force.
func (s *Service) LinkDocument(ctx context.Context, by actor.Actor, target document.Number) (Inquiry, Link, error) {
	documents, _, err := s.own(ctx, by)
	if err != nil {
		return Inquiry{}, Link{}, err
	}
	about, err := partner(documents, target)
	if err != nil {
		return Inquiry{}, Link{}, err
	}
	if link, err := s.linkedAlready(ctx, documents, about, target); err != nil || link.ID != "" {
		return Inquiry{}, link, err
	}
	inquiry, fresh, err := s.openInquiry(ctx, LinkInquiry, about, target, true)
	if err != nil || !fresh {
		return inquiry, Link{}, err
	}
	if inquiry, err = s.pursueOne(ctx, inquiry); err != nil {
		return Inquiry{}, Link{}, err
	}
	switch inquiry.State {
	case Refused:
		return Inquiry{}, Link{}, ErrNotConfirmed
	case Done:
		link, _, err := s.linkByID(ctx, inquiry.Link)
		return inquiry, link, err
	default:
		return inquiry, Link{}, nil
	}
}

// partner is the holder's document that the target would be linked to: the
// pass for a permit, the permit for a pass.
func partner(documents []Document, target document.Number) (Document, error) {
	wanted := map[document.Kind]document.Kind{
		document.TaiwanPermit: document.TaiwanPass, document.TaiwanPass: document.TaiwanPermit,
	}[target.Kind()]
	if wanted == "" {
		return Document{}, ErrLinkKinds.On("document")
	}
	i := slices.IndexFunc(documents, func(d Document) bool { return d.Kind() == wanted && d.current() })
	switch {
	case i < 0 && slices.ContainsFunc(documents, func(d Document) bool { return sameNumber(d.Number, target) }):
		return Document{}, ErrSameDocument.On("document")
	case i < 0:
		return Document{}, ErrLinkKinds.On("document")
	case !documents[i].usable():
		return Document{}, ErrNotUsable.With("Status", string(documents[i].Status))
	}
	return documents[i], nil
}

// sameNumber reports whether two numbers are one document's, however written.
func sameNumber(a, b document.Number) bool {
	return a.Kind() == b.Kind() && a.Canonical() == b.Canonical()
}

// linkedAlready returns the link when the target is in the file by one that
// holds, or the zero link.
func (s *Service) linkedAlready(ctx context.Context, documents []Document, about Document, target document.Number) (Link, error) {
	i := slices.IndexFunc(documents, func(d Document) bool { return sameNumber(d.Number, target) })
	if i < 0 {
		return Link{}, nil
	}
	links, err := s.linksAmong(ctx, documents)
	if err != nil {
		return Link{}, err
	}
	link, _ := linkOf(links, about, documents[i])
	return link, nil
}

// pursueOne asks and decides one inquiry that the caller has taken up.
func (s *Service) pursueOne(ctx context.Context, inquiry Inquiry) (Inquiry, error) {
	q, err := s.prepare(ctx, inquiry)
	if err != nil {
		return Inquiry{}, err
	}
	questions := []*question{q}
	s.ask(ctx, questions)
	if ctx.Err() != nil {
		return Inquiry{}, ctx.Err()
	}
	if err := s.decide(ctx, questions); err != nil {
		return Inquiry{}, err
	}
	return q.Inquiry, nil
}

// FinishInquiries takes up at most limit inquiries that are due, asks the
// authorities and decides. It returns how many it took up. It may be killed at
// any point, repeated, and run by several processes at once.
func (s *Service) FinishInquiries(ctx context.Context, limit int) (int, error) {
	inquiries, err := s.claimDue(ctx, limit)
	if err != nil || len(inquiries) == 0 {
		return 0, err
	}
	questions := s.prepareAll(ctx, inquiries)
	s.ask(ctx, questions)
	for batch := range slices.Chunk(questions, decisionsPerTx) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if err := s.decide(ctx, batch); err != nil {
			s.decideEach(ctx, batch)
		}
	}
	return len(inquiries), nil
}

// decideEach decides one by one after a batch failed, so that one bad inquiry
// holds up no other. What still fails stays leased and comes back later.
func (s *Service) decideEach(ctx context.Context, questions []*question) {
	for _, q := range questions {
		err := s.decide(ctx, []*question{q})
		if ctx.Err() != nil {
			return // stopped: the rest comes back with its lease
		}
		if err != nil {
			s.log.ErrorContext(ctx, "inquiry could not be decided; it is tried again", "inquiry", q.ID, "error", err)
		}
	}
}

// decide writes what follows from the answers, in one transaction. An inquiry
// that somebody else took up meanwhile is left to them.
func (s *Service) decide(ctx context.Context, questions []*question) error {
	before := make([]Inquiry, len(questions))
	for i, q := range questions {
		before[i] = q.Inquiry
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		for i, q := range questions {
			q.Inquiry = before[i] // the transaction may run twice
			if err := s.decideOne(ctx, q); err != nil {
				return fmt.Errorf("decide inquiry %s: %w", q.ID, err)
			}
		}
		return nil
	})
	return err
}

// decideOne decides one inquiry, unless somebody else took it up since.
func (s *Service) decideOne(ctx context.Context, q *question) error {
	if mine, err := s.stillMine(ctx, q.Inquiry); err != nil || !mine {
		return err
	}
	if q.failed != nil {
		q.NextTry = q.postponed(s.time())
		return s.saveInquiry(ctx, q.Inquiry)
	}
	if q.Kind == RenewalInquiry {
		return s.decideRenewal(ctx, q)
	}
	return s.decideLink(ctx, q)
}

// decideLink weighs the evidence and acts on it.
func (s *Service) decideLink(ctx context.Context, q *question) error {
	about, target, found, err := s.sides(ctx, q)
	if err != nil {
		return err
	}
	if !found {
		q.State, q.Findings = Refused, []Finding{unknownFinding(q.target.Kind())}
		return s.saveInquiry(ctx, q.Inquiry)
	}
	if target.Dossier == about.Dossier {
		return s.inOneFile(ctx, q, about, target)
	}
	e, err := s.gather(ctx, q, about, target)
	if err != nil {
		return err
	}
	v := e.weigh()
	switch v.outcome {
	case makeLink:
		err = s.linkOn(ctx, q, about, target, v)
	case propose:
		err = s.sendToReview(ctx, q, Proposal, about, target, v.findings)
	case contradict:
		err = s.sendToReview(ctx, q, Contradiction, about, target, v.findings)
	default:
		q.State, q.Findings = Refused, v.findings
	}
	if err != nil {
		return err
	}
	return s.saveInquiry(ctx, q.Inquiry)
}

// inOneFile ends an inquiry about two documents that are in one file already.
func (s *Service) inOneFile(ctx context.Context, q *question, about, target Document) error {
	_, links, err := s.around(ctx, about.Dossier)
	if err != nil {
		return err
	}
	q.State = Done
	if link, ok := linkOf(links, about, target); ok {
		q.Link = link.ID
	}
	return s.saveInquiry(ctx, q.Inquiry)
}

// unknownFinding says that an authority knows no such document.
func unknownFinding(kind document.Kind) Finding {
	if kind == document.TaiwanPass {
		return PassUnknown
	}
	return PermitUnknown
}

// linkOn makes the link that strong evidence calls for. If the joint file would
// contradict itself, an officer looks at it instead.
func (s *Service) linkOn(ctx context.Context, q *question, about, target Document, v verdict) error {
	target, err := s.onFile(ctx, q, target)
	if err != nil {
		return err
	}
	link, err := s.join(ctx, jobs, about, target, v.level, proof{kind: proofKinds[v.level], trace: v.trace, checked: v.checked})
	if errors.Is(err, ErrContradicted) {
		return s.sendToReview(ctx, q, Contradiction, about, target, []Finding{LinkedElsewhere})
	}
	q.State, q.Link = Done, link.ID
	return err
}

// sendToReview puts the pair into the officers' queue, once.
func (s *Service) sendToReview(ctx context.Context, q *question, kind ReviewKind, about, target Document, findings []Finding) error {
	target, err := s.onFile(ctx, q, target)
	if err != nil {
		return err
	}
	reviews, err := s.reviewsOf(ctx, about.ID, target.ID)
	if err != nil {
		return err
	}
	q.State, q.Findings = InReview, findings
	if slices.ContainsFunc(reviews, func(v Review) bool { return v.State == Open }) {
		return nil
	}
	return s.insertReview(ctx, kind, about.ID, target.ID, findings)
}

// sides are the two documents: the one on file, and the target as it is on
// file or as the authority describes it. Without either, found is false.
func (s *Service) sides(ctx context.Context, q *question) (about, target Document, found bool, err error) {
	if about, err = s.byID(ctx, q.Document); err != nil {
		return Document{}, Document{}, false, err
	}
	target, err = s.byNumber(ctx, q.target)
	switch {
	case err == nil:
		return about, target, true, nil
	case !errors.Is(err, ErrNotFound):
		return Document{}, Document{}, false, err
	}
	target, found = q.described()
	target.Status = document.StatusOn(s.Today(), target.recorded, target.Validity.To)
	return about, target, found, nil
}

// described is the target as its authority describes it.
func (q *question) described() (Document, bool) {
	switch {
	case q.target.Kind() == document.TaiwanPass && q.pass != nil && q.pass.Verdict == upstream.Match:
		return fromAnswer(q.target, q.pass.Holder, q.pass.Issue, ""), true
	case q.target.Kind() == document.TaiwanPermit && q.permit != nil && q.permit.Verdict == upstream.Match:
		return fromAnswer(q.target, q.permit.Holder, q.permit.Issue, q.permit.ExitEntryNumber), true
	default:
		return Document{}, false
	}
}

// onFile makes sure that the target is on file, in a file of its own.
func (s *Service) onFile(ctx context.Context, _ *question, target Document) (Document, error) {
	if target.ID != "" {
		return target, nil
	}
	return s.insertDocument(ctx, target, "authority")
}

// gather puts together what weighs: the two sides and the pair's history.
func (s *Service) gather(ctx context.Context, q *question, about, target Document) (evidence, error) {
	e := evidence{byHolder: q.byHolder, police: q.permit, national: q.national}
	pass, permit := about, target
	if about.Kind() == document.TaiwanPermit {
		pass, permit = target, about
	}
	e.pass = side{pass.Number, pass.Holder, pass.Status}
	e.permit = side{permit.Number, permit.Holder, permit.Status}
	if q.permit.Verdict == upstream.Match { // what the police say now outweighs an old import
		said := fromAnswer(permit.Number, q.permit.Holder, q.permit.Issue, q.permit.ExitEntryNumber)
		e.permit.holder, e.permit.status = said.Holder, document.StatusOn(s.Today(), said.recorded, said.Validity.To)
	}
	return e, s.addHistory(ctx, &e, pass, permit)
}

// addHistory reads what happened between the two documents in this house.
func (s *Service) addHistory(ctx context.Context, e *evidence, pass, permit Document) error {
	named, err := s.naming(ctx, pass.Number)
	if err != nil {
		return err
	}
	e.passNamedTwice = slices.ContainsFunc(named, func(d Document) bool {
		return d.Kind() == document.TaiwanPermit && d.current() && !sameNumber(d.Number, permit.Number)
	})
	passes, err := s.line(ctx, pass)
	if err != nil {
		return err
	}
	permits, err := s.line(ctx, permit)
	if err != nil {
		return err
	}
	if err := s.addLinks(ctx, e, pass, permit, passes, permits); err != nil {
		return err
	}
	for _, p := range passes {
		for _, q := range permits {
			reviews, err := s.reviewsOf(ctx, p.ID, q.ID)
			if err != nil {
				return err
			}
			for _, v := range reviews {
				e.blocked = e.blocked || v.State == Open && v.Kind == Contradiction
				e.keptApart = e.keptApart || v.State == Apart
			}
		}
	}
	return nil
}

// line is a document and those of its kind that it replaced or was replaced by:
// all of its kind in its file. It is none for a document that is not on file.
func (s *Service) line(ctx context.Context, d Document) ([]Document, error) {
	if d.ID == "" {
		return nil, nil
	}
	documents, err := s.inFiles(ctx, d.Dossier)
	return slices.DeleteFunc(documents, func(o Document) bool { return o.Kind() != d.Kind() }), err
}

// addLinks reads what was linked and cut: a pair that was taken apart stays so
// when one of the two is issued anew.
func (s *Service) addLinks(ctx context.Context, e *evidence, pass, permit Document, passes, permits []Document) error {
	links, err := s.linksAmong(ctx, slices.Concat(passes, permits))
	if err != nil {
		return err
	}
	among := func(documents []Document, l Link) bool {
		return slices.ContainsFunc(documents, func(d Document) bool { return d.ID == l.First || d.ID == l.Second })
	}
	for _, l := range links {
		switch {
		case among(passes, l) && among(permits, l):
			e.cut = e.cut || !l.Holds()
		case l.Holds() && l.between(pass.Kind(), permit.Kind()):
			e.linkedElsewhere = true
		}
	}
	return nil
}

// fromAnswer describes a document as its authority does.
func fromAnswer(number document.Number, h upstream.Holder, i upstream.Issue, carries string) Document {
	return Document{
		Number:   number,
		Validity: Validity{IssueCount: i.IssueCount, From: i.ValidFrom, To: i.ValidTo},
		Holder: Holder{
			Names: Names{Mainland: h.NameMainland, Taiwan: h.NameTaiwan, Roman: h.NameRoman},
			Birth: h.Birth, Sex: h.Sex,
		},
		recorded: i.Status, namesPass: carries,
	}
}
