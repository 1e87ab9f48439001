package credential

import (
	"context"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// reach is whose licences an actor gets at, and which of them.
type reach struct {
	file []actor.DocumentID
	// own is the document that what is made stands under.
	own actor.DocumentID
	// only are the numbers to which a delegate's charge is limited; none is all.
	only []string
}

// to reports whether a licence of the file is within reach.
func (r reach) to(number Number) bool {
	return len(r.only) == 0 || slices.Contains(r.only, string(number))
}

// toAll reports whether everything that a presentation shows is within reach. Of one whose
// choices cannot be read any more nobody knows what it showed.
func (r reach) toAll(p Presentation) bool {
	if len(r.only) == 0 {
		return true
	}
	return len(p.Choices) > 0 && !slices.ContainsFunc(p.Choices, func(c Choice) bool { return !r.to(c.Number) })
}

// reach lets an actor into the own file, or into that of a firm in which the actor holds a
// role.
func (s *Service) reach(ctx context.Context, by actor.Actor, firm actor.DossierID) (reach, error) {
	if firm != "" {
		d, _, err := s.Files.RoleIn(ctx, by, firm)
		if err != nil {
			return reach{}, err
		}
		return reach{[]actor.DocumentID{d.ID}, d.ID, by.Licences}, s.Guard.Enter(ctx, by, audit.FirmRole, d.Held())
	}
	if by.Role != actor.Person {
		return reach{}, guard.ErrNotFound
	}
	file, err := s.Files.DocumentsOf(ctx, by.Document)
	if err != nil {
		return reach{}, err
	}
	return reach{ids(file), by.Document, by.Licences}, s.Guard.Enter(ctx, by, audit.None, held(file)...)
}

func ids(file []dossier.Document) []actor.DocumentID {
	list := make([]actor.DocumentID, len(file))
	for i, d := range file {
		list[i] = d.ID
	}
	return list
}

func held(file []dossier.Document) []guard.Held {
	list := make([]guard.Held, len(file))
	for i, d := range file {
		list[i] = d.Held()
	}
	return list
}
