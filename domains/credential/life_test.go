package credential_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// offline is what somebody far away makes of a text, with the keys that are published and
// the status list that the text names.
func (w *world) offline(t testing.TB, text string) check.Verdict {
	t.Helper()
	keys, now := w.keys.Believed(t.Context()), w.files.Clock.Now()
	v := check.Read(text, keys, now)
	if v.Number == "" {
		return v
	}
	var number int
	_, err := fmt.Sscanf(strings.TrimPrefix(v.Status.URI, issuer+credential.ListPath), "%d", &number)
	must(t, "read the address of the list", err)
	list, _, err := w.List(t.Context(), number)
	must(t, "get the list", err)
	return check.Listed(v, list, keys, now)
}

// stands fails unless a text is worth the same to the house and to somebody far away.
func (w *world) stands(t testing.TB, when, text string, want check.Standing) {
	t.Helper()
	v, err := w.Verify(t.Context(), text)
	must(t, "verify", err)
	if far := w.offline(t, text); v.Standing != want || far.Standing != want {
		t.Errorf("%s: it is %s to the house, %s far away, want %s", when, v.Standing, far.Standing, want)
	}
}

// TestIssued: a licence is stored, signed, on the holder's list, and good everywhere.
func TestIssued(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		w.stands(t, "once issued", c.Token, check.Authentic)
		mine, err := w.Mine(t.Context(), holder, "")
		must(t, "list", err)
		if len(mine) != 1 || mine[0].Number != c.Number || mine[0].Standing != check.Authentic || mine[0].Values["holder_name"] != "林雅婷" {
			t.Errorf("the holder has %v", mine)
		}
		story, err := w.Story(t.Context(), holder, "", c.Number)
		must(t, "read the story", err)
		if len(story) != 1 || len(story[0].Events) != 1 || story[0].Events[0].Kind != "issued" {
			t.Errorf("its story is %v", story)
		}
		_, other := w.person(2)
		if _, err := w.Story(t.Context(), other, "", c.Number); !errors.Is(err, credential.ErrNotFound) {
			t.Errorf("somebody else reads it: %v", err)
		}
		if list, err := w.Mine(t.Context(), other, ""); err != nil || len(list) != 0 {
			t.Errorf("somebody else has %d licences, %v", len(list), err)
		}
	})
}

// TestBothDocuments: a licence that stands under one document is there under both.
func TestBothDocuments(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, _ := w.person(1)
		c := w.licensed(t, p, "case-1")
		w.files.Join(p)
		for _, number := range []string{p.Pass, p.Permit} {
			got, err := w.Mined(t.Context(), w.files.Holder(number), "", c.Number)
			must(t, "get it", err)
			if got.Token != c.Token {
				t.Error("it is another one")
			}
		}
	})
}

// TestOneLicenceForAMatter: however many ask at once, there is one.
func TestOneLicenceForAMatter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		services := []*credential.Service{w.Service, w.again(t)}
		numbers := make([]credential.Number, 20)
		var all sync.WaitGroup
		for i := range numbers {
			all.Go(func() {
				c, err := services[i%2].DeskIssue(t.Context(), registrar, w.files.Number(p.Pass), credential.Draft{
					Type: "practice_licence", Matter: credential.Matter{ID: "case-1"}, Values: guide(),
				})
				if err != nil {
					t.Errorf("issue: %v", err)
				}
				numbers[i] = c.Number
			})
		}
		all.Wait()
		slices.Sort(numbers)
		mine, err := w.Mine(t.Context(), holder, "")
		must(t, "list", err)
		if len(slices.Compact(numbers)) != 1 || len(mine) != 1 || mine[0].State != credential.Valid {
			t.Errorf("there are %v", mine)
		}
	})
}

// TestKilledBetweenSignAndStore: a process dies when the signature exists and its row does
// not have it. The licence is found, signed once, and good; nothing else was ever signed.
func TestKilledBetweenSignAndStore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		deps := w.deps
		calls := 0
		deps.NewID = func() string {
			if calls++; calls == 3 { // a list of places, the edition; the event of having signed
				panic("dead")
			}
			return w.newID()
		}
		mortal, err := credential.New(deps)
		must(t, "make a process", err)
		dies(t, func() {
			_, _ = mortal.DeskIssue(t.Context(), registrar, w.files.Number(p.Pass), credential.Draft{
				Type: "practice_licence", Matter: credential.Matter{ID: "case-1"}, Values: guide(),
			})
		})
		story := w.story(t, holder)
		if story.State != credential.Pending || len(story.Events) != 0 {
			t.Fatalf("after the death it is %s with %v", story.State, story.Events)
		}
		if _, err := w.Mined(t.Context(), holder, "", story.Number); !errors.Is(err, credential.ErrPending) {
			t.Errorf("it can be had: %v", err)
		}
		for range 2 {
			_, err := w.FinishPending(t.Context(), 10)
			must(t, "finish", err)
		}
		story = w.story(t, holder)
		if story.State != credential.Valid || len(story.Events) != 1 {
			t.Errorf("after the job it is %s with %v", story.State, story.Events)
		}
		w.stands(t, "after the job", story.Token, check.Authentic)
	})
}

// dies runs f, which must panic.
func dies(t *testing.T, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Fatal("it lives")
		}
	}()
	f()
}

// story is the latest edition of the holder's only licence.
func (w *world) story(t testing.TB, holder actor.Actor) credential.History {
	t.Helper()
	mine, err := w.Mine(t.Context(), holder, "")
	must(t, "list", err)
	if len(mine) != 1 {
		t.Fatalf("there are %d licences", len(mine))
	}
	story, err := w.Story(t.Context(), holder, "", mine[0].Number)
	must(t, "read the story", err)
	return story[0]
}

// TestAmended: another edition takes the place of the one before, once, and who has not
// read the latest changes nothing.
func TestAmended(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		first := w.licensed(t, p, "case-1")
		moved := guide()
		moved["workplace"] = "福州旅行社"
		change := credential.Amendment{Edition: 1, Values: moved, Note: "轉所"}
		second, err := w.DeskAmend(t.Context(), registrar, first.Number, change)
		must(t, "amend", err)
		again, err := w.DeskAmend(t.Context(), registrar, first.Number, change)
		must(t, "amend again", err)
		if second.Number != first.Number || second.Edition != 2 || again.ID != second.ID || again.Token != second.Token {
			t.Errorf("it became %s %d, and again %d", second.Number, second.Edition, again.Edition)
		}
		w.stands(t, "the first edition", first.Token, check.Superseded)
		w.stands(t, "the second edition", second.Token, check.Authentic)
		if _, err := w.DeskAmend(t.Context(), registrar, first.Number, credential.Amendment{Edition: 1, Note: "other"}); !errors.Is(err, credential.ErrMoved) {
			t.Errorf("from an old edition: %v", err)
		}
		renewal := credential.Amendment{Edition: 2, Renewal: true, From: day(2026, time.April, 1), Until: day(2027, time.April, 1), Note: "續期"}
		third, err := w.DeskAmend(t.Context(), registrar, first.Number, renewal)
		must(t, "renew", err)
		w.stands(t, "renewed from tomorrow on", third.Token, check.NotYet)
		w.files.Clock.Advance(72 * time.Hour)
		w.stands(t, "renewed", third.Token, check.Authentic)
		story, err := w.Story(t.Context(), holder, "", first.Number)
		must(t, "read the story", err)
		var kinds []string
		for _, h := range slices.Backward(story) {
			for _, e := range h.Events {
				kinds = append(kinds, e.Kind+" "+e.Note)
			}
		}
		if want := []string{"issued ", "annotated 轉所", "renewed 續期"}; !slices.Equal(kinds, want) {
			t.Errorf("its story is %q", kinds)
		}
		figures, err := w.Count(t.Context(), day(2026, time.March, 1), day(2026, time.May, 1))
		must(t, "count", err)
		if c := figures["practice_licence"]; c["issued"] != 1 || c["annotated"] != 1 || c["renewed"] != 1 {
			t.Errorf("the figures are %v", c)
		}
	})
}

// TestAmendedAtOnce: the same amendment by two processes at once is one edition, which all of
// them return.
func TestAmendedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		c := w.licensed(t, p, "case-1")
		services := []*credential.Service{w.Service, w.again(t)}
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				got, err := services[i%2].DeskAmend(t.Context(), registrar, c.Number, credential.Amendment{Edition: 1, Note: "更正"})
				if err != nil || got.Edition != 2 || got.State != credential.Valid {
					t.Errorf("edition %d, %s, %v", got.Edition, got.State, err)
				}
			})
		}
		all.Wait()
		story, err := w.Story(t.Context(), holder, "", c.Number)
		must(t, "read the story", err)
		if len(story) != 2 || len(story[0].Events) != 1 {
			t.Errorf("its story is %v", story)
		}
	})
}

// TestMoved: suspended, resumed and revoked are heard at once, by whoever asks the house
// and by whoever asks for the list; what is revoked stays so.
func TestMoved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, _ := w.person(1)
		c := w.licensed(t, p, "case-1")
		w.stands(t, "issued", c.Token, check.Authentic)
		move := func(to credential.State, want check.Standing) {
			t.Helper()
			for range 2 {
				_, err := w.DeskMove(t.Context(), registrar, c.Number, to, "查核")
				must(t, "move", err)
			}
			w.stands(t, string(to), c.Token, want)
		}
		move(credential.Suspended, check.Suspended)
		if _, err := w.DeskAmend(t.Context(), registrar, c.Number, credential.Amendment{Edition: 1}); !errors.Is(err, credential.ErrState) {
			t.Errorf("suspended, it is amended: %v", err)
		}
		move(credential.Valid, check.Authentic)
		move(credential.Revoked, check.Revoked)
		for _, to := range []credential.State{credential.Valid, credential.Suspended} {
			if _, err := w.DeskMove(t.Context(), registrar, c.Number, to, "x"); !errors.Is(err, credential.ErrState) {
				t.Errorf("revoked, it becomes %s: %v", to, err)
			}
		}
	})
}

// TestOtherProcessHearsWithinAMinute: a list that another process signed before is in use
// for [credential.ListKeep] at most, and none says more than it knows.
func TestOtherProcessHearsWithinAMinute(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, _ := w.person(1)
		c := w.licensed(t, p, "case-1")
		other := w.again(t)
		old, _, err := other.List(t.Context(), 1)
		must(t, "get the list", err)
		_, err = w.DeskMove(t.Context(), registrar, c.Number, credential.Revoked, "註銷")
		must(t, "revoke", err)
		keys := w.keys.Believed(t.Context())
		after := func(d time.Duration) check.Verdict {
			w.files.Clock.Advance(d)
			now := w.files.Clock.Now()
			return check.Listed(check.Read(c.Token, keys, now), old, keys, now)
		}
		if v := after(0); v.Standing != check.Authentic || v.Listed.IsZero() {
			t.Errorf("by the old list it is %s as of %s", v.Standing, v.Listed)
		}
		w.files.Clock.Advance(credential.ListKeep)
		fresh, _, err := other.List(t.Context(), 1)
		must(t, "get the list", err)
		now := w.files.Clock.Now()
		if v := check.Listed(check.Read(c.Token, keys, now), fresh, keys, now); v.Standing != check.Revoked {
			t.Errorf("by a fresh list it is %s", v.Standing)
		}
		if v := after(credential.ListLife); v.Standing != check.Unknown || v.Listed.IsZero() {
			t.Errorf("by a list that is too old it is %s", v.Standing)
		}
		if _, _, err := other.List(t.Context(), 99); !errors.Is(err, credential.ErrList) {
			t.Errorf("a list that is not there: %v", err)
		}
	})
}

// TestBadDrafts: each is refused by its field, and nothing is written.
func TestBadDrafts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, holder := w.person(1)
		with := func(name string, value any) credential.Values {
			v := guide()
			if v[name] = value; value == nil {
				delete(v, name)
			}
			return v
		}
		tax := registrar
		tax.Department = "tax"
		cases := []struct {
			name string
			by   actor.Actor
			d    credential.Draft
			want error
		}{
			{"no such type", registrar, credential.Draft{Type: "crown", Values: guide()}, credential.ErrType},
			{"not for the desk", registrar, credential.Draft{Type: "tax_payment", Values: guide()}, credential.ErrType},
			{"another department", tax, credential.Draft{Type: "practice_licence", Values: guide()}, credential.ErrIssuer},
			{"a field missing", registrar, credential.Draft{Type: "practice_licence", Values: with("profession", nil)}, credential.ErrField},
			{"a field too many", registrar, credential.Draft{Type: "practice_licence", Values: with("iss", "x")}, credential.ErrField},
			{"no date", registrar, credential.Draft{Type: "practice_licence", Values: with("registered", "2026-2-30")}, credential.ErrField},
			{"a number for a text", registrar, credential.Draft{Type: "practice_licence", Values: with("profession", int64(1))}, credential.ErrField},
			{"too long", registrar, credential.Draft{Type: "practice_licence", Values: with("profession", strings.Repeat("導", 501))}, credential.ErrField},
			{"over before it begins", registrar, credential.Draft{Type: "practice_licence", Values: guide(), Until: day(2026, 1, 1)}, credential.ErrDates},
		}
		for i, c := range cases {
			c.d.Matter.ID = fmt.Sprint("case-", i)
			if _, err := w.DeskIssue(t.Context(), c.by, w.files.Number(p.Pass), c.d); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if mine, err := w.Mine(t.Context(), holder, ""); err != nil || len(mine) != 0 {
			t.Errorf("%d licences were written, %v", len(mine), err)
		}
	})
}

// TestSM2: the same life under the national algorithms.
func TestSM2(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, suite.SM2)
		p, _ := w.person(1)
		c := w.licensed(t, p, "case-1")
		w.stands(t, "issued", c.Token, check.Authentic)
		_, err := w.DeskMove(t.Context(), registrar, c.Number, credential.Revoked, "註銷")
		must(t, "revoke", err)
		w.stands(t, "revoked", c.Token, check.Revoked)
		if _, crv, _ := strings.Cut(fmt.Sprint(w.keys.Published()), "SM2"); crv == "" {
			t.Error("the published key is of another suite")
		}
	})
}
