package bff

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

// rule is what the contract declares about one RPC.
type rule struct {
	audience commonv1.Audience
	duty     actor.Duty     // for officers
	matter   consent.Matter // in which a delegate may call, or ""
	stream   bool
	writes   bool // it has effects
	unkeyed  bool // it takes no idempotency key
	staged   bool // its effects take several transactions
}

// roles are the actors that an audience lets in. A firm's member is a person;
// which firm, only the domain can tell.
var roles = map[commonv1.Audience]actor.Role{
	commonv1.Audience_AUDIENCE_PERSON:      actor.Person,
	commonv1.Audience_AUDIENCE_FIRM_MEMBER: actor.Person,
	commonv1.Audience_AUDIENCE_OFFICER:     actor.Officer,
	commonv1.Audience_AUDIENCE_AUDITOR:     actor.Auditor,
	commonv1.Audience_AUDIENCE_SYSTEM:      actor.System,
}

// several are the audiences of more than one role.
var several = map[commonv1.Audience][]actor.Role{
	commonv1.Audience_AUDIENCE_SIGNED_IN: {actor.Person, actor.Officer, actor.Auditor, actor.System},
	commonv1.Audience_AUDIENCE_STAFF:     {actor.Officer, actor.Auditor},
}

// public reports whether nobody needs to sign in.
func (r rule) public() bool { return r.audience == commonv1.Audience_AUDIENCE_PUBLIC }

// recorded reports whether calls stand in the audit log: all but reading what is
// public.
func (r rule) recorded() bool { return !r.public() || r.writes }

// atomic reports whether a call is one transaction. Those of the public are not:
// a failed try has to count although the call fails.
func (r rule) atomic() bool { return r.writes && !r.public() && !r.staged && !r.stream }

// admits reports whether the actor belongs to the RPC's audience.
func (r rule) admits(a actor.Actor) bool {
	role, known := roles[r.audience]
	switch {
	case r.public():
		return true
	case several[r.audience] != nil:
		return slices.Contains(several[r.audience], a.Role)
	case !known || a.Role != role:
		return false
	case role == actor.Officer:
		return a.Has(r.duty)
	}
	return true
}

// descriptors finds a service by name; protoregistry.GlobalFiles does.
type descriptors interface {
	FindDescriptorByName(protoreflect.FullName) (protoreflect.Descriptor, error)
}

// rulesOf reads the rules of every RPC of the services, by procedure. The error
// names each RPC that does not say who may call it.
func rulesOf(files descriptors, services []string) (map[string]rule, error) {
	rules := map[string]rule{}
	var mistakes []error
	for _, name := range services {
		found, err := files.FindDescriptorByName(protoreflect.FullName(name))
		service, ok := found.(protoreflect.ServiceDescriptor)
		if err != nil || !ok {
			mistakes = append(mistakes, fmt.Errorf("no contract for service %s", name))
			continue
		}
		for i := range service.Methods().Len() {
			method := service.Methods().Get(i)
			r, err := ruleOf(method)
			if err != nil {
				mistakes = append(mistakes, fmt.Errorf("%s: %w", method.FullName(), err))
			}
			rules["/"+name+"/"+string(method.Name())] = r
		}
	}
	return rules, errors.Join(mistakes...)
}

func ruleOf(method protoreflect.MethodDescriptor) (rule, error) {
	audience, _ := proto.GetExtension(method.Options(), commonv1.E_Audience).(commonv1.Audience)
	duty, _ := proto.GetExtension(method.Options(), commonv1.E_Duty).(commonv1.Duty)
	matter, _ := proto.GetExtension(method.Options(), commonv1.E_Matter).(commonv1.Matter)
	unkeyed, _ := proto.GetExtension(method.Options(), commonv1.E_Unkeyed).(bool)
	staged, _ := proto.GetExtension(method.Options(), commonv1.E_Staged).(bool)
	level := method.Options().(*descriptorpb.MethodOptions).GetIdempotencyLevel()
	r := rule{
		audience: audience,
		duty:     dutyOf(duty),
		matter:   matterOf(matter),
		writes:   level != descriptorpb.MethodOptions_NO_SIDE_EFFECTS,
		unkeyed:  unkeyed,
		staged:   staged,
		stream:   method.IsStreamingClient() || method.IsStreamingServer(),
	}
	role, known := roles[audience]
	switch officer := audience == commonv1.Audience_AUDIENCE_OFFICER; {
	case !known && !r.public() && several[audience] == nil:
		return r, errors.New("declares no audience")
	case r.matter != "" && role != actor.Person:
		return r, errors.New("declares a matter and is not for persons")
	case officer && r.duty == "":
		return r, errors.New("is for officers and declares no duty")
	case !officer && duty != commonv1.Duty_DUTY_UNSPECIFIED:
		return r, errors.New("declares a duty and is not for officers")
	}
	return r, nil
}

// dutyOf is the domain's name of a duty, or "" when the contract has none.
func dutyOf(duty commonv1.Duty) actor.Duty {
	name, _ := strings.CutPrefix(duty.String(), "DUTY_")
	if known := actor.Duty(strings.ToLower(name)); slices.Contains(actor.Duties(), known) {
		return known
	}
	return ""
}

// matterOf is the domain's name of a matter, or "" for none.
func matterOf(matter commonv1.Matter) consent.Matter {
	if matter == commonv1.Matter_MATTER_UNSPECIFIED {
		return ""
	}
	name, _ := strings.CutPrefix(matter.String(), "MATTER_")
	return consent.Matter(strings.ToLower(name))
}
