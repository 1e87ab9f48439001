package credit_test

import (
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestCatalogue: at least eight sources, each marked as an example; every one has a scope of
// its own and is played by the sandbox; every fact of the grade's rule is counted by one.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	c := credit.Shipped()
	var codes []upstream.CreditSource
	counts := map[string]bool{}
	seen := map[string]bool{}
	for _, s := range c.Sources {
		codes = append(codes, s.Code)
		if s.Status != rules.Illustrative || seen[s.Scope] {
			t.Errorf("%s is not marked as an example, or shares its scope", s.Code)
		}
		seen[s.Scope] = true
		for _, n := range s.Notable {
			if counts[n.Code] {
				t.Errorf("two rules are named %s", n.Code)
			}
			counts[n.Code] = true
		}
	}
	if len(codes) < 8 || !slices.Equal(codes, sandbox.CreditSources()) {
		t.Errorf("the sources are %v", codes)
	}
	policy, ok := credit.Policies().Policy("public_credit_grade")
	if !ok {
		t.Fatal("there is no rule for the grade")
	}
	for _, v := range policy.Versions {
		if !v.Illustrative() {
			t.Errorf("version %s is not marked as an example", v.Name)
		}
		for _, f := range v.Facts {
			if !counts[f.Name] {
				t.Errorf("nobody counts %s", f.Name)
			}
		}
	}
}

// TestSandboxKeepsToTheCatalogue asks every source about everybody of a population: no
// answer is a gap.
func TestSandboxKeepsToTheCatalogue(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 200, Firms: 60})
	now := func() time.Time { return time.Date(2026, time.November, 28, 1, 0, 0, 0, time.UTC) }
	server := httptest.NewServer(sandbox.New(pop, now, "token", nil))
	t.Cleanup(server.Close)
	clients, err := upstream.New(upstream.Config{BaseURL: server.URL, Token: "token", Now: now}, nil)
	must(t, "connect", err)
	t.Cleanup(clients.Close)
	var people, firms []upstream.CreditQuestion
	for i := range pop.People() {
		for _, d := range pop.Person(i).Documents() {
			people = append(people, upstream.CreditQuestion{Kind: d.Kind, Number: d.Number})
		}
	}
	for i := range pop.Firms() {
		firms = append(firms, upstream.CreditQuestion{Kind: document.CreditCode, Number: pop.Firm(i).CreditCode})
	}
	for kind, qs := range map[credit.Kind][]upstream.CreditQuestion{credit.Person: people, credit.Firm: firms} {
		for _, section := range credit.Sections(t.Context(), clients, kind, qs) {
			if section.State != credit.Read {
				t.Errorf("%s about a %s is %s: %s", section.Source, kind, section.State, section.Why)
			}
		}
	}
}
