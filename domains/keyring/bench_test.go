package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"
)

// number is as long as the longest document number.
const number = "830000190505312460"

// compare runs ours and the reference in turns, so that a slow machine slows
// both, and reports how many times the reference ours takes.
func compare(b *testing.B, ours, reference func()) {
	b.Helper()
	const turns = 100
	var mine, theirs time.Duration
	for b.Loop() {
		start := b.Elapsed()
		for range turns {
			ours()
		}
		mid := b.Elapsed()
		for range turns {
			reference()
		}
		mine, theirs = mine+mid-start, theirs+b.Elapsed()-mid
	}
	b.ReportMetric(0, "ns/op") // would be the two together
	b.ReportMetric(float64(mine.Nanoseconds())/float64(b.N*turns), "ours-ns")
	b.ReportMetric(float64(theirs.Nanoseconds())/float64(b.N*turns), "bare-ns")
	b.ReportMetric(float64(mine)/float64(theirs), "ratio")
}

func bareGCM(b *testing.B) cipher.AEAD {
	b.Helper()
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		b.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		b.Fatal(err)
	}
	return gcm
}

func BenchmarkSeal(b *testing.B) {
	k, gcm := mustOpen(b, b.TempDir(), newKEK(b)), bareGCM(b)
	compare(b, func() {
		_, _ = k.Seal([]byte(number), place)
	}, func() {
		nonce := make([]byte, gcm.NonceSize())
		_, _ = rand.Read(nonce)
		_ = gcm.Seal(nonce, nonce, []byte(number), []byte(place))
	})
}

func BenchmarkUnseal(b *testing.B) {
	k, gcm := mustOpen(b, b.TempDir(), newKEK(b)), bareGCM(b)
	sealed := mustSeal(b, k, number)
	nonce := make([]byte, gcm.NonceSize())
	bare := gcm.Seal(nil, nonce, []byte(number), []byte(place))
	compare(b, func() {
		_, _ = k.Unseal(sealed, place)
	}, func() {
		_, _ = gcm.Open(nil, nonce, bare, []byte(place))
	})
}

func BenchmarkIndexes(b *testing.B) {
	k := mustOpen(b, b.TempDir(), newKEK(b))
	key, input := make([]byte, 32), indexInput("pass", number)
	compare(b, func() {
		_ = k.Indexes("pass", number)
	}, func() {
		mac := hmac.New(sha256.New, key)
		mac.Write(input)
		_ = mac.Sum(nil)
	})
}
