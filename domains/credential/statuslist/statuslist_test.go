package statuslist_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"testing"
	"testing/quick"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/credential/statuslist"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

const uri = "https://fujian.example/credentials/status/1"

var start = time.Date(2026, time.March, 30, 9, 0, 0, 0, time.UTC)

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func newKey(t testing.TB) suite.Key {
	t.Helper()
	s, err := suite.Of(suite.ES256)
	must(t, "find the suite", err)
	key, err := s.Generate()
	must(t, "draw a key", err)
	return key
}

func knows(key suite.Key) func(string) (suite.Public, bool) {
	return func(id string) (suite.Public, bool) { return key.Public, id == key.ID }
}

// TestReadsWhatWasSet: whatever is set is read, in its place and nowhere else, after a
// journey as a token.
func TestReadsWhatWasSet(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	err := quick.Check(func(some map[uint16]byte) bool {
		places := map[uint16]byte{}
		for i, s := range some {
			places[i%(1<<12)] = s
		}
		l := statuslist.New(uri, 1<<12, start, start.Add(time.Hour), time.Minute)
		for i, s := range places {
			l.Set(int(i), statuslist.Status(s&3))
		}
		token, err := l.Sign(key)
		must(t, "sign", err)
		got, err := statuslist.Read(token, knows(key))
		must(t, "read", err)
		for i := range 1 << 12 {
			if s, err := got.At(i); err != nil || s != statuslist.Status(places[uint16(i)]&3) {
				return false
			}
		}
		return got.URI == uri && got.Made.Equal(start) && got.Expires.Equal(start.Add(time.Hour)) && got.Keep == time.Minute
	}, &quick.Config{MaxCount: 5})
	if err != nil {
		t.Error(err)
	}
}

// TestRefused: what is no list of ours is refused, without being unpacked beyond a bound.
func TestRefused(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	l := statuslist.New(uri, 8, start, start.Add(time.Hour), time.Minute)
	token, err := l.Sign(key)
	must(t, "sign", err)
	if _, err := statuslist.Read(token, knows(newKey(t))); !errors.Is(err, sdjwt.ErrKeyUnknown) {
		t.Errorf("of another issuer: %v", err)
	}
	forged := []byte(token)
	forged[len(forged)/2] ^= 1
	if _, err := statuslist.Read(string(forged), knows(key)); err == nil {
		t.Error("a changed list is read")
	}
	for name, lst := range map[string]any{
		"a bomb":          packed(t, 2, 100<<20),
		"another packing": packed(t, 1, 100),
		"no list":         nil,
		"cut off":         map[string]any{"bits": 2, "lst": "eJx"},
	} {
		token, err := sdjwt.SignJWT(statuslist.Type, map[string]any{"sub": uri, "iat": 1, "exp": 2, "status_list": lst}, key)
		must(t, "sign", err)
		if _, err := statuslist.Read(token, knows(key)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	if _, err := l.At(8); !errors.Is(err, statuslist.ErrNoPlace) {
		t.Errorf("a place outside: %v", err)
	}
}

func packed(t *testing.T, bits, size int) map[string]any {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, err := w.Write(make([]byte, size))
	must(t, "pack", errors.Join(err, w.Close()))
	return map[string]any{"bits": bits, "lst": base64.RawURLEncoding.EncodeToString(b.Bytes())}
}
