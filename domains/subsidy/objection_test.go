package subsidy_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// reviewer answers objections.
var reviewer = dossiertest.Officer("reviewer")

// decided is somebody to whom 200.00 yuan are due, and the decision that says so.
func (w *world) decided(t testing.TB, i int) (dossiertest.Person, subsidy.DecisionID) {
	t.Helper()
	p := w.person(t, i)
	w.works(p.Pass).payments = []upstream.TaxPayment{wages(fmt.Sprint("R", i), 100_000, 0)}
	w.decideAll(t)
	return p, w.latest(t, p)
}

// latest is the decision that holds for somebody.
func (w *world) latest(t testing.TB, p dossiertest.Person) subsidy.DecisionID {
	t.Helper()
	m := w.mine(t, p)
	if len(m.Decisions) != 1 {
		t.Fatalf("%d decisions hold, want one", len(m.Decisions))
	}
	return m.Decisions[0].ID
}

func (w *world) mine(t testing.TB, p dossiertest.Person) subsidy.Mine {
	t.Helper()
	m, err := w.Mine(t.Context(), w.Holder(p.Pass))
	must(t, "look", err)
	return m
}

// object files an objection.
func (w *world) object(t testing.TB, p dossiertest.Person, id subsidy.DecisionID, reason string) subsidy.Objection {
	t.Helper()
	o, err := w.FileObjection(t.Context(), w.Holder(p.Pass), id, reason)
	must(t, "object", err)
	return o
}

// queue is the objections that an officer is shown.
func (w *world) queue(t testing.TB, by actor.Actor) (ids []subsidy.ObjectionID, list []subsidy.OpenObjection) {
	t.Helper()
	list, err := w.OpenObjections(t.Context(), by)
	must(t, "list objections", err)
	for _, o := range list {
		ids = append(ids, o.Objection.ID)
	}
	return ids, list
}

// at is a moment of Shanghai's clock.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, dossiertest.Zone)
	must(t, "read a time", err)
	return moment
}

// TestObjectionDeadlines: the sixtieth day after the decision is in time to its last
// second, the next one is not; the answer is due at the end of the fifteenth working day
// of the official calendar, and late from then on.
func TestObjectionDeadlines(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, id := w.decided(t, 0) // on Monday, 2026-03-30
		q, theirs := w.decided(t, 1)
		if got, want := w.mine(t, p).Decisions[0].ObjectUntil(), at(t, "2026-05-30 00:00:00"); !got.Equal(want) {
			t.Errorf("it may be objected to until %s, want %s", got, want)
		}
		early := w.object(t, p, id, "too little")
		// From 4 to 6 April is Qingming.
		if want := at(t, "2026-04-22 00:00:00"); !early.Due.Equal(want) || !early.Filed.Equal(dossiertest.Start) {
			t.Errorf("filed %s, due %s, want %s", early.Filed, early.Due, want)
		}
		for moment, late := range map[string]bool{"2026-04-21 23:59:59": false, "2026-04-22 00:00:00": true} {
			if early.Late(at(t, moment)) != late {
				t.Errorf("at %s it is late: %v", moment, !late)
			}
		}
		w.Clock.Advance(at(t, "2026-05-29 23:59:59").Sub(w.Clock.Now()))
		w.object(t, q, theirs, "on the last day")
		third, another := w.decided(t, 2) // decided two months later than the others
		w.Clock.Advance(time.Second)
		_, err := w.FileObjection(t.Context(), w.Holder(third.Pass), id, "not mine")
		fails(t, "somebody else's late one", err, subsidy.ErrDecision)
		w.object(t, third, another, "in time for its own day")
		if again := w.object(t, p, id, "again"); again.ID != early.ID {
			t.Error("filing again when it is too late does not return the first one")
		}
		if _, list := w.queue(t, reviewer); len(list) != 3 || !list[0].Late || list[1].Late {
			t.Errorf("%d wait, want three of which the first is late", len(list))
		}
	})
}

// TestObjectionTooLate: from the sixty-first day on there is none.
func TestObjectionTooLate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, id := w.decided(t, 0)
		w.Clock.Advance(at(t, "2026-05-30 00:00:00").Sub(w.Clock.Now()))
		_, err := w.FileObjection(t.Context(), w.Holder(p.Pass), id, "too late")
		fails(t, "on the day after", err, subsidy.ErrObjectionLate)
		if m := w.mine(t, p); len(m.Objections) != 0 {
			t.Errorf("%d objections", len(m.Objections))
		}
	})
}

// TestObjectionIsTheFilesOwn: only the holder objects, to a decision that holds, once;
// what was filed stays in sight when a later decision takes the place.
func TestObjectionIsTheFilesOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, id := w.decided(t, 0)
		q, theirs := w.decided(t, 1)
		me := w.Holder(p.Pass)
		delegate := me
		delegate.Delegate, delegate.Delegation = w.ID(q.Pass), "d"
		for what, x := range map[string]struct {
			by   actor.Actor
			id   subsidy.DecisionID
			want *fault.Fault
		}{
			"somebody else's":  {me, theirs, subsidy.ErrDecision},
			"one of nobody's":  {me, "01957000-0000-7000-8000-ffffffffffff", subsidy.ErrDecision},
			"a delegate":       {delegate, id, guard.ErrNotFound},
			"an officer":       {reviewer, id, guard.ErrNotFound},
			"nobody":           {actor.Actor{}, id, guard.ErrNotFound},
			"the other holder": {w.Holder(q.Pass), id, subsidy.ErrDecision},
		} {
			_, err := w.FileObjection(t.Context(), x.by, x.id, "why")
			fails(t, what, err, x.want)
		}
		first := w.object(t, p, id, "too little")
		w.Clock.Advance(time.Hour)
		if again := w.object(t, p, id, "other words"); again != first {
			t.Errorf("again is %+v of %q, want the first one", again, again.Reason)
		}
		for _, x := range []struct {
			p  dossiertest.Person
			id subsidy.DecisionID
		}{{p, id}, {q, theirs}} {
			w.of(x.p.Pass).payments[0].PaidFen = 200_000
		}
		w.decideAll(t)
		_, err := w.FileObjection(t.Context(), w.Holder(q.Pass), theirs, "why")
		fails(t, "an overtaken decision", err, subsidy.ErrObjectionOvertaken)
		if again := w.object(t, p, id, "why"); again != first {
			t.Error("an objection to what was overtaken since is not the first one")
		}
		second := w.object(t, p, w.latest(t, p), "still too little")
		if m := w.mine(t, p); !slices.Equal(m.Objections, []subsidy.Objection{second, first}) {
			t.Errorf("%d objections are shown, want both", len(m.Objections))
		}
		if _, list := w.queue(t, reviewer); len(list) != 2 || !list[0].Overtaken || list[1].Overtaken || list[0].Decision.ID != id {
			t.Errorf("%d wait, want two of which the first is to an overtaken decision", len(list))
		}
	})
}

// TestObjectAtOnce: however many at a time file, there is one.
func TestObjectAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, id := w.decided(t, 0)
		by := w.Holder(p.Pass)
		var at sync.WaitGroup
		got := make([]subsidy.Objection, 8)
		for i := range got {
			at.Go(func() {
				var err error
				if got[i], err = w.FileObjection(t.Context(), by, id, fmt.Sprint("words ", i)); err != nil {
					t.Errorf("object: %v", err)
				}
			})
		}
		at.Wait()
		for _, o := range got {
			if o != got[0] {
				t.Errorf("%s of %q and %s of %q", o.ID, o.Reason, got[0].ID, got[0].Reason)
			}
		}
	})
}

// TestObjectionAnswered: an answer is given once, the person is told of it, no decision
// changes by it, and one that is upheld is a task.
func TestObjectionAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, id := w.decided(t, 0)
		q, theirs := w.decided(t, 1)
		right, wrong := w.object(t, p, id, "SECRET tax"), w.object(t, q, theirs, "more")
		rows := w.rows(t)
		w.Clock.Advance(time.Hour)
		upheld, err := w.DecideObjection(t.Context(), reviewer, right.ID, true, "SECRET receipt is there")
		must(t, "uphold", err)
		dismissed, err := w.DecideObjection(t.Context(), reviewer, wrong.ID, false, "it is a fifth")
		must(t, "dismiss", err)
		if upheld.State != subsidy.ObjectionUpheld || dismissed.State != subsidy.ObjectionDismissed || !upheld.Decided.Equal(w.Clock.Now()) {
			t.Errorf("%s and %s at %s", upheld.State, dismissed.State, upheld.Decided)
		}
		for _, yes := range []bool{true, false} {
			for _, o := range []subsidy.Objection{right, wrong} {
				_, err := w.DecideObjection(t.Context(), reviewer, o.ID, yes, "once more")
				fails(t, "a second answer", err, subsidy.ErrObjectionDecided)
			}
		}
		_, err = w.FileObjection(t.Context(), w.Holder(p.Pass), id, "again")
		fails(t, "filing what was answered", err, subsidy.ErrObjectionDecided)
		if m := w.mine(t, p); len(m.Objections) != 1 || m.Objections[0] != upheld || upheld.Answer != "SECRET receipt is there" {
			t.Errorf("%d objections, the answer is %q", len(m.Objections), upheld.Answer)
		}
		if ids, _ := w.queue(t, reviewer); len(ids) != 0 {
			t.Errorf("%v still wait", ids)
		}
		w.told = slices.DeleteFunc(w.told, func(m notice.Message) bool { return !strings.Contains(m.Kind, "objection") })
		for i, want := range []notice.Message{
			{Document: w.ID(p.Pass), Kind: "subsidy_objection_upheld", About: string(id)},
			{Document: w.ID(q.Pass), Kind: "subsidy_objection_dismissed", About: string(theirs)},
		} {
			if len(w.told) != 2 || w.told[i].Document != want.Document || w.told[i].Kind != want.Kind || w.told[i].About != want.About ||
				w.told[i].Args["Year"] != "2025" || strings.Contains(fmt.Sprint(w.told), "SECRET") {
				t.Errorf("told %+v, want %+v", w.told, want)
			}
		}
		tasks, err := w.Tasks(t.Context(), checker)
		if err != nil || len(tasks) != 1 || tasks[0].Kind != subsidy.TaskObjectionUpheld || tasks[0].Decision() != id || tasks[0].Expected != 20_000 {
			t.Errorf("%+v and %v, want one task about the decision", tasks, err)
		}
		if now := w.rows(t); !slices.Equal(slices.DeleteFunc(now, func(r string) bool { return strings.Contains(r, "objection_upheld") }), rows) {
			t.Error("a decision, a claim or a payout changed")
		}
		w.decideAll(t)
		w.of(p.Pass).payments[0].PaidFen = 200_000 // somebody saw to it
		w.run(t, 2, 0, 0, 1)
	})
}

// TestWhoAnswersObjections: an officer with the duty to review who may enter the file, and
// had no part in paying the decision.
func TestWhoAnswersObjections(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.payee(t, 0, 100_000)
		b := w.approved(t, 1_000_000)
		must(t, "pay", w.Pay(t.Context(), string(b.ID)))
		o := w.object(t, p, w.latest(t, p), "more")
		tied, idle := dossiertest.Officer("tied"), dossiertest.Officer("idle")
		w.Staff.Tie(tied.Officer, w.Number(p.Pass))
		idle.Duties = []actor.Duty{actor.Accept, actor.Approve, actor.Pay}
		for what, x := range map[string]struct {
			by   actor.Actor
			id   subsidy.ObjectionID
			want *fault.Fault
		}{
			"who prepared the batch": {maker, o.ID, guard.ErrMaker},
			"who approved it":        {checker, o.ID, guard.ErrMaker},
			"family":                 {tied, o.ID, guard.ErrConflict},
			"without the duty":       {idle, o.ID, guard.ErrNotFound},
			"the person":             {w.Holder(p.Pass), o.ID, guard.ErrNotFound},
			"nobody":                 {actor.Actor{}, o.ID, guard.ErrNotFound},
			"one of nobody's":        {reviewer, "01957000-0000-7000-8000-ffffffffffff", subsidy.ErrObjection},
		} {
			_, err := w.DecideObjection(t.Context(), x.by, x.id, true, "why")
			fails(t, what, err, x.want)
		}
		for _, by := range []actor.Actor{idle, w.Holder(p.Pass), {}} {
			_, err := w.OpenObjections(t.Context(), by)
			fails(t, "list", err, guard.ErrNotFound)
		}
		if ids, _ := w.queue(t, tied); len(ids) != 0 {
			t.Errorf("family is shown %v", ids)
		}
		if got := w.object(t, p, o.Decision, "x"); got.State != subsidy.ObjectionOpen {
			t.Errorf("it is %s after all that", got.State)
		}
		_, err := w.DecideObjection(t.Context(), reviewer, o.ID, true, "why")
		must(t, "answer", err)
		tasks, err := w.Tasks(t.Context(), checker)
		if err != nil || len(tasks) != 1 || tasks[0].Payout == "" {
			t.Errorf("%+v and %v, want a task that names the payout", tasks, err)
		}
	})
}

// TestObjectionQueue: the first deadline first, 200 at most, and those of other regions
// hide nothing, however many they are.
func TestObjectionQueue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, far := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		for who, area := range map[dossiertest.Person]string{p: "350128", far: "350200"} {
			entry := w.PermitEntry(who, "")
			entry.Area = area
			w.Take(entry)
		}
		for i := range 201 {
			w.objectsTo(t, far.Permit, fmt.Sprint(3000+i))
		}
		w.Clock.Advance(7 * 24 * time.Hour)
		last := w.objectsTo(t, p.Permit, "2999")
		near := dossiertest.Officer("near")
		w.Staff.Limit(near.Officer, "350128")
		if ids, _ := w.queue(t, near); !slices.Equal(ids, []subsidy.ObjectionID{last}) {
			t.Errorf("%d are shown, want the one of the officer's region", len(ids))
		}
		_, err := w.DecideObjection(t.Context(), near, w.first(t), true, "why")
		fails(t, "another region's", err, subsidy.ErrObjection)
		ids, list := w.queue(t, reviewer)
		if len(ids) != 200 || slices.Contains(ids, last) {
			t.Fatalf("%d are shown, want the first 200", len(ids))
		}
		sorted := slices.IsSortedFunc(list, func(a, b subsidy.OpenObjection) int { return a.Objection.Due.Compare(b.Objection.Due) })
		if !sorted || list[0].Objection.Reason != "3000 is wrong" || list[0].Decision.Period != "3000" {
			t.Errorf("sorted %v, the first says %q to %s", sorted, list[0].Objection.Reason, list[0].Decision.Period)
		}
	})
}

// objectsTo files an objection to a decision of a period that a test writes.
func (w *world) objectsTo(t testing.TB, raw, period string) subsidy.ObjectionID {
	t.Helper()
	id, owner := w.newID(), string(w.ID(raw))
	keys, err := w.Vault.Make(t.Context(), owner)
	must(t, "make a key", err)
	sealed, err := keys.Seal(owner, []byte(`{"trace":{},"left_out":null,"voucher":"V"}`), "entitlement/"+id)
	must(t, "seal a statement", err)
	must(t, "decide", w.DB.InTx(t.Context(), func(ctx context.Context) error {
		return w.DB.Client(ctx).Entitlement.Create().SetID(id).SetDocumentID(owner).SetPolicy("pingtan_iit").SetPeriod(period).
			SetNumber(1).SetLatest(true).SetOutcome("entitled").SetFen(100).SetVersionName("v").SetStatementSealed(sealed).
			SetCreateTime(w.Clock.Now()).Exec(ctx)
	}))
	o, err := w.FileObjection(t.Context(), w.Holder(raw), subsidy.DecisionID(id), period+" is wrong")
	must(t, "object", err)
	return o.ID
}

// first is the objection that waits longest.
func (w *world) first(t testing.TB) subsidy.ObjectionID {
	t.Helper()
	ids, _ := w.queue(t, reviewer)
	return ids[0]
}

// TestObjectionsHeldAndForgotten: what was said is sealed, is held for the person, and is
// blank once it is forgotten; what was open waits no more, and nothing of anybody else
// changes.
func TestObjectionsHeldAndForgotten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, id := w.decided(t, 0)
		q, theirs := w.decided(t, 1)
		open, answered := w.object(t, q, theirs, "CANARY open"), w.object(t, p, id, "CANARY reason")
		_, err := w.DecideObjection(t.Context(), reviewer, answered.ID, true, "CANARY answer")
		must(t, "answer", err)
		tasks, err := w.Tasks(t.Context(), checker)
		must(t, "tasks", err)
		must(t, "close", w.CloseTask(t.Context(), checker, tasks[0].ID, "CANARY note"))
		h := w.holdings(t, w.ID(p.Pass))
		if len(h.Objections) != 1 || h.Objections[0].Reason != "CANARY reason" || h.Objections[0].Answer != "CANARY answer" ||
			h.Objections[0].State != subsidy.ObjectionUpheld || h.Objections[0].Decision != id {
			t.Errorf("%d objections are held", len(h.Objections))
		}
		if len(h.Tasks) != 1 || h.Tasks[0].Note != "CANARY note" {
			t.Errorf("%d tasks are held, want the one about the objection", len(h.Tasks))
		}
		var heard strings.Builder
		_, list := w.queue(t, reviewer)
		slog.New(slog.NewTextHandler(&heard, nil)).Info("x", "h", h, "o", open, "list", list[0], "fault", err)
		if strings.Contains(heard.String(), "CANARY") {
			t.Errorf("the log has %s", heard.String())
		}
		rows := w.objectionRows(t)
		for _, r := range rows {
			if strings.Contains(r, "CANARY") {
				t.Errorf("in clear: %s", r)
			}
		}

		w.Clock.Advance(time.Hour)
		w.forget(t, w.ID(p.Pass))
		if now := w.objectionRows(t); now[string(theirs)] != rows[string(theirs)] || now[string(id)] == rows[string(id)] {
			t.Error("the objection did not change, or somebody else's did")
		}
		after := w.holdings(t, w.ID(p.Pass))
		if o := after.Objections[0]; o.Reason != "" || o.Answer != "" || o.State != subsidy.ObjectionUpheld || !o.Decided.Equal(h.Objections[0].Decided) {
			t.Errorf("%q, %q, %s", o.Reason, o.Answer, o.State)
		}
		if len(after.Tasks) != 1 || after.Tasks[0].Note != "" {
			t.Errorf("the tasks are %+v", after.Tasks)
		}
		w.erase(t, q.Pass)
		if ids, _ := w.queue(t, reviewer); len(ids) != 0 {
			t.Errorf("%v of nobody's wait", ids)
		}
		_, err = w.DecideObjection(t.Context(), reviewer, open.ID, true, "why")
		fails(t, "a forgotten one", err, subsidy.ErrObjection)
		now := w.objectionRows(t)
		if !strings.Contains(now[string(theirs)], "state=withdrawn") {
			t.Errorf("the open one is %s", now[string(theirs)])
		}
		w.Clock.Advance(time.Hour)
		w.forget(t, w.ID(p.Pass))
		if again := w.objectionRows(t); again[string(id)] != now[string(id)] {
			t.Error("forgetting again changes something")
		}
	})
}

// objectionRows are all of them as texts, with what they hold, by the decision.
func (w *world) objectionRows(t testing.TB) map[string]string {
	t.Helper()
	rows := map[string]string{}
	for _, r := range w.DB.Client(t.Context()).SubsidyObjection.Query().AllX(t.Context()) {
		rows[r.EntitlementID] = fmt.Sprintf("%v %s %s", r, r.ReasonSealed, r.AnswerSealed)
	}
	return rows
}
