package dossier_test

import (
	"context"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// dying returns a context that ends inside a call of an authority: the process
// is gone after it asked and before it could decide. The authority has answered
// by then, or has not.
func dying(t *testing.T, w *dossiertest.World, who upstream.Authority, answered bool) context.Context {
	t.Helper()
	ctx, die := context.WithCancel(t.Context())
	t.Cleanup(die)
	w.Authorities.OnCall(who, func(context.Context) error {
		die()
		w.Authorities.OnCall(who, nil)
		if answered {
			return nil
		}
		return context.Canceled
	})
	return ctx
}

func TestKilledBetweenAskingAndDeciding(t *testing.T) {
	steps := map[string]func(ctx context.Context, w *dossiertest.World, p dossiertest.Person) error{
		"link": func(ctx context.Context, w *dossiertest.World, p dossiertest.Person) error {
			_, _, err := w.LinkDocument(ctx, w.Holder(p.Pass), w.Number(p.Permit))
			return err
		},
		"job": func(ctx context.Context, w *dossiertest.World, _ dossiertest.Person) error {
			_, err := w.FinishInquiries(ctx, 10)
			return err
		},
	}
	for name, step := range steps {
		for _, who := range []upstream.Authority{upstream.PoliceOffice, upstream.NationalCheck} {
			for _, answered := range []bool{true, false} {
				t.Run(name+"/"+string(who), func(t *testing.T) {
					each(t, func(t *testing.T, w *dossiertest.World) { kill(t, w, step, name == "job", who, answered) })
				})
			}
		}
	}
}

func kill(t *testing.T, w *dossiertest.World, step func(context.Context, *dossiertest.World, dossiertest.Person) error,
	job bool, who upstream.Authority, answered bool,
) {
	p := dossiertest.NewPerson(0)
	w.Settle(p)
	w.Authorities.SetLink(p.Pass, p.Permit, upstream.Match)
	if job { // the holder asked while the police were gone
		w.Authorities.SetDown(upstream.PoliceOffice, true)
		ask(t, w, p.Pass, p.Permit)
		w.Authorities.SetDown(upstream.PoliceOffice, false)
		w.Clock.Advance(15 * time.Second)
	}
	fails(t, "the step that was killed", step(dying(t, w, who, answered), w, p), context.Canceled)
	apart(t, w, p.Pass, p.Permit)
	file := w.File(p.Pass)
	if len(file.Inquiries) != 1 || file.Inquiries[0].State != dossier.Pending {
		t.Fatalf("%d inquiries are open, want 1 that is pending", len(file.Inquiries))
	}
	w.Clock.Advance(time.Minute - time.Microsecond)
	w.Finish()
	apart(t, w, p.Pass, p.Permit)
	w.Clock.Advance(time.Microsecond)
	w.Finish()
	linked(t, w, p, dossier.NationalCheck)
	if n := proofs(t, w); n != 1 {
		t.Errorf("%d proofs are kept, want 1", n)
	}
	if keys := w.Authorities.Keys(); len(keys) != 1 || keys[0] != string(file.Inquiries[0].ID) {
		t.Errorf("the national check saw %d keys, want the inquiry's alone", len(keys))
	}
}

// TestKilledRenewal: the same for a renewal.
func TestKilledRenewal(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		w.Authorities.SetPass(p.PassNo(1), renewed(p, 1, p.Pass))
		_, _, err := w.Renew(dying(t, w, upstream.ExitEntryOffice, true), w.Holder(p.Pass), w.ID(p.Pass), p.PassNo(1))
		fails(t, "the step that was killed", err, context.Canceled)
		w.Finish()
		if n := len(w.File(p.Pass).Documents); n != 2 {
			t.Errorf("%d documents are on file while it is leased, want 2", n)
		}
		w.Clock.Advance(time.Minute)
		w.Finish()
		oneFile(t, w, p.Pass, p.PassNo(1), p.Permit)
	})
}
