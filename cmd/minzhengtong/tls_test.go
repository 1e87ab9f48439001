package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestServeTLS serves with a certificate of its own, and with nothing else.
func TestServeTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	trusted := writeCertificate(t, dir)
	p := start(t, dir, slices.Concat([]string{"serve", "--no-import", "--tls-cert", "cert.pem", "--tls-key", "key.pem"}, ports, small)...).ready(t)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	web := &http.Client{Transport: transport}
	res, err := web.Post(p.addresses["service"]+"/minzhengtong.session.v1.SessionService/StartSignIn", "application/json", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close() // the status says it all
	if res.StatusCode != http.StatusBadRequest || res.ProtoMajor != 2 {
		t.Errorf("status %d over HTTP/%d, want 400 over HTTP/2", res.StatusCode, res.ProtoMajor)
	}
	if status, _ := get(t, p.addresses["admin"]+"/livez"); status != http.StatusOK {
		t.Errorf("the admin port has status %d without TLS", status)
	}
	p.stop(t)
}

// writeCertificate writes cert.pem and key.pem for loopback into a folder.
func writeCertificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return pool
}
