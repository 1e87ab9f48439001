package dossier_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
)

// contents is what stands on a file, without the link.
func contents(file dossier.Dossier) []string {
	var all []string
	for _, d := range file.Documents {
		all = append(all, fmt.Sprint("document ", d.ID, " ", d.Status, " ", d.Validity))
	}
	for _, r := range file.Records {
		all = append(all, fmt.Sprint("record ", r.ID, " under ", r.Document, " of ", *r.AmountFen))
	}
	for _, d := range file.Data {
		all = append(all, fmt.Sprint("datum ", d.Code, " under ", d.Document, " of ", d.Recorded))
	}
	for _, r := range file.Roles {
		all = append(all, fmt.Sprint("role ", r.Role, " in ", r.Firm, " under ", r.Document))
	}
	return append(all, fmt.Sprint("file ", file.ID, " with ", file.RecordCount))
}

// furnish gives each of a person's documents a record, a datum, a role and a
// phone.
func furnish(t *testing.T, w *dossiertest.World, p dossiertest.Person) {
	t.Helper()
	amount := int64(100)
	pass, permit := w.PassEntry(p), w.PermitEntry(p, "")
	permit.Phone = "+886922222222"
	w.Take(pass, permit)
	for i, number := range []string{p.Pass, p.Permit} {
		_, err := w.TakeRecords(t.Context(), []dossier.RecordEntry{{
			Number: w.Number(number), Kind: "subsidy", Title: "補助", Authority: "人社局",
			Occurred: dossiertest.Start, AmountFen: &amount, Source: "hr", SourceRef: fmt.Sprint(i),
		}})
		must(t, "take records", err)
		became(t, "firm", takeFirms(t, w, dossier.FirmEntry{Code: firmCode(t, w, i), Name: "商行", Representative: w.Number(number)}), dossier.Added)
		w.Clock.Advance(time.Minute)
		_, err = w.SaveData(t.Context(), w.Holder(number), []dossier.Input{{Code: "occupation", Value: fmt.Sprint("職業", i)}})
		must(t, "save data", err)
	}
}

func TestUnlinkRestoresBothSides(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		furnish(t, w, p)
		sides := []string{p.Pass, p.Permit}
		before := [][]string{contents(w.File(p.Pass)), contents(w.File(p.Permit))}
		link := w.Join(p)
		joint := w.File(p.Pass)
		if joint.RecordCount != 2 || len(joint.Roles) != 2 || len(joint.Data) != 2 || joint.Data[1].Value != "職業1" {
			t.Errorf("the joint file has %d records, %d roles, %d data; want 2 of each, the newer datum",
				joint.RecordCount, len(joint.Roles), len(joint.Data))
		}
		id, phone, err := w.Reach(t.Context(), w.Number(p.Pass))
		if err != nil || id != w.ID(p.Pass) || phone != "+886922222222" && phone != p.Phone {
			t.Errorf("the joint file is reached by no phone of it: %v", err)
		}
		w.Clock.Advance(time.Hour)
		for range 2 {
			cut, err := w.Unlink(t.Context(), w.Holder(p.Permit), link.ID, "wrong")
			must(t, "unlink", err)
			if cut.Holds() || !cut.Cut.Equal(w.Clock.Now()) {
				t.Errorf("link was cut at %v, want now", cut.Cut)
			}
		}
		for i, number := range sides {
			if after := contents(w.File(number)); !slices.Equal(after, before[i]) {
				t.Errorf("side %d is\n%v\nwant\n%v", i, after, before[i])
			}
		}
		apart(t, w, p.Pass, p.Permit)
		w.Clock.Advance(time.Hour)
		again, err := w.Unlink(t.Context(), w.Holder(p.Pass), link.ID, "again")
		must(t, "unlink what is cut", err)
		if again.Cut.Equal(w.Clock.Now()) {
			t.Error("cutting again moved the time of the cut")
		}
	})
}

// TestCutPairs: a register does not join again what was taken apart, not even
// through a renewed document. The holder does.
func TestCutPairs(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		link := w.Join(p)
		_, err := w.Unlink(t.Context(), w.Holder(p.Pass), link.ID, "wrong")
		must(t, "unlink", err)
		entry := w.PermitEntry(p, p.Pass)
		entry.Number, entry.Replaces, entry.Validity = w.Number(p.PermitNo(1)), w.Number(p.Permit), p.Validity(1)
		paper := renewed(p, 1, p.Permit)
		paper.Names = p.Pass
		w.Authorities.SetPermit(p.PermitNo(1), paper)
		w.Take(entry)
		if n := len(w.File(p.Permit).Inquiries); n != 1 {
			t.Fatalf("%d inquiries are open, want the one that the register raised", n)
		}
		w.Finish()
		apart(t, w, p.Pass, p.Permit)
		if n := len(queue(t, w)); n != 0 {
			t.Errorf("%d reviews are open, want none: the register does not propose the pair again", n)
		}
		if got := ask(t, w, p.Pass, p.PermitNo(1)); got.link.ID == "" || got.link.ID == link.ID {
			t.Errorf("the holder asks: inquiry is %s, want a new link", got.inquiry.State)
		}
		oneFile(t, w, p.Pass, p.Permit, p.PermitNo(1))
	})
}

// TestUnlinkMiddle: of three documents in a chain, cutting one link leaves the
// others together.
func TestUnlinkMiddle(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		third := p
		third.Permit = residentID(t, p)
		w.Join(p)
		w.Take(w.PermitEntry(third, ""))
		at, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(third.Permit), w.Number(p.Permit), "")
		must(t, "link a third document", err)
		oneFile(t, w, p.Pass, p.Permit, third.Permit)
		got := ask(t, w, p.Permit, p.Pass)
		if got.link.ID == at.ID || got.link.Second != w.ID(p.Permit) && got.link.First != w.ID(p.Pass) {
			t.Error("asking for the pass gives the link of another pair")
		}
		_, err = w.Unlink(t.Context(), dossiertest.Officer("a"), at.ID, "")
		must(t, "unlink", err)
		oneFile(t, w, p.Pass, p.Permit)
		apart(t, w, p.Pass, third.Permit)
	})
}
