package house

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/alarmrpc"
	"github.com/minzhengtong/minzhengtong/bff/credentialrpc"
	"github.com/minzhengtong/minzhengtong/bff/noticerpc"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/texter"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/form"
	"github.com/minzhengtong/minzhengtong/i18n/text"
	"github.com/minzhengtong/minzhengtong/jobs/queue"
)

// Channels are how notices leave the house beside short messages, which the
// authorities' gateway takes.
type Channels struct {
	// Push and Mail may be nil: then nobody can choose them.
	Push, Mail notice.Supplier
	// PushKey is what browsers need to subscribe; "" without Push.
	PushKey string
	// URL is where people reach the service, such as https://example.org: it begins
	// the addresses in mails. "" leaves them out.
	URL string
	// Loopback lets push subscriptions point at this machine, for tests.
	Loopback bool
}

// suppliers are those that there are.
func (c Channels) suppliers(p Parts) map[notice.Channel]notice.Supplier {
	list := map[notice.Channel]notice.Supplier{notice.SMS: texter.New(p.Authorities)}
	if c.Push != nil {
		list[notice.Push] = c.Push
	}
	if c.Mail != nil {
		list[notice.Mail] = c.Mail
	}
	return list
}

// words words what domains tell: a message for a reader, and the language in
// which it came out.
func words(bundle *i18n.Bundle) func(p actor.Preference, id string, args map[string]string) (string, string) {
	return func(p actor.Preference, id string, args map[string]string) (string, string) {
		language := bundle.Negotiate(p.Language)
		reader := i18n.Reader{Language: language, Calendar: form.Calendar(cmp.Or(p.Calendar, actor.Gregorian))}
		return bundle.For(reader, id, args), string(bundle.LanguageOf(language, id))
	}
}

// convert writes a stored text in the script of a reader.
func convert(bundle *i18n.Bundle) func(p actor.Preference, stored, from string) (string, string) {
	return func(p actor.Preference, stored, from string) (string, string) {
		to := bundle.Negotiate(p.Language).Script(from)
		return text.Deliver(stored, from, to), to
	}
}

// noticeWords word notices.
func noticeWords(p Parts) notice.Words {
	return notice.Words{Message: words(p.Words), Convert: convert(p.Words)}
}

// reminders builds what is due, what rings, and what people are told.
func (h *House) reminders(p Parts) error {
	var err error
	h.Notices, err = notice.New(notice.Deps{
		DB: p.DB, Keys: p.Keys, Vault: p.Vault, Files: h.Files, Limits: h.Limits, Queue: h.Queue, Words: noticeWords(p),
		Suppliers: p.Channels.suppliers(p), Unsubscribe: p.Channels.unsubscribe, Loopback: p.Channels.Loopback,
		// Alarms are built on notices, and give them their calendar files.
		Attach:    func(ctx context.Context, n notice.Notice) ([]byte, error) { return h.Alarms.Attach(ctx, n) },
		NewSecret: p.NewSecret, Now: p.Now, NewID: p.NewID, Log: p.Logger,
	})
	if err != nil {
		return err
	}
	h.Tax, err = tax.New(tax.Deps{DB: p.DB, Files: h.Files, Audit: h.Audit, Queue: h.Queue, Now: p.Now, NewID: p.NewID})
	if err != nil {
		return err
	}
	h.Alarms, err = alarm.New(alarm.Deps{
		DB: p.DB, Taxes: h.Tax, Files: h.Files, Notices: h.Notices, Words: words(p.Words), NewSecret: p.NewSecret, Now: p.Now, NewID: p.NewID,
	})
	if err != nil {
		return err
	}
	h.Tax.Listen(h.Alarms.Hear)
	h.Files.Listen(h.Alarms.Regrouped)
	if h.Intake, err = intake.New(intake.Deps{DB: p.DB, Files: h.Files, Taxes: h.Tax, Now: p.Now, NewID: p.NewID}); err != nil {
		return err
	}
	h.Campaigns, err = campaign.New(campaign.Deps{
		DB: p.DB, Tell: h.Notices.TellMany, Checker: h.Guard.Checker, Now: p.Now, NewID: p.NewID, Zone: p.Zone,
	})
	h.Workers[notice.DeliverWork] = queue.Worker{Do: h.Notices.Deliver, AtOnce: deliveriesAtOnce}
	h.Workers[notice.CodeWork] = queue.Worker{Do: h.Notices.SendCode}
	h.Workers[tax.ReplanKind] = queue.Worker{Do: h.Tax.Replan, Limit: time.Hour}
	return err
}

// deliveriesAtOnce is how many notices one process carries on at a time: they
// mostly wait for suppliers.
const deliveriesAtOnce = 16

// unsubscribe is the address at which a token ends mails.
func (c Channels) unsubscribe(token string) string {
	if c.URL == "" {
		return ""
	}
	return c.URL + noticerpc.UnsubscribePath + token
}

// pages are the paths outside of the contract.
func (h *House) pages(p Parts) map[string]http.Handler {
	return map[string]http.Handler{
		alarmrpc.FeedPath + "{token}":         alarmrpc.Feeds(h.Alarms, p.Logger),
		noticerpc.UnsubscribePath + "{token}": noticerpc.Unsubscribe(h.Notices),
		credentialrpc.IssuerPath:              credentialrpc.Issuer(h.Credentials, p.Logger),
		credential.ListPath + "{number}":      credentialrpc.Lists(h.Credentials, p.Logger),
		credential.CheckPath + "{token}":      credentialrpc.Checks(h.Credentials, h.Audit, p.Words, p.Logger),
	}
}
