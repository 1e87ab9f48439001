package campaign_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/work"
	documentrow "github.com/minzhengtong/minzhengtong/gen/ent/document"
	row "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// TestOnePersonIsToldOnce: the first document is looked at, then files change,
// then the others are looked at.
func TestOnePersonIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, tt := range map[string]struct {
			before, after func()
			want          []int
		}{
			"two documents of one file":            {func() { w.move(2, 1) }, func() {}, []int{1, 3}},
			"the second joins the first":           {func() {}, func() { w.move(2, 1) }, []int{1, 3}},
			"the first joins the second":           {func() {}, func() { w.move(1, 2) }, []int{1, 3}},
			"both join a third":                    {func() {}, func() { w.move(1, 3); w.move(2, 3) }, []int{1}},
			"they part, and are two":               {func() { w.move(2, 1) }, func() { w.move(2, 2) }, []int{1, 2, 3}},
			"they part the other way, and are two": {func() { w.move(1, 2) }, func() { w.move(1, 1) }, []int{1, 2, 3}},
		} {
			w.fresh(3)
			tt.before()
			d := good()
			d.Pace = 1
			id := w.begin(d)
			if n := w.step(); n != 1 {
				t.Errorf("%s: the first step did %d", name, n)
			}
			tt.after()
			w.run(id)
			if told := w.told(id); !slices.Equal(told, tt.want) {
				t.Errorf("%s: told are %v, want %v", name, told, tt.want)
			}
			w.stands(name, id, campaign.Done, int64(len(tt.want)), int64(3-len(tt.want)))
		}
	})
}

// fresh has n documents, each in a file of its own again.
func (w *world) fresh(n int) {
	w.t.Helper()
	for i := range n {
		there, err := w.db.Client(w.t.Context()).Document.Query().Where(documentrow.ID(uuidOf("d", i+1))).Exist(w.t.Context())
		w.must("look", err)
		if !there {
			w.put(paper{n: i + 1})
		}
		w.move(i+1, i+1)
	}
}

// run lets time pass until a campaign is over.
func (w *world) run(id campaign.ID) {
	w.t.Helper()
	for range 10_000 {
		if s := w.get(id).State; s == campaign.Done || s == campaign.Stopped {
			return
		}
		w.steps()
		w.advance(time.Second)
	}
	w.t.Fatal("the campaign does not end")
}

func TestWhoLeavesThePopulationMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(4)...)
		d := good()
		d.Pace = 1
		id := w.begin(d)
		w.step()
		w.must("shred", w.vault.Shred(t.Context(), uuidOf("d", 2))) // erased, and the row is not blanked yet
		w.write(func(ctx context.Context) error {
			return w.db.Client(ctx).Document.UpdateOneID(uuidOf("d", 3)).SetRecorded(documentrow.RecordedLost).Exec(ctx)
		})
		w.put(paper{n: 5})
		w.run(id)
		if told := w.told(id); !slices.Equal(told, []int{1, 4, 5}) {
			t.Errorf("told are %v, want 1, 4 and 5", told)
		}
		w.stands("at the end", id, campaign.Done, 3, 1)
	})
}

// TestWhoTurnedCampaignsOff has the inbox, and nothing through a channel.
func TestWhoTurnedCampaignsOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.put(people(2)...)
		loud, quiet := actor.Actor{Role: actor.Person, Document: paper{n: 1}.id()}, actor.Actor{Role: actor.Person, Document: paper{n: 2}.id()}
		for _, by := range []actor.Actor{loud, quiet} {
			_, err := w.notices.AddEndpoint(ctx, by, notice.Address{Push: w.push.Browser(t).Subscription()})
			w.must("add a browser", err)
		}
		w.must("turn campaigns off", w.notices.Choose(ctx, quiet, notice.Choice{Topic: notice.Campaign}))
		id := w.begin(good())
		w.steps()
		w.queue.Run(t, map[string]work.Handler{notice.DeliverWork: w.notices.Deliver, notice.CodeWork: w.notices.SendCode})
		if told := w.told(id); !slices.Equal(told, []int{1, 2}) || w.push.Tries() != 1 {
			t.Errorf("told are %v by %d pushes, want both and 1", told, w.push.Tries())
		}
		for _, by := range []actor.Actor{loud, quiet} {
			l, err := w.notices.List(ctx, by, notice.Page{Limit: 10})
			if err != nil || len(l.Notices) != 1 || *l.Notices[0].Text != (notice.Text{Title: good().Title, Body: good().Body, Language: "zh-Hans"}) {
				t.Errorf("%s finds %d notices, %v", by.Document, len(l.Notices), err)
			}
		}
		w.write(func(ctx context.Context) error {
			return w.db.Client(ctx).Notice.Update().Where(row.DocumentID(string(quiet.Document))).SetReadTime(start).Exec(ctx)
		})
		_, report, err := w.Get(ctx, approver, id)
		w.must("get", err)
		if want := []campaign.Line{{Channel: notice.Push, State: notice.Sent, Count: 1}}; report.Read != 1 || !slices.Equal(report.Lines, want) {
			t.Errorf("the report is %+v, want one reader and %v", report, want)
		}
	})
}

func TestReportsAreApart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(2)...)
		first, second := w.begin(good()), w.begin(good())
		w.steps()
		w.write(func(ctx context.Context) error {
			return w.db.Client(ctx).Notice.Update().Where(row.About(string(first))).SetReadTime(start).Exec(ctx)
		})
		for id, want := range map[campaign.ID]int64{first: 2, second: 0} {
			_, report, err := w.Get(t.Context(), author, id)
			if err != nil || report.Read != want || len(report.Lines) != 0 {
				t.Errorf("%s: %+v, %v, want %d readers", id, report, err, want)
			}
		}
	})
}

// TestKilledAnywhere: four processes work at once; each fails often, before it
// tells, after, and by leaving; an officer pauses and resumes meanwhile.
func TestKilledAnywhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const persons = 1500
		papers := people(persons)
		for i := range papers {
			if i%3 == 2 {
				papers[i].file = papers[i].n - 1 // a second document of the one before
			}
		}
		w.put(papers...)
		d := good()
		d.Pace = 1500
		id := w.begin(d)
		var all sync.WaitGroup
		for p := range 4 {
			all.Go(func() { w.mortal(rand.New(rand.NewPCG(uint64(p), 5))) })
		}
		all.Go(func() {
			for range 20 {
				for _, how := range []campaign.Steering{campaign.Pause, campaign.Resume} {
					if _, err := w.Steer(t.Context(), approver, id, how, nil); err != nil && !errors.Is(err, campaign.ErrState) {
						t.Errorf("%s: %v", how, err)
					}
					time.Sleep(10 * time.Millisecond)
				}
			}
		})
		all.Wait()
		told := w.told(id)
		var want []int
		for _, p := range papers {
			if p.file == 0 {
				want = append(want, p.n)
			}
		}
		if !slices.Equal(told, want) {
			t.Errorf("%d notices, want each of %d people told once", len(told), len(want))
		}
		w.stands("at the end", id, campaign.Done, int64(len(want)), int64(persons-len(want)))
	})
}

// mortal is a process that is killed most of the time.
func (w *world) mortal(chance *rand.Rand) {
	killed := errors.New("killed")
	for !w.over() {
		ctx, leave := context.WithCancel(w.t.Context())
		s := w.another(func(ctx context.Context, messages []notice.Message) (int, error) {
			switch chance.IntN(6) {
			case 0:
				return 0, killed
			case 1:
				return 0, errors.Join(second(w.notices.TellMany(ctx, messages[:len(messages)/2])), killed)
			case 2:
				return 0, errors.Join(second(w.notices.TellMany(ctx, messages)), killed)
			case 3:
				n, err := w.notices.TellMany(ctx, messages)
				leave()
				return n, err
			}
			return w.notices.TellMany(ctx, messages)
		})
		if _, err := s.Step(ctx); err != nil && !errors.Is(err, killed) && !errors.Is(err, context.Canceled) {
			w.t.Errorf("step: %v", err)
		}
		leave()
		w.advance(time.Second)
	}
}

func second[T any](_ T, err error) error { return err }

func (w *world) over() bool {
	list, _, err := w.List(w.t.Context(), author, campaign.Cursor{}, 1)
	return err != nil || list[0].State == campaign.Done || w.t.Failed()
}

func TestOneCampaignDoesNotHoldUpAnother(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(2)...)
		bad, fine := w.begin(good()), w.begin(good())
		broken := errors.New("broken")
		s := w.another(func(ctx context.Context, messages []notice.Message) (int, error) {
			if messages[0].About == string(bad) {
				return 0, broken
			}
			return w.notices.TellMany(ctx, messages)
		})
		n, err := s.Step(t.Context())
		w.fails("step", err, broken)
		if n != 2 {
			t.Errorf("did %d, want 2", n)
		}
		w.stands("the bad one", bad, campaign.Approved, 0, 0)
		w.stands("the other one", fine, campaign.Done, 2, 0)
	})
}

func TestBatchesOfFiveHundred(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.put(people(1000)...)
		id := w.begin(good())
		for _, want := range []int{500, 500, 0, 0} {
			if n := w.step(); n != want {
				t.Errorf("a step did %d, want %d", n, want)
			}
		}
		w.stands("at the end", id, campaign.Done, 1000, 0)
	})
}
