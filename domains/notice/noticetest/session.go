package noticetest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
)

// session is one connection to the mail server.
type session struct {
	*SMTP
	conn   net.Conn
	in     *bufio.Reader
	tls    bool
	signed bool // in
	mail   Mail
}

func (s *SMTP) serve(c net.Conn) {
	s.mu.Lock()
	s.open[c] = true
	hang := s.hang
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, c)
		_ = c.Close()
	}()
	if hang != nil {
		<-hang
		return
	}
	t := &session{SMTP: s, conn: c, in: bufio.NewReader(c)}
	t.say("220 mail.example.org ESMTP")
	for {
		line, err := t.in.ReadString('\n')
		if err != nil || !t.answer(strings.TrimRight(line, "\r\n")) {
			return
		}
	}
}

func (t *session) say(text string) { fmt.Fprintf(t.conn, "%s\r\n", text) }

// answer answers a line, and says whether the connection goes on.
func (t *session) answer(line string) bool {
	t.mu.Lock()
	rcpt, secure, user := t.rcpt, t.secure, t.user
	if !t.tls {
		t.clear = append(t.clear, line)
	}
	t.mu.Unlock()
	switch verb := strings.ToUpper(line); {
	case strings.HasPrefix(verb, "EHLO"):
		t.greet(secure != nil && !t.tls)
	case verb == "STARTTLS" && secure != nil && !t.tls:
		return t.encrypt(secure)
	case strings.HasPrefix(verb, "AUTH PLAIN "):
		t.signIn(line[len("AUTH PLAIN "):])
	case strings.HasPrefix(verb, "MAIL FROM:") && user != "" && !t.signed:
		t.say("530 5.7.0 sign in first")
	case strings.HasPrefix(verb, "MAIL FROM:"):
		t.mail = Mail{From: line[len("MAIL FROM:"):]}
		t.say("250 2.1.0 ok")
	case strings.HasPrefix(verb, "RCPT TO:") && rcpt != "":
		t.say(rcpt)
	case strings.HasPrefix(verb, "RCPT TO:"):
		t.mail.To = strings.Trim(strings.Fields(line[len("RCPT TO:"):])[0], "<>")
		t.say("250 2.1.5 ok")
	case verb == "DATA":
		t.say("354 go on")
		return t.text()
	case verb == "QUIT":
		t.say("221 2.0.0 bye")
		return false
	default:
		t.say("250 2.0.0 ok")
	}
	return true
}

// greet names what there is. Under TLS one can sign in.
func (t *session) greet(offer bool) {
	t.say("250-mail.example.org\r\n250-8BITMIME")
	if offer {
		t.say("250-STARTTLS")
	}
	if t.tls {
		t.say("250-AUTH PLAIN")
	}
	t.say("250 ENHANCEDSTATUSCODES")
}

// encrypt goes on under TLS, and forgets what was said before.
func (t *session) encrypt(config *tls.Config) bool {
	t.say("220 2.0.0 go ahead")
	secure := tls.Server(t.conn, config)
	if secure.Handshake() != nil {
		return false
	}
	t.conn, t.in, t.tls = secure, bufio.NewReader(secure), true
	return true
}

func (t *session) signIn(answer string) {
	t.mu.Lock()
	want := "\x00" + t.user + "\x00" + t.password
	t.mu.Unlock()
	got, err := base64.StdEncoding.DecodeString(answer)
	if t.signed = err == nil && t.tls && string(got) == want; t.signed {
		t.say("235 2.7.0 welcome")
		return
	}
	t.say("535 5.7.8 no")
}

// text takes a mail, and says whether the connection goes on.
func (t *session) text() bool {
	raw, err := readText(t.in)
	if err != nil {
		return false
	}
	t.mu.Lock()
	data, unsaid, taken := t.data, t.unsaid, t.onTaken
	t.mu.Unlock()
	if data != "" {
		t.say(data)
		return true
	}
	t.mail.Raw = raw
	t.mu.Lock()
	t.taken = append(t.taken, t.mail)
	t.mu.Unlock()
	if taken != nil {
		taken()
	}
	if unsaid {
		return false
	}
	t.say("250 2.0.0 taken")
	return true
}

// readText reads up to the line with a dot.
func readText(in *bufio.Reader) (string, error) {
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
