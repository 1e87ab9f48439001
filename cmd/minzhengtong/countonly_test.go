package main

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestServeCountOnly: the same tries at one login are refused from the third on,
// and with --count-only refused for nothing but their password; both are counted.
func TestServeCountOnly(t *testing.T) {
	t.Parallel()
	const tries, allowed = 5, 2
	for name, tt := range map[string]struct {
		more   []string
		status int
		reason string
	}{
		"refused": {nil, http.StatusTooManyRequests, "SIGN_IN_TOO_OFTEN"},
		"counted": {[]string{"--count-only"}, http.StatusUnauthorized, "SIGN_IN_FAILED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, t.TempDir(), slices.Concat([]string{"serve", "--no-import", "--limits", "sign_in.fail.login=2/1h"}, ports, small, tt.more)...).ready(t)
			for i := range tries {
				status, answer := post(t, p.addresses["service"]+"/minzhengtong.session.v1.SessionService/SignInOfficer",
					`{"login": "lin", "password": "wrong", "code": "000000"}`)
				want, reason := http.StatusUnauthorized, "SIGN_IN_FAILED"
				if i >= allowed {
					want, reason = tt.status, tt.reason
				}
				if status != want || !strings.Contains(answer, `"`+reason+`"`) {
					t.Errorf("try %d: status %d, want %d and %s: %s", i+1, status, want, reason, answer)
				}
			}
			_, metrics := get(t, p.addresses["admin"]+"/metrics")
			if !regexp.MustCompile(`(?m)^limit_exceeded\w*\{.*rule="sign_in\.fail\.login".*\} 3$`).MatchString(metrics) {
				t.Error("the metrics do not count three tries too many")
			}
			p.stop(t)
		})
	}
}
