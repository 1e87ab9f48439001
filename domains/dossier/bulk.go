package dossier

import (
	"context"
	"fmt"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/document"
	datumrow "github.com/minzhengtong/minzhengtong/gen/ent/datum"
	row "github.com/minzhengtong/minzhengtong/gen/ent/document"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	inquiryrow "github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
	recordrow "github.com/minzhengtong/minzhengtong/gen/ent/record"
)

// bulkParams is how many parameters one statement takes at most: SQLite's
// limit is 32,766, PostgreSQL's 65,535.
const bulkParams = 30_000

// bulk is rows of one table on their way in few statements. Imports write
// through it, because Ent spends several times as long on a row.
type bulk struct {
	table   string
	columns []string
	values  []any
}

func newBulk(table string, columns ...string) *bulk { return &bulk{table: table, columns: columns} }

// add appends a row, one value for each column.
func (b *bulk) add(values ...any) { b.values = append(b.values, values...) }

// flush writes the rows, in the caller's transaction.
func (b *bulk) flush(ctx context.Context, s *Service) error {
	width := len(b.columns)
	most := bulkParams / width * width
	for len(b.values) > 0 {
		part := b.values[:min(most, len(b.values))]
		b.values = b.values[len(part):]
		if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(b.insert(len(part)/width)), part...); err != nil {
			return fmt.Errorf("write %s: %w", b.table, err)
		}
	}
	return nil
}

// insert is the statement for n rows.
func (b *bulk) insert(n int) string {
	one := "(?" + strings.Repeat(",?", len(b.columns)-1) + ")"
	return `INSERT INTO "` + b.table + `" ("` + strings.Join(b.columns, `","`) + `") VALUES ` +
		one + strings.Repeat(","+one, n-1)
}

// entryBatch is new documents on their way, with all that belongs to them.
type entryBatch struct {
	dossiers, documents, locators, data, inquiries *bulk
}

func newEntryBatch() entryBatch {
	return entryBatch{
		dossiers: newBulk(file.Table, file.FieldID, file.FieldKind, file.FieldCreateTime),
		documents: newBulk(row.Table, row.FieldID, row.FieldKind, row.FieldDossierID, row.FieldOriginID,
			row.FieldNumberSealed, row.FieldNamesPassSealed, row.FieldIssueCount, row.FieldValidFrom, row.FieldValidTo,
			row.FieldRecorded, row.FieldHolderSealed, row.FieldArea, row.FieldOrigin, row.FieldCreateTime, row.FieldVersion),
		locators: newLocatorBulk(),
		data: newBulk(datumrow.Table, datumrow.FieldID, datumrow.FieldDocumentID, datumrow.FieldCode,
			datumrow.FieldValueSealed, datumrow.FieldOrigin, datumrow.FieldProofID, datumrow.FieldRecordTime),
		inquiries: newBulk(inquiryrow.Table, inquiryrow.FieldID, inquiryrow.FieldKind, inquiryrow.FieldAskedBy,
			inquiryrow.FieldDocumentID, inquiryrow.FieldTargetKind, inquiryrow.FieldTargetSealed, inquiryrow.FieldState,
			inquiryrow.FieldTries, inquiryrow.FieldNextTryTime, inquiryrow.FieldLinkID, inquiryrow.FieldResultID,
			inquiryrow.FieldCreateTime, inquiryrow.FieldVersion),
	}
}

// insertEntries writes new documents, each in a file of its own, with phones
// and inquiries. Their data keys are made first, all at once; those of a
// transaction that fails stay unused.
func (s *Service) insertEntries(ctx context.Context, entries []Entry) error {
	fresh, err := s.spare(ctx, len(entries))
	if err != nil {
		return err
	}
	b := newEntryBatch()
	for _, e := range entries {
		d := fresh.give(e.document())
		d.origin = ID(s.newID())
		d.Dossier = d.origin
		if err := s.addEntry(b, d, e); err != nil {
			return err
		}
	}
	for _, rows := range []*bulk{b.dossiers, b.documents, b.locators, b.data, b.inquiries} {
		if err := rows.flush(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// addEntry adds one new document and what belongs to it.
func (s *Service) addEntry(b entryBatch, d Document, e Entry) error {
	now, id := s.time(), string(d.ID)
	sealed, err := d.sealed()
	if err != nil {
		return err
	}
	kind := Person
	if d.Kind().OfFirm() {
		kind = Firm
	}
	b.dossiers.add(string(d.origin), string(kind), now)
	b.documents.add(id, string(d.Kind()), string(d.origin), string(d.origin), sealed.number, sealed.namesPass,
		d.Validity.IssueCount, toDate(d.Validity.From), toDate(d.Validity.To), string(d.recorded),
		sealed.holder, d.Area, "register", now, 1)
	for _, r := range s.locatorsOf(d) {
		b.locators.add(r.purpose, r.key, r.hash, id)
	}
	if e.Phone != "" {
		datum := s.newID()
		sealed, err := d.seal(e.Phone, "datum", datum, "value")
		if err != nil {
			return err
		}
		b.data.add(datum, id, MobilePhone, sealed, string(FromRegister), "", now)
	}
	if d.namesPass != "" && e.State == document.Valid {
		inquiry := s.newID()
		sealed, err := d.seal(d.namesPass, "inquiry", inquiry, "target")
		if err != nil {
			return err
		}
		b.inquiries.add(inquiry, string(LinkInquiry), "register", id, string(document.TaiwanPass), sealed,
			string(Pending), 0, now, "", "", now, 1)
	}
	return nil
}

// newLocatorBulk is locators on their way.
func newLocatorBulk() *bulk {
	return newBulk(locator.Table, locator.FieldPurpose, locator.FieldKeyID, locator.FieldHash, locator.FieldDocumentID)
}

// newRecordBulk is records on their way.
func newRecordBulk() *bulk {
	return newBulk(recordrow.Table, recordrow.FieldID, recordrow.FieldDocumentID, recordrow.FieldKind, recordrow.FieldTitleSealed,
		recordrow.FieldAuthority, recordrow.FieldOccurTime, recordrow.FieldAmountFen, recordrow.FieldSource, recordrow.FieldSourceRef)
}
