package sdjwt_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

var start = time.Date(2026, time.March, 30, 9, 0, 0, 0, time.UTC)

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// eachSuite runs a test under a new key of each suite.
func eachSuite(t *testing.T, f func(t *testing.T, key suite.Key)) {
	t.Parallel()
	for _, name := range suite.Names() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			f(t, newKey(t, name))
		})
	}
}

func newKey(t testing.TB, name suite.Name) suite.Key {
	t.Helper()
	s, err := suite.Of(name)
	must(t, "find the suite", err)
	key, err := s.Generate()
	must(t, "draw a key", err)
	return key
}

// knows finds the keys that it was given.
func knows(keys ...suite.Key) func(string) (suite.Public, bool) {
	return func(id string) (suite.Public, bool) {
		for _, k := range keys {
			if k.ID == id {
				return k.Public, true
			}
		}
		return suite.Public{}, false
	}
}

// licence is somebody's.
func licence(name string) sdjwt.Credential {
	return sdjwt.Credential{
		Issuer: "https://fujian.example", Kind: "urn:minzhengtong:credential:practice_licence:1", Issued: start, NotBefore: start,
		Expires: start.AddDate(1, 0, 0), Status: sdjwt.Status{URI: "https://fujian.example/credentials/status/1", Index: 7},
		Open: map[string]any{"licence_number": "7K3M-0QXA-94ZT-H2RC", "profession": "導遊"},
		Hidden: []sdjwt.Disclosure{
			{Salt: sdjwt.NewSalt(), Name: "holder_name", Value: name},
			{Salt: sdjwt.NewSalt(), Name: "paid", Value: int64(2_400_000)},
			{Salt: sdjwt.NewSalt(), Name: "payments", Value: []map[string]any{{"receipt": "R1", "paid": int64(1)}}},
		},
		Decoys: [][]byte{sdjwt.NewSalt()},
	}
}

func signed(t testing.TB, c sdjwt.Credential, key suite.Key) string {
	t.Helper()
	text, err := sdjwt.Sign(c, key)
	must(t, "sign", err)
	return text
}

// TestShowsWhatWasChosen: what is left out is not in the text, and what is shown reads as
// it was issued.
func TestShowsWhatWasChosen(t *testing.T) {
	eachSuite(t, func(t *testing.T, key suite.Key) {
		all := signed(t, licence("林雅婷"), key)
		part, err := sdjwt.Present(all, "paid", "no_such_field")
		must(t, "present", err)
		got, err := sdjwt.Check(part, knows(key))
		must(t, "check", err)
		if got.Claims["paid"] != json.Number("2400000") || got.Claims["profession"] != "導遊" || got.Claims["holder_name"] != nil ||
			got.Withheld != 3 || !got.Expires.Equal(start.AddDate(1, 0, 0)) || got.Status.Index != 7 || got.Key.ID != key.ID {
			t.Errorf("it shows %v and withholds %d", got.Claims, got.Withheld)
		}
		none, err := sdjwt.Present(all)
		must(t, "present nothing", err)
		for _, piece := range strings.FieldsFunc(none, func(r rune) bool { return r == '.' || r == '~' }) {
			raw, err := base64.RawURLEncoding.DecodeString(piece)
			must(t, "decode", err)
			if bytes.Contains(raw, []byte("林雅婷")) || bytes.Contains(raw, []byte("holder_name")) {
				t.Error("a hidden field is in what hides it")
			}
		}
	})
}

// TestFlippedBytes: of ten thousand texts that differ in one byte, none is read as it was.
func TestFlippedBytes(t *testing.T) {
	eachSuite(t, func(t *testing.T, key suite.Key) {
		random := rand.New(rand.NewPCG(1, 2))
		text, keys := signed(t, licence("林雅婷"), key), knows(key)
		for range 10_000 {
			forged := []byte(text)
			at := random.IntN(len(forged))
			forged[at] ^= byte(1 + random.IntN(255))
			if _, err := sdjwt.Check(string(forged), keys); err == nil {
				t.Fatalf("byte %d is %q in place of %q, and it is read", at, forged[at], text[at])
			}
		}
	})
}

// TestForgeries: each is refused for its own reason.
func TestForgeries(t *testing.T) {
	eachSuite(t, func(t *testing.T, key suite.Key) {
		hers, his := signed(t, licence("林雅婷"), key), signed(t, licence("陳志明"), key)
		token, rest, _ := strings.Cut(hers, "~")
		_, hisRest, _ := strings.Cut(his, "~")
		first, _, _ := strings.Cut(rest, "~")
		cases := map[string]struct {
			text string
			want error
		}{
			"her disclosures under his token": {token + "~" + hisRest, sdjwt.ErrChanged},
			"one disclosure twice":            {token + "~" + first + "~" + first + "~", sdjwt.ErrChanged},
			"a disclosure more":               {hers + encode(`["c2FsdA","grade","A"]`) + "~", sdjwt.ErrChanged},
			"a disclosure that is no list":    {token + "~" + encode(`{}`) + "~", sdjwt.ErrChanged},
			"a key binding at the end":        {hers + token, sdjwt.ErrForm},
			"no end":                          {token, sdjwt.ErrForm},
			"nothing":                         {"", sdjwt.ErrForm},
			"a line within":                   {"\n" + hers, sdjwt.ErrForm},
			"longer than any":                 {strings.Repeat("a", sdjwt.Longest) + "~", sdjwt.ErrForm},
			"other key":                       {signed(t, licence("林雅婷"), newKey(t, key.Suite.Name)), sdjwt.ErrKeyUnknown},
			"no signature":                    {forge(t, token, key, "none", nil) + "~", sdjwt.ErrChanged},
			"a hash with the public key":      {forge(t, token, key, "HS256", key.Point()) + "~", sdjwt.ErrChanged},
			"a token of another type":         {sign(t, "at+jwt", key) + "~", sdjwt.ErrChanged},
		}
		for name, c := range cases {
			if _, err := sdjwt.Check(c.text, knows(key)); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
	})
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// forge has a token's claims stand under another algorithm.
func forge(t *testing.T, token string, key suite.Key, alg string, secret []byte) string {
	t.Helper()
	var method jwt.SigningMethod = jwt.SigningMethodHS256
	var with any = secret
	if alg == "none" {
		method, with = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType
	}
	header := encode(`{"alg":"` + alg + `","kid":"` + key.ID + `","typ":"` + sdjwt.Type + `"}`)
	text := header + "." + strings.Split(token, ".")[1]
	signature, err := method.Sign(text, with)
	must(t, "forge", err)
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func sign(t *testing.T, kind string, key suite.Key) string {
	t.Helper()
	token, err := sdjwt.SignJWT(kind, map[string]any{"iss": "https://fujian.example"}, key)
	must(t, "sign", err)
	return token
}

// TestOtherAlgorithm: a key of one suite does not verify under the name of the other.
func TestOtherAlgorithm(t *testing.T) {
	t.Parallel()
	p256, sm2 := newKey(t, suite.ES256), newKey(t, suite.SM2)
	text := signed(t, licence("林雅婷"), p256)
	swapped := func(string) (suite.Public, bool) { return sm2.Public, true }
	if _, err := sdjwt.Check(text, swapped); !errors.Is(err, sdjwt.ErrChanged) {
		t.Errorf("under a key of the other suite: %v", err)
	}
}

// TestReservedNames: what the format says cannot be hidden, nor taken by a field.
func TestReservedNames(t *testing.T) {
	t.Parallel()
	key := newKey(t, suite.ES256)
	for _, name := range []string{"exp", "status", "vct", "_sd", "..."} {
		open, hidden := licence("林雅婷"), licence("林雅婷")
		open.Open[name] = "x"
		hidden.Hidden[0].Name = name
		for _, c := range []sdjwt.Credential{open, hidden} {
			if _, err := sdjwt.Sign(c, key); err == nil {
				t.Errorf("%s was taken for a field", name)
			}
		}
	}
}

// TestWrittenTheSame: but for the signature nothing is drawn when it is written.
func TestWrittenTheSame(t *testing.T) {
	t.Parallel()
	key, c := newKey(t, suite.ES256), licence("林雅婷")
	claims := func() string {
		parts := strings.SplitN(signed(t, c, key), ".", 3)
		_, rest, _ := strings.Cut(parts[2], "~")
		return parts[0] + parts[1] + rest
	}
	if first, again := claims(), claims(); first != again {
		t.Error("the same credential was written otherwise")
	}
}

func FuzzCheck(f *testing.F) {
	key := newKey(f, suite.ES256)
	good := signed(f, licence("林雅婷"), key)
	f.Add(good)
	f.Add("a.b.c~WyJhIl0~")
	f.Fuzz(func(t *testing.T, text string) {
		shown, err := sdjwt.Check(text, knows(key))
		if err != nil {
			return
		}
		names := make([]string, len(shown.Hidden))
		for i, d := range shown.Hidden {
			names[i] = d.Name
		}
		if again, err := sdjwt.Present(good, names...); err != nil || len(again) != len(text) {
			t.Errorf("%q is read", text)
		}
	})
}

// BenchmarkCheck reads a presentation of six fields, and beside it checks the bare
// signature. The ratio is ours to the reference, in rate.
func BenchmarkCheck(b *testing.B) {
	for _, name := range suite.Names() {
		b.Run(string(name), func(b *testing.B) {
			key := newKey(b, name)
			text := signed(b, licence("林雅婷"), key)
			token, _, _ := strings.Cut(text, "~")
			i := strings.LastIndexByte(token, '.')
			signature, err := base64.RawURLEncoding.DecodeString(token[i+1:])
			must(b, "decode", err)
			keys := knows(key)
			var ours, bare time.Duration
			for b.Loop() {
				begin := time.Now()
				if _, err := sdjwt.Check(text, keys); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				if !key.Verify(token[:i], signature) {
					b.Fatal("the signature does not fit")
				}
				ours, bare = ours+middle.Sub(begin), bare+time.Since(middle)
			}
			b.ReportMetric(bare.Seconds()/ours.Seconds(), "of-bare-signature")
		})
	}
}
