package jobs

import (
	"context"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/replay"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// How much one batch takes up.
const (
	inquiriesPerBatch = 200
	codesPerBatch     = 50
	forgottenPerBatch = 500
	entriesPerBatch   = 1000
	erasuresPerBatch  = 10
	plannedPerBatch   = 200
	alarmsPerBatch    = 500
	settledPerBatch   = 200
	signedPerBatch    = 200
	decidedPerPage    = 100
	remindedPerBatch  = 100
)

// Rooms are the domains whose work has its time.
type Rooms struct {
	Files     *dossier.Service
	Sessions  *access.Service
	Staff     *staff.Service
	Audit     *audit.Service
	Privacy   *privacy.Service
	Limits    *limit.Service
	Writes    *replay.Service
	Keys      *keyring.Keyring
	Vault     *vault.Vault
	Tax       *tax.Service
	Alarms    *alarm.Service
	Campaigns *campaign.Service
	Subsidies *subsidy.Service
	// Credentials are the licences that the house issues.
	Credentials *credential.Service
	Disputes    *dispute.Service
	Finance     *finance.Service
}

// Table is the whole timetable.
func Table(r Rooms) []Job {
	return []Job{
		{
			Name: "finish-inquiries", Schedule: "@every 2s",
			What: "Asks authorities again what they have not answered yet, and what an import raised.",
			Run:  func(ctx context.Context) (int, error) { return r.Files.FinishInquiries(ctx, inquiriesPerBatch) },
		},
		{
			Name: "send-codes", Schedule: "@every 5s", Wake: r.Sessions.Woken(),
			What: "Sends one-time codes, at once and again where the gateway did not take them.",
			Run:  func(ctx context.Context) (int, error) { return r.Sessions.SendCodes(ctx, codesPerBatch) },
		},
		{
			Name: "number-entries", Schedule: "@every 1s",
			What: "Gives entries of the audit log their places.",
			Run:  func(ctx context.Context) (int, error) { return r.Audit.Number(ctx, entriesPerBatch) },
		},
		{
			Name: "anchor-log", Schedule: "@every 1s",
			What: "Anchors the audit log's heads outside the database.",
			Run:  func(ctx context.Context) (int, error) { return 0, second(r.Audit.Anchor(ctx)) },
		},
		{
			Name: "finish-erasures", Schedule: "@every 10s",
			What: "Ends erasures that were begun.",
			Run:  func(ctx context.Context) (int, error) { return r.Privacy.Finish(ctx, erasuresPerBatch) },
		},
		{
			Name: "flush-limits", Schedule: "@every 1s",
			What: "Writes the limits that live in memory, so that a restart keeps them.",
			Run:  func(ctx context.Context) (int, error) { return 0, r.Limits.Flush(ctx) },
		},
		{
			Name: "reload-keys", Schedule: "@every 30s",
			What: "Reads keys that another process added or promoted.",
			Run:  func(ctx context.Context) (int, error) { return 0, reload(ctx, r) },
		},
		{
			Name: "rotate-token-keys", Schedule: "@every 1h",
			What: "Changes the key that signs tokens, each month.",
			Run:  func(ctx context.Context) (int, error) { return 0, r.Sessions.RotateKeysWhenDue(ctx) },
		},
		{
			Name: "rotate-issuer-keys", Schedule: "@every 1h",
			What: "Changes the key that signs licences, each year.",
			Run:  func(ctx context.Context) (int, error) { return 0, r.Credentials.Keys.RotateWhenDue(ctx) },
		},
		{
			Name: "sign-credentials", Schedule: "@every 5s",
			What: "Signs licences that were stored and not signed, because a process died.",
			Run:  func(ctx context.Context) (int, error) { return r.Credentials.FinishPending(ctx, signedPerBatch) },
		},
		{
			Name: "compact-vault", Schedule: "30 3 * * *", Leader: true, Grace: 12 * time.Hour,
			What: "Leaves no trace of shredded keys in the vault's files.",
			Run:  func(ctx context.Context) (int, error) { return 0, r.Vault.Compact(ctx) },
		},
		{
			Name: "ring", Schedule: "@every 5s",
			What: "Rings the alarms that are due.",
			Run:  func(ctx context.Context) (int, error) { return r.Alarms.Ring(ctx, alarmsPerBatch) },
		},
		{
			Name: "plan-taxes", Schedule: "@every 10m",
			What: "Works out what registrations make due in the next 400 days.",
			Run:  func(ctx context.Context) (int, error) { return r.Tax.PlanDue(ctx, plannedPerBatch) },
		},
		{
			Name: "plan-expiries", Schedule: "10 2 * * *", Leader: true, Grace: 20 * time.Hour,
			What: "Makes due what documents run out within 120 days, and lets fall away what was renewed.",
			Run:  func(ctx context.Context) (int, error) { return 0, second(r.Tax.PlanExpiries(ctx, plannedPerBatch)) },
		},
		{
			Name: "decide-subsidies", Schedule: "40 1 * * *", Leader: true, Grace: 20 * time.Hour,
			What: "Decides what subsidies of last year come to, for everybody who authorised it.",
			// A run goes over everybody: were it called again because something changed, it
			// would ask about all of them twice.
			Run: func(ctx context.Context) (int, error) { return 0, second(r.Subsidies.RunLastYear(ctx, decidedPerPage)) },
		},
		{
			Name: "invite-payees", Schedule: "20 10 * * 1", Leader: true, Grace: 6 * 24 * time.Hour,
			What: "Tells those to whom a subsidy of last year may be due, and who have not authorised it, once.",
			Run:  func(ctx context.Context) (int, error) { return 0, second(r.Subsidies.InviteLastYear(ctx)) },
		},
		{
			Name: "settle-payouts", Schedule: "@every 1m",
			What: "Asks the payment gateway what became of payouts of which nobody heard.",
			Run:  func(ctx context.Context) (int, error) { return r.Subsidies.Settle(ctx, settledPerBatch) },
		},
		{
			Name: "reconcile-payouts", Schedule: "30 6 * * *", Leader: true, Grace: 17 * time.Hour,
			What: "Holds yesterday's statement of the payment gateway against the books.",
			Run:  func(ctx context.Context) (int, error) { return 0, second(r.Subsidies.ReconcileYesterday(ctx)) },
		},
		{
			Name: "remind-disputes", Schedule: "@every 10m",
			What: "Marks disputes whose answer is late, and tells whoever filed them, once.",
			Run:  func(ctx context.Context) (int, error) { return r.Disputes.Remind(ctx, remindedPerBatch) },
		},
		{
			Name: "issue-finance-certificates", Schedule: "@every 1m",
			What: "Issues certificates that were approved and whose issue was cut off.",
			Run:  func(ctx context.Context) (int, error) { return r.Finance.Finish(ctx, signedPerBatch) },
		},
		{
			Name: "run-campaigns", Schedule: "@every 5s",
			What: "Tells the next people of campaigns, at their pace.",
			Run:  r.Campaigns.Step,
		},
		forgetting("forget-codes", "Deletes one-time codes that are over.", r.Sessions.ForgetCodes),
		forgetting("forget-screen-codes", "Deletes codes of licences that were over a day ago.", r.Credentials.ForgetCodes),
		forgetting("forget-sessions", "Deletes sessions that are over.", r.Sessions.ForgetSessions),
		forgetting("forget-proofs", "Deletes officers' proofs that are over.", r.Staff.Forget),
		forgetting("forget-limits", "Deletes limits that are full again.", r.Limits.Forget),
		forgetting("forget-write-keys", "Deletes idempotency keys that are past their time.", r.Writes.Forget),
		forgetting("forget-what-is-past-its-time", "Deletes what is past the time for which it is kept.", r.Privacy.Retain),
	}
}

// forgetting is a job that deletes, each hour, what nobody needs any more.
func forgetting(name, what string, forget func(context.Context, int) (int, error)) Job {
	return Job{
		Name: name, Schedule: "@every 1h", What: what,
		Run: func(ctx context.Context) (int, error) { return forget(ctx, forgottenPerBatch) },
	}
}

// reload reads the keys that seal, and those that sign licences and tokens.
func reload(ctx context.Context, r Rooms) error {
	if err := r.Keys.Reload(); err != nil {
		return err
	}
	if err := r.Credentials.Keys.Reload(ctx); err != nil {
		return err
	}
	return r.Sessions.ReloadKeys(ctx)
}

func second[T any](_ T, err error) error { return err }
