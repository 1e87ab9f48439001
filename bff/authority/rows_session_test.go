package authority_test

import (
	"crypto/ed25519"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// sessionRows: the public ones look at no token, and every role is answered
// alike. Their relations are between the proof and whom it is said to be of.
func sessionRows() map[string]row {
	const service = "session.v1.SessionService/"
	stranger := []relation{another, deleted, guessed}
	return map[string]row{
		service + "StartSignIn": {extra: []relation{deleted, guessed}, request: func(c *cell) proto.Message {
			return &pb.StartSignInRequest{Document: ref(c.subject())}
		}},
		service + "CompleteSignIn": {extra: stranger, request: func(c *cell) proto.Message {
			id, code := c.challenge()
			return &pb.CompleteSignInRequest{ChallengeId: id, Code: code}
		}},
		service + "StartRegistration": {extra: []relation{another, deleted}, request: func(c *cell) proto.Message { return c.registration() }},
		service + "CompleteRegistration": {extra: []relation{another, guessed}, request: func(c *cell) proto.Message {
			wish := c.registration()
			start, err := c.Clients("", "").Session.StartRegistration(c.t.Context(), wish)
			c.must("start a registration", err)
			code := c.Code(c.t.Context(), c.t, wish.GetPhone())
			if c.rel == guessed {
				return &pb.CompleteRegistrationRequest{ChallengeId: uuid.NewString(), Code: code}
			}
			return &pb.CompleteRegistrationRequest{ChallengeId: start.GetChallengeId(), Code: code}
		}},
		service + "RefreshSession": {extra: []relation{deleted, guessed}, request: func(c *cell) proto.Message {
			return &pb.RefreshSessionRequest{RefreshToken: c.refreshToken()}
		}},
		service + "SignInOfficer": {extra: stranger, request: func(c *cell) proto.Message {
			login, password, secret := c.account()
			next := c.changed(login, password, secret)
			if c.rel == another {
				login, _, _ = c.account()
			}
			c.lockOut(login)
			if c.rel == guessed {
				login = "nobody-has-this"
			}
			return &pb.SignInOfficerRequest{Login: login, Password: next, Code: c.totp(secret)}
		}},
		service + "ChangePassword": {extra: stranger, request: func(c *cell) proto.Message {
			login, password, secret := c.account()
			if c.rel == another {
				login, _, _ = c.account()
			}
			c.lockOut(login)
			if c.rel == guessed {
				login = "nobody-has-this"
			}
			return &pb.ChangePasswordRequest{Login: login, Password: password, Code: c.totp(secret), NewPassword: "correct horse battery staple"}
		}},
		service + "StartProviderSignIn": {request: func(*cell) proto.Message { return &pb.StartProviderSignInRequest{} }},
		service + "CompleteProviderSignIn": {extra: []relation{guessed}, request: func(*cell) proto.Message {
			return &pb.CompleteProviderSignInRequest{State: uuid.NewString(), Code: uuid.NewString()}
		}},
		service + "SignInSystem": {extra: stranger, request: func(c *cell) proto.Message { return &pb.SignInSystemRequest{Assertion: c.assertion()} }},
		service + "GetSession":   {request: func(*cell) proto.Message { return &pb.GetSessionRequest{} }},
		service + "ListDevices":  {mark: func(c *cell, of side) string { return c.session(c.actor(of)) }, request: func(*cell) proto.Message { return &pb.ListDevicesRequest{} }},
		service + "SignOut": {
			account: true,
			target: func(c *cell, of side) string {
				switch {
				case of.human != nil:
					return c.session(c.actor(of))
				case c.rel == own:
					return c.session(c.by)
				}
				by := c.officer(hall, actor.Accept)
				id := c.session(by)
				if c.rel == deleted {
					c.must("end a session", c.Sessions.EndAll(c.t.Context(), by.ID()))
				}
				return id
			},
			request: func(c *cell) proto.Message { return &pb.SignOutRequest{SessionId: c.target} },
		},
		service + "SignOutEverywhere": {request: func(*cell) proto.Message { return &pb.SignOutEverywhereRequest{} }},
	}
}

// subject is a document to sign in by.
func (c *cell) subject() string {
	c.t.Helper()
	if c.rel == guessed {
		return c.number()
	}
	p := c.person(here)
	if c.rel == deleted {
		c.erase(p)
	}
	return p.Passes[0].Number
}

// challenge is one with a code, which fits only where the relation is own.
func (c *cell) challenge() (id, code string) {
	c.t.Helper()
	p := c.person(here)
	id = c.begun(p)
	code = c.Code(c.t.Context(), c.t, p.Phone)
	switch c.rel {
	case another:
		other := c.person(here)
		begun := c.begun(other)
		if c.Code(c.t.Context(), c.t, other.Phone) == code {
			c.t.Fatal("two codes are the same")
		}
		id = begun
	case deleted:
		c.erase(p)
	case guessed:
		id = uuid.NewString()
	}
	return id, code
}

func (c *cell) begun(p *human) string {
	c.t.Helper()
	start, err := c.Clients("", "").Session.StartSignIn(c.t.Context(), &pb.StartSignInRequest{Document: ref(p.Passes[0].Number)})
	c.must("start a sign-in", err)
	return start.GetChallengeId()
}

// registration is a wish to register somebody whom no register has named; with
// another's, somebody who has a file.
func (c *cell) registration() *pb.StartRegistrationRequest {
	c.t.Helper()
	c.made++
	p := bfftest.Person(800_000 + c.made)
	c.Sandbox.Add(p)
	switch c.rel {
	case another:
		p = c.person(here).Person
	case deleted:
		gone := c.person(here)
		c.erase(gone)
		p = gone.Person
	}
	return &pb.StartRegistrationRequest{
		Document: ref(p.Passes[0].Number), Name: p.Passes[0].Names.Taiwan, BirthDate: p.Birth.String(), Phone: p.Phone,
	}
}

// refreshToken is one that works, or does not any more, or never did.
func (c *cell) refreshToken() string {
	c.t.Helper()
	if c.rel == guessed {
		return strings.Repeat("A", 43)
	}
	p := c.person(here)
	id := c.begun(p)
	done, err := c.Clients("", "").Session.CompleteSignIn(c.t.Context(), &pb.CompleteSignInRequest{
		ChallengeId: id, Code: c.Code(c.t.Context(), c.t, p.Phone),
	})
	c.must("sign in", err)
	if c.rel == deleted {
		c.erase(p)
	}
	return done.GetSession().GetRefreshToken()
}

// account is a new officer's login, first password and authenticator's secret.
func (c *cell) account() (login, password, secret string) {
	c.t.Helper()
	_, shown := c.employ(hall, actor.Accept)
	key, err := otp.NewKeyFromURL(shown.URI)
	c.must("read an authenticator's secret", err)
	return "login-" + strconv.Itoa(c.made), shown.Password, key.Secret()
}

// totp is the code of the moment.
func (c *cell) totp(secret string) string {
	c.t.Helper()
	code, err := totp.GenerateCode(secret, c.Now())
	c.must("make a code", err)
	return code
}

// changed sets another password and returns it. The next code is a new one.
func (c *cell) changed(login, password, secret string) string {
	c.t.Helper()
	const next = "another horse battery staple"
	_, err := c.Clients("", "").Session.ChangePassword(c.t.Context(), &pb.ChangePasswordRequest{
		Login: login, Password: password, Code: c.totp(secret), NewPassword: next,
	})
	c.must("change a password", err)
	c.Advance(time.Minute)
	return next
}

// lockOut disables an account where the relation says so.
func (c *cell) lockOut(login string) {
	c.t.Helper()
	if c.rel != deleted {
		return
	}
	o, err := c.Staff.ByLogin(c.t.Context(), login)
	c.must("find an account", err)
	_, err = c.Staff.SetState(c.t.Context(), root, o.ID, staff.Disabled)
	c.must("disable an account", err)
}

// assertion is a system's: signed by another's key, of a system that is kept
// out, or that nobody knows.
func (c *cell) assertion() string {
	c.t.Helper()
	by, key := c.program()
	id := by.ID()
	switch c.rel {
	case another:
		_, key = c.program()
	case deleted:
		c.must("keep a system out", c.Staff.SetSystemState(c.t.Context(), by.Officer, staff.Disabled))
	case guessed:
		id = "system-unknown"
		var err error
		_, key, err = ed25519.GenerateKey(nil)
		c.must("make a key", err)
	}
	text, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.RegisteredClaims{
		Issuer: id, Subject: id, Audience: jwt.ClaimStrings{"minzhengtong"}, ID: uuid.NewString(),
		ExpiresAt: jwt.NewNumericDate(c.Now().Add(time.Minute)),
	}).SignedString(key)
	c.must("sign an assertion", err)
	return text
}
