// Package sandbox plays the authorities: exit-entry, the police, the national
// link check, the short message gateway, the tax bureau, the Taiwan-affairs
// department, the payment gateway and the sources of public-credit data, answering
// truthfully about a synthetic population. It is an [http.Handler] that speaks Connect, gRPC and gRPC-Web, for
// tests, for the demo and for cmd/sandbox.
//
// Words. The truth is the population's, with whatever was added to it
// ([Sandbox.Add], [Sandbox.SetTruth], [Sandbox.Renew], [Sandbox.IssueAnew],
// [Sandbox.SetTaxPayments], [Sandbox.SetMainlandDays], [Sandbox.SetEngagement],
// [Sandbox.AddAccount], [Sandbox.SetCreditFacts]). A [Payment] is money that really moved, whatever was
// said of it. A [Fault] is how one authority misbehaves until it is healed.
//
// Invariants:
//   - without a fault an authority answers the truth, and does a thing once per
//     idempotency key: the same key with the same question is answered as the
//     first time, with another question it is refused;
//   - the system services want the bearer token, SandboxService does not;
//   - memory is bounded: the last 100 messages of the last 10,000 phones, the
//     last 100,000 keys, and 1,000,000 orders to pay, of which none is forgotten:
//     further ones are refused. Only what a test adds to the population stays.
//
// It must never face anything but synthetic data.
package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"connectrpc.com/connect"
	"connectrpc.com/validate"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1/sandboxv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1/upstreamv1connect"
)

// Sandbox is the authorities' side. It is safe for goroutines and starts none.
type Sandbox struct {
	now      func() time.Time
	log      *slog.Logger
	token    [sha256.Size]byte
	open     bool
	mux      *http.ServeMux
	errors   *connect.ErrorWriter
	register *register
	faults   *faults
	counts   *counts
	memory   *memory
	mailbox  *mailbox
	facts    *facts
	credit   *creditFacts
	accounts *accounts
	till     *till
}

const maxRequestBytes = 1 << 20

// New plays the authorities of a population; nil is one without people, for
// tests that add their own. Now is the clock of all authorities. The system
// services answer whoever sends the token; with "" they answer nobody.
func New(pop *synthetic.Population, now func() time.Time, token string, log *slog.Logger) *Sandbox {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Sandbox{
		now:      now,
		log:      log,
		token:    sha256.Sum256([]byte(token)),
		open:     token != "",
		mux:      http.NewServeMux(),
		errors:   connect.NewErrorWriter(),
		register: newRegister(pop),
		faults:   newFaults(),
		counts:   newCounts(),
		memory:   newMemory(),
		mailbox:  newMailbox(),
		facts:    newFacts(),
		credit:   newCreditFacts(pop),
		accounts: newAccounts(),
		till:     newTill(),
	}
	if pop != nil {
		s.learn(pop)
	}
	options := []connect.HandlerOption{
		connect.WithInterceptors(validate.NewInterceptor()),
		connect.WithReadMaxBytes(maxRequestBytes),
	}
	s.serve(upstream.ExitEntryOffice)(upstreamv1connect.NewExitEntryServiceHandler(exitEntry{s}, options...))
	s.serve(upstream.PoliceOffice)(upstreamv1connect.NewPoliceServiceHandler(police{s}, options...))
	s.serve(upstream.NationalCheck)(upstreamv1connect.NewLinkCheckServiceHandler(linkCheck{s}, options...))
	s.serve(upstream.MessageGateway)(upstreamv1connect.NewMessageServiceHandler(messages{s}, options...))
	s.serve(upstream.TaxOffice)(upstreamv1connect.NewTaxBureauServiceHandler(taxBureau{s}, options...))
	s.serve(upstream.TaiwanAffairsOffice)(upstreamv1connect.NewTaiwanAffairsServiceHandler(taiwanAffairs{s}, options...))
	s.serve(upstream.PaymentGateway)(upstreamv1connect.NewPaymentServiceHandler(payments{s}, options...))
	s.serveCredit(options)
	s.mux.Handle(sandboxv1connect.NewSandboxServiceHandler(control{s}, options...))
	return s
}

// ServeHTTP serves all authorities and SandboxService.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// serve mounts an authority behind the token and its fault.
func (s *Sandbox) serve(a upstream.Authority) func(path string, h http.Handler) {
	return func(path string, h http.Handler) {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if !s.allowed(r) {
				s.refuse(w, r, connect.CodeUnauthenticated, "no valid token")
				return
			}
			s.counts.received(a)
			s.misbehave(a, w, r, h)
		})
	}
}

// allowed compares hashes, which takes as long for every wrong token.
func (s *Sandbox) allowed(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	given := sha256.Sum256([]byte(token))
	return ok && s.open && subtle.ConstantTimeCompare(given[:], s.token[:]) == 1
}

func (s *Sandbox) refuse(w http.ResponseWriter, r *http.Request, code connect.Code, text string) {
	if !s.errors.IsSupported(r) {
		http.Error(w, text, http.StatusBadRequest)
		return
	}
	if err := s.errors.Write(w, r, connect.NewError(code, errors.New(text))); err != nil {
		s.log.Debug("caller left", "error", err)
	}
}
