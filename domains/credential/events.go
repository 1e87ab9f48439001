package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/credentialevent"
)

// happening is a kind of event. Its text is stored and never renamed.
type happening string

const (
	issued    happening = "issued"
	annotated happening = "annotated"
	renewed   happening = "renewed"
	suspended happening = "suspended"
	resumed   happening = "resumed"
	revoked   happening = "revoked"
	resigned  happening = "resigned" // signed anew, because its key was given away
)

// Event is something that happened to an edition.
type Event struct {
	Kind string
	// Note is why, as the issuer says it to the holder; "" where nothing was said.
	Note string
	At   time.Time
}

func notePlace(id string) string { return "credential_event/" + id + "/note" }

func (s *Service) insertEvent(ctx context.Context, keys vault.Set, c Credential, why cause, by string) error {
	id := s.NewID()
	create := s.DB.Client(ctx).CredentialEvent.Create().SetID(id).SetCredentialID(string(c.ID)).SetKind(row.Kind(why.Kind)).
		SetTypeCode(string(c.Type.Code)).SetActorID(by).SetCreateTime(s.time())
	if why.Note != "" {
		sealed, err := keys.Seal(string(c.Document), []byte(why.Note), notePlace(id))
		if err != nil {
			return err
		}
		create.SetNoteSealed(sealed)
	}
	return create.Exec(ctx)
}

// events returns what happened to some editions, by edition, the oldest first.
func (s *Service) events(ctx context.Context, list ...Credential) (map[ID][]Event, error) {
	owner := map[string]Credential{}
	ids, owners := make([]string, len(list)), make([]string, len(list))
	for i, c := range list {
		ids[i], owners[i], owner[string(c.ID)] = string(c.ID), string(c.Document), c
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	rows, err := s.DB.Client(ctx).CredentialEvent.Query().Where(row.CredentialIDIn(ids...)).Order(row.ByCreateTime(), row.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what happened: %w", err)
	}
	out := map[ID][]Event{}
	for _, r := range rows {
		e, err := eventFromRow(keys, owner[r.CredentialID], r)
		if err != nil {
			return nil, err
		}
		out[ID(r.CredentialID)] = append(out[ID(r.CredentialID)], e)
	}
	return out, nil
}

func eventFromRow(keys vault.Set, c Credential, r *ent.CredentialEvent) (Event, error) {
	e := Event{Kind: string(r.Kind), At: r.CreateTime.UTC()}
	if len(r.NoteSealed) == 0 || !keys.Has(string(c.Document)) {
		return e, nil
	}
	note, err := keys.Unseal(string(c.Document), r.NoteSealed, notePlace(r.ID))
	if err != nil {
		return Event{}, fmt.Errorf("open what happened to credential %s: %w", c.ID, err)
	}
	e.Note = string(note)
	return e, nil
}

// counted is how often something happened to credentials of a type.
type counted struct {
	TypeCode string `json:"type_code"`
	Kind     string `json:"kind"`
	Count    int    `json:"count"`
}

func (s *Service) countEvents(ctx context.Context, from, until time.Time) (rows []counted, err error) {
	err = s.DB.Client(ctx).CredentialEvent.Query().Where(row.CreateTimeGTE(from), row.CreateTimeLT(until)).
		GroupBy(row.FieldTypeCode, row.FieldKind).Aggregate(ent.Count()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count what happened to credentials: %w", err)
	}
	return rows, nil
}
