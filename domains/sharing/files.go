package sharing

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// Files says to package consent which documents are one file.
func Files(d *dossier.Service) consent.Files { return files{d} }

type files struct{ dossiers *dossier.Service }

// FileDocuments implements [consent.Files].
func (f files) FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error) {
	return f.dossiers.FileDocuments(ctx, id)
}

// Find implements [consent.Files].
func (f files) Find(ctx context.Context, number document.Number) (actor.DocumentID, error) {
	id, _, err := f.dossiers.Locate(ctx, number)
	return id, err
}

// Number implements [consent.Files].
func (f files) Number(ctx context.Context, id actor.DocumentID) (document.Number, error) {
	d, err := f.dossiers.Document(ctx, id)
	return d.Number, err
}

// RoleIn implements [consent.Files].
func (f files) RoleIn(ctx context.Context, by actor.Actor, firm actor.DossierID) (actor.DocumentID, error) {
	d, _, err := f.dossiers.RoleIn(ctx, by, firm)
	return d.ID, err
}
