package dossier

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent/paperentry"
)

// ErrPaperDiffers: the two officers read different documents or another date
// from the same paper.
var ErrPaperDiffers = fault.New(fault.Precondition, "PAPER_RESULT_DIFFERS")

// ErrPaperDate: the paper is of a day that has not come.
var ErrPaperDate = fault.New(fault.Invalid, "PAPER_DATE_IN_FUTURE")

// ErrPaperSpent: the link that this paper made was cut. It takes another paper to
// link the two again.
var ErrPaperSpent = fault.New(fault.Precondition, "PAPER_RESULT_SPENT")

// LinkAtWindow links two documents that their holder has laid on the counter.
// Any two kinds of a person's documents can be linked so. Linking what is
// linked returns that link.
//
// It fails as [guard.Guard.Enter] does for either file, with [ErrNotFound] for a
// document without one, [ErrNotUsable] for one that is not in force, [ErrSameDocument], [ErrLinkKinds] for two of one
// kind or a firm's code, and [ErrContradicted] when one of the two is linked to
// another document of that kind.
func (s *Service) LinkAtWindow(ctx context.Context, by actor.Actor, first, second document.Number, note string) (Link, error) {
	var link Link
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		a, b, err := s.pair(ctx, by, first, second, [2]string{"first", "second"})
		if err != nil {
			return err
		}
		on := proof{kind: proofKinds[BothAtWindow], checked: s.time(), first: string(by.Officer), note: note}
		link, err = s.join(ctx, by, a, b, BothAtWindow, on)
		return err
	})
	if err != nil {
		return Link{}, fmt.Errorf("link at window: %w", err)
	}
	return link, nil
}

// pair finds two documents that an officer wants to link and may touch, in
// stored order. What they are worth is told only to an officer who may.
func (s *Service) pair(ctx context.Context, by actor.Actor, first, second document.Number, fields [2]string) (Document, Document, error) {
	switch {
	case first.Kind() == second.Kind() && first.Canonical() == second.Canonical():
		return Document{}, Document{}, ErrSameDocument
	case first.Kind() == second.Kind(), first.Kind().OfFirm(), second.Kind().OfFirm():
		return Document{}, Document{}, ErrLinkKinds
	}
	var found [2]Document
	for i, number := range []document.Number{first, second} {
		var err error
		if found[i], err = s.onCounter(ctx, by, number); err != nil {
			return Document{}, Document{}, fault.On(fields[i], err)
		}
	}
	for i, d := range found {
		if !d.usable() {
			return Document{}, Document{}, ErrNotUsable.With("Status", string(d.Status)).On(fields[i])
		}
	}
	return found[0], found[1], nil
}

// onCounter is the document with a number, whose file the officer may touch.
func (s *Service) onCounter(ctx context.Context, by actor.Actor, number document.Number) (Document, error) {
	d, err := s.byNumber(ctx, number)
	if err != nil {
		return Document{}, err
	}
	documents, err := s.inFiles(ctx, d.Dossier)
	if err != nil {
		return Document{}, err
	}
	return d, s.admit(ctx, by, audit.None, documents)
}

// Paper is one officer's reading of a paper answer of the national link check.
type Paper struct {
	Pass, Permit document.Number
	Number       string // the paper's own
	Date         civil.Date
}

// EnterPaper enters a paper answer. The first officer's entry waits and the
// second return value is true; an equal entry by another officer links. The
// same officer entering the same again changes nothing.
//
// It fails as [Service.LinkAtWindow] does, and with [ErrPaperDiffers] when the
// two entries do not agree, or one officer enters two readings of one paper.
func (s *Service) EnterPaper(ctx context.Context, by actor.Actor, p Paper) (Link, bool, error) {
	var link Link
	var waiting bool
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.readable(p); err != nil {
			return err
		}
		a, b, err := s.pair(ctx, by, p.Pass, p.Permit, [2]string{"pass", "permit"})
		if err != nil {
			return err
		}
		if err := s.unspent(ctx, a, b, p.Number); err != nil {
			return err
		}
		other, err := s.enter(ctx, by, a, b, p)
		if err != nil {
			return err
		}
		if waiting = other == ""; waiting {
			return nil
		}
		on := proof{
			kind: proofKinds[PaperTwoOfficers], trace: p.Number, checked: p.Date.In(s.zone),
			first: string(other), second: string(by.Officer),
		}
		link, err = s.join(ctx, by, a, b, PaperTwoOfficers, on)
		return err
	})
	if err != nil {
		return Link{}, false, fmt.Errorf("enter paper: %w", err)
	}
	return link, waiting, nil
}

// readable fails unless a paper names a pass and a permit, with [ErrLinkKinds],
// and a day that has come, with [ErrPaperDate].
func (s *Service) readable(p Paper) error {
	switch {
	case p.Pass.Kind() != document.TaiwanPass:
		return ErrLinkKinds.On("pass")
	case p.Permit.Kind() != document.TaiwanPermit:
		return ErrLinkKinds.On("permit")
	case p.Date.After(s.Today()):
		return ErrPaperDate.On("paper_date")
	}
	return nil
}

// unspent fails with [ErrPaperSpent] if a paper made a link between these two
// that was cut since.
func (s *Service) unspent(ctx context.Context, a, b Document, paper string) error {
	links, err := s.linksAmong(ctx, []Document{a, b})
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.Holds() || l.Level != PaperTwoOfficers || !l.joins(a.ID, b.ID) {
			continue
		}
		p, err := s.db.Client(ctx).Proof.Get(ctx, string(l.Proof))
		if err != nil {
			return fmt.Errorf("read proof: %w", err)
		}
		about := a
		if l.First == b.ID {
			about = b
		}
		number, err := about.open(p.NoteSealed, "proof", p.ID, proofField(string(p.Kind)))
		if err != nil {
			return err
		}
		if number == paper {
			return ErrPaperSpent.On("paper_number")
		}
	}
	return nil
}

// paperNames are what a paper's number is kept as: its keyed hash under every
// index key in use, the primary's first. An entry whose key is in use no more is
// not found, and both officers enter that paper anew.
func (s *Service) paperNames(number string) []string {
	indexes := s.keys.Indexes(purposePaper, number)
	names := make([]string, len(indexes))
	for i, index := range indexes {
		names[i] = base64.RawURLEncoding.EncodeToString(index.Hash)
	}
	return names
}

// enter stores the officer's reading unless it is stored, compares it with what
// others read, and returns the other officer, if there is one.
func (s *Service) enter(ctx context.Context, by actor.Actor, a, b Document, p Paper) (actor.OfficerID, error) {
	c, names := s.db.Client(ctx), s.paperNames(p.Number)
	entries, err := c.PaperEntry.Query().Where(paperentry.PaperNumberIn(names...)).All(ctx)
	if err != nil {
		return "", fmt.Errorf("read paper entries: %w", err)
	}
	var mine bool
	var other actor.OfficerID
	for _, e := range entries {
		if e.FirstID != string(a.ID) || e.SecondID != string(b.ID) || e.PaperDate != p.Date.String() {
			return "", ErrPaperDiffers
		}
		if s.guard.Checker(by, e.Officer) != nil { // nobody confirms the own reading
			mine = true
		} else {
			other = actor.OfficerID(e.Officer)
		}
	}
	if mine {
		return other, nil
	}
	err = c.PaperEntry.Create().SetID(s.newID()).SetFirstID(string(a.ID)).SetSecondID(string(b.ID)).
		SetPaperNumber(names[0]).SetPaperDate(p.Date.String()).SetOfficer(string(by.Officer)).SetCreateTime(s.time()).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("enter paper: %w", err)
	}
	return other, nil
}
