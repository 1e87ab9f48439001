package staff_test

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-sql/civil"
	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

// cheap lets tests try many passwords.
var cheap = staff.Cost{Memory: 64, Time: 1, Threads: 1}

// world is a service with one office, and an administrator who made an account.
type world struct {
	*staff.Service
	t     testing.TB
	db    *entdb.DB
	keys  *keyring.Keyring
	clock *atomic.Int64
	deps  staff.Deps
	admin actor.Actor
	ended *ended
}

// ended counts whose sessions were ended in transactions that took place.
type ended struct {
	mu    sync.Mutex
	times map[string]int
}

func (e *ended) of(id actor.OfficerID) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.times[string(id)]
}

// each runs f in a world of its own on each kind of database.
func each(t *testing.T, change func(*staff.Deps), f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db, change)) })
}

func newWorld(t testing.TB, db *entdb.DB, change func(*staff.Deps)) *world {
	t.Helper()
	w := &world{t: t, db: db, clock: new(atomic.Int64), ended: &ended{times: map[string]int{}}}
	w.clock.Store(time.Date(2026, time.November, 24, 1, 0, 0, 0, time.UTC).UnixNano())
	kek, err := keyring.LocalKEK(filepath.Join(t.TempDir(), "kek"))
	must(t, "make a key", err)
	w.keys, err = keyring.Open(t.TempDir(), kek)
	must(t, "open a keyring", err)
	w.deps = staff.Deps{
		DB: db, Keys: w.keys, Now: w.now, Cost: cheap,
		NewID:  func() string { return uuid.Must(uuid.NewV7()).String() },
		Secret: func() string { return "First-" + uuid.NewString() },
		Ended: func(ctx context.Context, holder string) error {
			db.AfterCommit(ctx, func() {
				w.ended.mu.Lock()
				defer w.ended.mu.Unlock()
				w.ended.times[holder]++
			})
			return nil
		},
	}
	if change != nil {
		change(&w.deps)
	}
	w.Service, err = staff.New(w.deps)
	must(t, "make a service", err)
	for _, office := range []staff.Office{
		{ID: "pt-hall", Name: "平潭政務服務中心", Department: "hall", DepartmentName: "政務服務", Area: "350128"},
		{ID: "fj-police", Name: "福建出入境", Department: "police", DepartmentName: "公安", Area: "350000"},
	} {
		must(t, "ensure an office", w.EnsureOffice(t.Context(), office))
	}
	return w
}

func (w *world) now() time.Time { return time.Unix(0, w.clock.Load()) }

func (w *world) advance(d time.Duration) { w.clock.Add(int64(d)) }

// bootstrap makes the first administrator, who acts from then on.
func (w *world) bootstrap() *world {
	w.t.Helper()
	o, _, err := w.Bootstrap(w.t.Context(), staff.Account{Login: "first", Name: "First", Office: "fj-police"})
	must(w.t, "bootstrap", err)
	w.admin = o.Actor()
	return w
}

// made is an officer with credentials.
type made struct {
	staff.Officer
	password, secret string
}

// create makes an account of an office and reads its secret.
func (w *world) create(login string, duties ...actor.Duty) made {
	w.t.Helper()
	o, c, err := w.Create(w.t.Context(), w.admin, staff.Account{Login: login, Name: "Name", Office: "pt-hall", Duties: duties})
	must(w.t, "create", err)
	return made{o, c.Password, secretOf(w.t, c)}
}

// settled is an officer who has changed the first password.
func (w *world) settled(login string, duties ...actor.Duty) made {
	w.t.Helper()
	o := w.create(login, duties...)
	const next = "a long walk by the sea"
	must(w.t, "change the first password", w.ChangePassword(w.t.Context(), login, o.password, w.code(o), next))
	o.password = next
	w.advance(time.Minute)
	return o
}

// code is what the officer's authenticator shows now.
func (w *world) code(o made) string {
	w.t.Helper()
	code, err := totp.GenerateCode(o.secret, w.now())
	must(w.t, "compute a code", err)
	return code
}

func secretOf(t testing.TB, c staff.Credentials) string {
	t.Helper()
	u, err := url.Parse(c.URI)
	must(t, "read a URI", err)
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Query().Get("secret") == "" {
		t.Fatal("the URI is none of an authenticator's")
	}
	return u.Query().Get("secret")
}

func number(t testing.TB, kind document.Kind, text string) document.Number {
	t.Helper()
	n, err := document.Parse(kind, text, civil.Date{Year: 2026, Month: 11, Day: 24})
	must(t, "read a number", err)
	return n
}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func fails(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// atOnce runs f n times at once and counts how often it succeeded; every other
// time it must have failed with want.
func atOnce(t testing.TB, n int, want error, f func(i int) error) int {
	t.Helper()
	var group sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		group.Go(func() { errs[i] = f(i) })
	}
	group.Wait()
	successes := 0
	for _, err := range errs {
		if err == nil {
			successes++
		} else if !errors.Is(err, want) {
			t.Errorf("one of %d: %v, want %v", n, err, want)
		}
	}
	return successes
}
