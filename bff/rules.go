package bff

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

// rule is what the contract declares about one RPC.
type rule struct {
	audience commonv1.Audience
	duty     actor.Duty // for officers
	stream   bool
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

// public reports whether nobody needs to sign in.
func (r rule) public() bool { return r.audience == commonv1.Audience_AUDIENCE_PUBLIC }

// admits reports whether the actor belongs to the RPC's audience.
func (r rule) admits(a actor.Actor) bool {
	role, known := roles[r.audience]
	switch {
	case r.public():
		return true
	case !known || a.Role != role:
		return false
	case role == actor.Officer:
		return slices.Contains(a.Duties, r.duty)
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
	r := rule{
		audience: audience,
		duty:     dutyOf(duty),
		stream:   method.IsStreamingClient() || method.IsStreamingServer(),
	}
	_, known := roles[audience]
	switch officer := audience == commonv1.Audience_AUDIENCE_OFFICER; {
	case !known && !r.public():
		return r, errors.New("declares no audience")
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
