// Package mailer sends notices as mail through one SMTP server, which is the
// operator's.
//
// A mail has a text and perhaps an iCalendar file. Its headers name no person: the
// address stands alone, and the subject is the notice's title. Its Message-ID is
// made of the delivery's ID, so that a bounce can be told apart and a copy is
// seen to be one. It can be unsubscribed from with one click (RFC 8058).
package mailer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// TLS says how the connection to the server is protected.
type TLS string

// The ways.
const (
	StartTLS TLS = ""     // asked for after the connection, and required
	Implicit TLS = "tls"  // from the first byte
	Plain    TLS = "none" // not at all: for a server on this machine
)

// Config says where the server is. Host, Port and From are required.
type Config struct {
	Host string
	Port int
	TLS  TLS
	// User and Password sign in to the server; "" does not.
	User, Password string
	// From is the sender's address; what follows its @ ends Message-IDs.
	From string
	// Name is how the sender is called, or "".
	Name string
	// Roots are who may vouch for the server; nil is whom the system trusts.
	Roots *x509.CertPool
	Now   func() time.Time
}

// Mailer is the supplier of mails. It is safe for concurrent use.
type Mailer struct {
	config Config
	domain string
}

// New connects to nothing yet. It fails when the configuration is mistaken.
func New(c Config) (*Mailer, error) {
	_, domain, ok := strings.Cut(c.From, "@")
	switch {
	case c.Host == "" || c.Port < 1 || c.Port > 65535:
		return nil, errors.New("mailer: no host and port")
	case !ok || domain == "":
		return nil, errors.New("mailer: the sender is no mail address")
	case c.TLS != StartTLS && c.TLS != Implicit && c.TLS != Plain:
		return nil, errors.New("mailer: no such way of TLS")
	case c.Now == nil:
		return nil, errors.New("mailer: no clock")
	}
	return &Mailer{c, domain}, nil
}

// Send implements [notice.Supplier].
func (m *Mailer) Send(ctx context.Context, l notice.Letter) notice.Outcome {
	msg, err := m.compose(l)
	if err != nil {
		return notice.Outcome{Result: notice.Rejected, Err: errors.New("the mail cannot be written")}
	}
	line := &line{}
	if m.config.TLS == Implicit {
		line.secure = m.tls()
	}
	defer context.AfterFunc(ctx, line.close)()
	defer line.close()
	client, err := m.client(ctx, line)
	if err != nil {
		return notice.Outcome{Result: notice.Busy, Err: errors.New("the mail client cannot be made")}
	}
	if err := client.DialWithContext(ctx); err != nil {
		return notice.Outcome{Result: notice.Busy, Err: unreached(err)}
	}
	err = client.Send(msg)
	_ = client.Close() // the server has said what there is to say
	if err == nil || msg.IsDelivered() {
		return notice.Outcome{Result: notice.Taken}
	}
	return outcome(err)
}

// line is one connection. The client leaves it open when it cannot greet or sign
// in, so it is closed here. mu guards conn.
type line struct {
	secure *tls.Config // from the first byte, or nil
	mu     sync.Mutex
	conn   net.Conn
	closed bool
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.conn = conn
	closed := l.closed
	l.mu.Unlock()
	if closed {
		return nil, errors.Join(context.Canceled, conn.Close())
	}
	if l.secure == nil {
		return conn, nil
	}
	secure := tls.Client(conn, l.secure)
	return secure, secure.HandshakeContext(ctx)
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.conn != nil {
		_ = l.conn.Close() // again, most of the time
	}
}

// tls is how the server must prove who it is.
func (m *Mailer) tls() *tls.Config {
	return &tls.Config{ServerName: m.config.Host, RootCAs: m.config.Roots, MinVersion: tls.VersionTLS12}
}

// unreached says why no connection came about, for the operator. No letter has
// left.
func unreached(err error) error {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return errors.New("the mail server's certificate is not trusted")
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return errors.New("the mail server speaks no TLS on this port")
	}
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return fmt.Errorf("the mail server does not let us in: it answered %d", answer.Code)
	}
	if _, ok := errors.AsType[net.Error](err); ok || errors.Is(err, io.EOF) {
		return errors.New("the mail server cannot be reached")
	}
	return errors.New("the mail server offers no STARTTLS, or no sign-in that we know")
}

// client is one connection's. Its time limit is what the context leaves.
func (m *Mailer) client(ctx context.Context, l *line) (*mail.Client, error) {
	limit := 10 * time.Second
	if end, ok := ctx.Deadline(); ok {
		limit = max(time.Until(end), time.Millisecond)
	}
	options := []mail.Option{
		mail.WithPort(m.config.Port), mail.WithTimeout(limit), mail.WithHELO(m.domain), mail.WithoutNoop(),
		mail.WithDialContextFunc(l.dial), mail.WithTLSConfig(m.tls()),
	}
	switch m.config.TLS {
	case Implicit:
		options = append(options, mail.WithSSL())
	case Plain:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.config.User != "" {
		options = append(options, mail.WithUsername(m.config.User), mail.WithPassword(m.config.Password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	return mail.NewClient(m.config.Host, options...)
}

// compose writes a mail.
func (m *Mailer) compose(l notice.Letter) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(m.config.Name, m.config.From); err != nil {
		return nil, err
	}
	if err := msg.To(l.To.Mail); err != nil {
		return nil, err
	}
	msg.Subject(strings.Join(strings.Fields(l.Title), " "))
	msg.SetDateWithValue(m.config.Now())
	msg.SetMessageIDWithValue(l.Key + "@" + m.domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if l.Language != "" {
		msg.SetGenHeader("Content-Language", l.Language)
	}
	if l.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted("List-Unsubscribe", "<"+l.Unsubscribe+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(mail.TypeTextPlain, l.Body)
	if l.Calendar != nil {
		err := msg.AttachReader("minzhengtong.ics", strings.NewReader(string(l.Calendar)),
			mail.WithFileContentType("text/calendar; charset=utf-8; method=PUBLISH"))
		if err != nil {
			return nil, err
		}
	}
	return msg, nil
}

// outcome reads how a mail failed. A server delivers nothing before it has seen
// the end of the text, so only what broke there is unclear.
func outcome(err error) notice.Outcome {
	var failed *mail.SendError
	if !errors.As(err, &failed) {
		return notice.Outcome{Err: errors.New("the connection broke")}
	}
	code := failed.ErrorCode()
	cause := fmt.Errorf("%s: the mail server answered %d", failed.Reason, code)
	switch {
	case code == 0 && failed.Reason == mail.ErrSMTPDataClose:
		return notice.Outcome{Err: cause}
	case code < 500:
		return notice.Outcome{Result: notice.Busy, Err: cause}
	case failed.Reason == mail.ErrSMTPRcptTo && nobody(code, failed.EnhancedStatusCode()):
		return notice.Outcome{Result: notice.Dead, Cause: notice.Bounced, Err: cause}
	}
	return notice.Outcome{Result: notice.Rejected, Err: cause}
}

// nobody reports whether a refusal says that there is no such mailbox, and not
// that it is full or the mail unwelcome (RFC 5321 section 4.2.3, RFC 3463).
func nobody(code int, enhanced string) bool {
	if enhanced != "" {
		return strings.HasPrefix(enhanced, "5.1.") || enhanced == "5.2.1"
	}
	return code == 550 || code == 551 || code == 553
}
