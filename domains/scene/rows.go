package scene

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/sceneswitch"
)

// addSwitches fills in how scenes stand. One without a row is off.
func (s *Service) addSwitches(ctx context.Context, scenes []Scene) error {
	rows, err := s.db.Client(ctx).SceneSwitch.Query().All(ctx)
	if err != nil {
		return fmt.Errorf("read switches: %w", err)
	}
	byCode := make(map[Code]*ent.SceneSwitch, len(rows))
	for _, r := range rows {
		byCode[Code(r.ID)] = r
	}
	for i := range scenes {
		if r, ok := byCode[scenes[i].Code]; ok {
			scenes[i].On, scenes[i].version = r.On, r.Version
		}
	}
	return nil
}

// scene is a scene as it stands. It fails with [ErrNotFound].
func (s *Service) scene(ctx context.Context, code Code) (Scene, error) {
	scene, err := find(code)
	if err != nil {
		return Scene{}, err
	}
	r, err := s.db.Client(ctx).SceneSwitch.Get(ctx, string(code))
	if ent.IsNotFound(err) {
		return scene, nil
	}
	if err != nil {
		return Scene{}, fmt.Errorf("read a switch: %w", err)
	}
	scene.On, scene.version = r.On, r.Version
	return scene, nil
}

// save writes how a scene stands, if nobody switched it since it was read. It
// fails with [ErrStale].
func (s *Service) save(ctx context.Context, scene Scene, by actor.Actor) error {
	now := s.now().UTC().Truncate(time.Microsecond)
	if scene.version == 0 {
		err := s.db.Client(ctx).SceneSwitch.Create().SetID(string(scene.Code)).SetOn(scene.On).
			SetOfficerID(string(by.Officer)).SetChangeTime(now).Exec(ctx)
		if ent.IsConstraintError(err) {
			return ErrStale
		}
		return err
	}
	n, err := s.db.Client(ctx).SceneSwitch.Update().Where(row.ID(string(scene.Code)), row.Version(scene.version)).
		SetOn(scene.On).SetOfficerID(string(by.Officer)).SetChangeTime(now).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		return ErrStale
	}
	return err
}
