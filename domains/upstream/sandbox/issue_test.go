package sandbox_test

import (
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	common "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	sandboxpb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1/sandboxv1connect"
)

// TestIssueAnew renews people of the population at the counter, by every kind
// of document, and asks the authorities afterwards.
func TestIssueAnew(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 20, Shares: map[synthetic.Case]float64{synthetic.Plain: 1}})
	_, clients, url := startWith(t, pop)
	control := sandboxv1connect.NewSandboxServiceClient(http.DefaultClient, url)
	pass, _ := pop.Person(3).Pass()
	permit, _ := pop.Person(3).Permit()

	same, err := control.IssueAnew(t.Context(), &sandboxpb.IssueAnewRequest{Document: ref(pass.Number)})
	if err != nil || same.GetNumber() != pass.Number || same.GetIssueCount() <= pass.IssueCount || same.GetValidFrom() != "2026-11-02" || same.GetValidTo() != "2031-11-01" {
		t.Errorf("a pass issued anew: count %s from %s to %s, %v", same.GetIssueCount(), same.GetValidFrom(), same.GetValidTo(), err)
	}
	other, err := control.IssueAnew(t.Context(), &sandboxpb.IssueAnewRequest{Document: ref(permit.Number), NewNumber: true})
	if err != nil || other.GetNumber() == permit.Number {
		t.Fatalf("a permit with another number: %v", err)
	}
	number, err := document.Parse(document.TaiwanPermit, other.GetNumber(), permit.ValidFrom)
	if born, _ := number.BirthDate(); err != nil || born != permit.Birth || number.Sex() != permit.Sex {
		t.Errorf("the new number: %v, another birth date or another sex", err)
	}
	answers, err := clients.CheckPermits(t.Context(), []upstream.PermitQuestion{{Number: other.GetNumber()}, {Number: permit.Number}})
	if err != nil {
		t.Fatal(err)
	}
	if got := answers[0]; got.Issue.ReplacesNumber != permit.Number || got.ExitEntryNumber != pass.Number {
		t.Error("the new permit does not name the old one and the pass")
	}
	if got := answers[1].Issue.Status; got != document.Replaced {
		t.Errorf("the old permit is %q, want replaced", got)
	}
	link, err := clients.CheckLink(t.Context(), upstream.LinkQuestion{Key: uuid.NewString(), Pass: pass.Number, Permit: other.GetNumber()})
	if err != nil || link.Verdict != upstream.Match {
		t.Errorf("the new permit: %v, %v, want a match", link.Verdict, err)
	}
}

func TestIssueAnewRefused(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: 20, Shares: map[synthetic.Case]float64{synthetic.RenewedNewNumber: 1}})
	_, _, url := startWith(t, pop)
	control := sandboxv1connect.NewSandboxServiceClient(http.DefaultClient, url)
	pass, _ := pop.Person(0).Pass()
	permit, _ := pop.Person(0).Permit()
	tests := []struct {
		name   string
		number string
		want   connect.Code
	}{
		{"no number", "12", connect.CodeInvalidArgument},
		{"nobody's", "00000001", connect.CodeNotFound},
		{"replaced", permit.Replaces, connect.CodeFailedPrecondition},
		{"another number for a pass", pass.Number, connect.CodeFailedPrecondition},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := control.IssueAnew(t.Context(), &sandboxpb.IssueAnewRequest{Document: ref(tt.number), NewNumber: true})
			if got := connect.CodeOf(err); got != tt.want {
				t.Errorf("code is %v, want %v", got, tt.want)
			}
		})
	}
}

func TestNumbersRunOut(t *testing.T) {
	t.Parallel()
	box := sandbox.New(nil, now, token, nil)
	first := "830000190505040000"
	for sequence := 0; sequence < 1000; sequence += 2 {
		number, err := document.ComposePermit("830000", someone().Birth, sequence)
		if err != nil {
			t.Fatal(err)
		}
		if sequence == 0 {
			first = number
		}
		box.Add(synthetic.Person{Permits: []synthetic.Document{{Number: number}}})
	}
	if _, err := box.IssueAnew(document.TaiwanPermit, first, true); err == nil {
		t.Error("a number was given out twice")
	}
}

func ref(number string) *common.DocumentRef { return &common.DocumentRef{Number: number} }
