package credential_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
)

// program is a system of a department.
func program(department string) actor.Actor {
	return actor.Actor{Role: actor.System, Officer: "program", Department: department}
}

// callers is calls over real consents.
type callers struct {
	*world
	*credential.Calls
	consents *consent.Service
}

func eachCaller(t *testing.T, f func(t *testing.T, w callers)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		consents, err := consent.New(consent.Deps{
			DB: w.files.DB, Vault: w.files.Vault, Audit: w.files.Audit, Files: sharing.Files(w.files.Service), Now: w.files.Clock.Now,
			Queue: noticetest.NewQueue(w.files.DB, w.files.Clock.Now), NewID: w.newID,
		})
		must(t, "make consents", err)
		calls, err := credential.NewCalls(w.Service, consents, sharing.NewVoucher)
		must(t, "make calls", err)
		must(t, "make departments", w.files.DB.InTx(t.Context(), func(ctx context.Context) error {
			for _, id := range []string{"tax", "police"} {
				if err := w.files.DB.Client(ctx).Department.Create().SetID(id).SetName(id).SetCreateTime(dossiertest.Start).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		}))
		f(t, callers{w, calls, consents})
	})
}

// allow lets the tax office call licences of some types for an hour.
func (w callers) allow(t *testing.T, holder actor.Actor, types ...string) consent.ID {
	t.Helper()
	text, err := w.consents.Text(credential.CallPurpose, "en")
	must(t, "read the text", err)
	c, err := w.consents.Give(t.Context(), holder, consent.Terms{
		Party: "tax", Purpose: credential.CallPurpose, Scopes: types, Expires: w.files.Clock.Now().Add(time.Hour),
		TextVersion: text.Version, TextLanguage: "en",
	})
	must(t, "consent", err)
	return c.ID
}

// call asks for licences to practise.
func (w callers) call(p dossiertest.Person, id consent.ID) credential.Call {
	return credential.Call{Holder: w.files.Number(p.Pass), Type: "practice_licence", Consent: id}
}

// TestCalled: on a consent a department's program learns what there is, and what one says;
// both reads have vouchers, and the holder sees both.
func TestCalled(t *testing.T) {
	eachCaller(t, func(t *testing.T, w callers) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		call := w.call(p, w.allow(t, holder, "practice_licence"))
		asked, found, err := w.Query(t.Context(), program("tax"), call)
		must(t, "query", err)
		if len(found) != 1 || found[0].Number != c.Number || found[0].Standing != check.Authentic || found[0].Values != nil || found[0].Token != "" {
			t.Errorf("found %v", found)
		}
		fetched, seen, err := w.Fetch(t.Context(), program("tax"), call, c.Number)
		must(t, "fetch", err)
		if seen.Number != c.Number || len(seen.Values) != len(guide()) || asked == fetched {
			t.Errorf("fetched %v on %s after %s", seen, fetched, asked)
		}
		w.stands(t, "fetched", seen.Text, check.Authentic)
		uses, _, err := w.Uses(t.Context(), holder, "", credential.UseCursor{}, 10)
		must(t, "read who looked", err)
		if len(uses) != 2 || uses[0].Way != credential.BySystem || uses[0].Department != "tax" || len(uses[0].Shown) != len(guide()) || len(uses[1].Shown) != 0 {
			t.Errorf("the holder sees that %v", uses)
		}
		reads, _, err := w.consents.Uses(t.Context(), holder, call.Consent, consent.UseCursor{}, 10)
		must(t, "read the uses", err)
		if len(reads) != 2 || reads[0].Voucher != fetched || reads[1].Voucher != asked || !slices.Equal(reads[0].Scopes, []string{"practice_licence"}) {
			t.Errorf("on the consent %v", reads)
		}
		_, err = w.DeskMove(t.Context(), registrar, c.Number, credential.Revoked, "註銷")
		must(t, "revoke", err)
		if _, seen, err = w.Fetch(t.Context(), program("tax"), call, c.Number); err != nil || seen.Standing != check.Revoked || seen.Text != "" {
			t.Errorf("revoked it is %s, %q (%v)", seen.Standing, seen.Text, err)
		}
	})
}

// TestCalledTypeAlone: a call for one type says nothing of licences of another one, whatever
// the holder has.
func TestCalledTypeAlone(t *testing.T) {
	eachCaller(t, func(t *testing.T, w callers) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		call := w.call(p, w.allow(t, holder, "practice_licence", "tax_payment"))
		call.Type = "tax_payment"
		if _, found, err := w.Query(t.Context(), program("tax"), call); err != nil || len(found) != 0 {
			t.Errorf("found %v (%v)", found, err)
		}
		if _, seen, err := w.Fetch(t.Context(), program("tax"), call, c.Number); !errors.Is(err, credential.ErrNotFound) || seen.Values != nil {
			t.Errorf("fetched %v (%v)", seen, err)
		}
		looked, _, err := w.Uses(t.Context(), holder, "", credential.UseCursor{}, 10)
		reads, _, other := w.consents.Uses(t.Context(), holder, call.Consent, consent.UseCursor{}, 10)
		if err := errors.Join(err, other); err != nil || len(looked) != 0 || len(reads) != 1 {
			t.Errorf("%v and %v are written down, want the query alone (%v)", looked, reads, err)
		}
	})
}

// TestCalledInVain: without a consent that holds now, for this department, type and holder,
// nothing is read and nothing written.
func TestCalledInVain(t *testing.T) {
	eachCaller(t, func(t *testing.T, w callers) {
		p, holder := w.person(1)
		other, them := w.person(2)
		c, theirs := w.licensed(t, p, "case-1"), w.licensed(t, other, "case-2")
		good := w.call(p, w.allow(t, holder, "practice_licence"))
		narrow, another := w.allow(t, holder, "tax_payment"), w.allow(t, them, "practice_licence")
		over := w.allow(t, holder, "practice_licence")
		_, _, err := w.consents.Revoke(t.Context(), holder, over)
		must(t, "take back", err)
		stranger := dossiertest.NewPerson(9)
		typed := good
		typed.Type = "crown"
		for name, x := range map[string]struct {
			by   actor.Actor
			call credential.Call
			want error
		}{
			"another department":   {program("police"), good, consent.ErrNotValid},
			"no department":        {program(""), good, guard.ErrNotFound},
			"a holder":             {them, good, guard.ErrNotFound},
			"no consent":           {program("tax"), w.call(p, ""), nil},
			"of another type":      {program("tax"), w.call(p, narrow), consent.ErrNotValid},
			"of another holder":    {program("tax"), w.call(p, another), consent.ErrNotValid},
			"taken back":           {program("tax"), w.call(p, over), consent.ErrNotValid},
			"a number on no file":  {program("tax"), w.call(stranger, good.Consent), consent.ErrNotValid},
			"no such type":         {program("tax"), typed, credential.ErrType},
			"for the other's file": {program("tax"), w.call(other, good.Consent), consent.ErrNotValid},
		} {
			if _, found, err := w.Query(t.Context(), x.by, x.call); err == nil || x.want != nil && !errors.Is(err, x.want) || found != nil {
				t.Errorf("%s: %v, %v", name, found, err)
			}
			if _, seen, err := w.Fetch(t.Context(), x.by, x.call, c.Number); err == nil || x.want != nil && !errors.Is(err, x.want) || seen.Values != nil {
				t.Errorf("%s: %v, %v", name, seen, err)
			}
		}
		if _, seen, err := w.Fetch(t.Context(), program("tax"), good, theirs.Number); !errors.Is(err, credential.ErrNotFound) || seen.Values != nil {
			t.Errorf("somebody else's licence: %v, %v", seen, err)
		}
		w.files.Clock.Advance(time.Hour)
		if _, _, err := w.Query(t.Context(), program("tax"), good); !errors.Is(err, consent.ErrNotValid) {
			t.Errorf("over: %v", err)
		}
		for _, by := range []actor.Actor{holder, them} {
			looked, _, err := w.Uses(t.Context(), by, "", credential.UseCursor{}, 10)
			reads, _, other := w.consents.Uses(t.Context(), by, "", consent.UseCursor{}, 10)
			if err := errors.Join(err, other); err != nil || len(looked)+len(reads) != 0 {
				t.Errorf("%v and %v are written down (%v)", looked, reads, err)
			}
		}
	})
}

// TestCallPurposeCoversTypes: a holder can consent to the call of every type.
func TestCallPurposeCoversTypes(t *testing.T) {
	t.Parallel()
	var codes []string
	for _, one := range credential.Types() {
		codes = append(codes, string(one.Code))
	}
	slices.Sort(codes)
	known := slices.Sorted(slices.Values(consent.LicenceTypes))
	if codes = slices.Compact(codes); !slices.Equal(codes, known) {
		t.Errorf("types are %s, consents name %s", strings.Join(codes, " "), strings.Join(known, " "))
	}
}
