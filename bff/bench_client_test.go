package bff_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// target is one side of the contest: where to ask, and the whole request of each
// person, ready to be sent.
type target struct {
	host     string
	requests [][]byte
}

// newTarget prepares Connect JSON requests for a procedure, one for each token.
func newTarget(t testing.TB, base, procedure string, tokens []string) target {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	x := target{host: u.Host}
	for _, token := range tokens {
		x.requests = append(x.requests, fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"+
			"Content-Type: application/json\r\nConnect-Protocol-Version: 1\r\nContent-Length: 2\r\n\r\n{}", procedure, u.Host, token))
	}
	return x
}

// crowd is clients that each keep one connection. They do as little as a client
// can, because they share the machine with what they measure.
type crowd struct {
	target
	members []*member
}

type member struct {
	conn net.Conn
	in   *bufio.Reader
}

func newCrowd(t testing.TB, to target) *crowd {
	t.Helper()
	c := &crowd{target: to}
	for range clients() {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", to.host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		c.members = append(c.members, &member{conn: conn, in: bufio.NewReaderSize(conn, 16<<10)})
	}
	return c
}

// round has n requests of random people answered, and returns how many were in a
// second.
func (c *crowd) round(t testing.TB, n int) float64 {
	t.Helper()
	var left atomic.Int64
	left.Store(int64(n))
	failures := make(chan error, len(c.members))
	var wait sync.WaitGroup
	start := time.Now()
	for _, m := range c.members {
		wait.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := m.ask(c.requests[rand.IntN(len(c.requests))], io.Discard); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	wait.Wait()
	took := time.Since(start)
	select {
	case err := <-failures:
		t.Fatal(err)
	default:
	}
	return perSecond(n, took)
}

// body returns the answer to request i.
func (c *crowd) body(t testing.TB, i int) []byte {
	t.Helper()
	var body bytes.Buffer
	if status, err := c.members[0].ask(c.requests[i], &body); err != nil || status != http.StatusOK {
		t.Fatalf("asked for file %d: status %d, error %v", i, status, err)
	}
	return body.Bytes()
}

// ask sends a request and reads the answer into out.
func (m *member) ask(request []byte, out io.Writer) (int, error) {
	if _, err := m.conn.Write(request); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(m.in, nil)
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(out, res.Body); err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK {
		return res.StatusCode, fmt.Errorf("got status %d, want 200", res.StatusCode)
	}
	return res.StatusCode, res.Body.Close()
}
