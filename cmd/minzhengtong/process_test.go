package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1/dossierv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1/sandboxv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1/sessionv1connect"
)

// program is the program as a process of its own.
type program struct {
	cmd    *exec.Cmd
	lines  chan string // of the standard output; closed at its end
	stderr bytes.Buffer
	ended  chan error
	// addresses are the ports' URLs by name, once it is ready.
	addresses map[string]string
	// shown is what it has written so far.
	shown []string
}

// ports are settings under which tests can run side by side.
var ports = []string{"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"}

// small is a population that is imported at once.
var small = []string{"--people", "200", "--firms", "10"}

// start starts the program in a folder, without any setting from outside. It is
// killed with the test, if it still runs. A first argument "unprivileged" starts
// it as a user without special rights.
func start(t testing.TB, dir string, args ...string) *program {
	t.Helper()
	name := "minzhengtong"
	if args[0] == "unprivileged" {
		name, args = args[0], args[1:]
	}
	p := &program{cmd: exec.Command(name, args...), lines: make(chan string, 1000), ended: make(chan error, 1)}
	p.cmd.Dir, p.cmd.Stderr, p.cmd.Env = dir, &p.stderr, plainEnvironment()
	stdout, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			p.lines <- scanner.Text()
		}
		close(p.lines)
		p.ended <- p.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it has ended in most tests
		for range p.lines {      // nobody reads the rest
		}
		<-done
		if t.Failed() {
			t.Logf("%s:\n%s", strings.Join(args, " "), p.stderr.String())
		}
	})
	return p
}

// plainEnvironment is the environment without settings.
func plainEnvironment() []string {
	var plain []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, envPrefix+"_") {
			plain = append(plain, entry)
		}
	}
	return plain
}

// await reads the output up to a line.
func (p *program) await(t testing.TB, pattern string) []string {
	t.Helper()
	want, end := regexp.MustCompile(pattern), time.After(patience)
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				t.Fatalf("the program ended before it said %q", pattern)
			}
			p.shown = append(p.shown, line)
			if found := want.FindStringSubmatch(line); found != nil {
				return found
			}
		case <-end:
			t.Fatalf("the program does not say %q", pattern)
		}
	}
}

// ready waits until the program serves, and reads where.
func (p *program) ready(t *testing.T) *program {
	t.Helper()
	took := p.await(t, `^Minzhengtong serves at http\S+ \(ready in (\S+)\)\.$`)[1]
	p.addresses = map[string]string{}
	for p.await(t, `.*`); p.shown[len(p.shown)-1] != "Stop with Ctrl-C."; p.await(t, `.*`) {
		if found := regexp.MustCompile(`^  (\w+) +(https?://127\.0\.0\.1:\d+)$`).FindStringSubmatch(p.shown[len(p.shown)-1]); found != nil {
			p.addresses[found[1]] = found[2]
		}
	}
	t.Logf("ready in %s", took)
	return p
}

// exit waits for the end and returns the exit code, -1 after a signal.
func (p *program) exit(t testing.TB) int {
	t.Helper()
	select {
	case err := <-p.ended:
		if ended := (*exec.ExitError)(nil); err != nil && !errors.As(err, &ended) {
			t.Fatal(err)
		}
	case <-time.After(patience):
		t.Fatal("the program does not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

// signal sends a signal.
func (p *program) signal(t testing.TB, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// stop asks the program to end, and wants it to end well.
func (p *program) stop(t testing.TB) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	if code := p.exit(t); code != 0 {
		t.Errorf("exit code %d after SIGTERM, want 0", code)
	}
}

// finished runs the program to its end and returns what it wrote.
func finished(t *testing.T, dir string, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	p := start(t, dir, args...)
	for end := time.After(patience); ; {
		select {
		case line, ok := <-p.lines:
			if ok {
				stdout += line + "\n"
				continue
			}
		case <-end:
			t.Fatalf("%s: the program does not end", strings.Join(args, " "))
		}
		break
	}
	if code := p.exit(t); code != want {
		t.Fatalf("%s: exit code %d, want %d", args[0], code, want)
	}
	return stdout, p.stderr.String()
}

// clients are typed clients of a program.
type clients struct {
	session sessionv1connect.SessionServiceClient
	dossier dossierv1connect.DossierServiceClient
	home    homev1connect.HomeServiceClient
	sandbox sandboxv1connect.SandboxServiceClient
}

// clients returns clients that send a token unless it is empty.
func (p *program) clients(token string) clients {
	bearer := connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if token != "" {
				req.Header().Set("Authorization", "Bearer "+token)
			}
			return next(ctx, req)
		}
	})
	web, at, with := http.DefaultClient, p.addresses["service"], connect.WithInterceptors(bearer)
	return clients{
		session: sessionv1connect.NewSessionServiceClient(web, at, with),
		dossier: dossierv1connect.NewDossierServiceClient(web, at, with),
		home:    homev1connect.NewHomeServiceClient(web, at, with),
		sandbox: sandboxv1connect.NewSandboxServiceClient(web, p.addresses["sandbox"]),
	}
}
