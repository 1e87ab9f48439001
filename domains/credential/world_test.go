package credential_test

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	metric "go.opentelemetry.io/otel/metric/noop"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

const issuer = "https://fujian.example"

// registrar is an officer of the department that issues licences to practise.
var registrar = func() actor.Actor {
	a := dossiertest.Officer("registrar")
	a.Department, a.Office, a.Area = "service-hall", "pingtan-hall", "350128"
	return a
}()

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// world is the service on real files.
type world struct {
	*credential.Service
	files *dossiertest.World
	keys  *credential.Keys
	deps  credential.Deps
	made  atomic.Int64
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db, suite.ES256)) })
}

func newWorld(t testing.TB, db *entdb.DB, name suite.Name) *world {
	t.Helper()
	w := &world{files: dossiertest.New(t, db)}
	gate, err := guard.New(w.files.Staff)
	must(t, "make the guard", err)
	limits, err := limit.New(limit.Deps{
		DB: db, Keys: w.files.Keys, Now: w.files.Clock.Now, Log: slog.New(slog.DiscardHandler), Meter: metric.NewMeterProvider(),
	})
	must(t, "make the limits", err)
	w.keys, err = credential.OpenKeys(t.Context(), db, w.files.Keys, name, w.files.Clock.Now)
	must(t, "open the keys", err)
	w.deps = credential.Deps{
		DB: db, Vault: w.files.Vault, Keys: w.keys, Files: w.files.Service, Guard: gate, Audit: w.files.Audit, Limits: limits,
		Issuer: issuer, Word: func(language, id string, _ map[string]string) string { return id + " " + language }, Now: w.files.Clock.Now, NewID: w.newID,
		NewNumber: func() (string, error) { return fmt.Sprintf("TEST-0000-0000-%04d", w.made.Add(1)), nil },
		NewSecret: func() string { return fmt.Sprintf("secret-%d", w.made.Add(1)) },
	}
	w.Service, err = credential.New(w.deps)
	must(t, "make the service", err)
	return w
}

// newID makes IDs in the order in which they are asked for.
func (w *world) newID() string { return fmt.Sprintf("00000000-0000-7000-8000-%012d", w.made.Add(1)) }

// again is another process on the same database.
func (w *world) again(t testing.TB) *credential.Service {
	t.Helper()
	deps := w.deps
	var err error
	deps.Keys, err = credential.OpenKeys(t.Context(), w.files.DB, w.files.Keys, suite.ES256, w.files.Clock.Now)
	must(t, "open the keys", err)
	s, err := credential.New(deps)
	must(t, "make the service", err)
	return s
}

// person puts the i-th person on file and returns how that one signs in.
func (w *world) person(i int) (dossiertest.Person, actor.Actor) {
	p := dossiertest.NewPerson(i)
	w.files.Settle(p)
	return p, w.files.Holder(p.Pass)
}

// guide is what a licence to practise says.
func guide() credential.Values {
	return credential.Values{
		"holder_name": "林雅婷", "profession": "导游", "workplace": "平潭海峡旅行社", "register_number": "D-350128-7", "registered": "2026-03-02",
	}
}

// licensed issues somebody a licence to practise.
func (w *world) licensed(t testing.TB, p dossiertest.Person, matter string) credential.Credential {
	t.Helper()
	c, err := w.DeskIssue(t.Context(), registrar, w.files.Number(p.Pass), credential.Draft{
		Type: "practice_licence", Matter: credential.Matter{ID: matter}, Values: guide(),
	})
	must(t, "issue", err)
	return c
}

func day(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, dossiertest.Zone)
}
