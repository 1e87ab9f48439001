package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// servers are the program's ports, in the order in which they were opened.
type servers struct {
	// limit is how long running calls may take to end.
	limit time.Duration
	all   []*port
}

// port is an address with what answers there. From open to start callers wait.
type port struct {
	name      string
	listener  net.Listener
	server    *http.Server
	cert, key string
}

// open opens a port at the address that a setting gave. Port 0 is one that is
// free.
func (s *servers) open(ctx context.Context, name, setting, address string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("%s: %w; choose another address with --%s", setting, err, setting)
	}
	s.all = append(s.all, &port{name: name, listener: listener})
	return nil
}

// find is the port of a name, or nil.
func (s *servers) find(name string) *port {
	for _, p := range s.all {
		if p.name == name {
			return p
		}
	}
	return nil
}

// encrypt has a port speak TLS.
func (s *servers) encrypt(name, cert, key string) {
	if p := s.find(name); p != nil {
		p.cert, p.key = cert, key
	}
}

// assign says what answers at a port. A port that is not open needs nothing.
func (s *servers) assign(name string, server *http.Server) {
	if p := s.find(name); p != nil {
		p.server = server
	}
}

// url is where a port is reached; "" if it is not open.
func (s *servers) url(name string) string {
	if p := s.find(name); p != nil {
		return p.url()
	}
	return ""
}

func (p *port) url() string {
	scheme := "http"
	if p.cert != "" {
		scheme = "https"
	}
	return scheme + "://" + p.listener.Addr().String()
}

// start serves on every port. The channel receives when one fails.
func (s *servers) start() <-chan error {
	failed := make(chan error, len(s.all))
	for _, p := range s.all {
		go func() {
			if err := p.serve(); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("%s: %w", p.name, err)
			}
		}()
	}
	return failed
}

func (p *port) serve() error {
	if p.cert != "" {
		return p.server.ServeTLS(p.listener, p.cert, p.key)
	}
	return p.server.Serve(p.listener)
}

// stop lets running calls end, within the limit. Ports close in the order in
// which they were opened, so that calls still reach the sandbox.
func (s *servers) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.limit)
	defer cancel()
	var failures []error
	for _, p := range s.all {
		if err := p.server.Shutdown(ctx); err != nil {
			failures = append(failures, fmt.Errorf("%s did not stop in time: %w", p.name, err), p.server.Close())
		}
	}
	return errors.Join(failures...)
}

// close gives up the addresses, whether or not anything was served there.
func (s *servers) close() {
	for _, p := range s.all {
		_ = p.listener.Close() // closed already where it was served
	}
}
