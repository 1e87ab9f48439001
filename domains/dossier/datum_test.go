package dossier_test

import (
	"errors"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// value is the item of a file that holds, or "".
func value(data []dossier.Datum, code string) string {
	for _, d := range data {
		if d.Code == code {
			return d.Value
		}
	}
	return ""
}

func TestSaveData(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		save := func(own, value string) []dossier.Datum {
			w.Clock.Advance(time.Minute)
			data, err := w.SaveData(t.Context(), w.Holder(own), []dossier.Input{{Code: "occupation", Value: value}})
			must(t, "save data", err)
			return data
		}
		save(p.Pass, "教師")
		save(p.Permit, "醫師")
		save(p.Permit, "醫師")
		if got := value(w.File(p.Pass).Data, "occupation"); got != "醫師" {
			t.Errorf("occupation is %q, want what was typed last under either document", got)
		}
		if got := value(save(p.Pass, " 教師 "), "occupation"); got != "教師" {
			t.Errorf("occupation is %q, want what was typed last, though it was typed before", got)
		}
		rows, err := w.DB.Client(t.Context()).Datum.Query().All(t.Context())
		must(t, "read data", err)
		if len(rows) != 4 { // the phone, and three answers of which one is ended
			t.Errorf("%d data are kept, want 4: the same again adds nothing, what was superseded stays", len(rows))
		}
	})
}

func TestSaveDataRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		good := dossier.Input{Code: "email", Value: "someone@example.com"}
		tests := map[string]struct {
			input dossier.Input
			err   error
			field string
		}{
			"no such item":     {dossier.Input{Code: "shoe_size", Value: "42"}, dossier.ErrDatumUnknown, "items[1].code"},
			"not typed":        {dossier.Input{Code: dossier.MobilePhone, Value: "+886912345678"}, dossier.ErrDatumInvalid, "items[1].value"},
			"empty":            {dossier.Input{Code: "occupation", Value: "  "}, dossier.ErrDatumInvalid, "items[1].value"},
			"no address":       {dossier.Input{Code: "email", Value: "someone"}, dossier.ErrDatumInvalid, "items[1].value"},
			"letters in digit": {dossier.Input{Code: "bank_account", Value: "12345A"}, dossier.ErrDatumInvalid, "items[1].value"},
		}
		for name, tt := range tests {
			_, err := w.SaveData(t.Context(), w.Holder(p.Permit), []dossier.Input{good, tt.input})
			fails(t, name, err, tt.err)
			if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Field() != tt.field {
				t.Errorf("%s: the field at fault is not %s", name, tt.field)
			}
		}
		if n := len(w.File(p.Permit).Data); n != 0 {
			t.Errorf("%d items were kept, want none: all or none", n)
		}
		data, err := w.SaveData(t.Context(), w.Holder(p.Permit), []dossier.Input{good, {Code: "bank_account", Value: "１２３４ 5678-90"}})
		if err != nil || value(data, "bank_account") != "1234567890" {
			t.Errorf("bank account: %v, want digits without separators", err)
		}
	})
}

func TestReach(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		reach := func(what, number, phone string) {
			t.Helper()
			id, got, err := w.Reach(t.Context(), w.Number(number))
			if err != nil || got != phone || (id != "") != (phone != "") {
				t.Errorf("%s is reached: %v (%v), want %v", what, got != "", err, phone != "")
			}
		}
		reach("the pass", p.Pass, p.Phone)
		reach("a permit without a phone", p.Permit, "")
		reach("nobody", q.Pass, "")
		reach("a firm", firmCode(t, w, 1).Canonical(), "")
		w.Join(p)
		reach("the permit, linked", p.Permit, p.Phone)
		w.Authorities.SetPermit(p.PermitNo(1), renewed(p, 1, p.Permit))
		renew(t, w, p.Pass, p.Permit, p.PermitNo(1))
		reach("the replaced permit", p.Permit, p.Phone)
		_, err := w.ReportLoss(t.Context(), w.Holder(p.Pass), w.ID(p.Pass))
		must(t, "report a loss", err)
		reach("the lost pass", p.Pass, "")
		reach("the permit beside it", p.PermitNo(1), p.Phone)
		w.Clock.Advance(20 * 365 * 24 * time.Hour)
		reach("the expired permit", p.PermitNo(1), p.Phone)
	})
}

func TestRegister(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Know(p, p.Pass)
		w.Take(w.PassEntry(p))
		said := dossier.Registration{Kind: document.TaiwanPermit, Number: p.Permit, Name: p.Names.Mainland, Phone: "+886933333333"}
		wrong := said
		wrong.Name = q.Names.Mainland
		_, err := w.Confirm(t.Context(), wrong)
		fails(t, "another name", err, dossier.ErrNotConfirmed)
		_, err = w.Confirm(t.Context(), dossier.Registration{Kind: document.TaiwanPass, Number: p.Pass, Name: p.Names.Taiwan, Birth: p.Birth.String()})
		fails(t, "a document that has a file", err, dossier.ErrNotConfirmed)
		_, err = w.Confirm(t.Context(), dossier.Registration{Kind: document.TaiwanPass, Number: q.Pass, Name: q.Names.Taiwan, Birth: "someday"})
		fails(t, "no birth date", err, dossier.ErrNotConfirmed)
		w.Authorities.SetDown(upstream.PoliceOffice, true)
		_, err = w.Confirm(t.Context(), said)
		fails(t, "the police do not answer", err, upstream.ErrUnavailable)
		w.Authorities.SetDown(upstream.PoliceOffice, false)

		confirmed, err := w.Confirm(t.Context(), said)
		must(t, "confirm", err)
		id, err := w.Register(t.Context(), confirmed)
		must(t, "register", err)
		if id != w.ID(p.Permit) {
			t.Error("the number finds another document than was registered")
		}
		_, err = w.Register(t.Context(), confirmed)
		fails(t, "register twice", err, dossier.ErrNotConfirmed)
		w.Finish()
		linked(t, w, p, dossier.PermitNamesPass)

		paper := q.Paper(0)
		paper.Issue.Status = document.Revoked
		w.Authorities.SetPass(q.Pass, paper)
		revoked := dossier.Registration{Kind: document.TaiwanPass, Number: q.Pass, Name: q.Names.Taiwan, Birth: q.Birth.String()}
		_, err = w.Confirm(t.Context(), revoked)
		fails(t, "a revoked document", err, dossier.ErrNotConfirmed)
		w.Authorities.SetPass(q.Pass, q.Paper(0))
		if confirmed, err = w.Confirm(t.Context(), revoked); err != nil {
			t.Fatalf("confirm a pass: %v", err)
		}
		_, err = w.Register(t.Context(), confirmed)
		must(t, "register a pass", err)
	})
}
