package upstream_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

// TestHangingAuthority sends 200 callers to an authority that hangs. It is not
// parallel, because it counts goroutines.
func TestHangingAuthority(t *testing.T) {
	const callers, connections = 200, 16
	box := sandbox.New(population, now, token, nil)
	clients := dial(t, serve(t, box), func(c *upstream.Config) { c.Limit = time.Second })
	hang, healthy := calls(t, clients)[upstream.ExitEntryOffice], calls(t, clients)[upstream.PoliceOffice]
	if err := healthy(); err != nil {
		t.Fatal(err)
	}
	box.SetFault(upstream.ExitEntryOffice, sandbox.Slow, time.Minute)
	before := runtime.NumGoroutine()
	failed := make(chan error, callers)
	for range callers {
		go func() { failed <- hang() }()
	}
	for box.Count(upstream.ExitEntryOffice).Received < connections {
		runtime.Gosched()
	}
	// Per caller itself, Connect's and the transport's; per connection two on
	// each side and the server's handler.
	if got, most := runtime.NumGoroutine()-before, 3*callers+5*connections; got > most {
		t.Errorf("%d goroutines for %d callers, want at most %d", got, callers, most)
	}
	if err := healthy(); err != nil {
		t.Errorf("the other authority: %v", err)
	}
	for range callers {
		wantUnavailable(t, <-failed, upstream.ExitEntryOffice)
	}
	// Who waited for a connection may get one in the moment before giving up.
	if got := box.Count(upstream.ExitEntryOffice).Received; got > callers {
		t.Errorf("%d calls reached the hanging authority, want at most one a caller", got)
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before+4*connections; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left, %d before", runtime.NumGoroutine(), before)
		}
	}
}
