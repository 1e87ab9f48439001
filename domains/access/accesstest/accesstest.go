// Package accesstest opens sessions for tests that are not about signing in.
package accesstest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// Token opens a session that an actor's proof would have opened at now, and
// returns its access token. The document or account must be on file for the
// token to be worth anything; duties are those of the account.
func Token(t testing.TB, db *entdb.DB, tokens *access.Tokens, now time.Time, by actor.Actor) string {
	t.Helper()
	role, holder, whole := row.RoleStaff, string(by.Officer), access.StaffSession
	switch by.Role {
	case actor.Person:
		role, holder, whole = row.RolePerson, string(by.Document), access.PersonSession
	case actor.System:
		role, whole = row.RoleSystem, access.SystemSession
	case actor.Auditor:
		by.Role = actor.Officer
	case actor.Officer:
	}
	by.Session = actor.SessionID(uuid.Must(uuid.NewV7()).String())
	now = now.UTC().Truncate(time.Microsecond)
	err := db.InTx(t.Context(), func(ctx context.Context) error {
		return db.Client(ctx).Session.Create().SetID(string(by.Session)).SetRole(role).SetHolderID(holder).
			SetDeviceID(uuid.NewString()).SetCreateTime(now).SetRefreshTime(now).SetExpireTime(now.Add(whole)).Exec(ctx)
	})
	if err != nil {
		t.Fatalf("open a session: %v", err)
	}
	token, _, err := tokens.Issue(by, uuid.NewString(), access.TokenLife)
	if err != nil {
		t.Fatalf("issue a token: %v", err)
	}
	return token
}
