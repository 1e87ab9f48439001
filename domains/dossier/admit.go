package dossier

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// jobs is who acts where no call is on its way.
var jobs = actor.Actor{Role: actor.System, Officer: "jobs"}

// Held is the document as the guard looks at it.
func (d Document) Held() guard.Held { return guard.Held{ID: d.ID, Number: d.Number, Area: d.Area} }

// admit lets an actor touch the files of these documents, or says why not. A
// document that was forgotten is noted and not asked about: nobody can tell any
// more whose it was.
func (s *Service) admit(ctx context.Context, by actor.Actor, basis audit.Basis, documents []Document) error {
	held := make([]guard.Held, 0, len(documents))
	for _, d := range documents {
		if d.erased() {
			audit.Concerns(ctx, d.ID)
			continue
		}
		held = append(held, d.Held())
	}
	return s.guard.Enter(ctx, by, basis, held...)
}

// admitEach is admit for documents of several files: the actor may touch each. A
// person touches a firm's by a role in it.
func (s *Service) admitEach(ctx context.Context, by actor.Actor, documents []Document) error {
	files := map[ID][]Document{}
	for _, d := range documents {
		files[d.Dossier] = append(files[d.Dossier], d)
	}
	if len(files) == 0 {
		return ErrNotFound
	}
	for id, file := range files {
		err := s.admitTo(ctx, by, id, file)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) admitTo(ctx context.Context, by actor.Actor, id ID, file []Document) error {
	if by.Role == actor.Person && file[0].Kind().OfFirm() {
		_, _, err := s.RoleIn(ctx, by, id)
		return err
	}
	return s.admit(ctx, by, audit.None, file)
}

// own returns the documents of the actor's file and the actor's own document
// among them, if the actor may touch it.
func (s *Service) own(ctx context.Context, by actor.Actor) ([]Document, Document, error) {
	documents, err := s.fileOf(ctx, by.Document)
	if err != nil {
		return nil, Document{}, err
	}
	me, err := among(documents, by.Document)
	if err != nil {
		return nil, Document{}, err
	}
	return documents, me, s.admit(ctx, by, audit.None, documents)
}

// ownReadable is own, narrowed to the actor's document where the file's links do
// not allow [MayRead].
func (s *Service) ownReadable(ctx context.Context, by actor.Actor) ([]Document, Document, error) {
	documents, me, err := s.own(ctx, by)
	if err != nil {
		return nil, Document{}, err
	}
	documents, err = s.within(ctx, documents, me, MayRead)
	return documents, me, err
}

// noted adds a change to the audit entry of the call that makes it; outside of
// a call the change gets an entry of its own, in its transaction.
func (s *Service) noted(ctx context.Context, by actor.Actor, action string, documents ...DocumentID) error {
	return s.audit.Change(ctx, action, by, documents...)
}
