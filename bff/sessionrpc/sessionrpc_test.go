package sessionrpc_test

import (
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// absent is an ID that nothing has.
const absent = "01890000-0000-7000-8000-000000000000"

func each(t *testing.T, f func(t *testing.T, s *bfftest.Server, p synthetic.Person)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		f(t, s, p)
	})
}

// TestEveryProtocol signs in over Connect, in binary and JSON, and gRPC-Web.
func TestEveryProtocol(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		for name, options := range map[string][]connect.ClientOption{
			"connect": nil, "connect json": {connect.WithProtoJSON()}, "grpc-web": {connect.WithGRPCWeb()},
		} {
			c := s.Clients("", "", options...)
			started, err := c.Session.StartSignIn(t.Context(), &pb.StartSignInRequest{Document: &commonv1.DocumentRef{Number: p.Passes[0].Number}})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			done, err := c.Session.CompleteSignIn(t.Context(), &pb.CompleteSignInRequest{
				ChallengeId: started.GetChallengeId(), Code: s.Code(t.Context(), t, p.Phone),
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			mine := s.Clients(done.GetSession().GetAccessToken(), "", options...)
			if got, err := mine.Session.GetSession(t.Context(), &pb.GetSessionRequest{}); err != nil || got.GetSession().GetDossierId() != done.GetSession().GetDossierId() {
				t.Errorf("%s: the session is another one: %v", name, err)
			}
		}
	})
}

// TestBadInput gives each RPC each bad input that it can get, in each language.
func TestBadInput(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		spoilt := p.Permits[0].Number[:17] + "0"
		if spoilt == p.Permits[0].Number {
			spoilt = p.Permits[0].Number[:17] + "1"
		}
		start := func(d *commonv1.DocumentRef) func(bfftest.Clients) error {
			return func(c bfftest.Clients) error {
				_, err := c.Session.StartSignIn(t.Context(), &pb.StartSignInRequest{Document: d})
				return err
			}
		}
		complete := func(id, code string) func(bfftest.Clients) error {
			return func(c bfftest.Clients) error {
				_, err := c.Session.CompleteSignIn(t.Context(), &pb.CompleteSignInRequest{ChallengeId: id, Code: code})
				return err
			}
		}
		register := func(id, code string) func(bfftest.Clients) error {
			return func(c bfftest.Clients) error {
				_, err := c.Session.CompleteRegistration(t.Context(), &pb.CompleteRegistrationRequest{ChallengeId: id, Code: code})
				return err
			}
		}
		refresh := func(token string) func(bfftest.Clients) error {
			return func(c bfftest.Clients) error {
				_, err := c.Session.RefreshSession(t.Context(), &pb.RefreshSessionRequest{RefreshToken: token})
				return err
			}
		}
		tests := map[string]struct {
			call           func(bfftest.Clients) error
			reason, fields string
		}{
			"check character":  {start(&commonv1.DocumentRef{Number: spoilt}), "DOCUMENT_CHECK_CHARACTER", "document.number=DOCUMENT_CHECK_CHARACTER"},
			"no kind fits":     {start(&commonv1.DocumentRef{Number: "12345"}), "DOCUMENT_KIND_UNKNOWN", "document.number=DOCUMENT_KIND_UNKNOWN"},
			"a letter too far": {start(&commonv1.DocumentRef{Number: "七一〇〇〇〇〇〇"}), "DOCUMENT_ALPHABET", "document.number=DOCUMENT_ALPHABET"},
			"no document":      {start(nil), "REQUEST_INVALID", "document=VALIDATION_REQUIRED"},
			"no challenge":     {complete(absent, "123456"), "SIGN_IN_FAILED", ""},
			"letters":          {complete(absent, "abcdef"), "SIGN_IN_FAILED", ""},
			"challenge":        {complete("me", "123456"), "REQUEST_INVALID", "challenge_id=VALIDATION_STRING_UUID"},
			"short code":       {complete(absent, "12345"), "REQUEST_INVALID", "code=VALIDATION_STRING_LEN"},
			"registration":     {register(absent, "123456"), "SIGN_IN_FAILED", ""},
			"no refresh token": {refresh(""), "REQUEST_INVALID", "refresh_token=VALIDATION_STRING_MIN_LEN"},
			"refresh token":    {refresh("mztr_" + strings.Repeat("A", 43)), "SESSION_ENDED", ""},
			"registration id":  {register("", "123456"), "REQUEST_INVALID", "challenge_id=VALIDATION_STRING_UUID"},
		}
		for name, tt := range tests {
			texts := map[string]bool{}
			for language, locale := range map[string]string{"zh-TW": "zh-Hant-TW", "zh-CN": "zh-Hans", "en": "en"} {
				f := bfftest.Fails(t, name, tt.call(s.Clients("", language)), tt.reason)
				if f.Fields != tt.fields || f.Locale != locale {
					t.Errorf("%s: fields %q in %s, want %q in %s", name, f.Fields, f.Locale, tt.fields, locale)
				}
				texts[f.Text] = true
			}
			if len(texts) != 3 {
				t.Errorf("%s: %d sentences in three languages", name, len(texts))
			}
		}
	})
}

// TestTokensKeepToTheirSide: an officer's token opens no person's RPC, nor the
// other way round; what is no token at all opens nothing.
func TestTokensKeepToTheirSide(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		get := func(token string) error {
			_, err := s.Clients(token, "en").Session.GetSession(t.Context(), &pb.GetSessionRequest{})
			return err
		}
		good := s.Holder(t, p.Passes[0].Number)
		if err := get(good); err != nil {
			t.Fatal(err)
		}
		clerk := s.Officer(t, "one", actor.Accept)
		if err := get(clerk); err != nil {
			t.Errorf("an officer asks about the own session: %v", err)
		}
		_, err := s.Clients(clerk, "en").Dossier.GetDossier(t.Context(), &dossierv1.GetDossierRequest{})
		bfftest.Fails(t, "an officer on a person's RPC", err, "NOT_ALLOWED")
		for name, token := range map[string]string{
			"garbage": "garbage", "trailing byte": good + "A", "cut": good[:len(good)-2], "twice": good + " " + good,
			"large": strings.Repeat("A", 60<<10), "of another house": foreign(t, p),
		} {
			bfftest.Fails(t, name, get(token), "TOKEN_INVALID")
		}
		// The server of the test takes headers of about 1 MiB, as net/http does.
		if err := get(strings.Repeat("A", 1<<20)); err == nil || connect.CodeOf(err) == connect.CodeInternal {
			t.Errorf("a token of 1 MiB: %v", connect.CodeOf(err))
		}
	})
}

// foreign is a token of a house with another key.
func foreign(t *testing.T, p synthetic.Person) string {
	t.Helper()
	var token string
	t.Run("another house", func(t *testing.T) {
		s := bfftest.New(t, entdbtest.New(t), bfftest.Options{})
		s.Settle(t, p)
		token = s.Holder(t, p.Passes[0].Number)
	})
	return token
}

// TestAStaleTokenKeepsNobodyOut: RPCs of the public look at no token.
func TestAStaleTokenKeepsNobodyOut(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		_, err := s.Clients("stale", "").Session.StartSignIn(t.Context(), &pb.StartSignInRequest{Document: &commonv1.DocumentRef{Number: p.Passes[0].Number}})
		if err != nil {
			t.Errorf("sign in with a stale token: %v", err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/minzhengtong.session.v1.SessionService/GetSession?encoding=json&message={}", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if res.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("without a token: status %d, want 401 and Bearer", res.StatusCode)
		}
	})
}

// TestWholeSession goes through the life of a session as a client sees it.
func TestWholeSession(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, p synthetic.Person) {
		anon := s.Clients("", "en")
		open := func(number, name string) *pb.Session {
			t.Helper()
			started, err := anon.Session.StartSignIn(t.Context(), &pb.StartSignInRequest{Document: &commonv1.DocumentRef{Number: number}})
			if err != nil {
				t.Fatal(err)
			}
			done, err := anon.Session.CompleteSignIn(t.Context(), &pb.CompleteSignInRequest{
				ChallengeId: started.GetChallengeId(), Code: s.Code(t.Context(), t, p.Phone), DeviceName: name})
			if err != nil {
				t.Fatal(err)
			}
			return done.GetSession()
		}
		phone := open(p.Passes[0].Number, "手機")
		tablet := open(p.Passes[0].Number, "平板")
		foreign := open(p.Permits[0].Number, "別人") // another file
		refreshed, err := anon.Session.RefreshSession(t.Context(), &pb.RefreshSessionRequest{RefreshToken: phone.GetRefreshToken()})
		if err != nil {
			t.Fatal(err)
		}
		now := refreshed.GetSession()
		if now.GetId() != phone.GetId() || now.GetRefreshToken() == "" || now.GetDeviceToken() == "" || now.GetAccessToken() == "" ||
			!now.GetSessionExpireTime().AsTime().Equal(phone.GetSessionExpireTime().AsTime()) {
			t.Error("the refreshed session is another, or has no tokens")
		}
		mine := s.Clients(now.GetAccessToken(), "en")
		listed, err := mine.Session.ListDevices(t.Context(), &pb.ListDevicesRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if d := listed.GetDevices(); len(d) != 2 || d[0].GetName() != "平板" || d[1].GetName() != "手機" || !d[1].GetCurrent() || d[0].GetCurrent() {
			t.Errorf("%d devices are listed, want tablet and phone", len(d))
		}
		out := func(c bfftest.Clients, id string) error {
			_, err := c.Session.SignOut(t.Context(), &pb.SignOutRequest{SessionId: id})
			return err
		}
		want := bfftest.Fails(t, "nobody's session", out(mine, absent), "SESSION_NOT_FOUND")
		if got := bfftest.Fails(t, "another's session", out(mine, foreign.GetId()), "SESSION_NOT_FOUND"); got != want {
			t.Errorf("another's session fails as %+v, nobody's as %+v", got, want)
		}
		for range 2 {
			if err := out(mine, tablet.GetId()); err != nil {
				t.Errorf("sign the tablet out: %v", err)
			}
		}
		_, err = s.Clients(tablet.GetAccessToken(), "en").Session.GetSession(t.Context(), &pb.GetSessionRequest{})
		bfftest.Fails(t, "the tablet's token", err, "TOKEN_INVALID")
		ended, err := mine.Session.SignOutEverywhere(t.Context(), &pb.SignOutEverywhereRequest{})
		if err != nil || ended.GetEnded() != 1 {
			t.Errorf("%d sessions ended (%v), want 1", ended.GetEnded(), err)
		}
		bfftest.Fails(t, "the phone's token", out(mine, ""), "TOKEN_INVALID")
		_, err = anon.Session.RefreshSession(t.Context(), &pb.RefreshSessionRequest{RefreshToken: now.GetRefreshToken()})
		bfftest.Fails(t, "the phone's refresh token", err, "SESSION_ENDED")
	})
}

// TestOfficersFail alike, whatever is wrong.
func TestOfficersFail(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server, _ synthetic.Person) {
		c := s.Clients("", "en").Session
		_, err := c.SignInOfficer(t.Context(), &pb.SignInOfficerRequest{Login: "nobody", Password: "nothing", Code: "000000"})
		want := bfftest.Fails(t, "an officer", err, "SIGN_IN_FAILED")
		_, err = c.ChangePassword(t.Context(), &pb.ChangePasswordRequest{Login: "nobody", Password: "nothing", Code: "000000", NewPassword: "a-password-for-a-test"})
		if got := bfftest.Fails(t, "another password", err, "SIGN_IN_FAILED"); got != want {
			t.Errorf("fails as %+v, want %+v", got, want)
		}
		_, err = c.SignInSystem(t.Context(), &pb.SignInSystemRequest{Assertion: strings.Repeat("x", 40)})
		if got := bfftest.Fails(t, "a system", err, "SIGN_IN_FAILED"); got != want {
			t.Errorf("fails as %+v, want %+v", got, want)
		}
		_, err = c.StartProviderSignIn(t.Context(), &pb.StartProviderSignInRequest{})
		bfftest.Fails(t, "no provider", err, "PROVIDER_NOT_CONFIGURED")
	})
}
