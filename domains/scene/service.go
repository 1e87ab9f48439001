package scene

import (
	"context"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// List returns the scenes of a class, or of all classes where it is "", as they
// stand, in the order of the catalogue. Anybody may see them.
func (s *Service) List(ctx context.Context, class Class) ([]Scene, error) {
	scenes := slices.DeleteFunc(Catalogue(), func(c Scene) bool { return class != "" && c.Class != class })
	if err := s.addSwitches(ctx, scenes); err != nil {
		return nil, fmt.Errorf("list scenes: %w", err)
	}
	return scenes, nil
}

// Switch switches a scene on or off, from the next check on, for an officer; the
// transport has asked for the duty and notes the reason. Switching to what it is
// changes nothing. It fails with [ErrNotFound], also for whoever is no officer, and
// with [ErrStale].
func (s *Service) Switch(ctx context.Context, by actor.Actor, code Code, on bool) (Scene, error) {
	audit.On(ctx, audit.Usual(by))
	if by.Role != actor.Officer || by.Officer == "" {
		return Scene{}, ErrNotFound
	}
	var scene Scene
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var err error
		if scene, err = s.scene(ctx, code); err != nil || scene.On == on {
			return err
		}
		scene.On = on
		return s.save(ctx, scene, by)
	})
	if err != nil {
		return Scene{}, fmt.Errorf("switch a scene: %w", err)
	}
	return scene, nil
}

// Presented is what somebody lays down in a scene.
type Presented struct {
	Document dossier.DocumentID
	// Began is the document with which the step began, where it demands the same one
	// throughout; "" where it does not.
	Began dossier.DocumentID
}

// Acceptance is by which document somebody is taken.
type Acceptance struct {
	Document dossier.Document
	// Linked is whether it is not the presented document but one of the same file.
	Linked bool
}

// Accepts says by which document a scene takes whoever presents one: by that one
// where it counts, else by another one of the same file. A step that demands the
// document with which it began is content with a linked one. Later work in a scene
// calls it in its own transaction.
//
// It fails with [ErrNotFound], [ErrOff] and [ErrDocumentNeeded]; with
// dossier.ErrNotFound where the actor may not touch the file, or the step began
// with a document of another one; and with dossier.ErrTooWeak where two documents
// are needed and their link does not allow what the scene needs.
func (s *Service) Accepts(ctx context.Context, by actor.Actor, code Code, p Presented) (Acceptance, error) {
	a, err := s.accepts(ctx, by, code, p)
	if err != nil {
		return Acceptance{}, fmt.Errorf("check a scene: %w", err)
	}
	return a, nil
}

func (s *Service) accepts(ctx context.Context, by actor.Actor, code Code, p Presented) (Acceptance, error) {
	if p.Document == "" {
		return Acceptance{}, dossier.ErrNotFound
	}
	if err := s.files.Touch(ctx, by, p.Document); err != nil {
		return Acceptance{}, err
	}
	file, err := s.files.DocumentsOf(ctx, p.Document)
	if err != nil {
		return Acceptance{}, err
	}
	within := func(d dossier.Document) bool { return d.ID == p.Began }
	if p.Began != "" && !slices.ContainsFunc(file, within) {
		return Acceptance{}, dossier.ErrNotFound
	}
	scene, err := s.scene(ctx, code)
	if err != nil {
		return Acceptance{}, err
	}
	d, err := scene.choose(file, p.Document)
	if err != nil {
		return Acceptance{}, err
	}
	a := Acceptance{Document: d, Linked: d.ID != p.Document}
	if a.Linked || p.Began != "" && p.Began != p.Document {
		err = s.files.Require(ctx, p.Document, scene.Power)
	}
	return a, err
}
