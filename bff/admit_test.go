package bff_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/minzhengtong/minzhengtong/bff"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

// TestAudience calls every mounted RPC as everybody.
func TestAudience(t *testing.T) {
	t.Parallel()
	registered(t)
	all := stubs{more: []bff.Service{nothing(roleService, "/"+roleService+"/")}}
	f := start(t, all)
	// Who gets in, by audience and duty; the rest must be turned away.
	admitted := map[string][]string{
		"AUDIENCE_PUBLIC":              {"", "unknown", personToken, officerToken, reviewToken, auditorToken, systemToken},
		"AUDIENCE_PERSON":              {personToken},
		"AUDIENCE_FIRM_MEMBER":         {personToken},
		"AUDIENCE_AUDITOR":             {auditorToken},
		"AUDIENCE_SYSTEM":              {systemToken},
		"AUDIENCE_SIGNED_IN":           {personToken, officerToken, reviewToken, auditorToken, systemToken},
		"AUDIENCE_STAFF":               {officerToken, reviewToken, auditorToken},
		"AUDIENCE_OFFICER DUTY_ACCEPT": {officerToken},
		"AUDIENCE_OFFICER DUTY_REVIEW": {reviewToken},
	}
	tokens := []string{"", "unknown", personToken, officerToken, reviewToken, auditorToken, systemToken}
	calls := 0
	for _, service := range all.services() {
		for procedure, audience := range procedures(t, service.Name) {
			insiders, known := admitted[audience]
			if !known {
				t.Fatalf("%s: no expectation for %s", procedure, audience)
			}
			for _, token := range tokens {
				calls++
				res := post(t, f, procedure, "application/json", strings.NewReader("{}"), authorization(token)...)
				want := http.StatusForbidden
				if token == "" || token == "unknown" {
					want = http.StatusUnauthorized
				}
				refused := res.StatusCode == http.StatusForbidden || res.StatusCode == http.StatusUnauthorized
				if slices.Contains(insiders, token) {
					if refused {
						t.Errorf("%s as %q: status is %d, want to get in", procedure, token, res.StatusCode)
					}
				} else if res.StatusCode != want {
					t.Errorf("%s as %q: status is %d, want %d", procedure, token, res.StatusCode, want)
				}
			}
		}
	}
	if calls < 100 {
		t.Errorf("only %d calls were tried", calls)
	}
}

// procedures maps a service's RPCs to their audience and duty.
func procedures(t *testing.T, name string) map[string]string {
	t.Helper()
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	methods := found.(protoreflect.ServiceDescriptor).Methods()
	for i := range methods.Len() {
		options := methods.Get(i).Options()
		audience := proto.GetExtension(options, commonv1.E_Audience).(commonv1.Audience).String()
		if duty := proto.GetExtension(options, commonv1.E_Duty).(commonv1.Duty); duty != 0 {
			audience += " " + duty.String()
		}
		list["/"+name+"/"+string(methods.Get(i).Name())] = audience
	}
	return list
}

func authorization(token string) []string {
	if token == "" {
		return nil
	}
	return []string{"Authorization", "bearer " + token}
}

func TestRefusalSpeaksTheCallersProtocol(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	tests := []struct {
		name, token string
		code        connect.Code
		reason      string
	}{
		{"no token", "", connect.CodeUnauthenticated, "SIGN_IN_REQUIRED"},
		{"unknown token", "nonsense", connect.CodeUnauthenticated, "TOKEN_INVALID"},
		{"another audience", officerToken, connect.CodePermissionDenied, "NOT_ALLOWED"},
		{"authenticator broken", brokenToken, connect.CodeInternal, "INTERNAL"},
	}
	for _, tt := range tests {
		for _, w := range wires(t) {
			_, err := w.getHome(t.Context(), f, tt.token, "en")
			checkError(t, err, tt.code, tt.reason, "en")
		}
	}
	res := post(t, f, "/minzhengtong.home.v1.HomeService/GetHome", "application/json", strings.NewReader("{}"))
	if got := res.Header.Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("WWW-Authenticate is %q, want Bearer", got)
	}
	for _, header := range []string{"Basic " + personToken, personToken, "Bearer", "Bearer "} {
		res := post(t, f, "/minzhengtong.home.v1.HomeService/GetHome", "application/json", strings.NewReader("{}"), "Authorization", header)
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("a header without bearer token: status is %d, want 401", res.StatusCode)
		}
	}
}

// TestRefusalComesBeforeDecoding sends what cannot be decoded.
func TestRefusalComesBeforeDecoding(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	for _, kind := range []string{"application/json", "application/proto"} {
		res := post(t, f, "/minzhengtong.home.v1.HomeService/GetHome", kind, strings.NewReader("\xff{"))
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: status is %d, want 401", kind, res.StatusCode)
		}
	}
}
