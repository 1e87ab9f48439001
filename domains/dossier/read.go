package dossier

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	recordrow "github.com/minzhengtong/minzhengtong/gen/ent/record"
)

// FirstRecords is how many records a file shows before one has to page.
const FirstRecords = 20

// Get returns the actor's own file: the same whichever document the actor
// signed in by, once the documents are linked. It fails with [ErrNotFound].
func (s *Service) Get(ctx context.Context, by actor.Actor) (Dossier, error) {
	documents, _, err := s.own(ctx, by)
	if err != nil {
		return Dossier{}, err
	}
	return s.assemble(ctx, documents)
}

// Find returns the file of any document that was ever in it, for an officer.
// It fails with [ErrNotFound].
func (s *Service) Find(ctx context.Context, number document.Number) (Dossier, error) {
	d, err := s.byNumber(ctx, number)
	if err != nil {
		return Dossier{}, err
	}
	documents, err := s.fileOf(ctx, d.ID)
	if err != nil {
		return Dossier{}, err
	}
	return s.assemble(ctx, documents)
}

// assemble reads all that stands on the file of some documents.
func (s *Service) assemble(ctx context.Context, documents []Document) (Dossier, error) {
	file := Dossier{ID: documents[0].Dossier, Kind: Person, Documents: documents}
	if documents[0].Kind().OfFirm() {
		file.Kind = Firm
	}
	steps := []func() error{
		func() error { return s.addPrintings(ctx, file.Documents) },
		func() (err error) { file.Links, err = s.linksAmong(ctx, documents); return err },
		func() (err error) { file.Inquiries, err = s.pendingAmong(ctx, documents); return err },
		func() (err error) { file.Data, err = s.dataOf(ctx, documents); return err },
		func() (err error) { file.Roles, err = s.rolesOf(ctx, documents); return err },
		func() (err error) { file.RecordCount, err = s.countRecords(ctx, documents); return err },
		func() (err error) {
			if file.RecordCount > 0 {
				file.Records, _, err = s.recordsOf(ctx, documents, RecordCursor{}, FirstRecords)
			}
			return err
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return Dossier{}, err
		}
	}
	file.Powers = powersOf(file.Links)
	return file, nil
}

// RecordCursor is where a page of records ends: the last record shown.
type RecordCursor struct {
	Occurred time.Time
	ID       string
}

// ListRecords returns records of the actor's file after the cursor, newest
// first, at most limit of them, and whether there are more.
func (s *Service) ListRecords(ctx context.Context, by actor.Actor, after RecordCursor, limit int) ([]Record, bool, error) {
	documents, _, err := s.own(ctx, by)
	if err != nil {
		return nil, false, err
	}
	return s.recordsOf(ctx, documents, after, limit)
}

func (s *Service) recordsOf(ctx context.Context, documents []Document, after RecordCursor, limit int) ([]Record, bool, error) {
	where := []predicate.Record{recordrow.DocumentIDIn(texts(documentIDs(documents))...)}
	if after.ID != "" {
		where = append(where, recordrow.Or(
			recordrow.OccurTimeLT(after.Occurred),
			recordrow.And(recordrow.OccurTimeEQ(after.Occurred), recordrow.IDLT(after.ID))))
	}
	rows, err := s.db.Client(ctx).Record.Query().Where(where...).
		Order(recordrow.ByOccurTime(sql.OrderDesc()), recordrow.ByID(sql.OrderDesc())).Limit(limit + 1).All(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("read records: %w", err)
	}
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	records := make([]Record, len(rows))
	for i, r := range rows {
		records[i] = recordFromRow(r)
	}
	return records, more, nil
}

func (s *Service) countRecords(ctx context.Context, documents []Document) (int, error) {
	n, err := s.db.Client(ctx).Record.Query().Where(recordrow.DocumentIDIn(texts(documentIDs(documents))...)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count records: %w", err)
	}
	return n, nil
}

func recordFromRow(r *ent.Record) Record {
	return Record{
		ID: r.ID, Document: DocumentID(r.DocumentID), Kind: r.Kind, Title: r.Title,
		Authority: r.Authority, Occurred: r.OccurTime.UTC(), AmountFen: r.AmountFen,
	}
}
