package credential_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// TestKeysRotateUnderLoad: while keys follow each other, licences are issued, shown,
// verified and revoked by two processes, and not one honest call fails.
func TestKeysRotateUnderLoad(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const people, each = 4, 5
		other := w.again(t)
		services := []*credential.Service{w.Service, other}
		holders := make([]actor.Actor, people)
		numbers := make([]string, people)
		for i := range holders {
			p, holder := w.person(i)
			holders[i], numbers[i] = holder, p.Pass
		}
		live := func(i, n int) error {
			s := services[(i+n)%2]
			c, err := s.DeskIssue(t.Context(), registrar, w.files.Number(numbers[i]), credential.Draft{
				Type: "practice_licence", Matter: credential.Matter{ID: fmt.Sprint("case-", i, "-", n)}, Values: guide(),
			})
			if err != nil {
				return fmt.Errorf("issue: %w", err)
			}
			for _, reader := range services {
				if v, err := reader.Verify(t.Context(), c.Token); err != nil || v.Standing != check.Authentic {
					return fmt.Errorf("issued, it is %s, %w", v.Standing, err)
				}
			}
			if _, err := s.DeskMove(t.Context(), registrar, c.Number, credential.Revoked, "註銷"); err != nil {
				return fmt.Errorf("revoke: %w", err)
			}
			if v, err := services[(i+n+1)%2].Verify(t.Context(), c.Token); err != nil || v.Standing != check.Revoked {
				return fmt.Errorf("revoked, it is %s, %w", v.Standing, err)
			}
			return nil
		}
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				for n := range each {
					if err := live(i, n); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for range 5 {
			must(t, "rotate", w.keys.Rotate(t.Context()))
			w.files.Clock.Advance(credential.KeyLead)
		}
		all.Wait()
		if n := len(w.keys.Published()); n != 6 {
			t.Errorf("%d keys are published", n)
		}
		must(t, "rotate when due", w.keys.RotateWhenDue(t.Context()))
		if n := len(w.keys.Published()); n != 6 {
			t.Errorf("a young key was followed: %d", n)
		}
	})
}

// TestCompromisedKey: nothing under it is believed any more, all of it is listed, and
// signed anew under another key it is good again.
func TestCompromisedKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		var before []credential.Credential
		for i := range 5 {
			before = append(before, w.licensed(t, p, fmt.Sprint("case-", i)))
		}
		_, err := w.DeskMove(t.Context(), registrar, before[4].Number, credential.Revoked, "註銷")
		must(t, "revoke", err)
		key := check.Read(before[0].Token, w.keys.Believed(t.Context()), w.files.Clock.Now()).Key
		if err := w.keys.Compromise(t.Context(), "no-such-key"); !errors.Is(err, credential.ErrKeyNotFound) {
			t.Errorf("a key that is not there: %v", err)
		}
		for range 2 {
			must(t, "give it up", w.keys.Compromise(t.Context(), key))
		}
		w.stands(t, "under a key that was given away", before[0].Token, check.Untrusted)
		var listed []credential.Number
		for after := credential.ID(""); ; {
			list, err := w.UnderKey(t.Context(), key, after, 2)
			must(t, "list", err)
			if len(list) == 0 {
				break
			}
			for _, l := range list {
				listed, after = append(listed, l.Number), l.ID
			}
		}
		if len(listed) != 5 {
			t.Errorf("%d stand under it", len(listed))
		}
		signed := 0
		for after, more := credential.ID(""), true; more; more = after != "" {
			var n int
			after, n, err = w.SignAnew(t.Context(), key, after, 2)
			must(t, "sign anew", err)
			signed += n
		}
		mine, err := w.Mine(t.Context(), holder, "")
		must(t, "list", err)
		for _, l := range mine {
			want := check.Authentic
			if l.Number == before[4].Number {
				want = check.Revoked
			}
			if l.Standing != want {
				t.Errorf("%s is %s, want %s", l.Number, l.Standing, want)
			}
		}
		i := slices.IndexFunc(mine, func(l credential.Licence) bool { return l.Number == before[0].Number })
		w.stands(t, "signed anew", mine[i].Token, check.Authentic)
		if signed != 4 {
			t.Errorf("%d were signed anew", signed)
		}
	})
}

// TestOneFirstKey: processes that start at once end with one key.
func TestOneFirstKey(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, suite.ES256)
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				keys, err := credential.OpenKeys(t.Context(), db, w.files.Keys, suite.SM2, w.files.Clock.Now)
				if err != nil {
					t.Errorf("open: %v", err)
					return
				}
				if n := len(keys.Published()); n != 2 {
					t.Errorf("%d keys", n)
				}
			})
		}
		all.Wait()
	})
}

// TestKeysReseal: after the keyring's key has changed, the private keys stand under the new
// one, and sign.
func TestKeysReseal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, _ := w.person(1)
		for range 2 {
			must(t, "reseal", w.keys.Reseal(t.Context(), func(seen, written int) {
				if seen != 1 || written != 0 {
					t.Errorf("%d seen, %d written", seen, written)
				}
			}))
		}
		w.licensed(t, p, "case-1")
	})
}

// TestPlacesAreShuffled: places are given out once each, and not one after the other.
func TestPlacesAreShuffled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, _ := w.person(1)
		services := []*credential.Service{w.Service, w.again(t)}
		seen, neighbours, last := map[int]bool{}, 0, -9
		for i := range 20 {
			c, err := services[i%2].DeskIssue(t.Context(), registrar, w.files.Number(p.Pass), credential.Draft{
				Type: "practice_licence", Matter: credential.Matter{ID: fmt.Sprint("case-", i)}, Values: guide(),
			})
			must(t, "issue", err)
			at := check.Read(c.Token, w.keys.Believed(t.Context()), w.files.Clock.Now()).Status.Index
			if seen[at] {
				t.Errorf("place %d was given out twice", at)
			}
			if d := at - last; -2 < d && d < 2 {
				neighbours++
			}
			seen[at], last = true, at
		}
		if neighbours > 2 {
			t.Errorf("%d of 20 lie beside the one before", neighbours)
		}
	})
}

// BenchmarkIssue issues licences, and beside it signs the same text and inserts one row
// for each. The ratio is ours to the reference, in rate.
func BenchmarkIssue(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *entdb.DB{"sqlite": entdbtest.New, "postgres": entdbtest.Postgres} {
		b.Run(name, func(b *testing.B) { benchIssue(b, open(b)) })
	}
}

func benchIssue(b *testing.B, db *entdb.DB) {
	w := newWorld(b, db, suite.ES256)
	p, _ := w.person(1)
	text, id := w.licensed(b, p, "first").Token, w.files.ID(p.Pass)
	s, err := suite.Of(suite.ES256)
	must(b, "find the suite", err)
	key, err := s.Generate()
	must(b, "draw a key", err)
	var ours, bare time.Duration
	n := 0
	for b.Loop() {
		n++
		begin := time.Now()
		_, err := w.Issue(b.Context(), registrar, credential.Draft{
			Type: "practice_licence", Document: id, Matter: credential.Matter{Kind: "bench", ID: fmt.Sprint(n)}, Values: guide(),
		})
		if err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if _, err := key.Sign(text); err != nil {
			b.Fatal(err)
		}
		plain(b, db, string(id), w.newID(), text, n)
		ours, bare = ours+middle.Sub(begin), bare+time.Since(middle)
	}
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "of-sign-and-insert")
	b.ReportMetric(float64(n)/ours.Seconds(), "issued/s")
}

// plain inserts a row as wide as a licence's, in a transaction of its own.
func plain(b *testing.B, db *entdb.DB, document, id, text string, n int) {
	b.Helper()
	err := db.InTx(b.Context(), func(ctx context.Context) error {
		now := time.Now().UTC()
		return db.Client(ctx).Credential.Create().SetID(id).SetNumber(fmt.Sprint("plain-", n)).SetEdition(1).SetTypeCode("bench").SetTypeVersion(1).
			SetDocumentID(document).SetMatterKind("plain").SetMatterID(id).SetState("revoked").SetKeyID("k").
			SetListNumber(-n).SetListIndex(n).SetContentSealed([]byte(text)).SetTokenSealed([]byte(text)).SetCheckHash([]byte(id)[4:]).
			SetFromTime(now).SetCreateTime(now).SetChangeTime(now).Exec(ctx)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// TestSignedElsewhere: a text under a key of the house that no row tells of so, as of whoever
// got hold of the key, is nothing: another place in the lists, an edition or a number that
// never was.
func TestSignedElsewhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, _ := w.person(1)
		c := w.licensed(t, p, "case-1")
		s, err := suite.Of(suite.ES256)
		must(t, "find the suite", err)
		key, err := s.Generate()
		must(t, "draw a key", err)
		sealed, err := w.files.Keys.Seal(key.Secret(), "issuer_key/"+key.ID)
		must(t, "seal it", err)
		now := w.files.Clock.Now()
		must(t, "know it", w.files.DB.InTx(t.Context(), func(ctx context.Context) error {
			return w.files.DB.Client(ctx).IssuerKey.Create().SetID(key.ID).SetSuite(string(suite.ES256)).SetPrivateSealed(sealed).
				SetPublic(key.Point()).SetCreateTime(now).SetSignTime(now.Add(time.Hour)).Exec(ctx)
		}))
		must(t, "read the keys", w.keys.Reload(t.Context()))
		good := check.Read(c.Token, w.keys.Believed(t.Context()), now)
		for name, x := range map[string]struct {
			number  credential.Number
			edition int
			index   int
			want    check.Standing
		}{
			"the same":       {c.Number, 1, good.Status.Index, check.Authentic},
			"another place":  {c.Number, 1, good.Status.Index ^ 1, check.Changed},
			"no such number": {"TEST-9999-9999-9999", 1, good.Status.Index, check.Changed},
			"an edition":     {c.Number, 2, good.Status.Index, check.Changed},
		} {
			text, err := sdjwt.Sign(sdjwt.Credential{
				Issuer: issuer, Kind: good.Kind, Issued: now, NotBefore: now, Status: sdjwt.Status{URI: good.Status.URI, Index: x.index},
				Open: map[string]any{check.ClaimNumber: string(x.number), check.ClaimEdition: x.edition},
			}, key)
			must(t, "sign", err)
			if v, err := w.Verify(t.Context(), text); err != nil || v.Standing != x.want {
				t.Errorf("%s: it is %s, %v, want %s", name, v.Standing, err, x.want)
			}
		}
	})
}
