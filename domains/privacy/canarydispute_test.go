package privacy_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// disputesOn is what people say is wrong, as the house builds it.
func (w *world) disputesOn(t *testing.T, on *dossiertest.World, files *dossier.Service, db *entdb.DB, v *vault.Vault, newID func() string) {
	t.Helper()
	gate, err := guard.New(on.Staff)
	must(t, "guard", err)
	w.disputes, err = dispute.New(dispute.Deps{
		DB: db, Vault: v, Files: files, Guard: gate, Notices: w.notices, Audit: w.log, Now: on.Clock.Now, NewID: newID,
		Kinds: map[dispute.Kind]dispute.Subjects{
			dispute.DocumentKind: dispute.Documents{document.TaiwanPass: "police", document.TaiwanPermit: "police"},
		},
	})
	must(t, "disputes", err)
}

// dispute has the bird say twice that a document is wrong, and an officer answer once.
func (w *world) dispute(t *testing.T, me actor.Actor) {
	t.Helper()
	subject := dispute.Subject{Kind: dispute.DocumentKind, ID: string(me.Document)}
	first, err := w.disputes.File(t.Context(), me, subject, "CANARY misspelt")
	must(t, "dispute", err)
	by := desk("one")
	by.Department = "police"
	_, err = w.disputes.Decide(t.Context(), by, first.ID, true, "CANARY respelt")
	must(t, "answer", err)
	_, err = w.disputes.File(t.Context(), me, subject, "CANARY again misspelt")
	must(t, "dispute again", err)
}

// undisputed: of what was disputed the states are left, and what was said is not.
func (w *world) undisputed(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	for query, want := range map[string]int{
		"SELECT count(*) FROM disputes WHERE document_id = ? AND state = 'corrected'":                                      1,
		"SELECT count(*) FROM disputes WHERE document_id = ? AND state = 'withdrawn'":                                      1,
		"SELECT count(*) FROM disputes WHERE document_id = ? AND (length(reason_sealed) > 0 OR answer_sealed IS NOT NULL)": 0,
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

// sealedDisputes: a backup that outlives the data keys does not tell what was said.
func (w *world) sealedDisputes(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	held, err := w.disputes.Holdings(t.Context(), 100, ids...)
	if err != nil || len(held) != 2 {
		t.Fatalf("%d disputes are in the backup (%v), want two", len(held), err)
	}
	for _, d := range held {
		if d.Reason != "" || d.Answer != "" {
			t.Error("the backup tells what was said in a dispute")
		}
	}
}
