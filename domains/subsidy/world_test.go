package subsidy_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	"github.com/minzhengtong/minzhengtong/domains/work"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
)

// world is the service over real files and consents. It plays the authorities, who know
// what a test tells them, by the number of a document, and hears what people are told.
type world struct {
	*dossiertest.World
	*subsidy.Service
	deps     subsidy.Deps
	consents *consent.Service
	books    *ledger.Service
	gateway  *sandbox.Sandbox
	address  string // of the gateway

	mu     sync.Mutex // guards what follows
	made   int
	truth  map[string]*known
	down   error // what the authorities answer
	asked  []string
	told   []notice.Message
	queued []work.Job
	hook   func() // called by the tax bureau, before it answers
}

// known is what the authorities know of a document.
type known struct {
	payments []upstream.TaxPayment
	stay     upstream.StayAnswer
	work     upstream.Engagement
	also     int // another year than 2025 of which they say the same
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t testing.TB, db *entdb.DB) *world {
	t.Helper()
	w := &world{World: dossiertest.New(t, db), truth: map[string]*known{}}
	var err error
	w.consents, err = consent.New(consent.Deps{
		DB: db, Vault: w.Vault, Audit: w.Audit, Files: sharing.Files(w.World.Service), Now: w.Clock.Now, Queue: w, NewID: w.newID,
	})
	must(t, "make consents", err)
	w.books, err = ledger.New(ledger.Deps{DB: db, Now: w.Clock.Now, NewID: w.newID})
	must(t, "make the books", err)
	gate, err := guard.New(w.Staff)
	must(t, "make the guard", err)
	w.deps = subsidy.Deps{
		DB: db, Vault: w.Vault, Files: w.World.Service, Consents: w.consents, Authorities: w, Notices: w, Audit: w.Audit,
		Payments: w.openGateway(t), Ledger: w.books, Queue: w, Guard: gate,
		Policies: subsidy.Policies(), Now: w.Clock.Now, NewID: w.newID, NewVoucher: sharing.NewVoucher,
	}
	w.deps.GatewayKeys = []ed25519.PublicKey{w.gateway.PaymentKey()}
	w.Service, err = subsidy.New(w.deps)
	must(t, "make the service", err)
	must(t, "make a department", db.InTx(t.Context(), func(ctx context.Context) error {
		return db.Client(ctx).Department.Create().SetID("finance").SetName("财政金融局（示例）").SetCreateTime(dossiertest.Start).Exec(ctx)
	}))
	return w
}

// openGateway plays the payment gateway over the wire. Its clock and ours are one.
func (w *world) openGateway(t testing.TB) *upstream.Clients {
	t.Helper()
	return w.openGatewayOf(t, nil)
}

// openGatewayOf plays all authorities of a population.
func (w *world) openGatewayOf(t testing.TB, pop *synthetic.Population) *upstream.Clients {
	t.Helper()
	w.gateway = sandbox.New(pop, w.Clock.Now, "token", nil)
	server := httptest.NewServer(w.gateway)
	t.Cleanup(server.Close)
	w.address = server.URL
	clients, err := upstream.New(upstream.Config{
		BaseURL: w.address, Token: "token", Now: w.Clock.Now, Limit: 2 * time.Second, Breaker: upstream.Breaker{Failures: 10, Open: time.Millisecond},
	}, slog.New(slog.DiscardHandler))
	must(t, "connect to the gateway", err)
	t.Cleanup(clients.Close)
	return clients
}

// Enqueue implements [work.Queue]: work waits until the test does it.
func (w *world) Enqueue(ctx context.Context, jobs ...work.Job) error {
	w.DB.AfterCommit(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.queued = append(w.queued, jobs...)
	})
	return nil
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

// of is what the authorities know of a document, to be changed.
func (w *world) of(raw string) *known {
	w.mu.Lock()
	defer w.mu.Unlock()
	number := w.Number(raw).Canonical()
	if w.truth[number] == nil {
		w.truth[number] = &known{}
	}
	return w.truth[number]
}

// works makes somebody work in Pingtan all the year, under the document with this number.
func (w *world) works(raw string) *known {
	k := w.of(raw)
	k.stay = upstream.StayAnswer{Known: true, Days: 300}
	k.work = upstream.Engagement{Known: true, Areas: []string{"350128"}}
	return k
}

// wages is a receipt of tax on wages in Pingtan.
func wages(receipt string, paid, refunded int64) upstream.TaxPayment {
	return upstream.TaxPayment{
		Receipt: receipt, Category: "wages", Area: "350128", Paid: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), PaidFen: paid, RefundedFen: refunded,
	}
}

// authorises lets the finance department ask about the file of a document.
func (w *world) authorises(t testing.TB, raw string) consent.Consent {
	t.Helper()
	text, err := w.consents.Text("subsidy_payment", "zh-Hant-TW")
	must(t, "read the text", err)
	c, err := w.consents.Give(t.Context(), w.Holder(raw), consent.Terms{
		Party: "finance", Purpose: "subsidy_payment", Scopes: []string{consent.TaxPayments, consent.MainlandDays, consent.Engagements},
		Expires: w.Clock.Now().AddDate(0, 6, 0), TextVersion: text.Version, TextLanguage: text.Language,
	})
	must(t, "authorise", err)
	return c
}

// run decides 2025 and wants so many outcomes.
func (w *world) run(t testing.TB, entitled, not, notYet, changed int) subsidy.Tally {
	t.Helper()
	got, err := w.Run(t.Context(), "pingtan_iit", "2025", 3, func(subsidy.Tally) {})
	must(t, "run", err)
	if got.Entitled != entitled || got.NotEntitled != not || got.NotYet != notYet || got.Changed != changed {
		t.Fatalf("%+v, want %d entitled, %d not, %d not yet, %d changed", got, entitled, not, notYet, changed)
	}
	return got
}

// claims is what is owed, in the order of the claims, whosever.
func (w *world) claims(t testing.TB) (fen []int64) {
	t.Helper()
	rows, err := w.DB.Client(t.Context()).Claim.Query().Order(claimrow.ByID()).All(t.Context())
	must(t, "read claims", err)
	for _, r := range rows {
		fen = append(fen, r.Fen)
	}
	return fen
}

// answer has the authorities answer each question by the truth.
func answer[A any](w *world, qs []upstream.YearQuestion, read func(*known) A) ([]A, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]A, len(qs))
	for i, q := range qs {
		w.asked = append(w.asked, q.Number)
		k := w.truth[q.Number]
		if k == nil || q.Year != 2025 && q.Year != k.also {
			k = &known{}
		}
		list[i] = read(k)
	}
	return list, w.down
}

// TaxPayments implements [upstream.TaxBureau].
func (w *world) TaxPayments(_ context.Context, qs []upstream.YearQuestion) ([]upstream.TaxPayments, error) {
	w.mu.Lock()
	hook := w.hook
	w.mu.Unlock()
	if hook != nil {
		hook()
	}
	return answer(w, qs, func(k *known) upstream.TaxPayments {
		if k.payments == nil {
			return upstream.TaxPayments{Verdict: upstream.NotFound}
		}
		return upstream.TaxPayments{Verdict: upstream.Match, Payments: k.payments}
	})
}

// Payers implements [upstream.TaxBureau], two documents a page.
func (w *world) Payers(_ context.Context, area string, year int, cursor string) (page upstream.PayersPage, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, number := range slices.Sorted(maps.Keys(w.truth)) {
		paid := slices.ContainsFunc(w.truth[number].payments, func(p upstream.TaxPayment) bool { return p.Area == area })
		if number <= cursor || !paid || year != 2025 {
			continue
		}
		if len(page.Payers) == 2 {
			page.Next = page.Payers[1].Number
			break
		}
		page.Payers = append(page.Payers, upstream.Payer{Kind: w.Number(number).Kind(), Number: number})
	}
	return page, w.down
}

// MainlandDays implements part of [upstream.ExitEntry].
func (w *world) MainlandDays(_ context.Context, qs []upstream.YearQuestion) ([]upstream.StayAnswer, error) {
	return answer(w, qs, func(k *known) upstream.StayAnswer { return k.stay })
}

// Engagements implements [upstream.TaiwanAffairs].
func (w *world) Engagements(_ context.Context, qs []upstream.YearQuestion) ([]upstream.Engagement, error) {
	return answer(w, qs, func(k *known) upstream.Engagement { return k.work })
}

// TellMany implements [subsidy.Notices].
func (w *world) TellMany(ctx context.Context, messages []notice.Message) (int, error) {
	w.DB.AfterCommit(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, messages...)
	})
	return len(messages), nil
}

// Told implements [subsidy.Notices].
func (w *world) Told(_ context.Context, keys ...string) (map[string]bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	told := map[string]bool{}
	for _, m := range w.told {
		told[m.Key] = slices.Contains(keys, m.Key)
	}
	return told, nil
}

// kinds are what people were told, in order.
func (w *world) kinds() (list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.told {
		list = append(list, m.Kind+" "+m.Args["Amount"])
	}
	return list
}

// person is somebody on file, and may be asked about.
func (w *world) person(t testing.TB, i int) dossiertest.Person {
	t.Helper()
	p := dossiertest.NewPerson(i)
	w.World.Settle(p)
	w.authorises(t, p.Pass)
	return p
}
