package credential

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/presentation"
)

func choicePlace(id PresentationID) string { return "presentation/" + string(id) + "/choice" }

func (s *Service) insertPresentation(ctx context.Context, p Presentation, token string) error {
	raw, err := json.Marshal(choice{p.Choices, p.Purpose})
	if err != nil {
		return err
	}
	keys, err := s.Vault.Make(ctx, string(p.Document))
	if err != nil {
		return err
	}
	sealed, err := keys.Seal(string(p.Document), raw, choicePlace(p.ID))
	if err != nil {
		return err
	}
	return s.DB.Client(ctx).Presentation.Create().SetID(string(p.ID)).SetKind(row.Kind(p.Way)).SetDocumentID(string(p.Document)).
		SetHash(hashOf(token)).SetChoiceSealed(sealed).SetDelegationID(string(p.delegation)).SetCreateTime(p.Created).
		SetExpireTime(p.Expires).Exec(ctx)
}

// openShares counts the shares of a file that are not over.
func (s *Service) openShares(ctx context.Context, file []actor.DocumentID) (int, error) {
	return s.DB.Client(ctx).Presentation.Query().Where(row.DocumentIDIn(entdb.Texts(file)...), row.KindEQ(row.KindShare),
		row.RevokeTimeIsNil(), row.ExpireTimeGT(s.time())).Count(ctx)
}

// sharesOf returns the shares of a file that are within reach, the newest first.
func (s *Service) sharesOf(ctx context.Context, r reach) ([]Presentation, error) {
	rows, err := s.DB.Client(ctx).Presentation.Query().Where(row.DocumentIDIn(entdb.Texts(r.file)...), row.KindEQ(row.KindShare)).
		Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(mostAtOnce).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read shares: %w", err)
	}
	list, err := s.opened(ctx, r, rows)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(p Presentation) bool { return !r.toAll(p) }), nil
}

// opened reads presentations of a file.
func (s *Service) opened(ctx context.Context, r reach, rows []*ent.Presentation) ([]Presentation, error) {
	keys, err := s.Vault.Keys(ctx, entdb.Texts(r.file)...)
	if err != nil {
		return nil, err
	}
	list := make([]Presentation, len(rows))
	for i, one := range rows {
		if list[i], err = presentationFromRow(keys, one); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) revokePresentation(ctx context.Context, r reach, id PresentationID) error {
	c := s.DB.Client(ctx).Presentation
	rows, err := c.Query().Where(row.ID(string(id)), row.DocumentIDIn(entdb.Texts(r.file)...), row.KindEQ(row.KindShare)).All(ctx)
	if err != nil {
		return err
	}
	list, err := s.opened(ctx, r, rows)
	if err != nil {
		return err
	}
	if len(list) == 0 || !r.toAll(list[0]) {
		return ErrPresentation
	}
	return c.Update().Where(row.ID(string(id)), row.RevokeTimeIsNil()).SetRevokeTime(s.time()).Exec(ctx)
}

// spend counts a use of the presentation with a token, and returns it opened. Its row is
// written before the clock is read, so that of a use and a withdrawal one comes first, and
// of two that scan a code one is first. It fails with [ErrPresentation].
func (s *Service) spend(ctx context.Context, token string) (Presentation, error) {
	c := s.DB.Client(ctx).Presentation
	r, err := c.Query().Where(row.Hash(hashOf(token))).Only(ctx)
	if ent.IsNotFound(err) {
		return Presentation{}, ErrPresentation
	}
	if err != nil {
		return Presentation{}, fmt.Errorf("read a presentation: %w", err)
	}
	open := c.Update().Where(row.ID(r.ID), row.RevokeTimeIsNil())
	if r.Kind == row.KindCode {
		open = open.Where(row.Uses(0))
	}
	n, err := open.AddUses(1).SetUseTime(s.time()).Save(ctx)
	if err != nil {
		return Presentation{}, fmt.Errorf("use a presentation: %w", err)
	}
	if n == 0 || !s.Now().Before(r.ExpireTime) {
		return Presentation{}, ErrPresentation
	}
	keys, err := s.Vault.Keys(ctx, r.DocumentID)
	if err != nil {
		return Presentation{}, err
	}
	if !keys.Has(r.DocumentID) {
		return Presentation{}, ErrPresentation // its holder was forgotten
	}
	return presentationFromRow(keys, r)
}

func presentationFromRow(keys vault.Set, r *ent.Presentation) (Presentation, error) {
	p := Presentation{
		ID: PresentationID(r.ID), Way: Way(r.Kind), Document: actor.DocumentID(r.DocumentID), Created: r.CreateTime.UTC(),
		Expires: r.ExpireTime.UTC(), Revoked: entdb.Moment(r.RevokeTime), Uses: r.Uses, Used: entdb.Moment(r.UseTime),
		delegation: actor.DelegationID(r.DelegationID),
	}
	if len(r.ChoiceSealed) == 0 || !keys.Has(r.DocumentID) {
		return p, nil
	}
	raw, err := keys.Unseal(r.DocumentID, r.ChoiceSealed, choicePlace(p.ID))
	var c choice
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil {
		return Presentation{}, fmt.Errorf("open presentation %s: %w", p.ID, err)
	}
	p.Choices, p.Purpose = c.Choices, c.Purpose
	return p, nil
}

// ForgetCodes deletes presentations that were over a day ago, at most limit of them, and
// returns how many went. Of a share its uses stay. A job repeats it.
func (s *Service) ForgetCodes(ctx context.Context, limit int) (n int, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		c := s.DB.Client(ctx).Presentation
		gone, err := c.Query().Where(row.KindEQ(row.KindCode), row.ExpireTimeLT(s.time().Add(-24*time.Hour))).Limit(limit).IDs(ctx)
		if err != nil || len(gone) == 0 {
			n = 0
			return err
		}
		n, err = c.Delete().Where(row.IDIn(gone...)).Exec(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget codes: %w", err)
	}
	return n, nil
}
