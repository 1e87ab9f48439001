package bff_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff"
)

// nothing is a service whose handler is never reached.
func nothing(name, path string) bff.Service {
	return bff.Service{Name: name, Handler: func(...connect.HandlerOption) (string, http.Handler) {
		return path, http.NotFoundHandler()
	}}
}

func TestNewRefusesToStart(t *testing.T) {
	t.Parallel()
	registered(t)
	tests := []struct {
		name     string
		change   func(*bff.Deps)
		mentions []string
	}{
		{"nothing at all", func(d *bff.Deps) { *d = bff.Deps{} },
			[]string{"Services", "Authenticator", "Words", "Logger", "Meters", "Traces", "Ready", "Now", "NewID"}},
		{"RPCs that declare nothing", func(d *bff.Deps) { d.Services = append(d.Services, nothing(silentService, "/"+silentService+"/")) },
			[]string{"SilentService.NoAudience", "SilentService.UnknownAudience", "SilentService.NoDuty", "SilentService.UnknownDuty", "SilentService.StrayDuty"}},
		{"a service without contract", func(d *bff.Deps) { d.Services = append(d.Services, nothing("bfftest.v1.Ghost", "/bfftest.v1.Ghost/")) },
			[]string{"bfftest.v1.Ghost"}},
		{"a message for a service", func(d *bff.Deps) { d.Services = append(d.Services, nothing("minzhengtong.session.v1.Session", "/x/")) },
			[]string{"minzhengtong.session.v1.Session"}},
		{"another service's handler", func(d *bff.Deps) { d.Services = append(d.Services, nothing(streamService, "/bfftest.v1.Other/")) },
			[]string{streamService, "/bfftest.v1.Other/"}},
		{"origins", func(d *bff.Deps) { d.Origins = []string{"*", "https://a.example/", "ftp://b.example", "c.example"} },
			[]string{`"*"`, `"https://a.example/"`, `"ftp://b.example"`, `"c.example"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, _ := deps(t, stubs{})
			tt.change(&d)
			_, err := bff.New(d)
			if err == nil {
				t.Fatal("New succeeded")
			}
			for _, part := range tt.mentions {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the error does not name %s: %v", part, err)
				}
			}
			if strings.Contains(err.Error(), "SilentService.Fine") {
				t.Errorf("the error names an RPC that is fine: %v", err)
			}
		})
	}
}

func TestNewTwice(t *testing.T) {
	t.Parallel()
	for range 2 {
		d, _ := deps(t, stubs{})
		d.Origins = []string{"https://portal.example"}
		d.Portal = http.NotFoundHandler()
		d.Reflection = true
		if _, err := bff.New(d); err != nil {
			t.Fatal(errors.Unwrap(err))
		}
	}
}
