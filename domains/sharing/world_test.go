package sharing_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
)

// world is the service over real files: one person with two documents in one
// file, another person, and two departments.
type world struct {
	*dossiertest.World
	sharing  *sharing.Service
	consents *consent.Service
	mine     dossiertest.Person
	other    dossiertest.Person
	link     dossier.Link
	made     int
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := &world{World: dossiertest.New(t, db), mine: dossiertest.NewPerson(0), other: dossiertest.NewPerson(1)}
		gate, err := guard.New(w.Staff)
		must(t, "make the guard", err)
		newID := func() string {
			w.made++
			return time.Duration(w.made).String() // unique, and nothing more is asked
		}
		w.consents, err = consent.New(consent.Deps{
			DB: db, Vault: w.Vault, Audit: w.Audit, Files: sharing.Files(w.Service), Now: w.Clock.Now, Queue: noticetest.NewQueue(db, w.Clock.Now), NewID: newID,
		})
		must(t, "make consents", err)
		w.sharing, err = sharing.New(sharing.Deps{
			DB: db, Files: w.Service, Consents: w.consents, Guard: gate, Now: w.Clock.Now, Zone: dossiertest.Zone,
		})
		must(t, "make the service", err)
		must(t, "make departments", db.InTx(t.Context(), func(ctx context.Context) error {
			for _, id := range []string{"tax", "police"} {
				if err := db.Client(ctx).Department.Create().SetID(id).SetName(id).SetCreateTime(dossiertest.Start).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		}))
		w.link = w.Join(w.mine)
		w.Settle(w.other)
		for raw, value := range map[string]string{w.mine.Pass: "教師", w.other.Pass: "醫師"} {
			_, err := w.SaveData(t.Context(), w.Holder(raw), []dossier.Input{{Code: "occupation", Value: value}, {Code: "bank_account", Value: "622200001111"}})
			must(t, "save data", err)
		}
		f(t, w)
	})
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func second[T any](_ T, err error) error { return err }

func fails(t *testing.T, what string, err error, want *fault.Fault) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %s", what, err, want.Reason())
	}
}

// officer is one at a window of a department.
func officer(name, department string) actor.Actor {
	by := dossiertest.Officer(name)
	by.Department, by.Office, by.Duty = department, "window", actor.Accept
	return by
}

func system(department string) actor.Actor {
	return actor.Actor{Role: actor.System, Officer: "program", Department: department}
}

// give lets the tax department read the occupation and the records of the
// person with this document.
func (w *world) give(t *testing.T, raw string) consent.Consent {
	t.Helper()
	text, err := w.consents.Text("window_check", "en")
	must(t, "read the text", err)
	c, err := w.consents.Give(t.Context(), w.Holder(raw), consent.Terms{
		Party: "tax", Purpose: "window_check", Scopes: []string{"occupation", "records"},
		Expires: w.Clock.Now().Add(time.Hour), TextVersion: text.Version, TextLanguage: "en",
	})
	must(t, "give", err)
	return c
}

// query asks for the occupation on a consent.
func (w *world) query(raw string, on consent.ID) sharing.Query {
	return sharing.Query{Number: w.Number(raw), Purpose: "window_check", Scopes: []string{"occupation"}, Consent: on}
}

// calls is how many reads are written.
func (w *world) calls(t *testing.T) int {
	t.Helper()
	return w.DB.Client(t.Context()).DataCall.Query().CountX(t.Context())
}
