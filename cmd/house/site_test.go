//go:build unix

package house_test

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/alarm/alarmtest"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/notice/mailer"
	"github.com/minzhengtong/minzhengtong/domains/notice/pusher"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// second is how long a second of waiting takes in the test's processes, so that a
// process that died is found out in one and not in thirty.
const second = 40 * time.Millisecond

// bearer opens the gateway of the authorities.
const bearer = "test-credential"

// site is what all processes of a test share. The parent hands it to its children
// as JSON.
type site struct {
	Database string // URL
	Folder   string // of keys, vault and clock
	Gateway  string // URL of the authorities
	MailHost string
	MailPort int
	// The keys of Web Push.
	PushPublic, PushPrivate string
}

// rooms are a house of one process with what it stands on.
type rooms struct {
	*house.House
	db    *entdb.DB
	clock clock
	ends  []func() error
}

// open builds a house as the program does, but for its clock and its haste.
func (s site) open(ctx context.Context, log *slog.Logger) (r *rooms, err error) {
	r = &rooms{}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	if r.clock, err = openClock(s.Folder); err != nil {
		return r, err
	}
	p := house.Parts{
		Anchor: filepath.Join(s.Folder, "anchor"), Logger: log, Meters: metricnoop.NewMeterProvider(), Traces: tracenoop.NewTracerProvider(),
		Now: r.clock.now, NewID: newID, NewCode: func() string { return "000000" }, NewSecret: func() string { return rand.Text() + rand.Text() },
		Zone: alarmtest.Shanghai, Cost: staff.Cost{Memory: 64, Time: 1, Threads: 1}, Second: second,
	}
	for _, lay := range []func(context.Context, *house.Parts, *rooms) error{s.ground, s.outside} {
		if err := lay(ctx, &p, r); err != nil {
			return r, err
		}
	}
	r.House, err = house.Build(p)
	return r, err
}

// ground opens what is kept.
func (s site) ground(ctx context.Context, p *house.Parts, r *rooms) error {
	kek, err := keyring.LocalKEK(filepath.Join(s.Folder, "kek"))
	if err != nil {
		return err
	}
	if p.Keys, err = keyring.Open(s.Folder, kek); err != nil {
		return err
	}
	if p.Signer, err = audit.OpenSigner(s.Folder); err != nil {
		return err
	}
	// A process that is killed loses nothing that the system has.
	if p.DB, err = entdb.Open(ctx, entdb.Config{URL: s.Database, MaxConns: 4, NoSync: true}, p.Logger); err != nil {
		return err
	}
	r.db = p.DB
	r.ends = append(r.ends, p.DB.Close)
	if p.Vault, err = vault.Open(ctx, "sqlite:"+filepath.Join(s.Folder, "vault.db"), p.Keys, p.Now); err != nil {
		return err
	}
	r.ends = append(r.ends, p.Vault.Close)
	if err := p.DB.Migrate(ctx, nil); err != nil {
		return err
	}
	if p.Tokens, err = access.OpenTokens(ctx, p.DB, p.Keys, p.Now); err != nil {
		return err
	}
	p.Issuer = "https://fujian.example"
	p.IssuerKeys, err = credential.OpenKeys(ctx, p.DB, p.Keys, suite.ES256, p.Now)
	return err
}

// outside reaches the authorities and the suppliers.
func (s site) outside(_ context.Context, p *house.Parts, r *rooms) error {
	authorities, err := upstream.New(upstream.Config{BaseURL: s.Gateway, Token: bearer, Now: p.Now}, p.Logger)
	if err != nil {
		return err
	}
	r.ends = append(r.ends, func() error { authorities.Close(); return nil })
	p.Authorities = authorities
	if p.Words, err = i18n.Load(); err != nil {
		return err
	}
	p.Channels.Loopback = true
	p.Channels.Push, err = pusher.New(pusher.Config{Contact: "ops@example.org", Public: s.PushPublic, Private: s.PushPrivate, Loopback: true})
	if err != nil {
		return err
	}
	p.Channels.Mail, err = mailer.New(mailer.Config{
		Host: s.MailHost, Port: s.MailPort, TLS: mailer.Plain, From: "no-reply@" + mailDomain, Now: p.Now,
	})
	return err
}

// mailDomain ends the Message-IDs of mails.
const mailDomain = "notices.example.org"

func (r *rooms) close() error {
	var mistakes []error
	for i := len(r.ends) - 1; i >= 0; i-- {
		mistakes = append(mistakes, r.ends[i]())
	}
	return errors.Join(mistakes...)
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// clock is one for all processes: a file with a moment in it.
type clock struct{ file *os.File }

func openClock(folder string) (clock, error) {
	file, err := os.OpenFile(filepath.Join(folder, "clock"), os.O_RDWR|os.O_CREATE, 0o600)
	return clock{file}, err
}

func (c clock) now() time.Time {
	var raw [8]byte
	if _, err := c.file.ReadAt(raw[:], 0); err != nil {
		panic(fmt.Sprintf("read the clock: %v", err)) // of the test itself
	}
	return time.Unix(0, int64(binary.LittleEndian.Uint64(raw[:]))).UTC()
}

func (c clock) set(to time.Time) {
	raw := binary.LittleEndian.AppendUint64(nil, uint64(to.UnixNano()))
	if _, err := c.file.WriteAt(raw, 0); err != nil {
		panic(fmt.Sprintf("set the clock: %v", err)) // of the test itself
	}
}
