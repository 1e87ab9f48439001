package dossier

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	row "github.com/minzhengtong/minzhengtong/gen/ent/document"
)

// Preference is how a person reads. It is kept on every document of the file, so
// that it is the same by whichever one the person signs in, and each side keeps
// it when a link is cut.
type Preference = actor.Preference

// SetPreference replaces how the holder of a file reads. Setting what holds
// changes nothing. Whoever calls it has checked that the house speaks the
// language.
//
// It fails with [ErrNotFound], and with an error that is no fault for a setting
// that is not well formed.
func (s *Service) SetPreference(ctx context.Context, by actor.Actor, p Preference) error {
	if !p.WellFormed() {
		return errors.New("dossier: the preference is not well formed")
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		documents, _, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		for _, d := range documents {
			if d.erased() || d.preference == p {
				continue
			}
			if err := s.savePreference(ctx, d, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("set how a person reads: %w", err)
	}
	return nil
}

// Preference returns how the holder of the actor's file reads; zero where nothing
// was set. It fails with [ErrNotFound].
func (s *Service) Preference(ctx context.Context, by actor.Actor) (Preference, error) {
	_, me, err := s.own(ctx, by)
	return me.preference, err
}

// PreferenceOf returns how the holder of a document reads, whoever asks: for what
// is sent later. It fails with [ErrNotFound].
func (s *Service) PreferenceOf(ctx context.Context, id DocumentID) (Preference, error) {
	const text = `SELECT language, calendar FROM documents WHERE id = ?`
	var p Preference
	err := s.db.SQL(ctx).QueryRowContext(ctx, s.db.Rebind(text), string(id)).Scan(&p.Language, &p.Calendar)
	if errors.Is(err, sql.ErrNoRows) {
		return Preference{}, ErrNotFound
	}
	if err != nil {
		return Preference{}, fmt.Errorf("read how a person reads: %w", err)
	}
	return p, nil
}

// savePreference writes a setting, if nobody changed the document since it was
// read. It fails with [ErrStale].
func (s *Service) savePreference(ctx context.Context, d Document, p Preference) error {
	n, err := s.db.Client(ctx).Document.Update().Where(row.ID(string(d.ID)), row.Version(d.version)).
		SetLanguage(p.Language).SetCalendar(p.Calendar).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("save document %s: %w", d.ID, err)
	}
	if n == 0 {
		return ErrStale
	}
	return nil
}

// preferences are the settings of files that some documents form. Where two files
// become one and both have a setting, that of the file which stays holds.
func preferences(documents []Document, files map[ID]ID) map[ID]Preference {
	of := make(map[ID]Preference)
	for _, staying := range []bool{true, false} {
		for _, d := range documents {
			to := files[d.origin]
			if of[to] == (Preference{}) && (d.Dossier == to) == staying {
				of[to] = d.preference
			}
		}
	}
	return of
}
