package scenerpc_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/scene"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/scene/v1"
	"github.com/minzhengtong/minzhengtong/i18n"
)

const (
	taiwanPass   = commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS
	taiwanPermit = commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT
	residentID   = commonv1.DocumentKind_DOCUMENT_KIND_RESIDENT_ID
)

// world is a house with two people, one of whom has linked the two documents.
type world struct {
	*bfftest.Server
	linked, apart synthetic.Person
	admin         bfftest.Clients
}

func each(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := world{Server: bfftest.New(t, db, bfftest.Options{}), linked: bfftest.Person(0), apart: bfftest.Person(1)}
		w.Settle(t, w.linked, w.apart)
		w.Join(t, w.linked.Passes[0].Number, w.linked.Permits[0].Number)
		w.admin = w.Clients(w.Officer(t, "admin", actor.Administer), "en")
		f(t, w)
	})
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// by signs the holder of a document in.
func (w world) by(t *testing.T, number string) bfftest.Clients {
	t.Helper()
	return w.Clients(w.Holder(t, number), "en")
}

// set switches a scene.
func (w world) set(t *testing.T, code string, on bool) *pb.Scene {
	t.Helper()
	got, err := w.admin.SceneDesk.SwitchScene(t.Context(), &pb.SwitchSceneRequest{Code: code, On: on, Reason: "agreed with the office"})
	must(t, "switch "+code, err)
	return got.GetScene()
}

// list is the scenes as anybody sees them.
func (w world) list(t *testing.T, language string, class pb.SceneClass) []*pb.Scene {
	t.Helper()
	got, err := w.Clients("", language).Scene.ListScenes(t.Context(), &pb.ListScenesRequest{Class: class})
	must(t, "list scenes", err)
	return got.GetScenes()
}

// check asks for a scene.
func check(t *testing.T, c bfftest.Clients, code string) (*pb.CheckSceneResponse, error) {
	t.Helper()
	return c.Scene.CheckScene(t.Context(), &pb.CheckSceneRequest{Code: code})
}

// TestEveryScene switches each of the 45 scenes on, off and on again. While it is
// on, a permit counts there like an identity card, and whoever signed in by the
// pass is taken by the linked permit, or by the pass where that counts too; who
// has no permit linked is told so. While it is off, no permit counts.
func TestEveryScene(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		permit, pass := w.by(t, w.linked.Permits[0].Number), w.by(t, w.linked.Passes[0].Number)
		lone := w.by(t, w.apart.Permits[0].Number)
		bare := w.by(t, w.apart.Passes[0].Number)
		scenes := w.list(t, "en", 0)
		if len(scenes) != 45 {
			t.Fatalf("%d scenes, want 45", len(scenes))
		}
		for _, s := range scenes {
			code, takesPass := s.GetCode(), slices.Contains(s.GetAccepts(), taiwanPass)
			if s.GetOn() || slices.Contains(s.GetAccepts(), taiwanPermit) || !slices.Contains(s.GetAccepts(), residentID) {
				t.Errorf("%s is on before anybody switched it on, or takes no identity card", code)
			}
			for _, on := range []bool{true, false, true} {
				if got := w.set(t, code, on); got.GetOn() != on || slices.Contains(got.GetAccepts(), taiwanPermit) != on {
					t.Errorf("%s: switched to %v it is %v", code, on, got.GetOn())
				}
				answers(t, lone, code, on, taiwanPermit, false, "SCENE_OFF")
				switch {
				case takesPass:
					answers(t, pass, code, true, taiwanPass, false, "")
					answers(t, bare, code, true, taiwanPass, false, "")
					answers(t, permit, code, true, map[bool]commonv1.DocumentKind{true: taiwanPermit, false: taiwanPass}[on], !on, "")
				case on:
					answers(t, pass, code, true, taiwanPermit, true, "")
					answers(t, permit, code, true, taiwanPermit, false, "")
					answers(t, bare, code, false, 0, false, "SCENE_DOCUMENT_NEEDED")
				default:
					answers(t, pass, code, false, 0, false, "SCENE_OFF")
					answers(t, permit, code, false, 0, false, "SCENE_OFF")
					answers(t, bare, code, false, 0, false, "SCENE_OFF")
				}
			}
		}
		for _, s := range w.list(t, "en", 0) {
			if !s.GetOn() {
				t.Errorf("%s is off after it was switched on", s.GetCode())
			}
		}
	})
}

// answers fails unless a check is answered with a document, or refused for a
// reason.
func answers(t *testing.T, c bfftest.Clients, code string, ok bool, kind commonv1.DocumentKind, linked bool, reason string) {
	t.Helper()
	got, err := check(t, c, code)
	if !ok {
		bfftest.Fails(t, code, err, reason)
		return
	}
	if err != nil || got.GetKind() != kind || got.GetLinked() != linked || got.GetDocumentId() == "" {
		t.Errorf("%s: taken by %v, linked %v (%v); want %v, %v", code, got.GetKind(), got.GetLinked(), err, kind, linked)
	}
}

// TestListScenes: fifteen of each class, worded in the reader's language, all of
// them marked as examples.
func TestListScenes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		titles := map[string]bool{}
		for _, language := range []string{"zh-TW", "zh-CN", "en"} {
			var all []*pb.Scene
			for class := range pb.SceneClass_name {
				if class == 0 {
					continue
				}
				scenes := w.list(t, language, pb.SceneClass(class))
				if len(scenes) != 15 {
					t.Errorf("%d scenes of %v, want 15", len(scenes), pb.SceneClass(class))
				}
				all = append(all, scenes...)
			}
			for _, s := range all {
				if s.GetTitle() == "" || !s.GetIllustrative() || s.GetSource() == "" || s.GetPower() == 0 {
					t.Errorf("%s lacks something, or is no example", s.GetCode())
				}
			}
			titles[w.list(t, language, 0)[0].GetTitle()] = true
		}
		if len(titles) != 3 {
			t.Errorf("the first scene has %d titles in three languages", len(titles))
		}
	})
}

// TestRefused: what is not there, not the caller's, or not well formed.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		me := w.by(t, w.linked.Passes[0].Number)
		theirs, _, err := w.Files.Locate(t.Context(), w.Number(t, w.apart.Passes[0].Number))
		must(t, "locate", err)
		mine, _, err := w.Files.Locate(t.Context(), w.Number(t, w.linked.Permits[0].Number))
		must(t, "locate", err)
		w.set(t, "bank_account", true)
		began := func(id string) error {
			_, err := me.Scene.CheckScene(t.Context(), &pb.CheckSceneRequest{Code: "bank_account", BeganWith: id})
			return err
		}
		must(t, "a step that began with the other document", began(string(mine)))
		one := bfftest.Fails(t, "began with somebody else's", began(string(theirs)), "DOSSIER_NOT_FOUND")
		two := bfftest.Fails(t, "began with nobody's", began("01890000-0000-7000-8000-000000000000"), "DOSSIER_NOT_FOUND")
		if one != two {
			t.Errorf("somebody else's fails as %+v, nobody's as %+v", one, two)
		}
		_, err = check(t, me, "no_such_scene")
		bfftest.Fails(t, "no scene", err, "SCENE_NOT_FOUND")
		_, err = w.admin.SceneDesk.SwitchScene(t.Context(), &pb.SwitchSceneRequest{Code: "no_such_scene", On: true, Reason: "agreed"})
		bfftest.Fails(t, "switch no scene", err, "SCENE_NOT_FOUND")
		_, err = w.admin.SceneDesk.SwitchScene(t.Context(), &pb.SwitchSceneRequest{Code: "bank_account"})
		bfftest.Fails(t, "switch without a reason", err, "REQUEST_INVALID")
		clerk := w.Clients(w.Officer(t, "clerk", actor.Accept), "en")
		_, err = clerk.SceneDesk.SwitchScene(t.Context(), &pb.SwitchSceneRequest{Code: "bank_account", Reason: "agreed"})
		bfftest.Fails(t, "switch without the duty", err, "NOT_ALLOWED")
	})
}

// TestEverySceneIsWorded: the catalogue is data, so no other test sees its words.
func TestEverySceneIsWorded(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load()
	must(t, "load the messages", err)
	for _, s := range scene.Catalogue() {
		if id := "SCENE_TITLE_" + strings.ToUpper(string(s.Code)); !words.Has(id) {
			t.Errorf("there is no message %s", id)
		}
	}
}
