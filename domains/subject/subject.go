// Package subject lets actors in to those whom applications are about: people to the own
// file, or a firm in which they hold a role, and officers to the files of what waits for them.
package subject

import (
	"context"
	"errors"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// Subject is whom something is about.
type Subject struct {
	// Under is the document under which the actor came, or the firm's.
	Under     actor.DocumentID
	Documents []dossier.Document
	// Firm is the firm, or "" for a person.
	Firm actor.DossierID
}

// Entering lets an actor in to a subject. It is called in the transaction that reads or
// changes something of it.
type Entering func(ctx context.Context) (Subject, error)

// Files is who is who. Package dossier does it.
type Files interface {
	// DocumentsOf returns the documents in the file of one document.
	DocumentsOf(ctx context.Context, id actor.DocumentID) ([]dossier.Document, error)
	// RoleIn returns a firm's document to an actor who holds a role in it.
	RoleIn(ctx context.Context, by actor.Actor, firm actor.DossierID) (dossier.Document, []string, error)
	// Subjects returns the documents that the actor may act under, and whose they are.
	Subjects(ctx context.Context, by actor.Actor) ([]dossier.Subject, error)
	// FilesOf returns the documents in the files of several; those that are not there are left
	// out.
	FilesOf(ctx context.Context, asked ...actor.DocumentID) (map[actor.DocumentID][]dossier.Document, error)
}

// Gate says who may touch a file. Package guard does it.
type Gate interface {
	Enter(ctx context.Context, by actor.Actor, basis audit.Basis, file ...guard.Held) error
}

// Door lets actors in.
type Door struct {
	Files Files
	Gate  Gate
}

// Own enters the actor's own file, in which a delegate has no part. It fails as guard.Own
// does.
func (d Door) Own(by actor.Actor) Entering {
	return func(ctx context.Context) (Subject, error) {
		if err := guard.Own(ctx, by); err != nil {
			return Subject{}, err
		}
		documents, err := d.Files.DocumentsOf(ctx, by.Document)
		if errors.Is(err, dossier.ErrNotFound) {
			err = guard.ErrNotFound
		}
		return Subject{Under: by.Document, Documents: documents}, err
	}
}

// Firm enters a firm in which the actor holds a role. It fails with dossier.ErrNotFound for
// anybody else, and for a delegate.
func (d Door) Firm(by actor.Actor, firm actor.DossierID) Entering {
	return func(ctx context.Context) (Subject, error) {
		if by.Role != actor.Person || by.Delegate != "" || by.Delegation != "" {
			return Subject{}, dossier.ErrNotFound
		}
		paper, _, err := d.Files.RoleIn(ctx, by, firm)
		if err != nil {
			return Subject{}, err
		}
		return Subject{paper.ID, []dossier.Document{paper}, firm}, d.Gate.Enter(ctx, by, audit.FirmRole, paper.Held())
	}
}

// IDs are the documents' IDs.
func (x Subject) IDs() []actor.DocumentID {
	list := make([]actor.DocumentID, len(x.Documents))
	for i, d := range x.Documents {
		list[i] = d.ID
	}
	return list
}

// Name is how a subject is called: a firm as it is registered, a person in Han characters
// where the file has them. It fails with dossier.ErrNotFound where the actor's role in the
// firm ended at this moment.
func (d Door) Name(ctx context.Context, by actor.Actor, x Subject) (string, error) {
	if x.Firm == "" {
		for _, d := range x.Documents {
			if han := d.Holder.Names.Han(); len(han) > 0 {
				return han[0], nil
			}
		}
		return x.Documents[0].Holder.Names.Roman, nil
	}
	subjects, err := d.Files.Subjects(ctx, by)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(subjects, func(one dossier.Subject) bool { return one.Firm == x.Firm })
	if i < 0 {
		return "", dossier.ErrNotFound
	}
	return subjects[i].FirmName, nil
}
