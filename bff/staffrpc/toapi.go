package staffrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1"
)

var (
	duties = map[actor.Duty]commonv1.Duty{
		actor.Accept:     commonv1.Duty_DUTY_ACCEPT,
		actor.Review:     commonv1.Duty_DUTY_REVIEW,
		actor.Approve:    commonv1.Duty_DUTY_APPROVE,
		actor.Pay:        commonv1.Duty_DUTY_PAY,
		actor.Audit:      commonv1.Duty_DUTY_AUDIT,
		actor.Administer: commonv1.Duty_DUTY_ADMINISTER,
	}
	states = map[staff.State]pb.OfficerState{
		staff.Active:   pb.OfficerState_OFFICER_STATE_ACTIVE,
		staff.Disabled: pb.OfficerState_OFFICER_STATE_DISABLED,
	}
	kinships = map[staff.Kinship]pb.RelationKind{
		staff.Self:    pb.RelationKind_RELATION_KIND_SELF,
		staff.Spouse:  pb.RelationKind_RELATION_KIND_SPOUSE,
		staff.Parent:  pb.RelationKind_RELATION_KIND_PARENT,
		staff.Child:   pb.RelationKind_RELATION_KIND_CHILD,
		staff.Sibling: pb.RelationKind_RELATION_KIND_SIBLING,
		staff.Other:   pb.RelationKind_RELATION_KIND_OTHER,
	}
)

func dutyToAPI(d actor.Duty) commonv1.Duty { return duties[d] }

// fromDuty is the reverse; what the contract has no word for is no duty.
func fromDuty(d commonv1.Duty) actor.Duty { return back(duties, d) }

func fromState(s pb.OfficerState) staff.State { return back(states, s) }

func fromKinship(k pb.RelationKind) staff.Kinship { return back(kinships, k) }

// back is the domain's word for one of the contract's, or "".
func back[D ~string, P comparable](words map[D]P, word P) D {
	for domain, contract := range words {
		if contract == word {
			return domain
		}
	}
	return ""
}

// withGrants are accounts in the contract, with the grants that are in force.
func withGrants(ctx context.Context, s *staff.Service, officers ...staff.Officer) ([]*pb.Officer, error) {
	ids := make([]actor.OfficerID, len(officers))
	for i, o := range officers {
		ids[i] = o.ID
	}
	grants, err := s.Grants(ctx, ids...)
	if err != nil {
		return nil, err
	}
	return contract.Each(officers, func(o staff.Officer) *pb.Officer { return officerToAPI(o, grants[o.ID]) }), nil
}

func officerToAPI(o staff.Officer, grants []staff.Grant) *pb.Officer {
	return &pb.Officer{
		Id: string(o.ID), Login: o.Login, Name: o.Name, OfficeId: o.Office, OfficeName: o.OfficeName,
		DepartmentId: o.Department, Area: o.Area, Duties: contract.Each(o.Duties, dutyToAPI), State: states[o.State],
		Grants: contract.Each(grants, grantToAPI),
	}
}

func grantToAPI(g staff.Grant) *pb.RoamingGrant {
	return &pb.RoamingGrant{
		Id: string(g.ID), OfficerId: string(g.Officer), Area: g.Area, Duties: contract.Each(g.Duties, dutyToAPI),
		ExpireTime: contract.Time(g.Expires), Reason: g.Reason, RevokeTime: contract.Time(g.Revoked),
	}
}

func relationToAPI(r staff.Relation) *pb.Relation {
	return &pb.Relation{
		Id: r.ID, Relation: kinships[r.Kinship], DocumentKind: contract.Kind(r.Number.Kind()), MaskedNumber: r.Number.Masked(),
	}
}
