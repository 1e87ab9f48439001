package keyring

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// kekFile makes a keyring, and gives back its folder and its KEK's file.
func kekFile(t *testing.T) (dir, path string) {
	t.Helper()
	dir, path = t.TempDir(), filepath.Join(t.TempDir(), "kek")
	kek, err := LocalKEK(path)
	must(t, "LocalKEK", err)
	mustOpen(t, dir, kek)
	return dir, path
}

func TestLocalKEKIsMadeOnceForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	dir, path := kekFile(t)
	info, err := os.Stat(path)
	must(t, "Stat", err)
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode is %o, want 600", got)
	}
	kek, err := LocalKEK(path)
	must(t, "LocalKEK again", err)
	mustOpen(t, dir, kek)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if err != nil || len(left) != 0 {
		t.Errorf("%d temporary files left (%v), want none", len(left), err)
	}
}

func TestLocalKEKOpenToOthersIsRefused(t *testing.T) {
	t.Parallel()
	_, path := kekFile(t)
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o602, 0o620} {
		must(t, "Chmod", os.Chmod(path, mode))
		refuses(t, mode.String(), path, func() error { _, err := LocalKEK(path); return err }, ErrExposed)
	}
	must(t, "Chmod", os.Chmod(path, 0o400))
	_, err := LocalKEK(path)
	must(t, "read-only for its owner", err)
}

func TestAMissingKEKIsNotReplaced(t *testing.T) {
	t.Parallel()
	dir, path := kekFile(t)
	must(t, "Remove", os.Remove(path))
	kek, err := LocalKEK(path)
	must(t, "LocalKEK", err)
	refuses(t, "missing KEK", path, func() error { _, err := Open(dir, kek); return err }, ErrNoKEK)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a new KEK took the place of the missing one: %v", err)
	}
}

func TestADamagedKEKIsRefused(t *testing.T) {
	t.Parallel()
	_, path := kekFile(t)
	good, err := os.ReadFile(path)
	must(t, "ReadFile", err)
	short, _ := pack(kekKind, []byte(base64.StdEncoding.EncodeToString(make([]byte, 16))))
	tests := []struct {
		name string
		raw  []byte
		want error
	}{
		{"empty", nil, ErrDamaged},
		{"cut", good[:len(good)-3], ErrDamaged},
		{"bent", append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), ErrDamaged},
		{"a short key", short, ErrDamaged},
		{"another kind of file", bytes.Replace(good, []byte(kekKind), []byte(fileKind), 1), ErrDamaged},
		{"a later format", bytes.Replace(good, []byte(kekKind+" 1"), []byte(kekKind+" 2"), 1), ErrNewer},
	}
	for _, tt := range tests {
		must(t, "WriteFile", os.WriteFile(path, tt.raw, 0o600))
		refuses(t, tt.name, path, func() error { _, err := LocalKEK(path); return err }, tt.want)
	}
}

// outage is a key management service that does not answer.
type outage struct{ err error }

func (o outage) Encrypt(_, _ []byte) ([]byte, error) { return nil, o.err }
func (o outage) Decrypt(_, _ []byte) ([]byte, error) { return nil, o.err }

// TestAKMSThatFailsMakesNoKeys covers the worst mistake at start: to take any
// failure, even "not found", for an empty folder.
func TestAKMSThatFailsMakesNoKeys(t *testing.T) {
	t.Parallel()
	dir, _ := kekFile(t)
	before, err := os.ReadFile(filepath.Join(dir, fileName))
	must(t, "ReadFile", err)
	_, err = Open(dir, outage{os.ErrNotExist})
	if !errors.Is(err, ErrKEK) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open: %v, want ErrKEK and the service's own error", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the keyring changed (%v)", err)
	}
	down, empty := errors.New("down"), t.TempDir()
	if _, err := Open(empty, outage{down}); !errors.Is(err, down) {
		t.Errorf("Open of an empty folder: %v, want the service's own error", err)
	}
	if _, err := os.Stat(filepath.Join(empty, fileName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a keyring without encryption was left: %v", err)
	}
}

// TestNothingPrintsSecrets prints everything that could reach a log.
func TestNothingPrintsSecrets(t *testing.T) {
	t.Parallel()
	dir, path := kekFile(t)
	raw, err := os.ReadFile(path)
	must(t, "ReadFile", err)
	body, _, err := unpack(kekKind, raw)
	must(t, "unpack", err)
	material, err := base64.StdEncoding.DecodeString(string(body))
	must(t, "decode", err)
	kek, err := LocalKEK(path)
	must(t, "LocalKEK", err)
	k := mustOpen(t, dir, kek)
	_, refused := k.Unseal(mustSeal(t, k, "00000001"), "row-7/number")
	secrets := []string{string(body), string(material), fmt.Sprintf("%d", material), fmt.Sprintf("%x", material), "00000001", "row-7/number"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		shown := fmt.Sprintf(verb+verb+verb, kek, k, []any{k, kek}) + refused.Error()
		for i, secret := range secrets {
			if strings.Contains(shown, strings.Trim(secret, "[]")) {
				t.Errorf("%s shows secret %d", verb, i)
			}
		}
		if !strings.Contains(shown, "key-encryption key") || !strings.Contains(shown, "generation 1") {
			t.Errorf("%s does not say what it is", verb)
		}
	}
}
