package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// place is a context in the form that domains use.
const place = "0198c0de-0000-7000-8000-000000000001/number"

// newKEK is a local KEK in a folder of its own.
func newKEK(t testing.TB) tink.AEAD {
	t.Helper()
	kek, err := LocalKEK(t.TempDir() + "/kek")
	if err != nil {
		t.Fatalf("LocalKEK: %v", err)
	}
	return kek
}

func mustOpen(t testing.TB, dir string, kek tink.AEAD) *Keyring {
	t.Helper()
	k, err := Open(dir, kek)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return k
}

func mustSeal(t testing.TB, k *Keyring, plain string) []byte {
	t.Helper()
	sealed, err := k.Seal([]byte(plain), place)
	if err != nil {
		t.Fatalf("Seal: %v", err)
	}
	return sealed
}

// opens says whether k reads sealed as want, or the error that it gives.
func opens(k *Keyring, sealed []byte, want string) error {
	got, err := k.Unseal(sealed, place)
	if err == nil && string(got) != want {
		return fmt.Errorf("opened as another text of %d bytes", len(got))
	}
	return err
}

func TestSealedFieldsOpenInTheirPlaceOnly(t *testing.T) {
	t.Parallel()
	k := mustOpen(t, t.TempDir(), newKEK(t))
	for _, plain := range []string{"", "0", "00000001", "83000019050531246X", "證件"} {
		sealed := mustSeal(t, k, plain)
		if err := opens(k, sealed, plain); err != nil {
			t.Errorf("%d bytes: Unseal: %v", len(plain), err)
		}
		if got, want := len(sealed), len(plain)+sealedOverhead; got != want {
			t.Errorf("%d bytes seal to %d, want %d", len(plain), got, want)
		}
		for _, elsewhere := range []string{"x", place + " ", place[1:]} {
			if _, err := k.Unseal(sealed, elsewhere); !errors.Is(err, ErrNotAuthentic) {
				t.Errorf("%d bytes elsewhere: %v, want ErrNotAuthentic", len(plain), err)
			}
		}
	}
}

func TestAnEmptyContextBindsToNothing(t *testing.T) {
	t.Parallel()
	k := mustOpen(t, t.TempDir(), newKEK(t))
	if _, err := k.Seal([]byte("1"), ""); !errors.Is(err, ErrNoContext) {
		t.Errorf("Seal: %v, want ErrNoContext", err)
	}
	if _, err := k.Unseal(mustSeal(t, k, "1"), ""); !errors.Is(err, ErrNoContext) {
		t.Errorf("Unseal: %v, want ErrNoContext", err)
	}
}

func TestSealingTwiceGivesOtherBytes(t *testing.T) {
	t.Parallel()
	k := mustOpen(t, t.TempDir(), newKEK(t))
	if bytes.Equal(mustSeal(t, k, "00000001"), mustSeal(t, k, "00000001")) {
		t.Error("equal plaintexts show in the sealed bytes")
	}
}

func TestAnyFlippedBitOrCutIsRefused(t *testing.T) {
	t.Parallel()
	k := mustOpen(t, t.TempDir(), newKEK(t))
	sealed := mustSeal(t, k, "00000001")
	for i := range len(sealed) * 8 {
		bent := bytes.Clone(sealed)
		bent[i/8] ^= 1 << (i % 8)
		if err := opens(k, bent, "00000001"); !errors.Is(err, ErrNotAuthentic) && !errors.Is(err, ErrUnknownKey) {
			t.Errorf("bit %d flipped: %v, want a refusal", i, err)
		}
	}
	for n := range sealed {
		if err := opens(k, sealed[:n], "00000001"); !errors.Is(err, ErrNotAuthentic) {
			t.Errorf("cut to %d bytes: %v, want ErrNotAuthentic", n, err)
		}
	}
}

func TestSealedByReadsThePrefix(t *testing.T) {
	t.Parallel()
	k := mustOpen(t, t.TempDir(), newKEK(t))
	sealed := mustSeal(t, k, "")
	if got, ok := SealedBy(sealed); !ok || got != k.SealingKey() {
		t.Errorf("SealedBy is %d, %v; want %d, true", got, ok, k.SealingKey())
	}
	if _, ok := SealedBy(sealed[:len(sealed)-1]); ok {
		t.Error("bytes too short to be sealed have a key")
	}
	if _, ok := SealedBy(append([]byte{0}, sealed[1:]...)); ok {
		t.Error("bytes with another start have a key")
	}
}

func TestIndexesKeepPurposesApart(t *testing.T) {
	t.Parallel()
	k := mustOpen(t, t.TempDir(), newKEK(t))
	seen := map[string]string{}
	for _, pair := range [][2]string{{"ab", "c"}, {"a", "bc"}, {"", "abc"}, {"abc", ""}, {"", ""}, {"ab", "c\x00"}} {
		indexes := k.Indexes(pair[0], pair[1])
		if len(indexes) != 1 || len(indexes[0].Hash) != hashSize || indexes[0].Key != k.IndexKeys()[0] {
			t.Fatalf("%q: %d indexes, want one of %d bytes under the primary", pair, len(indexes), hashSize)
		}
		hash := string(indexes[0].Hash)
		if other, taken := seen[hash]; taken {
			t.Errorf("%q and %s share a hash", pair, other)
		}
		seen[hash] = fmt.Sprintf("%q", pair)
		if again := k.Indexes(pair[0], pair[1]); string(again[0].Hash) != hash {
			t.Errorf("%q: another hash the second time", pair)
		}
	}
}

func TestTwoKeyringsShareNoHash(t *testing.T) {
	t.Parallel()
	one, other := mustOpen(t, t.TempDir(), newKEK(t)), mustOpen(t, t.TempDir(), newKEK(t))
	if bytes.Equal(one.Indexes("pass", "00000001")[0].Hash, other.Indexes("pass", "00000001")[0].Hash) {
		t.Error("hashes do not depend on the key")
	}
	if err := opens(other, mustSeal(t, one, "1"), "1"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("a foreign field: %v, want ErrUnknownKey", err)
	}
}

// sameKeys compares what two keyrings use, and that they are the same keys and
// not only the same ids.
func sameKeys(a, b *Keyring) error {
	if sa, sb := a.Status(), b.Status(); sa.Generation != sb.Generation || !slices.Equal(sa.Keys, sb.Keys) {
		return fmt.Errorf("status %v and %v", sa, sb)
	}
	ia, ib := a.Indexes("p", "t"), b.Indexes("p", "t")
	if !slices.EqualFunc(ia, ib, func(x, y Index) bool { return x.Key == y.Key && bytes.Equal(x.Hash, y.Hash) }) {
		return errors.New("indexes differ")
	}
	sealed, err := a.Seal([]byte("t"), place)
	if err != nil {
		return err
	}
	return opens(b, sealed, "t")
}
