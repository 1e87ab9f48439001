// Package scenerpc serves minzhengtong.scene.v1: what everybody may see and a
// person may ask in [Handler], the officers' side in [Desk].
package scenerpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/scene"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/scene/v1"
)

// Handler translates between messages and the domain, and decides nothing.
// Interceptors have checked the request's shape and the caller's audience, and
// word whatever it returns.
type Handler struct{ Scenes *scene.Service }

// ListScenes implements the procedure.
func (h *Handler) ListScenes(ctx context.Context, req *pb.ListScenesRequest) (*pb.ListScenesResponse, error) {
	scenes, err := h.Scenes.List(ctx, classesOf[req.GetClass()])
	if err != nil {
		return nil, err
	}
	return &pb.ListScenesResponse{Scenes: contract.Each(scenes, func(s scene.Scene) *pb.Scene { return toAPI(ctx, s) })}, nil
}

// CheckScene implements the procedure.
func (h *Handler) CheckScene(ctx context.Context, req *pb.CheckSceneRequest) (*pb.CheckSceneResponse, error) {
	by := actor.From(ctx)
	a, err := h.Scenes.Accepts(ctx, by, scene.Code(req.GetCode()), scene.Presented{
		Document: by.Document, Began: dossier.DocumentID(req.GetBeganWith()),
	})
	if err != nil {
		return nil, err
	}
	return &pb.CheckSceneResponse{DocumentId: string(a.Document.ID), Kind: contract.Kind(a.Document.Kind()), Linked: a.Linked}, nil
}

// Desk is where officers switch scenes.
type Desk struct{ Scenes *scene.Service }

// SwitchScene implements the procedure.
func (h *Desk) SwitchScene(ctx context.Context, req *pb.SwitchSceneRequest) (*pb.SwitchSceneResponse, error) {
	s, err := h.Scenes.Switch(ctx, actor.From(ctx), scene.Code(req.GetCode()), req.GetOn())
	if err != nil {
		return nil, err
	}
	return &pb.SwitchSceneResponse{Scene: toAPI(ctx, s)}, nil
}
