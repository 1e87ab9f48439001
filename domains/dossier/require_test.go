package dossier_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// joinAt links a person's two documents on evidence of a level, the way that it
// comes about. A weak match never links, so its row is written by hand.
func joinAt(t *testing.T, w *dossiertest.World, p dossiertest.Person, level dossier.Level) {
	t.Helper()
	switch level {
	case dossier.PermitNamesPass:
		w.Know(p, p.Pass)
		w.Take(w.PassEntry(p), w.PermitEntry(p, p.Pass))
		w.Finish()
	case dossier.NationalCheck:
		w.Settle(p)
		w.Authorities.SetLink(p.Pass, p.Permit, upstream.Match)
		ask(t, w, p.Pass, p.Permit)
	case dossier.BothAtWindow:
		w.Join(p)
	case dossier.PaperTwoOfficers:
		w.Settle(p)
		paper := dossier.Paper{Pass: w.Number(p.Pass), Permit: w.Number(p.Permit), Number: "MT-1", Date: civil.DateOf(dossiertest.Start)}
		for _, officer := range []string{"one", "two"} {
			_, _, err := w.EnterPaper(t.Context(), dossiertest.Officer(officer), paper)
			must(t, "enter a paper", err)
		}
	case dossier.WeakMatch:
		w.Join(p)
		must(t, "write what must not be", w.DB.InTx(t.Context(), func(ctx context.Context) error {
			_, err := w.DB.SQL(ctx).ExecContext(ctx, `UPDATE links SET level = 'weak_match'`)
			return err
		}))
	}
	linked(t, w, p, level)
}

// TestRequire tries each power on a link of each level, by either document.
func TestRequire(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		// What a level lacks; it has the rest.
		lacks := map[dossier.Level][]dossier.Power{
			dossier.PermitNamesPass: nil, dossier.NationalCheck: nil, dossier.BothAtWindow: nil,
			dossier.PaperTwoOfficers: {dossier.MayIssue, dossier.MayPay},
			dossier.WeakMatch:        dossier.Powers(),
		}
		for i, level := range dossier.Levels() {
			if level == dossier.WeakMatch {
				continue // it would turn the links of all others into weak ones
			}
			requires(t, w, i, level, lacks[level])
		}
		requires(t, w, 10, dossier.WeakMatch, lacks[dossier.WeakMatch])
	})
}

// requires links the i-th person's documents at a level and demands every power.
func requires(t *testing.T, w *dossiertest.World, i int, level dossier.Level, lacks []dossier.Power) {
	t.Helper()
	p := dossiertest.NewPerson(i)
	joinAt(t, w, p, level)
	for _, number := range []string{p.Pass, p.Permit} {
		for _, power := range dossier.Powers() {
			err := w.Require(t.Context(), w.ID(number), power)
			if !slices.Contains(lacks, power) {
				if err != nil {
					t.Errorf("%s lacks %s: %v", level, power, err)
				}
				continue
			}
			fails(t, string(level)+" "+string(power), err, dossier.ErrTooWeak)
			f, ok := errors.AsType[*fault.Fault](err)
			if !ok || f.Args()["Power"] != string(power) || f.Args()["Word"] != string(level) {
				t.Errorf("%s, %s: the fault does not say what was asked for and what stands", level, power)
			}
		}
	}
}

// TestRequireOfOne: one document allows everything, also after its link was cut
// or while it has none; what is not there allows nothing, nor does a word that is
// no power.
func TestRequireOfOne(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		joinAt(t, w, p, dossier.PaperTwoOfficers)
		w.Settle(q)
		mine, theirs := w.ID(p.Pass), w.ID(q.Pass)
		fails(t, "linked on a paper", w.Require(t.Context(), mine, dossier.MayPay), dossier.ErrTooWeak)
		must(t, "another, not linked", w.Require(t.Context(), theirs, dossier.MayPay))
		_, err := w.Unlink(t.Context(), w.Holder(p.Pass), w.File(p.Pass).Links[0].ID, "to link anew")
		must(t, "cut the link", err)
		must(t, "alone again", w.Require(t.Context(), mine, dossier.MayPay))

		fails(t, "no document", w.Require(t.Context(), "none", dossier.MayRead), dossier.ErrNotFound)
		must(t, "forget", w.Forget(t.Context(), theirs))
		fails(t, "forgotten", w.Require(t.Context(), theirs, dossier.MayRead), dossier.ErrNotFound)
		if err := w.Require(t.Context(), mine, "fly"); err == nil {
			t.Error("a document allows what is no power")
		}
	})
}

// TestStrongerProof: the way that the fault names leads out: cut, and link anew
// before an officer.
func TestStrongerProof(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		joinAt(t, w, p, dossier.PaperTwoOfficers)
		fails(t, "on a paper", w.Require(t.Context(), w.ID(p.Permit), dossier.MayIssue), dossier.ErrTooWeak)
		_, err := w.Unlink(t.Context(), w.Holder(p.Pass), w.File(p.Pass).Links[0].ID, "to link anew")
		must(t, "cut the link", err)
		_, err = w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(p.Pass), w.Number(p.Permit), "both seen")
		must(t, "link anew", err)
		must(t, "on both", w.Require(t.Context(), w.ID(p.Permit), dossier.MayIssue))
	})
}

// TestWithoutRead: a link that does not let its holder read shows what it joins,
// and of what was done and said only what stands under the document of the
// sign-in; a department reads nothing, and no code goes to the other's phone.
func TestWithoutRead(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		for i, number := range []string{p.Pass, p.Permit} {
			_, err := w.SaveData(t.Context(), w.Holder(number), []dossier.Input{{Code: []string{"occupation", "email"}[i], Value: "me@example.com"}})
			must(t, "save data", err)
			_, err = w.TakeRecords(t.Context(), []dossier.RecordEntry{{
				Number: w.Number(number), Kind: "tax_payment", Title: number, Authority: "税务局", Occurred: dossiertest.Start, Source: "tax", SourceRef: number,
			}})
			must(t, "take a record", err)
			w.Clock.Advance(time.Minute)
		}
		joinAt(t, w, p, dossier.WeakMatch)

		file := w.File(p.Permit)
		if len(file.Documents) != 2 || len(file.Links) != 1 || len(file.Powers) != 0 {
			t.Errorf("%d documents and %d links with %v; want both, one, no power", len(file.Documents), len(file.Links), file.Powers)
		}
		if value(file.Data, "email") == "" || value(file.Data, "occupation") != "" || value(file.Data, dossier.MobilePhone) != "" {
			t.Error("the data are not those of the document of the sign-in alone")
		}
		if file.RecordCount != 1 || len(file.Records) != 1 || file.Records[0].Document != w.ID(p.Permit) {
			t.Errorf("%d records of %d, want the one of the document of the sign-in", len(file.Records), file.RecordCount)
		}
		if list, _, err := w.ListRecords(t.Context(), w.Holder(p.Pass), dossier.RecordCursor{}, 10); err != nil || len(list) != 1 {
			t.Errorf("%d records are listed (%v), want 1", len(list), err)
		}
		documents, err := w.FileByNumber(t.Context(), w.Number(p.Pass))
		must(t, "find", err)
		_, _, err = w.Shared(t.Context(), documents, dossier.Codes())
		fails(t, "a department", err, dossier.ErrTooWeak)
		for number, want := range map[string]string{p.Pass: p.Phone, p.Permit: ""} {
			if _, phone, err := w.Reach(t.Context(), w.Number(number)); err != nil || phone != want {
				t.Errorf("a phone of the file: %v, want only that of the document (%v)", phone != "", err)
			}
		}
	})
}
