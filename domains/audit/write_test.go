package audit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
)

// newest is the entry that was written last.
func newest(t *testing.T, w *audittest.World) audit.Entry {
	t.Helper()
	list, _, err := w.ListEntries(t.Context(), audit.Filter{}, audit.Page{Limit: 1})
	must(t, "list entries", err)
	if len(list) != 1 {
		t.Fatal("there is no entry")
	}
	return list[0]
}

func TestEntrySaysEverything(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		ctx, l := audit.Begin(t.Context(), officer, find, "request-7")
		audit.Concerns(ctx, doc(2), doc(1), doc(2))
		audit.On(ctx, audit.Consented("c1"))
		audit.On(ctx, audit.Legal("tax-12"))
		audit.On(ctx, audit.Legal("tax-12"))
		l.Why("申請人到場")
		must(t, "finish", w.Finish(ctx, l, "CONFLICT_OF_INTEREST"))
		got := newest(t, w)
		want := audit.Entry{
			ID: got.ID, Time: audittest.Start, Role: actor.Officer, Actor: string(officer.Officer), Office: officer.Office,
			Department: officer.Department, Duty: actor.Review, Action: find, Subjects: []actor.DocumentID{doc(1), doc(2)},
			Why: "申請人到場", Basis: "consent/c1 law/tax-12", Outcome: "CONFLICT_OF_INTEREST", Request: "request-7", Position: audit.Unnumbered,
		}
		if fmt.Sprintf("%+v", fields(got)) != fmt.Sprintf("%+v", fields(want)) {
			t.Errorf("entry is\n%+v, want\n%+v", fields(got), fields(want))
		}
	})
}

// fields is an entry without what only the package sees.
func fields(e audit.Entry) []any {
	return []any{
		e.ID, e.Time, e.Role, e.Actor, e.Delegate, e.Delegation, e.Session, e.Office, e.Department, e.Duty, e.Action,
		e.Subjects, e.Why, e.Basis, e.Outcome, e.Request, e.Position,
	}
}

func TestSubjectsAndBasisThatNobodyNamed(t *testing.T) {
	delegate := person(1)
	delegate.Delegate, delegate.Delegation = doc(2), "d1"
	tests := []struct {
		name     string
		by       actor.Actor
		subjects int
		basis    audit.Basis
		actor    string
	}{
		{"a person's call is about the person", person(1), 1, audit.Own, string(doc(1))},
		{"a delegate's call is about the principal", delegate, 1, "delegation/d1", string(doc(1))},
		{"an officer's call can be about nobody", officer, 0, "duty/review", string(officer.Officer)},
		{"nobody's call", actor.Actor{}, 0, audit.None, ""},
	}
	each(t, func(t *testing.T, w *audittest.World) {
		for _, tt := range tests {
			look(t, w, tt.by, "")
			got := newest(t, w)
			if len(got.Subjects) != tt.subjects || got.Basis != tt.basis || got.Actor != tt.actor {
				t.Errorf("%s: subjects %v, basis %q, actor %q", tt.name, got.Subjects, got.Basis, got.Actor)
			}
			if tt.subjects == 1 && got.Subjects[0] != doc(1) {
				t.Errorf("%s: about %v, want document 1", tt.name, got.Subjects)
			}
		}
		number(t, w)
		sound(t, w, int64(len(tests)))
	})
}

func TestEntryGoesWithItsTransaction(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		back := errors.New("taken back")
		write := func(outcome error) error {
			return w.DB.InTx(t.Context(), func(ctx context.Context) error {
				ctx, l := audit.Begin(ctx, officer, find, "")
				audit.Concerns(ctx, doc(1))
				if err := w.Finish(ctx, l, audit.OK); err != nil {
					return err
				}
				return outcome
			})
		}
		fails(t, "a transaction that is taken back", write(back), back)
		if n := ask[int](t, w, "SELECT count(*) FROM audit_entries"); n != 0 {
			t.Errorf("%d entries after a transaction that was taken back, want none", n)
		}
		must(t, "a transaction", write(nil))
		if n := ask[int](t, w, "SELECT count(*) FROM audit_subjects"); n != 1 {
			t.Errorf("%d subjects after a transaction, want one", n)
		}
	})
}

// TestManyAtOnce writes from many goroutines at once: every entry is there when
// its caller hears of it, and once.
func TestManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		const callers, calls = 40, 10
		var all sync.WaitGroup
		for c := range callers {
			all.Go(func() {
				for i := range calls {
					request := fmt.Sprintf("%d-%d", c, i)
					ctx, l := audit.Begin(t.Context(), officer, request, request)
					audit.Concerns(ctx, doc(c))
					if err := w.Finish(ctx, l, audit.OK); err != nil {
						t.Errorf("finish: %v", err)
						return
					}
					got, _, err := w.ListEntries(t.Context(), audit.Filter{Action: request}, audit.Page{Limit: 5})
					if err != nil || len(got) != 1 {
						t.Errorf("%d entries of a call that was told it is written (%v), want one", len(got), err)
					}
				}
			})
		}
		all.Wait()
		number(t, w)
		sound(t, w, callers*calls)
	})
}

// TestCallerLeaves: whoever does not wait hears the context's error, and the
// others' entries are written all the same.
func TestCallerLeaves(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		var all sync.WaitGroup
		for i := range 60 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%3)*time.Millisecond)
				defer cancel()
				leaves := i%3 < 2
				if !leaves {
					ctx = t.Context()
				}
				ctx, l := audit.Begin(ctx, officer, fmt.Sprint("call-", i), "")
				audit.Concerns(ctx, doc(i), doc(i+100))
				err := w.Finish(ctx, l, audit.OK)
				if err != nil && (!leaves || !errors.Is(err, context.DeadlineExceeded)) {
					t.Errorf("finish: %v", err)
				}
			})
		}
		all.Wait()
		look(t, w, officer, "") // what waited before it is done
		number(t, w)
		entries := ask[int](t, w, "SELECT count(*) FROM audit_entries")
		if subjects := ask[int](t, w, "SELECT count(*) FROM audit_subjects"); entries < 21 || subjects != 2*(entries-1) {
			t.Errorf("%d entries with %d subjects, want at least 21, whole", entries, subjects)
		}
		sound(t, w, int64(entries))
	})
}

// TestHostileWords writes words that a database or JSON would refuse or change.
func TestHostileWords(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		by := officer
		by.Office = "\xff\x00<b>&\u2028'; DROP TABLE audit_entries;--"
		long := make([]byte, 100_000)
		for i := range long {
			long[i] = 'x'
		}
		ctx, l := audit.Begin(t.Context(), by, string(long), string(long))
		must(t, "finish", w.Finish(ctx, l, string(long)))
		must(t, "change", w.Change(t.Context(), "job/\xc3\x28", actor.Actor{Role: actor.System, Officer: "jobs"}, doc(1)))
		number(t, w)
		sound(t, w, 2)
	})
}

func TestChange(t *testing.T) {
	each(t, func(t *testing.T, w *audittest.World) {
		jobs := actor.Actor{Role: actor.System, Officer: "jobs"}
		ctx, l := audit.Begin(t.Context(), person(1), find, "")
		must(t, "change within a call", w.Change(ctx, "job/renew", jobs, doc(5)))
		if n := ask[int](t, w, "SELECT count(*) FROM audit_entries"); n != 0 {
			t.Errorf("%d entries of a change within a call, want none of its own", n)
		}
		must(t, "finish", w.Finish(ctx, l, audit.OK))
		if got := newest(t, w); len(got.Subjects) != 1 || got.Subjects[0] != doc(5) || got.Action != find {
			t.Errorf("the call's entry is %+v, want one about document 5", fields(got))
		}
		must(t, "change", w.DB.InTx(t.Context(), func(ctx context.Context) error {
			return w.Change(ctx, "job/renew", jobs, doc(7), doc(6), doc(7))
		}))
		if got := newest(t, w); len(got.Subjects) != 2 || got.Action != "job/renew" || got.Outcome != audit.OK || got.Actor != "jobs" {
			t.Errorf("the job's entry is %+v, want one about documents 6 and 7", fields(got))
		}
	})
}
