package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

// verifyCommand says what a licence is worth that somebody handed over. It needs no
// database and no network: the issuer's keys and a status list are files too, fetched
// whenever it was possible.
type verifyCommand struct {
	File      string `arg:"" type:"existingfile" help:"The licence: a signed text (.sdjwt) or a sheet (.pdf)."`
	Keys      string `required:"" type:"existingfile" help:"The issuer's keys, from /.well-known/jwt-vc-issuer of the house."`
	Status    string `type:"existingfile" help:"The status list that the licence names, as it was fetched. Without one nobody knows whether the licence still holds."`
	Signature string `type:"existingfile" help:"Of a sheet, the signature that lies beside it. Empty: the file's name with .sig." placeholder:"FILE"`
}

// mostRead bounds what is read of a file.
const mostRead = 8 << 20

// errWorthless ends the program with a code that a script can see.
var errWorthless = errors.New("the licence must not be relied on")

// Run prints the verdict, and fails unless it is that the licence is authentic.
func (c *verifyCommand) Run(t *terminal) error {
	raw, err := readBounded(c.Keys)
	if err != nil {
		return err
	}
	set, err := readKeys(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Keys, err)
	}
	v, err := c.read(check.Of(set))
	if err != nil {
		return err
	}
	if c.Status != "" {
		list, err := readBounded(c.Status)
		if err != nil {
			return err
		}
		v = check.Listed(v, strings.TrimSpace(string(list)), check.Of(set), time.Now())
	}
	printVerdict(t, v, time.Now())
	switch v.Standing {
	case check.Authentic:
		return nil
	case check.Unknown:
		return fmt.Errorf("%w: it is as it was issued, and nobody knows whether it still holds; fetch %s and name it with --status", errWorthless, v.Status.URI)
	default:
		return fmt.Errorf("%w: %s", errWorthless, v.Standing)
	}
}

// read reads the licence, a sheet with its signature.
func (c *verifyCommand) read(keys check.Keys) (check.Verdict, error) {
	raw, err := readBounded(c.File)
	if err != nil {
		return check.Verdict{}, err
	}
	if !bytes.HasPrefix(raw, []byte("%PDF-")) {
		return check.Read(strings.TrimSpace(string(raw)), keys, time.Now()), nil
	}
	name := c.Signature
	if name == "" {
		name = c.File + ".sig"
	}
	signature, err := readBounded(name)
	if err != nil {
		return check.Verdict{}, fmt.Errorf("a sheet has its signature beside it; name it with --signature: %w", err)
	}
	return check.ReadSheet(raw, strings.TrimSpace(string(signature)), keys, time.Now()), nil
}

func printVerdict(t *terminal, v check.Verdict, now time.Time) {
	t.printf("standing   %s\n", v.Standing)
	if v.Number == "" {
		return
	}
	t.printf("number     %s, edition %d\nkind       %s\nissuer     %s\nvalid from %s\n", v.Number, v.Edition, v.Kind, v.Issuer, v.From.In(shanghai).Format(time.DateTime))
	if !v.Until.IsZero() {
		t.printf("valid to   %s\n", v.Until.In(shanghai).Format(time.DateTime))
	}
	for _, name := range slices.Sorted(maps.Keys(v.Fields)) {
		value, _ := json.Marshal(v.Fields[name]) // it came out of JSON
		t.printf("  %-16s %s\n", name, value)
	}
	if v.Listed.IsZero() {
		t.printf("status     no list that counts\n")
		return
	}
	t.printf("status     as of %s, %s ago\n", v.Listed.In(shanghai).Format(time.DateTime), now.Sub(v.Listed).Round(time.Second))
}

// readKeys reads what an issuer publishes, or a plain set of keys.
func readKeys(raw []byte) (suite.Set, error) {
	var issuer struct {
		JWKS json.RawMessage `json:"jwks"`
	}
	if json.Unmarshal(raw, &issuer) == nil && issuer.JWKS != nil {
		raw = issuer.JWKS
	}
	return suite.ReadSet(raw)
}

// readBounded reads a file that is not larger than any of ours.
func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	raw, err := io.ReadAll(io.LimitReader(f, mostRead+1))
	if err == nil && len(raw) > mostRead {
		err = fmt.Errorf("%s is larger than %d bytes, and no licence", name, mostRead)
	}
	return raw, err
}
