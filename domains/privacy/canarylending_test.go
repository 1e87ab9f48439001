package privacy_test

import (
	"context"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/lending"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// lendingOn is what brings people and banks together, as the house builds it.
func (w *world) lendingOn(t *testing.T, on *dossiertest.World, files *dossier.Service, db *entdb.DB, v *vault.Vault, newID func() string) {
	t.Helper()
	gate, err := guard.New(on.Staff)
	must(t, "guard", err)
	w.lending, err = lending.New(lending.Deps{
		DB: db, Vault: v, Files: files, Consents: w.consents, Credits: w.credits, Licences: w.credentials, Guard: gate, Notices: w.notices,
		Audit: w.log, Products: lending.Products(), Banks: lending.Banks(), Now: on.Clock.Now, NewID: newID, NewVoucher: sharing.NewVoucher,
	})
	must(t, "lending", err)
}

// lent has the bird send needs to a bank: one is refused, in the other both sides speak, a
// paper lies and an offer stands.
func (w *world) lent(t *testing.T, me actor.Actor) {
	t.Helper()
	ctx, now := t.Context(), w.files.Clock.Now()
	bank := lending.Banks()["taibaoka"]
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.Department.Create().SetID(bank).SetName("海岸示例银行").SetCreateTime(now).Exec(ctx)
	})
	text, err := w.consents.Text(lending.Purpose, "en")
	must(t, "text", err)
	_, err = w.consents.Give(ctx, me, consent.Terms{
		Party: consent.PartyID(bank), Purpose: lending.Purpose, Scopes: []string{lending.Scope}, Expires: now.AddDate(0, 6, 0),
		TextVersion: text.Version, TextLanguage: "en",
	})
	must(t, "authorise a bank", err)
	by := desk("one")
	by.Department = bank
	need := lending.Need{Fen: 10_000_00, Months: 12, Use: lending.Consumption, Words: "CANARY need"}
	for i := range 2 {
		cases, err := w.lending.Send(ctx, me, need, "taibaoka")
		must(t, "send a need", err)
		id := cases[0].ID
		if i == 0 {
			_, err := w.lending.Close(ctx, by, id, 0, "CANARY refusal")
			must(t, "refuse", err)
			continue
		}
		_, err = w.lending.SayAsBank(ctx, by, id, lending.Words{Text: "CANARY question"})
		must(t, "ask", err)
		_, err = w.lending.Say(ctx, me, id, lending.Words{
			Text: "CANARY answer", PaperName: "CANARY paper.pdf", Paper: []byte("%PDF-1.7 CANARY content\n%%EOF\n"),
		})
		must(t, "answer", err)
		_, err = w.lending.MakeOffer(ctx, by, id, lending.Terms{Fen: 1_00, RateBP: 1, Months: 1, Words: "CANARY terms", LastDay: civil.DateOf(now).AddDays(7)})
		must(t, "offer", err)
	}
}

// unlent: of the cases the states and amounts are left, and what was said is not.
func (w *world) unlent(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	const ours = "(SELECT id FROM lending_cases WHERE document_id = ?)"
	for query, want := range map[string]int{
		"SELECT count(*) FROM lending_cases WHERE document_id = ? AND state = 'refused'":                                      1,
		"SELECT count(*) FROM lending_cases WHERE document_id = ? AND state = 'withdrawn'":                                    1,
		"SELECT count(*) FROM lending_cases WHERE document_id = ? AND (length(need_sealed) > 0 OR answer_sealed IS NOT NULL)": 0,
		"SELECT count(*) FROM lending_offers WHERE case_id IN " + ours + " AND amount_fen = 100":                              1,
		"SELECT count(*) FROM lending_offers WHERE case_id IN " + ours + " AND terms_sealed IS NOT NULL":                      0,
		"SELECT count(*) FROM lending_notes WHERE case_id IN " + ours:                                                         0,
	} {
		n := 0
		for _, id := range ids {
			n += w.count(t, query, string(id))
		}
		if n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
}

// sealedLending: a backup that outlives the data keys does not tell what was needed or said.
func (w *world) sealedLending(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	held, err := w.lending.Holdings(t.Context(), 100, ids...)
	if err != nil || len(held) != 2 {
		t.Fatalf("%d cases are in the backup (%v), want two", len(held), err)
	}
	for _, h := range held {
		if h.Need != (lending.Need{}) || h.Name != "" || h.Answer != "" {
			t.Error("the backup tells what was needed")
		}
		for _, n := range h.Notes {
			if n.Text != "" || n.PaperName != "" {
				t.Error("the backup tells what was said")
			}
		}
	}
}
