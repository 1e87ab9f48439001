//go:build unix

package house_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	payoutrow "github.com/minzhengtong/minzhengtong/gen/ent/payout"
)

// How many are paid, of how much tax each, and how often a process is killed meanwhile.
const (
	payees    = 100
	taxOfEach = 100_000 // fen; a fifth is due
	payKills  = 10
)

// TestKilledWhilePaying: two processes pay a batch, and die at any moment, some of them
// when the bank has paid and not said so; whoever is left goes on. Each payout is one
// payment at the bank, and the books hold what was approved.
func TestKilledWhilePaying(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		seed := rand.Uint64()
		m := newTill(t, url, seed)
		b := m.approveAll()
		kills := payKills
		if n, err := strconv.Atoi(os.Getenv(killsVariable)); err == nil {
			kills = n
		}
		for range kills {
			m.crew.killSoon()
			time.Sleep(20 * time.Millisecond) // so that the kills spread over the work
			m.clock.set(m.clock.now().Add(61 * time.Second))
		}
		m.crew.calm()
		m.until("all is paid", func() bool {
			m.clock.set(m.clock.now().Add(61 * time.Second)) // the bank is asked each minute
			return m.count("SELECT count(*) FROM payouts WHERE state <> 'paid'") == 0
		})
		m.paidOnce(b)
		t.Logf("%d payouts, %d kills, seed %d", payees, m.crew.killed(), seed)
	})
}

// newTill puts people on file to whom something is due, and starts two processes.
func newTill(t *testing.T, url string, seed uint64) *machine {
	t.Helper()
	m := &machine{t: t, random: rand.New(rand.NewPCG(seed, 1))}
	m.began = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	s := m.site(url)
	var err error
	m.rooms, err = s.open(t.Context(), slog.New(slog.DiscardHandler))
	must(t, "build a house", err)
	t.Cleanup(func() { must(t, "close a house", m.close()) })
	m.gateway.SetFault(upstream.PaymentGateway, sandbox.Slow, 10*time.Millisecond)
	must(t, "make a department", m.db.InTx(t.Context(), func(ctx context.Context) error {
		return m.db.Client(ctx).Department.Create().SetID("finance").SetName("财政金融局（示例）").SetCreateTime(m.began).Exec(ctx)
	}))
	for i := range payees {
		m.owes(i)
	}
	m.crew = newCrew(t, s, rand.New(rand.NewPCG(seed, 2)))
	letter := m.crew.letter
	m.texted.Store(&letter) // the gateway has done something, and has not said so
	return m
}

// owes has something be due to the i-th person.
func (m *machine) owes(i int) {
	m.t.Helper()
	id, p := m.takePass(i, date("2030-01-01")), dossiertest.NewPerson(i)
	m.gateway.SetTaxPayments(p.Pass, 2025, []upstream.TaxPayment{{
		Receipt: fmt.Sprint("R", i), Category: "wages", Area: area, Paid: m.began.AddDate(0, -6, 0), PaidFen: taxOfEach,
	}})
	m.gateway.SetMainlandDays(p.Pass, 2025, 300)
	m.gateway.SetEngagement(p.Pass, 2025, upstream.Engagement{Known: true, Areas: []string{area}})
	number := fmt.Sprintf("6222%012d", i)
	m.gateway.AddAccount(upstream.BankAccount, number, p.Names.Mainland, p.Pass)
	text, err := m.Consents.Text("subsidy_payment", "en")
	must(m.t, "read the text", err)
	_, err = m.Consents.Give(m.t.Context(), as(id), consent.Terms{
		Party: "finance", Purpose: "subsidy_payment", Scopes: []string{consent.TaxPayments, consent.MainlandDays, consent.Engagements},
		Expires: m.began.AddDate(1, 0, 0), TextVersion: text.Version, TextLanguage: text.Language,
	})
	must(m.t, "authorise", err)
	_, err = m.Subsidies.SetAccount(m.t.Context(), as(id), subsidy.BankAccount, number)
	must(m.t, "set an account", err)
}

// approveAll decides, and has two officers let all be paid.
func (m *machine) approveAll() subsidy.Batch {
	m.t.Helper()
	ctx, maker, checker := m.t.Context(), payer("maker"), payer("checker")
	_, err := m.Subsidies.Run(ctx, "pingtan_iit", "2025", 100, func(subsidy.Tally) {})
	must(m.t, "decide", err)
	must(m.t, "fund", m.Subsidies.Fund(ctx, maker, "pingtan_iit", payees*taxOfEach, "paper"))
	v, err := m.Subsidies.Preview(ctx, maker, "pingtan_iit")
	must(m.t, "preview", err)
	b, err := m.Subsidies.Prepare(ctx, maker, "pingtan_iit", v.Digest)
	must(m.t, "prepare", err)
	b, err = m.Subsidies.Approve(ctx, checker, b.ID)
	must(m.t, "approve", err)
	if b.Payouts != payees || b.Fen != payees*taxOfEach/5 {
		m.t.Fatalf("%+v, want %d payees", b, payees)
	}
	return b
}

func payer(name string) actor.Actor {
	return actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(name), Duties: []actor.Duty{actor.Pay}, Duty: actor.Pay}
}

// paidOnce holds the bank and the books against what was approved.
func (m *machine) paidOnce(b subsidy.Batch) {
	m.t.Helper()
	rows, err := m.db.Client(m.t.Context()).Payout.Query().Where(payoutrow.BatchID(string(b.ID))).All(m.t.Context())
	must(m.t, "read payouts", err)
	for _, p := range rows {
		if n := m.gateway.PaidByKey(p.ID); n != 1 {
			m.t.Errorf("payout %s was paid %d times after %d sendings", p.ID, n, p.Sendings)
		}
	}
	differences, err := m.Ledger.Verify(m.t.Context())
	if err != nil || len(differences) > 0 {
		m.t.Errorf("the books differ: %v, %v", differences, err)
	}
	if got := m.count("SELECT CAST(sum(credits - debits) AS bigint) FROM ledger_accounts WHERE kind = 'payee'"); int64(got) != b.Fen {
		m.t.Errorf("%d fen are with the payees, want %d", got, b.Fen)
	}
	// The clock runs ahead by days on a slow machine; that something is late is no difference.
	if got := m.count("SELECT count(*) FROM payout_tasks WHERE kind <> 'not_settled'"); got != 0 {
		m.t.Errorf("%d differences, want none", got)
	}
}
