package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"path/filepath"
	"time"
	_ "time/tzdata" // Asia/Shanghai on machines without a zone database

	"github.com/golang-sql/civil"
	"github.com/google/uuid"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// ground is what every command that touches data stands on.
type ground struct {
	settings *Settings
	db       *entdb.DB
	keys     *keyring.Keyring
	vault    *vault.Vault
	tokens   *access.Tokens
	issuers  *credential.Keys
	signer   *audit.Signer
	log      *slog.Logger
}

// open opens keys and databases. With migrate, an embedded database is brought to
// this program's version; otherwise one that is older or newer is refused.
func (s *Settings) open(ctx context.Context, t *terminal, migrate bool) (_ *ground, err error) {
	g := &ground{settings: s, log: s.logger(t.err)}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	if err := s.makeData(); err != nil {
		return nil, err
	}
	if g.keys, err = s.openKeys(); err != nil {
		return nil, err
	}
	if g.signer, err = audit.OpenSigner(s.Data); err != nil {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	if g.db, err = entdb.Open(ctx, entdb.Config{URL: s.databaseURL(), MaxConns: s.Connections}, g.log); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if migrate {
		err = g.db.Migrate(ctx, func(name string) { t.printf("migrated: %s\n", name) })
	} else {
		err = g.db.CheckVersion(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if g.vault, err = vault.Open(ctx, s.vaultURL(), g.keys, time.Now); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if g.tokens, err = access.OpenTokens(ctx, g.db, g.keys, time.Now); err != nil {
		return nil, fmt.Errorf("token keys: %w", err)
	}
	if g.issuers, err = credential.OpenKeys(ctx, g.db, g.keys, suite.Name(s.CredentialSuite), time.Now); err != nil {
		return nil, err
	}
	return g, nil
}

// close closes what is open.
func (g *ground) close() error {
	var mistakes []error
	if g.vault != nil {
		mistakes = append(mistakes, g.vault.Close())
	}
	if g.db != nil {
		mistakes = append(mistakes, g.db.Close())
	}
	return errors.Join(mistakes...)
}

// openKeys opens the keyring of the data folder. Its key-encryption key lies
// beside it; keep a copy of both apart from the database.
func (s *Settings) openKeys() (*keyring.Keyring, error) {
	kek, err := keyring.LocalKEK(filepath.Join(s.Data, "kek"))
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	keys, err := keyring.Open(s.Data, kek)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return keys, nil
}

// instruments are where metrics and traces go.
type instruments struct {
	meters metric.MeterProvider
	traces trace.TracerProvider
}

// build puts the house together on the ground. What serves adds to the parts.
func (g *ground) build(a house.Authorities, i instruments, serve func(*house.Parts)) (*house.House, error) {
	words, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	parts := house.Parts{
		DB: g.db, Keys: g.keys, Vault: g.vault, Tokens: g.tokens, IssuerKeys: g.issuers, Issuer: g.settings.Issuer, Signer: g.signer, Anchor: g.settings.anchorPath(),
		Authorities: a, Words: words, Logger: g.log, Meters: i.meters, Traces: i.traces,
		Now: time.Now, NewID: newID, NewCode: newCode, NewSecret: rand.Text, Zone: shanghai,
	}
	if serve != nil {
		serve(&parts)
	}
	return house.Build(parts)
}

// shanghai is the zone of business time.
var shanghai = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err) // the zone database is in the binary
	}
	return zone
}()

// today is the day in Asia/Shanghai, wherever this machine is.
func today() civil.Date { return civil.DateOf(time.Now().In(shanghai)) }

// newID makes a UUIDv7.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// newCode makes six random digits.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand.Reader does not fail
	}
	return fmt.Sprintf("%06d", n)
}
