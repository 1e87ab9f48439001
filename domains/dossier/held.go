package dossier

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Holdings is everything that stands under some documents, ended things and
// earlier values included: what a person is given who asks for a copy. Lists
// are the newest first.
type Holdings struct {
	Documents []HeldDocument
	Printings []HeldPrinting
	Links     []HeldLink
	Inquiries []HeldInquiry
	Reviews   []HeldReview
	Data      []HeldDatum
	Records   []HeldRecord
	Roles     []HeldRole
}

type (
	// HeldDocument is a document with what only its holder is told.
	HeldDocument struct {
		Document
		NamesPass  string // the pass number that a permit carries, or ""; masked unless it is these documents'
		Preference Preference
		Origin     string // who vouched for it first
		Created    time.Time
	}
	// HeldPrinting is an earlier printing of a document.
	HeldPrinting struct {
		Validity
		Document DocumentID
		Ended    time.Time
	}
	// HeldLink is a link with the proof on which it stands, without the officers.
	HeldLink struct {
		Link
		CutReason  string
		ProofKind  string
		ProofTrace string
		ProofTime  time.Time
		ProofNote  string
	}
	// HeldInquiry is an inquiry with what it asked about: the number is masked when
	// the question is closed and it is none of these documents', because then it
	// may be somebody else's. Its findings are for officers.
	HeldInquiry struct {
		Inquiry
		AskedBy string
		Target  string
		Closed  time.Time // zero while it is open
	}
	// HeldReview is a review of one of the documents. Other is "" where it is
	// none of them: then it is somebody else's.
	HeldReview struct {
		ID              ReviewID
		Kind            ReviewKind
		State           ReviewState
		Document, Other DocumentID
		Opened, Closed  time.Time
		Reason          string
	}
	// HeldDatum is a value, held now or earlier.
	HeldDatum struct {
		Datum
		Ended time.Time // zero while it holds
	}
	// HeldRecord is a record with its source's name for it.
	HeldRecord struct {
		Record
		Source, SourceRef string
	}
	// HeldRole is a role, held now or earlier.
	HeldRole struct {
		Role
		Created, Ended time.Time
	}
)

// DocumentsOf returns the documents in the file of one document that were not
// forgotten, whoever asks. It fails with [ErrNotFound], also for a document that
// was.
func (s *Service) DocumentsOf(ctx context.Context, id DocumentID) ([]Document, error) {
	files, err := s.FilesOf(ctx, id)
	if err != nil {
		return nil, err
	}
	if files[id] == nil {
		return nil, ErrNotFound
	}
	return files[id], nil
}

// FilesOf returns, for each of some documents, all documents of its file that were not
// forgotten, whoever asks, with one query for all. Documents that are not there or were
// forgotten are left out.
func (s *Service) FilesOf(ctx context.Context, asked ...DocumentID) (map[DocumentID][]Document, error) {
	documents, err := s.fileOf(ctx, asked...)
	if err != nil {
		return nil, err
	}
	files, standing := map[ID][]Document{}, map[DocumentID]ID{}
	for _, d := range documents {
		if !d.erased() {
			files[d.Dossier] = append(files[d.Dossier], d)
			standing[d.ID] = d.Dossier
		}
	}
	of := make(map[DocumentID][]Document, len(asked))
	for _, id := range asked {
		if file, ok := standing[id]; ok {
			of[id] = files[file]
		}
	}
	return of, nil
}

// Holdings returns everything that stands under some documents, at most limit of
// each, whoever asks.
func (s *Service) Holdings(ctx context.Context, limit int, ids ...DocumentID) (Holdings, error) {
	keys, err := s.vault.Keys(ctx, entdb.Texts(ids)...)
	if err != nil {
		return Holdings{}, fmt.Errorf("open a file: %w", err)
	}
	read := reading{s: s, ids: ids, keys: keys, limit: limit}
	var h Holdings
	if h.Documents, err = read.documents(ctx); err == nil {
		read.mask(h.Documents)
		h.Printings, err = read.printings(ctx)
	}
	if err == nil {
		h.Links, err = read.links(ctx)
	}
	if err == nil {
		h.Inquiries, err = read.inquiries(ctx)
	}
	if err == nil {
		h.Reviews, err = read.reviews(ctx)
	}
	if err == nil {
		h.Data, err = read.data(ctx)
	}
	if err == nil {
		h.Records, err = read.records(ctx)
	}
	if err == nil {
		h.Roles, err = read.roles(ctx)
	}
	if err != nil {
		return Holdings{}, fmt.Errorf("read holdings: %w", err)
	}
	return h, nil
}

// reading is one piece of [Service.Holdings].
type reading struct {
	s     *Service
	ids   []DocumentID
	keys  vault.Set
	limit int
	own   map[string]bool // the documents' numbers
}

// mask learns the documents' own numbers and masks what permits carry beside.
func (r *reading) mask(documents []HeldDocument) {
	r.own = map[string]bool{}
	for _, d := range documents {
		r.own[d.Number.Canonical()] = true
	}
	for i, d := range documents {
		documents[i].NamesPass = r.shown(document.TaiwanPass, d.NamesPass)
	}
}

// shown is a number in full where it is one of the documents', else masked.
func (r reading) shown(kind document.Kind, number string) string {
	if number == "" || r.own[number] {
		return number
	}
	parsed, err := r.s.Parse(kind, number)
	if err != nil { // as the rules are now it is no number
		return ""
	}
	return parsed.Masked()
}

// among is the condition that a column names one of the documents.
func (r reading) among(column string) (string, []any) {
	documents := make([]Document, len(r.ids))
	for i, id := range r.ids {
		documents[i].ID = id
	}
	return oneOf(column, documents)
}

// open opens what belongs to a document. What belongs to a document that is none
// of these, or was forgotten, is "".
func (r reading) open(owner DocumentID, sealed []byte, table, id, field string) (string, error) {
	if len(sealed) == 0 || !r.keys.Has(string(owner)) {
		return "", nil
	}
	plain, err := r.keys.Unseal(string(owner), sealed, sealContext(table, id, field))
	if err != nil {
		return "", fmt.Errorf("open %s %s: %w", table, id, err)
	}
	return string(plain), nil
}

// listed reads rows of one table under the documents, the newest first.
func listed[T any](ctx context.Context, r reading, columns, table, column, order string, scan func(*sql.Rows) (T, error)) ([]T, error) {
	among, args := r.among(column)
	text := "SELECT " + columns + " FROM " + table + " WHERE " + among + " ORDER BY " + order + " DESC, id DESC LIMIT ?"
	return entdb.Query(ctx, r.s.db, text, append(args, r.limit), scan)
}

func (r reading) documents(ctx context.Context) ([]HeldDocument, error) {
	documents, err := r.s.fileOf(ctx, r.ids...)
	if err != nil {
		return nil, err
	}
	type rest struct {
		id      DocumentID
		origin  string
		created time.Time
	}
	more, err := listed(ctx, r, "id, origin, create_time", "documents", "id", "create_time", func(rows *sql.Rows) (m rest, err error) {
		return m, rows.Scan(&m.id, &m.origin, &m.created)
	})
	if err != nil {
		return nil, err
	}
	var held []HeldDocument
	for _, d := range documents {
		for _, m := range more {
			if m.id == d.ID && !d.erased() {
				held = append(held, HeldDocument{
					Document: d, NamesPass: d.namesPass, Preference: d.preference, Origin: m.origin, Created: m.created.UTC(),
				})
			}
		}
	}
	return held, nil
}

func (r reading) printings(ctx context.Context) ([]HeldPrinting, error) {
	return listed(ctx, r, "document_id, issue_count, valid_from, valid_to, end_time", "printings", "document_id", "end_time",
		func(rows *sql.Rows) (p HeldPrinting, err error) {
			var from, to string
			err = rows.Scan(&p.Document, &p.IssueCount, &from, &to, &p.Ended)
			p.From, p.To, p.Ended = fromDate(from), fromDate(to), p.Ended.UTC()
			return p, err
		})
}

func (r reading) records(ctx context.Context) ([]HeldRecord, error) {
	return listed(ctx, r, "id, document_id, kind, title_sealed, authority, occur_time, amount_fen, source, source_ref",
		"records", "document_id", "occur_time", func(rows *sql.Rows) (h HeldRecord, err error) {
			var title []byte
			err = rows.Scan(&h.ID, &h.Document, &h.Kind, &title, &h.Authority, &h.Occurred, &h.AmountFen, &h.Source, &h.SourceRef)
			if err != nil {
				return h, err
			}
			h.Occurred = h.Occurred.UTC()
			h.Title, err = r.open(h.Document, title, "record", h.ID, "title")
			return h, err
		})
}

func (r reading) inquiries(ctx context.Context) ([]HeldInquiry, error) {
	return listed(ctx, r, "id, document_id, kind, asked_by, target_kind, target_sealed, state, create_time, close_time",
		"inquiries", "document_id", "create_time", func(rows *sql.Rows) (h HeldInquiry, err error) {
			var target []byte
			var closed sql.NullTime
			var kind string
			err = rows.Scan(&h.ID, &h.Document, &h.Kind, &h.AskedBy, &kind, &target, &h.State, &h.Asked, &closed)
			if err != nil {
				return h, err
			}
			h.Asked, h.Closed, h.targetKind = h.Asked.UTC(), momentOf(closed), document.Kind(kind)
			h.Target, err = r.open(h.Document, target, "inquiry", string(h.ID), "target")
			if h.State != Pending && h.State != InReview {
				h.Target = r.shown(h.targetKind, h.Target)
			}
			return h, err
		})
}

// momentOf reads a time that may be missing; then it is zero.
func momentOf(t sql.NullTime) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time.UTC()
}
