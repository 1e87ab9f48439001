package credential_test

import (
	"context"
	crand "crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// siteVariable makes this test binary a process that issues licences at the site in it,
// signs what others left, and never ends it.
const siteVariable = "CREDENTIAL_TEST_SITE"

func TestMain(m *testing.M) {
	if raw := os.Getenv(siteVariable); raw != "" {
		fmt.Fprintln(os.Stderr, issueInChild(context.Background(), raw))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// site is what processes share: a database, a folder with keys and a vault, and a holder.
type site struct {
	URL, Folder string
	Holder      actor.DocumentID
}

// given is what a process says of a licence that it hands out.
type given struct {
	Number credential.Number
	Token  string
}

// mortalMatters is how many matters the processes issue licences for. Some come to the same
// one.
const mortalMatters = 400

// process is one process at a site.
type process struct {
	*credential.Service
	db    *entdb.DB
	vault *vault.Vault
}

// open is a process at the site, in this one or in a child.
func (s site) open(ctx context.Context) (*process, error) {
	db, err := entdb.Open(ctx, entdb.Config{URL: s.URL, MaxConns: 4, NoSync: true}, quiet)
	if err != nil {
		return nil, err
	}
	ring, safe, err := s.secrets(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := credential.OpenKeys(ctx, db, ring, suite.ES256, standing)
	if err != nil {
		return nil, err
	}
	signer, err := audit.OpenSigner(s.Folder)
	if err != nil {
		return nil, err
	}
	log, err := audit.New(audit.Deps{
		DB: db, Keys: ring, Vault: safe, Signer: signer, Anchor: filepath.Join(s.Folder, "anchor"), Now: standing, NewID: freshID, Log: quiet,
	})
	if err != nil {
		return nil, err
	}
	service, err := credential.New(credential.Deps{
		DB: db, Vault: safe, Keys: keys, Audit: log, Issuer: issuer, Now: standing, NewID: freshID, NewNumber: sharing.NewVoucher,
		NewSecret: crand.Text, Word: func(_, id string, _ map[string]string) string { return id },
		// Issuing and signing ask none of these.
		Files: struct{ credential.Files }{}, Guard: struct{ credential.Gate }{}, Limits: struct{ credential.Limits }{},
	})
	return &process{service, db, safe}, err
}

func (p *process) close() error { return errors.Join(p.db.Close(), p.vault.Close()) }

// secrets are the keys and the vault of the site.
func (s site) secrets(ctx context.Context) (*keyring.Keyring, *vault.Vault, error) {
	kek, err := keyring.LocalKEK(filepath.Join(s.Folder, "kek"))
	if err != nil {
		return nil, nil, err
	}
	ring, err := keyring.Open(filepath.Join(s.Folder, "keys"), kek)
	if err != nil {
		return nil, nil, err
	}
	safe, err := vault.Open(ctx, "sqlite:"+filepath.Join(s.Folder, "vault.db"), ring, standing)
	return ring, safe, err
}

var quiet = slog.New(slog.DiscardHandler)

// standing is a clock that stands in all processes, so that a licence is worth the same to
// each.
func standing() time.Time { return dossiertest.Start }

func freshID() string { return uuid.Must(uuid.NewV7()).String() }

// issueInChild issues licences in several goroutines, and signs beside them what is stored,
// as the job does. Each licence that it hands out it says.
func issueInChild(ctx context.Context, raw string) error {
	var at site
	if err := json.Unmarshal([]byte(raw), &at); err != nil {
		return err
	}
	s, err := at.open(ctx)
	if err != nil {
		return err
	}
	failed := make(chan error)
	forever := func(do func() error) {
		for {
			if err := do(); err != nil {
				failed <- err
				return
			}
		}
	}
	go forever(func() error {
		_, err := s.FinishPending(ctx, 10)
		return err
	})
	var mu sync.Mutex // one line after the other
	out := json.NewEncoder(os.Stdout)
	for range 3 {
		go forever(func() error {
			c, err := s.Issue(ctx, registrar, mortalDraft(at.Holder, rand.IntN(mortalMatters)))
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			return out.Encode(given{c.Number, c.Token})
		})
	}
	return <-failed
}

// mortalDraft is what the nth matter has issued.
func mortalDraft(holder actor.DocumentID, n int) credential.Draft {
	return credential.Draft{
		Type: "practice_licence", Document: holder, Matter: credential.Matter{Kind: "desk", ID: "mortal-" + strconv.Itoa(n)}, Values: guide(),
	}
}
