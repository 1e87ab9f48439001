package privacy_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// mailbox is where the bird is reached.
const mailbox = "CANARY.nest@mail.example.org"

// reminders are what is due, what rings and what is told, as the house builds them.
type reminders struct {
	notices *notice.Service
	taxes   *tax.Service
	alarms  *alarm.Service
	queue   *noticetest.Queue
}

func remindersOn(
	t *testing.T, on *dossiertest.World, files *dossier.Service, db *entdb.DB, v *vault.Vault, log *audit.Service, newID func() string,
) *reminders {
	t.Helper()
	now := on.Clock.Now
	r := &reminders{queue: noticetest.NewQueue(db, now)}
	word := func(_ actor.Preference, id string, args map[string]string) (string, string) {
		return fmt.Sprint(id, args), "en"
	}
	secret := func() string { return strings.Repeat("s", 20) + newID() }
	var err error
	r.notices, err = notice.New(notice.Deps{
		DB: db, Keys: on.Keys, Vault: v, Files: files, Limits: noLimits{}, Queue: r.queue,
		Words:     notice.Words{Message: word, Convert: func(_ actor.Preference, text, language string) (string, string) { return text, language }},
		Suppliers: map[notice.Channel]notice.Supplier{notice.Mail: post{}}, Unsubscribe: func(string) string { return "" },
		NewSecret: secret, Now: now, NewID: newID, Log: slog.New(slog.DiscardHandler),
	})
	must(t, "notices", err)
	r.taxes, err = tax.New(tax.Deps{DB: db, Files: files, Audit: log, Queue: r.queue, Now: now, NewID: newID})
	must(t, "taxes", err)
	r.alarms, err = alarm.New(alarm.Deps{
		DB: db, Taxes: r.taxes, Files: files, Notices: r.notices, Words: word, NewSecret: secret, Now: now, NewID: newID,
	})
	must(t, "alarms", err)
	r.taxes.Listen(r.alarms.Hear)
	return r
}

// noLimits plays package limit.
type noLimits struct{}

func (noLimits) Take(context.Context, limit.Name, string) error { return nil }

// post is a mail server that takes everything.
type post struct{}

func (post) Send(context.Context, notice.Letter) notice.Outcome {
	return notice.Outcome{Result: notice.Taken}
}

// remind reaches the bird, and has something due, told and rung for.
func (w *world) remind(t *testing.T, me actor.Actor) {
	t.Helper()
	ctx := t.Context()
	_, err := w.notices.AddEndpoint(ctx, me, notice.Address{Mail: mailbox})
	must(t, "add an endpoint", err)
	must(t, "choose", w.notices.Choose(ctx, me, notice.Choice{Topic: notice.Money, Channels: []notice.Channel{notice.Mail}}))
	taken, err := w.taxes.Take(ctx, []tax.Registration{{
		Document: me.Document, Tax: "vat_small", Cycle: tax.Quarterly, Area: "350200",
		From: civil.Date{Year: 2026, Month: 1, Day: 1}, Source: "tax", Ref: "R1",
	}})
	if err != nil || taken[0].Fault != nil {
		t.Fatalf("take a registration: %v %v", err, taken)
	}
	must(t, "raise", w.taxes.Raise(ctx, tax.Paper{
		Document: me.Document, Kind: tax.LicenceRenewal, Name: "CANARY licence", Last: civil.DateOf(w.files.Clock.Now().AddDate(0, 2, 0)),
	}))
	_, err = w.alarms.Set(ctx, me, alarm.Setting{Kind: "vat_small", Leads: []int{5, 1}, At: "08:30"})
	must(t, "set alarms", err)
	_, _, err = w.alarms.CreateFeed(ctx, me)
	must(t, "create a feed", err)
	w.tell(t, me.Document, "told")
}

// tell tells the bird something.
func (w *world) tell(t *testing.T, id actor.DocumentID, key string) {
	t.Helper()
	w.write(t, func(ctx context.Context, _ *ent.Client) error {
		return w.notices.Tell(ctx, notice.Message{
			Document: id, Key: "test/" + key, Kind: "alarm", Topic: notice.Deadline, Args: map[string]string{"Firm": "CANARY firm"},
			Text: &notice.Text{Title: "CANARY notice", Body: "CANARY told", Language: "en"},
		})
	})
}

// told are the tables in which an erasure leaves nothing of a person.
var told = []string{
	"notices", "endpoints", "channel_choices", "tax_registrations", "obligations", "alarm_settings", "alarms", "calendar_feeds",
}

// untold: nothing that was due, rung or told is left of a document.
func (w *world) untold(t *testing.T, ids []actor.DocumentID) {
	t.Helper()
	for _, table := range told {
		for _, id := range ids {
			if n := w.count(t, "SELECT count(*) FROM "+table+" WHERE document_id = ?", string(id)); n != 0 {
				t.Errorf("%d rows of %s are left", n, table)
			}
		}
	}
	if n := w.count(t, "SELECT count(*) FROM deliveries"); n != 0 {
		t.Errorf("%d deliveries are left", n)
	}
}
