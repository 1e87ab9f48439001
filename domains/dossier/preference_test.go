package dossier_test

import (
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

var (
	taiwanese = dossier.Preference{Language: "zh-Hant-TW", Calendar: actor.Republic}
	mainland  = dossier.Preference{Language: "zh-Hans", Calendar: actor.Gregorian}
)

// reads fails unless the setting is the same by each of the numbers: as its
// holder asks for it and as a job does.
func reads(t *testing.T, w *dossiertest.World, what string, want dossier.Preference, numbers ...string) {
	t.Helper()
	for i, number := range numbers {
		got, err := w.Preference(t.Context(), w.Holder(number))
		must(t, what+": read", err)
		later, err := w.PreferenceOf(t.Context(), w.ID(number))
		must(t, what+": read by a job", err)
		if got != want || later != want {
			t.Errorf("%s: by number %d it is %v and for jobs %v, want %v", what, i, got, later, want)
		}
	}
}

// set sets a preference, which must not fail.
func set(t *testing.T, w *dossiertest.World, number string, p dossier.Preference) {
	t.Helper()
	must(t, "set", w.SetPreference(t.Context(), w.Holder(number), p))
}

// versions are those of some documents.
func versions(t *testing.T, w *dossiertest.World, numbers ...string) []int64 {
	t.Helper()
	list := make([]int64, len(numbers))
	for i, number := range numbers {
		list[i] = rowOf(t, w, w.ID(number)).Version
	}
	return list
}

func rowOf(t *testing.T, w *dossiertest.World, id dossier.DocumentID) *ent.Document {
	t.Helper()
	r, err := w.DB.Client(t.Context()).Document.Get(t.Context(), string(id))
	must(t, "read a document", err)
	return r
}

func TestPreferenceStandsOnTheFile(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		reads(t, w, "to begin with", dossier.Preference{}, p.Pass, p.Permit)
		set(t, w, p.Permit, taiwanese)
		reads(t, w, "set by the permit", taiwanese, p.Pass, p.Permit)
		before := versions(t, w, p.Pass, p.Permit)
		set(t, w, p.Pass, taiwanese)
		if after := versions(t, w, p.Pass, p.Permit); !slices.Equal(before, after) {
			t.Errorf("setting what holds made versions %v of %v", after, before)
		}
		set(t, w, p.Pass, dossier.Preference{Calendar: actor.Republic})
		reads(t, w, "without the language", dossier.Preference{Calendar: actor.Republic}, p.Pass, p.Permit)
		set(t, w, p.Pass, dossier.Preference{})
		reads(t, w, "taken back", dossier.Preference{}, p.Pass, p.Permit)
	})
}

// TestPreferenceOfNobody: not yours, not there, not well formed.
func TestPreferenceOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		set(t, w, p.Pass, mainland)
		for _, by := range []actor.Actor{
			{}, {Role: actor.Person, Document: "absent"}, dossiertest.Officer("a"),
			{Role: actor.Officer, Officer: "a", Document: w.ID(p.Pass)}, {Role: actor.System, Officer: "s", Document: w.ID(p.Pass)},
		} {
			fails(t, "set as "+string(by.Role), w.SetPreference(t.Context(), by, taiwanese), dossier.ErrNotFound)
			_, err := w.Preference(t.Context(), by)
			fails(t, "read as "+string(by.Role), err, dossier.ErrNotFound)
		}
		_, err := w.PreferenceOf(t.Context(), "absent")
		fails(t, "of no document", err, dossier.ErrNotFound)
		for _, bad := range []dossier.Preference{
			{Language: "x"}, {Language: "zh_Hans"}, {Language: "zh-Hant-TW-and-more"}, {Language: "語言"}, {Language: "en1"}, {Calendar: "lunar"},
		} {
			if err := w.SetPreference(t.Context(), w.Holder(p.Pass), bad); err == nil {
				t.Errorf("%v is kept", bad)
			}
		}
		reads(t, w, "in the end", mainland, p.Pass)
	})
}

func TestPreferenceWhenFilesAreJoined(t *testing.T) {
	none := dossier.Preference{}
	for name, tt := range map[string]struct{ pass, permit, joint dossier.Preference }{
		"neither":         {none, none, none},
		"only the older":  {taiwanese, none, taiwanese},
		"only the newer":  {none, mainland, mainland},
		"the older holds": {taiwanese, mainland, taiwanese},
		"a calendar only": {dossier.Preference{Calendar: actor.Republic}, mainland, dossier.Preference{Calendar: actor.Republic}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *dossiertest.World) {
				p := dossiertest.NewPerson(0)
				w.Settle(p) // the pass is entered first
				set(t, w, p.Pass, tt.pass)
				set(t, w, p.Permit, tt.permit)
				link, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("window"), w.Number(p.Permit), w.Number(p.Pass), "")
				must(t, "link", err)
				reads(t, w, "linked", tt.joint, p.Pass, p.Permit)
				_, err = w.Unlink(t.Context(), w.Holder(p.Pass), link.ID, "wrong")
				must(t, "unlink", err)
				reads(t, w, "unlinked", tt.joint, p.Pass, p.Permit)
				set(t, w, p.Permit, mainland)
				reads(t, w, "the other side, set alone", mainland, p.Permit)
				reads(t, w, "this side", tt.joint, p.Pass)
			})
		})
	}
}

// TestPreferenceOfARenewedDocument, with a number that was new and with one that
// was on file before.
func TestPreferenceOfARenewedDocument(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		set(t, w, p.Pass, taiwanese)
		next := w.PermitEntry(p, "")
		next.Number, next.Replaces, next.Validity = w.Number(p.PermitNo(1)), w.Number(p.Permit), p.Validity(1)
		w.Take(next)
		reads(t, w, "renewed", taiwanese, p.Pass, p.Permit, p.PermitNo(1))
		last := next
		last.Number, last.Replaces, last.Validity = w.Number(p.PermitNo(2)), next.Replaces, p.Validity(2)
		last.Replaces = last.Number
		w.Take(last)
		reads(t, w, "a stranger so far", dossier.Preference{}, p.PermitNo(2))
		last.Replaces = next.Number
		w.Take(last)
		reads(t, w, "renewed to what was on file", taiwanese, p.Pass, p.Permit, p.PermitNo(1), p.PermitNo(2))
		set(t, w, p.PermitNo(2), mainland)
		reads(t, w, "set by the newest", mainland, p.Pass, p.Permit, p.PermitNo(1), p.PermitNo(2))
	})
}

func TestPreferenceIsForgottenAndExported(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		set(t, w, p.Pass, taiwanese)
		pass, permit := w.ID(p.Pass), w.ID(p.Permit)
		held, err := w.Holdings(t.Context(), 10, pass, permit)
		must(t, "read holdings", err)
		for _, d := range held.Documents {
			if d.Preference != taiwanese {
				t.Errorf("the copy of %s says %v", d.Kind(), d.Preference)
			}
		}
		must(t, "erase", w.Erase(t.Context(), permit))
		must(t, "shred", w.Vault.Shred(t.Context(), string(permit)))
		if r := rowOf(t, w, permit); r.Language != "" || r.Calendar != "" {
			t.Error("what was forgotten still says how its holder reads")
		}
		set(t, w, p.Pass, mainland)
		if r := rowOf(t, w, permit); r.Language != "" || r.Calendar != "" {
			t.Error("what was forgotten is told how its holder reads")
		}
		reads(t, w, "the rest of the file", mainland, p.Pass)
	})
}
