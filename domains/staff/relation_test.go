package staff_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

func TestRelations(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o, other := w.create("one", actor.Accept), w.create("two", actor.Audit)
		pass, permit := number(t, document.TaiwanPass, "12345678"), number(t, document.TaiwanPermit, "830000190102280029")
		n := atOnce(t, 8, nil, func(int) error {
			_, err := w.Declare(t.Context(), o.Actor(), staff.Spouse, pass)
			return err
		})
		if n != 8 {
			t.Errorf("%d of 8 declared the same", n)
		}
		w.advance(time.Second)
		_, err := w.Declare(t.Context(), o.Actor(), staff.Self, permit)
		must(t, "declare another", err)
		_, err = w.Declare(t.Context(), other.Actor(), staff.Parent, pass)
		must(t, "an auditor declares", err)
		list, err := w.Relations(t.Context(), o.Actor())
		must(t, "list", err)
		if len(list) != 2 || list[0].Kinship != staff.Spouse || list[0].Number.Canonical() != "12345678" || list[1].Number != permit {
			t.Errorf("%d relations, want the two", len(list))
		}
		if strings.Contains(fmt.Sprintf("%v %+v", list, list), "12345678") {
			t.Error("a relation shows its number")
		}
		tied := func(id actor.OfficerID, numbers ...document.Number) bool {
			t.Helper()
			yes, err := w.Tied(t.Context(), id, numbers...)
			must(t, "tied", err)
			return yes
		}
		old := number(t, document.TaiwanPass, "1234567801") // an earlier printing of the same pass
		stranger := number(t, document.TaiwanPass, "87654321")
		if !tied(o.ID, stranger, pass) || !tied(o.ID, old) || !tied(o.ID, permit) || !tied(other.ID, pass) {
			t.Error("a tie is not found")
		}
		if tied(o.ID, stranger) || tied(o.ID) || tied(o.ID, document.Number{}) || tied(other.ID, permit) || tied("none", pass) {
			t.Error("a tie is found where none was declared")
		}
		_, err = w.Declare(t.Context(), o.Actor(), "friend", pass)
		fails(t, "no kinship", err, staff.ErrRelation)
		_, err = w.Declare(t.Context(), o.Actor(), staff.Self, document.Number{})
		fails(t, "no number", err, staff.ErrRelation)
		for _, by := range []actor.Actor{{}, {Role: actor.Person, Document: "d"}, {Role: actor.System, Officer: "tax"}, {Role: actor.Officer}} {
			_, err = w.Declare(t.Context(), by, staff.Self, pass)
			fails(t, "no officer", err, staff.ErrNotFound)
		}
		// What cannot be read is no "no".
		_, err = w.keys.Unseal(w.sealed(o.ID)[0], "elsewhere")
		if err == nil {
			t.Error("a number opens out of its row")
		}
		must(t, "damage", w.damage())
		if _, err := w.Tied(t.Context(), o.ID, stranger); err == nil {
			t.Error("a tie that cannot be read is no tie")
		}
	})
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		area, whole string
		want        bool
	}{
		{"350128", "350128", true},
		{"350128", "350100", true},
		{"350128", "350000", true},
		{"350100", "350000", true},
		{"350000", "350000", true},
		{"350100", "350128", false},
		{"350000", "350100", false},
		{"350128", "350200", false},
		{"360128", "350000", false},
		{"350128", "000000", false},
		{"350128", "", false},
		{"350128", "35", false},
		{"", "350000", false},
		{"350110", "350100", true},
		{"351000", "350000", true},
		{"351002", "351000", true},
		{"350128", "351000", false},
	} {
		if got := staff.Within(tt.area, tt.whole); got != tt.want {
			t.Errorf("%s within %s is %v", tt.area, tt.whole, got)
		}
	}
}

func TestRoaming(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.create("one", actor.Accept, actor.Review) // of 350128
		by := func(d actor.Duty, areas ...string) (bool, actor.GrantID) {
			t.Helper()
			on := o.Actor()
			on.Duty = d
			yes, grant, err := w.Reaches(t.Context(), on, areas...)
			must(t, "reaches", err)
			return yes, grant
		}
		reaches := func(d actor.Duty, areas ...string) bool {
			t.Helper()
			yes, _ := by(d, areas...)
			return yes
		}
		if !reaches(actor.Accept) || !reaches(actor.Accept, "") || !reaches(actor.Accept, "350128") || !reaches(actor.Accept, "350200", "350128") {
			t.Error("the own region is out of reach")
		}
		if reaches(actor.Accept, "350100") || reaches(actor.Accept, "350200") || reaches(actor.Pay, "350128") || reaches("", "350128") {
			t.Error("another region, or another duty, is within reach")
		}
		grant := func(by actor.Actor, change func(*staff.Grant)) (staff.Grant, error) {
			g := staff.Grant{Officer: o.ID, Area: "350200", Duties: []actor.Duty{actor.Accept}, Expires: w.now().Add(time.Hour), Reason: "支援"}
			change(&g)
			return w.GrantRoaming(t.Context(), by, g)
		}
		for name, tt := range map[string]struct {
			change func(*staff.Grant)
			want   error
		}{
			"a duty that is not the officer's": {func(g *staff.Grant) { g.Duties = []actor.Duty{actor.Accept, actor.Pay} }, staff.ErrGrantDuties},
			"no duty":                          {func(g *staff.Grant) { g.Duties = nil }, staff.ErrGrantDuties},
			"past":                             {func(g *staff.Grant) { g.Expires = w.now() }, staff.ErrGrantPast},
			"too long":                         {func(g *staff.Grant) { g.Expires = w.now().Add(staff.LongestGrant + time.Second) }, staff.ErrGrantLong},
			"no area":                          {func(g *staff.Grant) { g.Area = "000000" }, staff.ErrGrantArea},
			"the own":                          {func(g *staff.Grant) { g.Officer = w.admin.Officer }, staff.ErrSelf},
			"nobody's":                         {func(g *staff.Grant) { g.Officer = "none" }, staff.ErrNotFound},
		} {
			_, err := grant(w.admin, tt.change)
			fails(t, name, err, tt.want)
		}
		_, err := grant(o.Actor(), func(*staff.Grant) {})
		fails(t, "by an officer", err, staff.ErrNotAdministrator)

		g, err := grant(w.admin, func(*staff.Grant) {})
		must(t, "grant", err)
		if !reaches(actor.Accept, "350200") || !reaches(actor.Accept, "350203") || reaches(actor.Review, "350200") || reaches(actor.Accept, "350300") {
			t.Error("the grant reaches further or less far than it says")
		}
		_, named := by(actor.Accept, "350203")
		_, own := by(actor.Accept, "350200", "350128")
		_, refused := by(actor.Review, "350200")
		if named != g.ID || own != "" || refused != "" {
			t.Errorf("the grant is named as %q elsewhere, %q in the own region, %q where it does not hold", named, own, refused)
		}
		sooner, err := grant(w.admin, func(g *staff.Grant) { g.Expires = w.now().Add(time.Minute) })
		must(t, "grant", err)
		if _, first := by(actor.Accept, "350200"); first != sooner.ID {
			t.Errorf("of two grants %q is named, want %q, which ends first", first, sooner.ID)
		}
		_, err = w.RevokeRoaming(t.Context(), w.admin, sooner.ID)
		must(t, "revoke", err)
		found, err := w.Grants(t.Context(), o.ID, w.admin.Officer)
		must(t, "grants", err)
		if len(found) != 1 || len(found[o.ID]) != 1 || found[o.ID][0].ID != g.ID || found[o.ID][0].Reason != "支援" {
			t.Error("the grant is not listed")
		}
		var last staff.Grant
		for range 2 {
			last, err = w.RevokeRoaming(t.Context(), w.admin, g.ID)
			must(t, "revoke", err)
			w.advance(time.Second)
		}
		if !last.Revoked.Before(w.now().Add(-time.Second)) || reaches(actor.Accept, "350200") {
			t.Error("a revoked grant holds, or was revoked twice")
		}
		_, err = w.RevokeRoaming(t.Context(), w.admin, "none")
		fails(t, "revoke nothing", err, staff.ErrGrantNotFound)
		_, err = grant(w.admin, func(*staff.Grant) {})
		must(t, "grant again", err)
		w.advance(time.Hour)
		if reaches(actor.Accept, "350200") {
			t.Error("a grant that is over holds")
		}
	})
}
