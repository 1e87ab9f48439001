package jobs

import (
	"context"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

// How much one batch takes up.
const (
	inquiriesPerBatch = 200
	codesPerBatch     = 50
	forgottenPerBatch = 500
)

// Table is the whole timetable.
func Table(files *dossier.Service, sessions *access.Service, keys *keyring.Keyring) []Job {
	return []Job{
		{
			// Questions that an authority has not answered yet, and those that an
			// import raised.
			Name: "finish-inquiries", Schedule: "@every 2s",
			Run: func(ctx context.Context) (int, error) { return files.FinishInquiries(ctx, inquiriesPerBatch) },
		},
		{
			// One-time codes: at once when one is asked for, and again for those
			// that the gateway did not take.
			Name: "send-codes", Schedule: "@every 5s", Wake: sessions.Woken(),
			Run: func(ctx context.Context) (int, error) { return sessions.SendCodes(ctx, codesPerBatch) },
		},
		{
			// One-time codes that nobody needs any more.
			Name: "forget-codes", Schedule: "@every 1h",
			Run: func(ctx context.Context) (int, error) { return sessions.ForgetCodes(ctx, forgottenPerBatch) },
		},
		{
			// Keys that another process added or promoted.
			Name: "reload-keys", Schedule: "@every 30s",
			Run: func(context.Context) (int, error) { return 0, keys.Reload() },
		},
	}
}
