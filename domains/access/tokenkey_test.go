package access_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
)

const keyFile = "token-key.pem"

// TestKeyIsMadeOnce: processes that start at once share one key, which only its
// owner can read, and nothing else stays in the folder.
func TestKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	for range 20 { // they do not meet every time
		openAtOnce(t, t.TempDir())
	}
}

func openAtOnce(t *testing.T, dir string) {
	t.Helper()
	all := make([]*access.Tokens, 20)
	errs := make([]error, len(all))
	gate := make(chan struct{})
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() {
			<-gate
			all[i], errs[i] = access.OpenTokens(dir, at(issued))
		})
	}
	close(gate)
	group.Wait()
	for i, err := range errs {
		must(t, "open tokens", err)
		token, _, err := all[i].Issue(actor.Actor{Role: actor.System, Officer: "job"}, "token", time.Minute)
		must(t, "issue a token", err)
		if _, _, err := all[0].Check(token); err != nil {
			t.Errorf("process %d has a key of its own: %v", i, err)
		}
	}
	files, err := os.ReadDir(dir)
	must(t, "list the folder", err)
	if len(files) != 1 || files[0].Name() != keyFile {
		t.Errorf("%d files are in the folder, want the key alone", len(files))
	}
	info, err := os.Stat(filepath.Join(dir, keyFile))
	must(t, "look at the key", err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key's mode is %v, want 0600", info.Mode().Perm())
	}
}

// TestDamagedKey: a key that cannot be read stops the start, says what to do, and
// is left alone.
func TestDamagedKey(t *testing.T) {
	t.Parallel()
	whole := t.TempDir()
	_, err := access.OpenTokens(whole, at(issued))
	must(t, "make a key", err)
	good, err := os.ReadFile(filepath.Join(whole, keyFile))
	must(t, "read the key", err)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, "make another kind of key", err)
	der, err := x509.MarshalPKCS8PrivateKey(other)
	must(t, "write another kind of key", err)
	for name, content := range map[string][]byte{
		"empty": {}, "cut": good[:len(good)/2], "not PEM": []byte("hello\n"),
		"damaged":           []byte(strings.Replace(string(good), "M", "!", 1)),
		"empty block":       pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY"}),
		"another algorithm": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, keyFile)
			must(t, "write a key", os.WriteFile(path, content, 0o600))
			_, err := access.OpenTokens(dir, at(issued))
			if err == nil || !strings.Contains(err.Error(), "restore it") || !strings.Contains(err.Error(), keyFile) {
				t.Errorf("%v, want an error that names the file and says what to do", err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(content) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestKeyFolderIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := access.OpenTokens(filepath.Join(t.TempDir(), "none"), at(issued)); err == nil {
		t.Error("a key was made in a folder that is not there")
	}
}
