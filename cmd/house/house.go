// Package house puts the rooms together. The program and the tests of whole
// requests both build on it, so that what is tested is what runs.
package house

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/bff/portal"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/certificate"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
	"github.com/minzhengtong/minzhengtong/domains/lending"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/replay"
	"github.com/minzhengtong/minzhengtong/domains/scene"
	"github.com/minzhengtong/minzhengtong/domains/search"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/jobs"
	"github.com/minzhengtong/minzhengtong/jobs/queue"
)

// Authorities are the ports to the authorities.
type Authorities interface {
	upstream.ExitEntry
	upstream.Police
	upstream.LinkCheck
	upstream.Messages
	upstream.TaxBureau
	upstream.TaiwanAffairs
	upstream.Payments
	upstream.CreditSources
}

// Parts are what a house is built of. All are required but the last paragraph.
type Parts struct {
	DB          *entdb.DB
	Keys        *keyring.Keyring
	Vault       *vault.Vault
	Tokens      *access.Tokens
	IssuerKeys  *credential.Keys
	Issuer      string // the address that licences name, scheme://host
	Signer      *audit.Signer
	Anchor      string // path of the audit log's anchor file
	Authorities Authorities
	Words       *i18n.Bundle
	Logger      *slog.Logger
	Meters      metric.MeterProvider
	Traces      trace.TracerProvider
	Now         func() time.Time
	NewID       func() string
	NewCode     func() string
	NewSecret   func() string
	Zone        *time.Location

	// GatewayKeys are by which the payment gateway's events are known; without any, the
	// gateway is asked and its statements are read.
	GatewayKeys []ed25519.PublicKey
	// Channels may be zero: then notices go to inboxes and, as short messages, to phones.
	Channels    Channels
	Limits      bff.Limits
	Rules       map[limit.Name]limit.Override
	Provider    *staff.Provider
	NoPasswords bool
	Cost        staff.Cost
	Origins     []string
	Proxies     []netip.Prefix
	Reflection  bool
	// Second is how long a second of the clockwork's waiting takes; zero stands for
	// one. A test that lets years pass shortens it.
	Second time.Duration
}

// House is the rooms, ready to be used.
type House struct {
	Files     *dossier.Service
	Sessions  *access.Service
	Staff     *staff.Service
	Guard     *guard.Guard
	Audit     *audit.Service
	Looks     *audit.Reader
	Consents  *consent.Service
	Sharing   *sharing.Service
	Privacy   *privacy.Service
	Policies  *policy.Service
	Scenes    *scene.Service
	Notices   *notice.Service
	Tax       *tax.Service
	Alarms    *alarm.Service
	Campaigns *campaign.Service
	Ledger    *ledger.Service
	Subsidies *subsidy.Service
	// Credentials are the licences that the house issues.
	Credentials *credential.Service
	// LicenceCalls are departments' programs that ask for licences.
	LicenceCalls *credential.Calls
	// Certificates are licences of which the house asks an authority.
	Certificates *certificate.Service
	Credits      *credit.Service
	Limits       *limit.Service
	Writes       *replay.Service
	Intake       *intake.Service
	Jobs         *jobs.Runner
	Disputes     *dispute.Service
	Finance      *finance.Service
	Lending      *lending.Service
	// Queue takes durable work at once, and Workers say who does it.
	Queue   *queue.Queue
	Workers map[string]queue.Worker
	// Handler serves the main port.
	Handler http.Handler
	// Ready says whether the database answers.
	Ready func(context.Context) error
}

// Build puts a house together. It starts nothing.
func Build(p Parts) (*House, error) {
	h := &House{Ready: func(ctx context.Context) error { return answers(ctx, p.DB) }}
	for _, build := range []func(Parts) error{h.ground, h.rooms, h.reminders, h.money, h.proofs, h.credit, h.disputes, h.finance, h.lending, h.privacy, h.texts, h.front} {
		if err := build(p); err != nil {
			return nil, fmt.Errorf("build: %w", err)
		}
	}
	return h, nil
}

// ground builds what the other rooms stand on.
func (h *House) ground(p Parts) error {
	var err error
	if h.Queue, err = queue.New(queue.Deps{DB: p.DB, Now: p.Now, NewID: p.NewID, Log: p.Logger, Second: p.Second}); err != nil {
		return err
	}
	h.Workers = map[string]queue.Worker{}
	if h.Limits, err = limit.New(limit.Deps{DB: p.DB, Keys: p.Keys, Now: p.Now, Rules: p.Rules, Log: p.Logger, Meter: p.Meters}); err != nil {
		return err
	}
	if h.Writes, err = replay.New(replay.Deps{DB: p.DB, Keys: p.Keys, Vault: p.Vault, Now: p.Now}); err != nil {
		return err
	}
	h.Audit, err = audit.New(audit.Deps{
		DB: p.DB, Keys: p.Keys, Vault: p.Vault, Signer: p.Signer, Anchor: p.Anchor, Now: p.Now, NewID: p.NewID, Log: p.Logger,
	})
	if err != nil {
		return err
	}
	h.Staff, err = staff.New(staff.Deps{
		DB: p.DB, Keys: p.Keys, Now: p.Now, NewID: p.NewID, Secret: p.NewSecret, Provider: p.Provider, NoPasswords: p.NoPasswords, Cost: p.Cost,
		// Sessions are built on accounts, and accounts end sessions.
		Ended: func(ctx context.Context, holder string) error { return h.Sessions.EndAll(ctx, holder) },
	})
	if err != nil {
		return err
	}
	h.Guard, err = guard.New(h.Staff)
	return err
}

// rooms builds the business.
func (h *House) rooms(p Parts) error {
	var err error
	h.Files, err = dossier.New(dossier.Deps{
		DB: p.DB, Keys: p.Keys, Vault: p.Vault, Guard: h.Guard, Audit: h.Audit,
		ExitEntry: p.Authorities, Police: p.Authorities, LinkCheck: p.Authorities,
		Now: p.Now, NewID: p.NewID, Zone: p.Zone, Log: p.Logger,
	})
	if err != nil {
		return err
	}
	h.Sessions, err = access.New(access.Deps{
		DB: p.DB, Keys: p.Keys, Vault: p.Vault, Files: h.Files, Staff: h.Staff, Limits: h.Limits, Messages: p.Authorities, Tokens: p.Tokens,
		Word: func(language, id string, args map[string]string) string {
			return p.Words.Text(i18n.Language(language), id, args)
		},
		NewCode: p.NewCode, Now: p.Now, NewID: p.NewID, Log: p.Logger,
	})
	if err != nil {
		return err
	}
	h.Consents, err = consent.New(consent.Deps{
		DB: p.DB, Vault: p.Vault, Audit: h.Audit, Files: sharing.Files(h.Files), Queue: h.Queue, Now: p.Now, NewID: p.NewID,
		Licence: func(ctx context.Context, documents []actor.DocumentID, number string) error { // licences come later
			_, _, err := h.Credentials.StandsOn(ctx, documents, credential.Number(number))
			return err
		},
	})
	if err != nil {
		return err
	}
	h.Sharing, err = sharing.New(sharing.Deps{
		DB: p.DB, Files: h.Files, Consents: h.Consents, Guard: h.Guard, Now: p.Now, Zone: p.Zone,
	})
	return err
}

// money builds the books, and what is paid without being asked for.
func (h *House) money(p Parts) error {
	var err error
	if h.Ledger, err = ledger.New(ledger.Deps{DB: p.DB, Now: p.Now, NewID: p.NewID}); err != nil {
		return err
	}
	h.Subsidies, err = subsidy.New(subsidy.Deps{
		DB: p.DB, Vault: p.Vault, Files: h.Files, Consents: h.Consents, Authorities: p.Authorities, Payments: p.Authorities,
		Ledger: h.Ledger, Queue: h.Queue, Guard: h.Guard, Notices: h.Notices, Audit: h.Audit,
		Policies: subsidy.Policies(), GatewayKeys: p.GatewayKeys, Now: p.Now, NewID: p.NewID, NewVoucher: sharing.NewVoucher,
	})
	h.Workers[subsidy.PayWork] = queue.Worker{Do: h.Subsidies.Pay, Limit: time.Hour}
	h.Workers[consent.GivenWork] = queue.Worker{Do: h.Subsidies.Given, Limit: time.Minute}
	return err
}

// proofs builds what the house vouches for.
func (h *House) proofs(p Parts) error {
	var err error
	h.Credentials, err = credential.New(credential.Deps{
		DB: p.DB, Vault: p.Vault, Keys: p.IssuerKeys, Files: h.Files, Guard: h.Guard, Audit: h.Audit, Limits: h.Limits, Issuer: p.Issuer,
		Word: func(language, id string, args map[string]string) string {
			return p.Words.Text(i18n.Language(language), id, args)
		},
		Now: p.Now, NewID: p.NewID, NewNumber: sharing.NewVoucher, NewSecret: p.NewSecret,
	})
	if err != nil {
		return err
	}
	if h.LicenceCalls, err = credential.NewCalls(h.Credentials, h.Consents, sharing.NewVoucher); err != nil {
		return err
	}
	h.Certificates, err = certificate.New(h.Files, p.Authorities, h.Credentials, p.Now)
	return err
}

// credit builds the credit reports.
func (h *House) credit(p Parts) error {
	var err error
	h.Credits, err = credit.New(credit.Deps{
		DB: p.DB, Vault: p.Vault, Files: h.Files, Consents: h.Consents, Guard: h.Guard, Sources: p.Authorities, Policies: credit.Policies(),
		Now: p.Now, NewID: p.NewID, NewVoucher: sharing.NewVoucher,
	})
	return err
}

// finance builds the certificates for lenders.
func (h *House) finance(p Parts) error {
	var err error
	h.Finance, err = finance.New(finance.Deps{
		DB: p.DB, Vault: p.Vault, Files: h.Files, Credits: h.Credits, Credentials: h.Credentials, Guard: h.Guard, Notices: h.Notices,
		Audit: h.Audit, Now: p.Now, NewID: p.NewID,
	})
	return err
}

// lending builds what brings people and firms together with banks.
func (h *House) lending(p Parts) error {
	var err error
	h.Lending, err = lending.New(lending.Deps{
		DB: p.DB, Vault: p.Vault, Files: h.Files, Consents: h.Consents, Credits: h.Credits, Licences: h.Credentials, Guard: h.Guard,
		Notices: h.Notices, Audit: h.Audit, Products: lending.Products(), Banks: lending.Banks(), Now: p.Now, NewID: p.NewID,
		NewVoucher: sharing.NewVoucher,
	})
	return err
}

// privacy builds what people have a right to.
func (h *House) privacy(p Parts) error {
	var err error
	h.Looks, err = audit.NewReader(audit.ReaderDeps{
		Log: h.Audit, Files: h.Files, Enter: h.Files.Touch, Checker: h.Guard.Checker, Zone: p.Zone,
	})
	if err != nil {
		return err
	}
	h.Privacy, err = privacy.New(privacy.Deps{
		DB: p.DB, Vault: p.Vault, Files: h.Files, Guard: h.Guard, Audit: h.Audit,
		Looks: h.Looks, Consents: h.Consents, Sessions: sessions{h.Sessions},
		Notices: h.Notices, Alarms: h.Alarms, Taxes: h.Tax, Subsidies: h.Subsidies,
		Credentials: h.Credentials, Credits: h.Credits, Disputes: h.Disputes, Finance: h.Finance, Lending: h.Lending,
		Now: p.Now, NewID: p.NewID, Zone: p.Zone, Log: p.Logger,
	})
	return err
}

// texts builds what is published: policies, and where which document counts.
func (h *House) texts(p Parts) error {
	finder, err := search.New(p.DB, p.NewID)
	if err != nil {
		return err
	}
	h.Policies, err = policy.New(policy.Deps{DB: p.DB, Search: finder, Checker: h.Guard.Checker, Now: p.Now, NewID: p.NewID})
	if err != nil {
		return err
	}
	h.Scenes, err = scene.New(p.DB, h.Files, p.Now)
	return err
}

// front builds what the world sees, and the clockwork.
func (h *House) front(p Parts) error {
	var err error
	h.Jobs, err = jobs.New(jobs.Table(jobs.Rooms{
		Files: h.Files, Sessions: h.Sessions, Staff: h.Staff, Audit: h.Audit, Privacy: h.Privacy,
		Limits: h.Limits, Writes: h.Writes, Keys: p.Keys, Vault: p.Vault,
		Tax: h.Tax, Alarms: h.Alarms, Campaigns: h.Campaigns, Subsidies: h.Subsidies, Credentials: h.Credentials, Disputes: h.Disputes, Finance: h.Finance,
	}), jobs.Deps{DB: p.DB, Now: p.Now, NewID: p.NewID, Zone: p.Zone, Log: p.Logger, Second: p.Second})
	if err != nil {
		return err
	}
	page, err := portal.New()
	if err != nil {
		return err
	}
	h.Handler, err = bff.New(bff.Deps{
		Services: h.services(p), Authenticator: h.Sessions, Trust: h.trust(p), Words: p.Words, Logger: p.Logger,
		Meters: p.Meters, Traces: p.Traces, Ready: h.Ready, Now: p.Now, NewID: p.NewID,
		Limits: p.Limits, Origins: p.Origins, Proxies: p.Proxies, Reflection: p.Reflection, Pages: h.pages(p), Portal: page,
	})
	return err
}

// trust is what decides and records who may do what.
func (h *House) trust(p Parts) bff.Trust {
	return bff.Trust{
		Limits: h.Limits, Devices: h.Sessions, Delegations: h.Consents, Record: h.Audit, Writes: h.Writes,
		InTx: p.DB.InTx, JWKS: h.Sessions.JWKS,
		Again: func(ctx context.Context, subjects []actor.DocumentID) error {
			return h.Files.Touch(ctx, actor.From(ctx), subjects...)
		},
	}
}

// answers fails unless the database answers.
func answers(ctx context.Context, db *entdb.DB) error {
	var one int
	return db.SQL(ctx).QueryRowContext(ctx, "SELECT 1").Scan(&one)
}
