package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTour pastes the README's tours into a shell beside a running program, as a
// newcomer does.
func TestTour(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "curl", "sed", "grep", "base64"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the tour needs %s, which is not here", tool)
		}
	}
	binary, err := exec.LookPath("minzhengtong")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p := start(t, dir, slices.Concat(ports, small)...).ready(t)
	shell := exec.CommandContext(t.Context(), "sh", "-eu")
	shell.Dir, shell.Stdin = dir, strings.NewReader(chapter(t, "A tour")+chapter(t, "Who looked")+
		chapter(t, "Paid without applying")+chapter(t, "What anybody can verify"))
	shell.Env = append(plainEnvironment(),
		"API="+p.addresses["service"], "SANDBOX="+p.addresses["sandbox"], "MINZHENGTONG="+binary)
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("the tour fails: %v\n%s", err, output)
	}
	for _, want := range []string{
		`(?m)^records: 1 added, 0 changed, 0 unchanged, 0 rejected in .*\nrecords: 0 added, 0 changed, 1 unchanged, 0 rejected in .*\n0$`,
		`"INQUIRY_STATE_DONE"`,
		`(?m)^by pass [0-9a-f-]{36}, by permit [0-9a-f-]{36}\n1$`,
		`(?m)^under the permit: 0\nunder the pass: 1\n`,
		`(?s)"BASIS_REQUIRED".*"voucher":.*"mobile_phone".*"CONSENT_NOT_VALID"`,
		`(?m)^"outcome": *"CONSENT_NOT_VALID"\n"outcome": *"ok"$`,
		`"objection":.*"dueTime":`,
		`(?m)^nothing is wrong$`,
		`(?m)^PAYEE_ACCOUNT_UNKNOWN\n0003\nOUTCOME_ENTITLED$`,
		`(?s)\nMAKER_IS_CHECKER\n.*\napproved\nPAYOUT_STATE_PAID\n"dueTime"\n.*\nPAYOUT_STATE_PAID\nSUBSIDY_PROGRAMME_UNKNOWN\n`,
		`(?m)^CERTIFICATE_YEAR_WRONG\none certificate\nstanding   authentic\nstatus     as of .* ago\nstanding   changed\nrefused$`,
		`(?s)\nrefused\n.*"fen": *"[0-9]+"\nPRESENTATION_NOT_FOUND\npingtan-hall\n\z`,
	} {
		if !regexp.MustCompile(want).Match(output) {
			t.Errorf("the tour does not show %s:\n%s", want, output)
		}
	}
	ids := regexp.MustCompile(`by (?:pass|permit|the old number) ([0-9a-f-]{36})`).FindAllStringSubmatch(string(output), -1)
	if len(ids) != 3 || ids[0][1] != ids[1][1] || ids[0][1] != ids[2][1] {
		t.Errorf("the tour reads the files %v, want one file three times", ids)
	}
	p.stop(t)
}

// chapter is the first block of a chapter of the README.
func chapter(t *testing.T, title string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(content), "\n## "+title+"\n")
	_, block, begun := strings.Cut(text, "\n```sh\n")
	block, _, ended := strings.Cut(block, "\n```\n")
	if !found || !begun || !ended {
		t.Fatalf("README.md has no block of sh under %q", title)
	}
	return block + "\n"
}
