package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	sandboxv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// signIn signs a person in with the code that came to the phone.
func signIn(t *testing.T, p *program, number, phone string) string {
	t.Helper()
	c := p.clients("")
	begun, err := c.session.StartSignIn(t.Context(), &sessionv1.StartSignInRequest{Document: &commonv1.DocumentRef{Number: number}})
	if err != nil {
		t.Fatal(err)
	}
	var code string
	eventually(t, "the phone receives a code", func(ctx context.Context) (bool, error) {
		res, err := c.sandbox.ListMessages(ctx, &sandboxv1.ListMessagesRequest{Phone: phone})
		if err == nil && len(res.GetMessages()) > 0 {
			code = regexp.MustCompile(`\d{6}`).FindString(res.GetMessages()[0].GetText())
		}
		return code != "", err
	})
	done, err := c.session.CompleteSignIn(t.Context(), &sessionv1.CompleteSignInRequest{ChallengeId: begun.GetChallengeId(), Code: code})
	if err != nil {
		t.Fatal(err)
	}
	return done.GetSession().GetAccessToken()
}

// eventually asks until the answer is yes.
func eventually(t *testing.T, what string, ask func(context.Context) (bool, error)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for tick := time.NewTicker(200 * time.Millisecond); ; {
		yes, err := ask(ctx)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if yes {
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: not in time", what)
		}
	}
}

// counts are how many rows there are of what an import brings.
func counts(t *testing.T, url string) map[string]int {
	t.Helper()
	db, err := entdb.Open(t.Context(), entdb.Config{URL: url}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it only read
	rows := map[string]int{}
	for _, table := range []string{"dossiers", "documents", "printings", "locators", "data", "records", "firms", "firm_roles", "import_runs"} {
		var n int
		if err := db.SQL(t.Context()).QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil || n == 0 {
			t.Fatalf("%s: %d rows, error %v", table, n, err)
		}
		rows[table] = n
	}
	return rows
}

// get returns status and body of a page.
func get(t *testing.T, url string) (int, string) {
	t.Helper()
	return do(t, http.MethodGet, url, "")
}

// post calls in JSON.
func post(t *testing.T, url, body string) (int, string) {
	t.Helper()
	return do(t, http.MethodPost, url, body)
}

func do(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }() // read to its end
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}
