package access_test

import (
	"context"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/challenge"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// nobody is the pass of nobody in any register.
const nobody = "79999999"

// world is a house in which one person's pass and permit stand in the
// registers, not linked yet, and a caller who is not signed in.
type world struct {
	*bfftest.Server
	anon         bfftest.Clients
	person       synthetic.Person
	pass, permit string
}

// each runs f in a world of its own on each kind of database.
func each(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s := bfftest.New(t, db, bfftest.Options{})
		w := world{Server: s, anon: s.Clients("", "en"), person: bfftest.Person(0)}
		s.Settle(t, w.person)
		w.pass, w.permit = w.person.Passes[0].Number, w.person.Permits[0].Number
		f(t, w)
	})
}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func ref(number string) *commonv1.DocumentRef { return &commonv1.DocumentRef{Number: number} }

// ask asks for a code.
func (w world) ask(ctx context.Context, number string) (*sessionv1.StartSignInResponse, error) {
	return w.anon.Session.StartSignIn(ctx, &sessionv1.StartSignInRequest{Document: ref(number)})
}

// start asks for a code, which must not fail, and returns the challenge.
func (w world) start(t *testing.T, number string) string {
	t.Helper()
	started, err := w.ask(t.Context(), number)
	must(t, "start a sign-in", err)
	return started.GetChallengeId()
}

// complete brings a code back.
func (w world) complete(ctx context.Context, id, code string) (*sessionv1.Session, error) {
	done, err := w.anon.Session.CompleteSignIn(ctx, &sessionv1.CompleteSignInRequest{ChallengeId: id, Code: code})
	return done.GetSession(), err
}

// signIn goes the whole way and checks what the phone received on it.
func (w world) signIn(t *testing.T, number, phone string) *sessionv1.Session {
	t.Helper()
	id := w.start(t, number)
	session, err := w.complete(t.Context(), id, w.Code(t.Context(), t, phone))
	must(t, "complete a sign-in", err)
	return session
}

// send has the house send what is due and returns how many it took up.
func (w world) send(t *testing.T) int {
	t.Helper()
	n, err := w.Sessions.SendCodes(t.Context(), 100)
	must(t, "send codes", err)
	return n
}

// delivered counts the messages that reached any phone.
func (w world) delivered() int { return w.Sandbox.Count(upstream.MessageGateway).Done }

// row is a challenge as it is stored.
func (w world) row(t *testing.T, id string) *ent.Challenge {
	t.Helper()
	r, err := w.DB.Client(t.Context()).Challenge.Query().Where(challenge.ID(id)).Only(t.Context())
	must(t, "read a challenge", err)
	return r
}

// wrong is a code that is not the one given.
func wrong(code string) string {
	return strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code)
}

func TestNewWantsEverything(t *testing.T) {
	t.Parallel()
	if _, err := access.New(access.Deps{}); err == nil {
		t.Error("a service stands on nothing")
	}
}
