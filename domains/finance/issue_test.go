package finance_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/finance"
)

// TestFromApplicationToVerification: somebody applies, one officer reviews, another one
// approves, and a bank verifies the certificate online and offline, until it is revoked.
func TestFromApplicationToVerification(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(0)
		a := w.applied(t, p.Pass)
		if want := time.Date(2026, 4, 15, 0, 0, 0, 0, dossiertest.Zone).UTC(); a.State != finance.Applied || a.Due != want { // from 4 to 6 April is Qingming
			t.Errorf("applied: %s, due %s, want %s", a.State, a.Due, want)
		}
		seen, v, err := w.Review(t.Context(), officer("reviewer"), a.ID, "SECRET in order")
		must(t, "review", err)
		if seen.State != finance.InReview || v.Report != a.Report || v.Superseded || len(v.Digest) != 64 || v.Grade != "a" || len(v.Gaps) != 0 || v.Voucher == "" {
			t.Errorf("reviewed: %s, %+v", seen.State, v)
		}
		done, err := w.Decide(t.Context(), officer("approver"), a.ID, true, "SECRET granted")
		must(t, "approve", err)
		again, err := w.Decide(t.Context(), officer("approver"), a.ID, true, "SECRET granted")
		if err != nil || again.Number != done.Number || again.Issued != done.Issued {
			t.Errorf("approved again: %s (%v), want %s", again.Number, err, done.Number)
		}
		list := w.licences(t, p.Pass)
		if len(list) != 1 || list[0].Number != done.Number || done.Edition != 1 || list[0].Values["report_digest"] != v.Digest ||
			list[0].Values["grade"] != "a" || list[0].Values["purpose"] != "SECRET shop" || list[0].Values["holder_name"] == "" {
			t.Fatalf("licences are %v", list)
		}
		w.worth(t, "once issued", list[0].Token, check.Authentic)
		mine, err := w.Applications(t.Context(), w.Holder(p.Permit)) // the other document of the file
		if err != nil || len(mine) != 1 || mine[0].Finding != "SECRET in order" || mine[0].Answer != "SECRET granted" {
			t.Errorf("the applicant reads %d (%v)", len(mine), err)
		}
		for range 2 {
			_, err = w.Revoke(t.Context(), officer("approver"), a.ID, "SECRET wrong")
			must(t, "revoke", err)
		}
		w.worthAtLast(t, "once revoked", list[0].Token, check.Revoked)
		if got, want := w.told(t, p.Pass), []string{"finance_issued", "finance_revoked"}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

// worthAtLast is worth once status lists that were handed out before are over.
func (w *world) worthAtLast(t testing.TB, when, text string, want check.Standing) {
	t.Helper()
	w.Clock.Advance(credential.ListKeep)
	w.worth(t, when, text, want)
}

// TestItRunsOut: a certificate is over by the clock, and the next application makes its next
// edition.
func TestItRunsOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(0)
		first := w.issued(t, w.applied(t, p.Pass))
		old := w.licences(t, p.Pass)[0]
		w.Clock.Advance(365 * 24 * time.Hour)
		w.worth(t, "a year later", old.Token, check.Expired)
		next := w.issued(t, w.applied(t, p.Permit))
		list := w.licences(t, p.Pass)
		if next.Number != first.Number || next.Edition != 2 || len(list) != 1 || list[0].Edition != 2 {
			t.Errorf("renewed as %s edition %d, %d licences", next.Number, next.Edition, len(list))
		}
		w.worthAtLast(t, "the new one", list[0].Token, check.Authentic)
		_, err := w.Revoke(t.Context(), officer("approver"), first.ID, "wrong")
		fails(t, "revoke by an earlier application", err, finance.ErrNotIssued)
	})
}

// TestAfterRevocation: a certificate that was revoked has no next edition; the next
// application makes another one.
func TestAfterRevocation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(0)
		first := w.issued(t, w.applied(t, p.Pass))
		// It is revoked by the room alone, as where a process died in between.
		_, err := w.credentials.Move(t.Context(), officer("x"), first.Number, credential.Revoked, "why")
		must(t, "revoke", err)
		next := w.issued(t, w.applied(t, p.Pass))
		if next.Number == first.Number || next.Edition != 1 {
			t.Errorf("issued %s edition %d after %s", next.Number, next.Edition, first.Number)
		}
		_, err = w.Revoke(t.Context(), officer("approver"), next.ID, "why")
		must(t, "revoke", err)
		last := w.issued(t, w.applied(t, p.Pass))
		if last.Number == next.Number {
			t.Error("a revoked certificate has a next edition")
		}
	})
}

// dying issues and then is gone, or is gone before.
type dying struct {
	finance.Credentials
	after bool
}

var errKilled = errors.New("killed")

// Issue implements [finance.Credentials].
func (d dying) Issue(ctx context.Context, by actor.Actor, draft credential.Draft) (credential.Credential, error) {
	if d.after {
		if _, err := d.Credentials.Issue(ctx, by, draft); err != nil {
			return credential.Credential{}, err
		}
	}
	return credential.Credential{}, errKilled
}

// Amend implements [finance.Credentials].
func (d dying) Amend(ctx context.Context, by actor.Actor, number credential.Number, a credential.Amendment) (credential.Credential, error) {
	if _, err := d.Credentials.Amend(ctx, by, number, a); err != nil {
		return credential.Credential{}, err
	}
	return credential.Credential{}, errKilled
}

// renewing dies once the next edition is there.
type renewing struct{ dying }

// Issue implements [finance.Credentials].
func (r renewing) Issue(ctx context.Context, by actor.Actor, draft credential.Draft) (credential.Credential, error) {
	return r.Credentials.Issue(ctx, by, draft)
}

// TestKilledBetweenApprovalAndIssue: wherever a process dies, the job or a repeat finishes
// it, and there is one certificate, or one next edition.
func TestKilledBetweenApprovalAndIssue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(0)
		edition := 0
		for name, issuing := range map[string]finance.Credentials{
			"before": dying{w.credentials, false}, "after": dying{w.credentials, true}, "renewing": renewing{dying{w.credentials, true}},
		} {
			a := w.applied(t, p.Pass)
			w.reviewed(t, a)
			_, err := w.with(t, issuing).Decide(t.Context(), officer("approver"), a.ID, true, "granted")
			if edition > 0 || name != "renewing" { // the first one is no renewal
				if !errors.Is(err, errKilled) {
					t.Fatalf("%s: %v, want it killed", name, err)
				}
				waiting, err := w.Apply(t.Context(), w.Holder(p.Pass), a.Report, "another")
				if err != nil || waiting.ID != a.ID || waiting.State != finance.Approved {
					t.Errorf("%s: applied again: %s %s (%v)", name, waiting.ID, waiting.State, err)
				}
				n, err := w.Service.Finish(t.Context(), 10)
				if err != nil || n != 1 {
					t.Errorf("%s: finished %d (%v)", name, n, err)
				}
			}
			edition++
			if n, err := w.Service.Finish(t.Context(), 10); err != nil || n != 0 {
				t.Errorf("%s: finished %d again (%v)", name, n, err)
			}
			done, err := w.Decide(t.Context(), officer("approver"), a.ID, true, "granted")
			if list := w.licences(t, p.Pass); err != nil || done.Edition != edition || len(list) != 1 || list[0].Edition != edition {
				t.Errorf("%s: edition %d of %d licences (%v), want %d of one", name, done.Edition, len(list), err, edition)
			}
			w.Clock.Advance(time.Hour)
		}
		if n := len(w.told(t, p.Pass)); n != 3 {
			t.Errorf("told %d times, want 3", n)
		}
	})
}

// TestAtOnce: however many at a time apply, approve and finish, there is one application
// and one certificate.
func TestAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(0)
		r, _ := w.reported(t, p.Pass)
		var all sync.WaitGroup
		got := make([]finance.Application, 6)
		for i := range got {
			by := w.Holder([]string{p.Pass, p.Permit}[i%2])
			all.Go(func() {
				var err error
				if got[i], err = w.Apply(t.Context(), by, r.ID, "shop"); err != nil {
					t.Errorf("apply: %v", err)
				}
			})
		}
		all.Wait()
		for _, a := range got {
			if a.ID != got[0].ID {
				t.Errorf("applications %s and %s", a.ID, got[0].ID)
			}
		}
		w.reviewed(t, got[0])
		_, err := w.with(t, dying{w.credentials, false}).Decide(t.Context(), officer("approver"), got[0].ID, true, "granted")
		if !errors.Is(err, errKilled) {
			t.Fatalf("approve: %v", err)
		}
		for i := range 4 {
			all.Go(func() {
				if i%2 == 0 {
					_, err := w.Service.Finish(t.Context(), 10)
					if err != nil && !errors.Is(err, credential.ErrPending) {
						t.Errorf("finish: %v", err)
					}
					return
				}
				if _, err := w.Decide(t.Context(), officer("approver"), got[0].ID, true, "granted"); err != nil && !errors.Is(err, credential.ErrPending) {
					t.Errorf("approve again: %v", err)
				}
			})
		}
		all.Wait()
		if list := w.licences(t, p.Pass); len(list) != 1 || list[0].Edition != 1 {
			t.Errorf("there are %d certificates, want one", len(list))
		}
		// Whichever document came first is told.
		if told := append(w.told(t, p.Pass), w.told(t, p.Permit)...); len(told) != 1 {
			t.Errorf("told %v, want once", told)
		}
	})
}
