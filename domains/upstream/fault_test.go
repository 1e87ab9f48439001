package upstream_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestFaults breaks each authority in each way and asks it once by each method.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, broken := range []sandbox.Fault{sandbox.Slow, sandbox.Gone, sandbox.Error, sandbox.DoneUnsaid, sandbox.Garbage} {
		for i, p := range ports(t, dial(t, "http://nowhere.test", nil)) {
			t.Run(string(broken)+"/"+string(p.authority)+"/"+p.name, func(t *testing.T) {
				t.Parallel()
				tryBroken(t, broken, i)
			})
		}
	}
}

// tryBroken asks by one of the methods, before and after the authority heals.
func tryBroken(t *testing.T, broken sandbox.Fault, which int) {
	t.Helper()
	box := sandbox.New(population, now, token, nil)
	limit := 5 * time.Second
	if broken == sandbox.Slow {
		limit = 100 * time.Millisecond
	}
	url := serve(t, box)
	p := ports(t, dial(t, url, func(c *upstream.Config) { c.Limit = limit }))[which]
	box.SetFault(p.authority, broken, time.Minute)
	begin := time.Now()
	err := p.call()
	if took := time.Since(begin); took > limit+time.Second {
		t.Errorf("it took %v, want at most %v", took, limit)
	}
	wantUnavailable(t, err, p.authority)
	if got := box.Count(p.authority).Received; got > 3 {
		t.Errorf("tried %d times, want at most 3", got)
	}
	box.SetFault(p.authority, sandbox.Healthy, 0)
	if broken == sandbox.Slow { // what is well may take its time on a busy machine
		p = ports(t, dial(t, url, nil))[which]
	}
	if err := p.call(); err != nil {
		t.Errorf("after healing: %v", err)
	}
}

// TestRefusedPhone: that a phone is refused is an answer, given once, and no trouble
// of the gateway's.
func TestRefusedPhone(t *testing.T) {
	t.Parallel()
	box := sandbox.New(population, now, token, nil)
	clients := dial(t, serve(t, box), nil)
	dead, alive := "+8613800000001", "+8613800000002"
	box.Refuse(dead)
	const many = 20 // more than a breaker bears
	for range many {
		if _, err := clients.Send(t.Context(), upstream.Message{Key: newKey(), Phone: dead, Text: "text"}); !errors.Is(err, upstream.ErrRefused) {
			t.Fatalf("error is %v, want %v", err, upstream.ErrRefused)
		}
	}
	if got := box.Count(upstream.MessageGateway).Received; got != many {
		t.Errorf("asked %d times, want %d: a refusal is not tried again", got, many)
	}
	if _, err := clients.Send(t.Context(), upstream.Message{Key: newKey(), Phone: alive, Text: "text"}); err != nil {
		t.Errorf("to another phone: %v", err)
	}
	if a, b := len(box.Messages(dead)), len(box.Messages(alive)); a != 0 || b != 1 {
		t.Errorf("the phones have %d and %d messages, want 0 and 1", a, b)
	}
}

// wantUnavailable checks the fault, and that nothing of the question is in it.
func wantUnavailable(t *testing.T, err error, authority upstream.Authority) *fault.Fault {
	t.Helper()
	var f *fault.Fault
	if !errors.Is(err, upstream.ErrUnavailable) || !errors.As(err, &f) {
		t.Fatalf("error is %v, want %v", err, upstream.ErrUnavailable)
	}
	if got := f.Args()["Authority"]; got != string(authority) || f.Kind() != fault.Unavailable {
		t.Errorf("the fault blames %q, want %q", got, authority)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		t.Error("our own time limit looks like the caller's")
	}
	_, pass, permit := personWith(t, synthetic.Plain)
	for _, secret := range []string{pass.Number, permit.Number, pass.Names.Mainland, "+8612000000001"} {
		if strings.Contains(err.Error(), secret) {
			t.Error("the error holds personal data")
		}
	}
	return f
}

func TestRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(nil)
	server.Close()
	for authority, call := range calls(t, dial(t, server.URL, nil)) {
		wantUnavailable(t, call(), authority)
	}
}

func TestUntrustedCertificate(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(sandbox.New(population, now, token, nil))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	for authority, call := range calls(t, dial(t, server.URL, nil)) {
		wantUnavailable(t, call(), authority)
	}
}

// TestBreaker opens a breaker, sees it send one probe at a time, and heals it.
// The clock is a jumping one.
func TestBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := sandbox.New(population, now, token, nil)
		clients := dial(t, "http://sandbox.test", func(c *upstream.Config) { c.Transport = inProcess{box} })
		ask := calls(t, clients)[upstream.ExitEntryOffice]
		other := calls(t, clients)[upstream.PoliceOffice]
		received := func() int { return box.Count(upstream.ExitEntryOffice).Received }

		box.SetFault(upstream.ExitEntryOffice, sandbox.Gone, 0)
		for range 20 {
			wantUnavailable(t, ask(), upstream.ExitEntryOffice)
		}
		opened := received()
		if opened > 10 {
			t.Fatalf("the breaker opened after %d tries, want at most 10", opened)
		}
		if f := wantUnavailable(t, ask(), upstream.ExitEntryOffice); f.RetryAfter() < time.Second || f.RetryAfter() > 12*time.Second {
			t.Errorf("retry after %v, want about ten seconds", f.RetryAfter())
		}
		if err := other(); err != nil {
			t.Errorf("the other authority: %v", err)
		}

		time.Sleep(12 * time.Second) // the bubble's clock
		box.SetFault(upstream.ExitEntryOffice, sandbox.Slow, time.Second)
		crowd(t, 200, ask)
		if probes := received() - opened; probes != 1 {
			t.Errorf("%d of 200 callers got through to an authority that comes back, want 1", probes)
		}

		box.SetFault(upstream.ExitEntryOffice, sandbox.Healthy, 0)
		for range 3 {
			if err := ask(); err != nil {
				t.Errorf("after healing: %v", err)
			}
		}
	})
}

// crowd calls n times at once and waits for all.
func crowd(t *testing.T, n int, call func() error) {
	t.Helper()
	done := make(chan error)
	for range n {
		go func() { done <- call() }()
	}
	for range n {
		<-done
	}
}

func TestFailedProbeOpensAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := sandbox.New(population, now, token, nil)
		clients := dial(t, "http://sandbox.test", func(c *upstream.Config) {
			c.Transport = inProcess{box}
			c.Retries = -1
			c.Breaker = upstream.Breaker{Failures: 1, Open: time.Minute}
		})
		ask := calls(t, clients)[upstream.MessageGateway]
		box.SetFault(upstream.MessageGateway, sandbox.Gone, 0)
		for round := range 5 {
			_, _ = ask(), ask()
			if got := box.Count(upstream.MessageGateway).Received; got != round+1 {
				t.Fatalf("round %d: %d tries, want one a round", round, got)
			}
			time.Sleep(70 * time.Second) // the bubble's clock
		}
	})
}

func TestCallerLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := sandbox.New(population, now, token, nil)
		clients := dial(t, "http://sandbox.test", func(c *upstream.Config) { c.Transport = inProcess{box} })
		box.SetFault(upstream.ExitEntryOffice, sandbox.Slow, time.Minute)
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := clients.CheckPass(ctx, upstream.PassQuestion{Number: "90000001"})
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, upstream.ErrUnavailable) {
				t.Fatalf("error is %v, want the caller's own deadline", err)
			}
		}
		box.SetFault(upstream.ExitEntryOffice, sandbox.Healthy, 0)
		if err := calls(t, clients)[upstream.ExitEntryOffice](); err != nil {
			t.Errorf("callers who left opened the breaker: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := clients.CheckPass(ctx, upstream.PassQuestion{Number: "90000001"}); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v, want %v", err, context.Canceled)
		}
	})
}

// TestLeavingProbe: a caller who leaves while probing must give the permit back.
func TestLeavingProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := sandbox.New(population, now, token, nil)
		clients := dial(t, "http://sandbox.test", func(c *upstream.Config) { c.Transport = inProcess{box} })
		ask := calls(t, clients)[upstream.ExitEntryOffice]
		box.SetFault(upstream.ExitEntryOffice, sandbox.Gone, 0)
		_, _, _ = ask(), ask(), ask()
		time.Sleep(12 * time.Second) // the bubble's clock
		box.SetFault(upstream.ExitEntryOffice, sandbox.Slow, time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := clients.CheckPass(ctx, upstream.PassQuestion{Number: "90000001"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("error is %v, want the caller's own deadline", err)
		}
		box.SetFault(upstream.ExitEntryOffice, sandbox.Healthy, 0)
		time.Sleep(12 * time.Second) // the bubble's clock
		if err := ask(); err != nil {
			t.Errorf("the breaker never closed again: %v", err)
		}
	})
}

// TestWrongQuestions: questions that an authority refuses are not its failure.
func TestWrongQuestions(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	for range 30 {
		_, err := clients.CheckPass(t.Context(), upstream.PassQuestion{Number: "12"})
		wantUnavailable(t, err, upstream.ExitEntryOffice)
	}
	if got := box.Count(upstream.ExitEntryOffice).Received; got != 30 {
		t.Errorf("30 wrong questions were sent %d times, want no retries", got)
	}
	if err := calls(t, clients)[upstream.ExitEntryOffice](); err != nil {
		t.Errorf("wrong questions shut the authority: %v", err)
	}
}

func TestWrongToken(t *testing.T) {
	t.Parallel()
	box := sandbox.New(population, now, token, nil)
	url := serve(t, box)
	for _, wrong := range []string{"", "other"} {
		clients := dial(t, url, func(c *upstream.Config) { c.Token = wrong })
		for authority, call := range calls(t, clients) {
			wantUnavailable(t, call(), authority)
			if got := box.Count(authority).Received; got != 0 {
				t.Errorf("%s took a call with token %q", authority, wrong)
			}
		}
	}
}

// TestDoneUnsaid: a message went out and nobody said so. Trying again with the
// same key succeeds and sends nothing.
func TestDoneUnsaid(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	message := upstream.Message{Key: newKey(), Phone: "+8612000000007", Text: "once"}
	box.SetFault(upstream.MessageGateway, sandbox.DoneUnsaid, 0)
	_, err := clients.Send(t.Context(), message)
	wantUnavailable(t, err, upstream.MessageGateway)
	box.SetFault(upstream.MessageGateway, sandbox.Healthy, 0)
	first, err := clients.Send(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	again, err := clients.Send(t.Context(), message)
	if err != nil || again != first {
		t.Errorf("the same key got another message id, %v", err)
	}
	if got := len(box.Messages(message.Phone)); got != 1 {
		t.Errorf("%d messages arrived, want 1", got)
	}
	message.Text = "another text"
	_, err = clients.Send(t.Context(), message)
	wantUnavailable(t, err, upstream.MessageGateway)
	if got := len(box.Messages(message.Phone)); got != 1 {
		t.Errorf("a used key sent another text: %d messages, want 1", got)
	}
}
