package bff_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

const startSignIn = "/minzhengtong.session.v1.SessionService/StartSignIn"

// endless yields n bytes without holding them.
func endless(n int64) io.Reader { return io.LimitReader(spaces{}, n) }

// read counts what a client has sent of its body.
type read struct {
	io.Reader
	n atomic.Int64
}

func (r *read) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n.Add(int64(n))
	return n, err
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// bomb is n bytes of JSON white space, compressed.
func bomb(t *testing.T, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, endless(n)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestLargeBody sends 100 MB in several disguises. It counts what the whole test
// binary allocates, so it runs alone.
func TestLargeBody(t *testing.T) {
	const size = 100 << 20
	f := start(t, stubs{})
	squeezed := bomb(t, size)
	envelope := append([]byte{1, 0, 0, 0, 0}, squeezed...)
	n := len(envelope) - 5
	envelope[1], envelope[2], envelope[3], envelope[4] = byte(n>>24), byte(n>>16), byte(n>>8), byte(n)
	tests := []struct {
		name    string
		body    io.Reader
		length  int64
		headers []string
	}{
		{"declared", endless(size), size, []string{"Content-Type", "application/json"}},
		{"chunked", endless(size), -1, []string{"Content-Type", "application/json"}},
		{"gzip", bytes.NewReader(squeezed), -1, []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}},
		{"grpc-web gzip", bytes.NewReader(envelope), -1, []string{"Content-Type", "application/grpc-web+json", "Grpc-Encoding", "gzip"}},
		{"grpc-web raw", io.MultiReader(bytes.NewReader([]byte{0, 6, 0x40, 0, 0}), endless(size)), -1, []string{"Content-Type", "application/grpc-web+json"}},
	}
	for _, tt := range tests {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		sent := &read{Reader: tt.body}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url+startSignIn, sent)
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = tt.length
		for i := 0; i < len(tt.headers); i += 2 {
			req.Header.Set(tt.headers[i], tt.headers[i+1])
		}
		begin := time.Now()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		body := text(t, res)
		_ = res.Body.Close()
		runtime.ReadMemStats(&after)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: the answer took %v", tt.name, took)
		}
		if grpc := res.Header.Get("Grpc-Status"); res.StatusCode != http.StatusTooManyRequests && grpc != "8" {
			t.Errorf("%s: status is %d, grpc %q", tt.name, res.StatusCode, grpc)
		}
		if grpc := res.Header.Get("Grpc-Status-Details-Bin"); !strings.Contains(body, "BODY_TOO_LARGE") && grpc == "" {
			t.Errorf("%s: the answer does not say why", tt.name)
		}
		if n := sent.n.Load(); n > 50<<20 {
			t.Errorf("%s: the server let the client send %d MiB", tt.name, n>>20)
		}
		if used := int64(after.TotalAlloc - before.TotalAlloc); used > 40<<20 {
			t.Errorf("%s: allocated %d MiB", tt.name, used>>20)
		}
	}
}

func TestLargestBody(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{}, func(d *bff.Deps) { d.Limits.MessageBytes = 1000 })
	body := `{"document":{"number":"A1"}}`
	fits := body + strings.Repeat(" ", 1000-len(body))
	if res := post(t, f, startSignIn, "application/json", strings.NewReader(fits)); res.StatusCode != http.StatusOK {
		t.Errorf("at the limit: status is %d, want 200", res.StatusCode)
	}
	if res := post(t, f, startSignIn, "application/json", strings.NewReader(fits+" ")); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a byte more: status is %d, want 429", res.StatusCode)
	}
}

// slow yields one byte, then nothing until it is closed.
type slow struct {
	first bool
	end   chan struct{}
}

func (s *slow) Read(p []byte) (int, error) {
	if !s.first {
		s.first = true
		p[0] = '{'
		return 1, nil
	}
	<-s.end
	return 0, io.ErrUnexpectedEOF
}

func TestSlowBody(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{}, func(d *bff.Deps) { d.Limits.Call = 200 * time.Millisecond })
	var h2c http.Protocols
	h2c.SetUnencryptedHTTP2(true)
	for name, transport := range map[string]*http.Transport{"h1": {}, "h2": {Protocols: &h2c}} {
		end := make(chan struct{})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url+startSignIn, &slow{end: end})
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		begin := time.Now()
		res, err := transport.RoundTrip(req)
		close(end)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if body := text(t, res); res.StatusCode != http.StatusGatewayTimeout || !strings.Contains(body, "TIMED_OUT") {
			t.Errorf("%s: status is %d, want 504 with TIMED_OUT", name, res.StatusCode)
		}
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("%s: the answer took %v", name, took)
		}
		transport.CloseIdleConnections()
	}
}

func TestSlowHandler(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{home: func(ctx context.Context) (*homev1.GetHomeResponse, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}, func(d *bff.Deps) { d.Limits.Call = 100 * time.Millisecond })
	for _, w := range wires(t) {
		for range 2 { // the connection stays usable
			_, err := w.getHome(t.Context(), f, personToken, "en")
			checkError(t, err, connect.CodeDeadlineExceeded, "TIMED_OUT", "en")
		}
	}
	if strings.Contains(f.logs.String(), "call failed") {
		t.Error("a call that took too long was logged as an error")
	}
}

func TestCallerLeaves(t *testing.T) {
	t.Parallel()
	for _, w := range wires(t) {
		if w.name == "connect get" {
			continue // the session RPC is no GET
		}
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			entered, ended := make(chan struct{}), make(chan error, 1)
			f := start(t, stubs{start: func(ctx context.Context, _ *sessionv1.StartSignInRequest) (*sessionv1.StartSignInResponse, error) {
				close(entered)
				<-ctx.Done()
				ended <- ctx.Err()
				return nil, ctx.Err()
			}})
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-entered
				cancel()
			}()
			if err := w.startSignIn(ctx, f, "en", document("A1")); connect.CodeOf(err) != connect.CodeCanceled {
				t.Errorf("code is %v, want canceled", connect.CodeOf(err))
			}
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("the handler saw %v, want context canceled", err)
			}
			if strings.Contains(f.logs.String(), "call failed") {
				t.Error("a caller who left was logged as an error")
			}
		})
	}
}

func TestSlowHeader(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{}, func(d *bff.Deps) { d.Limits.Header = 100 * time.Millisecond })
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(f.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("the connection was not closed: %v", err)
	}
}

func TestShutdownLetsCallsFinish(t *testing.T) {
	t.Parallel()
	for _, w := range wires(t) {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			entered, finish := make(chan struct{}), make(chan struct{})
			f := start(t, stubs{home: func(context.Context) (*homev1.GetHomeResponse, error) {
				close(entered)
				<-finish
				return &homev1.GetHomeResponse{DossierId: "d-1"}, nil
			}})
			answered := make(chan error, 1)
			go func() {
				_, err := w.getHome(t.Context(), f, personToken, "en")
				answered <- err
			}()
			<-entered
			stopped := make(chan error, 1)
			f.server.RegisterOnShutdown(func() { close(finish) })
			go func() { stopped <- f.server.Shutdown(t.Context()) }()
			if err := <-answered; err != nil {
				t.Errorf("the running call failed: %v", err)
			}
			w.http.CloseIdleConnections()
			if err := <-stopped; err != nil {
				t.Errorf("Shutdown: %v", err)
			}
		})
	}
}
