package house

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// Which department answers for a person's documents. Passes, permits and identity cards
// are all issued by organs of public security (公安機關), exit and entry among them.
const publicSecurity dispute.Department = "public-security"

// disputes builds what people can say is wrong, with everything that can be disputed.
func (h *House) disputes(p Parts) error {
	var err error
	h.Disputes, err = dispute.New(dispute.Deps{
		DB: p.DB, Vault: p.Vault, Files: h.Files, Guard: h.Guard, Notices: h.Notices, Audit: h.Audit, Now: p.Now, NewID: p.NewID,
		Kinds: map[dispute.Kind]dispute.Subjects{dispute.DocumentKind: documents(), licenceKind: licences{h.Credentials}},
	})
	return err
}

// licenceKind is what of a file a licence is; its ID there is the licence's number.
const licenceKind dispute.Kind = "licence"

// licences are the licences of a file as what can be disputed: whoever issued one answers,
// and amends it where the holder is right.
type licences struct{ credentials *credential.Service }

// Find implements [dispute.Subjects].
func (l licences) Find(ctx context.Context, file []dossier.Document, id string) (dispute.Standing, error) {
	documents := make([]actor.DocumentID, len(file))
	for i, d := range file {
		documents[i] = d.ID
	}
	document, issuer, err := l.credentials.StandsOn(ctx, documents, credential.Number(id))
	if errors.Is(err, credential.ErrNotFound) {
		return dispute.Standing{}, dispute.ErrSubject
	}
	return dispute.Standing{Document: document, Owner: dispute.Department(issuer)}, err
}

// Makers implements [dispute.Subjects].
func (l licences) Makers(ctx context.Context, id string) ([]string, error) {
	return l.credentials.Makers(ctx, credential.Number(id))
}

// documents are the owners of people's documents. A firm's credit code stands on no
// person's file.
func documents() dispute.Documents {
	owners := dispute.Documents{}
	for _, kind := range document.Kinds() {
		if !kind.OfFirm() {
			owners[kind] = publicSecurity
		}
	}
	return owners
}
