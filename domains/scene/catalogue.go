package scene

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

//go:embed data/scenes.json
var catalogueFile []byte

// catalogue is the scenes, class by class, none of them on. The file is part of
// the program and read by a test, so a mistake in it is a bug.
var catalogue = sync.OnceValue(func() []Scene {
	var scenes []Scene
	if err := json.Unmarshal(catalogueFile, &scenes); err != nil {
		panic("scene: data/scenes.json: " + err.Error())
	}
	return scenes
})

// Catalogue is the scenes, class by class, as if none of them was on.
func Catalogue() []Scene { return slices.Clone(catalogue()) }

// find is the scene with a code, as if it was off. It fails with [ErrNotFound].
func find(code Code) (Scene, error) {
	for _, s := range catalogue() {
		if s.Code == code {
			return s, nil
		}
	}
	return Scene{}, ErrNotFound
}
