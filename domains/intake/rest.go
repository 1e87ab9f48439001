package intake

import (
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// The columns of the files of firms and records. All are needed but firmOptional:
// what a file does not list stays as it is.
var (
	firmColumns = []string{"credit_code", "name", "category", "area", "state",
		"representative_kind", "representative_number", "registered_on"}
	firmOptional  = []string{"registered_address", "business_scope", "contact_phone"}
	recordColumns = []string{"document_kind", "document_number", "kind", "title", "authority",
		"occur_time", "amount_fen", "source", "source_ref"}
)

// What the columns hold, in bytes.
const (
	maxFirmName  = 200
	maxAddress   = 500
	maxScope     = 2000
	maxKeyword   = 64
	maxTitle     = 300
	maxAuthority = 100
	maxSourceRef = 100
)

// readFirm reads a row of the register of firms.
func readFirm(r *row, today civil.Date) dossier.FirmEntry {
	e := dossier.FirmEntry{
		Code:     r.number("credit_code", document.CreditCode, today),
		Name:     r.needed("name", maxFirmName),
		Category: r.needed("category", maxKeyword),
		Area:     r.area("area"),
		State:    r.state("state"),
	}
	if kind := r.kind("representative_kind"); kind != "" {
		e.Representative = r.number("representative_number", kind, today)
	}
	e.Registered = r.date("registered_on")
	e.Address, e.Scope = r.textIfAny("registered_address", maxAddress), r.textIfAny("business_scope", maxScope)
	if r.has("contact_phone") {
		e.Phone = r.phone("contact_phone")
	}
	return e
}

// readRecord reads a row of a list of records.
func readRecord(r *row, today civil.Date) dossier.RecordEntry {
	e := dossier.RecordEntry{
		Kind:      r.needed("kind", maxKeyword),
		Title:     r.needed("title", maxTitle),
		Authority: r.needed("authority", maxAuthority),
		Occurred:  r.time("occur_time"),
		AmountFen: r.fen("amount_fen"),
		Source:    r.needed("source", maxKeyword),
		SourceRef: r.needed("source_ref", maxSourceRef),
	}
	e.Number = r.owner(today)
	return e
}
