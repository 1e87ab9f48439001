package dossier_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// callers is how many call at once.
const callers = 50

// together runs f for each caller, all at the same moment, and waits.
func together(f func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range callers {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

// works fails unless a third action still works: nothing was left locked.
func works(t *testing.T, w *dossiertest.World) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	p := dossiertest.NewPerson(5000)
	if _, err := w.TakeDocuments(ctx, []dossier.Entry{w.PassEntry(p), w.PermitEntry(p, "")}); err != nil {
		t.Fatalf("take documents afterwards: %v", err)
	}
	link, err := w.LinkAtWindow(ctx, dossiertest.Officer("a"), w.Number(p.Pass), w.Number(p.Permit), "")
	must(t, "link afterwards", err)
	_, err = w.Unlink(ctx, dossiertest.Officer("a"), link.ID, "")
	must(t, "unlink afterwards", err)
}

// proofs counts the proofs on file.
func proofs(t *testing.T, w *dossiertest.World) int {
	t.Helper()
	n, err := w.DB.Client(t.Context()).Proof.Query().Count(t.Context())
	must(t, "count proofs", err)
	return n
}

func TestFiftyAskForOneLink(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		w.Know(p, p.Pass)
		by, target := w.Holder(p.Pass), w.Number(p.Permit)
		var answers [callers]asked
		var errs [callers]error
		together(func(i int) {
			answers[i].inquiry, answers[i].link, errs[i] = w.LinkDocument(t.Context(), by, target)
		})
		link := linked(t, w, p, dossier.PermitNamesPass)
		for i, got := range answers {
			must(t, "link", errs[i])
			if got.link.ID == "" { // it was open by another caller: look again
				q, err := w.GetInquiry(t.Context(), by, got.inquiry.ID)
				must(t, "get the inquiry", err)
				got.inquiry, got.link.ID = q, q.Link
			}
			if got.link.ID != link.ID {
				t.Errorf("caller %d: %s %q, want the one link", i, got.inquiry.State, got.link.ID)
			}
		}
		if n := proofs(t, w); n != 1 {
			t.Errorf("%d proofs are kept, want 1", n)
		}
		works(t, w)
	})
}

func TestFiftyOfficersLinkOnePair(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		pass, permit := w.Number(p.Pass), w.Number(p.Permit)
		var links [callers]dossier.Link
		var errs [callers]error
		together(func(i int) {
			a, b := pass, permit
			if i%2 == 1 {
				a, b = b, a
			}
			links[i], errs[i] = w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), a, b, "")
		})
		link := linked(t, w, p, dossier.BothAtWindow)
		for i := range links {
			if errs[i] != nil || links[i].ID != link.ID {
				t.Errorf("caller %d: %v, want the one link", i, errs[i])
			}
		}
		if n := proofs(t, w); n != 1 {
			t.Errorf("%d proofs are kept, want 1", n)
		}
		works(t, w)
	})
}

func TestFiftyPermitsForOnePass(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Take(w.PassEntry(p))
		pass := w.Number(p.Pass)
		permits := make([]string, callers)
		for i := range permits {
			permits[i] = dossiertest.NewPerson(i + 1).Permit
			w.Take(w.PermitEntry(dossiertest.NewPerson(i+1), ""))
		}
		numbers := make([]func() (dossier.Link, error), callers)
		for i := range numbers {
			permit, turned := w.Number(permits[i]), i%2 == 1
			numbers[i] = func() (dossier.Link, error) {
				if turned {
					return w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), permit, pass, "")
				}
				return w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), pass, permit, "")
			}
		}
		var errs [callers]error
		together(func(i int) { _, errs[i] = numbers[i]() })
		won := 0
		for i, err := range errs {
			if err == nil {
				won++
				oneFile(t, w, p.Pass, permits[i])
				continue
			}
			fails(t, "a permit that came later", err, dossier.ErrContradicted)
			apart(t, w, p.Pass, permits[i])
		}
		if n := len(w.File(p.Pass).Documents); won != 1 || n != 2 || proofs(t, w) != 1 {
			t.Errorf("%d callers won and %d documents are on file, want 1 and 2", won, n)
		}
		works(t, w)
	})
}

// TestLinkAgainstUnlink: whoever is last, the file is whole and the link and
// the file agree.
func TestLinkAgainstUnlink(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		link := w.Join(p)
		w.Know(p, p.Pass)
		pass, permit, by := w.Number(p.Pass), w.Number(p.Permit), w.Holder(p.Pass)
		var errs [callers]error
		together(func(i int) {
			switch i % 3 {
			case 0:
				_, errs[i] = w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), pass, permit, "")
			case 1:
				_, errs[i] = w.Unlink(t.Context(), dossiertest.Officer("a"), link.ID, "")
			default:
				_, _, errs[i] = w.LinkDocument(t.Context(), by, permit)
			}
		})
		for i, err := range errs {
			if err != nil {
				t.Errorf("caller %d: %v", i, err)
			}
		}
		file := w.File(p.Pass)
		if holding(file) == 1 {
			oneFile(t, w, p.Pass, p.Permit)
		} else {
			apart(t, w, p.Pass, p.Permit)
		}
		if holding(file) > 1 {
			t.Errorf("%d links hold, want at most 1", holding(file))
		}
		works(t, w)
	})
}

// TestTwoWorkers: each inquiry is decided once, whoever took it up.
func TestTwoWorkers(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		const people = 60
		for i := range people {
			p := dossiertest.NewPerson(i)
			w.Know(p, p.Pass)
			w.Take(w.PassEntry(p), w.PermitEntry(p, p.Pass))
		}
		var mu sync.Mutex
		total := 0
		var workers sync.WaitGroup
		for range 2 {
			workers.Go(func() {
				for {
					n, err := w.FinishInquiries(t.Context(), 7)
					if errors.Is(err, entdb.ErrUnavailable) {
						continue // others were first; a worker comes again
					}
					if err != nil {
						t.Errorf("finish inquiries: %v", err)
						return
					}
					if n == 0 {
						return
					}
					mu.Lock()
					total += n
					mu.Unlock()
				}
			})
		}
		workers.Wait()
		if total != people || proofs(t, w) != people {
			t.Errorf("%d inquiries were taken up and %d proofs kept, want %d of each", total, proofs(t, w), people)
		}
		for i := range people {
			linked(t, w, dossiertest.NewPerson(i), dossier.PermitNamesPass)
		}
	})
}

// TestSlowWorkerIsOvertaken: one who was away longer than the lease decides
// nothing when the answer comes at last.
func TestSlowWorkerIsOvertaken(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Know(p, p.Pass)
		w.Take(w.PassEntry(p), w.PermitEntry(p, p.Pass))
		entered, release := w.Authorities.Hold(upstream.PoliceOffice)
		done := make(chan error, 1)
		go func() {
			_, err := w.FinishInquiries(t.Context(), 10)
			done <- err
		}()
		<-entered
		w.Finish() // leased: nothing is due
		apart(t, w, p.Pass, p.Permit)
		w.Authorities.OnCall(upstream.PoliceOffice, nil)
		w.Clock.Advance(time.Minute)
		w.Finish()
		link := linked(t, w, p, dossier.PermitNamesPass)
		_, err := w.Unlink(t.Context(), dossiertest.Officer("a"), link.ID, "")
		must(t, "unlink", err)
		release()
		must(t, "the slow worker", <-done)
		apart(t, w, p.Pass, p.Permit)
		if n := proofs(t, w); n != 1 {
			t.Errorf("%d proofs are kept, want 1", n)
		}
	})
}
