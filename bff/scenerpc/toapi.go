package scenerpc

import (
	"context"
	"strings"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/scene"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/scene/v1"
)

var classes = map[scene.Class]pb.SceneClass{
	scene.Government:     pb.SceneClass_SCENE_CLASS_GOVERNMENT,
	scene.Life:           pb.SceneClass_SCENE_CLASS_LIFE,
	scene.Authentication: pb.SceneClass_SCENE_CLASS_AUTHENTICATION,
}

// classesOf is the reverse; unspecified is "".
var classesOf = contract.Reverse(classes)

// toAPI is a scene with its title in the caller's language.
func toAPI(ctx context.Context, s scene.Scene) *pb.Scene {
	return &pb.Scene{
		Code: string(s.Code), Class: classes[s.Class], Title: call.Text(ctx, "SCENE_TITLE_"+strings.ToUpper(string(s.Code)), nil),
		On: s.On, Accepts: contract.Each(s.Takes(), contract.Kind), Power: contract.Power(s.Power),
		Illustrative: s.Illustrative, Source: s.Source,
	}
}
