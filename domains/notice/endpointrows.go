package notice

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/endpoint"
)

// sealedAddress is what of an endpoint is sealed.
type sealedAddress struct {
	Address
	Token string `json:"token,omitempty"`
}

// endpointsOf are the endpoints of a file that were not removed, the oldest
// first.
func (s *Service) endpointsOf(ctx context.Context, documents []actor.DocumentID) ([]endpoint, error) {
	rows, err := s.db.Client(ctx).Endpoint.Query().
		Where(row.DocumentIDIn(entdb.Texts(documents)...), row.StateNEQ(row.StateRemoved)).
		Order(row.ByCreateTime(), row.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read endpoints: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	keys, err := s.vault.Keys(ctx, entdb.Texts(documents)...)
	if err != nil {
		return nil, err
	}
	list := make([]endpoint, len(rows))
	for i, r := range rows {
		if list[i], err = openEndpoint(keys, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// endpointByID reads one endpoint that was not removed. It fails with
// [ErrEndpointNotFound].
func (s *Service) endpointByID(ctx context.Context, id string) (endpoint, error) {
	r, err := s.db.Client(ctx).Endpoint.Query().Where(row.ID(id), row.StateNEQ(row.StateRemoved)).Only(ctx)
	if ent.IsNotFound(err) {
		return endpoint{}, ErrEndpointNotFound
	}
	if err != nil {
		return endpoint{}, fmt.Errorf("read endpoint: %w", err)
	}
	keys, err := s.vault.Keys(ctx, r.DocumentID)
	if err != nil {
		return endpoint{}, err
	}
	return openEndpoint(keys, r)
}

func openEndpoint(keys vault.Set, r *ent.Endpoint) (endpoint, error) {
	e := fromEndpointRow(r)
	raw, err := keys.Unseal(r.DocumentID, r.AddressSealed, "endpoint/"+r.ID)
	var a sealedAddress
	if err == nil {
		err = json.Unmarshal(raw, &a)
	}
	if err != nil {
		return endpoint{}, fmt.Errorf("open endpoint %s: %w", r.ID, err)
	}
	e.address, e.token = a.Address, a.Token
	return e, nil
}

// create writes an endpoint, and has its code sent where it needs one.
func (s *Service) create(ctx context.Context, to actor.DocumentID, a Address) (endpoint, error) {
	e := endpoint{id: EndpointID(s.newID()), document: to, address: a, state: row.StateActive, created: s.time(), version: 1}
	if a.Mail != "" {
		e.token = s.newSecret()
	}
	raw, err := json.Marshal(sealedAddress{a, e.token})
	if err != nil {
		return endpoint{}, fmt.Errorf("write endpoint: %w", err)
	}
	keys, err := s.vault.Make(ctx, string(to))
	if err != nil {
		return endpoint{}, err
	}
	sealed, err := keys.Seal(string(to), raw, "endpoint/"+string(e.id))
	if err != nil {
		return endpoint{}, fmt.Errorf("seal endpoint: %w", err)
	}
	create := s.db.Client(ctx).Endpoint.Create().SetID(string(e.id)).SetDocumentID(string(to)).
		SetChannel(row.Channel(a.Channel())).SetAddressSealed(sealed).
		SetHash(s.keys.Indexes("endpoint", a.name())[0].Hash).
		SetState(e.state).SetCreateTime(e.created).SetChangeTime(e.created)
	if e.token != "" {
		create.SetUnsubscribeHash(tokenHash(e.token))
	}
	if err := create.Exec(ctx); err != nil {
		return endpoint{}, fmt.Errorf("create endpoint: %w", err)
	}
	if a.Push != nil {
		return e, nil
	}
	e.state = row.StateUnverified
	return e, s.newCode(ctx, &e)
}

// remove blanks an endpoint. The row stays, so that deliveries have something to
// point at and a day's additions can be counted.
func (s *Service) remove(ctx context.Context, id EndpointID) error {
	const text = `UPDATE endpoints SET state = 'removed', address_sealed = '', hash = '', cause = '', code_hash = NULL,
		code_expire_time = NULL, unsubscribe_hash = NULL, change_time = ?, version = version + 1
		WHERE id = ? AND state <> 'removed'`
	if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(text), s.time(), string(id)); err != nil {
		return fmt.Errorf("remove endpoint: %w", err)
	}
	return nil
}

// tokenHash is under what a token is kept.
func tokenHash(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}
