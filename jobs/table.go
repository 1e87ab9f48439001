package jobs

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/replay"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// How much one batch takes up.
const (
	inquiriesPerBatch = 200
	codesPerBatch     = 50
	forgottenPerBatch = 500
	entriesPerBatch   = 1000
	erasuresPerBatch  = 10
)

// Rooms are the domains whose work has its time.
type Rooms struct {
	Files    *dossier.Service
	Sessions *access.Service
	Staff    *staff.Service
	Audit    *audit.Service
	Privacy  *privacy.Service
	Limits   *limit.Service
	Writes   *replay.Service
	Keys     *keyring.Keyring
	Vault    *vault.Vault
}

// Table is the whole timetable.
func Table(r Rooms) []Job {
	return []Job{
		{
			// Questions that an authority has not answered yet, and those that an
			// import raised.
			Name: "finish-inquiries", Schedule: "@every 2s",
			Run: func(ctx context.Context) (int, error) { return r.Files.FinishInquiries(ctx, inquiriesPerBatch) },
		},
		{
			// One-time codes: at once when one is asked for, and again for those
			// that the gateway did not take.
			Name: "send-codes", Schedule: "@every 5s", Wake: r.Sessions.Woken(),
			Run: func(ctx context.Context) (int, error) { return r.Sessions.SendCodes(ctx, codesPerBatch) },
		},
		{
			// Entries of the audit log get their places.
			Name: "number-entries", Schedule: "@every 1s",
			Run: func(ctx context.Context) (int, error) { return r.Audit.Number(ctx, entriesPerBatch) },
		},
		{
			// The log's heads leave the database.
			Name: "anchor-log", Schedule: "@every 1s",
			Run: func(ctx context.Context) (int, error) { return 0, second(r.Audit.Anchor(ctx)) },
		},
		{
			// Erasures that were begun and not ended.
			Name: "finish-erasures", Schedule: "@every 10s",
			Run: func(ctx context.Context) (int, error) { return r.Privacy.Finish(ctx, erasuresPerBatch) },
		},
		{
			// Buckets of limits that live in memory, so that a restart keeps them.
			Name: "flush-limits", Schedule: "@every 1s",
			Run: func(ctx context.Context) (int, error) { return 0, r.Limits.Flush(ctx) },
		},
		{
			// Keys that another process added or promoted.
			Name: "reload-keys", Schedule: "@every 30s",
			Run: func(ctx context.Context) (int, error) { return 0, reload(ctx, r) },
		},
		{
			// The key that signs tokens changes each month.
			Name: "rotate-token-keys", Schedule: "@every 1h",
			Run: func(ctx context.Context) (int, error) { return 0, r.Sessions.RotateKeysWhenDue(ctx) },
		},
		{
			// What was shredded leaves no trace in the vault's files.
			Name: "compact-vault", Schedule: "CRON_TZ=Asia/Shanghai 30 3 * * *", Late: true,
			Run: func(ctx context.Context) (int, error) { return 0, r.Vault.Compact(ctx) },
		},
		forgetting("forget-codes", r.Sessions.ForgetCodes),
		forgetting("forget-sessions", r.Sessions.ForgetSessions),
		forgetting("forget-proofs", r.Staff.Forget),
		forgetting("forget-limits", r.Limits.Forget),
		forgetting("forget-write-keys", r.Writes.Forget),
		forgetting("forget-what-is-past-its-time", r.Privacy.Retain),
	}
}

// forgetting is a job that deletes, each hour, what nobody needs any more.
func forgetting(name string, forget func(context.Context, int) (int, error)) Job {
	return Job{
		Name: name, Schedule: "@every 1h",
		Run: func(ctx context.Context) (int, error) { return forget(ctx, forgottenPerBatch) },
	}
}

// reload reads the keys that seal, and those that sign tokens.
func reload(ctx context.Context, r Rooms) error {
	if err := r.Keys.Reload(); err != nil {
		return err
	}
	return r.Sessions.ReloadKeys(ctx)
}

func second[T any](_ T, err error) error { return err }
