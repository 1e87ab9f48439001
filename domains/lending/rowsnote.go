package lending

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/paper"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	caserow "github.com/minzhengtong/minzhengtong/gen/ent/lendingcase"
	row "github.com/minzhengtong/minzhengtong/gen/ent/lendingnote"
)

// listed are the columns of a note but the content of its paper.
var listed = []string{
	row.FieldID, row.FieldCaseID, row.FieldSide, row.FieldAuthorID, row.FieldAbout, row.FieldTextSealed, row.FieldNameSealed, row.FieldMedia,
	row.FieldSize, row.FieldCreateTime,
}

// notesOf are the notes of a case, the oldest first, without the contents of papers.
func (s *Service) notesOf(ctx context.Context, c Case) ([]Note, error) {
	rows, err := s.DB.Client(ctx).LendingNote.Query().Where(row.CaseID(string(c.ID))).Order(row.ByCreateTime(), row.ByID()).Select(listed...).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	keys, err := s.Vault.Keys(ctx, string(c.Document))
	if err != nil {
		return nil, err
	}
	notes := make([]Note, len(rows))
	for i, r := range rows {
		if notes[i], err = c.note(keys, r); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

func (c Case) note(keys vault.Set, r *ent.LendingNote) (Note, error) {
	text, err := c.unseal(keys, r.ID, "text", r.TextSealed)
	if err != nil {
		return Note{}, err
	}
	name, err := c.unseal(keys, r.ID, "name", r.NameSealed)
	return Note{
		ID: NoteID(r.ID), Side: Side(r.Side), About: r.About, Text: string(text), PaperName: string(name), Media: paper.Media(r.Media), Size: r.Size,
		Created: r.CreateTime.UTC(), on: c, author: r.AuthorID,
	}, err
}

// paperOf reads a paper of a case, or fails with [ErrNotFound].
func (s *Service) paperOf(ctx context.Context, c Case, id NoteID) (Paper, error) {
	rows, err := s.DB.Client(ctx).LendingNote.Query().Where(row.ID(string(id)), row.CaseID(string(c.ID)), row.SizeGT(0)).All(ctx)
	if err != nil {
		return Paper{}, fmt.Errorf("read a paper: %w", err)
	}
	keys, err := s.Vault.Keys(ctx, string(c.Document))
	if err != nil {
		return Paper{}, err
	}
	if len(rows) == 0 || len(rows[0].ContentSealed) == 0 || !keys.Has(string(c.Document)) {
		return Paper{}, ErrNotFound
	}
	n, err := c.note(keys, rows[0])
	if err != nil {
		return Paper{}, err
	}
	content, err := c.unseal(keys, string(n.ID), "paper", rows[0].ContentSealed)
	return Paper{Name: n.PaperName, Media: n.Media, Content: content}, err
}

// insertNote writes a note and its paper. Whoever does so first writes the case, so no two
// notes of a moment are one too many.
func (s *Service) insertNote(ctx context.Context, n Note, content []byte) error {
	if err := s.change(ctx, n.on, s.DB.Client(ctx).LendingCase.Update().Where(caserow.StateEQ(caserow.State(n.on.State)))); err != nil {
		return err
	}
	if err := s.room(ctx, n); err != nil {
		return err
	}
	sealed := map[string][]byte{}
	for field, text := range map[string][]byte{"text": []byte(n.Text), "name": []byte(n.PaperName), "paper": content} {
		raw, err := s.seal(ctx, n.on, string(n.ID), field, text)
		if err != nil {
			return err
		}
		sealed[field] = raw
	}
	err := s.DB.Client(ctx).LendingNote.Create().SetID(string(n.ID)).SetCaseID(string(n.on.ID)).SetSide(row.Side(n.Side)).SetAuthorID(n.author).
		SetAbout(n.About).SetTextSealed(sealed["text"]).SetNameSealed(sealed["name"]).SetContentSealed(sealed["paper"]).SetMedia(string(n.Media)).
		SetSize(n.Size).SetCreateTime(n.Created).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save a note: %w", err)
	}
	return nil
}

// room fails with [ErrFull] where a note is one too many.
func (s *Service) room(ctx context.Context, n Note) error {
	of := s.DB.Client(ctx).LendingNote.Query().Where(row.CaseID(string(n.on.ID)))
	most := mostNotes
	if n.Size > 0 {
		of, most = of.Where(row.SizeGT(0)), mostPapers
	}
	there, err := of.Count(ctx)
	if err != nil {
		return fmt.Errorf("count notes: %w", err)
	}
	if there >= most {
		return ErrFull
	}
	return nil
}
