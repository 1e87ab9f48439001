package authority_test

import (
	"google.golang.org/protobuf/proto"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/scene/v1"
)

// sceneRows: everybody sees the scenes, a person asks with a document with which a
// step began, and an administrator switches them.
func sceneRows() map[string]row {
	const service, desk = "scene.v1.SceneService/", "scene.v1.DeskService/"
	return map[string]row{
		service + "ListScenes": {request: func(*cell) proto.Message { return &pb.ListScenesRequest{} }},
		service + "CheckScene": {target: byID, request: func(c *cell) proto.Message {
			// This one takes a pass too, so that it need not be on.
			return &pb.CheckSceneRequest{Code: "train_tickets", BeganWith: c.target}
		}},
		desk + "SwitchScene": {extra: []relation{guessed}, request: func(c *cell) proto.Message {
			if c.rel == guessed {
				return &pb.SwitchSceneRequest{Code: "no_such_scene", On: true, Reason: "agreed"}
			}
			return &pb.SwitchSceneRequest{Code: "train_tickets", On: true, Reason: "agreed"}
		}},
	}
}
