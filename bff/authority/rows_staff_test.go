package authority_test

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1"
)

// subordinate is an account that an administrator is to change: in the own
// office, in one of another region, disabled, or the own.
func subordinate(c *cell, _ side) string {
	c.t.Helper()
	office := hall
	switch c.rel {
	case self:
		return c.by.ID()
	case elsewhere:
		office = there
	case another:
		office = tax
	}
	by := c.officer(office, actor.Accept)
	if c.rel == deleted {
		_, err := c.Staff.SetState(c.t.Context(), root, by.Officer, staff.Disabled)
		c.must("disable an account", err)
	}
	return by.ID()
}

func staffRows() map[string]row {
	const service, admin = "staff.v1.OfficerService/", "staff.v1.StaffAdminService/"
	accept := []commonv1.Duty{commonv1.Duty_DUTY_ACCEPT}
	all := map[relation]string{
		another:   "administrators look after every department",
		elsewhere: "administrators look after every region",
		deleted:   "an account that is disabled stays, and can be let in again",
	}
	over := func(request func(c *cell) proto.Message) row {
		return row{account: true, target: subordinate, extra: []relation{self}, open: all, request: request}
	}
	return map[string]row{
		service + "GetOfficer": {request: func(*cell) proto.Message { return &pb.GetOfficerRequest{} }},
		service + "DeclareRelation": {request: func(c *cell) proto.Message {
			return &pb.DeclareRelationRequest{Relation: pb.RelationKind_RELATION_KIND_PARENT, Document: ref(c.nobody().Passes[0].Number)}
		}},
		service + "ListRelations": {request: func(*cell) proto.Message { return &pb.ListRelationsRequest{} }},
		admin + "CreateOfficer": {request: func(c *cell) proto.Message {
			c.made++
			return &pb.CreateOfficerRequest{Login: fmt.Sprintf("new-%d", c.made), Name: "new", OfficeId: hall.ID, Duties: accept}
		}},
		admin + "ListOfficers": {request: func(*cell) proto.Message { return &pb.ListOfficersRequest{} }},
		admin + "ChangeDuties": over(func(c *cell) proto.Message {
			return &pb.ChangeDutiesRequest{OfficerId: c.target, Duties: []commonv1.Duty{commonv1.Duty_DUTY_PAY}, Reason: "a change"}
		}),
		admin + "SetOfficerState": over(func(c *cell) proto.Message {
			return &pb.SetOfficerStateRequest{OfficerId: c.target, State: pb.OfficerState_OFFICER_STATE_DISABLED, Reason: "a change"}
		}),
		admin + "ResetCredentials": over(func(c *cell) proto.Message {
			return &pb.ResetCredentialsRequest{OfficerId: c.target, Reason: "a change"}
		}),
		admin + "GrantRoaming": over(func(c *cell) proto.Message {
			return &pb.GrantRoamingRequest{
				OfficerId: c.target, Area: far, Duties: accept, ExpireTime: timestamppb.New(c.Now().Add(time.Hour)), Reason: "help",
			}
		}),
		admin + "RevokeRoaming": {
			account: true, extra: []relation{self}, open: all,
			target: func(c *cell, of side) string {
				c.t.Helper()
				by := actor.OfficerID(subordinate(c, of))
				duty := actor.Accept
				if c.rel == self {
					duty = actor.Administer
				}
				if c.rel != deleted {
					return string(c.roam(actor.Actor{Officer: by}, duty).ID)
				}
				grant := c.roam(actor.Actor{Officer: by}, duty)
				_, err := c.Staff.RevokeRoaming(c.t.Context(), root, grant.ID)
				c.must("end a grant", err)
				return string(grant.ID)
			},
			request: func(c *cell) proto.Message { return &pb.RevokeRoamingRequest{GrantId: c.target} },
		},
	}
}
