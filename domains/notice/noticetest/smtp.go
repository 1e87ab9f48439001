package noticetest

import (
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"testing"
)

// Mail is one that the server took.
type Mail struct {
	From string
	To   string
	Raw  string // headers and body
}

// SMTP is a mail server. Hooks change what it answers; mu guards them and what
// it took.
type SMTP struct {
	Host string
	Port int

	mu       sync.Mutex
	taken    []Mail
	rcpt     string // answer to RCPT in place of 250
	data     string // answer to the end of the text in place of 250
	unsaid   bool   // takes the mail and drops the connection
	hang     chan struct{}
	onTaken  func()
	secure   *tls.Config // for STARTTLS; nil offers none
	user     string      // that may sign in, with its password
	password string
	clear    []string // lines that came without TLS
	open     map[net.Conn]bool
	listener net.Listener
}

// NewSMTP starts a server that ends with the test.
func NewSMTP(t testing.TB) *SMTP {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, listener: l, open: map[net.Conn]bool{}}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.Behave(func(s *SMTP) {
			for c := range s.open {
				_ = c.Close()
			}
		})
		open.Wait()
	})
	return s
}

// Behave sets how the server answers from now on: first well, then as change
// has it. What hangs goes on.
func (s *SMTP) Behave(change func(*SMTP)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hang != nil {
		close(s.hang)
	}
	s.rcpt, s.data, s.unsaid, s.hang = "", "", false, nil
	change(s)
}

// RefuseRecipient has it answer RCPT so.
func RefuseRecipient(answer string) func(*SMTP) { return func(s *SMTP) { s.rcpt = answer } }

// RefuseText has it answer the end of the text so.
func RefuseText(answer string) func(*SMTP) { return func(s *SMTP) { s.data = answer } }

// TakeUnsaid has it take mails and never say so.
func TakeUnsaid(s *SMTP) { s.unsaid = true }

// Hang has it say nothing at all.
func Hang(s *SMTP) { s.hang = make(chan struct{}) }

// OnTaken has it call f after each mail that it took, before it says so.
func (s *SMTP) OnTaken(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onTaken = f
}

// Secure has it offer STARTTLS with a certificate, and then ask for a sign-in.
func (s *SMTP) Secure(certificate tls.Certificate, user, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secure = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	s.user, s.password = user, password
}

// InClear is every command that came without TLS.
func (s *SMTP) InClear() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.clear)
}

// Taken is what it took.
func (s *SMTP) Taken() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.taken...)
}

// Close makes it refuse connections.
func (s *SMTP) Close() { _ = s.listener.Close() }
