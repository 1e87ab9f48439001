package dossier_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// firmCode is the code of the i-th firm that was invented.
func firmCode(t *testing.T, w *dossiertest.World, i int) document.Number {
	t.Helper()
	code, err := document.ComposeCreditCode(fmt.Sprintf("91350128MAYYY%03d", i))
	must(t, "compose a code", err)
	return w.Number(code)
}

// firmFile is the file of a firm.
func firmFile(t *testing.T, w *dossiertest.World, code document.Number) dossier.ID {
	t.Helper()
	_, id, err := w.Locate(t.Context(), code)
	must(t, "locate a firm", err)
	return id
}

// takeFirms takes firms in force, and returns what became of them.
func takeFirms(t *testing.T, w *dossiertest.World, entries ...dossier.FirmEntry) []dossier.Taken {
	t.Helper()
	for i := range entries {
		if entries[i].State == "" {
			entries[i].State = document.Valid
		}
	}
	taken, err := w.TakeFirms(t.Context(), entries)
	must(t, "take firms", err)
	return taken
}

// became fails unless each row had this effect.
func became(t *testing.T, what string, taken []dossier.Taken, want ...dossier.Effect) {
	t.Helper()
	for i, x := range taken {
		if x.Fault != nil || x.Effect != want[i] {
			t.Errorf("%s: row %d is %q %v, want %q", what, i, x.Effect, x.Fault, want[i])
		}
	}
}

func TestFirms(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		code := firmCode(t, w, 1)
		entry := dossier.FirmEntry{Code: code, Name: "一號商行", Category: "5310", Area: "350128", Representative: w.Number(q.Permit)}
		taken := takeFirms(t, w, entry)
		fails(t, "a representative who is not on file", taken[0].Fault, dossier.ErrPersonUnknown)
		_, _, err := w.Locate(t.Context(), code)
		fails(t, "a firm that was left out", err, dossier.ErrNotFound)

		entry.Representative = w.Number(p.Pass)
		became(t, "first", takeFirms(t, w, entry), dossier.Added)
		became(t, "again", takeFirms(t, w, entry), dossier.Unchanged)
		entry.Name = "二號商行"
		became(t, "another name", takeFirms(t, w, entry, entry), dossier.Changed, dossier.Unchanged)

		firm := firmFile(t, w, code)
		_, err = w.GetFirm(t.Context(), w.Holder(p.Permit), firm)
		fails(t, "by the other document, not linked yet", err, dossier.ErrNotFound)
		w.Join(p)
		file, err := w.GetFirm(t.Context(), w.Holder(p.Permit), firm)
		must(t, "by the other document", err)
		if file.Name != "二號商行" || file.CreditCode != code.Canonical() || !slices.Equal(file.Roles, []string{dossier.LegalRepresentative}) {
			t.Errorf("firm is %q, %v; want the new name, the code and one role", file.Name, file.Roles)
		}
		w.Settle(q)
		entry.Representative, entry.State = w.Number(q.Pass), document.Revoked
		became(t, "another representative", takeFirms(t, w, entry), dossier.Changed)
		became(t, "the same again", takeFirms(t, w, entry), dossier.Unchanged)
		_, err = w.GetFirm(t.Context(), w.Holder(p.Pass), firm)
		fails(t, "by the former representative", err, dossier.ErrNotFound)
		file, err = w.GetFirm(t.Context(), w.Holder(q.Pass), firm)
		must(t, "by the new representative", err)
		if roles := w.File(q.Pass).Roles; len(roles) != 1 || roles[0].Firm != firm || roles[0].FirmName != file.Name {
			t.Errorf("roles on the file are %v, want one in the firm", roles)
		}
		if f, err := w.Find(t.Context(), dossiertest.Officer("a"), code); err != nil || f.Kind != dossier.Firm || f.Documents[0].Status != document.Revoked {
			t.Errorf("file of the code: %v, want a firm's with a code that was revoked", err)
		}
	})
}

// TestHolders finds whom to tell: the person, whoever holds a role now, and nobody
// who was forgotten.
func TestHolders(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		w.Settle(q)
		code := firmCode(t, w, 1)
		entry := dossier.FirmEntry{Code: code, Name: "一號商行", Category: "5310", Area: "350128", Representative: w.Number(p.Pass)}
		takeFirms(t, w, entry)
		firm, first, second := w.ID(code.Canonical()), w.ID(p.Pass), w.ID(q.Pass)
		holders := func(what string, want ...dossier.DocumentID) {
			t.Helper()
			found, err := w.Holders(t.Context(), []dossier.DocumentID{firm, second, "none"})
			must(t, what, err)
			if !slices.Equal(found[firm], want) || !slices.Equal(found[second], []dossier.DocumentID{second}) || len(found["none"]) > 0 {
				t.Errorf("%s: holders are %v, want %v", what, found, want)
			}
		}
		holders("the representative", first)
		subjects, err := w.Subjects(t.Context(), w.Holder(p.Pass))
		must(t, "list subjects", err)
		want := []dossier.Subject{{Document: first}, {Document: firm, Firm: firmFile(t, w, code), FirmName: "一號商行"}}
		if !slices.Equal(subjects, want) {
			t.Errorf("subjects are %v, want %v", subjects, want)
		}
		_, err = w.Subjects(t.Context(), dossiertest.Officer("window"))
		fails(t, "an officer's subjects", err, dossier.ErrNotFound)

		must(t, "forget", w.Forget(t.Context(), first))
		holders("one who was forgotten")
		entry.Representative = w.Number(q.Pass)
		takeFirms(t, w, entry)
		holders("another one", second)
	})
}

// drive puts a firm on file that a person represents, with what its register lists.
func drive(t *testing.T, w *dossiertest.World, p dossiertest.Person) (dossier.ID, dossier.FirmEntry) {
	t.Helper()
	entry := dossier.FirmEntry{
		Code: firmCode(t, w, 1), Name: "一號商行", Category: "5310", Area: pingtan, Representative: w.Number(p.Pass),
		Address: "平潭一路 1 號", Phone: "+8659100000001",
	}
	became(t, "a firm with data", takeFirms(t, w, entry), dossier.Added)
	return firmFile(t, w, entry.Code), entry
}

// datum is the item of a vehicle, or of the firm where the vehicle is "", that
// holds.
func datum(data []dossier.Datum, code, vehicle string) dossier.Datum {
	for _, d := range data {
		if d.Code == code && d.Item == vehicle {
			return d
		}
	}
	return dossier.Datum{}
}

// vehicle is the one that has a plate, or "".
func vehicle(data []dossier.Datum, plate string) string {
	for _, d := range data {
		if d.Code == "vehicle_plate" && d.Value == plate {
			return d.Item
		}
	}
	return ""
}

// TestFirmData: what the register lists and what was typed stand on the firm's
// file, each with its origin, and come back next time, by either document of
// whoever acts for the firm.
func TestFirmData(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		firm, entry := drive(t, w, p)
		w.Clock.Advance(time.Minute)
		_, err := w.SaveFirmData(t.Context(), w.Holder(p.Permit), firm, []dossier.Input{
			{Code: "contact_phone", Value: "+86 591 0000-0002"}, {Code: "bank_account", Value: "6217 0000"},
		}, nil)
		must(t, "save", err)
		file, err := w.GetFirm(t.Context(), w.Holder(p.Pass), firm)
		must(t, "get the firm", err)
		for code, want := range map[string]dossier.Datum{
			"registered_address": {Value: "平潭一路 1 號", Origin: dossier.FromRegister, Recorded: dossiertest.Start.UTC()},
			"contact_phone":      {Value: "+8659100000002", Origin: dossier.FromPerson, Recorded: w.Clock.Now().UTC()},
			"bank_account":       {Value: "62170000", Origin: dossier.FromPerson, Recorded: w.Clock.Now().UTC()},
		} {
			want.Code, want.Document = code, w.ID(entry.Code.Canonical())
			if got := datum(file.Data, code, ""); got != want {
				t.Errorf("%s is not what was given last, with its origin and time", code)
			}
		}
		if mine := w.File(p.Pass).Data; datum(mine, "bank_account", "").Value != "" {
			t.Error("the firm's account stands on the person's file")
		}
		became(t, "a register that is behind", takeFirms(t, w, entry), dossier.Unchanged)
		entry.Phone = "+8659100000003"
		w.Clock.Advance(time.Minute)
		became(t, "another phone in the register", takeFirms(t, w, entry), dossier.Changed)
		file, err = w.GetFirm(t.Context(), w.Holder(p.Pass), firm)
		must(t, "get the firm", err)
		if got := datum(file.Data, "contact_phone", ""); got.Value != entry.Phone || got.Origin != dossier.FromRegister {
			t.Error("the phone is not the newer one of the register")
		}
	})
}

// TestVehicles: whoever picks a plate finds the number of the vehicle's permit
// beside it; a plate typed again, however it is written, is the same vehicle.
func TestVehicles(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		firm, _ := drive(t, w, p)
		save := func(gone []string, inputs ...dossier.Input) []dossier.Datum {
			t.Helper()
			w.Clock.Advance(time.Minute)
			data, err := w.SaveFirmData(t.Context(), w.Holder(p.Pass), firm, inputs, gone)
			must(t, "save", err)
			return data
		}
		permit := func(data []dossier.Datum, plate string) string {
			return datum(data, "road_transport_permit", vehicle(data, plate)).Value
		}
		save(nil, dossier.Input{Code: "vehicle_plate", Value: "闽A·00001"},
			dossier.Input{Code: "road_transport_permit", Value: "350000000001", Plate: "闽A00001"})
		first := save(nil, dossier.Input{Code: "vehicle_plate", Value: "闽A00002"})
		data := save(nil, dossier.Input{Code: "vehicle_plate", Value: "闽ａ 00001"},
			dossier.Input{Code: "road_transport_permit", Value: "350000000009", Plate: "闽A00001"})
		if one, two := vehicle(data, "闽A00001"), vehicle(data, "闽A00002"); one == two || one != vehicle(first, "闽A00001") {
			t.Error("the two vehicles are not two, or the first became another one")
		}
		if permit(data, "闽A00001") != "350000000009" || permit(data, "闽A00002") != "" {
			t.Error("a permit is not the one given last for its plate")
		}
		data = save([]string{"闽A00001", "闽A99999"})
		if vehicle(data, "闽A00001") != "" || permit(data, "闽A00001") != "" || vehicle(data, "闽A00002") == "" {
			t.Error("the vehicle that is gone is still there, or the other one is not")
		}
	})
}

// TestSaveFirmDataRefuses: no role, no firm and no file look the same; a role that
// does not act for the firm reads only; nothing is kept of what has a fault.
func TestSaveFirmDataRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q, clerk := dossiertest.NewPerson(0), dossiertest.NewPerson(1), dossiertest.NewPerson(2)
		for _, person := range []dossiertest.Person{p, q, clerk} {
			w.Settle(person)
		}
		firm, _ := drive(t, w, p)
		must(t, "give another role", w.DB.InTx(t.Context(), func(ctx context.Context) error {
			return w.DB.Client(ctx).FirmRole.Create().SetID("role").SetFirmID(string(firm)).SetDocumentID(string(w.ID(clerk.Pass))).
				SetRole("clerk").SetCreateTime(dossiertest.Start.UTC()).Exec(ctx)
		}))
		good := dossier.Input{Code: "email", Value: "firm@example.com"}
		for _, tt := range []struct {
			name  string
			by    actor.Actor
			firm  dossier.ID
			input dossier.Input
			gone  []string
			err   error
			field string
		}{
			{"no role", w.Holder(q.Pass), firm, good, nil, dossier.ErrNotFound, ""},
			{"no firm", w.Holder(p.Pass), "no-firm", good, nil, dossier.ErrNotFound, ""},
			{"an officer", dossiertest.Officer("a"), firm, good, nil, dossier.ErrNotFound, ""},
			{"nobody", actor.Actor{}, firm, good, nil, dossier.ErrNotFound, ""},
			{"a role that reads", w.Holder(clerk.Pass), firm, good, nil, dossier.ErrReadsOnly, ""},
			{"a person's item", w.Holder(p.Pass), firm, dossier.Input{Code: "occupation", Value: "x"}, nil, dossier.ErrDatumUnknown, "items[1].code"},
			{"the register's item", w.Holder(p.Pass), firm, dossier.Input{Code: "registered_address", Value: "x"}, nil, dossier.ErrDatumInvalid, "items[1].value"},
			{"no plate", w.Holder(p.Pass), firm, dossier.Input{Code: "vehicle_plate", Value: "?"}, nil, dossier.ErrDatumInvalid, "items[1].value"},
			{"a permit of no vehicle", w.Holder(p.Pass), firm, dossier.Input{Code: "road_transport_permit", Value: "1"}, nil, dossier.ErrThingUnknown, "items[1].plate"},
			{"a permit of another's vehicle", w.Holder(p.Pass), firm, dossier.Input{Code: "road_transport_permit", Value: "1", Plate: "闽A1"}, nil,
				dossier.ErrThingUnknown, "items[1].plate"},
			{"gone, and no plate", w.Holder(p.Pass), firm, good, []string{"?"}, dossier.ErrDatumInvalid, "gone_plates[0]"},
		} {
			_, err := w.SaveFirmData(t.Context(), tt.by, tt.firm, []dossier.Input{good, tt.input}, tt.gone)
			fails(t, tt.name, err, tt.err)
			if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Field() != tt.field {
				t.Errorf("%s: the field at fault is not %q", tt.name, tt.field)
			}
		}
		file, err := w.GetFirm(t.Context(), w.Holder(clerk.Pass), firm)
		must(t, "a role that reads gets the file", err)
		if datum(file.Data, "email", "").Value != "" || datum(file.Data, "contact_phone", "").Value == "" {
			t.Error("something of a call that failed was kept, or what was there is gone")
		}
	})
}
