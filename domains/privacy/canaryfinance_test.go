package privacy_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// financeOn is the certificates for lenders, as the house builds them.
func (w *world) financeOn(t *testing.T, on *dossiertest.World, files *dossier.Service, db *entdb.DB, v *vault.Vault, newID func() string) {
	t.Helper()
	gate, err := guard.New(on.Staff)
	must(t, "guard", err)
	w.finance, err = finance.New(finance.Deps{
		DB: db, Vault: v, Files: files, Credits: w.credits, Credentials: w.credentials, Guard: gate, Notices: w.notices, Audit: w.log,
		Now: on.Clock.Now, NewID: newID,
	})
	must(t, "finance", err)
}

// applied has the bird apply for certificates on a report that the finance office may read:
// one is refused, one waits.
func (w *world) applied(t *testing.T, me actor.Actor) {
	t.Helper()
	text, err := w.consents.Text(credit.Purpose, "en")
	must(t, "text", err)
	_, err = w.consents.Give(t.Context(), me, consent.Terms{
		Party: finance.Owner, Purpose: credit.Purpose, Scopes: []string{"penalties"}, Expires: w.files.Clock.Now().AddDate(0, 6, 0),
		TextVersion: text.Version, TextLanguage: "en",
	})
	must(t, "authorise the finance office", err)
	r, _, err := w.credits.Report(t.Context(), me, "")
	must(t, "report", err)
	first, err := w.finance.Apply(t.Context(), me, r.ID, "CANARY loan")
	must(t, "apply", err)
	by := desk("one")
	by.Department = finance.Owner
	_, err = w.finance.Decide(t.Context(), by, first.ID, false, "CANARY refusal")
	must(t, "refuse", err)
	_, err = w.finance.Apply(t.Context(), me, r.ID, "CANARY other loan")
	must(t, "apply again", err)
}

// unapplied: of the applications the states are left, and what was said is not.
func (w *world) unapplied(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	for query, want := range map[string]int{
		"SELECT count(*) FROM finance_applications WHERE document_id = ? AND state = 'refused'":                                           1,
		"SELECT count(*) FROM finance_applications WHERE document_id = ? AND state = 'withdrawn'":                                         1,
		"SELECT count(*) FROM finance_applications WHERE document_id = ? AND (length(statement_sealed) > 0 OR answer_sealed IS NOT NULL)": 0,
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

// sealedFinance: a backup that outlives the data keys does not tell what was applied for.
func (w *world) sealedFinance(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	held, err := w.finance.Holdings(t.Context(), 100, ids...)
	if err != nil || len(held) != 2 {
		t.Fatalf("%d applications are in the backup (%v), want two", len(held), err)
	}
	for _, a := range held {
		if a.Purpose != "" || a.Answer != "" {
			t.Error("the backup tells what was said in an application")
		}
	}
}
