package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

// staffCommand gives officers and systems access.
type staffCommand struct {
	Office staffOfficeCommand `cmd:"" help:"Make an office and its department, or bring them up to date."`
	First  staffFirstCommand  `cmd:"" help:"Make the first administrator's account, who makes all others."`
	Add    staffAddCommand    `cmd:"" help:"Make an officer's account."`
	System staffSystemCommand `cmd:"" help:"Let another department's program in, by its public key."`
	Token  staffTokenCommand  `cmd:"" help:"Open a session for an officer without a password, and print its token."`
}

// operator is whoever can read the data folder.
var operator = actor.Actor{Role: actor.Officer, Officer: "operator", Duties: []actor.Duty{actor.Administer}, Duty: actor.Administer}

// inHouse opens the house for one command, and lets it do something that the
// audit log has to know.
func (s *Settings) inHouse(ctx context.Context, t *terminal, action string, do func(context.Context, *house.House) error) error {
	g, err := s.open(ctx, t, s.Database == "")
	if err != nil {
		return err
	}
	defer g.close() //nolint:errcheck // nothing is left to do about it
	h, err := g.offline()
	if err != nil {
		return err
	}
	return g.db.InTx(ctx, func(ctx context.Context) error {
		if err := do(ctx, h); err != nil {
			return err
		}
		return h.Audit.Change(ctx, "command/"+action, operator)
	})
}

// staffOfficeCommand makes an office.
type staffOfficeCommand struct {
	ID             string `arg:"" help:"The office's code."`
	Name           string `help:"The office's name." required:""`
	Area           string `help:"The region that it serves, six digits of GB/T 2260." required:""`
	Department     string `help:"The department's code." required:""`
	DepartmentName string `help:"The department's name." required:""`
}

// Run makes the office.
func (c *staffOfficeCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	return s.inHouse(ctx, t, "staff-office", func(ctx context.Context, h *house.House) error {
		return h.Staff.EnsureOffice(ctx, staff.Office{
			ID: c.ID, Name: c.Name, Area: c.Area, Department: c.Department, DepartmentName: c.DepartmentName,
		})
	})
}

// accountFlags are what every account needs.
type accountFlags struct {
	Login    string `arg:"" help:"What the officer types to sign in: lower-case letters, digits, dots and hyphens."`
	Name     string `help:"The officer's name." required:""`
	Office   string `help:"The office's code; make it with staff office." required:""`
	Provider string `help:"Issuer and subject at the organisation's OpenID provider, with a space between. Empty: password and code here." default:""`
}

func (f accountFlags) account() staff.Account {
	return staff.Account{Login: f.Login, Name: f.Name, Office: f.Office, Subject: f.Provider}
}

// staffFirstCommand makes the first administrator.
type staffFirstCommand struct{ accountFlags }

// Run makes the account and shows its credentials, once.
func (c *staffFirstCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	var credentials staff.Credentials
	err := s.inHouse(ctx, t, "staff-first", func(ctx context.Context, h *house.House) (err error) {
		_, credentials, err = h.Staff.Bootstrap(ctx, c.account())
		return err
	})
	if err == nil {
		t.showCredentials(c.Login, credentials)
	}
	return err
}

// staffAddCommand makes an officer's account.
type staffAddCommand struct {
	accountFlags
	Duties []string `help:"accept, review, approve, pay, audit, administer. Accepting and approving exclude each other, approving and paying do, and auditing excludes all else." required:""`
}

// Validate implements kong's check of a command's settings.
func (c *staffAddCommand) Validate() error {
	var mistakes []error
	for _, d := range c.Duties {
		if !slices.Contains(actor.Duties(), actor.Duty(d)) {
			mistakes = append(mistakes, fmt.Errorf("duties: there is no duty %q", d))
		}
	}
	return errors.Join(mistakes...)
}

// Run makes the account and shows its credentials, once.
func (c *staffAddCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	var credentials staff.Credentials
	err := s.inHouse(ctx, t, "staff-add", func(ctx context.Context, h *house.House) (err error) {
		account := c.account()
		for _, d := range c.Duties {
			account.Duties = append(account.Duties, actor.Duty(d))
		}
		_, credentials, err = h.Staff.Create(ctx, operator, account)
		return err
	})
	if err == nil {
		t.showCredentials(c.Login, credentials)
	}
	return err
}

// showCredentials prints what is shown once.
func (t *terminal) showCredentials(login string, c staff.Credentials) {
	if c.Password == "" {
		t.printf("%s signs in at the provider.\n", login)
		return
	}
	t.printf("login          %s\nfirst password %s\nauthenticator  %s\n\nThe password opens nothing but its own change (SessionService/ChangePassword). Neither is shown again.\n",
		login, c.Password, c.URI)
}

// staffSystemCommand lets a program in.
type staffSystemCommand struct {
	ID         string `arg:"" help:"The name by which the program calls."`
	Name       string `help:"What it is." required:""`
	Department string `help:"The department's code." required:""`
	Key        string `help:"PEM file of its Ed25519 public key." type:"existingfile" required:""`
}

// Run makes the account.
func (c *staffSystemCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	raw, err := os.ReadFile(c.Key)
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return fmt.Errorf("key: %s is not PEM", c.Key)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	key, ok := parsed.(ed25519.PublicKey)
	if err != nil || !ok {
		return fmt.Errorf("key: %s is not an Ed25519 public key", c.Key)
	}
	return s.inHouse(ctx, t, "staff-system", func(ctx context.Context, h *house.House) error {
		return h.Staff.EnsureSystem(ctx, staff.System{ID: actor.OfficerID(c.ID), Name: c.Name, Department: c.Department, PublicKey: key})
	})
}

// staffTokenCommand opens a session for an officer. Whoever can read the data
// folder can do so, and it stands in the audit log.
type staffTokenCommand struct {
	Officer string `help:"The officer's login." required:""`
}

// Run prints the token and nothing else, so that a script can take it.
func (c *staffTokenCommand) Run(ctx context.Context, s *Settings, t *terminal) error {
	token := ""
	quiet := &terminal{out: t.err, err: t.err}
	err := s.inHouse(ctx, quiet, "staff-token", func(ctx context.Context, h *house.House) error {
		officer, err := h.Staff.ByLogin(ctx, c.Officer)
		if err != nil {
			return fmt.Errorf("officer %s: %w", c.Officer, err)
		}
		session, err := h.Sessions.OpenForOperator(ctx, officer.ID)
		token = session.Token
		return err
	})
	if err == nil {
		t.printf("%s\n", token)
	}
	return err
}
