package access_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// rig is the service on real domains and a real database, without a transport.
// Only the clock, the IDs and the gateway of messages are stand-ins.
type rig struct {
	*dossiertest.World
	Sessions *access.Service
	Tokens   *access.Tokens
	Staff    *staff.Service
	phones   *phones
	person   dossiertest.Person
	log      *journal
	limits   *limit.Service
	newID    func() string
	slog     *slog.Logger
	guesses  int // logins that were guessed at
}

// phones keeps the last text that each phone received.
type phones struct {
	mu    sync.Mutex
	texts map[string]string
	count int
}

// Send implements upstream.Messages.
func (p *phones) Send(_ context.Context, m upstream.Message) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.texts[m.Phone] = m.Text
	p.count++
	return m.Key, nil
}

// journal keeps what was logged.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, string(line))
	return len(line), nil
}

func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return fmt.Sprint(j.lines)
}

// onBoth runs f on a rig of its own on each kind of database. One person's pass
// and permit are on file, not linked.
func onBoth(t *testing.T, f func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newRig(t, db)) })
}

func newRig(t testing.TB, db *entdb.DB) *rig {
	t.Helper()
	r := &rig{World: dossiertest.New(t, db), phones: &phones{texts: map[string]string{}}, person: dossiertest.NewPerson(0), log: &journal{}}
	log := slog.New(slog.NewTextHandler(r.log, nil))
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	limits, err := limit.New(limit.Deps{DB: db, Keys: r.Keys, Now: r.Clock.Now, Log: log, Meter: noop.NewMeterProvider()})
	must(t, "limits", err)
	r.Staff, err = staff.New(staff.Deps{
		DB: db, Keys: r.Keys, Now: r.Clock.Now, NewID: newID, Secret: uuid.NewString,
		Ended: func(ctx context.Context, holder string) error { return r.Sessions.EndAll(ctx, holder) },
		Cost:  staff.Cost{Memory: 64, Time: 1, Threads: 1},
	})
	must(t, "staff", err)
	r.limits, r.newID, r.slog = limits, newID, log
	r.use(t, access.NewTokens(key("house"), r.Clock.Now))
	r.Settle(r.person)
	permit := r.PermitEntry(r.person, "")
	permit.Phone = r.person.Phone
	r.Take(permit)
	return r
}

// use builds the service on other token keys.
func (r *rig) use(t testing.TB, tokens *access.Tokens) {
	t.Helper()
	codes := new(atomic.Int64)
	var err error
	r.Tokens = tokens
	r.Sessions, err = access.New(access.Deps{
		DB: r.DB, Keys: r.Keys, Vault: r.Vault, Files: r.Service, Staff: r.Staff, Limits: r.limits, Messages: r.phones, Tokens: tokens,
		Word:    func(_, _ string, args map[string]string) string { return args["Code"] },
		NewCode: func() string { return fmt.Sprintf("%06d", codes.Add(7919)%1_000_000) },
		Now:     r.Clock.Now, NewID: r.newID, Log: r.slog,
	})
	must(t, "access", err)
}

// from is the context of a call from an address, by a device where its token is
// given.
func (r *rig) from(ctx context.Context, address, device string) context.Context {
	id, known := r.Sessions.ReadDevice(device)
	return limit.With(ctx, limit.Caller{Address: address, Device: id, Known: known})
}

// here is the context of a call from an unknown device.
func (r *rig) here(t testing.TB) context.Context { return r.from(t.Context(), "192.0.2.1", "") }

// code has what is due sent and returns what a phone received last.
func (r *rig) code(t testing.TB, phone string) string {
	t.Helper()
	_, err := r.Sessions.SendCodes(t.Context(), 100)
	must(t, "send codes", err)
	r.phones.mu.Lock()
	defer r.phones.mu.Unlock()
	return r.phones.texts[phone]
}

// enter signs the person in by a document's number.
func (r *rig) enter(ctx context.Context, t testing.TB, number string) access.Session {
	t.Helper()
	c, err := r.Sessions.StartSignIn(ctx, r.Number(number), "en")
	must(t, "start a sign-in", err)
	session, err := r.Sessions.CompleteSignIn(ctx, c.ID, r.code(t, r.person.Phone), "測試機")
	must(t, "complete a sign-in", err)
	return session
}

// by is the actor of a session's token, which must be good.
func (r *rig) by(t testing.TB, s access.Session) actor.Actor {
	t.Helper()
	by, err := r.Sessions.Authenticate(t.Context(), s.Token)
	must(t, "authenticate", err)
	return by
}

// alive reports whether a session's access token is good.
func (r *rig) alive(t testing.TB, s access.Session) bool {
	t.Helper()
	_, err := r.Sessions.Authenticate(t.Context(), s.Token)
	if err != nil && !isToken(err) {
		t.Fatalf("authenticate: %v", err)
	}
	return err == nil
}

// officer is an account with what signs in to it.
type officer struct {
	staff.Officer
	password, secret string
}

// hire makes an account and sets its password.
func (r *rig) hire(t testing.TB, login string, duties ...actor.Duty) officer {
	t.Helper()
	ctx := t.Context()
	must(t, "make an office", r.Staff.EnsureOffice(ctx, staff.Office{
		ID: "350128", Name: "平潭", Department: "exit-entry", DepartmentName: "出入境", Area: "350128"}))
	a, shown, err := r.Staff.Create(ctx, chief, staff.Account{Login: login, Name: login, Office: "350128", Duties: duties})
	must(t, "make an account", err)
	o := officer{Officer: a, password: "kepler-" + uuid.NewString(), secret: secretIn(t, shown.URI)}
	must(t, "set a password", r.Sessions.ChangePassword(r.here(t), login, shown.Password, o.now(t, r), o.password))
	r.Clock.Advance(time.Minute) // a code works once
	return o
}

// secretIn is the authenticator's secret in its URI.
func secretIn(t testing.TB, uri string) string {
	t.Helper()
	parsed, err := url.Parse(uri)
	must(t, "read the authenticator's URI", err)
	return parsed.Query().Get("secret")
}

// chief administers, and is no account.
var chief = actor.Actor{Role: actor.Officer, Officer: "chief", Duties: []actor.Duty{actor.Administer}}

// now is the code that the officer's authenticator shows.
func (o officer) now(t testing.TB, r *rig) string {
	t.Helper()
	code, err := totp.GenerateCode(o.secret, r.Clock.Now())
	must(t, "make a code", err)
	return code
}

// enterOfficer signs an officer in.
func (r *rig) enterOfficer(t testing.TB, o officer) access.Session {
	t.Helper()
	session, err := r.Sessions.SignInOfficer(r.here(t), o.Login, o.password, o.now(t, r), "窗口")
	must(t, "sign an officer in", err)
	r.Clock.Advance(time.Minute) // a code works once
	return session
}
