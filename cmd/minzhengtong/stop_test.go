package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestServeDrains stops the program while it reads a call, which still gets its
// answer; with a caller who never ends, the program stops at its limit.
func TestServeDrains(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := slices.Concat([]string{"serve", "--no-import"}, ports, small)
	p := start(t, dir, args...).ready(t)
	call := slowCall(t, p)
	p.signal(t, syscall.SIGTERM)
	p.await(t, `^Stopping\.$`)
	call.finish()
	if status := <-call.status; status != http.StatusBadRequest {
		t.Errorf("the running call: status %d, want the answer that its number is wrong", status)
	}
	if code := p.exit(t); code != 0 {
		t.Errorf("exit code %d", code)
	}

	p = start(t, dir, append(args, "--stop-limit", "300ms")...).ready(t)
	call = slowCall(t, p)
	p.signal(t, os.Interrupt)
	if code := p.exit(t); code != 1 || !strings.Contains(p.stderr.String(), "service did not stop in time") {
		t.Errorf("exit code %d, want 1 and the reason", code)
	}
	call.finish()
	if status := <-call.status; status != 0 {
		t.Errorf("the call that never ended has status %d", status)
	}
}

// running is a call whose body is not sent to its end yet.
type running struct {
	finish func()
	status chan int // 0 without an answer
}

// slowCall begins a call and returns when the program reads it.
func slowCall(t *testing.T, p *program) running {
	t.Helper()
	reads, release := make(chan struct{}), make(chan struct{})
	content, err := json.Marshal(map[string]any{"document": map[string]string{"number": "123"}})
	if err != nil {
		t.Fatal(err)
	}
	body := &slowBody{reads: reads, release: release, content: strings.NewReader(string(content))}
	url := p.addresses["service"] + "/minzhengtong.session.v1.SessionService/StartSignIn"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = int64(len(content))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Expect", "100-continue")
	r := running{finish: func() { close(release) }, status: make(chan int, 1)}
	transport := &http.Transport{ExpectContinueTimeout: patience}
	go func() {
		defer transport.CloseIdleConnections()
		res, err := transport.RoundTrip(req)
		if err != nil {
			r.status <- 0
			return
		}
		_ = res.Body.Close() // the status says it all
		r.status <- res.StatusCode
	}()
	select {
	case <-reads:
	case <-time.After(patience):
		t.Fatal("the program does not read the call")
	}
	return r
}

// slowBody is asked for its content when the other side is willing to read it.
type slowBody struct {
	reads, release chan struct{}
	asked          bool
	content        *strings.Reader
}

// Read implements io.Reader.
func (b *slowBody) Read(to []byte) (int, error) {
	if !b.asked {
		b.asked = true
		close(b.reads)
		<-b.release
	}
	return b.content.Read(to)
}

// TestServeSurvivesAKill kills the program in its first import. Started again it
// ends where an undisturbed one does.
func TestServeSurvivesAKill(t *testing.T) {
	t.Parallel()
	args := slices.Concat(ports, []string{"--people", "600", "--firms", "20"})
	killed, whole := t.TempDir(), t.TempDir()
	database := filepath.Join(killed, "data", "minzhengtong.db")
	p := start(t, killed, args...)
	if err := awaitRow(database, `SELECT count(*) > 0 FROM documents`); err != nil {
		t.Fatal(err)
	}
	p.signal(t, syscall.SIGKILL)
	if code := p.exit(t); code != -1 {
		t.Fatalf("exit code %d, want none", code)
	}
	for line := range p.lines {
		if strings.Contains(line, "serves at") {
			t.Fatal("the program was killed too late")
		}
	}
	p = start(t, killed, args...).ready(t)
	if out := strings.Join(p.shown, "\n"); strings.Contains(out, "passes:") && !strings.Contains(out, "went on where it was") {
		t.Error("the second start does not go on with the import that was begun")
	}
	p.stop(t)
	start(t, whole, args...).ready(t).stop(t)
	got, want := counts(t, "sqlite:"+database), counts(t, "sqlite:"+filepath.Join(whole, "data", "minzhengtong.db"))
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
