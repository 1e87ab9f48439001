package upstream_test

import (
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	const base = "https://gateway.test/path"
	tests := []struct {
		name string
		conf upstream.Config
		ok   bool
	}{
		{"least", upstream.Config{BaseURL: base, Now: now}, true},
		{"no retries", upstream.Config{BaseURL: base, Now: now, Retries: -1}, true},
		{"nothing", upstream.Config{}, false},
		{"no clock", upstream.Config{BaseURL: base}, false},
		{"no host", upstream.Config{BaseURL: "https://", Now: now}, false},
		{"other scheme", upstream.Config{BaseURL: "ftp://gateway.test", Now: now}, false},
		{"unreadable", upstream.Config{BaseURL: "http://user:SECRET@ga teway", Now: now}, false},
		{"negative limit", upstream.Config{BaseURL: base, Now: now, Limit: -time.Second}, false},
		{"breaker that hardly opens", upstream.Config{BaseURL: base, Now: now, Breaker: upstream.Breaker{Failures: 11}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := upstream.New(tt.conf, nil)
			if (err == nil) != tt.ok {
				t.Errorf("error is %v, want one: %v", err, !tt.ok)
			}
			if err != nil && strings.Contains(err.Error(), "SECRET") {
				t.Error("the error shows the password")
			}
		})
	}
}
