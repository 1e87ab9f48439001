package finance_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metric "go.opentelemetry.io/otel/metric/noop"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// issuer is the house's address in these tests.
const issuer = "https://fujian.example"

// world is the service over real files, consents, reports, credentials and notices, with
// the sandbox's sources over the wire.
type world struct {
	*dossiertest.World
	*finance.Service
	deps        finance.Deps
	consents    *consent.Service
	credits     *credit.Service
	credentials *credential.Service
	notices     *notice.Service
	keys        *credential.Keys
	gate        *guard.Guard
	box         *sandbox.Sandbox
	sources     upstream.CreditSources
	made        atomic.Int64
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t testing.TB, db *entdb.DB) *world {
	t.Helper()
	w := &world{World: dossiertest.New(t, db)}
	var err error
	w.gate, err = guard.New(w.Staff)
	must(t, "make the guard", err)
	w.consents, err = consent.New(consent.Deps{
		DB: db, Vault: w.Vault, Audit: w.Audit, Files: sharing.Files(w.World.Service), Now: w.Clock.Now,
		Queue: noticetest.NewQueue(db, w.Clock.Now), NewID: w.newID,
	})
	must(t, "make consents", err)
	w.connect(t)
	w.credits, err = credit.New(credit.Deps{
		DB: db, Vault: w.Vault, Files: w.World.Service, Consents: w.consents, Guard: w.gate, Sources: w.sources, Policies: credit.Policies(),
		Now: w.Clock.Now, NewID: w.newID, NewVoucher: sharing.NewVoucher,
	})
	must(t, "make reports", err)
	w.credential(t, db)
	word := func(_ actor.Preference, id string, _ map[string]string) (string, string) { return id, "en" }
	w.notices, err = notice.New(notice.Deps{
		DB: db, Keys: w.Keys, Vault: w.Vault, Files: w.World.Service, Limits: free{}, Queue: noticetest.NewQueue(db, w.Clock.Now),
		Words:     notice.Words{Message: word, Convert: func(_ actor.Preference, text, language string) (string, string) { return text, language }},
		Suppliers: map[notice.Channel]notice.Supplier{}, Unsubscribe: func(string) string { return "" },
		NewSecret: func() string { return strings.Repeat("s", 20) + w.newID() }, Now: w.Clock.Now, NewID: w.newID, Log: slog.New(slog.DiscardHandler),
	})
	must(t, "make notices", err)
	w.deps = finance.Deps{
		DB: db, Vault: w.Vault, Files: w.World.Service, Credits: w.credits, Credentials: w.credentials, Guard: w.gate, Notices: w.notices,
		Audit: w.Audit, Now: w.Clock.Now, NewID: w.newID,
	}
	w.Service = w.with(t, w.credentials)
	must(t, "make the department", db.InTx(t.Context(), func(ctx context.Context) error {
		return db.Client(ctx).Department.Create().SetID(finance.Owner).SetName("金融主管部门（示例）").SetCreateTime(dossiertest.Start).Exec(ctx)
	}))
	return w
}

// connect plays the sources of credit data over the wire.
func (w *world) connect(t testing.TB) {
	t.Helper()
	w.box = sandbox.New(nil, w.Clock.Now, "token", nil)
	server := httptest.NewServer(w.box)
	t.Cleanup(server.Close)
	clients, err := upstream.New(upstream.Config{
		BaseURL: server.URL, Token: "token", Now: w.Clock.Now, Limit: 5 * time.Second, Breaker: upstream.Breaker{Failures: 10, Open: time.Millisecond},
	}, slog.New(slog.DiscardHandler))
	must(t, "connect to the sources", err)
	t.Cleanup(clients.Close)
	w.sources = clients
}

// credential builds the room that issues.
func (w *world) credential(t testing.TB, db *entdb.DB) {
	t.Helper()
	limits, err := limit.New(limit.Deps{
		DB: db, Keys: w.Keys, Now: w.Clock.Now, Log: slog.New(slog.DiscardHandler), Meter: metric.NewMeterProvider(),
	})
	must(t, "make the limits", err)
	w.keys, err = credential.OpenKeys(t.Context(), db, w.Keys, suite.ES256, w.Clock.Now)
	must(t, "open the keys", err)
	w.credentials, err = credential.New(credential.Deps{
		DB: db, Vault: w.Vault, Keys: w.keys, Files: w.World.Service, Guard: w.gate, Audit: w.Audit, Limits: limits,
		Issuer: issuer, Word: func(language, id string, _ map[string]string) string { return id + " " + language }, Now: w.Clock.Now, NewID: w.newID,
		NewNumber: func() (string, error) { return fmt.Sprintf("TEST-0000-0000-%04d", w.made.Add(1)), nil },
		NewSecret: func() string { return fmt.Sprintf("secret-%d", w.made.Add(1)) },
	})
	must(t, "make credentials", err)
}

// with is another process on the same database, which issues by something else.
func (w *world) with(t testing.TB, c finance.Credentials) *finance.Service {
	t.Helper()
	deps := w.deps
	deps.Credentials = c
	s, err := finance.New(deps)
	must(t, "make the service", err)
	return s
}

// free refuses nothing.
type free struct{}

// Take implements notice.Limits.
func (free) Take(context.Context, limit.Name, string) error { return nil }

func (w *world) newID() string { return fmt.Sprintf("01957000-0000-7000-8000-%012x", w.made.Add(1)) }

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func fails(t testing.TB, what string, got error, want *fault.Fault) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// officer is one of the department that decides, with the duty to review.
func officer(name string) actor.Actor {
	by := dossiertest.Officer(name)
	by.Department, by.Office, by.Duty = finance.Owner, "window", actor.Review
	return by
}

// person is somebody with a pass and a permit in one file, of whom every source knows that
// it holds nothing.
func (w *world) person(i int) dossiertest.Person {
	p := dossiertest.NewPerson(i)
	w.Join(p)
	w.clean(p.Pass, p.Permit)
	return p
}

func (w *world) clean(numbers ...string) {
	for _, source := range sandbox.CreditSources() {
		for _, raw := range numbers {
			w.box.SetCreditFacts(source, w.Number(raw).Canonical(), nil)
		}
	}
}

// terms authorise the department to read the whole report, for half a year.
func (w *world) terms(t testing.TB) consent.Terms {
	t.Helper()
	text, err := w.consents.Text(credit.Purpose, "zh-Hant-TW")
	must(t, "read the text", err)
	terms := consent.Terms{
		Party: finance.Owner, Purpose: credit.Purpose, Expires: w.Clock.Now().AddDate(0, 6, 0), TextVersion: text.Version, TextLanguage: text.Language,
	}
	for _, s := range credit.Shipped().Sources {
		terms.Scopes = append(terms.Scopes, s.Scope)
	}
	return terms
}

// reported is a report that somebody authorised the department to read.
func (w *world) reported(t testing.TB, raw string) (credit.Report, consent.ID) {
	t.Helper()
	c, err := w.consents.Give(t.Context(), w.Holder(raw), w.terms(t))
	must(t, "authorise", err)
	r, err := w.credits.Obtain(t.Context(), w.Holder(raw), c.ID)
	must(t, "obtain a report", err)
	return r, c.ID
}

// applied is an application of somebody who authorised it.
func (w *world) applied(t testing.TB, raw string) finance.Application {
	t.Helper()
	r, _ := w.reported(t, raw)
	a, err := w.Apply(t.Context(), w.Holder(raw), r.ID, "SECRET shop")
	must(t, "apply", err)
	return a
}

// reviewed has an officer look into an application.
func (w *world) reviewed(t testing.TB, a finance.Application) {
	t.Helper()
	_, _, err := w.Review(t.Context(), officer("reviewer"), a.ID, "SECRET in order")
	must(t, "review", err)
}

// issued is an application that was reviewed and approved.
func (w *world) issued(t testing.TB, a finance.Application) finance.Application {
	t.Helper()
	w.reviewed(t, a)
	a, err := w.Decide(t.Context(), officer("approver"), a.ID, true, "SECRET granted")
	must(t, "approve", err)
	return a
}

// told are the kinds of notices under a document, the oldest first.
func (w *world) told(t testing.TB, raw string) []string {
	t.Helper()
	held, err := w.notices.Holdings(t.Context(), 100, w.ID(raw))
	must(t, "read notices", err)
	var kinds []string
	for _, n := range held.Notices {
		kinds = append([]string{n.Kind}, kinds...)
		if strings.Contains(fmt.Sprintf("%+v", n), "SECRET") {
			t.Error("a notice tells what was said")
		}
	}
	return kinds
}

// offline is what a bank far away makes of a certificate, with the keys that are published
// and the status list that it names.
func (w *world) offline(t testing.TB, text string) check.Verdict {
	t.Helper()
	keys, now := w.keys.Believed(t.Context()), w.Clock.Now()
	v := check.Read(text, keys, now)
	if v.Number == "" {
		return v
	}
	var number int
	_, err := fmt.Sscanf(strings.TrimPrefix(v.Status.URI, issuer+credential.ListPath), "%d", &number)
	must(t, "read the address of the list", err)
	list, _, err := w.credentials.List(t.Context(), number)
	must(t, "get the list", err)
	return check.Listed(v, list, keys, now)
}

// worth fails unless a certificate is worth the same online and offline.
func (w *world) worth(t testing.TB, when, text string, want check.Standing) {
	t.Helper()
	v, err := w.credentials.Verify(t.Context(), text)
	must(t, "verify", err)
	if far := w.offline(t, text); v.Standing != want || far.Standing != want {
		t.Errorf("%s: it is %s online, %s offline, want %s", when, v.Standing, far.Standing, want)
	}
}

// licences are the certificates of somebody, each in its latest edition.
func (w *world) licences(t testing.TB, raw string) []credential.Licence {
	t.Helper()
	list, err := w.credentials.Mine(t.Context(), w.Holder(raw), "")
	must(t, "list licences", err)
	return list
}

// aFirm is a firm whose representative has a pass, with its code and file.
func (w *world) aFirm(t testing.TB, representative string) (code string, file actor.DossierID) {
	t.Helper()
	code, err := document.ComposeCreditCode("91350128MAYYY001")
	must(t, "compose a code", err)
	taken, err := w.TakeFirms(t.Context(), []dossier.FirmEntry{{
		Code: w.Number(code), Name: "平潭一號商行", Category: "taiwan_invested", Area: "350128", State: document.Valid, Representative: w.Number(representative),
	}})
	must(t, "take a firm", err)
	if taken[0].Fault != nil {
		t.Fatalf("the firm is left out: %v", taken[0].Fault)
	}
	_, file, err = w.Locate(t.Context(), w.Number(code))
	must(t, "locate the firm", err)
	w.clean(code)
	return code, file
}
