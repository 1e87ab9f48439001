package mailer_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/mailer"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
)

const (
	user     = "mailbot"
	password = "correct horse"
)

// certify makes a certificate for this machine, and who vouches for it: itself.
func certify(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, roots
}

// TestStartTLS: a mail goes under TLS, after a sign-in, to a server that is who it
// says, or not at all. What keeps it back the operator is told.
func TestStartTLS(t *testing.T) {
	t.Parallel()
	certificate, roots := certify(t)
	_, others := certify(t)
	tests := []struct {
		name   string
		offers bool // STARTTLS
		change func(*mailer.Config)
		want   notice.Result
		why    string
	}{
		{"all is well", true, func(*mailer.Config) {}, notice.Taken, ""},
		{"nobody we trust vouches for it", true, func(c *mailer.Config) { c.Roots = others }, notice.Busy, "certificate is not trusted"},
		{"nor does the system", true, func(c *mailer.Config) { c.Roots = nil }, notice.Busy, "certificate is not trusted"},
		{"under another name", true, func(c *mailer.Config) { c.Host = "localhost" }, notice.Busy, "certificate is not trusted"},
		{"wrong password", true, func(c *mailer.Config) { c.Password = "guess" }, notice.Busy, "does not let us in: it answered 535"},
		{"no STARTTLS", false, func(*mailer.Config) {}, notice.Busy, "offers no STARTTLS"},
		{"TLS from the first byte is asked for", true, func(c *mailer.Config) { c.TLS = mailer.Implicit }, notice.Busy, "speaks no TLS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, s := start(t, func(c *mailer.Config) {
				c.TLS, c.Roots, c.User, c.Password = mailer.StartTLS, roots, user, password
				tt.change(c)
			})
			if tt.offers {
				s.Secure(certificate, user, password)
			}
			hurried, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			out := m.Send(hurried, letter)
			if out.Result != tt.want || tt.why != "" && (out.Err == nil || !strings.Contains(out.Err.Error(), tt.why)) {
				t.Errorf("%q, %v; want %q: %s", out.Result, out.Err, tt.want, tt.why)
			}
			taken(t, s, tt.want == notice.Taken)
		})
	}
}

// taken compares what the server took. Neither a sign-in nor a mail came in clear.
func taken(t *testing.T, s *noticetest.SMTP, want bool) {
	t.Helper()
	if got := len(s.Taken()) == 1; got != want {
		t.Errorf("%d mails left", len(s.Taken()))
	}
	for _, line := range s.InClear() {
		if verb, _, _ := strings.Cut(line, " "); slices.Contains([]string{"AUTH", "MAIL", "RCPT", "DATA"}, verb) {
			t.Errorf("in clear was said: %q", line)
		}
	}
}
