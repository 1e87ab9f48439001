package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
)

// place is where a test's fields lie.
const place = "document/1/number"

// each runs f on a vault of its own of each kind.
func each(t *testing.T, f func(t *testing.T, v *vault.Vault, url string, keys *keyring.Keyring)) {
	t.Helper()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		keys := newKeys(t)
		f(t, vaulttest.Open(t, url, keys), url, keys)
	})
}

func newKeys(t testing.TB) *keyring.Keyring {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Open(filepath.Join(dir, "keys"), kek)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func mustMake(t testing.TB, v *vault.Vault, owners ...string) vault.Set {
	t.Helper()
	set, err := v.Make(t.Context(), owners...)
	if err != nil {
		t.Fatalf("Make: %v", err)
	}
	return set
}

func mustKeys(t testing.TB, v *vault.Vault, owners ...string) vault.Set {
	t.Helper()
	set, err := v.Keys(t.Context(), owners...)
	if err != nil {
		t.Fatalf("Keys: %v", err)
	}
	return set
}

func mustSeal(t testing.TB, set vault.Set, owner, plain string) []byte {
	t.Helper()
	sealed, err := set.Seal(owner, []byte(plain), place)
	if err != nil {
		t.Fatalf("Seal: %v", err)
	}
	return sealed
}

// opens fails unless the owner's key in the set opens sealed as want.
func opens(t testing.TB, set vault.Set, owner string, sealed []byte, want string) {
	t.Helper()
	plain, err := set.Unseal(owner, sealed, place)
	if err != nil || string(plain) != want {
		t.Errorf("Unseal: %q, %v; want %q", plain, err, want)
	}
}

func TestWhatWasSealedOpensLater(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v *vault.Vault, url string, keys *keyring.Keyring) {
		sealed := mustSeal(t, mustMake(t, v, "a", "b", "a"), "a", "00000001")
		opens(t, mustMake(t, v, "c", "a"), "a", sealed, "00000001")
		other := vaulttest.Open(t, url, keys) // another process
		set := mustKeys(t, other, "a", "nobody")
		opens(t, set, "a", sealed, "00000001")
		if !set.Has("a") || set.Has("nobody") || set.Shredded("a") || set.Shredded("nobody") {
			t.Error("the set tells wrongly whose keys it has")
		}
		opens(t, mustKeys(t, v, "b").And(set), "a", sealed, "00000001")
	})
}

func TestFieldsOpenNowhereElse(t *testing.T) {
	t.Parallel()
	v := vaulttest.New(t, newKeys(t))
	set := mustMake(t, v, "a", "b")
	sealed := mustSeal(t, set, "a", "00000001")
	altered := bytes.Clone(sealed)
	altered[len(altered)-1] ^= 1
	newer := bytes.Clone(sealed)
	newer[0]++
	tests := []struct {
		name    string
		owner   string
		sealed  []byte
		context string
		want    error
	}{
		{"another owner's key", "b", sealed, place, vault.ErrNotAuthentic},
		{"another place", "a", sealed, "document/2/number", vault.ErrNotAuthentic},
		{"altered", "a", altered, place, vault.ErrNotAuthentic},
		{"of a later format", "a", newer, place, vault.ErrNotAuthentic},
		{"cut short", "a", sealed[:20], place, vault.ErrNotAuthentic},
		{"empty", "a", nil, place, vault.ErrNotAuthentic},
		{"an owner without a key", "c", sealed, place, vault.ErrNoKey},
		{"no place", "a", sealed, "", keyring.ErrNoContext},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plain, err := set.Unseal(tt.owner, tt.sealed, tt.context)
			if !errors.Is(err, tt.want) || plain != nil {
				t.Errorf("Unseal: %d bytes, %v; want %v", len(plain), err, tt.want)
			}
		})
	}
}

func TestShreddedStaysShredded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v *vault.Vault, url string, keys *keyring.Keyring) {
		ctx, other := t.Context(), vaulttest.Open(t, url, keys)
		before := mustMake(t, v, "a", "b")
		a, b := mustSeal(t, before, "a", "00000001"), mustSeal(t, before, "b", "00000002")
		for range 2 {
			if err := v.Shred(ctx, "a", "never had one"); err != nil {
				t.Fatalf("Shred: %v", err)
			}
		}
		if err := v.Compact(ctx); err != nil {
			t.Fatalf("Compact: %v", err)
		}
		if _, err := v.Reseal(ctx); err != nil {
			t.Fatalf("Reseal: %v", err)
		}
		for _, set := range []vault.Set{
			mustKeys(t, other, "a", "b", "never had one"), mustMake(t, other, "a", "b", "never had one"),
		} {
			if _, err := set.Unseal("a", a, place); !errors.Is(err, vault.ErrShredded) {
				t.Errorf("Unseal of the shredded: %v, want %v", err, vault.ErrShredded)
			}
			for _, owner := range []string{"a", "never had one"} {
				if _, err := set.Seal(owner, nil, place); !errors.Is(err, vault.ErrShredded) {
					t.Errorf("Seal for the shredded: %v, want %v", err, vault.ErrShredded)
				}
				if !set.Shredded(owner) || set.Has(owner) || !set.ShredTime(owner).Equal(vaulttest.Now()) {
					t.Error("the set does not tell who was shredded")
				}
			}
			opens(t, set, "b", b, "00000002")
		}
	})
}

// TestOneKeyHoweverManyMakeIt has processes make the keys of the same owners at
// once, in different orders and overlapping.
func TestOneKeyHoweverManyMakeIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *vault.Vault, url string, keys *keyring.Keyring) {
		const processes, owners = 6, 50
		sealed := make([][]byte, processes)
		sets := make([]vault.Set, processes)
		var all sync.WaitGroup
		for i := range processes {
			v := vaulttest.Open(t, url, keys)
			all.Go(func() {
				var mine []string
				for n := range owners {
					mine = append(mine, fmt.Sprint("owner ", (n*7+i)%(owners+i)))
				}
				set, err := v.Make(t.Context(), mine...)
				if err != nil {
					t.Errorf("Make: %v", err)
					return
				}
				sets[i] = set
				if sealed[i], err = set.Seal("owner 3", []byte("00000001"), place); err != nil {
					t.Errorf("Seal: %v", err)
				}
			})
		}
		all.Wait()
		for _, set := range sets {
			for _, field := range sealed {
				opens(t, set, "owner 3", field, "00000001")
			}
		}
	})
}

// TestMakeAgainstShred has one process make a key while another shreds it.
// Whoever is first: afterwards there is none.
func TestMakeAgainstShred(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v *vault.Vault, _ string, _ *keyring.Keyring) {
		for i := range 20 {
			owner := fmt.Sprint("owner ", i)
			var both sync.WaitGroup
			both.Go(func() { _, _ = v.Make(t.Context(), owner) })
			both.Go(func() {
				if err := v.Shred(t.Context(), owner); err != nil {
					t.Errorf("Shred: %v", err)
				}
			})
			both.Wait()
			if set := mustMake(t, v, owner); !set.Shredded(owner) {
				t.Fatal("a shredded owner has a key")
			}
		}
	})
}

func TestResealAfterRotation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v *vault.Vault, _ string, keys *keyring.Keyring) {
		var owners []string
		for i := range 1100 {
			owners = append(owners, fmt.Sprint("owner ", i))
		}
		sealed := mustSeal(t, mustMake(t, v, owners...), "owner 7", "00000001")
		if err := v.Shred(t.Context(), "owner 8"); err != nil {
			t.Fatal(err)
		}
		old := keys.SealingKey()
		added, err := keys.Add(keyring.Sealing)
		if err == nil {
			err = keys.Promote(keyring.Sealing, added)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{1099, 0} {
			if n, err := v.Reseal(t.Context()); err != nil || n != want {
				t.Fatalf("Reseal: %d, %v; want %d", n, err, want)
			}
		}
		if err := keys.Retire(keyring.Sealing, old); err != nil {
			t.Fatal(err)
		}
		opens(t, mustKeys(t, v, owners...), "owner 7", sealed, "00000001")
	})
}

func TestAKeyOpensForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	keys := newKeys(t)
	url := "sqlite:" + filepath.Join(t.TempDir(), "vault.db")
	v := vaulttest.Open(t, url, keys)
	mustMake(t, v, "a", "b")
	exec(t, url, "UPDATE data_keys SET key_sealed = (SELECT key_sealed FROM data_keys WHERE owner = 'b') WHERE owner = 'a'")
	if _, err := v.Keys(t.Context(), "a"); !errors.Is(err, keyring.ErrNotAuthentic) {
		t.Errorf("Keys: %v, want %v", err, keyring.ErrNotAuthentic)
	}
}

func TestNothingToDo(t *testing.T) {
	t.Parallel()
	v := vaulttest.New(t, newKeys(t))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.Keys(gone); err != nil {
		t.Errorf("Keys of nobody: %v", err)
	}
	if err := v.Shred(gone); err != nil {
		t.Errorf("Shred of nobody: %v", err)
	}
	if _, err := v.Keys(gone, "a"); !errors.Is(err, context.Canceled) || errors.Is(err, vault.ErrUnavailable) {
		t.Errorf("Keys for a caller who left: %v", err)
	}
}

func TestAVaultThatIsGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *vault.Vault, url string, keys *keyring.Keyring) {
		v, err := vault.Open(t.Context(), url, keys, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		_, err = v.Keys(t.Context(), "a")
		var f *fault.Fault
		if !errors.As(err, &f) || f.Kind() != fault.Unavailable {
			t.Errorf("Keys: %v, want a fault of kind Unavailable", err)
		}
	})
}

func TestASetShowsNothing(t *testing.T) {
	t.Parallel()
	set := mustMake(t, vaulttest.New(t, newKeys(t)), "a")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(verb, set); got != "1 data keys" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
}
