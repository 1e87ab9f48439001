package authority_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

// procedure is one RPC as the contract declares it. It is read here once more,
// and not taken from package bff, whose reading is what is tested.
type procedure struct {
	service string // such as dossier.v1.DeskService
	name    string // with the method, as the audit log calls it
	input   protoreflect.MessageDescriptor
	answer  protoreflect.MessageDescriptor

	audience commonv1.Audience
	duty     commonv1.Duty
	matter   commonv1.Matter
	writes   bool
	stream   bool
	unkeyed  bool // takes no Idempotency-Key
	staged   bool // several transactions
}

func (p procedure) public() bool { return p.audience == commonv1.Audience_AUDIENCE_PUBLIC }

// forPersons reports whether it is about the caller's own file.
func (p procedure) forPersons() bool {
	return p.audience == commonv1.Audience_AUDIENCE_PERSON || p.audience == commonv1.Audience_AUDIENCE_FIRM_MEMBER
}

// noHouse are packages of the contract that others serve.
var noHouse = []string{"minzhengtong.upstream.v1", "minzhengtong.sandbox.v1"}

// contract returns every RPC that the house serves, by service and method.
func contract() []procedure {
	var all []procedure
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), "minzhengtong.") || slices.Contains(noHouse, string(file.Package())) {
			return true
		}
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				all = append(all, declared(methods.Get(j)))
			}
		}
		return true
	})
	slices.SortFunc(all, func(a, b procedure) int { return strings.Compare(a.name, b.name) })
	return all
}

func declared(method protoreflect.MethodDescriptor) procedure {
	options := method.Options().(*descriptorpb.MethodOptions)
	service := strings.TrimPrefix(string(method.Parent().FullName()), "minzhengtong.")
	return procedure{
		service: service, name: service + "/" + string(method.Name()), input: method.Input(), answer: method.Output(),
		audience: proto.GetExtension(options, commonv1.E_Audience).(commonv1.Audience),
		duty:     proto.GetExtension(options, commonv1.E_Duty).(commonv1.Duty),
		matter:   proto.GetExtension(options, commonv1.E_Matter).(commonv1.Matter),
		stream:   method.IsStreamingServer(),
		writes:   options.GetIdempotencyLevel() != descriptorpb.MethodOptions_NO_SIDE_EFFECTS,
		unkeyed:  proto.GetExtension(options, commonv1.E_Unkeyed).(bool),
		staged:   proto.GetExtension(options, commonv1.E_Staged).(bool),
	}
}

// role is the side from which a cell calls.
type role string

const (
	nobody        role = "nobody"
	broken        role = "broken-token"
	person        role = "person"
	officer       role = "officer"       // with the duty that the RPC declares
	otherDuties   role = "other-duties"  // with all that may be held but that one
	administrator role = "administrator" // with nothing else
	auditor       role = "auditor"
	system        role = "system"
)

func roles() []role {
	return []role{nobody, broken, person, officer, otherDuties, administrator, auditor, system}
}

// admits reports whether the contract lets a role call.
func (p procedure) admits(r role) bool {
	switch p.audience {
	case commonv1.Audience_AUDIENCE_PUBLIC:
		return true
	case commonv1.Audience_AUDIENCE_PERSON, commonv1.Audience_AUDIENCE_FIRM_MEMBER:
		return r == person
	case commonv1.Audience_AUDIENCE_OFFICER:
		return r == officer || r == administrator && p.duty == commonv1.Duty_DUTY_ADMINISTER
	case commonv1.Audience_AUDIENCE_AUDITOR:
		return r == auditor
	case commonv1.Audience_AUDIENCE_SYSTEM:
		return r == system
	case commonv1.Audience_AUDIENCE_SIGNED_IN:
		return r != nobody && r != broken
	case commonv1.Audience_AUDIENCE_STAFF:
		return slices.Contains([]role{officer, otherDuties, administrator, auditor}, r)
	case commonv1.Audience_AUDIENCE_UNSPECIFIED:
	}
	return false
}

// usual is a role that the contract lets in.
func (p procedure) usual() role {
	for _, r := range roles()[2:] {
		if p.admits(r) {
			return r
		}
	}
	return nobody
}

// turnedAway is what a role hears that the contract does not let in.
var turnedAway = map[role]string{
	nobody: "SIGN_IN_REQUIRED", broken: "TOKEN_INVALID",
	person: "NOT_ALLOWED", officer: "NOT_ALLOWED", otherDuties: "NOT_ALLOWED", administrator: "NOT_ALLOWED",
	auditor: "NOT_ALLOWED", system: "NOT_ALLOWED",
}

// TestLicencesAreOfOneService: who was charged with some licences is held to them by package
// credential alone, so no other service lets such a delegate in.
func TestLicencesAreOfOneService(t *testing.T) {
	t.Parallel()
	for _, p := range contract() {
		if p.matter == commonv1.Matter_MATTER_LICENCES && p.service != "credential.v1.CredentialService" {
			t.Errorf("%s lets a delegate of licences in; see actor.Actor.Licences", p.name)
		}
	}
}
