package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/signature"
)

func TestKeysOutliveTheProcess(t *testing.T) {
	t.Parallel()
	dir, kek := filepath.Join(t.TempDir(), "made", "here"), newKEK(t)
	before := mustOpen(t, dir, kek)
	must(t, "same keys", sameKeys(before, mustOpen(t, dir, kek)))
	info, err := os.Stat(filepath.Join(dir, fileName))
	must(t, "Stat", err)
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("the keyring's mode is %o, want 600", got)
	}
}

// refuses opens dir and wants one error, with the file's name in it.
func refuses(t *testing.T, what, dir string, open func() error, want error) {
	t.Helper()
	err := open()
	if !errors.Is(err, want) || !strings.Contains(fmt.Sprint(err), dir) {
		t.Errorf("%s: %v, want %v and the file's name", what, err, want)
	}
}

func TestAnotherKEKOpensNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mustOpen(t, dir, newKEK(t))
	other := newKEK(t)
	mustOpen(t, t.TempDir(), other) // makes its key file
	refuses(t, "wrong KEK", dir, func() error { _, err := Open(dir, other); return err }, ErrKEK)
	if _, err := Open(dir, nil); err == nil {
		t.Error("no KEK at all is accepted")
	}
}

func TestDamageAnywhereIsNoticed(t *testing.T) {
	t.Parallel()
	dir, kek := t.TempDir(), newKEK(t)
	k := mustOpen(t, dir, kek)
	path := filepath.Join(dir, fileName)
	good, err := os.ReadFile(path)
	must(t, "ReadFile", err)
	bad := map[string][]byte{"empty": {}, "cut": good[:len(good)/2], "longer": append(bytes.Clone(good), '\n')}
	for i := range good {
		bent := bytes.Clone(good)
		bent[i] ^= 0x20
		bad[fmt.Sprintf("byte %d", i)] = bent
	}
	for name, raw := range bad {
		must(t, "WriteFile", os.WriteFile(path, raw, 0o600))
		open := func() error { _, err := Open(dir, kek); return err }
		refuses(t, name, dir, open, ErrDamaged)
		if err := k.Reload(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: Reload: %v, want ErrDamaged", name, err)
		}
	}
	must(t, "keys in use survive", opens(k, mustSeal(t, k, "1"), "1"))
	must(t, "WriteFile", os.WriteFile(path, good, 0o600))
	must(t, "Reload of the backup", k.Reload())
}

// forge writes a keyring file whose checksum is right.
func forge(t *testing.T, dir string, edit func(*contents)) {
	t.Helper()
	path := filepath.Join(dir, fileName)
	raw, err := os.ReadFile(path)
	must(t, "ReadFile", err)
	body, _, err := unpack(fileKind, raw)
	must(t, "unpack", err)
	var c contents
	must(t, "decode", json.Unmarshal(body, &c))
	edit(&c)
	body, err = json.Marshal(c)
	must(t, "encode", err)
	raw, _ = pack(fileKind, body)
	must(t, "WriteFile", os.WriteFile(path, raw, 0o600))
}

func TestKeysetsAreBoundToTheirPlace(t *testing.T) {
	t.Parallel()
	forgeries := map[string]func(*contents){
		"exchanged":          func(c *contents) { c.Sealing, c.Indexing = c.Indexing, c.Sealing },
		"another generation": func(c *contents) { c.Generation++ },
	}
	for name, edit := range forgeries {
		dir, kek := t.TempDir(), newKEK(t)
		mustOpen(t, dir, kek)
		forge(t, dir, edit)
		refuses(t, name, dir, func() error { _, err := Open(dir, kek); return err }, ErrKEK)
	}
}

func TestANewerFileIsRefusedAsNewer(t *testing.T) {
	t.Parallel()
	dir, kek := t.TempDir(), newKEK(t)
	k := mustOpen(t, dir, kek)
	open := func() error { _, err := Open(dir, kek); return err }
	path := filepath.Join(dir, fileName)
	good, err := os.ReadFile(path)
	must(t, "ReadFile", err)

	later := bytes.Replace(good, []byte(fileKind+" 1 "), []byte(fileKind+" 2 with more words "), 1)
	must(t, "WriteFile", os.WriteFile(path, later, 0o600))
	refuses(t, "a later format", dir, open, ErrNewer)

	// A keyset of another kind, properly encrypted.
	must(t, "WriteFile", os.WriteFile(path, good, 0o600))
	foreign, err := keyset.NewHandle(signature.ED25519KeyTemplate())
	must(t, "NewHandle", err)
	var b bytes.Buffer
	must(t, "encrypt", foreign.WriteWithAssociatedData(keyset.NewBinaryWriter(&b), kek, binding(Sealing, 1)))
	forge(t, dir, func(c *contents) { c.Sealing = b.Bytes() })
	refuses(t, "an unknown kind of key", dir, open, ErrNewer)
	must(t, "keys in use survive", opens(k, mustSeal(t, k, "1"), "1"))
}

func TestAnOlderCopyDoesNotReplaceLoadedKeys(t *testing.T) {
	t.Parallel()
	dir, kek := t.TempDir(), newKEK(t)
	k := mustOpen(t, dir, kek)
	path := filepath.Join(dir, fileName)
	old, err := os.ReadFile(path)
	must(t, "ReadFile", err)
	must(t, "Promote", k.Promote(Sealing, mustAdd(t, k, Sealing)))
	sealed := mustSeal(t, k, "1")
	must(t, "WriteFile", os.WriteFile(path, old, 0o600))
	refuses(t, "Reload", dir, k.Reload, ErrSetBack)
	refuses(t, "Add", dir, func() error { _, err := k.Add(Sealing); return err }, ErrSetBack)
	must(t, "the loaded key still opens", opens(k, sealed, "1"))
}

func TestAKilledWriteLeavesTheOldKeysInUse(t *testing.T) {
	t.Parallel()
	dir, kek := t.TempDir(), newKEK(t)
	k := mustOpen(t, dir, kek)
	sealed := mustSeal(t, k, "1")
	killed := errors.New("killed")
	next, err := k.state.Load().edited(Sealing, func(m *keyset.Manager, _ *keyset.Handle) error {
		_, err := m.Add(template(Sealing))
		return err
	})
	must(t, "edit", err)
	// Killed between the write and the rename: half a temporary file stays.
	err = k.store.write(next, func(temp, path string) error {
		raw, err := os.ReadFile(temp)
		must(t, "ReadFile", err)
		must(t, "leave it", os.WriteFile(filepath.Join(filepath.Dir(path), ".keyring-1.tmp"), raw[:len(raw)/2], 0o600))
		return killed
	})
	if !errors.Is(err, killed) {
		t.Fatalf("write: %v, want the kill", err)
	}
	again := mustOpen(t, dir, kek)
	must(t, "the old key opens", opens(again, sealed, "1"))
	if got := again.Status().Generation; got != 1 {
		t.Errorf("generation is %d, want 1", got)
	}
	mustAdd(t, again, Sealing)
	must(t, "Reload", k.Reload())
	must(t, "same keys", sameKeys(k, again))
}
