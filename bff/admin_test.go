package bff_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff"
)

// operate asks the admin port.
func operate(t *testing.T, f *fixture, ready error, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	handler := bff.Admin(f.registry, func(context.Context) error { return ready })
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w
}

func TestAdmin(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	for _, w := range wires(t) {
		if _, err := w.getHome(t.Context(), f, personToken, "en"); err != nil {
			t.Fatal(err)
		}
		_, _ = w.getHome(t.Context(), f, "", "en")
	}
	gone := errors.New("database is gone")
	tests := []struct {
		path   string
		ready  error
		status int
		want   string
	}{
		{"/livez", gone, 200, "ok"},
		{"/readyz", nil, 200, "ok"},
		{"/readyz", gone, 503, "not ready"},
		{"/version", nil, 200, `"go":"go1.`},
		{"/metrics", nil, 200, `rpc_method="minzhengtong.home.v1.HomeService/GetHome"`},
		{"/metrics", nil, 200, `reason="SIGN_IN_REQUIRED"`},
		{"/metrics", nil, 200, "go_goroutines"},
		{"/debug/pprof/", nil, 200, "goroutine"},
		{"/debug/pprof/cmdline", nil, 404, ""},
		{"/other", nil, 404, ""},
	}
	for _, tt := range tests {
		w := operate(t, f, tt.ready, tt.path)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s: status is %d, want %d with %q", tt.path, w.Code, tt.status, tt.want)
		}
		if strings.Contains(w.Body.String(), "database is gone") {
			t.Errorf("%s tells why", tt.path)
		}
	}
	if strings.Contains(operate(t, f, nil, "/metrics").Body.String(), "127.0.0.1") {
		t.Error("metrics hold an address")
	}
}
