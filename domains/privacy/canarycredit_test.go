package privacy_test

import (
	"context"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// creditsOn is the credit reports, as the house builds them.
func (w *world) creditsOn(t *testing.T, on *dossiertest.World, files *dossier.Service, db *entdb.DB, v *vault.Vault, newID func() string) {
	t.Helper()
	gate, err := guard.New(on.Staff)
	must(t, "guard", err)
	w.credits, err = credit.New(credit.Deps{
		DB: db, Vault: v, Files: files, Consents: w.consents, Guard: gate, Sources: registry{on.Clock}, Policies: credit.Policies(),
		Now: on.Clock.Now, NewID: newID, NewVoucher: sharing.NewVoucher,
	})
	must(t, "credit reports", err)
}

// registry plays the sources of credit data: everybody was fined once.
type registry struct{ clock *dossiertest.Clock }

// CreditFacts implements [upstream.CreditSources].
func (r registry) CreditFacts(_ context.Context, source upstream.CreditSource, qs []upstream.CreditQuestion) (upstream.CreditReading, error) {
	reading := upstream.CreditReading{Answers: make([]upstream.CreditAnswer, len(qs)), CheckTime: r.clock.Now(), TraceID: "trace"}
	for i := range qs {
		reading.Answers[i].Known = true
		if source == "penalties" {
			reading.Answers[i].Facts = []upstream.CreditFact{{
				Reference: "CANARY penalty", Day: calendar.On(r.clock.Now()), Fields: []upstream.CreditField{
					{Name: "authority", Kind: upstream.CreditText, Text: "CANARY authority"}, {Name: "cause", Kind: upstream.CreditText, Text: "CANARY cause"},
					{Name: "amount", Kind: upstream.CreditMoney, Number: 1}, {Name: "state", Kind: upstream.CreditCode, Text: "open"},
				},
			}}
		}
	}
	return reading, nil
}

// report has the bird obtain a credit report.
func (w *world) report(t *testing.T, me actor.Actor) {
	t.Helper()
	text, err := w.consents.Text(credit.Purpose, "en")
	must(t, "text", err)
	c, err := w.consents.Give(t.Context(), me, consent.Terms{
		Party: "police", Purpose: credit.Purpose, Scopes: []string{"penalties"}, Expires: w.files.Clock.Now().AddDate(0, 6, 0),
		TextVersion: text.Version, TextLanguage: "en",
	})
	must(t, "authorise", err)
	r, err := w.credits.Obtain(t.Context(), me, c.ID)
	must(t, "obtain a report", err)
	for _, s := range r.Content.Sections {
		if s.Source == "penalties" && len(s.Facts) == 0 {
			t.Fatal("the bird was not fined")
		}
	}
}

// TestReportsExpireAsTheySay: the rule of this package and the one by which reports are
// shown are the same number of days.
func TestReportsExpireAsTheySay(t *testing.T) {
	t.Parallel()
	for _, r := range privacy.Retention() {
		if r.Kind == privacy.KindCreditReports && (r.KeepDays != credit.KeepDays || !r.Illustrative) {
			t.Errorf("reports are kept for %d days and shown for %d, illustrative: %t", r.KeepDays, credit.KeepDays, r.Illustrative)
		}
	}
}
