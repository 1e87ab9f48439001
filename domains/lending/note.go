package lending

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/paper"
)

// How much a case holds.
const (
	mostNotes  = 200
	mostPapers = 20
)

// Side says who speaks in a case. Its text is stored and never renamed.
type Side string

// The sides.
const (
	Applicant Side = "applicant"
	Bank      Side = "bank"
)

// Note is what one side says in a case, or a paper that it puts in.
type Note struct {
	ID   NoteID
	Side Side
	// About is the source of the credit report that it is about; "" for the case.
	About string
	// Text and PaperName are empty once they were forgotten.
	Text, PaperName string
	// Media is what the paper is, and "" without one; Size its bytes.
	Media   paper.Media
	Size    int
	Created time.Time

	on     Case
	author string
}

// LogValue keeps what is said out of logs.
func (n Note) LogValue() slog.Value { return slog.StringValue(string(n.ID)) }

// Words is what somebody wants to say: a text, a paper, or both.
type Words struct {
	About, Text, PaperName string
	Paper                  []byte
}

// LogValue keeps all of it out of logs.
func (Words) LogValue() slog.Value { return slog.StringValue("[words]") }

// check looks at what is to be said, and finds out what the paper is. It fails with
// [ErrNote] and with the faults of package paper.
func (w Words) check() (paper.Media, error) {
	hasPaper := w.PaperName != "" || len(w.Paper) > 0
	switch {
	case w.About != "" && !slices.ContainsFunc(credit.Shipped().Sources, func(x credit.Source) bool { return string(x.Code) == w.About }):
		return "", ErrNote.On("words.about")
	case w.Text == "" && !hasPaper:
		return "", ErrNote.On("words.text")
	case !hasPaper:
		return "", nil
	}
	return paper.Check(w.PaperName, w.Paper)
}

// Say adds a note to a case of the actor's own, or of a firm in which the actor holds a
// role. Each call is another note. It fails as guard.Own does, with [ErrNotFound],
// [ErrClosed], [ErrFull], [ErrNote], and with the faults of package paper.
func (s *Service) Say(ctx context.Context, by actor.Actor, id ID, w Words) (Note, error) {
	return s.say(ctx, by, Applicant, w, func(ctx context.Context) (Case, error) { return s.mine(ctx, by, id) })
}

// SayAsBank is [Service.Say] for an officer of the bank, and tells the applicant. It fails
// as [Service.Offer] does.
func (s *Service) SayAsBank(ctx context.Context, by actor.Actor, id ID, w Words) (Note, error) {
	return s.say(ctx, by, Bank, w, func(ctx context.Context) (Case, error) { return s.authorised(ctx, by, id) })
}

func (s *Service) say(ctx context.Context, by actor.Actor, side Side, w Words, enter func(context.Context) (Case, error)) (n Note, err error) {
	media, bad := w.check()
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		c, err := enter(ctx)
		switch {
		case err != nil:
			return err
		case bad != nil: // whoever may not enter learns only that
			return bad
		case c.over():
			return ErrClosed
		}
		n = Note{
			ID: NoteID(s.NewID()), Side: side, About: w.About, Text: w.Text, PaperName: w.PaperName, Media: media, Size: len(w.Paper),
			Created: s.time(), on: c, author: authorOf(by),
		}
		if err := s.insertNote(ctx, n, w.Paper); err != nil {
			return err
		}
		if side == Bank {
			if err := s.tell(ctx, c, kindNote, string(n.ID)); err != nil {
				return err
			}
		}
		return s.Audit.Change(ctx, "lending.say", by, c.Document)
	})
	if err != nil {
		return Note{}, fmt.Errorf("add a note: %w", err)
	}
	return n, nil
}

// authorOf is whoever speaks: an officer, or a person by the document of the sign-in.
func authorOf(by actor.Actor) string {
	if by.Role == actor.Person {
		return string(by.Document)
	}
	return by.ID()
}

// Paper is a paper with its content.
type Paper struct {
	Name    string
	Media   paper.Media
	Content []byte
	// Voucher is the number of a bank's read (調用憑證).
	Voucher string
}

// LogValue keeps all of it out of logs.
func (Paper) LogValue() slog.Value { return slog.StringValue("[paper]") }

// Paper returns a paper of a case of the actor's own, or of a firm in which the actor holds
// a role. It fails as guard.Own does, and with [ErrNotFound].
func (s *Service) Paper(ctx context.Context, by actor.Actor, id ID, note NoteID) (Paper, error) {
	c, err := s.mine(ctx, by, id)
	if err != nil {
		return Paper{}, err
	}
	return s.paperOf(ctx, c, note)
}
