package consent_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// second is the error of a call that gives back two things.
func second[T any](_ T, err error) error { return err }

// fails checks that a call failed with a fault, on a field or on none.
func fails(t *testing.T, what string, err error, want *fault.Fault, field string) {
	t.Helper()
	got, ok := errors.AsType[*fault.Fault](err)
	if !ok || !errors.Is(err, want) || got.Field() != field {
		t.Errorf("%s: %v, want %s on %q", what, err, want.Reason(), field)
	}
}

func TestGive(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, "a")
		text, err := w.Text("window_check", "en")
		must(t, "read the text", err)
		got := w.read(t, "a", given.ID)
		if got.Document != "a" || got.GivenBy != "a" || got.Party != "tax" || got.PartyName != "部门 tax" || got.Delegation != "" ||
			!slices.Equal(got.Scopes, []string{"occupation", consent.Records}) || got.Uses != 0 || !got.Revoked.IsZero() || !got.Used.IsZero() {
			t.Errorf("the consent is kept as %+v", got)
		}
		if got.TextHash != text.Hash || got.TextVersion != text.Version || got.TextLanguage != "en" {
			t.Error("the consent keeps another text than the one that was shown")
		}
		if !got.Created.Equal(given.Created) || !got.Expires.Equal(given.Expires) || got.Created.Location() != time.UTC {
			t.Errorf("given %v to %v, kept %v to %v", given.Created, given.Expires, got.Created, got.Expires)
		}
	})
}

func TestGiveByDelegate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as("a")
		by.Delegate, by.Delegation = "b", "charge"
		given, err := w.Give(t.Context(), by, w.terms())
		must(t, "give", err)
		if got := w.read(t, "a", given.ID); got.Document != "a" || got.GivenBy != "b" || got.Delegation != "charge" {
			t.Errorf("given by %s for %s on %s", got.GivenBy, got.Document, got.Delegation)
		}
	})
}

func TestGiveRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, x := range map[string]struct {
			change func(*consent.Terms)
			want   *fault.Fault
			field  string
		}{
			"another version":        {func(x *consent.Terms) { x.TextVersion = "2020-01" }, consent.ErrTextStale, "text_version"},
			"no such purpose":        {func(x *consent.Terms) { x.Purpose = "none" }, consent.ErrPurposeUnknown, "purpose"},
			"over already":           {func(x *consent.Terms) { x.Expires = start }, consent.ErrExpiresInPast, "expire_time"},
			"more than a year":       {func(x *consent.Terms) { x.Expires = start.AddDate(1, 0, 1) }, consent.ErrTooLong, "expire_time"},
			"no such department":     {func(x *consent.Terms) { x.Party = "none" }, consent.ErrPartyUnknown, "party_id"},
			"data of no purpose":     {func(x *consent.Terms) { x.Scopes = []string{"records", "none"} }, consent.ErrScopeUnknown, "scopes[1]"},
			"data of another one":    {func(x *consent.Terms) { x.Scopes = []string{"bank_account"} }, consent.ErrScopeUnknown, "scopes[0]"},
			"the same data twice":    {func(x *consent.Terms) { x.Scopes = []string{"records", "records"} }, consent.ErrScopeUnknown, "scopes[1]"},
			"no data":                {func(x *consent.Terms) { x.Scopes = nil }, consent.ErrScopeUnknown, "scopes"},
			"an end of no real date": {func(x *consent.Terms) { x.Expires = time.Time{} }, consent.ErrExpiresInPast, "expire_time"},
		} {
			terms := w.terms()
			x.change(&terms)
			fails(t, name, second(w.Give(t.Context(), as("a"), terms)), x.want, x.field)
		}
		terms := w.terms()
		terms.Expires = start.AddDate(1, 0, 0)
		must(t, "a whole year", second(w.Give(t.Context(), as("a"), terms)))
		fails(t, "without a file", second(w.Give(t.Context(), as("none"), w.terms())), consent.ErrNotFound, "")
		fails(t, "an officer", second(w.Give(t.Context(), officer("tax"), w.terms())), consent.ErrNotFound, "")
		list, err := w.List(t.Context(), as("a"))
		must(t, "list", err)
		if len(list) != 1 || !slices.Equal(w.changes, []string{"consent.give"}) {
			t.Errorf("%d consents are kept and %q is noted, want one of each", len(list), w.changes)
		}
	})
}

func TestFirm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const firm = actor.DossierID("file-firm")
		given, err := w.GiveForFirm(t.Context(), as("a"), firm, w.terms())
		must(t, "give", err)
		if given.Document != "firm" || given.GivenBy != "a" {
			t.Errorf("given by %s under %s", given.GivenBy, given.Document)
		}
		fails(t, "without a role", second(w.GiveForFirm(t.Context(), as("b"), firm, w.terms())), errNoFile, "")
		fails(t, "another firm", second(w.GiveForFirm(t.Context(), as("a"), "none", w.terms())), errNoFile, "")
		fails(t, "list without a role", second(w.ListForFirm(t.Context(), as("b"), firm)), errNoFile, "")
		_, _, err = w.RevokeForFirm(t.Context(), as("b"), firm, given.ID)
		fails(t, "revoke without a role", err, errNoFile, "")
		_, _, err = w.Revoke(t.Context(), as("a"), given.ID)
		fails(t, "a firm's consent is not the person's", err, consent.ErrNotFound, "")
		if list, err := w.List(t.Context(), as("a")); err != nil || len(list) != 0 {
			t.Errorf("the person's own list has %d consents, %v", len(list), err)
		}
		// Whoever has a role, by whatever document of the own file.
		must(t, "join", w.join(t.Context(), "c", "a"))
		after, _, err := w.RevokeForFirm(t.Context(), as("c"), firm, given.ID)
		must(t, "revoke", err)
		list, err := w.ListForFirm(t.Context(), as("a"), firm)
		must(t, "list", err)
		if len(list) != 1 || !list[0].Revoked.Equal(after.Revoked) || after.Revoked.IsZero() {
			t.Error("the firm's consent is not taken back")
		}
	})
}

func TestOffers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		offers, err := w.Offers(t.Context())
		must(t, "list offers", err)
		open := slices.DeleteFunc(files(t), func(f shipped) bool { return len(f.Parties) > 0 }) // to others than these two
		if len(offers) != 2*len(open) || offers[0].Party != "police" || offers[0].PartyName == "" {
			t.Fatalf("%d offers, the first of %q", len(offers), offers[0].Party)
		}
		for _, o := range offers {
			terms := w.terms()
			text, err := w.Text(o.Purpose, "en")
			must(t, "read the text", err)
			terms.Party, terms.Purpose, terms.Scopes, terms.TextVersion = o.Party, o.Purpose, o.Scopes, text.Version
			must(t, "give what is offered", second(w.Give(t.Context(), as("a"), terms)))
		}
	})
}
