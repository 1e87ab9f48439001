package policyrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1"
)

var states = map[policy.State]pb.PolicyState{
	policy.Drafted:   pb.PolicyState_POLICY_STATE_DRAFT,
	policy.Published: pb.PolicyState_POLICY_STATE_PUBLISHED,
	policy.Withdrawn: pb.PolicyState_POLICY_STATE_WITHDRAWN,
}

// forReader is a policy in the reader's script.
func forReader(ctx context.Context, p policy.Policy) *pb.Policy {
	return toAPI(p, func(stored string) *commonv1.DataText { return contract.DataText(ctx, stored, p.Language) })
}

// asIssued is a policy as it is stored.
func asIssued(p policy.Policy) *pb.Policy {
	return toAPI(p, func(stored string) *commonv1.DataText { return contract.AsStored(stored, p.Language) })
}

// toAPI translates a policy, its texts as said. An empty body is left out.
func toAPI(p policy.Policy, deliver func(stored string) *commonv1.DataText) *pb.Policy {
	out := &pb.Policy{
		Id: string(p.ID), State: states[p.State], Title: deliver(p.Title), Issuer: deliver(p.Issuer),
		DocumentNumber: p.Number, SourceLanguage: p.Language, Url: p.URL,
		ValidFrom: contract.Date(p.From), ValidTo: contract.Date(p.To), PublishTime: contract.Time(p.Published),
	}
	if p.Body != "" {
		out.Body = deliver(p.Body)
	}
	return out
}
