package access_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/document"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// said is what a token says, read without checking it.
func said(t *testing.T, token string) (claims struct{ Sub, Doc, Role string }) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("the token has %d parts, want 3", len(parts))
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	must(t, "decode a token", err)
	must(t, "read a token", json.Unmarshal(raw, &claims))
	return claims
}

// TestEitherDocumentSignsIn: whatever form of whatever document somebody types,
// the token's subject is the one file.
func TestEitherDocumentSignsIn(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.Join(t, w.pass, w.permit)
		tests := []struct {
			name, number string
			kind         commonv1.DocumentKind
		}{
			{"pass", w.pass, commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS},
			{"permit", w.permit, commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT},
			{"pass with issue count", w.pass + "01", commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS},
			{"pass with issuer code", w.pass + "01(B)", commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS},
			{"permit with spaces", w.permit[:6] + " " + w.permit[6:], commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT},
		}
		_, file, err := w.Files.Locate(t.Context(), w.Number(t, w.pass))
		must(t, "locate the pass", err)
		for _, tt := range tests {
			w.Advance(10 * time.Minute)
			got := w.signIn(t, tt.number, w.person.Phone)
			if got.GetDossierId() != string(file) || got.GetDocumentKind() != tt.kind {
				t.Errorf("%s: opens file %s by a %v, want %s by a %v", tt.name, got.GetDossierId(), got.GetDocumentKind(), file, tt.kind)
			}
			if claims := said(t, got.GetAccessToken()); claims.Sub != string(file) || claims.Doc != got.GetDocumentId() || claims.Role != "person" {
				t.Errorf("%s: the token says %+v, want the file %s and the document %s", tt.name, claims, file, got.GetDocumentId())
			}
			if want := w.Now().Add(access.TokenLife); !got.GetExpireTime().AsTime().Equal(want) {
				t.Errorf("%s: good until %v, want %v", tt.name, got.GetExpireTime().AsTime(), want)
			}
		}
	})
}

// TestPhonesOfBothSides: a number of Taiwan is as good as one of the mainland,
// and linking makes two subjects one.
func TestPhonesOfBothSides(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p := bfftest.Person(7)
		w.Sandbox.Add(p)
		island, mainland := p, p
		island.Permits, island.Phone = nil, "+886912000007"
		mainland.Passes, mainland.Phone = nil, "+8613900000007"
		w.Take(t, island)
		w.Advance(time.Second)
		w.Take(t, mainland)
		pass, permit := p.Passes[0].Number, p.Permits[0].Number

		one, two := w.signIn(t, pass, island.Phone), w.signIn(t, permit, mainland.Phone)
		if one.GetDossierId() == two.GetDossierId() {
			t.Error("two documents that nobody linked open one file")
		}
		linked, err := w.Clients(one.GetAccessToken(), "").Dossier.LinkDocument(t.Context(), &dossierv1.LinkDocumentRequest{Document: ref(permit)})
		must(t, "link", err)
		if linked.GetLink().GetId() == "" {
			t.Fatal("the national check did not link")
		}
		w.Advance(time.Minute)
		// What was recorded last holds for the whole file.
		one, two = w.signIn(t, pass, mainland.Phone), w.signIn(t, permit, mainland.Phone)
		if said(t, one.GetAccessToken()).Sub != said(t, two.GetAccessToken()).Sub {
			t.Error("the linked documents have two subjects, want one")
		}
	})
}

// TestReplacedNumberSignsIn: the number that the authority replaced still opens
// the file.
func TestReplacedNumberSignsIn(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		before := w.signIn(t, w.permit, w.person.Phone)
		issued, err := w.Sandbox.IssueAnew(document.TaiwanPermit, w.permit, true)
		must(t, "issue anew", err)
		_, err = w.Clients(before.GetAccessToken(), "").Dossier.RenewDocument(t.Context(),
			&dossierv1.RenewDocumentRequest{DocumentId: before.GetDocumentId(), NewNumber: issued.Number})
		must(t, "renew", err)
		for name, number := range map[string]string{"old": w.permit, "new": issued.Number} {
			if got := w.signIn(t, number, w.person.Phone); got.GetDossierId() != before.GetDossierId() {
				t.Errorf("the %s number opens file %s, want %s", name, got.GetDossierId(), before.GetDossierId())
			}
		}
	})
}

func TestGetSession(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		opened := w.signIn(t, w.pass, w.person.Phone)
		mine := w.Clients(opened.GetAccessToken(), "en")
		w.Join(t, w.pass, w.permit)
		_, file, err := w.Files.Locate(t.Context(), w.Number(t, w.permit))
		must(t, "locate the permit", err)
		got, err := mine.Session.GetSession(t.Context(), &sessionv1.GetSessionRequest{})
		must(t, "get the session", err)
		session := got.GetSession()
		if session.GetAccessToken() != "" || session.GetDossierId() != string(file) || session.GetDocumentId() != opened.GetDocumentId() ||
			!session.GetExpireTime().AsTime().Equal(opened.GetExpireTime().AsTime()) ||
			session.GetDocumentKind() != commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS {
			t.Error("the session is not the one that was opened, in the file that the document is in now, without its token")
		}
		w.Advance(access.TokenLife)
		_, err = mine.Session.GetSession(t.Context(), &sessionv1.GetSessionRequest{})
		bfftest.Fails(t, "an expired token", err, "TOKEN_INVALID")
		_, err = w.anon.Session.GetSession(t.Context(), &sessionv1.GetSessionRequest{})
		bfftest.Fails(t, "no token", err, "SIGN_IN_REQUIRED")
	})
}

// TestMessageIsInTheCallersLanguage: and goes to the phone on file alone.
func TestMessageIsInTheCallersLanguage(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for language, want := range map[string]string{"zh-TW": "驗證碼", "zh-CN": "验证码", "en": "Your code is"} {
			w.Advance(10 * time.Minute)
			_, err := w.Clients("", language).Session.StartSignIn(t.Context(), &sessionv1.StartSignInRequest{Document: ref(w.pass)})
			must(t, "start a sign-in", err)
			w.send(t)
			if got := w.Sandbox.Messages(w.person.Phone)[0].Text; !strings.Contains(got, want) {
				t.Errorf("%s: the message is in another language", language)
			}
		}
		if w.delivered() != 3 {
			t.Errorf("%d messages were delivered, want 3", w.delivered())
		}
	})
}
