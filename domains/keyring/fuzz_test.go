package keyring

import (
	"bytes"
	"testing"
)

// FuzzUnseal hands in bytes as a database might after damage or an attack.
// Nothing opens but what was sealed, and SealedBy agrees with Unseal.
func FuzzUnseal(f *testing.F) {
	k := mustOpen(f, f.TempDir(), newKEK(f))
	honest := mustSeal(f, k, "00000001")
	f.Add(honest, place)
	f.Add(honest, "elsewhere")
	f.Add(honest[:sealedOverhead], place)
	f.Add([]byte{1, 0, 0, 0, 0}, place)
	f.Add([]byte(nil), "")
	f.Fuzz(func(t *testing.T, sealed []byte, context string) {
		plain, err := k.Unseal(sealed, context)
		if err != nil {
			if plain != nil {
				t.Errorf("%d bytes came with an error", len(plain))
			}
			return
		}
		if !bytes.Equal(sealed, honest) || context != place {
			t.Error("opened what was never sealed")
		}
		if by, ok := SealedBy(sealed); !ok || by != k.SealingKey() {
			t.Errorf("SealedBy is %d, %v of a field that opens", by, ok)
		}
	})
}

// FuzzUnpack reads files of any content.
func FuzzUnpack(f *testing.F) {
	raw, _ := pack(fileKind, []byte("{}"))
	f.Add(raw)
	f.Add([]byte(fileKind + " 2\n"))
	f.Add([]byte(fileKind + " -1 x\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		body, sum, err := unpack(fileKind, raw)
		if err != nil {
			return
		}
		if again, same := pack(fileKind, body); same != sum {
			t.Errorf("accepted %d bytes that pack to another %d", len(raw), len(again))
		}
	})
}
