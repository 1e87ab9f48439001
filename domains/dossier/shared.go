package dossier

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// What other domains ask for. They decide themselves who may see it.

// SharedRecords is the code under which records are shared, and how many of the
// newest.
const (
	SharedRecords = "records"
	sharedRecords = 100
)

// Codes are the codes of the datum catalogue, sorted.
func Codes() []string {
	codes := map[string]bool{}
	for _, it := range catalogue() {
		codes[it.Code] = true
	}
	return slices.Sorted(maps.Keys(codes))
}

// Document returns one document, whoever asks. It fails with [ErrNotFound].
func (s *Service) Document(ctx context.Context, id DocumentID) (Document, error) {
	return s.byID(ctx, id)
}

// FileByNumber returns the documents in the file that a number finds, current
// ones first, whoever asks. It fails with [ErrNotFound].
func (s *Service) FileByNumber(ctx context.Context, number document.Number) ([]Document, error) {
	d, err := s.byNumber(ctx, number)
	if err != nil {
		return nil, err
	}
	return s.fileOf(ctx, d.ID)
}

// FileDocuments returns the documents in the file of one document, that one
// first, whoever asks. It fails with [ErrNotFound].
func (s *Service) FileDocuments(ctx context.Context, id DocumentID) ([]DocumentID, error) {
	const text = `SELECT id FROM documents WHERE dossier_id = (SELECT dossier_id FROM documents WHERE id = ?) ORDER BY id`
	ids, err := entdb.Query(ctx, s.db, text, []any{string(id)}, func(rows *sql.Rows) (one DocumentID, err error) {
		return one, rows.Scan(&one)
	})
	if err != nil {
		return nil, fmt.Errorf("read documents: %w", err)
	}
	at := slices.Index(ids, id)
	if at < 0 {
		return nil, ErrNotFound
	}
	return slices.Insert(slices.Delete(ids, at, at+1), 0, id), nil
}

// Touch lets the actor in once more where an earlier call of the actor's was
// about these documents: before its answer is given again. It fails as
// [guard.Guard.Enter] does, and with [ErrNotFound] where one is gone. What was
// about nobody's documents needs no leave.
func (s *Service) Touch(ctx context.Context, by actor.Actor, ids ...DocumentID) error {
	if len(ids) == 0 {
		return nil
	}
	documents, err := s.fileOf(ctx, ids...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := among(documents, id); err != nil {
			return err
		}
	}
	return s.admitEach(ctx, by, documents)
}

// Shared returns what stands under some documents of one file, whoever asks: of
// the codes the items that hold, and with [SharedRecords] the newest records. The
// documents are those that another method of this service returned just now. It
// fails with [ErrTooWeak] where their links do not allow [MayRead].
func (s *Service) Shared(ctx context.Context, documents []Document, codes []string) ([]Datum, []Record, error) {
	if err := s.require(ctx, documents, MayRead); err != nil {
		return nil, nil, err
	}
	data, err := s.dataOf(ctx, documents)
	if err != nil {
		return nil, nil, err
	}
	data = slices.DeleteFunc(data, func(d Datum) bool { return !slices.Contains(codes, d.Code) })
	if !slices.Contains(codes, SharedRecords) {
		return data, nil, nil
	}
	records, _, err := s.recordsOf(ctx, documents, RecordCursor{}, sharedRecords)
	return data, records, err
}

// RoleIn returns a firm's document and the actor's roles to an actor who holds
// one under any document of the own file. It fails with [ErrNotFound] for
// anybody else.
func (s *Service) RoleIn(ctx context.Context, by actor.Actor, firm ID) (Document, []string, error) {
	mine, _, err := s.ownReadable(ctx, by)
	if err != nil {
		return Document{}, nil, err
	}
	held, err := s.rolesOf(ctx, mine)
	if err != nil {
		return Document{}, nil, err
	}
	var roles []string
	for _, r := range held {
		if r.Firm == firm {
			roles = append(roles, r.Role)
		}
	}
	if len(roles) == 0 {
		return Document{}, nil, ErrNotFound
	}
	documents, err := s.inFiles(ctx, firm)
	if err != nil {
		return Document{}, nil, err
	}
	if len(documents) == 0 {
		return Document{}, nil, ErrNotFound
	}
	return documents[0], roles, s.admit(ctx, by, audit.FirmRole, documents)
}
