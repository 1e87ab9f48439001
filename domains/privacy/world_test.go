package privacy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/lending"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// world is the service on real files, consents, log and vault. Only who is signed
// in is played, on the real table.
type world struct {
	*privacy.Service
	files    *dossiertest.World
	log      *audittest.World
	reader   *audit.Reader
	consents *consent.Service
	told     *ear
	*reminders
	subsidies   *subsidy.Service
	credentials *credential.Service
	credits     *credit.Service
	disputes    *dispute.Service
	finance     *finance.Service
	lending     *lending.Service
	deps        privacy.Deps
}

// ear keeps what was logged, from any goroutine.
type ear struct {
	mu    sync.Mutex
	heard bytes.Buffer
}

func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard.Write(p)
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t *testing.T, db *entdb.DB) *world {
	t.Helper()
	files := dossiertest.New(t, db)
	return worldOn(t, files, files.Service, db, files.Vault)
}

// worldOn is a world on another database or another service of the files.
func worldOn(t *testing.T, on *dossiertest.World, files *dossier.Service, db *entdb.DB, v *vault.Vault) *world {
	t.Helper()
	gate, err := guard.New(on.Staff)
	must(t, "guard", err)
	w := &world{files: on, log: audittest.On(t, db, on.Keys, v), told: &ear{}}
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	w.consents, err = consent.New(consent.Deps{
		DB: db, Vault: v, Audit: w.log, Files: sharing.Files(files), Now: on.Clock.Now, Queue: noticetest.NewQueue(db, on.Clock.Now), NewID: newID,
		Licence: func(ctx context.Context, documents []actor.DocumentID, number string) error {
			_, _, err := w.credentials.StandsOn(ctx, documents, credential.Number(number))
			return err
		},
	})
	must(t, "consents", err)
	enter := func(ctx context.Context, by actor.Actor, ids ...actor.DocumentID) error {
		var held []guard.Held
		for _, id := range ids {
			d, err := files.Document(ctx, id)
			if err != nil {
				return err
			}
			held = append(held, d.Held())
		}
		return gate.Enter(ctx, by, audit.None, held...)
	}
	w.reader, err = audit.NewReader(audit.ReaderDeps{
		Log: w.log.Service, Files: files, Enter: enter, Checker: gate.Checker, Zone: dossiertest.Zone,
	})
	must(t, "reader", err)
	w.reminders = remindersOn(t, on, files, db, v, w.log.Service, newID)
	w.subsidiesOn(t, on, files, db, v, newID)
	w.credentialsOn(t, on, files, db, v, gate, newID)
	w.creditsOn(t, on, files, db, v, newID)
	w.disputesOn(t, on, files, db, v, newID)
	w.financeOn(t, on, files, db, v, newID)
	w.lendingOn(t, on, files, db, v, newID)
	w.deps = privacy.Deps{
		DB: db, Vault: v, Files: files, Guard: gate, Audit: w.log, Looks: w.reader, Consents: w.consents,
		Sessions: sessions{db, w.files.Vault}, Notices: w.notices, Alarms: w.alarms, Taxes: w.taxes, Subsidies: w.subsidies,
		Credentials: w.credentials, Credits: w.credits, Disputes: w.disputes, Finance: w.finance, Lending: w.lending,
		Now: on.Clock.Now, NewID: newID, Zone: dossiertest.Zone,
		Log: slog.New(slog.NewJSONHandler(w.told, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	w.Service, err = privacy.New(w.deps)
	must(t, "privacy", err)
	return w
}

// sessions plays package access on its table.
type sessions struct {
	db    *entdb.DB
	vault *vault.Vault
}

func (s sessions) Sessions(ctx context.Context, documents []actor.DocumentID, limit int) ([]privacy.Session, error) {
	var list []privacy.Session
	for _, id := range documents {
		keys, err := s.vault.Keys(ctx, string(id))
		if err != nil {
			return nil, err
		}
		rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(
			`SELECT id, holder_id, device_name_sealed, create_time, refresh_time, expire_time FROM sessions WHERE holder_id = ? LIMIT ?`), string(id), limit)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var v privacy.Session
			var sealed []byte
			if err := rows.Scan(&v.ID, &v.Document, &sealed, &v.Created, &v.Used, &v.Expires); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			name, err := keys.Unseal(string(id), sealed, "device")
			if err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			v.Device = string(name)
			list = append(list, v)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s sessions) EndSessions(ctx context.Context, documents []actor.DocumentID) error {
	for _, id := range documents {
		if _, err := s.db.SQL(ctx).ExecContext(ctx, s.db.Rebind(`DELETE FROM sessions WHERE holder_id = ?`), string(id)); err != nil {
			return err
		}
	}
	return nil
}

// signIn opens a session.
func (w *world) signIn(t *testing.T, id actor.DocumentID, device string) {
	t.Helper()
	now := w.files.Clock.Now()
	keys, err := w.deps.Vault.Keys(t.Context(), string(id))
	must(t, "read a data key", err)
	name, err := keys.Seal(string(id), []byte(device), "device")
	must(t, "seal a name", err)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.Session.Create().SetID(w.deps.NewID()).SetRole("person").SetHolderID(string(id)).SetDeviceID("device").
			SetDeviceNameSealed(name).SetCreateTime(now).SetRefreshTime(now).SetExpireTime(now.AddDate(0, 0, 90)).Exec(ctx)
	})
}

func (w *world) write(t *testing.T, work func(ctx context.Context, c *ent.Client) error) {
	t.Helper()
	err := w.deps.DB.InTx(t.Context(), func(ctx context.Context) error { return work(ctx, w.deps.DB.Client(ctx)) })
	must(t, "write", err)
}

// count counts what a query of one number says.
func (w *world) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	must(t, query, w.deps.DB.SQL(t.Context()).QueryRowContext(t.Context(), w.deps.DB.Rebind(query), args...).Scan(&n))
	return n
}

// look does work in a call of somebody, with its entry in the log.
func (w *world) look(t *testing.T, by actor.Actor, action, why string, work func(ctx context.Context) error) error {
	t.Helper()
	ctx, l := audit.Begin(t.Context(), by, action, "request")
	l.Why(why)
	worked := work(ctx)
	outcome := audit.OK
	if worked != nil {
		outcome = "REFUSED"
	}
	must(t, "record "+action, w.log.Finish(ctx, l, outcome))
	return worked
}

// joined puts a person with two linked documents on file.
func (w *world) joined(t *testing.T, i int) (dossiertest.Person, actor.Actor) {
	t.Helper()
	p := dossiertest.NewPerson(i)
	w.files.Join(p)
	return p, w.files.Holder(p.Pass)
}

// desk is an officer who reviews.
func desk(name string) actor.Actor {
	return actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(name), Duties: actor.Duties(), Duty: actor.Review, Office: "office-" + name, Department: "police"}
}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func fails(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// words words messages as their IDs and arguments.
func words(id string, args map[string]string) string {
	if id == "EXPORT_LANGUAGE" {
		return "en"
	}
	if len(args) == 0 {
		return id
	}
	return fmt.Sprint(id, args)
}
