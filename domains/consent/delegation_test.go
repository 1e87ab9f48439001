package consent_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
)

// delegate charges the holder of b for the holder of a, for a day.
func (w *world) delegate(t *testing.T, m consent.Matter) consent.Delegation {
	t.Helper()
	d, err := w.Delegate(t.Context(), as("a"), w.numbers["b"], m, w.now().Add(24*time.Hour))
	must(t, "delegate", err)
	return d
}

func (w *world) resolve(t *testing.T, holder actor.DocumentID, id actor.DelegationID, m consent.Matter) (actor.DocumentID, error) {
	t.Helper()
	c, err := w.Resolve(t.Context(), holder, id, m)
	return c.Principal, err
}

func TestResolve(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.delegate(t, consent.ReadFile)
		principal, err := w.resolve(t, "b", given.ID, consent.ReadFile)
		must(t, "resolve", err)
		if principal != "a" {
			t.Fatalf("acts for %s, want a", principal)
		}
		must(t, "join", w.join(t.Context(), "c", "b"))
		must(t, "by another document of the file", second(w.resolve(t, "c", given.ID, consent.ReadFile)))
		must(t, "part", w.join(t.Context(), "c", "c"))
		for name, x := range map[string]struct {
			holder actor.DocumentID
			id     actor.DelegationID
			matter consent.Matter
		}{
			"another matter":           {"b", given.ID, consent.GiveConsents},
			"no matter":                {"b", given.ID, ""},
			"another person":           {"d", given.ID, consent.ReadFile},
			"a document that was cut":  {"c", given.ID, consent.ReadFile},
			"the principal":            {"a", given.ID, consent.ReadFile},
			"somebody without a file":  {"none", given.ID, consent.ReadFile},
			"nobody":                   {"", given.ID, consent.ReadFile},
			"a charge that is guessed": {"b", "01957000-0000-7000-8000-ffffffffffff", consent.ReadFile},
			"no charge":                {"b", "", consent.ReadFile},
		} {
			fails(t, name, second(w.resolve(t, x.holder, x.id, x.matter)), consent.ErrDelegation, "")
		}
		w.advance(24*time.Hour + time.Second)
		fails(t, "one that is over", second(w.resolve(t, "b", given.ID, consent.ReadFile)), consent.ErrDelegation, "")
		list, err := w.Delegations(t.Context(), as("b"))
		must(t, "list", err)
		if len(list) != 1 || !list[0].Revoked.IsZero() {
			t.Error("one that is over is not listed, or as ended early")
		}
	})
}

func TestEndDelegation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, side := range []actor.DocumentID{"a", "b"} {
			given := w.delegate(t, consent.KeepData)
			fails(t, "a stranger", second(w.EndDelegation(t.Context(), as("c"), given.ID)), consent.ErrDelegation, "")
			ended, err := w.EndDelegation(t.Context(), as(side), given.ID)
			must(t, "end", err)
			fails(t, "resolve after the end", second(w.resolve(t, "b", given.ID, consent.KeepData)), consent.ErrDelegation, "")
			again, err := w.EndDelegation(t.Context(), as("a"), given.ID)
			must(t, "end again", err)
			if ended.Revoked.IsZero() || !again.Revoked.Equal(ended.Revoked) || ended.Given != (side == "a") {
				t.Errorf("ended by %s at %v, again at %v", side, ended.Revoked, again.Revoked)
			}
		}
		fails(t, "one that is guessed", second(w.EndDelegation(t.Context(), as("a"), "none")), consent.ErrDelegation, "")
		given := w.delegate(t, consent.KeepData)
		w.advance(48 * time.Hour)
		over, err := w.EndDelegation(t.Context(), as("a"), given.ID)
		must(t, "end one that is over", err)
		if !over.Revoked.IsZero() {
			t.Error("one that was over was ended early")
		}
	})
}

// TestDelegateUnknown: nothing tells whether the delegate's document is on file.
func TestDelegateUnknown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		end := w.now().Add(time.Hour)
		known := w.delegate(t, consent.ReadFile)
		given, err := w.Delegate(t.Context(), as("a"), w.parse(t, unknown), consent.ReadFile, end)
		must(t, "delegate to a document that is on no file", err)
		if !given.Given || given.Other != "******99" || given.Matter != known.Matter || !given.Expires.Equal(end.UTC()) || !known.Given {
			t.Errorf("answered %+v", given)
		}
		list, err := w.Delegations(t.Context(), as("a"))
		must(t, "list", err)
		if len(list) != 2 || list[0].ID != given.ID || list[0].Other != "******99" || list[1].Other != "******01" {
			t.Errorf("the principal's list has %d entries", len(list))
		}
		fails(t, "nobody holds it", second(w.resolve(t, "", given.ID, consent.ReadFile)), consent.ErrDelegation, "")
		if _, err := w.EndDelegation(t.Context(), as("a"), given.ID); err != nil {
			t.Errorf("end it: %v", err)
		}
		held, err := w.Delegations(t.Context(), as("b"))
		must(t, "list what is held", err)
		if len(held) != 1 || held[0].Given || held[0].Other != "******00" {
			t.Errorf("the delegate's list has %d entries", len(held))
		}
	})
}

func TestDelegateRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		must(t, "join", w.join(t.Context(), "c", "a"))
		soon := w.now().Add(time.Hour)
		for name, x := range map[string]struct {
			to     actor.DocumentID
			matter consent.Matter
			end    time.Time
			want   *fault.Fault
			field  string
		}{
			"the own document":   {"a", consent.ReadFile, soon, consent.ErrToSelf, "delegate.number"},
			"one of the file":    {"c", consent.ReadFile, soon, consent.ErrToSelf, "delegate.number"},
			"a firm":             {"firm", consent.ReadFile, soon, consent.ErrNotPerson, "delegate.number"},
			"no matter":          {"b", "", soon, consent.ErrMatterUnknown, "matter"},
			"an end in the past": {"b", consent.ReadFile, start, consent.ErrExpiresInPast, "expire_time"},
			"more than a year":   {"b", consent.ReadFile, start.AddDate(1, 0, 1), consent.ErrTooLong, "expire_time"},
		} {
			fails(t, name, second(w.Delegate(t.Context(), as("a"), w.numbers[x.to], x.matter, x.end)), x.want, x.field)
		}
		by := as("a")
		by.Delegate, by.Delegation = "d", "charge"
		fails(t, "a delegate", second(w.Delegate(t.Context(), by, w.numbers["b"], consent.ReadFile, soon)), consent.ErrDelegation, "")
		fails(t, "an officer", second(w.Delegate(t.Context(), officer("tax"), w.numbers["b"], consent.ReadFile, soon)), consent.ErrDelegation, "")
		fails(t, "without a file", second(w.Delegate(t.Context(), as("none"), w.numbers["b"], consent.ReadFile, soon)), consent.ErrDelegation, "")
		_, err := w.Delegations(t.Context(), by)
		fails(t, "a delegate's list", err, consent.ErrDelegation, "")
		if list, err := w.Delegations(t.Context(), as("a")); err != nil || len(list) != 0 {
			t.Errorf("%d delegations are kept, %v", len(list), err)
		}
	})
}

// TestDelegateSomeLicences: a charge to show licences may be limited to some of the own
// ones, and says so to both sides and wherever it is acted on.
func TestDelegateSomeLicences(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		must(t, "join", w.join(t.Context(), "c", "a"))
		end := w.now().Add(time.Hour)
		for name, x := range map[string]struct {
			by       actor.DocumentID
			matter   consent.Matter
			licences []string
			want     error
			field    string
		}{
			"in another matter":  {"a", consent.ReadFile, []string{"L-1"}, consent.ErrLicences, "licences"},
			"one that is none":   {"a", consent.ShowLicences, []string{"L-1", "L-3"}, consent.ErrLicences, "licences[1]"},
			"somebody else's":    {"d", consent.ShowLicences, []string{"L-1"}, consent.ErrLicences, "licences[0]"},
			"nobody can say now": {"a", consent.ShowLicences, []string{"BROKEN"}, errBroken, ""},
		} {
			_, err := w.Delegate(t.Context(), as(x.by), w.numbers["b"], x.matter, end, x.licences...)
			if f, _ := errors.AsType[*fault.Fault](err); !errors.Is(err, x.want) || x.field != "" && f.Field() != x.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, want := range [][]string{nil, {"L-1"}, {"L-2", "L-1"}} {
			given, err := w.Delegate(t.Context(), as("c"), w.numbers["b"], consent.ShowLicences, end, want...)
			must(t, "delegate", err)
			c, err := w.Resolve(t.Context(), "b", given.ID, consent.ShowLicences)
			must(t, "resolve", err)
			if c.Principal != "c" || !slices.Equal(c.Licences, want) || !slices.Equal(given.Licences, want) {
				t.Errorf("acts for %s with %q, want %q", c.Principal, c.Licences, want)
			}
			for _, side := range []actor.DocumentID{"a", "b"} {
				list, err := w.Delegations(t.Context(), as(side))
				must(t, "list", err)
				if list[0].ID != given.ID || !slices.Equal(list[0].Licences, want) {
					t.Errorf("%s sees %q, want %q", side, list[0].Licences, want)
				}
			}
		}
	})
}

// TestNoLicences: where there are none, no delegation names one.
func TestNoLicences(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s, err := consent.New(consent.Deps{
			DB: w.db, Vault: w.vault, Audit: w, Files: w, Now: w.now, Queue: noticetest.NewQueue(w.db, w.now), NewID: w.newID,
		})
		must(t, "make the service", err)
		_, err = s.Delegate(t.Context(), as("a"), w.numbers["b"], consent.ShowLicences, w.now().Add(time.Hour), "L-1")
		fails(t, "name one", err, consent.ErrLicences, "licences[0]")
	})
}

// TestDelegateNumberIsSealed: the number lies under the principal's data key and
// goes with it; the delegation stays.
func TestDelegateNumberIsSealed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.delegate(t, consent.ReadFile)
		row := w.db.Client(t.Context()).Delegation.GetX(t.Context(), string(given.ID))
		if bytes.Contains(row.DelegateSealed, []byte("10000001")) {
			t.Error("the number is kept in clear")
		}
		must(t, "shred", w.vault.Shred(t.Context(), "a"))
		list, err := w.Delegations(t.Context(), as("a"))
		must(t, "list", err)
		if len(list) != 1 || list[0].Other != "" {
			t.Errorf("after the erasure %d delegations are listed", len(list))
		}
	})
}

// TestBothSidesBecomeOneFile: the delegate turns out to be the principal.
func TestBothSidesBecomeOneFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.delegate(t, consent.ReadFile)
		must(t, "join", w.join(t.Context(), "b", "a"))
		list, err := w.Delegations(t.Context(), as("b"))
		must(t, "list", err)
		if len(list) != 1 || !list[0].Given {
			t.Errorf("%d delegations are listed, want one that was given", len(list))
		}
	})
}
