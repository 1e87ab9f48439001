package sharing_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
)

// TestReadOnConsent: given under the pass, asked for under the permit; what was
// not named stays where it is.
func TestReadOnConsent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, w.mine.Pass)
		got, err := w.sharing.Read(t.Context(), officer("one", "tax"), w.query(w.mine.Permit, given.ID))
		must(t, "read", err)
		if len(got.Data) != 1 || got.Data[0].Code != "occupation" || got.Data[0].Value != "教師" || got.Records != nil {
			t.Errorf("%d items and %d records were read, want the occupation", len(got.Data), len(got.Records))
		}
		if got.Use.Document != w.ID(w.mine.Permit) || got.Use.Consent != given.ID || got.Use.Party != "tax" || got.Use.Office != "window" {
			t.Errorf("the read is kept as %+v", got.Use)
		}
		uses, _, err := w.consents.Uses(t.Context(), w.Holder(w.mine.Pass), given.ID, consent.UseCursor{}, 10)
		must(t, "list uses", err)
		if len(uses) != 1 || uses[0].Voucher != got.Use.Voucher {
			t.Error("the person does not see the read")
		}
		q := w.query(w.mine.Pass, given.ID)
		q.Scopes = []string{"records"}
		got, err = w.sharing.Read(t.Context(), system("tax"), q)
		must(t, "read by a system", err)
		if len(got.Data) != 0 {
			t.Error("more was read than was named")
		}
	})
}

func TestReadOnALaw(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		q := w.query(w.mine.Pass, "")
		q.Basis = "government_data_sharing"
		got, err := w.sharing.Read(t.Context(), officer("one", "police"), q)
		must(t, "read", err)
		if len(got.Data) != 1 || got.Use.Law != "government_data_sharing" || got.Use.Consent != "" || w.calls(t) != 1 {
			t.Errorf("the read is kept as %+v", got.Use)
		}
		must(t, "read by a system", second(w.sharing.Read(t.Context(), system("tax"), q)))
		q.Scopes = []string{"bank_account"}
		fails(t, "data that the law does not cover", second(w.sharing.Read(t.Context(), officer("one", "tax"), q)), sharing.ErrBasisNotValid)
		q.Number = w.Number("19999999")
		q.Scopes = []string{"occupation"}
		fails(t, "no such file", second(w.sharing.Read(t.Context(), officer("one", "tax"), q)), guard.ErrNotFound)
	})
}

// TestReadRefuses: nothing leaves, and nothing is written.
func TestReadRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, w.mine.Pass)
		w.Staff.Tie("family", w.Number(w.mine.Permit))
		noDepartment := officer("one", "")
		noDuty := officer("one", "tax")
		noDuty.Duty = ""
		good := w.query(w.mine.Pass, given.ID)
		with := func(change func(*sharing.Query)) sharing.Query {
			q := good
			change(&q)
			return q
		}
		for name, x := range map[string]struct {
			err  error
			want *fault.Fault
		}{
			"on nothing":                  {second(w.sharing.Read(t.Context(), officer("one", "tax"), with(func(q *sharing.Query) { q.Consent = "" }))), sharing.ErrBasisRequired},
			"on both":                     {second(w.sharing.Read(t.Context(), officer("one", "tax"), with(func(q *sharing.Query) { q.Basis = "statutory_duty" }))), sharing.ErrBasisTwice},
			"no such data":                {second(w.sharing.Read(t.Context(), officer("one", "tax"), with(func(q *sharing.Query) { q.Scopes = []string{"none"} }))), sharing.ErrScopeUnknown},
			"no data":                     {second(w.sharing.Read(t.Context(), officer("one", "tax"), with(func(q *sharing.Query) { q.Scopes = nil }))), sharing.ErrScopeUnknown},
			"more data":                   {second(w.sharing.Read(t.Context(), officer("one", "tax"), with(func(q *sharing.Query) { q.Scopes = []string{"bank_account"} }))), consent.ErrNotValid},
			"another department":          {second(w.sharing.Read(t.Context(), officer("one", "police"), good)), consent.ErrNotValid},
			"another's file":              {second(w.sharing.Read(t.Context(), officer("one", "tax"), w.query(w.other.Pass, given.ID))), consent.ErrNotValid},
			"a guessed consent":           {second(w.sharing.Read(t.Context(), officer("one", "tax"), w.query(w.mine.Pass, "guessed"))), consent.ErrNotValid},
			"family":                      {second(w.sharing.Read(t.Context(), officer("family", "tax"), good)), guard.ErrConflict},
			"without the duty":            {second(w.sharing.Read(t.Context(), noDuty, good)), guard.ErrNotFound},
			"without a department":        {second(w.sharing.Read(t.Context(), noDepartment, good)), guard.ErrNotFound},
			"a person":                    {second(w.sharing.Read(t.Context(), w.Holder(w.mine.Pass), good)), guard.ErrNotFound},
			"no such file":                {second(w.sharing.Read(t.Context(), officer("one", "tax"), w.query("19999999", given.ID))), guard.ErrNotFound},
			"a system and no such file":   {second(w.sharing.Read(t.Context(), system("tax"), w.query("19999999", given.ID))), consent.ErrNotValid},
			"a system and another's file": {second(w.sharing.Read(t.Context(), system("tax"), w.query(w.other.Pass, given.ID))), consent.ErrNotValid},
		} {
			fails(t, name, x.err, x.want)
		}
		if n := w.calls(t); n != 0 {
			t.Errorf("%d reads are written", n)
		}
		_, _, err := w.consents.Revoke(t.Context(), w.Holder(w.mine.Permit), given.ID)
		must(t, "revoke", err)
		fails(t, "taken back", second(w.sharing.Read(t.Context(), officer("one", "tax"), good)), consent.ErrNotValid)
	})
}

// TestReadAfterACut: the consent stays with the document under which it was
// given, and so do the data.
func TestReadAfterACut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, w.mine.Pass)
		must(t, "read", second(w.sharing.Read(t.Context(), officer("one", "tax"), w.query(w.mine.Permit, given.ID))))
		_, err := w.Unlink(t.Context(), w.Holder(w.mine.Pass), w.link.ID, "")
		must(t, "unlink", err)
		fails(t, "under the document that was cut", second(w.sharing.Read(t.Context(), officer("one", "tax"), w.query(w.mine.Permit, given.ID))), consent.ErrNotValid)
		must(t, "under the own document", second(w.sharing.Read(t.Context(), officer("one", "tax"), w.query(w.mine.Pass, given.ID))))
	})
}

// TestNoDataWithoutItsRow: the caller's transaction fails after the read, so
// there was none.
func TestNoDataWithoutItsRow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, w.mine.Pass)
		late := errors.New("late")
		err := w.DB.InTx(t.Context(), func(ctx context.Context) error {
			if _, err := w.sharing.Read(ctx, officer("one", "tax"), w.query(w.mine.Pass, given.ID)); err != nil {
				return err
			}
			return late
		})
		if !errors.Is(err, late) || w.calls(t) != 0 {
			t.Errorf("%v; %d reads are written, want none", err, w.calls(t))
		}
		list, err := w.consents.List(t.Context(), w.Holder(w.mine.Pass))
		must(t, "list", err)
		if list[0].Uses != 0 {
			t.Errorf("%d uses are counted, want none", list[0].Uses)
		}
	})
}

func TestVoucher(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, w.mine.Pass)
		got, err := w.sharing.Read(t.Context(), officer("one", "tax"), w.query(w.mine.Pass, given.ID))
		must(t, "read", err)
		typed := strings.ToLower(strings.ReplaceAll(got.Use.Voucher, "-", " "))
		use, err := w.sharing.Voucher(t.Context(), officer("two", "tax"), typed)
		must(t, "look it up", err)
		if use.ID != got.Use.ID || !slices.Equal(use.Scopes, []string{"occupation"}) {
			t.Errorf("the voucher is of %+v", use)
		}
		fails(t, "another department", second(w.sharing.Voucher(t.Context(), officer("one", "police"), typed)), consent.ErrVoucherNotFound)
		fails(t, "no department", second(w.sharing.Voucher(t.Context(), officer("one", ""), typed)), consent.ErrVoucherNotFound)
		fails(t, "a slip", second(w.sharing.Voucher(t.Context(), officer("one", "tax"), "0"+typed[1:]+"1")), sharing.ErrVoucherWrong)
	})
}

// TestReadIsAudited: the call's entry names the documents and the basis, of a
// read that was refused too.
func TestReadIsAudited(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		given := w.give(t, w.mine.Pass)
		for _, department := range []string{"tax", "police"} {
			ctx, look := audit.Begin(t.Context(), officer("one", department), "sharing", "request")
			_, _ = w.sharing.Read(ctx, officer("one", department), w.query(w.mine.Pass, given.ID))
			if got := look.Subjects(); !slices.Contains(got, w.ID(w.mine.Pass)) || !slices.Contains(got, w.ID(w.mine.Permit)) {
				t.Errorf("the read of %s concerns %q", department, got)
			}
		}
	})
}

// TestFirm: a role in the firm lets a person give for it, and a department read
// what was done under its code.
func TestFirm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		code, err := document.ComposeCreditCode("91350128MAYYY001")
		must(t, "compose a code", err)
		taken, err := w.TakeFirms(t.Context(), []dossier.FirmEntry{{
			Code: w.Number(code), Name: "平潭一號商行", Category: "taiwan_invested", Area: "350128",
			State: document.Valid, Representative: w.Number(w.mine.Pass),
		}})
		must(t, "take a firm", err)
		if taken[0].Fault != nil {
			t.Fatalf("the firm is left out: %v", taken[0].Fault)
		}
		_, firm, err := w.Locate(t.Context(), w.Number(code))
		must(t, "locate the firm", err)
		text, err := w.consents.Text("window_check", "en")
		must(t, "read the text", err)
		terms := consent.Terms{
			Party: "tax", Purpose: "window_check", Scopes: []string{"records"},
			Expires: w.Clock.Now().Add(time.Hour), TextVersion: text.Version, TextLanguage: "en",
		}
		fails(t, "without a role", second(w.consents.GiveForFirm(t.Context(), w.Holder(w.other.Pass), firm, terms)), dossier.ErrNotFound)
		given, err := w.consents.GiveForFirm(t.Context(), w.Holder(w.mine.Permit), firm, terms)
		must(t, "give", err)
		q := sharing.Query{Number: w.Number(code), Purpose: "window_check", Scopes: []string{"records"}, Consent: given.ID}
		must(t, "read", second(w.sharing.Read(t.Context(), officer("one", "tax"), q)))
		w.Staff.Limit("far", "350200")
		fails(t, "an officer of another region", second(w.sharing.Read(t.Context(), officer("far", "tax"), q)), guard.ErrNotFound)
	})
}

// TestDelegationOverRealFiles: numbers and files are those of package dossier.
func TestDelegationOverRealFiles(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d, err := w.consents.Delegate(t.Context(), w.Holder(w.mine.Pass), w.Number(w.other.Pass), consent.ReadFile, w.Clock.Now().Add(time.Hour))
		must(t, "delegate", err)
		charge, err := w.consents.Resolve(t.Context(), w.ID(w.other.Pass), d.ID, consent.ReadFile)
		must(t, "resolve", err)
		held, err := w.consents.Delegations(t.Context(), w.Holder(w.other.Pass))
		must(t, "list", err)
		if charge.Principal != w.ID(w.mine.Pass) || len(held) != 1 || held[0].Other != w.Number(w.mine.Pass).Masked() {
			t.Errorf("acts for %s; %d are held", charge.Principal, len(held))
		}
		_, err = w.consents.Resolve(t.Context(), w.ID(w.other.Permit), d.ID, consent.ReadFile)
		fails(t, "a document that is not linked", err, consent.ErrDelegation)
		_, err = w.consents.Delegate(t.Context(), w.Holder(w.mine.Pass), w.Number(w.mine.Permit), consent.ReadFile, w.Clock.Now().Add(time.Hour))
		fails(t, "the other document of the file", err, consent.ErrToSelf)
	})
}
