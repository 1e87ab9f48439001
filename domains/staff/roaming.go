package staff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	grantrow "github.com/minzhengtong/minzhengtong/gen/ent/roaminggrant"
)

// LongestGrant is how long an officer may work elsewhere on one grant.
const LongestGrant = 90 * 24 * time.Hour

// Faults of grants.
var (
	// ErrGrantNotFound: no such grant.
	ErrGrantNotFound = fault.New(fault.NotFound, "ROAMING_NOT_FOUND")
	// ErrGrantArea: the region is no code of GB/T 2260.
	ErrGrantArea = fault.New(fault.Invalid, "AREA_INVALID")
	// ErrGrantDuties: a grant is for duties that the officer has.
	ErrGrantDuties = fault.New(fault.Invalid, "ROAMING_DUTIES")
	// ErrGrantLong: a grant ends within 90 days.
	ErrGrantLong = fault.New(fault.Invalid, "ROAMING_TOO_LONG")
	// ErrGrantPast: a grant ends in the future.
	ErrGrantPast = fault.New(fault.Invalid, "ROAMING_PAST")
)

// Grant lets an officer work in another region.
type Grant struct {
	ID      actor.GrantID
	Officer actor.OfficerID
	// Area is GB/T 2260: it holds there and in all that lies within.
	Area    string
	Duties  []actor.Duty
	Expires time.Time
	// Reason is why it was given.
	Reason string
	// Revoked is when it was ended early; zero if it was not.
	Revoked time.Time
}

// GrantRoaming lets an officer work in another region, by an administrator who is
// not that officer. It uses Officer, Area, Duties, Expires and Reason of g. Each
// call makes another grant.
//
// It fails with [ErrNotAdministrator], [ErrSelf], [ErrNotFound], [ErrGrantArea],
// [ErrGrantDuties], [ErrGrantPast] or [ErrGrantLong].
func (s *Service) GrantRoaming(ctx context.Context, by actor.Actor, g Grant) (Grant, error) {
	if err := administers(by, g.Officer); err != nil {
		return Grant{}, err
	}
	now := s.time()
	g.Expires = g.Expires.UTC().Truncate(time.Microsecond)
	switch {
	case !areaForm.MatchString(g.Area):
		return Grant{}, ErrGrantArea.On("area")
	case !g.Expires.After(now):
		return Grant{}, ErrGrantPast.On("expire_time")
	case g.Expires.After(now.Add(LongestGrant)):
		return Grant{}, ErrGrantLong.On("expire_time")
	}
	g.ID, g.Revoked = actor.GrantID(s.newID()), time.Time{}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		o, err := s.Get(ctx, g.Officer)
		if err != nil {
			return err
		}
		beyond := func(d actor.Duty) bool { return !has(o.Duties, d) }
		if len(g.Duties) == 0 || slices.ContainsFunc(g.Duties, beyond) {
			return ErrGrantDuties.On("duties")
		}
		return s.db.Client(ctx).RoamingGrant.Create().SetID(string(g.ID)).SetOfficerID(string(g.Officer)).SetArea(g.Area).
			SetDuties(fromDuties(g.Duties)).SetReason(g.Reason).SetGrantedBy(string(by.Officer)).
			SetCreateTime(now).SetExpireTime(g.Expires).Exec(ctx)
	})
	if err != nil {
		return Grant{}, fmt.Errorf("grant roaming: %w", err)
	}
	return g, nil
}

// RevokeRoaming ends a grant at once, by an administrator who is not its officer.
// Ending one that has ended returns it unchanged. It fails with
// [ErrNotAdministrator], [ErrSelf] or [ErrGrantNotFound].
func (s *Service) RevokeRoaming(ctx context.Context, by actor.Actor, id actor.GrantID) (Grant, error) {
	if err := administers(by, ""); err != nil {
		return Grant{}, err
	}
	var g Grant
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		r, err := s.db.Client(ctx).RoamingGrant.Get(ctx, string(id))
		if ent.IsNotFound(err) {
			return ErrGrantNotFound
		}
		if err != nil {
			return fmt.Errorf("read grant: %w", err)
		}
		g = grantFromRow(r)
		now := s.time()
		switch err := administers(by, g.Officer); {
		case err != nil:
			return err
		case !g.Revoked.IsZero() || !g.Expires.After(now):
			return nil
		}
		g.Revoked = now
		return r.Update().SetRevokeTime(now).SetRevokedBy(string(by.Officer)).Exec(ctx)
	})
	if err != nil {
		return Grant{}, fmt.Errorf("revoke roaming: %w", err)
	}
	return g, nil
}

// Grants returns the grants in force of some officers, those that end first
// first, in one query.
func (s *Service) Grants(ctx context.Context, officers ...actor.OfficerID) (map[actor.OfficerID][]Grant, error) {
	ids := make([]string, len(officers))
	for i, id := range officers {
		ids[i] = string(id)
	}
	return s.grants(ctx, grantrow.OfficerIDIn(ids...))
}

func (s *Service) grants(ctx context.Context, where predicate.RoamingGrant) (map[actor.OfficerID][]Grant, error) {
	rows, err := s.db.Client(ctx).RoamingGrant.Query().
		Where(where, grantrow.RevokeTimeIsNil(), grantrow.ExpireTimeGT(s.time())).
		Order(grantrow.ByExpireTime(), grantrow.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read grants: %w", err)
	}
	found := map[actor.OfficerID][]Grant{}
	for _, r := range rows {
		g := grantFromRow(r)
		found[g.Officer] = append(found[g.Officer], g)
	}
	return found, nil
}

// Reaches reports whether an officer may work, under the duty of the call, on
// something that belongs to any of these regions: it lies within the office's
// region, or within that of a grant for the duty, which it names: of several the
// one that ends first. Within the office's own region it names none. What belongs
// to no region is within everybody's reach. Only a region outside the office's own
// costs a query.
func (s *Service) Reaches(ctx context.Context, by actor.Actor, areas ...string) (bool, actor.GrantID, error) {
	within := func(whole string) bool {
		return slices.ContainsFunc(areas, func(area string) bool { return area != "" && Within(area, whole) })
	}
	if by.Officer == "" || !by.Has(by.Duty) {
		return false, "", nil
	}
	if !slices.ContainsFunc(areas, func(area string) bool { return area != "" }) || within(by.Area) {
		return true, "", nil
	}
	grants, err := s.grants(ctx, grantrow.OfficerID(string(by.Officer)))
	if err != nil {
		return false, "", err
	}
	for _, g := range grants[by.Officer] {
		if has(g.Duties, by.Duty) && within(g.Area) {
			return true, g.ID, nil
		}
	}
	return false, "", nil
}

func grantFromRow(r *ent.RoamingGrant) Grant {
	g := Grant{
		ID: actor.GrantID(r.ID), Officer: actor.OfficerID(r.OfficerID), Area: r.Area, Duties: toDuties(r.Duties),
		Expires: r.ExpireTime.UTC(), Reason: r.Reason,
	}
	if r.RevokeTime != nil {
		g.Revoked = r.RevokeTime.UTC()
	}
	return g
}
