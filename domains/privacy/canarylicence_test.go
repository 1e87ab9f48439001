package privacy_test

import (
	"crypto/rand"
	"log/slog"
	"testing"

	metric "go.opentelemetry.io/otel/metric/noop"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// credentialsOn is licences, as the house builds them.
func (w *world) credentialsOn(t *testing.T, on *dossiertest.World, files *dossier.Service, db *entdb.DB, v *vault.Vault, gate *guard.Guard, newID func() string) {
	t.Helper()
	keys, err := credential.OpenKeys(t.Context(), db, on.Keys, suite.ES256, on.Clock.Now)
	must(t, "issuer keys", err)
	limits, err := limit.New(limit.Deps{DB: db, Keys: on.Keys, Now: on.Clock.Now, Log: slog.New(slog.DiscardHandler), Meter: metric.NewMeterProvider()})
	must(t, "limits", err)
	w.credentials, err = credential.New(credential.Deps{
		DB: db, Vault: v, Keys: keys, Files: files, Guard: gate, Audit: w.log, Limits: limits, Issuer: "https://fujian.example",
		Word: func(_, id string, _ map[string]string) string { return id }, Now: on.Clock.Now, NewID: newID,
		NewNumber: sharing.NewVoucher, NewSecret: rand.Text,
	})
	must(t, "credentials", err)
}

// vouch has the bird hold a licence that was amended, show it, and have another one show it.
func (w *world) vouch(t *testing.T, me actor.Actor, other dossiertest.Person) {
	t.Helper()
	officer := desk("one")
	values := func(place string) credential.Values {
		return credential.Values{
			"holder_name": "CANARY holder", "profession": "CANARY guide", "workplace": place, "register_number": "CANARY-7", "registered": "2026-03-02",
		}
	}
	c, err := w.credentials.Issue(t.Context(), officer, credential.Draft{
		Type: "practice_licence", Document: me.Document, Matter: credential.Matter{Kind: "desk", ID: "case-1"}, Values: values("CANARY agency"),
	})
	must(t, "issue", err)
	_, err = w.credentials.Amend(t.Context(), officer, c.Number, credential.Amendment{Edition: 1, Values: values("CANARY office"), Note: "CANARY moved"})
	must(t, "amend", err)
	_, token, err := w.credentials.Share(t.Context(), me, "", []credential.Choice{{Number: c.Number, Fields: []string{"workplace"}}},
		"CANARY purpose", w.files.Clock.Now().AddDate(0, 0, 7))
	must(t, "share", err)
	_, err = w.credentials.Open(t.Context(), officer, token)
	must(t, "open", err)
	_, err = w.consents.Delegate(t.Context(), me, w.files.Number(other.Pass), consent.ShowLicences, w.files.Clock.Now().AddDate(0, 6, 0), string(c.Number))
	must(t, "delegate the licence", err)
}

// silenced: of licences the register is left, and what they said is not.
func (w *world) silenced(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	for query, want := range map[string]int{
		"SELECT count(*) FROM credentials WHERE document_id = ?":                                                                                      2,
		"SELECT count(*) FROM credentials WHERE document_id = ? AND (length(content_sealed) > 0 OR token_sealed IS NOT NULL)":                         0,
		"SELECT count(*) FROM credential_events e JOIN credentials c ON c.id = e.credential_id WHERE c.document_id = ?":                               2,
		"SELECT count(*) FROM credential_events e JOIN credentials c ON c.id = e.credential_id WHERE c.document_id = ? AND e.note_sealed IS NOT NULL": 0,
		"SELECT count(*) FROM presentations WHERE document_id = ?":                                                                                    0,
		"SELECT count(*) FROM credential_uses WHERE document_id = ?":                                                                                  0,
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
