package credential_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

var nobody actor.Actor

// from is a call from an address.
func from(t testing.TB, n int) context.Context {
	t.Helper()
	return limit.With(t.Context(), limit.Caller{Address: fmt.Sprint("192.0.2.", n)})
}

func choose(c credential.Credential, fields ...string) []credential.Choice {
	return []credential.Choice{{Number: c.Number, Fields: fields}}
}

// TestCodeWorksOnce: of fifty that scan a code at once one sees what was chosen, and
// nothing else; the holder sees who it was.
func TestCodeWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		_, code, err := w.ShowCode(t.Context(), holder, "", choose(c, "workplace"))
		must(t, "make a code", err)
		services := []*credential.Service{w.Service, w.again(t)}
		var seen atomic.Int64
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				v, err := services[i%2].Open(t.Context(), registrar, code)
				switch {
				case errors.Is(err, credential.ErrPresentation) || errors.Is(err, limit.ErrTooOften):
				case err != nil:
					t.Errorf("open: %v", err)
				default:
					seen.Add(1)
					if one := v.Seen[0]; one.Values["workplace"] != "平潭海峡旅行社" || one.Values["profession"] != "导游" || len(one.Values) != 3 {
						t.Errorf("it shows %v", one.Values)
					}
				}
			})
		}
		all.Wait()
		uses, more, err := w.Uses(t.Context(), holder, "", credential.UseCursor{}, 10)
		must(t, "read who looked", err)
		if seen.Load() != 1 || len(uses) != 1 || more || uses[0].Office != "pingtan-hall" || uses[0].Way != credential.ByCode ||
			!slices.Equal(uses[0].Shown, []string{"profession", "workplace", "registered"}) {
			t.Errorf("%d saw it, and the holder sees %v", seen.Load(), uses)
		}
	})
}

// TestCodeLivesForAMinute, and not longer.
func TestCodeLivesForAMinute(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		for _, x := range []struct {
			age  time.Duration
			want error
		}{{credential.CodeLife - time.Second, nil}, {credential.CodeLife, credential.ErrPresentation}} {
			_, code, err := w.ShowCode(t.Context(), holder, "", choose(c))
			must(t, "make a code", err)
			w.files.Clock.Advance(x.age)
			if _, err := w.Open(from(t, 1), nobody, code); !errors.Is(err, x.want) {
				t.Errorf("after %s: %v, want %v", x.age, err, x.want)
			}
		}
		w.files.Clock.Advance(25 * time.Hour)
		for _, want := range []int{2, 0} {
			if n, err := w.ForgetCodes(t.Context(), 10); err != nil || n != want {
				t.Errorf("%d codes were forgotten, %v, want %d", n, err, want)
			}
		}
	})
}

// TestShare: until it is taken back a share shows the licence as it is, and what it shows
// can be verified elsewhere.
func TestShare(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		share, token, err := w.Share(t.Context(), holder, "", choose(c, "holder_name"), "應聘", w.files.Clock.Now().Add(time.Hour))
		must(t, "share", err)
		v, err := w.Open(from(t, 1), nobody, issuer+credential.CheckPath+token)
		must(t, "open", err)
		if v.Purpose != "應聘" || v.Seen[0].Standing != check.Authentic || v.Seen[0].Values["holder_name"] != "林雅婷" || v.Seen[0].Values["workplace"] != nil {
			t.Errorf("it shows %v", v.Seen[0].Values)
		}
		far := w.offline(t, v.Seen[0].Text)
		if far.Standing != check.Authentic || far.Fields["holder_name"] != "林雅婷" || far.Fields["workplace"] != nil {
			t.Errorf("far away it is %s and says %v", far.Standing, far.Fields)
		}
		_, err = w.DeskMove(t.Context(), registrar, c.Number, credential.Revoked, "註銷")
		must(t, "revoke", err)
		if v, err = w.Open(from(t, 1), nobody, token); err != nil || v.Seen[0].Standing != check.Revoked || v.Seen[0].Text != "" {
			t.Errorf("once revoked it shows %v, %v", v, err)
		}
		_, other := w.person(2)
		if err := w.Unshare(t.Context(), other, "", share.ID); !errors.Is(err, credential.ErrPresentation) {
			t.Errorf("somebody else takes it back: %v", err)
		}
		for range 2 {
			must(t, "take it back", w.Unshare(t.Context(), holder, "", share.ID))
		}
		if _, err := w.Open(from(t, 1), nobody, token); !errors.Is(err, credential.ErrPresentation) {
			t.Errorf("taken back, it shows: %v", err)
		}
		list, err := w.Shares(t.Context(), holder, "")
		must(t, "list", err)
		if len(list) != 1 || list[0].Uses != 2 || list[0].Revoked.IsZero() || list[0].Purpose != "應聘" {
			t.Errorf("the shares are %v", list)
		}
	})
}

// TestShareRace: of a withdrawal and looks that run at once, no look comes after.
func TestShareRace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		share, token, err := w.Share(t.Context(), holder, "", choose(c), "比對", w.files.Clock.Now().Add(time.Hour))
		must(t, "share", err)
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { _, _ = w.Open(from(t, 1), nobody, token) })
		}
		must(t, "take it back", w.Unshare(t.Context(), holder, "", share.ID))
		list, err := w.Shares(t.Context(), holder, "")
		must(t, "list", err)
		all.Wait()
		after, err := w.Shares(t.Context(), holder, "")
		must(t, "list", err)
		if after[0].Uses != list[0].Uses {
			t.Errorf("%d looks came after the withdrawal", after[0].Uses-list[0].Uses)
		}
	})
}

// TestPaper: the QR code on paper shows that edition, and nothing that is hidden.
func TestPaper(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		v, err := w.Open(from(t, 1), nobody, w.CheckURL(c))
		must(t, "scan it", err)
		if one := v.Seen[0]; v.Way != credential.ByPaper || one.Standing != check.Authentic || len(one.Values) != 2 || one.Values["holder_name"] != nil {
			t.Errorf("it shows %v", v.Seen)
		}
		_, err = w.DeskAmend(t.Context(), registrar, c.Number, credential.Amendment{Edition: 1, Note: "更正"})
		must(t, "amend", err)
		if v, err = w.Open(from(t, 1), nobody, w.CheckURL(c)); err != nil || v.Seen[0].Standing != check.Superseded {
			t.Errorf("the old paper shows %v, %v", v.Seen, err)
		}
		if uses, _, err := w.Uses(t.Context(), holder, "", credential.UseCursor{}, 10); err != nil || len(uses) != 2 || uses[0].Department != "" {
			t.Errorf("the holder sees %v, %v", uses, err)
		}
	})
}

// TestBadShows: each is refused, and whatever shows nothing looks the same.
func TestBadShows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		_, other := w.person(2)
		now := w.files.Clock.Now()
		for name, x := range map[string]struct {
			by    actor.Actor
			show  []credential.Choice
			until time.Time
			want  error
		}{
			"somebody else's":  {other, choose(c), now.Add(time.Hour), credential.ErrNotFound},
			"no such licence":  {holder, []credential.Choice{{Number: "x"}}, now.Add(time.Hour), credential.ErrNotFound},
			"nothing":          {holder, nil, now.Add(time.Hour), credential.ErrNotFound},
			"no such field":    {holder, choose(c, "shoe_size"), now.Add(time.Hour), credential.ErrField},
			"what is not hid":  {holder, choose(c, "profession"), now.Add(time.Hour), credential.ErrField},
			"over already":     {holder, choose(c), now, credential.ErrShareEnd},
			"for half a year":  {holder, choose(c), now.AddDate(0, 6, 0), credential.ErrShareEnd},
			"by an officer":    {registrar, choose(c), now.Add(time.Hour), guard.ErrNotFound},
			"by nobody at all": {nobody, choose(c), now.Add(time.Hour), guard.ErrNotFound},
		} {
			if _, _, err := w.Share(t.Context(), x.by, "", x.show, "x", x.until); !errors.Is(err, x.want) {
				t.Errorf("%s: %v, want %v", name, err, x.want)
			}
		}
		for _, token := range []string{"", "guess", string(make([]byte, 1<<20)), issuer + credential.CheckPath} {
			if _, err := w.Open(from(t, 1), nobody, token); !errors.Is(err, credential.ErrPresentation) {
				t.Errorf("a token of %d bytes: %v", len(token), err)
			}
		}
	})
}

// TestGuessing: who tries tokens from one address is held off, whatever the token is then.
func TestGuessing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		_, code, err := w.ShowCode(t.Context(), holder, "", choose(c))
		must(t, "make a code", err)
		ctx := from(t, 1)
		for range 50 {
			if _, err := w.Open(ctx, nobody, "guess"); !errors.Is(err, credential.ErrPresentation) {
				t.Fatalf("a guess: %v", err)
			}
		}
		if _, err := w.Open(ctx, nobody, code); !errors.Is(err, limit.ErrTooOften) {
			t.Errorf("after 50 guesses: %v", err)
		}
		if _, err := w.Open(from(t, 2), nobody, code); err != nil {
			t.Errorf("from another address: %v", err)
		}
	})
}

// TestSheet: the same edition is the same PDF; with its signature it is authentic, and with
// one byte changed, or another sheet's signature, it is not.
func TestSheet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c, other := w.licensed(t, p, "case-1"), w.licensed(t, p, "case-2")
		draw := func(n credential.Number, language string) credential.Sheet {
			t.Helper()
			s, err := w.Sheet(t.Context(), holder, "", n, language)
			must(t, "draw", err)
			return s
		}
		verify := func(pdf []byte, signature string) credential.Judged {
			t.Helper()
			v, err := w.VerifySheet(t.Context(), pdf, signature)
			must(t, "verify", err)
			return v
		}
		first, again := draw(c.Number, "zh-Hant-TW"), draw(c.Number, "zh-Hant-TW")
		if !bytes.Equal(first.PDF, again.PDF) || bytes.Equal(first.PDF, draw(c.Number, "zh-Hans").PDF) {
			t.Error("the same edition is another PDF, or another language is not")
		}
		if v := verify(first.PDF, again.Signature); v.Standing != check.Authentic || v.Number != string(c.Number) {
			t.Errorf("it is %s", v.Standing)
		}
		forged := bytes.Clone(first.PDF)
		forged[len(forged)/2] ^= 1
		for name, v := range map[string]credential.Judged{
			"a byte changed": verify(forged, first.Signature), "another's signature": verify(first.PDF, draw(other.Number, "zh-Hant-TW").Signature),
			"a licence for a signature": verify(first.PDF, strings.SplitN(c.Token, "~", 2)[0]),
		} {
			if v.Standing != check.Changed || v.Number != "" {
				t.Errorf("%s: it is %s of %q", name, v.Standing, v.Number)
			}
		}
		_, err := w.DeskMove(t.Context(), registrar, c.Number, credential.Revoked, "註銷")
		must(t, "revoke", err)
		if v := verify(first.PDF, first.Signature); v.Standing != check.Revoked {
			t.Errorf("once revoked it is %s", v.Standing)
		}
	})
}
