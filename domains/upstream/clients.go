package upstream

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"connectrpc.com/connect"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1/upstreamv1connect"
)

// Clients asks the gateways over Connect. It is all eight ports, safe for
// goroutines, and starts none of its own.
type Clients struct {
	now           func() time.Time
	exitEntry     upstreamv1connect.ExitEntryServiceClient
	police        upstreamv1connect.PoliceServiceClient
	linkCheck     upstreamv1connect.LinkCheckServiceClient
	messages      upstreamv1connect.MessageServiceClient
	taxBureau     upstreamv1connect.TaxBureauServiceClient
	taiwanAffairs upstreamv1connect.TaiwanAffairsServiceClient
	payments      upstreamv1connect.PaymentServiceClient
	guards        map[Authority]*guard
	conf          Config // with its defaults
	log           *slog.Logger
	credit        creditDesk

	mu         sync.Mutex // guards what follows
	transports []*http.Transport
}

var (
	_ ExitEntry     = (*Clients)(nil)
	_ Police        = (*Clients)(nil)
	_ LinkCheck     = (*Clients)(nil)
	_ Messages      = (*Clients)(nil)
	_ TaxBureau     = (*Clients)(nil)
	_ TaiwanAffairs = (*Clients)(nil)
	_ Payments      = (*Clients)(nil)
	_ CreditSources = (*Clients)(nil)
)

// The bounds of what a gateway can make us hold.
const (
	maxAnswerBytes = 1 << 20 // 200 permits take less than a tenth, a page of a statement a fifth
	maxHeaderBytes = 64 << 10
	maxConnections = 16 // per authority; further calls wait their turn
)

// New connects to nothing yet. It fails when the configuration is mistaken.
func New(c Config, log *slog.Logger) (*Clients, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("upstream configuration: %w", err)
	}
	c = c.withDefaults()
	clients := &Clients{
		now: c.Now, guards: map[Authority]*guard{}, conf: c, log: log, credit: creditDesk{tables: map[CreditSource]creditTable{}},
	}
	for _, a := range Authorities() {
		clients.guards[a] = newGuard(a, c, log)
	}
	options := []connect.ClientOption{
		connect.WithReadMaxBytes(maxAnswerBytes),
		connect.WithInterceptors(bearer(c.Token)),
	}
	clients.exitEntry = upstreamv1connect.NewExitEntryServiceClient(clients.httpClient(c), c.BaseURL, options...)
	clients.police = upstreamv1connect.NewPoliceServiceClient(clients.httpClient(c), c.BaseURL, options...)
	clients.linkCheck = upstreamv1connect.NewLinkCheckServiceClient(clients.httpClient(c), c.BaseURL, options...)
	clients.messages = upstreamv1connect.NewMessageServiceClient(clients.httpClient(c), c.BaseURL, options...)
	clients.taxBureau = upstreamv1connect.NewTaxBureauServiceClient(clients.httpClient(c), c.BaseURL, options...)
	clients.taiwanAffairs = upstreamv1connect.NewTaiwanAffairsServiceClient(clients.httpClient(c), c.BaseURL, options...)
	clients.payments = upstreamv1connect.NewPaymentServiceClient(clients.httpClient(c), c.BaseURL, options...)
	return clients, nil
}

// Close gives idle connections back. Calls under way are not disturbed, and
// later calls open new connections.
func (c *Clients) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.transports {
		t.CloseIdleConnections()
	}
}

// httpClient has connections of its own, so that an authority that hangs
// cannot use up another one's. It follows no redirect: the token and the
// question are for the configured gateway only.
func (c *Clients) httpClient(conf Config) *http.Client {
	client := &http.Client{
		Transport:     conf.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if conf.Transport == nil {
		t := &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: conf.Limit}).DialContext,
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    conf.Limit,
			MaxConnsPerHost:        maxConnections,
			MaxIdleConnsPerHost:    maxConnections,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxHeaderBytes,
		}
		c.mu.Lock()
		c.transports = append(c.transports, t)
		c.mu.Unlock()
		client.Transport = t
	}
	return client
}

func bearer(token string) connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if token != "" {
				req.Header().Set("Authorization", "Bearer "+token)
			}
			return next(ctx, req)
		}
	}
}

// CheckPass implements [ExitEntry].
func (c *Clients) CheckPass(ctx context.Context, q PassQuestion) (PassAnswer, error) {
	req := &pb.CheckPassRequest{Number: q.Number, Name: q.Name}
	if !q.Birth.IsZero() {
		req.BirthDate = q.Birth.String()
	}
	return ask(ctx, c.guards[ExitEntryOffice], func(ctx context.Context) (PassAnswer, error) {
		res, err := c.exitEntry.CheckPass(ctx, req)
		if err != nil {
			return PassAnswer{}, err
		}
		return c.readPass(res)
	})
}

// maxQuestions is the most permits that one call may ask about.
const maxQuestions = 200

// CheckPermits implements [Police]. More than 200 questions take several calls,
// one after the other, each with its own limit.
func (c *Clients) CheckPermits(ctx context.Context, qs []PermitQuestion) ([]PermitAnswer, error) {
	return inParts(qs, maxQuestions, func(part []PermitQuestion) ([]PermitAnswer, error) {
		return c.checkPermits(ctx, part)
	})
}

func (c *Clients) checkPermits(ctx context.Context, qs []PermitQuestion) ([]PermitAnswer, error) {
	req := &pb.CheckPermitsRequest{}
	for _, q := range qs {
		req.Questions = append(req.Questions, &pb.PermitQuestion{Number: q.Number, Name: q.Name})
	}
	return ask(ctx, c.guards[PoliceOffice], func(ctx context.Context) ([]PermitAnswer, error) {
		res, err := c.police.CheckPermits(ctx, req)
		if err != nil {
			return nil, err
		}
		return c.readPermits(res, len(qs))
	})
}

// CheckLink implements [LinkCheck].
func (c *Clients) CheckLink(ctx context.Context, q LinkQuestion) (LinkAnswer, error) {
	req := &pb.CheckLinkRequest{IdempotencyKey: q.Key, PassNumber: q.Pass, PermitNumber: q.Permit}
	return ask(ctx, c.guards[NationalCheck], func(ctx context.Context) (LinkAnswer, error) {
		res, err := c.linkCheck.CheckLink(ctx, req)
		if err != nil {
			return LinkAnswer{}, err
		}
		return c.readLink(res)
	})
}

// Send implements [Messages].
func (c *Clients) Send(ctx context.Context, m Message) (string, error) {
	req := &pb.SendMessageRequest{IdempotencyKey: m.Key, Phone: m.Phone, Text: m.Text}
	ref, err := ask(ctx, c.guards[MessageGateway], func(ctx context.Context) (string, error) {
		res, err := c.messages.SendMessage(ctx, req)
		switch {
		case refused(err):
			return "", nil // an answer, and the gateway is well
		case err != nil:
			return "", err
		case res.GetMessageId() == "" || len(res.GetMessageId()) > maxTrace:
			return "", unreadable("no message id")
		}
		return res.GetMessageId(), nil
	})
	if err == nil && ref == "" {
		return "", ErrRefused
	}
	return ref, err
}
