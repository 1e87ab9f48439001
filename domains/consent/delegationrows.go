package consent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/delegation"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// insertDelegation writes a delegation.
func (s *Service) insertDelegation(ctx context.Context, d Delegation) error {
	create := s.db.Client(ctx).Delegation.Create().SetID(string(d.ID)).
		SetPrincipalID(string(d.principal)).SetDelegateID(string(d.delegate)).SetDelegateSealed(d.sealed).
		SetMatter(string(d.Matter)).SetCreateTime(d.Created).SetExpireTime(d.Expires)
	if len(d.Licences) > 0 {
		create.SetLicences(d.Licences)
	}
	if err := create.Exec(ctx); err != nil {
		return fmt.Errorf("create delegation: %w", err)
	}
	return nil
}

// delegation reads one, or fails with [ErrDelegation].
func (s *Service) delegation(ctx context.Context, id actor.DelegationID) (Delegation, error) {
	rows, err := s.db.Client(ctx).Delegation.Query().Where(row.ID(string(id))).All(ctx)
	if err != nil {
		return Delegation{}, fmt.Errorf("read delegation: %w", err)
	}
	if len(rows) == 0 {
		return Delegation{}, ErrDelegation
	}
	return fromDelegationRow(rows[0]), nil
}

// saveEnded writes when a delegation was ended, unless it was before.
func (s *Service) saveEnded(ctx context.Context, d Delegation) error {
	err := s.db.Client(ctx).Delegation.Update().Where(row.ID(string(d.ID)), row.RevokeTimeIsNil()).
		SetRevokeTime(d.Revoked).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save delegation: %w", err)
	}
	return nil
}

// delegationsOf returns the delegations that were given or are held under the
// documents of a file, the newest first.
func (s *Service) delegationsOf(ctx context.Context, file []actor.DocumentID) ([]Delegation, error) {
	ids := entdb.Texts(file)
	var list []Delegation
	// Two queries, one for each index.
	for _, where := range []predicate.Delegation{
		row.PrincipalIDIn(ids...), row.And(row.DelegateIDNEQ(""), row.DelegateIDIn(ids...)),
	} {
		rows, err := s.db.Client(ctx).Delegation.Query().Where(where).
			Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(mostListed).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("read delegations: %w", err)
		}
		for _, r := range rows {
			list = append(list, fromDelegationRow(r))
		}
	}
	slices.SortFunc(list, func(a, b Delegation) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID)) })
	// Both sides may have become one file since.
	list = slices.CompactFunc(list, func(a, b Delegation) bool { return a.ID == b.ID })
	return list[:min(len(list), mostListed)], nil
}

func fromDelegationRow(r *ent.Delegation) Delegation {
	return Delegation{
		ID: actor.DelegationID(r.ID), Matter: Matter(r.Matter), Licences: r.Licences, Created: r.CreateTime.UTC(), Expires: r.ExpireTime.UTC(),
		Revoked: entdb.Moment(r.RevokeTime), principal: actor.DocumentID(r.PrincipalID), delegate: actor.DocumentID(r.DelegateID),
		sealed: r.DelegateSealed,
	}
}

// sealContext binds a delegate's number to its row.
func sealContext(id actor.DelegationID) string { return "delegation/" + string(id) + "/delegate" }

// sealNumber seals the delegate's number under the principal's data key: it is
// the principal who wrote it down, and it goes when the principal goes.
func (s *Service) sealNumber(ctx context.Context, principal actor.DocumentID, id actor.DelegationID, number document.Number) ([]byte, error) {
	set, err := s.vault.Make(ctx, string(principal))
	if err != nil {
		return nil, fmt.Errorf("key of the principal: %w", err)
	}
	sealed, err := set.Seal(string(principal), []byte(string(number.Kind())+"/"+number.Canonical()), sealContext(id))
	if err != nil {
		return nil, fmt.Errorf("seal the delegate's number: %w", err)
	}
	return sealed, nil
}

// name fills in the other side's number, masked, of what one actor gave or
// holds.
func (s *Service) name(ctx context.Context, list ...*Delegation) error {
	owners := make([]string, 0, len(list))
	for _, d := range list {
		if d.Given {
			owners = append(owners, string(d.principal))
		}
	}
	var set vault.Set
	if len(owners) > 0 {
		var err error
		if set, err = s.vault.Keys(ctx, owners...); err != nil {
			return fmt.Errorf("keys of a file: %w", err)
		}
	}
	for _, d := range list {
		var err error
		if d.Given {
			d.Other, err = typedNumber(set, *d)
		} else {
			d.Other, err = s.principalNumber(ctx, d.principal)
		}
		if err != nil {
			return fmt.Errorf("name the other side of %s: %w", d.ID, err)
		}
	}
	return nil
}

// typedNumber is the delegate's number as the principal gave it, masked, or ""
// where the principal's data were erased.
func typedNumber(set vault.Set, d Delegation) (string, error) {
	if len(d.sealed) == 0 {
		return "", nil // whose it was is forgotten
	}
	plain, err := set.Unseal(string(d.principal), d.sealed, sealContext(d.ID))
	if errors.Is(err, vault.ErrShredded) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	kind, canonical, _ := strings.Cut(string(plain), "/")
	// The number was in order when it was given. Only a birth date is compared
	// with a day, which must not be before the one in Shanghai.
	number, err := document.Parse(document.Kind(kind), canonical, civil.DateOf(d.Created).AddDays(1))
	return number.Masked(), err
}

// principalNumber is the number of the person for whom the actor acts, masked,
// or "" where it was erased.
func (s *Service) principalNumber(ctx context.Context, id actor.DocumentID) (string, error) {
	number, err := s.files.Number(ctx, id)
	if absent(err) {
		return "", nil
	}
	return number.Masked(), err
}
