package credential

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/credential"
	eventrow "github.com/minzhengtong/minzhengtong/gen/ent/credentialevent"
	userow "github.com/minzhengtong/minzhengtong/gen/ent/credentialuse"
	presentationrow "github.com/minzhengtong/minzhengtong/gen/ent/presentation"
)

// Holdings is everything that is held about some documents, but for tokens, of which the
// hashes are kept, and for who among the officers did what.
type Holdings struct {
	Licences      []HeldLicence // every edition
	Events        []HeldEvent
	Presentations []Presentation // those that are over too
	Uses          []HeldUse
}

// LogValue keeps holdings out of logs.
func (Holdings) LogValue() slog.Value { return slog.StringValue("[holdings]") }

// HeldLicence is an edition with what it says, as JSON.
type HeldLicence struct {
	Credential
	Text string
}

// HeldEvent is something that happened to an edition.
type HeldEvent struct {
	Number  Number
	Edition int
	Event
}

// HeldUse is a time that somebody looked, and the document under which the licence stands.
type HeldUse struct {
	Use
	Document actor.DocumentID
}

// Holdings returns everything that is held about some documents, the newest first, at most
// limit of each list, whoever asks. What lies under a key that is gone is left empty.
func (s *Service) Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (h Holdings, err error) {
	if err := s.heldLicences(ctx, &h, limit, documents); err != nil {
		return Holdings{}, err
	}
	keys, err := s.Vault.Keys(ctx, entdb.Texts(documents)...)
	if err != nil {
		return Holdings{}, err
	}
	rows, err := s.DB.Client(ctx).Presentation.Query().Where(presentationrow.DocumentIDIn(entdb.Texts(documents)...)).
		Order(presentationrow.ByCreateTime(entsql.OrderDesc()), presentationrow.ByID(entsql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return Holdings{}, fmt.Errorf("read presentations: %w", err)
	}
	for _, r := range rows {
		p, err := presentationFromRow(keys, r)
		if err != nil {
			return Holdings{}, err
		}
		h.Presentations = append(h.Presentations, p)
	}
	return h, s.heldUses(ctx, &h, limit, documents)
}

func (s *Service) heldLicences(ctx context.Context, h *Holdings, limit int, documents []actor.DocumentID) error {
	list, err := s.list(ctx, s.DB.Client(ctx).Credential.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...)).
		Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit))
	if err != nil || len(list) == 0 {
		return err
	}
	events, err := s.events(ctx, list...)
	if err != nil {
		return err
	}
	for _, c := range list {
		l := HeldLicence{Credential: c}
		if c.Values != nil {
			raw, err := json.Marshal(c.Values)
			if err != nil {
				return fmt.Errorf("write a credential: %w", err)
			}
			l.Text = string(raw)
		}
		h.Licences = append(h.Licences, l)
		for _, e := range events[c.ID] {
			h.Events = append(h.Events, HeldEvent{c.Number, c.Edition, e})
		}
	}
	return nil
}

func (s *Service) heldUses(ctx context.Context, h *Holdings, limit int, documents []actor.DocumentID) error {
	rows, err := s.DB.Client(ctx).CredentialUse.Query().Where(userow.DocumentIDIn(entdb.Texts(documents)...)).
		Order(userow.ByCreateTime(entsql.OrderDesc()), userow.ByID(entsql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return fmt.Errorf("read who looked: %w", err)
	}
	for _, r := range rows {
		h.Uses = append(h.Uses, HeldUse{useFromRow(r), actor.DocumentID(r.DocumentID)})
	}
	return nil
}

// Forget blanks what licences under some documents say, revokes those that are not signed
// yet, and deletes who was shown them, in the caller's transaction. Numbers, states and
// places in status lists stay: a text that somebody holds must not come to life again. It
// may be repeated.
func (s *Service) Forget(ctx context.Context, documents ...actor.DocumentID) error {
	c, ids, nothing := s.DB.Client(ctx), entdb.Texts(documents), []byte{}
	if _, err := c.Presentation.Delete().Where(presentationrow.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget presentations: %w", err)
	}
	if _, err := c.CredentialUse.Delete().Where(userow.DocumentIDIn(ids...)).Exec(ctx); err != nil {
		return fmt.Errorf("forget who looked: %w", err)
	}
	mine, err := c.Credential.Query().Where(row.DocumentIDIn(ids...)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("read credentials: %w", err)
	}
	err = c.CredentialEvent.Update().Where(eventrow.CredentialIDIn(mine...), eventrow.NoteSealedNotNil()).ClearNoteSealed().Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget notes: %w", err)
	}
	err = c.Credential.Update().Where(row.DocumentIDIn(ids...), row.StateEQ(row.StatePending)).
		SetState(row.StateRevoked).SetChangeTime(s.time()).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end credentials: %w", err)
	}
	err = c.Credential.Update().Where(row.DocumentIDIn(ids...), row.ContentSealedNEQ(nothing)).
		SetContentSealed(nothing).ClearTokenSealed().AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget credentials: %w", err)
	}
	return nil
}
