package noticetest

import (
	"bufio"
	"fmt"
	"net"
	"strings"
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

// Taken is what it took.
func (s *SMTP) Taken() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.taken...)
}

// Close makes it refuse connections.
func (s *SMTP) Close() { _ = s.listener.Close() }

func (s *SMTP) state() (rcpt, data string, unsaid bool, hang chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rcpt, s.data, s.unsaid, s.hang
}

func (s *SMTP) serve(c net.Conn) {
	s.mu.Lock()
	s.open[c] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, c)
		_ = c.Close()
	}()
	if _, _, _, hang := s.state(); hang != nil {
		<-hang
		return
	}
	say := func(text string) { fmt.Fprintf(c, "%s\r\n", text) }
	say("220 mail.example.org ESMTP")
	in := bufio.NewReader(c)
	var m Mail
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		rcpt, data, unsaid, _ := s.state()
		switch verb := strings.ToUpper(line); {
		case strings.HasPrefix(verb, "EHLO"):
			say("250-mail.example.org\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES")
		case strings.HasPrefix(verb, "MAIL FROM:"):
			m = Mail{From: line[len("MAIL FROM:"):]}
			say("250 2.1.0 ok")
		case strings.HasPrefix(verb, "RCPT TO:"):
			if rcpt != "" {
				say(rcpt)
				continue
			}
			m.To = strings.Trim(strings.Fields(line[len("RCPT TO:"):])[0], "<>")
			say("250 2.1.5 ok")
		case verb == "DATA":
			say("354 go on")
			raw, err := text(in)
			if err != nil {
				return
			}
			if data != "" {
				say(data)
				continue
			}
			m.Raw = raw
			s.mu.Lock()
			s.taken = append(s.taken, m)
			s.mu.Unlock()
			if unsaid {
				return
			}
			say("250 2.0.0 taken")
		case verb == "QUIT":
			say("221 2.0.0 bye")
			return
		default:
			say("250 2.0.0 ok")
		}
	}
}

// text reads up to the line with a dot.
func text(in *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line == ".\r\n" {
			return b.String(), nil
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}
