package dispute

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// DocumentKind is the kind of [Documents].
const DocumentKind Kind = "document"

// Documents are the documents of a file as subjects: something is wrong in what a register
// says of one of them. Which department owns those of a kind is told here; a kind that is
// missing can be disputed with nobody. Registers make them, no officer does.
type Documents map[document.Kind]Department

// Find implements [Subjects].
func (o Documents) Find(_ context.Context, file []dossier.Document, id string) (Standing, error) {
	for _, d := range file {
		if string(d.ID) != id {
			continue
		}
		owner, ok := o[d.Kind()]
		if !ok {
			return Standing{}, fmt.Errorf("a %s has no owner: %w", d.Kind(), ErrSubject)
		}
		return Standing{Document: d.ID, Owner: owner}, nil
	}
	return Standing{}, ErrSubject
}

// Makers implements [Subjects].
func (Documents) Makers(context.Context, string) ([]string, error) { return nil, nil }
