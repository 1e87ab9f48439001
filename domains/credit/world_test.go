package credit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// world is the service over real files, consents and the sandbox's sources, over the wire.
type world struct {
	*dossiertest.World
	*credit.Service
	deps     credit.Deps
	consents *consent.Service
	box      *sandbox.Sandbox
	hooks    *hooks

	mu   sync.Mutex // guards made
	made int
}

// hooks asks the real sources, and lets a test do something when one is asked.
type hooks struct {
	upstream.CreditSources

	mu sync.Mutex // guards on
	on map[upstream.CreditSource]func()
}

// CreditFacts implements [upstream.CreditSources].
func (h *hooks) CreditFacts(ctx context.Context, source upstream.CreditSource, qs []upstream.CreditQuestion) (upstream.CreditReading, error) {
	h.mu.Lock()
	do := h.on[source]
	delete(h.on, source)
	h.mu.Unlock()
	if do != nil {
		do()
	}
	return h.CreditSources.CreditFacts(ctx, source, qs)
}

// when has something done once, the next time that a source is asked.
func (w *world) when(source upstream.CreditSource, do func()) {
	w.hooks.mu.Lock()
	defer w.hooks.mu.Unlock()
	w.hooks.on[source] = do
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
	w.consents, err = consent.New(consent.Deps{
		DB: db, Vault: w.Vault, Audit: w.Audit, Files: sharing.Files(w.World.Service), Now: w.Clock.Now,
		Queue: noticetest.NewQueue(db, w.Clock.Now), NewID: w.newID,
	})
	must(t, "make consents", err)
	gate, err := guard.New(w.Staff)
	must(t, "make the guard", err)
	w.box = sandbox.New(nil, w.Clock.Now, "token", nil)
	server := httptest.NewServer(w.box)
	t.Cleanup(server.Close)
	clients, err := upstream.New(upstream.Config{
		BaseURL: server.URL, Token: "token", Now: w.Clock.Now, Limit: 5 * time.Second, Breaker: upstream.Breaker{Failures: 10, Open: time.Millisecond},
	}, slog.New(slog.DiscardHandler))
	must(t, "connect to the sources", err)
	t.Cleanup(clients.Close)
	w.hooks = &hooks{CreditSources: clients, on: map[upstream.CreditSource]func(){}}
	w.deps = credit.Deps{
		DB: db, Vault: w.Vault, Files: w.World.Service, Consents: w.consents, Guard: gate, Sources: w.hooks, Policies: credit.Policies(),
		Now: w.Clock.Now, NewID: w.newID, NewVoucher: sharing.NewVoucher,
	}
	w.Service, err = credit.New(w.deps)
	must(t, "make the service", err)
	must(t, "make departments", db.InTx(t.Context(), func(ctx context.Context) error {
		for id, name := range map[string]string{"platform": "信用中心（示例）", "bank": "示例银行"} {
			if err := db.Client(ctx).Department.Create().SetID(id).SetName(name).SetCreateTime(dossiertest.Start).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
	return w
}

func (w *world) newID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made++
	return fmt.Sprintf("01957000-0000-7000-8000-%012x", w.made)
}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func fails(t *testing.T, what string, err error, want *fault.Fault) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %s", what, err, want.Reason())
	}
}

// second drops what a call returns beside its error.
func second[T any](_ T, err error) error { return err }

// joined is somebody with a pass and a permit in one file, of whom every source knows that
// it holds nothing.
func (w *world) joined(i int) dossiertest.Person {
	p := dossiertest.NewPerson(i)
	w.Join(p)
	w.clean(p.Pass, p.Permit)
	return p
}

// clean has every source know some documents and hold nothing about them.
func (w *world) clean(numbers ...string) {
	for _, source := range sandbox.CreditSources() {
		w.holds(source, nil, numbers...)
	}
}

// holds decides what a source holds under some documents.
func (w *world) holds(source upstream.CreditSource, facts []upstream.CreditFact, numbers ...string) {
	for _, raw := range numbers {
		w.box.SetCreditFacts(source, w.Number(raw).Canonical(), facts)
	}
}

// day is so many days before today.
func (w *world) day(before int) civil.Date { return calendar.On(w.Clock.Now()).AddDays(-before) }

// penalty is one that was settled or not.
func (w *world) penalty(reference, state string, fen int64) upstream.CreditFact {
	return upstream.CreditFact{Reference: reference, Day: w.day(10), Fields: []upstream.CreditField{
		{Name: "authority", Kind: upstream.CreditText, Text: "市场监督管理局（示例）"}, {Name: "cause", Kind: upstream.CreditText, Text: "未公示年报（示例）"},
		{Name: "amount", Kind: upstream.CreditMoney, Number: fen}, {Name: "state", Kind: upstream.CreditCode, Text: state},
	}}
}

// bill is one for water.
func (w *world) bill(reference, outcome string, before int) upstream.CreditFact {
	return upstream.CreditFact{Reference: reference, Day: w.day(before), Fields: []upstream.CreditField{
		{Name: "utility", Kind: upstream.CreditCode, Text: "water"}, {Name: "paid", Kind: upstream.CreditMoney, Number: 5000},
		{Name: "outcome", Kind: upstream.CreditCode, Text: outcome},
	}}
}

// scopes are those of some sources, or of all.
func scopes(sources ...string) []string {
	if len(sources) > 0 {
		return sources
	}
	for _, s := range credit.Shipped().Sources {
		sources = append(sources, s.Scope)
	}
	return sources
}

// terms are those of an authorisation for a department, for half a year.
func (w *world) terms(t testing.TB, party consent.PartyID, scopes []string) consent.Terms {
	t.Helper()
	text, err := w.consents.Text(credit.Purpose, "zh-Hant-TW")
	must(t, "read the text", err)
	return consent.Terms{
		Party: party, Purpose: credit.Purpose, Scopes: scopes, Expires: w.Clock.Now().AddDate(0, 6, 0),
		TextVersion: text.Version, TextLanguage: text.Language,
	}
}

// authorises lets a department have the report on the file of a document.
func (w *world) authorises(t testing.TB, raw string, party consent.PartyID, scopes []string) consent.ID {
	t.Helper()
	c, err := w.consents.Give(t.Context(), w.Holder(raw), w.terms(t, party, scopes))
	must(t, "authorise", err)
	return c.ID
}

// revokes takes an authorisation back.
func (w *world) revokes(t testing.TB, raw string, id consent.ID) {
	t.Helper()
	_, _, err := w.consents.Revoke(t.Context(), w.Holder(raw), id)
	must(t, "take back", err)
}

// officer is one of a department, at its window.
func officer(name, department string) actor.Actor {
	by := dossiertest.Officer(name)
	by.Department, by.Office, by.Duty = department, "window", actor.Accept
	return by
}

// section is the one of a source.
func section(t testing.TB, r credit.Report, source upstream.CreditSource) credit.Section {
	t.Helper()
	i := slices.IndexFunc(r.Content.Sections, func(s credit.Section) bool { return s.Source == source })
	if i < 0 {
		t.Fatalf("there is no section of %s", source)
	}
	return r.Content.Sections[i]
}

// queries are what came of those about the file of a document, the newest first.
func (w *world) queries(t testing.TB, raw string) (list []string) {
	t.Helper()
	all, more, err := w.Queries(t.Context(), w.Holder(raw), credit.QueryCursor{}, 100)
	must(t, "list queries", err)
	if more {
		t.Error("there are more than a hundred queries")
	}
	for _, q := range all {
		text := fmt.Sprintf("%s %s", q.Kind, q.Result)
		if q.Reason != "" {
			text += " " + q.Reason
		}
		list = append(list, text)
	}
	return list
}

// kept is how many versions there are, whosever.
func (w *world) kept(t testing.TB) int {
	t.Helper()
	return w.DB.Client(t.Context()).CreditReport.Query().CountX(t.Context())
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
	return code, file
}
