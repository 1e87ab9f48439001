package credential_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
)

// foreign is a verifier that we did not write.
func (w *world) foreign(t *testing.T, presentation string, keys any, list string) (payload map[string]any, refused string) {
	t.Helper()
	in, err := json.Marshal(map[string]any{"presentation": presentation, "keys": keys, "list": list, "now": w.files.Clock.Now().Unix()})
	must(t, "write", err)
	node := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "verifier", "verify.mjs"))
	node.Stdin = bytes.NewReader(in)
	var stderr bytes.Buffer
	node.Stderr = &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("the verifier: %v\n%s", err, stderr.String())
	}
	var answer struct {
		Payload map[string]any
		Refused string
	}
	must(t, "read its answer", json.Unmarshal(out, &answer))
	return answer.Payload, answer.Refused
}

// needForeign skips a test where the verifier is not installed.
func needForeign(t *testing.T) {
	t.Helper()
	const how = "the verifier is not installed: npm ci --prefix domains/credential/testdata/verifier --ignore-scripts"
	_, err := os.Stat(filepath.Join("testdata", "verifier", "node_modules"))
	if _, missing := exec.LookPath("node"); !errors.Is(err, fs.ErrNotExist) && missing == nil {
		return
	}
	if strings.Contains(os.Getenv("MINZHENGTONG_TEST_REQUIRE"), "sd-jwt") {
		t.Fatal(how)
	}
	t.Skip(how)
}

// TestAnotherLibraryAccepts: a library from npm accepts what we issue, sees what was chosen
// and nothing else, and refuses what is revoked or changed.
func TestAnotherLibraryAccepts(t *testing.T) {
	needForeign(t)
	each(t, func(t *testing.T, w *world) {
		p, _ := w.person(1)
		c := w.licensed(t, p, "case-1")
		part, err := sdjwt.Present(c.Token, "workplace")
		must(t, "present", err)
		list := func() string {
			token, _, err := w.List(t.Context(), 1)
			must(t, "get the list", err)
			return token
		}
		payload, refused := w.foreign(t, part, w.keys.Published(), list())
		if refused != "" || payload["workplace"] != "平潭海峡旅行社" || payload["holder_name"] != nil || payload["licence_number"] != string(c.Number) {
			t.Fatalf("it reads %v, refused for %q", payload, refused)
		}
		token, rest, _ := strings.Cut(part, "~")
		for name, forged := range map[string]string{
			"a changed signature": token[:len(token)-3] + "AAA~" + rest,
			"a changed field":     strings.Replace(part, "~W", "~X", 1),
		} {
			if payload, refused := w.foreign(t, forged, w.keys.Published(), list()); refused == "" {
				t.Errorf("%s: it reads %v", name, payload)
			}
		}
		_, err = w.DeskMove(t.Context(), registrar, c.Number, credential.Revoked, "註銷")
		must(t, "revoke", err)
		if payload, refused := w.foreign(t, part, w.keys.Published(), list()); !strings.Contains(refused, "Status") {
			t.Errorf("once revoked it reads %v, refused for %q", payload, refused)
		}
	})
}
