package policy_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	"github.com/minzhengtong/minzhengtong/domains/search"
)

func TestFromDraftToWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.draft(good())
		if p.State != policy.Drafted || p.Department != "tax" || p.Author != "author" || !p.Published.IsZero() ||
			p.From != (civil.Date{Year: 2026, Month: 1, Day: 1}) || p.To != (civil.Date{Year: 2026, Month: 12, Day: 31}) {
			t.Errorf("drafted: %+v", p)
		}
		_, err := w.Get(ctx, p.ID)
		w.fails("get a draft", err, policy.ErrNotFound)
		if found := w.titles("补贴"); len(found) != 0 {
			t.Errorf("a draft is found: %v", found)
		}
		_, err = w.Publish(ctx, author, p.ID)
		w.fails("publish the own draft", err, guard.ErrMaker)
		_, err = w.Publish(ctx, stranger, p.ID)
		w.fails("publish another department's", err, policy.ErrNotFound)
		_, err = w.Withdraw(ctx, stranger, p.ID)
		w.fails("withdraw another department's", err, policy.ErrNotFound)

		published, err := w.Publish(ctx, publisher, p.ID)
		w.must("publish", err)
		again, err := w.Publish(ctx, officer("third", "tax"), p.ID)
		w.must("publish again", err)
		got, err := w.Get(ctx, p.ID)
		w.must("get", err)
		if published.State != policy.Published || !again.Published.Equal(published.Published) || !got.Published.Equal(published.Published) ||
			published.Published.IsZero() {
			t.Errorf("published %v, again %v, read %v", published.Published, again.Published, got.Published)
		}
		if d := good(); got.Title != d.Title || got.Body != d.Body || got.Issuer != d.Issuer || got.Language != d.Language ||
			got.Number != d.Number || got.URL != d.URL || got.From != p.From || got.To != p.To {
			t.Errorf("got %+v, want the draft as written", got)
		}
		for _, query := range []string{"補貼", "补贴", "示例第1号", "居住证", "机关", ""} {
			if found := w.titles(query); !slices.Equal(found, []string{got.Title}) {
				t.Errorf("%q finds %v", query, found)
			}
		}

		for range 2 {
			withdrawn, err := w.Withdraw(ctx, publisher, p.ID)
			if err != nil || withdrawn.State != policy.Withdrawn || !withdrawn.Published.Equal(got.Published) {
				t.Errorf("withdrawn: %+v, %v", withdrawn, err)
			}
		}
		_, err = w.Get(ctx, p.ID)
		w.fails("get what is withdrawn", err, policy.ErrNotFound)
		_, err = w.Publish(ctx, publisher, p.ID)
		w.fails("publish what is withdrawn", err, policy.ErrWithdrawn)
		if found := append(w.titles("补贴"), w.titles("")...); len(found) != 0 {
			t.Errorf("what is withdrawn is found: %v", found)
		}
	})
}

func TestTheAuthorMayWithdrawTheDraft(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.draft(good())
		_, err := w.Withdraw(t.Context(), author, p.ID)
		w.must("withdraw", err)
		drafts, _, err := w.ListDrafts(t.Context(), author, policy.Cursor{}, 10)
		if err != nil || len(drafts) != 0 {
			t.Errorf("%d drafts, %v", len(drafts), err)
		}
	})
}

func TestDraftsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		long := strings.Repeat("文", 20_001)
		for name, tt := range map[string]struct {
			change func(d *policy.Draft)
			want   *fault.Fault
		}{
			"no title":                {func(d *policy.Draft) { d.Title = "" }, policy.ErrText.On("title")},
			"a title of spaces":       {func(d *policy.Draft) { d.Title = "　　　" }, policy.ErrText.On("title")},
			"a title of two lines":    {func(d *policy.Draft) { d.Title = "一\n二" }, policy.ErrText.On("title")},
			"a long title":            {func(d *policy.Draft) { d.Title = long[:3*201] }, policy.ErrText.On("title")},
			"a long body":             {func(d *policy.Draft) { d.Body = long }, policy.ErrText.On("body")},
			"a tab":                   {func(d *policy.Draft) { d.Body = "一\t二" }, policy.ErrText.On("body")},
			"a carriage return":       {func(d *policy.Draft) { d.Body = "一\r\n二" }, policy.ErrText.On("body")},
			"NUL":                     {func(d *policy.Draft) { d.Body = "一\x00二" }, policy.ErrText.On("body")},
			"broken UTF-8":            {func(d *policy.Draft) { d.Body = "一二\xff" }, policy.ErrText.On("body")},
			"a mark turning the text": {func(d *policy.Draft) { d.Issuer = "机关\u202e" }, policy.ErrText.On("issuer")},
			"no issuer":               {func(d *policy.Draft) { d.Issuer = "" }, policy.ErrText.On("issuer")},
			"a long number":           {func(d *policy.Draft) { d.Number = long[:3*101] }, policy.ErrText.On("document_number")},
			"another language":        {func(d *policy.Draft) { d.Language = "en" }, policy.ErrText.On("source_language")},
			"a script as a page":      {func(d *policy.Draft) { d.URL = "javascript:alert(1)" }, policy.ErrText.On("url")},
			"a page without a host":   {func(d *policy.Draft) { d.URL = "https:///x" }, policy.ErrText.On("url")},
			"a page with a space":     {func(d *policy.Draft) { d.URL = "https://a.example/ b" }, policy.ErrText.On("url")},
			"a long page":             {func(d *policy.Draft) { d.URL = "https://a.example/" + strings.Repeat("a", 400) }, policy.ErrText.On("url")},
			"no such day":             {func(d *policy.Draft) { d.From = "2026-02-29" }, policy.ErrDates.On("valid_from")},
			"no day at all":           {func(d *policy.Draft) { d.To = "later" }, policy.ErrDates.On("valid_to")},
			"a short year":            {func(d *policy.Draft) { d.To = "26-1-1" }, policy.ErrDates.On("valid_to")},
			"ends before it begins":   {func(d *policy.Draft) { d.From, d.To = "2026-01-02", "2026-01-01" }, policy.ErrDates.On("valid_to")},
		} {
			d := good()
			tt.change(&d)
			_, err := w.Draft(t.Context(), author, d)
			if f, ok := errors.AsType[*fault.Fault](err); !ok || !f.Is(tt.want) || f.Field() != tt.want.Field() {
				t.Errorf("%s: %v, want %v on %s", name, err, tt.want, tt.want.Field())
			}
		}
	})
}

func TestDraftsAtTheBounds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, change := range map[string]func(d *policy.Draft){
			"the shortest": func(d *policy.Draft) {
				*d = policy.Draft{Title: "通知", Body: "正文", Issuer: "机关", Language: "zh-Hant-TW"}
			},
			"the longest":   func(d *policy.Draft) { d.Title, d.Body = strings.Repeat("𠮷", 200), strings.Repeat("文", 20_000) },
			"one day":       func(d *policy.Draft) { d.To = d.From },
			"without end":   func(d *policy.Draft) { d.To = "" },
			"without start": func(d *policy.Draft) { d.From = "" },
		} {
			d := good()
			change(&d)
			if p := w.public(d); p.Title != d.Title || p.Body != d.Body {
				t.Errorf("%s: changed", name)
			}
		}
	})
}

func TestOnlyOfficersOfADepartmentEnter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.draft(good())
		for name, by := range map[string]actor.Actor{
			"nobody": {}, "a person": {Role: actor.Person, Document: "d", Department: "tax"}, "an officer of none": officer("o", ""),
			"a system": {Role: actor.System, Officer: "s", Department: "tax"}, "an auditor": {Role: actor.Auditor, Officer: "a", Department: "tax"},
		} {
			_, draft := w.Draft(t.Context(), by, good())
			_, _, list := w.ListDrafts(t.Context(), by, policy.Cursor{}, 1)
			_, publish := w.Publish(t.Context(), by, p.ID)
			_, withdraw := w.Withdraw(t.Context(), by, p.ID)
			for _, err := range []error{draft, list, publish, withdraw} {
				w.fails(name, err, policy.ErrNotFound)
			}
		}
		_, err := w.Get(t.Context(), "018f0000-0000-7000-8000-000000000000")
		w.fails("get what is not there", err, policy.ErrNotFound)
	})
}

func TestListDrafts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var want []policy.ID
		for range 5 {
			want = append(want, w.draft(good()).ID)
		}
		w.public(good())
		_, err := w.Draft(t.Context(), stranger, good())
		w.must("draft", err)
		var got []policy.ID
		var after policy.Cursor
		for {
			page, more, err := w.ListDrafts(t.Context(), publisher, after, 2)
			w.must("list", err)
			for _, p := range page {
				if p.Body == "" {
					t.Error("a draft without its body")
				}
				got = append(got, p.ID)
				after = policy.Cursor{Created: p.Created, ID: p.ID}
			}
			if !more {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("drafts %v, want %v", got, want)
		}
	})
}

func TestSearchPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 5 {
			w.public(good())
		}
		seen := map[policy.ID]bool{}
		page := search.Page{Limit: 2}
		for {
			found, next, err := w.Search(t.Context(), "補貼 居住證", page)
			w.must("search", err)
			for _, p := range found {
				if p.Body != "" || p.Title == "" || p.Language == "" || p.Issuer == "" || p.Published.IsZero() || p.Number == "" {
					t.Errorf("in a list: %+v", p)
				}
				seen[p.ID] = true
			}
			if next.IsZero() {
				break
			}
			page.After = next
		}
		if len(seen) != 5 {
			t.Errorf("%d found, want 5", len(seen))
		}
	})
}

func TestPublishingIsOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.draft(good())
		w.inTx(func(ctx context.Context) error { _, err := w.Publish(ctx, publisher, p.ID); return err })
		_, err := w.Get(t.Context(), p.ID)
		w.fails("get", err, policy.ErrNotFound)
		if found := w.titles("补贴"); len(found) != 0 {
			t.Errorf("finds %v", found)
		}
	})
}

func TestTwoPublishersAndOneWhoWithdraws(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 5 {
			p := w.draft(good())
			done := make(chan error)
			for _, do := range []func() error{
				func() error { _, err := w.Publish(t.Context(), publisher, p.ID); return err },
				func() error { _, err := w.Publish(t.Context(), officer("third", "tax"), p.ID); return err },
				func() error { _, err := w.Withdraw(t.Context(), author, p.ID); return err },
			} {
				go func() { done <- do() }()
			}
			for range 3 {
				if err := <-done; err != nil && !errors.Is(err, policy.ErrWithdrawn) && !errors.Is(err, policy.ErrStale) {
					t.Error(err)
				}
			}
			_, err := w.Get(t.Context(), p.ID)
			if found := w.titles("补贴"); errors.Is(err, policy.ErrNotFound) != (len(found) == 0) {
				t.Errorf("read: %v, found: %v", err, found)
			}
			_, err = w.Withdraw(t.Context(), author, p.ID)
			w.must("withdraw", err)
		}
	})
}

func TestTheAuditEntryNamesTheDutyAndNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, look := audit.Begin(t.Context(), publisher, "policy.v1.DeskService/PublishPolicy", "")
		_, err := w.Publish(ctx, publisher, w.draft(good()).ID)
		w.must("publish", err)
		if subjects := look.Subjects(); len(subjects) != 0 {
			t.Errorf("it concerns %v", subjects)
		}
	})
}

func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := policy.New(policy.Deps{}); err == nil {
		t.Error("made of nothing")
	}
}
