package credit

import (
	"cmp"
	"context"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// subject is whose report it is: the documents that may be read together, in the order of
// their IDs, and the one under which the caller came.
type subject struct {
	kind      Kind
	under     actor.DocumentID
	documents []dossier.Document
}

// entering lets an actor in to a subject.
type entering func(ctx context.Context) (subject, error)

// own enters the actor's own file, in which a delegate has no part. Where the file's links
// are too weak to read across its documents, it is the actor's document alone. It fails as
// guard.Own does.
func (s *Service) own(by actor.Actor) entering {
	return func(ctx context.Context) (subject, error) {
		if err := guard.Own(ctx, by); err != nil {
			return subject{}, err
		}
		readable, err := s.Files.Subjects(ctx, by)
		if err != nil {
			return subject{}, err
		}
		documents, err := s.Files.DocumentsOf(ctx, by.Document)
		if err != nil {
			return subject{}, err
		}
		documents = slices.DeleteFunc(documents, func(d dossier.Document) bool {
			return !slices.ContainsFunc(readable, func(r dossier.Subject) bool { return r.Firm == "" && r.Document == d.ID })
		})
		return newSubject(Person, by.Document, documents), nil
	}
}

// firm enters a firm in which the actor holds a role. It fails with dossier.ErrNotFound for
// anybody else, and for a delegate.
func (s *Service) firm(by actor.Actor, firm actor.DossierID) entering {
	return func(ctx context.Context) (subject, error) {
		if by.Role != actor.Person || by.Delegate != "" || by.Delegation != "" {
			return subject{}, dossier.ErrNotFound
		}
		paper, _, err := s.Files.RoleIn(ctx, by, firm)
		if err != nil {
			return subject{}, err
		}
		return newSubject(Firm, paper.ID, []dossier.Document{paper}), nil
	}
}

func newSubject(k Kind, under actor.DocumentID, documents []dossier.Document) subject {
	slices.SortFunc(documents, func(a, b dossier.Document) int { return cmp.Compare(a.ID, b.ID) })
	return subject{k, under, documents}
}

// ids are the documents' IDs.
func (x subject) ids() []actor.DocumentID {
	ids := make([]actor.DocumentID, len(x.documents))
	for i, d := range x.documents {
		ids[i] = d.ID
	}
	return ids
}

// masked are the documents' numbers as they are shown.
func (x subject) masked() []string {
	list := make([]string, len(x.documents))
	for i, d := range x.documents {
		list[i] = d.Number.Masked()
	}
	return list
}

// questions ask about all documents.
func (x subject) questions() []upstream.CreditQuestion {
	qs := make([]upstream.CreditQuestion, len(x.documents))
	for i, d := range x.documents {
		qs[i] = upstream.CreditQuestion{Kind: d.Kind(), Number: d.Number.Canonical()}
	}
	return qs
}
