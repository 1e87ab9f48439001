package dossier

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// FirstRecords is how many records a file shows before one has to page.
const FirstRecords = 20

// Get returns the actor's own file: the same whichever document the actor
// signed in by, once the documents are linked. Where a link does not allow
// [MayRead], what was done and said under other documents is left out. It fails
// with [ErrNotFound].
func (s *Service) Get(ctx context.Context, by actor.Actor) (Dossier, error) {
	return s.openFile(ctx, by, by.Document, true)
}

// Find returns the file of any document that was ever in it, for an officer:
// its documents, links, inquiries and powers. What was done and said, records,
// data and roles, is read on a consent or a law (package sharing) and is not in
// it. It fails as [guard.Guard.Enter] does.
func (s *Service) Find(ctx context.Context, by actor.Actor, number document.Number) (Dossier, error) {
	d, err := s.byNumber(ctx, number)
	if err != nil {
		return Dossier{}, err
	}
	return s.openFile(ctx, by, d.ID, false)
}

// openFile reads what stands on the file of a document, once the actor was let
// in: all of it, or only what it is made of.
func (s *Service) openFile(ctx context.Context, by actor.Actor, id DocumentID, all bool) (Dossier, error) {
	f, err := s.survey(ctx, id)
	if err != nil {
		return Dossier{}, err
	}
	if len(f.documents) == 0 {
		return Dossier{}, ErrNotFound
	}
	if err := s.admit(ctx, by, audit.None, f.documents); err != nil {
		return Dossier{}, err
	}
	file, err := s.fill(ctx, f)
	if err != nil || !all {
		return file, err
	}
	return s.fillHeld(ctx, file, f, id)
}

// fill reads what a file into which the actor was let is made of. What most files
// have none of, earlier printings and open inquiries, is asked for only where the
// survey has seen some.
func (s *Service) fill(ctx context.Context, f surveyed) (Dossier, error) {
	documents, has := f.documents, f.has
	file := Dossier{ID: documents[0].Dossier, Kind: documents[0].fileKind(), Documents: documents}
	err := inTurn(
		step{has.printings, func() error { return s.addPrintings(ctx, documents) }},
		step{true, func() (err error) { file.Links, err = s.linksAmong(ctx, documents); return err }},
		step{has.inquiries, func() (err error) { file.Inquiries, err = s.pendingAmong(ctx, documents); return err }},
	)
	if err != nil {
		return Dossier{}, err
	}
	file.Powers = powersOf(file.Links)
	return file, nil
}

// fillHeld reads what was done and said under a file's documents; under the one
// by which the actor came where the links do not allow [MayRead].
func (s *Service) fillHeld(ctx context.Context, file Dossier, f surveyed, id DocumentID) (Dossier, error) {
	documents, has := f.documents, f.has
	if allowed(file.Links, MayRead) != nil {
		me, err := among(documents, id)
		if err != nil {
			return Dossier{}, err
		}
		mine, err := s.Count(ctx, id)
		if err != nil {
			return Dossier{}, err
		}
		documents, has.records = []Document{me}, mine.Records
	}
	file.RecordCount = has.records
	err := inTurn(
		step{true, func() (err error) { file.Data, err = s.dataOf(ctx, documents); return err }},
		step{has.roles, func() (err error) { file.Roles, err = s.rolesOf(ctx, documents); return err }},
		step{has.records > 0, func() (err error) {
			file.Records, _, err = s.recordsOf(ctx, documents, RecordCursor{}, FirstRecords)
			return err
		}},
	)
	if err != nil {
		return Dossier{}, err
	}
	return file, nil
}

// step is something to read, where it is needed.
type step struct {
	needed bool
	read   func() error
}

// inTurn takes steps one after the other, as far as the first that fails.
func inTurn(steps ...step) error {
	for _, step := range steps {
		if !step.needed {
			continue
		}
		if err := step.read(); err != nil {
			return err
		}
	}
	return nil
}

// RecordCursor is where a page of records ends: the last record shown.
type RecordCursor struct {
	Occurred time.Time
	ID       string
}

// ListRecords returns records of the actor's file after the cursor, newest
// first, at most limit of them, and whether there are more.
func (s *Service) ListRecords(ctx context.Context, by actor.Actor, after RecordCursor, limit int) ([]Record, bool, error) {
	documents, _, err := s.ownReadable(ctx, by)
	if err != nil {
		return nil, false, err
	}
	return s.recordsOf(ctx, documents, after, limit)
}

// recordsOf returns records done under some documents as [Service.ListRecords]
// does. Those done under a document that was forgotten have lost their titles.
func (s *Service) recordsOf(ctx context.Context, documents []Document, after RecordCursor, limit int) ([]Record, bool, error) {
	among, args := oneOf("document_id", documents)
	text := `SELECT id, document_id, kind, title_sealed, authority, occur_time, amount_fen FROM records WHERE ` + among
	if after.ID != "" {
		text += ` AND (occur_time < ? OR occur_time = ? AND id < ?)`
		args = append(args, after.Occurred, after.Occurred, after.ID)
	}
	// One more than wanted says whether there are more.
	args = append(args, limit+1)
	keys := keysOf(documents)
	records, err := entdb.Query(ctx, s.db, text+` ORDER BY occur_time DESC, id DESC LIMIT ?`, args, func(rows *sql.Rows) (r Record, err error) {
		var title sql.RawBytes
		if err := rows.Scan(&r.ID, &r.Document, &r.Kind, &title, &r.Authority, &r.Occurred, &r.AmountFen); err != nil {
			return r, err
		}
		r.Occurred = r.Occurred.UTC()
		if !keys.Shredded(string(r.Document)) {
			r.Title, err = openTitle(keys, r, title)
		}
		return r, err
	})
	if err != nil {
		return nil, false, fmt.Errorf("read records: %w", err)
	}
	if len(records) > limit {
		return records[:limit], true, nil
	}
	return records, false, nil
}

// openTitle opens the title of a record.
func openTitle(keys vault.Set, r Record, sealed []byte) (string, error) {
	title, err := keys.Unseal(string(r.Document), sealed, sealContext("record", r.ID, "title"))
	if err != nil {
		return "", fmt.Errorf("open record %s: %w", r.ID, err)
	}
	return string(title), nil
}

// holdings is what a survey sees beside the documents.
type holdings struct {
	printings, inquiries, roles bool
	records                     int
}

// surveyed is the documents of a file, and what else is there to be read.
type surveyed struct {
	documents []Document
	has       holdings
}

// add counts in what another document of the file has.
func (h *holdings) add(o holdings) {
	h.printings = h.printings || o.printings
	h.inquiries = h.inquiries || o.inquiries
	h.roles = h.roles || o.roles
	h.records += o.records
}

// surveyQuery reads the documents in the file of one document, each with what
// it has, for which indexes are looked into.
const surveyQuery = `SELECT d.id, d.kind, d.dossier_id, d.origin_id, d.number_sealed, d.names_pass_sealed, d.issue_count,
	d.valid_from, d.valid_to, d.recorded, d.replaced_by, d.holder_sealed, d.area, d.erase_time, d.language, d.calendar, d.version,
	EXISTS (SELECT 1 FROM printings x WHERE x.document_id = d.id),
	EXISTS (SELECT 1 FROM inquiries x WHERE x.document_id = d.id AND x.state IN ('pending', 'in_review')),
	EXISTS (SELECT 1 FROM firm_roles x WHERE x.document_id = d.id AND x.end_time IS NULL),
	(SELECT count(*) FROM records x WHERE x.document_id = d.id)
	FROM documents d WHERE d.dossier_id = (SELECT dossier_id FROM documents WHERE id = ?)`

// survey returns the documents in the file of one document as [Service.fileOf]
// does, and what else is there to be read.
func (s *Service) survey(ctx context.Context, id DocumentID) (surveyed, error) {
	var all holdings
	found, err := entdb.Query(ctx, s.db, surveyQuery, []any{string(id)}, func(rows *sql.Rows) (*ent.Document, error) {
		var r ent.Document
		var has holdings
		err := rows.Scan(&r.ID, &r.Kind, &r.DossierID, &r.OriginID, &r.NumberSealed, &r.NamesPassSealed, &r.IssueCount,
			&r.ValidFrom, &r.ValidTo, &r.Recorded, &r.ReplacedBy, &r.HolderSealed, &r.Area, &r.EraseTime,
			&r.Language, &r.Calendar, &r.Version,
			&has.printings, &has.inquiries, &has.roles, &has.records)
		if err != nil {
			return nil, fmt.Errorf("read documents: %w", err)
		}
		all.add(has)
		return &r, nil
	})
	if err != nil {
		return surveyed{}, err
	}
	documents, err := s.opened(ctx, found)
	return surveyed{documents, all}, err
}

// oneOf is the condition that a column names one of some documents, with its
// arguments. No column names one of none.
func oneOf(column string, documents []Document) (condition string, args []any) {
	if len(documents) == 0 {
		return "1 = 0", nil
	}
	args = make([]any, len(documents), len(documents)+3) // room for a page's end
	for i, d := range documents {
		args[i] = string(d.ID)
	}
	return column + " IN (?" + strings.Repeat(",?", len(documents)-1) + ")", args
}
