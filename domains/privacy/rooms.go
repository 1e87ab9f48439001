package privacy

import (
	"context"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/lending"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// most is how many entries of one list an export holds.
const most = 10_000

// Looks is the log of who looked, and what people have against some looks.
// audit.Reader does it.
type Looks interface {
	Looks(ctx context.Context, by actor.Actor, page audit.Page, othersOnly bool) ([]audit.Shown, bool, error)
	List(ctx context.Context, by actor.Actor) ([]audit.Objection, error)
}

// Sessions is the sign-ins of a file.
type Sessions interface {
	// Sessions returns the sign-ins under the documents, over ones too, the
	// newest first, at most limit of them.
	Sessions(ctx context.Context, documents []actor.DocumentID, limit int) ([]Session, error)
	// EndSessions ends them all, in the caller's transaction. It may be repeated.
	EndSessions(ctx context.Context, documents []actor.DocumentID) error
}

// Session is one sign-in on one device.
type Session struct {
	ID       string
	Document actor.DocumentID
	Device   string // what the client calls itself
	Created  time.Time
	Used     time.Time // when it was refreshed last
	Expires  time.Time
	Ended    time.Time // zero while it lasts
}

// Consents is what the person allowed, and what came of it. Package consent
// does it.
type Consents interface {
	List(ctx context.Context, by actor.Actor) ([]consent.Consent, error)
	Uses(ctx context.Context, by actor.Actor, on consent.ID, after consent.UseCursor, limit int) ([]consent.Use, bool, error)
	Delegations(ctx context.Context, by actor.Actor) ([]consent.Delegation, error)
}

// Notices is what people were told, and where. Package notice does it.
type Notices interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (notice.Holdings, error)
	forgetter
}

// Alarms is how people are reminded. Package alarm does it.
type Alarms interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (alarm.Holdings, error)
	forgetter
}

// Taxes is what is due. Package tax does it.
type Taxes interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (tax.Holdings, error)
	forgetter
}

// Subsidies is what people are entitled to, and where and how they are paid. Package
// subsidy does it.
type Subsidies interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (subsidy.Holdings, error)
	forgetter
}

// Credentials is licences, and to whom they were shown. Package credential does it.
type Credentials interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (credential.Holdings, error)
	forgetter
}

// Credits is the reports on people, and who asked for them. Package credit does it.
type Credits interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) (credit.Holdings, error)
	forgetter
}

// Disputes is what people said is wrong on their files. Package dispute does it.
type Disputes interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) ([]dispute.Dispute, error)
	forgetter
}

// Finance is what people applied for certificates for lenders with. Package finance does it.
type Finance interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) ([]finance.Application, error)
	forgetter
}

// Lending is the needs for loans that people sent to banks. Package lending does it.
type Lending interface {
	Holdings(ctx context.Context, limit int, documents ...actor.DocumentID) ([]lending.Held, error)
	forgetter
}

// forgetter deletes or blanks what a package holds about some documents, in the caller's
// transaction. It may be repeated.
type forgetter interface {
	Forget(ctx context.Context, documents ...actor.DocumentID) error
}

// Audit notes what a job does; a call's own entry notes what a call does.
// Package audit does it.
type Audit interface {
	Change(ctx context.Context, action string, by actor.Actor, documents ...actor.DocumentID) error
}
