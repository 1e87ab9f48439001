package dossier

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	datumrow "github.com/minzhengtong/minzhengtong/gen/ent/datum"
	row "github.com/minzhengtong/minzhengtong/gen/ent/document"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	inquiryrow "github.com/minzhengtong/minzhengtong/gen/ent/inquiry"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
	recordrow "github.com/minzhengtong/minzhengtong/gen/ent/record"
)

// entryBatch is new documents on their way, with all that belongs to them.
type entryBatch struct {
	dossiers, documents, locators, data, inquiries *entdb.Bulk
}

func newEntryBatch() entryBatch {
	return entryBatch{
		dossiers: entdb.NewBulk(file.Table, file.FieldID, file.FieldKind, file.FieldCreateTime),
		documents: entdb.NewBulk(row.Table, row.FieldID, row.FieldKind, row.FieldDossierID, row.FieldOriginID,
			row.FieldNumberSealed, row.FieldNamesPassSealed, row.FieldIssueCount, row.FieldValidFrom, row.FieldValidTo,
			row.FieldRecorded, row.FieldHolderSealed, row.FieldArea, row.FieldOrigin, row.FieldCreateTime, row.FieldVersion),
		locators: newLocatorBulk(),
		data: entdb.NewBulk(datumrow.Table, datumrow.FieldID, datumrow.FieldDocumentID, datumrow.FieldCode,
			datumrow.FieldValueSealed, datumrow.FieldOrigin, datumrow.FieldProofID, datumrow.FieldRecordTime),
		inquiries: entdb.NewBulk(inquiryrow.Table, inquiryrow.FieldID, inquiryrow.FieldKind, inquiryrow.FieldAskedBy,
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
	for _, rows := range []*entdb.Bulk{b.dossiers, b.documents, b.locators, b.data, b.inquiries} {
		if _, err := rows.Flush(ctx, s.db); err != nil {
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
	b.dossiers.Add(string(d.origin), string(d.fileKind()), now)
	b.documents.Add(id, string(d.Kind()), string(d.origin), string(d.origin), sealed.number, sealed.namesPass,
		d.Validity.IssueCount, toDate(d.Validity.From), toDate(d.Validity.To), string(d.recorded),
		sealed.holder, d.Area, "register", now, 1)
	for _, r := range s.locatorsOf(d) {
		b.locators.Add(r.purpose, r.key, r.hash, id)
	}
	if e.Phone != "" {
		datum := s.newID()
		sealed, err := d.seal(e.Phone, "datum", datum, "value")
		if err != nil {
			return err
		}
		b.data.Add(datum, id, MobilePhone, sealed, string(FromRegister), "", now)
	}
	if d.namesPass != "" && e.State == document.Valid {
		inquiry := s.newID()
		sealed, err := d.seal(d.namesPass, "inquiry", inquiry, "target")
		if err != nil {
			return err
		}
		b.inquiries.Add(inquiry, string(LinkInquiry), "register", id, string(document.TaiwanPass), sealed,
			string(Pending), 0, now, "", "", now, 1)
	}
	return nil
}

// newLocatorBulk is locators on their way.
func newLocatorBulk() *entdb.Bulk {
	return entdb.NewBulk(locator.Table, locator.FieldPurpose, locator.FieldKeyID, locator.FieldHash, locator.FieldDocumentID)
}

// newRecordBulk is records on their way.
func newRecordBulk() *entdb.Bulk {
	return entdb.NewBulk(recordrow.Table, recordrow.FieldID, recordrow.FieldDocumentID, recordrow.FieldKind, recordrow.FieldTitleSealed,
		recordrow.FieldAuthority, recordrow.FieldOccurTime, recordrow.FieldAmountFen, recordrow.FieldSource, recordrow.FieldSourceRef)
}
