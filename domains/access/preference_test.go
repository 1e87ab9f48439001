package access_test

import (
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

var (
	none      = actor.Preference{}
	taiwanese = actor.Preference{Language: "zh-Hant-TW", Calendar: actor.Republic}
	mainland  = actor.Preference{Language: "zh-Hans", Calendar: actor.Gregorian}
)

// TestActorsSayHowTheyRead: from the next call on, and in every session.
func TestActorsSayHowTheyRead(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		reads := func(what string, s access.Session, want actor.Preference) {
			t.Helper()
			by := r.by(t, s)
			if got := (actor.Preference{Language: by.Language, Calendar: by.Calendar}); got != want {
				t.Errorf("%s: the caller reads %v, want %v", what, got, want)
			}
		}
		session := r.enter(r.here(t), t, r.person.Pass)
		reads("a person to begin with", session, none)
		must(t, "set", r.SetPreference(t.Context(), r.by(t, session), taiwanese))
		reads("a person", session, taiwanese)
		next, err := r.Sessions.Refresh(t.Context(), session.Refresh)
		must(t, "refresh", err)
		reads("a refreshed session", next, taiwanese)
		must(t, "set", r.SetPreference(t.Context(), r.by(t, next), mainland))
		reads("a person who set it anew", next, mainland)

		o := r.hire(t, "officer", actor.Accept)
		desk, err := r.Sessions.SignInOfficer(r.here(t), "officer", o.password, o.now(t, r), "")
		must(t, "sign in", err)
		reads("an officer to begin with", desk, none)
		must(t, "set", r.Staff.SetPreference(t.Context(), r.by(t, desk), taiwanese))
		reads("an officer", desk, taiwanese)
		reads("the person", next, mainland)
	})
}

// TestCodeSpeaksTheHoldersLanguage: of all the file, whoever asks in whatever
// language; asking takes no other row with a setting than without.
func TestCodeSpeaksTheHoldersLanguage(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		received := func(number string) string {
			t.Helper()
			id := w.start(t, number)
			w.Code(t.Context(), t, w.person.Phone)
			if r := w.row(t, id); r.SendTime != nil {
				t.Error("the code is not sent")
			}
			return w.Sandbox.Messages(w.person.Phone)[0].Text
		}
		english := received(w.pass)
		if !strings.Contains(english, "code") {
			t.Fatalf("who asked in English received %q", english)
		}
		w.Join(t, w.pass, w.permit)
		id := w.documentID(t, w.pass)
		must(t, "set", w.Files.SetPreference(t.Context(), actor.Actor{Role: actor.Person, Document: id}, mainland))
		for _, number := range []string{w.pass, w.permit} {
			w.Advance(window)
			if text := received(number); !strings.Contains(text, "验证码") {
				t.Errorf("the holder, who reads zh-Hans, received %q", text)
			}
		}
		w.Advance(window)
		must(t, "take back", w.Files.SetPreference(t.Context(), actor.Actor{Role: actor.Person, Document: id}, none))
		if text := received(w.pass); !strings.Contains(text, "code") {
			t.Errorf("without a setting the holder received %q", text)
		}
	})
}

func (w world) documentID(t *testing.T, number string) dossier.DocumentID {
	t.Helper()
	id, _, err := w.Files.Locate(t.Context(), w.Number(t, number))
	must(t, "locate", err)
	return id
}
