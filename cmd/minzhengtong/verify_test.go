package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/credential/statuslist"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

// paper is a licence in files, as somebody far away has them.
type paper struct {
	dir     string
	key     suite.Key
	licence sdjwt.Credential
}

func newPaper(t *testing.T) *paper {
	t.Helper()
	s, err := suite.Of(suite.ES256)
	must(t, err)
	key, err := s.Generate()
	must(t, err)
	now := time.Now()
	p := &paper{dir: t.TempDir(), key: key, licence: sdjwt.Credential{
		Issuer: "https://fujian.example", Kind: "urn:minzhengtong:credential:practice_licence:1", Issued: now, NotBefore: now.Add(-time.Hour),
		Expires: now.Add(time.Hour), Status: sdjwt.Status{URI: "https://fujian.example/credentials/status/1", Index: 3},
		Open:   map[string]any{check.ClaimNumber: "7K3M-0QXA-94ZT-H2RC", check.ClaimEdition: 1},
		Hidden: []sdjwt.Disclosure{{Salt: sdjwt.NewSalt(), Name: "holder_name", Value: "林雅婷"}},
	}}
	p.keys(t, key)
	return p
}

func (p *paper) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(p.dir, name)
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func (p *paper) keys(t *testing.T, key suite.Key) {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"issuer": "https://fujian.example", "jwks": map[string]any{"keys": []any{key.JWK()}}})
	must(t, err)
	p.write(t, "keys.json", string(raw))
}

// list is a status list of an age.
func (p *paper) list(t *testing.T, status statuslist.Status, age time.Duration) string {
	t.Helper()
	made := time.Now().Add(-age)
	l := statuslist.New(p.licence.Status.URI, 8, made, made.Add(24*time.Hour), time.Minute)
	l.Set(p.licence.Status.Index, status)
	token, err := l.Sign(p.key)
	must(t, err)
	return p.write(t, "list.jwt", token)
}

// verify runs the command.
func (p *paper) verify(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"verify", "--keys", filepath.Join(p.dir, "keys.json")}, args...), &stdout, &stderr)
	return code, stdout.String() + stderr.String()
}

// TestVerifyCommand: from files alone it says what a licence is worth, and how fresh what
// it knows of its status is.
func TestVerifyCommand(t *testing.T) {
	t.Parallel()
	p := newPaper(t)
	text, err := sdjwt.Sign(p.licence, p.key)
	must(t, err)
	licence := p.write(t, "licence.sdjwt", text+"\n")
	hidden, err := sdjwt.Present(text)
	must(t, err)
	old := p.licence
	old.Expires = time.Now().Add(-time.Minute)
	past, err := sdjwt.Sign(old, p.key)
	must(t, err)
	for _, c := range []struct {
		name string
		args func() []string
		code int
		want []string
		not  string
	}{
		{"good", func() []string { return []string{licence, "--status", p.list(t, statuslist.Valid, 3*time.Minute)} }, 0, []string{"authentic", "林雅婷", ", 3m"}, ""},
		{"nothing shown", func() []string {
			return []string{p.write(t, "hidden.sdjwt", hidden), "--status", p.list(t, statuslist.Valid, 0)}
		}, 0, []string{"authentic"}, "林雅婷"},
		{"no list", func() []string { return []string{licence} }, 1, []string{"status_unknown", "no list that counts", "/credentials/status/1"}, ""},
		{"an old list", func() []string { return []string{licence, "--status", p.list(t, statuslist.Valid, 25*time.Hour)} }, 1, []string{"status_unknown", ", 25h"}, ""},
		{"revoked", func() []string { return []string{licence, "--status", p.list(t, statuslist.Invalid, 0)} }, 1, []string{"revoked"}, ""},
		{"suspended", func() []string { return []string{licence, "--status", p.list(t, statuslist.Suspended, 0)} }, 1, []string{"suspended"}, ""},
		{"superseded", func() []string { return []string{licence, "--status", p.list(t, statuslist.Superseded, 0)} }, 1, []string{"superseded"}, ""},
		{"expired", func() []string {
			return []string{p.write(t, "past.sdjwt", past), "--status", p.list(t, statuslist.Valid, 0)}
		}, 1, []string{"expired"}, ""},
		{"changed", func() []string {
			return []string{p.write(t, "changed.sdjwt", strings.Replace(text, "~W", "~X", 1))}
		}, 1, []string{"standing   changed"}, "林雅婷"},
		{"no licence", func() []string { return []string{p.write(t, "other.txt", "hello")} }, 1, []string{"unreadable"}, "hello"},
		{"a bomb", func() []string { return []string{p.write(t, "bomb", strings.Repeat("a", 9<<20))} }, 1, []string{"larger than"}, ""},
	} {
		code, out := p.verify(t, c.args()...)
		for _, want := range c.want {
			if code != c.code || !strings.Contains(out, want) {
				t.Errorf("%s: exit %d with\n%swant %d and %q", c.name, code, out, c.code, want)
			}
		}
		if c.not != "" && strings.Contains(out, c.not) {
			t.Errorf("%s: it tells %s", c.name, c.not)
		}
	}
	other := newPaper(t)
	p.keys(t, other.key)
	if code, out := p.verify(t, licence); code != 1 || !strings.Contains(out, "untrusted") {
		t.Errorf("under another's keys: exit %d with %s", code, out)
	}
}

// TestVerifySheet: a sheet is good with the signature that names it, and with no other.
func TestVerifySheet(t *testing.T) {
	t.Parallel()
	p := newPaper(t)
	pdf := "%PDF-1.4 a sheet"
	sum := sha256.Sum256([]byte(pdf))
	claims, err := p.licence.Claims()
	must(t, err)
	claims[check.ClaimDigest] = hex.EncodeToString(sum[:])
	signature, err := sdjwt.SignJWT(check.SheetType, claims, p.key)
	must(t, err)
	file := p.write(t, "sheet.pdf", pdf)
	if code, out := p.verify(t, file); code != 1 || !strings.Contains(out, "--signature") {
		t.Errorf("without a signature: exit %d with %s", code, out)
	}
	p.write(t, "sheet.pdf.sig", signature)
	list := p.list(t, statuslist.Valid, time.Minute)
	if code, out := p.verify(t, file, "--status", list); code != 0 || !strings.Contains(out, "authentic") {
		t.Errorf("with its signature: exit %d with %s", code, out)
	}
	p.write(t, "sheet.pdf", pdf+" ")
	if code, out := p.verify(t, file, "--status", list); code != 1 || !strings.Contains(out, "changed") {
		t.Errorf("with a byte more: exit %d with %s", code, out)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
