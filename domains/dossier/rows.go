package dossier

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/document"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	"github.com/minzhengtong/minzhengtong/gen/ent/printing"
)

// Purposes of a locator.
const (
	purposeNumber     = "number"
	purposeNamesPass  = "names_pass"
	purposeHolderName = "holder_name"
)

// purposePaper is the blind index under which a paper's number is kept.
const purposePaper = "paper"

// indexText is what is hashed to find a number again.
func indexText(kind document.Kind, canonical string) string { return string(kind) + "/" + canonical }

// hashes are the blind indexes of a number under every enabled key.
func (s *Service) hashes(purpose string, kind document.Kind, canonical string) [][]byte {
	indexes := s.keys.Indexes(purpose, indexText(kind, canonical))
	all := make([][]byte, len(indexes))
	for i, index := range indexes {
		all[i] = index.Hash
	}
	return all
}

// byNumber returns the document with this number, or [ErrNotFound].
func (s *Service) byNumber(ctx context.Context, number document.Number) (Document, error) {
	found, err := s.find(ctx, located(purposeNumber, s.hashes(purposeNumber, number.Kind(), number.Canonical())))
	if err != nil {
		return Document{}, err
	}
	if len(found) == 0 || found[0].erased() { // a database from before an erasure has its locators
		return Document{}, ErrNotFound
	}
	return found[0], nil
}

// naming returns the documents that carry this pass number.
func (s *Service) naming(ctx context.Context, pass document.Number) ([]Document, error) {
	return s.find(ctx, located(purposeNamesPass, s.hashes(purposeNamesPass, pass.Kind(), pass.Canonical())))
}

// byID returns one document, or [ErrNotFound].
func (s *Service) byID(ctx context.Context, id DocumentID) (Document, error) {
	found, err := s.find(ctx, row.ID(string(id)))
	if err != nil {
		return Document{}, err
	}
	if len(found) == 0 {
		return Document{}, ErrNotFound
	}
	return found[0], nil
}

// fileOf returns the documents in the files of some documents, current ones
// first, or none where there are no such documents.
func (s *Service) fileOf(ctx context.Context, ids ...DocumentID) ([]Document, error) {
	among := make([]any, len(ids))
	for i, id := range ids {
		among[i] = string(id)
	}
	return s.find(ctx, func(q *sql.Selector) {
		t := sql.Table(row.Table)
		q.Where(sql.In(q.C(row.FieldDossierID),
			sql.Select(t.C(row.FieldDossierID)).From(t).Where(sql.In(t.C(row.FieldID), among...))))
	})
}

// inFiles returns all documents of some files.
func (s *Service) inFiles(ctx context.Context, files ...ID) ([]Document, error) {
	ids := make([]string, len(files))
	for i, id := range files {
		ids[i] = string(id)
	}
	return s.find(ctx, row.DossierIDIn(ids...))
}

// located matches documents that a locator of this purpose points at.
func located(purpose string, hashes [][]byte) predicate.Document {
	return func(q *sql.Selector) {
		t := sql.Table(locator.Table)
		args := make([]any, len(hashes))
		for i, h := range hashes {
			args[i] = h
		}
		q.Where(sql.In(q.C(row.FieldID),
			sql.Select(t.C(locator.FieldDocumentID)).From(t).Where(sql.And(
				sql.EQ(t.C(locator.FieldPurpose), purpose),
				sql.In(t.C(locator.FieldHash), args...)))))
	}
}

// find reads and opens documents, with one query for all their data keys:
// current ones first, older files first.
func (s *Service) find(ctx context.Context, where predicate.Document) ([]Document, error) {
	rows, err := s.db.Client(ctx).Document.Query().Where(where).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read documents: %w", err)
	}
	return s.opened(ctx, rows)
}

// opened opens rows as find does.
func (s *Service) opened(ctx context.Context, rows []*ent.Document) ([]Document, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	keys, err := s.vault.Keys(ctx, ids...)
	if err != nil {
		return nil, fmt.Errorf("open documents: %w", err)
	}
	documents := make([]Document, len(rows))
	for i, r := range rows {
		if documents[i], err = s.fromRow(r, keys); err != nil {
			return nil, err
		}
	}
	inOrder(documents)
	return documents, nil
}

// inOrder sorts documents: current ones first, older files first.
func inOrder(documents []Document) {
	slices.SortFunc(documents, func(a, b Document) int {
		switch {
		case a.current() == b.current():
			return strings.Compare(string(a.ID), string(b.ID))
		case a.current():
			return -1
		default:
			return 1
		}
	})
}

// fromRow opens a row. Of a document that was forgotten only what is not sealed
// is there.
func (s *Service) fromRow(r *ent.Document, keys vault.Set) (Document, error) {
	d := Document{
		ID: DocumentID(r.ID), Dossier: ID(r.DossierID), Area: r.Area,
		Validity: Validity{IssueCount: r.IssueCount, From: fromDate(r.ValidFrom), To: fromDate(r.ValidTo)},
		origin:   ID(r.OriginID), recorded: document.Status(r.Recorded), version: r.Version,
		kind: document.Kind(r.Kind), keys: keys, Erased: keys.ShredTime(r.ID),
		preference: Preference{Language: r.Language, Calendar: r.Calendar},
	}
	if r.EraseTime != nil {
		d.Erased = r.EraseTime.UTC()
	}
	if r.ReplacedBy != nil {
		d.ReplacedBy = DocumentID(*r.ReplacedBy)
	}
	d.Status = document.StatusOn(s.Today(), d.recorded, d.Validity.To)
	if d.erased() {
		d.preference = Preference{}
		return d, nil
	}
	canonical, err := d.open(r.NumberSealed, "document", r.ID, "number")
	if err != nil {
		return Document{}, err
	}
	if d.Number, err = document.Parse(d.kind, canonical, s.Today()); err != nil {
		return Document{}, fmt.Errorf("read document %s: %w", r.ID, err)
	}
	if len(r.NamesPassSealed) > 0 {
		if d.namesPass, err = d.open(r.NamesPassSealed, "document", r.ID, "names_pass"); err != nil {
			return Document{}, err
		}
	}
	d.Holder, err = d.openHolder(r.HolderSealed)
	return d, err
}

// fromDate reads a stored date; empty is zero.
func fromDate(text string) civil.Date {
	d, err := civil.ParseDate(text)
	if err != nil {
		return civil.Date{}
	}
	return d
}

// toDate writes a date for storage; zero is empty.
func toDate(d civil.Date) string {
	if !d.IsValid() {
		return ""
	}
	return d.String()
}

// keyed gives a new document its ID and its data key, unless it has them.
func (s *Service) keyed(ctx context.Context, d Document) (Document, error) {
	if d.ID != "" {
		return d, nil
	}
	d.ID = DocumentID(s.newID())
	keys, err := s.vault.Make(ctx, string(d.ID))
	if err != nil {
		return Document{}, fmt.Errorf("create document: %w", err)
	}
	d.keys = keys
	return d, nil
}

// spares are IDs with data keys, made at once for documents that may come to be.
type spares struct {
	ids  []string
	keys vault.Set
}

// spare makes n of them.
func (s *Service) spare(ctx context.Context, n int) (*spares, error) {
	made := &spares{ids: make([]string, n)}
	for i := range made.ids {
		made.ids[i] = s.newID()
	}
	var err error
	if made.keys, err = s.vault.Make(ctx, made.ids...); err != nil {
		return nil, fmt.Errorf("create documents: %w", err)
	}
	return made, nil
}

// give gives a new document an ID and a data key, as long as there are any.
func (s *spares) give(d Document) Document {
	if len(s.ids) > 0 {
		d.ID, d.keys = DocumentID(s.ids[0]), s.keys
		s.ids = s.ids[1:]
	}
	return d
}

// insertDocument writes a new document and what finds it. A document with an
// empty origin is born into a file of its own. The number must be new: a
// second document with it fails on the unique index.
func (s *Service) insertDocument(ctx context.Context, d Document, origin string) (Document, error) {
	d, err := s.keyed(ctx, d)
	if err != nil {
		return Document{}, err
	}
	c := s.db.Client(ctx)
	if d.origin == "" {
		d.origin = ID(s.newID())
		d.Dossier = d.origin
		if err := c.Dossier.Create().SetID(string(d.origin)).SetKind(file.Kind(d.fileKind())).SetCreateTime(s.time()).Exec(ctx); err != nil {
			return Document{}, fmt.Errorf("create file: %w", err)
		}
	}
	sealed, err := d.sealed()
	if err != nil {
		return Document{}, err
	}
	create := c.Document.Create().
		SetID(string(d.ID)).SetKind(row.Kind(d.Kind())).
		SetDossierID(string(d.Dossier)).SetOriginID(string(d.origin)).
		SetNumberSealed(sealed.number).SetArea(d.Area).
		SetIssueCount(d.Validity.IssueCount).SetValidFrom(toDate(d.Validity.From)).SetValidTo(toDate(d.Validity.To)).
		SetRecorded(row.Recorded(d.recorded)).
		SetLanguage(d.preference.Language).SetCalendar(d.preference.Calendar).
		SetOrigin(row.Origin(origin)).SetCreateTime(s.time())
	if sealed.namesPass != nil {
		create.SetNamesPassSealed(sealed.namesPass)
	}
	if sealed.holder != nil {
		create.SetHolderSealed(sealed.holder)
	}
	if d.ReplacedBy != "" {
		create.SetReplacedBy(string(d.ReplacedBy))
	}
	if err := create.Exec(ctx); err != nil {
		return Document{}, fmt.Errorf("create document: %w", err)
	}
	d.version = 1
	d.Status = document.StatusOn(s.Today(), d.recorded, d.Validity.To)
	finders := newLocatorBulk()
	for _, r := range s.locatorsOf(d) {
		finders.Add(r.purpose, r.key, r.hash, string(d.ID))
	}
	_, err = finders.Flush(ctx, s.db)
	return d, err
}

// locatorRow is one keyed hash that finds a document.
type locatorRow struct {
	purpose string
	key     int64
	hash    []byte
}

// locatorsOf are what finds a document, under every enabled index key.
func (s *Service) locatorsOf(d Document) []locatorRow {
	var rows []locatorRow
	add := func(purpose, text string) {
		for _, index := range s.keys.Indexes(purpose, text) {
			rows = append(rows, locatorRow{purpose, int64(index.Key), index.Hash})
		}
	}
	add(purposeNumber, indexText(d.Kind(), d.Number.Canonical()))
	if d.namesPass != "" {
		add(purposeNamesPass, indexText(document.TaiwanPass, d.namesPass))
	}
	for _, key := range d.Holder.nameKeys() {
		add(purposeHolderName, key)
	}
	return rows
}

// saveDocument writes what may change in a document, if nobody changed it
// since it was read. It fails with [ErrStale].
func (s *Service) saveDocument(ctx context.Context, d Document) error {
	update := s.db.Client(ctx).Document.Update().
		Where(row.ID(string(d.ID)), row.Version(d.version)).
		SetDossierID(string(d.Dossier)).
		SetIssueCount(d.Validity.IssueCount).SetValidFrom(toDate(d.Validity.From)).SetValidTo(toDate(d.Validity.To)).
		SetRecorded(row.Recorded(d.recorded)).SetArea(d.Area).
		SetLanguage(d.preference.Language).SetCalendar(d.preference.Calendar).
		AddVersion(1)
	if !d.erased() {
		holder, err := d.sealedHolder()
		if err != nil {
			return err
		}
		if holder != nil {
			update.SetHolderSealed(holder)
		}
	}
	if d.ReplacedBy != "" {
		update.SetReplacedBy(string(d.ReplacedBy))
	}
	n, err := update.Save(ctx)
	if err != nil {
		return fmt.Errorf("save document %s: %w", d.ID, err)
	}
	if n == 0 {
		return ErrStale
	}
	return nil
}

// saveCarried writes the pass number that a permit carries now, and what finds
// the permit by it.
func (s *Service) saveCarried(ctx context.Context, d Document) error {
	carried, err := d.seal(d.namesPass, "document", string(d.ID), "names_pass")
	if err != nil {
		return err
	}
	c := s.db.Client(ctx)
	n, err := c.Document.Update().Where(row.ID(string(d.ID)), row.Version(d.version)).
		SetNamesPassSealed(carried).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("save document %s: %w", d.ID, err)
	}
	if n == 0 {
		return ErrStale
	}
	_, err = c.Locator.Delete().Where(locator.DocumentID(string(d.ID)), locator.PurposeEQ(locator.PurposeNamesPass)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("index document %s: %w", d.ID, err)
	}
	finders := newLocatorBulk()
	for _, r := range s.locatorsOf(d) {
		if r.purpose == purposeNamesPass {
			finders.Add(r.purpose, r.key, r.hash, string(d.ID))
		}
	}
	_, err = finders.Flush(ctx, s.db)
	return err
}

// insertPrinting keeps a printing that was succeeded under the same number.
func (s *Service) insertPrinting(ctx context.Context, id DocumentID, v Validity, end time.Time) error {
	err := s.db.Client(ctx).Printing.Create().SetID(s.newID()).SetDocumentID(string(id)).
		SetIssueCount(v.IssueCount).SetValidFrom(toDate(v.From)).SetValidTo(toDate(v.To)).SetEndTime(end).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep printing of %s: %w", id, err)
	}
	return nil
}

// addPrintings fills in the earlier printings of documents, newest first.
func (s *Service) addPrintings(ctx context.Context, documents []Document) error {
	rows, err := s.db.Client(ctx).Printing.Query().Where(printing.DocumentIDIn(entdb.Texts(documentIDs(documents))...)).
		Order(printing.ByID(sql.OrderDesc())).All(ctx)
	if err != nil {
		return fmt.Errorf("read printings: %w", err)
	}
	for _, r := range rows {
		i := slices.IndexFunc(documents, func(d Document) bool { return string(d.ID) == r.DocumentID })
		documents[i].Earlier = append(documents[i].Earlier,
			Validity{IssueCount: r.IssueCount, From: fromDate(r.ValidFrom), To: fromDate(r.ValidTo)})
	}
	return nil
}

// documentIDs are the IDs of documents.
func documentIDs(documents []Document) []DocumentID {
	ids := make([]DocumentID, len(documents))
	for i, d := range documents {
		ids[i] = d.ID
	}
	return ids
}

// typed is the reverse of texts.
func typed[T ~string](list []string) []T {
	out := make([]T, len(list))
	for i, x := range list {
		out[i] = T(x)
	}
	return out
}
