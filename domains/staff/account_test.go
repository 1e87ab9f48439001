package staff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := staff.New(staff.Deps{}); err == nil {
		t.Error("a service stands on nothing")
	}
}

func TestBootstrapMakesOneAdministrator(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		n := atOnce(t, 8, staff.ErrAdministered, func(i int) error {
			_, _, err := w.Bootstrap(t.Context(), staff.Account{Login: fmt.Sprint("admin-", i), Name: "N", Office: "pt-hall", Duties: []actor.Duty{actor.Audit}})
			return err
		})
		if n != 1 {
			t.Errorf("%d first administrators", n)
		}
		list, more, err := w.List(t.Context(), "", 10)
		must(t, "list", err)
		if len(list) != 1 || more || list[0].Role() != actor.Officer || !list[0].Actor().Has(actor.Administer) || len(list[0].Duties) != 1 {
			t.Errorf("%d accounts, more %v", len(list), more)
		}
	})
}

func TestCreate(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		good := staff.Account{Login: "lin.mei", Name: "林美", Office: "pt-hall", Duties: []actor.Duty{actor.Review, actor.Accept}}
		o, c, err := w.Create(t.Context(), w.admin, good)
		must(t, "create", err)
		got, err := w.ByLogin(t.Context(), " LIN.mei ")
		must(t, "by login", err)
		if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", o) || got.Name != "林美" || got.Department != "hall" || got.Area != "350128" ||
			got.OfficeName != "平潭政務服務中心" || got.State != staff.Active || len(got.Duties) != 2 || got.Duties[0] != actor.Accept {
			t.Error("the account is not the one that was asked for")
		}
		if c.Password == "" || secretOf(t, c) == "" || strings.Contains(fmt.Sprintf("%v %+v %#v", c, c, c), c.Password) {
			t.Error("the credentials are missing, or show themselves")
		}
		for name, tt := range map[string]struct {
			by     actor.Actor
			change func(*staff.Account)
			want   error
		}{
			"login taken":            {w.admin, func(*staff.Account) {}, staff.ErrTaken},
			"upper case":             {w.admin, func(a *staff.Account) { a.Login = "Lin" }, staff.ErrLogin},
			"unknown office":         {w.admin, func(a *staff.Account) { a.Login, a.Office = "x1", "none" }, staff.ErrOffice},
			"accept and approve":     {w.admin, duties("x2", actor.Accept, actor.Approve), staff.ErrDuties},
			"approve and pay":        {w.admin, duties("x3", actor.Approve, actor.Pay), staff.ErrDuties},
			"audit and administer":   {w.admin, duties("x4", actor.Audit, actor.Administer), staff.ErrDuties},
			"no duty":                {w.admin, duties("x5"), staff.ErrDuties},
			"a duty of no contract":  {w.admin, duties("x6", actor.Accept, "rule"), staff.ErrDuties},
			"an officer":             {o.Actor(), duties("x7", actor.Accept), staff.ErrNotAdministrator},
			"nobody":                 {actor.Actor{}, duties("x8", actor.Accept), staff.ErrNotAdministrator},
			"a system":               {actor.Actor{Role: actor.System, Officer: "y", Duties: actor.Duties()}, duties("x9", actor.Accept), staff.ErrNotAdministrator},
			"a provider that is not": {w.admin, func(a *staff.Account) { a.Login, a.Subject = "x10", "https://login s" }, staff.ErrNoProvider},
		} {
			a := good
			tt.change(&a)
			_, _, err := w.Create(t.Context(), tt.by, a)
			fails(t, name, err, tt.want)
		}
		n := atOnce(t, 8, staff.ErrTaken, func(int) error {
			_, _, err := w.Create(t.Context(), w.admin, staff.Account{Login: "same", Name: "N", Office: "pt-hall", Duties: good.Duties})
			return err
		})
		if n != 1 {
			t.Errorf("%d accounts of one login", n)
		}
	})
}

func duties(login string, duties ...actor.Duty) func(*staff.Account) {
	return func(a *staff.Account) { a.Login, a.Duties = login, duties }
}

func TestChangeDuties(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.create("one", actor.Accept)
		after, err := w.ChangeDuties(t.Context(), w.admin, o.ID, "fj-police", []actor.Duty{actor.Audit})
		must(t, "change duties", err)
		if after.Role() != actor.Auditor || after.Department != "police" || after.Area != "350000" {
			t.Error("duties or office are as before")
		}
		after, err = w.ChangeDuties(t.Context(), w.admin, o.ID, "", []actor.Duty{actor.Pay})
		must(t, "change duties", err)
		if after.Office != "fj-police" {
			t.Error("the office changed with the duties")
		}
		try := func(by actor.Actor, id actor.OfficerID, office string, d ...actor.Duty) error {
			_, err := w.ChangeDuties(t.Context(), by, id, office, d)
			return err
		}
		fails(t, "the own", try(w.admin, w.admin.Officer, "", actor.Pay), staff.ErrSelf)
		fails(t, "incompatible", try(w.admin, o.ID, "", actor.Accept, actor.Approve), staff.ErrDuties)
		fails(t, "no office", try(w.admin, o.ID, "none", actor.Accept), staff.ErrOffice)
		fails(t, "nobody", try(w.admin, "none", "", actor.Accept), staff.ErrNotFound)
		fails(t, "not by an officer", try(after.Actor(), w.admin.Officer, "", actor.Accept), staff.ErrNotAdministrator)
	})
}

func TestStateEndsSessions(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		o := w.settled("one", actor.Accept)
		before := w.ended.of(o.ID)
		for range 2 {
			after, err := w.SetState(t.Context(), w.admin, o.ID, staff.Disabled)
			must(t, "disable", err)
			if after.State != staff.Disabled || after.Actor().Role != "" {
				t.Error("a disabled officer still acts")
			}
		}
		if n := w.ended.of(o.ID) - before; n != 1 {
			t.Errorf("sessions were ended %d times, want once", n)
		}
		_, err := w.Verify(t.Context(), "one", o.password, w.code(o))
		fails(t, "sign in while disabled", err, staff.ErrWrong)
		_, err = w.SetState(t.Context(), w.admin, o.ID, staff.Active)
		must(t, "let in", err)
		_, err = w.Verify(t.Context(), "one", o.password, w.code(o))
		must(t, "sign in again", err)
		_, err = w.SetState(t.Context(), w.admin, w.admin.Officer, staff.Disabled)
		fails(t, "the own", err, staff.ErrSelf)
	})
}

// TestSomebodyCanAlwaysAdminister: two administrators who take each other's right
// away at once do not both succeed.
func TestSomebodyCanAlwaysAdminister(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		other := w.create("other", actor.Administer)
		pair := []actor.Actor{w.admin, other.Actor()}
		n := atOnce(t, 2, staff.ErrLast, func(i int) error {
			_, err := w.SetState(t.Context(), pair[i], pair[1-i].Officer, staff.Disabled)
			return err
		})
		if n != 1 {
			t.Errorf("%d of two succeeded, want one", n)
		}
	})
	t.Run("duties", func(t *testing.T) {
		each(t, nil, func(t *testing.T, w *world) {
			w.bootstrap()
			other := w.create("other", actor.Administer, actor.Accept)
			_, err := w.ChangeDuties(t.Context(), other.Actor(), w.admin.Officer, "", []actor.Duty{actor.Accept})
			must(t, "with another", err)
			_, err = w.ChangeDuties(t.Context(), w.admin, other.ID, "", []actor.Duty{actor.Accept})
			fails(t, "the last", err, staff.ErrLast)
			_, err = w.ChangeDuties(t.Context(), w.admin, other.ID, "", []actor.Duty{actor.Administer, actor.Pay})
			must(t, "the last keeps the right", err)
		})
	})
}

func TestListGoesOn(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		w.bootstrap()
		want := 1
		for i := range 6 {
			w.create(fmt.Sprintf("officer-%d.%c", i, 'f'-i), actor.Accept)
			want++
		}
		var logins []string
		for after, more := "", true; more; {
			var page []staff.Officer
			var err error
			page, more, err = w.List(t.Context(), after, 3)
			must(t, "list", err)
			for _, o := range page {
				logins = append(logins, o.Login)
			}
			after = page[len(page)-1].Login
		}
		seen := map[string]bool{}
		for _, l := range logins {
			seen[l] = true
		}
		if len(logins) != want || len(seen) != want {
			t.Errorf("%d logins, %d different ones, want %d", len(logins), len(seen), want)
		}
	})
}

func TestOffices(t *testing.T) {
	each(t, nil, func(t *testing.T, w *world) {
		hall := staff.Office{ID: "pt-hall", Name: "平潭", Department: "hall", DepartmentName: "政務", Area: "350100"}
		w.bootstrap()
		o := w.create("one", actor.Accept)
		must(t, "rename", w.EnsureOffice(t.Context(), hall))
		got, err := w.Get(t.Context(), o.ID)
		must(t, "get", err)
		if got.OfficeName != "平潭" || got.Area != "350100" {
			t.Error("the officer is still in the office as it was")
		}
		hall.Department = "police"
		fails(t, "another department", w.EnsureOffice(t.Context(), hall), staff.ErrMoved)
		hall.Area = "35"
		fails(t, "no area", w.EnsureOffice(t.Context(), hall), staff.ErrArea)
		departments, err := w.Departments(t.Context())
		must(t, "departments", err)
		if len(departments) != 2 || departments[0] != (staff.Department{ID: "hall", Name: "政務"}) {
			t.Errorf("departments are %v", departments)
		}
	})
}
