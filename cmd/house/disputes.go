package house

import (
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Which department answers for a person's documents. Passes, permits and identity cards
// are all issued by organs of public security (公安機關), exit and entry among them.
const publicSecurity dispute.Department = "public-security"

// disputes builds what people can say is wrong, with everything that can be disputed.
func (h *House) disputes(p Parts) error {
	var err error
	h.Disputes, err = dispute.New(dispute.Deps{
		DB: p.DB, Vault: p.Vault, Files: h.Files, Guard: h.Guard, Notices: h.Notices, Audit: h.Audit, Now: p.Now, NewID: p.NewID,
		Kinds: map[dispute.Kind]dispute.Subjects{dispute.DocumentKind: documents()},
	})
	return err
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
