package consent

import (
	"context"
	"crypto/sha256"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/consent"
	"github.com/minzhengtong/minzhengtong/gen/ent/department"
)

// insert writes a consent.
func (s *Service) insert(ctx context.Context, c Consent) error {
	err := s.db.Client(ctx).Consent.Create().SetID(string(c.ID)).
		SetDocumentID(string(c.Document)).SetGivenBy(string(c.GivenBy)).SetDelegationID(string(c.Delegation)).
		SetPartyID(string(c.Party)).SetPurpose(string(c.Purpose)).SetScopes(c.Scopes).
		SetTextVersion(c.TextVersion).SetTextLanguage(c.TextLanguage).SetTextHash(c.TextHash[:]).
		SetCreateTime(c.Created).SetExpireTime(c.Expires).Exec(ctx)
	if err != nil {
		return fmt.Errorf("create consent: %w", err)
	}
	return nil
}

// find returns a consent of a file, or [ErrNotFound].
func (s *Service) find(ctx context.Context, id ID, file []actor.DocumentID) (Consent, error) {
	rows, err := s.db.Client(ctx).Consent.Query().Where(row.ID(string(id)), row.DocumentIDIn(entdb.Texts(file)...)).All(ctx)
	if err != nil {
		return Consent{}, fmt.Errorf("read consent: %w", err)
	}
	if len(rows) == 0 {
		return Consent{}, ErrNotFound
	}
	c := fromRow(rows[0])
	c.PartyName, err = s.partyName(ctx, c.Party)
	return c, err
}

// among returns the consents of a file, the newest first.
func (s *Service) among(ctx context.Context, file []actor.DocumentID) ([]Consent, error) {
	rows, err := s.db.Client(ctx).Consent.Query().Where(row.DocumentIDIn(entdb.Texts(file)...)).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(mostListed).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	names, err := s.partyNames(ctx)
	if err != nil {
		return nil, err
	}
	consents := make([]Consent, len(rows))
	for i, r := range rows {
		consents[i] = fromRow(r)
		consents[i].PartyName = names[consents[i].Party]
	}
	return consents, nil
}

// hold keeps everybody else from writing a consent that is not taken back,
// until the transaction ends, and reports whether there is one in the file.
func (s *Service) hold(ctx context.Context, id ID, file []actor.DocumentID) (bool, error) {
	n, err := s.db.Client(ctx).Consent.Update().
		Where(row.ID(string(id)), row.DocumentIDIn(entdb.Texts(file)...), row.RevokeTimeIsNil()).
		AddUses(0).Save(ctx)
	if err != nil {
		return false, fmt.Errorf("hold consent: %w", err)
	}
	return n > 0, nil
}

// saveRevoked writes when and by whom a consent was taken back.
func (s *Service) saveRevoked(ctx context.Context, c Consent, by actor.Actor) error {
	err := s.db.Client(ctx).Consent.Update().Where(row.ID(string(c.ID)), row.RevokeTimeIsNil()).
		SetRevokeTime(c.Revoked).SetRevokedBy(by.ID()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save consent: %w", err)
	}
	return nil
}

func fromRow(r *ent.Consent) Consent {
	c := Consent{
		ID: ID(r.ID), Document: actor.DocumentID(r.DocumentID), GivenBy: actor.DocumentID(r.GivenBy),
		Delegation: actor.DelegationID(r.DelegationID), Party: PartyID(r.PartyID), Purpose: PurposeCode(r.Purpose),
		Scopes: r.Scopes, TextVersion: r.TextVersion, TextLanguage: r.TextLanguage,
		Created: r.CreateTime.UTC(), Expires: r.ExpireTime.UTC(), Revoked: entdb.Moment(r.RevokeTime),
		Uses: r.Uses, Used: entdb.Moment(r.UseTime),
	}
	if len(r.TextHash) == sha256.Size {
		c.TextHash = [sha256.Size]byte(r.TextHash)
	}
	return c
}

// namedParty is a department.
type namedParty struct {
	id   PartyID
	name string
}

// parties are all departments, by code.
func (s *Service) parties(ctx context.Context) ([]namedParty, error) {
	rows, err := s.db.Client(ctx).Department.Query().Order(department.ByID(sql.OrderAsc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read departments: %w", err)
	}
	parties := make([]namedParty, len(rows))
	for i, r := range rows {
		parties[i] = namedParty{PartyID(r.ID), r.Name}
	}
	return parties, nil
}

// partyNames are the names of all departments. There are some dozens.
func (s *Service) partyNames(ctx context.Context) (map[PartyID]string, error) {
	parties, err := s.parties(ctx)
	names := make(map[PartyID]string, len(parties))
	for _, p := range parties {
		names[p.id] = p.name
	}
	return names, err
}

// partyName is a department's name, or [ErrPartyUnknown].
func (s *Service) partyName(ctx context.Context, id PartyID) (string, error) {
	r, err := s.db.Client(ctx).Department.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return "", ErrPartyUnknown
	}
	if err != nil {
		return "", fmt.Errorf("read department: %w", err)
	}
	return r.Name, nil
}
