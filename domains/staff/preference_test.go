package staff_test

import (
	"errors"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

func TestPreference(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.bootstrap()
		officer, auditor := w.create("officer", actor.Accept), w.create("auditor", actor.Audit)
		version := func() int64 {
			t.Helper()
			r, err := w.db.Client(ctx).Officer.Get(ctx, string(officer.ID))
			must(t, "read", err)
			return r.Version
		}
		for _, o := range []made{officer, auditor} {
			want := staff.Preference{Language: "zh-Hans", Calendar: actor.Republic}
			must(t, "set", w.SetPreference(ctx, o.Actor(), want))
			before := version()
			must(t, "set again", w.SetPreference(ctx, o.Actor(), want))
			if after := version(); after != before {
				t.Errorf("setting what holds made version %d of %d", after, before)
			}
			got, err := w.Get(ctx, o.ID)
			must(t, "get", err)
			if by := got.Actor(); got.Preference != want || by.Language != want.Language || by.Calendar != want.Calendar {
				t.Errorf("%s reads %v", o.Login, got.Preference)
			}
		}
		must(t, "take back", w.SetPreference(ctx, officer.Actor(), staff.Preference{}))
		for login, want := range map[string]string{"officer": "", "auditor": "zh-Hans", "first": ""} {
			if got, err := w.ByLogin(ctx, login); err != nil || got.Preference.Language != want {
				t.Errorf("%s reads %q (%v), want %q", login, got.Preference.Language, err, want)
			}
		}
	})
}

func TestPreferenceIsRefused(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.bootstrap()
		officer := w.create("officer", actor.Accept)
		for _, by := range []actor.Actor{
			{}, {Role: actor.System, Officer: officer.ID}, {Role: actor.Person, Document: "d", Officer: officer.ID},
			{Role: actor.Officer}, {Role: actor.Officer, Officer: "absent"},
		} {
			if err := w.SetPreference(ctx, by, staff.Preference{Language: "en"}); !errors.Is(err, staff.ErrNotFound) {
				t.Errorf("as %s %q: %v, want not found", by.Role, by.Officer, err)
			}
		}
		for _, bad := range []staff.Preference{{Language: "zh_Hans"}, {Language: "a"}, {Calendar: "lunar"}} {
			if err := w.SetPreference(ctx, officer.Actor(), bad); err == nil {
				t.Errorf("%v is kept", bad)
			}
		}
	})
}
