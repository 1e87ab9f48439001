package bff_test

import (
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

// Services that the contract does not have: streams, RPCs that do not say who may
// call them, and audiences that no service of ours has yet.
const (
	streamService = "bfftest.v1.StreamService"
	silentService = "bfftest.v1.SilentService"
	roleService   = "bfftest.v1.RoleService"
)

// register adds them to the linked contracts, once.
var register = sync.OnceValue(func() error {
	const in, out = ".minzhengtong.session.v1.StartSignInRequest", ".minzhengtong.session.v1.Session"
	method := func(name string, client, server bool, audience commonv1.Audience, duty commonv1.Duty) *descriptorpb.MethodDescriptorProto {
		options := &descriptorpb.MethodOptions{}
		if audience != 0 {
			proto.SetExtension(options, commonv1.E_Audience, audience)
		}
		if duty != 0 {
			proto.SetExtension(options, commonv1.E_Duty, duty)
		}
		return &descriptorpb.MethodDescriptorProto{
			Name: &name, InputType: proto.String(in), OutputType: proto.String(out),
			ClientStreaming: &client, ServerStreaming: &server, Options: options,
		}
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Syntax:     proto.String("proto3"),
		Name:       proto.String("bfftest/v1/bfftest.proto"),
		Package:    proto.String("bfftest.v1"),
		Dependency: []string{"minzhengtong/session/v1/session.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{
			{Name: proto.String("StreamService"), Method: []*descriptorpb.MethodDescriptorProto{
				method("Watch", false, true, commonv1.Audience_AUDIENCE_PERSON, 0),
				method("Collect", true, false, commonv1.Audience_AUDIENCE_PERSON, 0),
			}},
			{Name: proto.String("RoleService"), Method: []*descriptorpb.MethodDescriptorProto{
				method("Audit", false, false, commonv1.Audience_AUDIENCE_AUDITOR, 0),
				method("Machine", false, false, commonv1.Audience_AUDIENCE_SYSTEM, 0),
			}},
			{Name: proto.String("SilentService"), Method: []*descriptorpb.MethodDescriptorProto{
				method("Fine", false, false, commonv1.Audience_AUDIENCE_PUBLIC, 0),
				method("NoAudience", false, false, 0, 0),
				method("UnknownAudience", false, false, 77, 0),
				method("NoDuty", false, false, commonv1.Audience_AUDIENCE_OFFICER, 0),
				method("UnknownDuty", false, false, commonv1.Audience_AUDIENCE_OFFICER, 77),
				method("StrayDuty", false, false, commonv1.Audience_AUDIENCE_PERSON, commonv1.Duty_DUTY_PAY),
			}},
		},
	}, protoregistry.GlobalFiles)
	if err != nil {
		return err
	}
	return protoregistry.GlobalFiles.RegisterFile(file)
})

func registered(t *testing.T) {
	t.Helper()
	if err := register(); err != nil {
		t.Fatal(err)
	}
}
