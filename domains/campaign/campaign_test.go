package campaign_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

func TestFromDraftToDone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.put(people(3)...)
		n, err := w.Preview(ctx, author, good())
		if list, _, _ := w.List(ctx, author, campaign.Cursor{}, 10); err != nil || n != 3 || len(list) != 0 {
			t.Errorf("previewed: %d people, %d campaigns, %v", n, len(list), err)
		}
		c := w.draft(good())
		if c.State != campaign.Drafted || c.Expected != 3 || c.Author != "author" || c.Department != "tax" || !c.Started.IsZero() {
			t.Errorf("drafted: %+v", c)
		}
		w.steps()
		w.stands("a draft", c.ID, campaign.Drafted, 0, 0)
		_, err = w.Approve(ctx, author, c.ID, time.Time{})
		w.fails("approve the own draft", err, guard.ErrMaker)
		_, err = w.Approve(ctx, stranger, c.ID, time.Time{})
		w.fails("approve another department's", err, campaign.ErrNotFound)
		_, _, err = w.Get(ctx, stranger, c.ID)
		w.fails("get another department's", err, campaign.ErrNotFound)
		_, err = w.Steer(ctx, stranger, c.ID, campaign.Stop, nil)
		w.fails("stop another department's", err, campaign.ErrNotFound)

		begin := start.Add(time.Hour)
		approved, err := w.Approve(ctx, approver, c.ID, begin)
		w.must("approve", err)
		again, err := w.Approve(ctx, officer("third", "tax"), c.ID, begin.Add(time.Hour))
		w.must("approve again", err)
		if approved.State != campaign.Approved || !again.Started.Equal(begin) || again.Approver != "approver" {
			t.Errorf("approved: %+v, again %+v", approved, again)
		}
		if w.step() != 0 {
			t.Error("it begins before its time")
		}
		w.advance(time.Hour)
		w.steps()
		w.stands("after a step", c.ID, campaign.Done, 3, 0)
		got := w.get(c.ID)
		if d := good(); got.Title != d.Title || got.Body != d.Body || got.Language != d.Language || !got.Ended.Equal(begin) || !got.Started.Equal(begin) {
			t.Errorf("got %+v, want the draft as written", got)
		}
		if told := w.told(c.ID); !slices.Equal(told, []int{1, 2, 3}) {
			t.Errorf("told are %v, want all three", told)
		}
		again, err = w.Approve(ctx, approver, c.ID, time.Time{})
		if err != nil || again.State != campaign.Done || w.step() != 0 {
			t.Errorf("approved when done: %s, %v", again.State, err)
		}
	})
}

func TestPopulations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(
			paper{n: 1, area: "350128", to: "2026-11-25"}, // the last day is today
			paper{n: 2, area: "350100", to: "2026-11-24"}, // over
			paper{n: 3, area: "350203", to: "2027-01-31", kind: document.TaiwanPermit},
			paper{n: 4, area: "440100", kind: document.ResidentID},
			paper{n: 5, recorded: document.Lost, area: "350128"},
			paper{n: 6, recorded: document.Revoked},
			paper{n: 7, recorded: document.Replaced},
			paper{n: 8, erased: true, area: "350128"},
			paper{n: 9, kind: document.CreditCode, area: "350128"},
			paper{n: 10, file: 1, area: "350102", to: "2027-02-01", kind: document.TaiwanPermit}, // of the first person
		)
		for _, tt := range []struct {
			name string
			p    campaign.Population
			want []int
		}{
			{"everybody", campaign.Population{}, []int{1, 3, 4}},
			{"a kind", campaign.Population{Kinds: []document.Kind{document.TaiwanPermit}}, []int{3, 10}},
			{"two kinds", campaign.Population{Kinds: []document.Kind{document.TaiwanPass, document.ResidentID}}, []int{1, 4}},
			{"a province", campaign.Population{Areas: []string{"350000"}}, []int{1, 3}},
			{"a city", campaign.Population{Areas: []string{"350200"}}, []int{3}},
			{"a city of two documents", campaign.Population{Areas: []string{"350100"}}, []int{1}},
			{"a county", campaign.Population{Areas: []string{"350128"}}, []int{1}},
			{"areas of every size", campaign.Population{Areas: []string{"440000", "350200", "350102"}}, []int{3, 4, 10}},
			{"from a day", campaign.Population{ExpiresFrom: "2027-01-31"}, []int{3, 10}},
			{"to a day", campaign.Population{ExpiresTo: "2027-01-31"}, []int{1, 3}},
			{"one day", campaign.Population{ExpiresFrom: "2026-11-25", ExpiresTo: "2026-11-25"}, []int{1}},
			{"all of it", campaign.Population{Kinds: []document.Kind{document.TaiwanPermit}, Areas: []string{"350000"}, ExpiresTo: "2027-01-31"}, []int{3}},
			{"nobody", campaign.Population{Areas: []string{"110000"}}, []int{}},
		} {
			d := good()
			d.Population = tt.p
			n, err := w.Preview(t.Context(), author, d)
			w.must("preview", err)
			id := w.begin(d)
			w.steps()
			if told := w.told(id); !slices.Equal(told, tt.want) || n != int64(len(tt.want)) {
				t.Errorf("%s: %d previewed, told are %v, want %v", tt.name, n, told, tt.want)
			}
			if c := w.get(id); c.State != campaign.Done || c.Expected != n || c.Told != n {
				t.Errorf("%s: %+v", tt.name, c)
			}
		}
	})
}

func TestDraftsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		long := strings.Repeat("文", 2001)
		for name, tt := range map[string]struct {
			change func(d *campaign.Draft)
			want   *fault.Fault
		}{
			"no title":                {func(d *campaign.Draft) { d.Title = "" }, campaign.ErrText.On("title")},
			"a title of spaces":       {func(d *campaign.Draft) { d.Title = "　　　" }, campaign.ErrText.On("title")},
			"a title of two lines":    {func(d *campaign.Draft) { d.Title = "一\n二" }, campaign.ErrText.On("title")},
			"a long title":            {func(d *campaign.Draft) { d.Title = long[:3*101] }, campaign.ErrText.On("title")},
			"a long body":             {func(d *campaign.Draft) { d.Body = long }, campaign.ErrText.On("body")},
			"a tab":                   {func(d *campaign.Draft) { d.Body = "一\t二" }, campaign.ErrText.On("body")},
			"NUL":                     {func(d *campaign.Draft) { d.Body = "一\x00二" }, campaign.ErrText.On("body")},
			"broken UTF-8":            {func(d *campaign.Draft) { d.Body = "一二\xff" }, campaign.ErrText.On("body")},
			"a mark turning the text": {func(d *campaign.Draft) { d.Title = "核对\u202e" }, campaign.ErrText.On("title")},
			"another language":        {func(d *campaign.Draft) { d.Language = "en" }, campaign.ErrText.On("source_language")},
			"a pace below zero":       {func(d *campaign.Draft) { d.Pace = -1 }, campaign.ErrText.On("pace")},
			"a pace out of bounds":    {func(d *campaign.Draft) { d.Pace = 10_000_001 }, campaign.ErrText.On("pace")},
			"an unknown kind":         kinds("passport"),
			"a firm's kind":           kinds(document.CreditCode),
			"an area of letters":      areas("35010x"),
			"a short area":            areas("3501"),
			"no area of this world":   areas("000000"),
			"too many areas":          areas(slices.Repeat([]string{"350000"}, 101)...),
			"no such day":             days("2026-02-29", "", "expires_from"),
			"no day at all":           days("", "later", "expires_to"),
			"the end comes first":     days("2026-01-02", "2026-01-01", "expires_to"),
		} {
			d := good()
			tt.change(&d)
			_, previewed := w.Preview(t.Context(), author, d)
			_, drafted := w.Draft(t.Context(), author, d)
			for _, err := range []error{previewed, drafted} {
				if f, ok := errors.AsType[*fault.Fault](err); !ok || !f.Is(tt.want) || f.Field() != tt.want.Field() {
					t.Errorf("%s: %v, want %v on %s", name, err, tt.want, tt.want.Field())
				}
			}
		}
	})
}

// refused is a change of a draft, and the fault that it leads to.
type refused = struct {
	change func(d *campaign.Draft)
	want   *fault.Fault
}

func kinds(list ...document.Kind) refused {
	return refused{func(d *campaign.Draft) { d.Population.Kinds = list }, campaign.ErrPopulation.On("population.document_kinds")}
}

func areas(list ...string) refused {
	return refused{func(d *campaign.Draft) { d.Population.Areas = list }, campaign.ErrPopulation.On("population.areas")}
}

func days(from, to, field string) refused {
	return refused{func(d *campaign.Draft) { d.Population.ExpiresFrom, d.Population.ExpiresTo = from, to }, campaign.ErrPopulation.On("population." + field)}
}

func TestDraftsAtTheBounds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(1)...)
		for name, d := range map[string]campaign.Draft{
			"the shortest": {Title: "核对", Body: "证照", Language: "zh-Hant-TW"},
			"the longest":  {Title: strings.Repeat("𠮷", 100), Body: strings.Repeat("\n𠮷", 1000), Language: "zh-Hans", Pace: 10_000_000},
		} {
			id := w.begin(d)
			w.steps()
			if c := w.get(id); c.Told != 1 || c.Title != d.Title || c.Body != d.Body || c.Pace != d.Pace {
				t.Errorf("%s: %+v", name, c)
			}
		}
	})
}

func TestOnlyOfficersOfADepartment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.draft(good()).ID
		for name, by := range map[string]actor.Actor{
			"nobody": {}, "a person": {Role: actor.Person, Document: "d"}, "a system": {Role: actor.System, Officer: "system", Department: "tax"},
			"an officer of no department": {Role: actor.Officer, Officer: "lost"},
		} {
			_, err := w.Preview(t.Context(), by, good())
			w.fails(name+" previews", err, campaign.ErrNotFound)
			_, err = w.Draft(t.Context(), by, good())
			w.fails(name+" drafts", err, campaign.ErrNotFound)
			_, _, err = w.List(t.Context(), by, campaign.Cursor{}, 1)
			w.fails(name+" lists", err, campaign.ErrNotFound)
			_, _, err = w.Get(t.Context(), by, id)
			w.fails(name+" gets", err, campaign.ErrNotFound)
			_, err = w.Approve(t.Context(), by, id, time.Time{})
			w.fails(name+" approves", err, campaign.ErrNotFound)
			_, err = w.Steer(t.Context(), by, id, campaign.Stop, nil)
			w.fails(name+" steers", err, campaign.ErrNotFound)
		}
		_, _, err := w.Get(t.Context(), author, "01900000-0000-7000-8000-000000000000")
		w.fails("get what is not there", err, campaign.ErrNotFound)
	})
}

func TestTheAuditEntryNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(1)...)
		ctx, look := audit.Begin(t.Context(), approver, "campaign.v1.CampaignService/ApproveCampaign", "")
		_, err := w.Approve(ctx, approver, w.draft(good()).ID, time.Time{})
		w.must("approve", err)
		if subjects := look.Subjects(); len(subjects) != 0 {
			t.Errorf("it concerns %v", subjects)
		}
	})
}

func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := campaign.New(campaign.Deps{}); err == nil {
		t.Error("made of nothing")
	}
}

func TestPagesOfADepartment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var want []campaign.ID
		for i := range 5 {
			want = append([]campaign.ID{w.draft(good()).ID}, want...)
			if i%2 == 0 { // two of them at one moment
				w.advance(time.Second)
			}
		}
		_, err := w.Draft(t.Context(), stranger, good())
		w.must("draft elsewhere", err)
		var got []campaign.ID
		after := campaign.Cursor{}
		for more := true; more; {
			var page []campaign.Campaign
			page, more, err = w.List(t.Context(), approver, after, 2)
			w.must("list", err)
			for _, c := range page {
				got = append(got, c.ID)
				after = campaign.Cursor{Created: c.Created, ID: c.ID}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("listed are %v, want %v", got, want)
		}
	})
}
