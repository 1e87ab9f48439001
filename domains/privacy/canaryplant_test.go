package privacy_test

import (
	"context"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/replay"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// sing fills every field about a person.
func (w *world) sing(t *testing.T, b bird, other dossiertest.Person) {
	t.Helper()
	ctx := t.Context()
	f := w.files
	f.Know(b.Person, b.Pass)
	pass, permit := f.PassEntry(b.Person), f.PermitEntry(b.Person, b.Pass)
	f.Take(pass, permit)
	f.Finish()
	pass.Validity, pass.Phone = b.Validity(1), "+886977000778"
	f.Take(pass) // another printing
	me := f.Holder(b.Pass)
	taken, err := f.TakeRecords(ctx, []dossier.RecordEntry{{
		Number: f.Number(b.Permit), Kind: "medical_card", Title: "CANARY record", Authority: "医保局",
		Occurred: f.Clock.Now(), Source: "medical", SourceRef: "CANARY reference",
	}})
	if err != nil || taken[0].Fault != nil {
		t.Fatalf("take a record: %v %v", err, taken[0].Fault)
	}
	_, err = f.SaveData(ctx, me, []dossier.Input{
		{Code: "email", Value: "CANARY@example.com"}, {Code: "taiwan_address", Value: "CANARY street"}, {Code: "bank_account", Value: "70007000700070007"},
	})
	must(t, "save data", err)
	_, err = f.SaveData(ctx, me, []dossier.Input{{Code: "taiwan_address", Value: "CANARY avenue"}})
	must(t, "save data", err)

	link := f.File(b.Pass).Links[0]
	must(t, "unlink", w.look(t, desk("one"), "unlink", "CANARY unlink", func(ctx context.Context) error {
		_, err := f.Unlink(ctx, desk("one"), link.ID, "CANARY cut")
		return err
	}))
	w.byPaper(t, b)
	_, err = f.LinkAtWindow(ctx, desk("one"), f.Number(b.Pass), f.Number(b.Permit), "CANARY note")
	must(t, "link", err)
	f.Authorities.SetDown("exit_entry", true)
	_, _, err = f.Renew(ctx, me, me.Document, b.PassNo(3))
	if err != nil {
		t.Logf("renewal waits: %v", err)
	}

	w.signIn(t, me.Document, "CANARY phone")
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.Department.Create().SetID("police").SetName("公安").SetCreateTime(f.Clock.Now()).Exec(ctx)
	})
	w.askForCode(t, me.Document)
	w.answered(t, me.Document)
	w.allow(t, b, other)
	w.complain(t, b)
	w.remind(t, me)
	w.entitle(t, me)
	w.vouch(t, me, other)
	w.report(t, me)
	w.dispute(t, me)
	w.applied(t, me)
	w.lent(t, me)
}

// byPaper links the bird's documents by a paper that two officers read, and cuts
// the link again.
func (w *world) byPaper(t *testing.T, b bird) {
	t.Helper()
	ctx, f := t.Context(), w.files
	paper := dossier.Paper{Pass: f.Number(b.Pass), Permit: f.Number(b.Permit), Number: "CANARY paper", Date: f.Today()}
	_, _, err := f.EnterPaper(ctx, desk("one"), paper)
	must(t, "enter a paper", err)
	link, waiting, err := f.EnterPaper(ctx, desk("two"), paper)
	if err != nil || waiting {
		t.Fatalf("enter a paper: waiting %v, %v", waiting, err)
	}
	_, err = f.Unlink(ctx, desk("one"), link.ID, "CANARY another cut")
	must(t, "unlink", err)
}

// askForCode plays package access on its table, and seals as it does.
func (w *world) askForCode(t *testing.T, id actor.DocumentID) {
	t.Helper()
	row, now := w.deps.NewID(), w.files.Clock.Now()
	sealed, err := w.files.Keys.Seal([]byte("CANARY code"), "challenge/"+row)
	must(t, "seal a code", err)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.Challenge.Create().SetID(row).SetPurpose("sign_in").SetSubject([]byte("hash")).SetDocumentID(string(id)).
			SetCodeHash([]byte("hash")).SetPayloadSealed(sealed).SetCreateTime(now).SetExpireTime(now).Exec(ctx)
	})
}

// answered keeps answers to a call of the person and to one of an officer.
func (w *world) answered(t *testing.T, id actor.DocumentID) {
	t.Helper()
	writes, err := replay.New(replay.Deps{DB: w.deps.DB, Keys: w.files.Keys, Vault: w.deps.Vault, Now: w.files.Clock.Now})
	must(t, "replay", err)
	for caller, owner := range map[string]string{"person": string(id), "officer": ""} {
		call := replay.Call{Caller: caller, Procedure: "/s/Write", Key: "CANARY-key", Input: []byte("CANARY input"), Owner: owner}
		_, _, err = writes.Do(t.Context(), call, nil, func(context.Context) ([]byte, []actor.DocumentID, error) {
			return []byte("CANARY answer"), []actor.DocumentID{id}, nil
		})
		must(t, "keep an answer", err)
	}
}

// allow gives consents and delegations to and fro, and uses them.
func (w *world) allow(t *testing.T, b bird, other dossiertest.Person) {
	t.Helper()
	ctx := t.Context()
	f := w.files
	me, them := f.Holder(b.Pass), f.Holder(other.Pass)
	end := f.Clock.Now().AddDate(0, 6, 0)
	text, err := w.consents.Text("credit_report", "en")
	must(t, "text", err)
	c, err := w.consents.Give(ctx, me, consent.Terms{
		Party: "police", Purpose: "credit_report", Scopes: []string{"mobile_phone"}, Expires: end, TextVersion: text.Version, TextLanguage: "en",
	})
	must(t, "consent", err)
	ids, err := f.FileDocuments(ctx, me.Document)
	must(t, "file", err)
	_, err = w.consents.Use(ctx, desk("one"), consent.Claim{
		Voucher: "V1", Document: me.Document, File: ids, Party: "police", Purpose: "credit_report", Scopes: []string{"mobile_phone"}, Consent: c.ID,
	})
	must(t, "use", err)
	_, err = w.consents.Delegate(ctx, me, f.Number(other.Pass), consent.ReadFile, end)
	must(t, "delegate", err)
	_, err = w.consents.Delegate(ctx, them, f.Number(b.Permit), consent.ReadFile, end)
	must(t, "delegate to the bird", err)
}

// complain looks at the file, objects, and asks for corrections.
func (w *world) complain(t *testing.T, b bird) {
	t.Helper()
	ctx := t.Context()
	me := w.files.Holder(b.Pass)
	must(t, "look", w.look(t, desk("one"), "find", "CANARY looked because", func(ctx context.Context) error {
		_, err := w.files.Find(ctx, desk("one"), w.files.Number(b.Pass))
		return err
	}))
	looks, _, err := w.reader.Looks(ctx, me, audit.Page{Limit: 1}, true)
	must(t, "looks", err)
	o, err := w.reader.Object(ctx, me, looks[0].ID, "CANARY objects")
	must(t, "object", err)
	_, err = w.reader.Answer(ctx, desk("two"), o.ID, audit.Justified, "CANARY answered")
	must(t, "answer", err)
	for _, item := range []string{dossier.ItemNameTaiwan, dossier.ItemNameRoman} {
		c, err := w.Request(ctx, me, privacy.Wish{Document: me.Document, Item: item, Value: "CANARY " + item, Reason: "CANARY reason"})
		must(t, "request", err)
		if item == dossier.ItemNameTaiwan {
			_, err = w.Decide(ctx, desk("two"), c.ID, true, "CANARY decided")
			must(t, "decide", err)
		}
	}
}
