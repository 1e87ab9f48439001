package bff_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
)

const (
	closeReview  = "/minzhengtong.dossier.v1.DeskService/CloseReview"
	unlinkByHand = "/minzhengtong.dossier.v1.DossierService/UnlinkDocuments"
)

// TestEveryCallLeavesOneEntry: whatever becomes of a call by somebody who is
// signed in, the log has one line of it with its outcome.
func TestEveryCallLeavesOneEntry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, procedure, token, body string
		header                       []string
		home                         home
		want                         []string
	}{
		{name: "a read", procedure: getHome, token: personToken, body: "{}", want: []string{"ok"}},
		{name: "a read that fails", procedure: getHome, token: personToken, body: "{}", want: []string{"INTERNAL"},
			home: func(context.Context) (*homev1.GetHomeResponse, error) { return nil, errors.New("broken") }},
		{name: "a read that panics", procedure: getHome, token: personToken, body: "{}", want: []string{"INTERNAL"},
			home: func(context.Context) (*homev1.GetHomeResponse, error) { panic("broken") }},
		{name: "another audience", procedure: getHome, token: officerToken, body: "{}", want: []string{"NOT_ALLOWED"}},
		{name: "another duty", procedure: closeReview, token: officerToken, body: "{}", want: []string{"NOT_ALLOWED"}},
		{name: "a request that breaks the rules", procedure: unlinkByHand, token: personToken, body: `{"linkId":"x"}`, want: []string{"REQUEST_INVALID"}},
		{name: "a delegation that is none", procedure: getHome, token: personToken, body: "{}",
			header: []string{"Minzhengtong-Delegation", uuid.NewString()}, want: []string{"DELEGATION_NOT_FOUND"}},
		{name: "an officer with a delegation", procedure: closeReview, token: reviewToken, body: "{}",
			header: []string{"Minzhengtong-Delegation", uuid.NewString()}, want: []string{"DELEGATION_NOT_FOUND"}},
		{name: "a bad idempotency key", procedure: unlinkByHand, token: personToken,
			body:   `{"linkId":"` + uuid.NewString() + `","reason":"because"}`,
			header: []string{"Idempotency-Key", "white space"}, want: []string{"IDEMPOTENCY_KEY_INVALID"}},
		{name: "a sign-in", procedure: startSignIn, body: `{"document":{"number":"71000001"}}`, want: []string{"ok"}},
		{name: "nobody", procedure: getHome, body: "{}", want: nil},
		{name: "a stranger's token", procedure: getHome, token: "unknown", body: "{}", want: nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, stubs{home: tt.home})
			post(t, f, tt.procedure, "application/json", strings.NewReader(tt.body), append(authorization(tt.token), tt.header...)...)
			if got := f.trusting.recorded(); !slices.Equal(got, tt.want) {
				t.Errorf("the log has %q, want %q", got, tt.want)
			}
		})
	}
}

// TestWhatCannotBeRecordedIsNotAnswered: an answer leaves only when its entry is
// in the log.
func TestWhatCannotBeRecordedIsNotAnswered(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	f.trusting.failing = fault.New(fault.Unavailable, "DATABASE_UNAVAILABLE")
	res := post(t, f, getHome, "application/json", strings.NewReader("{}"), authorization(personToken)...)
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status is %d, want %d", res.StatusCode, http.StatusServiceUnavailable)
	}
}

// TestTooManyCalls: limits hold before a token is looked at, and for whoever is
// signed in.
func TestTooManyCalls(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule   limit.Name
		token  string
		header []string
		status int
	}{
		{limit.CallAddress, "unknown", nil, http.StatusTooManyRequests},
		{limit.CallPerson, personToken, nil, http.StatusTooManyRequests},
		{limit.CallPerson, "unknown", nil, http.StatusUnauthorized},
		{limit.CallDevice, personToken, nil, http.StatusOK},
		{limit.CallDevice, personToken, []string{"Minzhengtong-Device", "device"}, http.StatusTooManyRequests},
	} {
		t.Run(string(tt.rule)+" "+tt.token, func(t *testing.T) {
			t.Parallel()
			f := start(t, stubs{})
			f.trusting.refuse = map[limit.Name]error{tt.rule: limit.ErrTooOften}
			res := post(t, f, getHome, "application/json", strings.NewReader("{}"), append(authorization(tt.token), tt.header...)...)
			if res.StatusCode != tt.status {
				t.Errorf("status is %d, want %d", res.StatusCode, tt.status)
			}
		})
	}
}

// TestJWKS: anybody may read what verifies our tokens.
func TestJWKS(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+"/.well-known/jwks.json", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/jwk-set+json" {
		t.Errorf("status is %d, type %q", res.StatusCode, res.Header.Get("Content-Type"))
	}
}
