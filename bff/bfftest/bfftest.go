// Package bfftest starts the whole house on a throw-away database and a sandbox,
// and hands back typed clients. Only clock, IDs and authorities are stand-ins,
// and the authorities are the real sandbox over real HTTP.
package bfftest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/access/accesstest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/alarm/v1/alarmv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1/auditv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/campaign/v1/campaignv1connect"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1/consentv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1/credentialv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1/creditv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dispute/v1/disputev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1/dossierv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/finance/v1/financev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/language/v1/languagev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1/lendingv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1/noticev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1/policyv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/privacy/v1/privacyv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/scene/v1/scenev1connect"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1/sessionv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1/sharingv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1/staffv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/subsidy/v1/subsidyv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/tax/v1/taxv1connect"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// Start is the moment at which a server's clock begins.
var Start = time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC)

// Server is a running house.
type Server struct {
	*house.House
	URL    string
	DB     *entdb.DB
	Keys   *keyring.Keyring
	Vault  *vault.Vault
	Tokens *access.Tokens
	Signer *audit.Signer
	// Anchor is the path of the audit log's anchor.
	Anchor  string
	Sandbox *sandbox.Sandbox

	client *http.Client
	clock  atomic.Int64
}

// Options change what a server is made of. The zero value works.
type Options struct {
	// People and firms of the sandbox; nil is an empty one.
	Population *synthetic.Population
	// Log receives what the house logs; nil discards it.
	Log slog.Handler
	// Rules are limits that differ from those of tests, which never refuse.
	Rules map[limit.Name]limit.Override
	// Provider is where officers sign in, too; nil is none.
	Provider *staff.Provider
	// RealTime has the house use the machine's clock instead of a stopped one.
	RealTime bool
}

// New starts a server that ends with the test. Its jobs run only when a test
// calls them.
func New(t testing.TB, db *entdb.DB, o Options) *Server {
	t.Helper()
	s := &Server{DB: db, client: &http.Client{Transport: &http.Transport{}}}
	s.clock.Store(Start.UnixNano())
	now := s.Now
	if o.RealTime {
		now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.DiscardHandler
	}
	log := slog.New(o.Log)
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	must(t, err)
	s.Keys, err = keyring.Open(dir, kek)
	must(t, err)
	s.Vault = vaulttest.New(t, s.Keys)
	s.Tokens, err = access.OpenTokens(t.Context(), db, s.Keys, now)
	must(t, err)
	issuers, err := credential.OpenKeys(t.Context(), db, s.Keys, suite.ES256, now)
	must(t, err)
	s.Signer, err = audit.OpenSigner(dir)
	must(t, err)
	s.Anchor = filepath.Join(dir, "anchor")
	const bearer = "test-credential"
	s.Sandbox = sandbox.New(o.Population, now, bearer, log)
	s.Sandbox.SetPaymentKey(GatewayKey)
	gateway := httptest.NewServer(s.Sandbox)
	t.Cleanup(gateway.Close)
	authorities, err := upstream.New(upstream.Config{
		BaseURL: gateway.URL, Token: bearer, Now: now,
		// An authority that was healed is asked again at once.
		Breaker: upstream.Breaker{Failures: 10, Open: time.Millisecond},
	}, log)
	must(t, err)
	t.Cleanup(authorities.Close)
	words, err := i18n.Load()
	must(t, err)
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(t, err)
	codes := new(atomic.Int64)
	s.House, err = house.Build(house.Parts{
		DB: db, Keys: s.Keys, Vault: s.Vault, Tokens: s.Tokens, IssuerKeys: issuers, Issuer: Issuer, Signer: s.Signer, Anchor: s.Anchor,
		Authorities: authorities, Words: words, Logger: log,
		Meters: metricnoop.NewMeterProvider(), Traces: tracenoop.NewTracerProvider(), Now: now,
		NewID:     func() string { return uuid.Must(uuid.NewV7()).String() },
		NewCode:   func() string { return fmt.Sprintf("%06d", codes.Add(7919)%1_000_000) },
		NewSecret: rand.Text, Zone: zone, Reflection: true, Rules: generous(o.Rules),
		GatewayKeys: []ed25519.PublicKey{GatewayKey.Public().(ed25519.PublicKey)},
		Provider:    o.Provider, Cost: staff.Cost{Memory: 64, Time: 1, Threads: 1},
	})
	must(t, err)
	server := httptest.NewServer(s.Handler)
	t.Cleanup(server.Close)
	t.Cleanup(s.client.CloseIdleConnections)
	s.URL = server.URL
	return s
}

// Issuer is the address that licences name in tests.
const Issuer = "https://fujian.example"

// GatewayKey is by which the payment gateway signs its events in tests.
var GatewayKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// generous are limits that no test meets unless it sets them itself: the clock
// stands still, so that no token ever comes back.
func generous(own map[limit.Name]limit.Override) map[limit.Name]limit.Override {
	rules := map[limit.Name]limit.Override{}
	for _, r := range limit.Rules() {
		if !r.Durable {
			rules[r.Name] = limit.Override{Burst: 1_000_000, Every: time.Microsecond}
		}
	}
	maps.Copy(rules, own)
	return rules
}

// Now is the server's clock.
func (s *Server) Now() time.Time { return time.Unix(0, s.clock.Load()).UTC() }

// Advance moves the server's clock.
func (s *Server) Advance(d time.Duration) { s.clock.Add(int64(d)) }

// Clients are typed clients that call with one token and language.
type Clients struct {
	Session     sessionv1connect.SessionServiceClient
	Dossier     dossierv1connect.DossierServiceClient
	Desk        dossierv1connect.DeskServiceClient
	Home        homev1connect.HomeServiceClient
	Officer     staffv1connect.OfficerServiceClient
	Admin       staffv1connect.StaffAdminServiceClient
	Consent     consentv1connect.ConsentServiceClient
	Sharing     sharingv1connect.SharingServiceClient
	Audit       auditv1connect.AuditServiceClient
	Objections  auditv1connect.ObjectionDeskServiceClient
	Auditor     auditv1connect.AuditorServiceClient
	Privacy     privacyv1connect.PrivacyServiceClient
	Corrections privacyv1connect.CorrectionDeskServiceClient
	Language    languagev1connect.LanguageServiceClient
	Preference  languagev1connect.PreferenceServiceClient
	Policy      policyv1connect.PolicyServiceClient
	PolicyDesk  policyv1connect.DeskServiceClient
	Scene       scenev1connect.SceneServiceClient
	SceneDesk   scenev1connect.DeskServiceClient
	Tax         taxv1connect.TaxServiceClient
	Alarm       alarmv1connect.AlarmServiceClient
	Notice      noticev1connect.NoticeServiceClient
	Campaign    campaignv1connect.CampaignServiceClient
	Subsidy     subsidyv1connect.SubsidyServiceClient
	Payouts     subsidyv1connect.PayoutDeskServiceClient
	Decisions   subsidyv1connect.SubsidyAuditServiceClient
	Credential  credentialv1connect.CredentialServiceClient
	Verify      credentialv1connect.VerificationServiceClient
	Licences    credentialv1connect.CredentialDeskServiceClient
	Issued      credentialv1connect.CredentialAuditServiceClient
	Calls       credentialv1connect.CredentialSystemServiceClient
	Credit      creditv1connect.CreditServiceClient
	CreditDesk  creditv1connect.CreditDeskServiceClient
	CreditAudit creditv1connect.CreditAuditServiceClient
	Dispute     disputev1connect.DisputeServiceClient
	DisputeDesk disputev1connect.DisputeDeskServiceClient
	Finance     financev1connect.FinanceServiceClient
	FinanceDesk financev1connect.FinanceDeskServiceClient
	FinanceSums financev1connect.FinanceAuditServiceClient
	Lending     lendingv1connect.LendingServiceClient
	LendingDesk lendingv1connect.LendingDeskServiceClient
	LendingSums lendingv1connect.LendingAuditServiceClient
}

// Clients returns clients over the given protocol options that send a token and
// a language, each unless it is empty.
func (s *Server) Clients(token, language string, options ...connect.ClientOption) Clients {
	options = append(options, connect.WithInterceptors(headers{token, language}))
	return Clients{
		Credential:  credentialv1connect.NewCredentialServiceClient(s.client, s.URL, options...),
		Verify:      credentialv1connect.NewVerificationServiceClient(s.client, s.URL, options...),
		Licences:    credentialv1connect.NewCredentialDeskServiceClient(s.client, s.URL, options...),
		Issued:      credentialv1connect.NewCredentialAuditServiceClient(s.client, s.URL, options...),
		Subsidy:     subsidyv1connect.NewSubsidyServiceClient(s.client, s.URL, options...),
		Payouts:     subsidyv1connect.NewPayoutDeskServiceClient(s.client, s.URL, options...),
		Decisions:   subsidyv1connect.NewSubsidyAuditServiceClient(s.client, s.URL, options...),
		Calls:       credentialv1connect.NewCredentialSystemServiceClient(s.client, s.URL, options...),
		Credit:      creditv1connect.NewCreditServiceClient(s.client, s.URL, options...),
		CreditDesk:  creditv1connect.NewCreditDeskServiceClient(s.client, s.URL, options...),
		CreditAudit: creditv1connect.NewCreditAuditServiceClient(s.client, s.URL, options...),
		Dispute:     disputev1connect.NewDisputeServiceClient(s.client, s.URL, options...),
		DisputeDesk: disputev1connect.NewDisputeDeskServiceClient(s.client, s.URL, options...),
		Finance:     financev1connect.NewFinanceServiceClient(s.client, s.URL, options...),
		FinanceDesk: financev1connect.NewFinanceDeskServiceClient(s.client, s.URL, options...),
		FinanceSums: financev1connect.NewFinanceAuditServiceClient(s.client, s.URL, options...),
		Lending:     lendingv1connect.NewLendingServiceClient(s.client, s.URL, options...),
		LendingDesk: lendingv1connect.NewLendingDeskServiceClient(s.client, s.URL, options...),
		LendingSums: lendingv1connect.NewLendingAuditServiceClient(s.client, s.URL, options...),
		Session:     sessionv1connect.NewSessionServiceClient(s.client, s.URL, options...),
		Dossier:     dossierv1connect.NewDossierServiceClient(s.client, s.URL, options...),
		Desk:        dossierv1connect.NewDeskServiceClient(s.client, s.URL, options...),
		Home:        homev1connect.NewHomeServiceClient(s.client, s.URL, options...),
		Officer:     staffv1connect.NewOfficerServiceClient(s.client, s.URL, options...),
		Admin:       staffv1connect.NewStaffAdminServiceClient(s.client, s.URL, options...),
		Consent:     consentv1connect.NewConsentServiceClient(s.client, s.URL, options...),
		Sharing:     sharingv1connect.NewSharingServiceClient(s.client, s.URL, options...),
		Audit:       auditv1connect.NewAuditServiceClient(s.client, s.URL, options...),
		Objections:  auditv1connect.NewObjectionDeskServiceClient(s.client, s.URL, options...),
		Auditor:     auditv1connect.NewAuditorServiceClient(s.client, s.URL, options...),
		Privacy:     privacyv1connect.NewPrivacyServiceClient(s.client, s.URL, options...),
		Corrections: privacyv1connect.NewCorrectionDeskServiceClient(s.client, s.URL, options...),
		Language:    languagev1connect.NewLanguageServiceClient(s.client, s.URL, options...),
		Preference:  languagev1connect.NewPreferenceServiceClient(s.client, s.URL, options...),
		Policy:      policyv1connect.NewPolicyServiceClient(s.client, s.URL, options...),
		PolicyDesk:  policyv1connect.NewDeskServiceClient(s.client, s.URL, options...),
		Scene:       scenev1connect.NewSceneServiceClient(s.client, s.URL, options...),
		SceneDesk:   scenev1connect.NewDeskServiceClient(s.client, s.URL, options...),
		Tax:         taxv1connect.NewTaxServiceClient(s.client, s.URL, options...),
		Alarm:       alarmv1connect.NewAlarmServiceClient(s.client, s.URL, options...),
		Notice:      noticev1connect.NewNoticeServiceClient(s.client, s.URL, options...),
		Campaign:    campaignv1connect.NewCampaignServiceClient(s.client, s.URL, options...),
	}
}

var code = regexp.MustCompile(`[0-9]{6}`)

// SignIn signs a person in by a document, with the code that the phone received,
// and returns the token.
func (s *Server) SignIn(ctx context.Context, t testing.TB, number, phone string) string {
	t.Helper()
	c := s.Clients("", "")
	start, err := c.Session.StartSignIn(ctx, &sessionv1.StartSignInRequest{Document: &commonv1.DocumentRef{Number: number}})
	must(t, err)
	done, err := c.Session.CompleteSignIn(ctx, &sessionv1.CompleteSignInRequest{ChallengeId: start.GetChallengeId(), Code: s.Code(ctx, t, phone)})
	must(t, err)
	return done.GetSession().GetAccessToken()
}

// Code has waiting codes sent and returns the newest one that the phone received.
func (s *Server) Code(ctx context.Context, t testing.TB, phone string) string {
	t.Helper()
	_, err := s.Sessions.SendCodes(ctx, 100)
	must(t, err)
	messages := s.Sandbox.Messages(phone)
	if len(messages) == 0 {
		t.Fatal("the phone received no message")
	}
	return code.FindString(messages[0].Text)
}

// Office is where the officers of tests work: Fujian as a whole.
var Office = staff.Office{ID: "fujian", Name: "Fujian", Department: "hall", DepartmentName: "Service hall", Area: "350000"}

// administrator makes the accounts of tests.
var administrator = actor.Actor{Role: actor.Officer, Officer: "bfftest", Duties: []actor.Duty{actor.Administer}, Duty: actor.Administer}

// Employ makes an account in an office, unless the login has one, and returns the
// officer.
func (s *Server) Employ(t testing.TB, office staff.Office, login string, duties ...actor.Duty) staff.Officer {
	t.Helper()
	must(t, s.Staff.EnsureOffice(t.Context(), office))
	officer, err := s.Staff.ByLogin(t.Context(), login)
	if errors.Is(err, staff.ErrNotFound) {
		officer, _, err = s.Staff.Create(t.Context(), administrator,
			staff.Account{Login: login, Name: login, Office: office.ID, Duties: duties})
	}
	must(t, err)
	return officer
}

// Officer returns a token for an officer of [Office] with duties, as after a
// sign-in.
func (s *Server) Officer(t testing.TB, login string, duties ...actor.Duty) string {
	t.Helper()
	return s.Token(t, s.Employ(t, Office, login, duties...).Actor())
}

// Token returns a token for an actor, as after a sign-in.
func (s *Server) Token(t testing.TB, by actor.Actor) string {
	t.Helper()
	return accesstest.Token(t, s.DB, s.Tokens, s.Now(), by)
}

// headers puts token and language on every request.
type headers struct{ token, language string }

func (h headers) set(to http.Header) {
	if h.token != "" {
		to.Set("Authorization", "Bearer "+h.token)
	}
	if h.language != "" {
		to.Set("Accept-Language", h.language)
	}
}

// WrapUnary implements connect.Interceptor.
func (h headers) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		h.set(req.Header())
		return next(ctx, req)
	}
}

// WrapStreamingClient implements connect.Interceptor.
func (h headers) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		conn := next(ctx, spec)
		h.set(conn.RequestHeader())
		return conn
	}
}

// WrapStreamingHandler implements connect.Interceptor.
func (h headers) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
