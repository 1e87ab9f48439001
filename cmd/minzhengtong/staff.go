package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// staffCommand gives officers access.
type staffCommand struct {
	Token staffTokenCommand `cmd:"" help:"Print a token for an officer."`
}

// staffTokenCommand signs a token for an officer. Whoever can read the data
// folder can do so; officers' accounts come with a sign-in of their own.
type staffTokenCommand struct {
	Officer string        `help:"The officer's ID: letters, digits and hyphens, at most 36." required:""`
	Office  string        `help:"The officer's office." default:"350128"`
	Duties  []string      `help:"accept, review, approve, pay, audit, administer." default:"accept,review"`
	Life    time.Duration `help:"How long the token is good; at most 12h." default:"8h"`
}

// Validate implements kong's check of a command's settings.
func (c *staffTokenCommand) Validate() error {
	var mistakes []error
	plain := strings.Trim(strings.ToLower(c.Officer), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
	if c.Officer == "" || len(c.Officer) > 36 || !plain {
		mistakes = append(mistakes, errors.New("officer: want letters, digits and hyphens, at most 36"))
	}
	for _, d := range c.Duties {
		if !slices.Contains(actor.Duties(), actor.Duty(d)) {
			mistakes = append(mistakes, fmt.Errorf("duties: there is no duty %q", d))
		}
	}
	if c.Life <= 0 || c.Life > 12*time.Hour {
		mistakes = append(mistakes, fmt.Errorf("life: want more than 0 and at most 12h, got %s", c.Life))
	}
	return errors.Join(mistakes...)
}

// Run prints the token and nothing else, so that a script can take it.
func (c *staffTokenCommand) Run(s *Settings, t *terminal) error {
	if err := s.makeData(); err != nil {
		return err
	}
	tokens, err := access.OpenTokens(s.Data, time.Now)
	if err != nil {
		return err
	}
	officer := actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(c.Officer), Office: c.Office}
	for _, d := range c.Duties {
		officer.Duties = append(officer.Duties, actor.Duty(d))
	}
	token, _, err := tokens.Issue(officer, newID(), c.Life)
	if err != nil {
		return err
	}
	t.printf("%s\n", token)
	return nil
}
