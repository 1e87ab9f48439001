package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/credential"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// errSigned: somebody else signed it at the same moment.
var errSigned = errors.New("credential: it is signed already")

// mostAtOnce is how many rows one list of a holder has at most.
const mostAtOnce = 1000

func contentPlace(id ID) string { return "credential/" + string(id) + "/content" }
func tokenPlace(id ID) string   { return "credential/" + string(id) + "/token" }

// insert writes an edition that is not signed.
func (s *Service) insert(ctx context.Context, keys vault.Set, c Credential) error {
	raw, err := json.Marshal(c.content)
	if err != nil {
		return fmt.Errorf("write a credential: %w", err)
	}
	sealed, err := keys.Seal(string(c.Document), raw, contentPlace(c.ID))
	if err != nil {
		return err
	}
	create := s.DB.Client(ctx).Credential.Create().SetID(string(c.ID)).SetNumber(string(c.Number)).SetEdition(c.Edition).
		SetTypeCode(string(c.Type.Code)).SetTypeVersion(c.Type.Version).SetDocumentID(string(c.Document)).
		SetMatterKind(c.Matter.Kind).SetMatterID(c.Matter.ID).SetState(row.StatePending).SetKeyID(c.key).
		SetListNumber(c.place.list).SetListIndex(c.place.index).SetContentSealed(sealed).SetCheckHash(hashOf(c.content.Check)).
		SetFromTime(c.From).SetMaker(c.maker).SetCreateTime(c.Created).SetChangeTime(c.Created)
	if !c.Until.IsZero() {
		create.SetUntilTime(c.Until)
	}
	return create.Exec(ctx)
}

// saveSigned writes the signed text of an edition, in the place of the one before, and
// what happened. It fails with [errSigned].
func (s *Service) saveSigned(ctx context.Context, keys vault.Set, c Credential) error {
	sealed, err := keys.Seal(string(c.Document), []byte(c.Token), tokenPlace(c.ID))
	if err != nil {
		return err
	}
	n, err := s.DB.Client(ctx).Credential.Update().Where(row.ID(string(c.ID)), row.StateEQ(row.StatePending)).
		SetState(row.StateValid).SetKeyID(c.key).SetTokenSealed(sealed).SetSignTime(c.Signed).SetChangeTime(c.Signed).AddVersion(1).Save(ctx)
	if err != nil {
		return err
	}
	if n == 0 {
		return errSigned
	}
	if c.Edition > 1 {
		if err := s.supersede(ctx, c); err != nil {
			return err
		}
	}
	return s.insertEvent(ctx, keys, c, c.content.Cause, c.maker)
}

// supersede has an edition take the place of those before it.
func (s *Service) supersede(ctx context.Context, c Credential) error {
	earlier := []predicate.Credential{row.Number(string(c.Number)), row.EditionLT(c.Edition), row.StateIn(row.StateValid, row.StateSuspended, row.StatePending)}
	rows, err := s.DB.Client(ctx).Credential.Query().Select(row.FieldListNumber).Where(earlier...).All(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		s.DB.AfterCommit(ctx, func() { s.stale(r.ListNumber) })
	}
	return s.DB.Client(ctx).Credential.Update().Where(earlier...).SetState(row.StateSuperseded).SetChangeTime(c.Signed).AddVersion(1).Exec(ctx)
}

// saveState writes another state. It fails with [ErrMoved] where somebody else wrote since
// it was read.
func (s *Service) saveState(ctx context.Context, c Credential) error {
	n, err := s.DB.Client(ctx).Credential.Update().Where(row.ID(string(c.ID)), row.Version(c.version)).
		SetState(row.State(c.State)).SetChangeTime(s.time()).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = ErrMoved
	}
	if err == nil {
		s.DB.AfterCommit(ctx, func() { s.stale(c.place.list) })
	}
	return err
}

// Edition returns one edition, opened. It fails with [ErrNotFound].
func (s *Service) Edition(ctx context.Context, id ID) (Credential, error) {
	return s.one(ctx, row.ID(string(id)))
}

// ofMatter returns the latest edition of the licence of a matter, opened. It fails with
// [ErrNotFound].
func (s *Service) ofMatter(ctx context.Context, code TypeCode, m Matter) (Credential, error) {
	return s.one(ctx, row.TypeCode(string(code)), row.MatterKind(m.Kind), row.MatterID(m.ID))
}

// latest returns the latest edition of a licence, opened. It fails with [ErrNotFound].
func (s *Service) latest(ctx context.Context, number Number) (Credential, error) {
	return s.one(ctx, row.Number(string(number)))
}

// one returns the latest edition that is so, opened.
func (s *Service) one(ctx context.Context, where ...predicate.Credential) (Credential, error) {
	list, err := s.list(ctx, s.DB.Client(ctx).Credential.Query().Where(where...).Order(row.ByEdition(entsql.OrderDesc())).Limit(1))
	if err != nil {
		return Credential{}, err
	}
	if len(list) == 0 {
		return Credential{}, ErrNotFound
	}
	return list[0], nil
}

// pending returns editions that wait to be signed, the oldest first.
func (s *Service) pending(ctx context.Context, limit int) ([]Credential, error) {
	return s.list(ctx, s.DB.Client(ctx).Credential.Query().Where(row.StateEQ(row.StatePending)).Order(row.ByCreateTime()).Limit(limit))
}

// within returns the licences within somebody's reach, the newest first, but for editions
// whose place another one took.
func (s *Service) within(ctx context.Context, r reach) ([]Credential, error) {
	q := s.DB.Client(ctx).Credential.Query().Where(row.DocumentIDIn(entdb.Texts(r.file)...), row.StateNEQ(row.StateSuperseded))
	if len(r.only) > 0 {
		q = q.Where(row.NumberIn(r.only...))
	}
	return s.list(ctx, q.Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(mostAtOnce))
}

// list reads editions and opens them. Of a holder who was forgotten they stay closed.
func (s *Service) list(ctx context.Context, q *ent.CredentialQuery) ([]Credential, error) {
	rows, err := q.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read credentials: %w", err)
	}
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.DocumentID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	list := make([]Credential, len(rows))
	for i, r := range rows {
		if list[i], err = s.fromRow(keys, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) fromRow(keys vault.Set, r *ent.Credential) (Credential, error) {
	c := Credential{
		ID: ID(r.ID), Number: Number(r.Number), Edition: r.Edition, Type: s.types.version(TypeCode(r.TypeCode), r.TypeVersion),
		Document: actor.DocumentID(r.DocumentID), Matter: Matter{r.MatterKind, r.MatterID}, State: State(r.State),
		From: r.FromTime.UTC(), Created: r.CreateTime.UTC(), maker: r.Maker, key: r.KeyID,
		place: place{r.ListNumber, r.ListIndex}, version: r.Version,
	}
	if r.UntilTime != nil {
		c.Until = r.UntilTime.UTC()
	}
	if r.SignTime != nil {
		c.Signed = r.SignTime.UTC()
	}
	if len(r.ContentSealed) == 0 || !keys.Has(r.DocumentID) {
		return c, nil
	}
	raw, err := keys.Unseal(r.DocumentID, r.ContentSealed, contentPlace(c.ID))
	if err == nil {
		err = json.Unmarshal(raw, &c.content)
	}
	if err != nil {
		return Credential{}, fmt.Errorf("open credential %s: %w", c.ID, err)
	}
	c.Values = c.content.Values
	if r.TokenSealed == nil || len(*r.TokenSealed) == 0 {
		return c, nil
	}
	token, err := keys.Unseal(r.DocumentID, *r.TokenSealed, tokenPlace(c.ID))
	if err != nil {
		return Credential{}, fmt.Errorf("open credential %s: %w", c.ID, err)
	}
	c.Token = string(token)
	return c, nil
}

// signAnew writes another signature over an edition.
func (s *Service) signAnew(ctx context.Context, c Credential) error {
	key, err := s.Keys.signer()
	if err != nil {
		return err
	}
	token, err := sdjwt.Sign(s.signed(c), key.Key)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		keys, err := s.Vault.Keys(ctx, string(c.Document))
		if err != nil {
			return err
		}
		sealed, err := keys.Seal(string(c.Document), []byte(token), tokenPlace(c.ID))
		if err != nil {
			return err
		}
		n, err := s.DB.Client(ctx).Credential.Update().Where(row.ID(string(c.ID)), row.Version(c.version)).SetKeyID(key.ID).
			SetTokenSealed(sealed).SetSignTime(s.time()).AddVersion(1).Save(ctx)
		if err != nil || n == 0 {
			return err // somebody else wrote it, and signs anew where that is due
		}
		return s.insertEvent(ctx, keys, c, cause{Kind: resigned}, "")
	})
}
