package check_test

import (
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/check"
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

// TestListsThatDoNotCount: whatever is not the issuer's list of that name, true now, leaves
// a licence as unknown as it was; one that counts never makes it better than it is.
func TestListsThatDoNotCount(t *testing.T) {
	t.Parallel()
	key, other := newKey(t), newKey(t)
	keys := check.Of(suite.Set{key.ID: key.Public})
	text, err := sdjwt.Sign(sdjwt.Credential{
		Issuer: "https://fujian.example", Kind: "x", Issued: start, NotBefore: start, Expires: start.Add(48 * time.Hour),
		Status: sdjwt.Status{URI: uri, Index: 5}, Open: map[string]any{check.ClaimNumber: "N", check.ClaimEdition: 1},
	}, key)
	must(t, "sign", err)
	list := func(name string, by suite.Key, size int, made time.Time, status statuslist.Status) string {
		l := statuslist.New(name, size, made, made.Add(24*time.Hour), time.Minute)
		l.Set(5, status)
		token, err := l.Sign(by)
		must(t, "sign a list", err)
		return token
	}
	good := list(uri, key, 8, start, statuslist.Valid)
	forged := []byte(good)
	forged[len(forged)-5] ^= 1
	for name, c := range map[string]struct {
		list string
		now  time.Time
		want check.Standing
	}{
		"the list":                      {good, start, check.Authentic},
		"a minute ahead of our clock":   {list(uri, key, 8, start.Add(59*time.Second), statuslist.Valid), start, check.Authentic},
		"from tomorrow":                 {list(uri, key, 8, start.Add(24*time.Hour), statuslist.Valid), start, check.Unknown},
		"from the day before yesterday": {good, start.Add(25 * time.Hour), check.Unknown},
		"of another name":               {list(uri+"0", key, 8, start, statuslist.Valid), start, check.Unknown},
		"of another issuer":             {list(uri, other, 8, start, statuslist.Valid), start, check.Unknown},
		"without such a place":          {list(uri, key, 4, start, statuslist.Valid), start, check.Unknown},
		"changed":                       {string(forged), start, check.Unknown},
		"cut off":                       {good[:len(good)/2], start, check.Unknown},
		"a licence in its place":        {text[:len(text)-1], start, check.Unknown},
		"nothing":                       {"", start, check.Unknown},
		"revoked":                       {list(uri, key, 8, start, statuslist.Invalid), start, check.Revoked},
		"revoked, of one that ran out":  {list(uri, key, 8, start.Add(47*time.Hour), statuslist.Invalid), start.Add(48 * time.Hour), check.Revoked},
		"valid, of one that ran out":    {list(uri, key, 8, start.Add(47*time.Hour), statuslist.Valid), start.Add(48 * time.Hour), check.Expired},
		"valid, of one yet to come":     {good, start.Add(-time.Second), check.NotYet},
	} {
		if v := check.Listed(check.Read(text, keys, c.now), c.list, keys, c.now); v.Standing != c.want {
			t.Errorf("%s: it is %s, want %s", name, v.Standing, c.want)
		}
	}
}
