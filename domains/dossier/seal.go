package dossier

import (
	"encoding/json"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// What a person can be known by is sealed under the data key of the document
// to which it belongs: numbers, the holder, data, titles of records, targets of
// inquiries. What officers wrote about a pair of documents, and how an authority
// or a paper names its answer, is sealed under the first one's. Only the hashes
// that find numbers are not, of documents and of papers; they are deleted when a
// document is forgotten.

// sealContext binds a ciphertext to its row and field, so that it means nothing
// anywhere else.
func sealContext(table, id, field string) string { return table + "/" + id + "/" + field }

// erased reports whether the document was forgotten: nothing sealed for it can
// be read, and nothing more is sealed for it.
func (d Document) erased() bool { return !d.Erased.IsZero() }

// seal encrypts what belongs to the document, for a field of a row.
func (d Document) seal(plain, table, id, field string) ([]byte, error) {
	sealed, err := d.keys.Seal(string(d.ID), []byte(plain), sealContext(table, id, field))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", table, err)
	}
	return sealed, nil
}

// open is the reverse of seal.
func (d Document) open(sealed []byte, table, id, field string) (string, error) {
	plain, err := d.keys.Unseal(string(d.ID), sealed, sealContext(table, id, field))
	if err != nil {
		return "", fmt.Errorf("open %s %s: %w", table, id, err)
	}
	return string(plain), nil
}

// keysOf are the data keys of documents, which were read with them.
func keysOf(documents []Document) vault.Set {
	var keys vault.Set
	for _, d := range documents {
		switch id := string(d.ID); {
		case keys.Has(id) || keys.Shredded(id):
		case keys.Empty():
			keys = d.keys
		default:
			keys = keys.And(d.keys)
		}
	}
	return keys
}

// sealedDocument is what of a document's row is sealed. What is not there is nil.
type sealedDocument struct{ number, namesPass, holder []byte }

// sealed encrypts what identifies the document and its holder.
func (d Document) sealed() (sealedDocument, error) {
	var s sealedDocument
	var err error
	id := string(d.ID)
	if s.number, err = d.seal(d.Number.Canonical(), "document", id, "number"); err != nil {
		return s, err
	}
	if d.namesPass != "" {
		if s.namesPass, err = d.seal(d.namesPass, "document", id, "names_pass"); err != nil {
			return s, err
		}
	}
	s.holder, err = d.sealedHolder()
	return s, err
}

// storedHolder is a holder as it is sealed. The names of its fields never
// change; what is unknown is left out.
type storedHolder struct {
	Mainland string `json:"mainland,omitempty"`
	Taiwan   string `json:"taiwan,omitempty"`
	Roman    string `json:"roman,omitempty"`
	Birth    string `json:"birth,omitempty"`
	Sex      string `json:"sex,omitempty"`
}

// sealedHolder encrypts the holder; nil where there is none, as for firms.
func (d Document) sealedHolder() ([]byte, error) {
	h := d.Holder
	if h == (Holder{}) {
		return nil, nil
	}
	plain, err := json.Marshal(storedHolder{
		Mainland: h.Names.Mainland, Taiwan: h.Names.Taiwan, Roman: h.Names.Roman, Birth: toDate(h.Birth), Sex: string(h.Sex),
	})
	if err != nil {
		return nil, fmt.Errorf("seal document: %w", err)
	}
	return d.seal(string(plain), "document", string(d.ID), "holder")
}

// openHolder is the reverse of sealedHolder.
func (d Document) openHolder(sealed []byte) (Holder, error) {
	if len(sealed) == 0 {
		return Holder{}, nil
	}
	plain, err := d.open(sealed, "document", string(d.ID), "holder")
	if err != nil {
		return Holder{}, err
	}
	var h storedHolder
	if err := json.Unmarshal([]byte(plain), &h); err != nil {
		return Holder{}, fmt.Errorf("read holder of document %s: not as it was written", d.ID)
	}
	return Holder{
		Names: Names{Mainland: h.Mainland, Taiwan: h.Taiwan, Roman: h.Roman},
		Birth: fromDate(h.Birth), Sex: document.Sex(h.Sex),
	}, nil
}
