package main

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// parse reads a command line without ending the test.
func parse(t *testing.T, args ...string) (flags, string, error) {
	t.Helper()
	var f flags
	var help bytes.Buffer
	parser, err := kong.New(&f, append(options(), kong.Writers(&help, &help), kong.Exit(func(int) {}))...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return f, help.String(), err
}

func TestFlags(t *testing.T) {
	t.Parallel()
	f, _, err := parse(t)
	if err != nil || f != (flags{Listen: "127.0.0.1:8090", People: 14462, Firms: 568, Seed: 1, Token: "sandbox"}) {
		t.Errorf("defaults are %+v, %v", f, err)
	}
	for _, bad := range []string{"--people=0", "--people=9999999", "--firms=-1", "--token=", "--nonsense"} {
		if _, _, err := parse(t, bad); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	_, help, _ := parse(t, "--help")
	for _, word := range []string{"--listen", "--people", "--firms", "--seed", "--token", "synthetic"} {
		if !strings.Contains(help, word) {
			t.Errorf("the help does not mention %s", word)
		}
	}
}

// TestRun starts the program on a free port, asks it and stops it.
func TestRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := &lockedBuffer{wrote: make(chan struct{}, 100)}, make(chan error, 1)
	f := flags{Listen: "127.0.0.1:0", People: 50, Firms: 5, Seed: 3, Token: "t"}
	go func() { ended <- run(ctx, f, out) }()
	clients, err := upstream.New(upstream.Config{BaseURL: "http://" + out.address(t), Token: "t", Now: time.Now}, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := synthetic.New(synthetic.Options{Seed: 3, People: 50}).Person(0).Documents()[0]
	got, err := clients.CheckPass(t.Context(), upstream.PassQuestion{Number: first.Number})
	if err != nil || got.Verdict != upstream.Match {
		t.Errorf("%v, %v, want a match", got, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("stop: %v", err)
	}
	if err := run(t.Context(), flags{Listen: "127.0.0.1:none"}, io.Discard); err == nil {
		t.Error("an impossible address is served")
	}
}

// lockedBuffer keeps the log and says when something was written.
type lockedBuffer struct {
	mu    sync.Mutex
	text  bytes.Buffer
	wrote chan struct{}
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrote <- struct{}{}
	return b.text.Write(p)
}

// address waits for the line that says where the sandbox serves.
func (b *lockedBuffer) address(t *testing.T) string {
	t.Helper()
	select {
	case <-b.wrote:
	case <-time.After(10 * time.Second):
		t.Fatal("the sandbox does not start")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	found := regexp.MustCompile(`address=(\S+)`).FindStringSubmatch(b.text.String())
	if found == nil {
		t.Fatal("the log does not say the address")
	}
	return found[1]
}
