package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// documentColumns are what a session has to know of a person's document at each
// call. They are read here, and not asked of package dossier, so that a call
// costs one query: asking would open the sealed number as well.
const documentColumns = `d."dossier_id", d."kind", d."recorded", d."language", d."calendar"`

// documentNow is a document as those columns have it; not valid where there is
// none.
type documentNow struct{ dossier, kind, recorded, language, calendar sql.NullString }

// columns are where to put documentColumns.
func (d *documentNow) columns() []any {
	return []any{&d.dossier, &d.kind, &d.recorded, &d.language, &d.calendar}
}

// usable reports whether somebody may act by the document. A replaced or expired
// one still names its person.
func (d documentNow) usable() bool {
	recorded := document.Status(d.recorded.String)
	return d.recorded.Valid && recorded != document.Lost && recorded != document.Revoked &&
		!document.Kind(d.kind.String).OfFirm()
}

// actor is the person who acts by the document, or ErrToken where nobody may.
func (d documentNow) actor(id string) (actor.Actor, error) {
	if !d.usable() {
		return actor.Actor{}, refusal(causeHolder)
	}
	return actor.Actor{
		Role: actor.Person, Document: actor.DocumentID(id), Dossier: actor.DossierID(d.dossier.String),
		Language: d.language.String, Calendar: d.calendar.String,
	}, nil
}

// documentNow reads a document as it is now, if there is one.
func (s *Service) documentNow(ctx context.Context, id string) (documentNow, error) {
	var d documentNow
	query := s.db.Rebind(`SELECT ` + documentColumns + ` FROM "documents" AS d WHERE d."id" = ?`)
	err := s.db.SQL(ctx).QueryRowContext(ctx, query, id).Scan(d.columns()...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return documentNow{}, fmt.Errorf("read document: %w", err)
	}
	return d, nil
}

// end ends those of some sessions that have not ended. What a session's tokens
// were worth ends with it.
func (s *Service) end(ctx context.Context, reason row.EndReason, which ...predicate.Session) error {
	_, err := s.endAll(ctx, reason, which...)
	return err
}

// endAll is end, and returns how many there were.
func (s *Service) endAll(ctx context.Context, reason row.EndReason, which ...predicate.Session) (int, error) {
	n, err := s.db.Client(ctx).Session.Update().Where(append(which, row.EndTimeIsNil())...).
		SetEndTime(s.time()).SetEndReason(reason).AddVersion(1).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	return n, nil
}

// fileDocuments are the IDs of the documents in the file of one.
func (s *Service) fileDocuments(ctx context.Context, id dossier.DocumentID) ([]string, error) {
	documents, err := s.files.FileDocuments(ctx, id)
	return entdb.Texts(documents), err
}
