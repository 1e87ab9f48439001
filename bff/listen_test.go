package bff_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff"
)

func TestServerLogHidesAddresses(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	server := bff.NewHTTPServer(http.NotFoundHandler(), slog.New(slog.NewTextHandler(&log, nil)), bff.Limits{})
	server.ErrorLog.Print("http: TLS handshake error from 192.0.2.7:5050: EOF")
	server.ErrorLog.Print("http: TLS handshake error from [2001:db8::7:0]:5050: EOF")
	if got := log.String(); strings.Contains(got, "192.0.2.7") || strings.Contains(got, "2001") || strings.Count(got, "from [address]: EOF") != 2 {
		t.Errorf("log is %q", got)
	}
}

func TestServerDefaults(t *testing.T) {
	t.Parallel()
	server := bff.NewHTTPServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler), bff.Limits{})
	if server.ReadHeaderTimeout <= 0 || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 || server.WriteTimeout != 0 {
		t.Errorf("limits are %v, %v, %d, %v", server.ReadHeaderTimeout, server.IdleTimeout, server.MaxHeaderBytes, server.WriteTimeout)
	}
}

func TestStrictTransportOnlyOverTLS(t *testing.T) {
	t.Parallel()
	d, _ := deps(t, stubs{})
	handler, err := bff.New(d)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(handler)
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if got := res.Header.Get("Strict-Transport-Security"); got == "" {
		t.Error("no Strict-Transport-Security over TLS")
	}
}
