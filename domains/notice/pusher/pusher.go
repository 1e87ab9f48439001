// Package pusher sends notices to browsers: Web Push (RFC 8030), encrypted for the
// browser alone (RFC 8291) and signed with the server's key (VAPID, RFC 8292).
//
// A subscription's address comes from a browser and may be anything. Unless the
// configuration allows it for tests, nothing is sent without TLS, through a
// proxy, along a redirect, or to an address that is not on the internet; that is
// checked on the connection itself, after names were resolved.
package pusher

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// Config says who sends. All are required but Loopback and Transport.
type Config struct {
	// Contact is how a push service reaches the operator: a mail address, or an
	// address that begins with https.
	Contact string
	// Public and Private are the key pair, base64url; see [NewKeys].
	Public, Private string
	// Loopback lets subscriptions point at this machine, and without TLS, for
	// tests.
	Loopback bool
	// Transport carries requests in place of the guarded one, for tests.
	Transport http.RoundTripper
}

// NewKeys makes a key pair. Changing it ends all subscriptions.
func NewKeys() (public, private string, err error) {
	private, public, err = webpush.GenerateVAPIDKeys()
	return public, private, err
}

// Pusher is the supplier of pushes. It is safe for concurrent use.
type Pusher struct {
	config Config
	client *http.Client
}

// New fails when the configuration is mistaken.
func New(c Config) (*Pusher, error) {
	if c.Contact == "" {
		return nil, errors.New("pusher: no contact")
	}
	if err := pair(c.Public, c.Private); err != nil {
		return nil, err
	}
	transport := c.Transport
	if transport == nil {
		transport = guarded(c.Loopback)
	}
	return &Pusher{c, &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// PublicKey is what a browser needs to subscribe, base64url.
func (p *Pusher) PublicKey() string { return p.config.Public }

// pair checks that two keys belong together.
func pair(public, private string) error {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(private, "="))
	if err != nil {
		return errors.New("pusher: the private key is no base64url")
	}
	key, err := ecdh.P256().NewPrivateKey(raw)
	if err != nil || base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()) != strings.TrimRight(public, "=") {
		return errors.New("pusher: the keys are no pair")
	}
	return nil
}

// guarded is a transport that connects to the internet alone.
func guarded(loopback bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !loopback && !notice.PublicIP(to.Addr()) {
			return errors.New("not an address on the internet")
		}
		return nil
	}}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    5 * time.Second,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: 16 << 10,
	}
}

// payload is what the browser gets. Its names are read by the portal's service
// worker. The tag lets a browser show one notice once.
type payload struct {
	Tag      string `json:"tag"`
	Notice   string `json:"notice"`
	Topic    string `json:"topic"`
	About    string `json:"about,omitempty"`
	Title    string `json:"title"`
	Body     string `json:"body"`
	Language string `json:"language"`
}

// mostPayload is what fits into the one record of 4096 bytes that every push
// service takes.
const mostPayload = 3900

// encode shortens the body until the payload fits.
func encode(l notice.Letter) ([]byte, error) {
	p := payload{string(l.Notice), string(l.Notice), string(l.Topic), l.About, l.Title, l.Body, l.Language}
	for {
		raw, err := json.Marshal(p)
		if err != nil || len(raw) <= mostPayload || p.Body == "" {
			return raw, err
		}
		runes := []rune(p.Body)
		p.Body = strings.TrimRight(string(runes[:len(runes)/2]), "…") + "…"
		if len(runes) <= 2 {
			p.Body = ""
		}
	}
}

// Send implements [notice.Supplier].
func (p *Pusher) Send(ctx context.Context, l notice.Letter) notice.Outcome {
	raw, err := encode(l)
	if err != nil || l.To.Push == nil {
		return notice.Outcome{Result: notice.Rejected, Err: errors.Join(errors.New("no push"), err)}
	}
	var left atomic.Bool // since when it may have been taken
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { left.Store(true) },
	})
	urgency := webpush.UrgencyHigh
	if l.Topic == notice.Campaign {
		urgency = webpush.UrgencyLow
	}
	sub := &webpush.Subscription{Endpoint: l.To.Push.Endpoint, Keys: webpush.Keys{Auth: l.To.Push.Auth, P256dh: l.To.Push.P256dh}}
	res, err := webpush.SendNotificationWithContext(ctx, raw, sub, &webpush.Options{
		HTTPClient: p.client, Subscriber: p.config.Contact, TTL: int((24 * time.Hour).Seconds()), Urgency: urgency,
		VAPIDPublicKey: p.config.Public, VAPIDPrivateKey: p.config.Private,
	})
	if err != nil {
		if left.Load() {
			return notice.Outcome{Err: cause(err)}
		}
		return notice.Outcome{Result: notice.Busy, Err: cause(err)}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 4<<10)) // so that the connection can be used again
	_ = res.Body.Close()                                        // it was only read
	return outcome(res.StatusCode)
}

// outcome reads a push service's answer (RFC 8030, section 5 and 8). A 500, 502 or
// 504 does not say whether the push was taken before.
func outcome(status int) notice.Outcome {
	err := fmt.Errorf("the push service answered %d", status)
	switch {
	case status >= 200 && status < 300:
		return notice.Outcome{Result: notice.Taken}
	case status == http.StatusNotFound, status == http.StatusGone:
		return notice.Outcome{Result: notice.Dead, Cause: notice.Gone, Err: err}
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return notice.Outcome{Result: notice.Busy, Err: err}
	case status >= 500:
		return notice.Outcome{Err: err}
	}
	return notice.Outcome{Result: notice.Rejected, Err: err}
}

// cause takes the address out of an error: it is a secret of the browser.
func cause(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer within the time limit")
	case errors.Is(err, context.Canceled):
		return errors.New("given up")
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return errors.New("the push service's name is not known")
	}
	return errors.New("no readable answer")
}
