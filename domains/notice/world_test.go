package notice_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/mailer"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/notice/pusher"
	"github.com/minzhengtong/minzhengtong/domains/notice/texter"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
	"github.com/minzhengtong/minzhengtong/domains/work"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	deliveryrow "github.com/minzhengtong/minzhengtong/gen/ent/delivery"
	documentrow "github.com/minzhengtong/minzhengtong/gen/ent/document"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
)

var start = time.Date(2026, time.March, 30, 1, 0, 0, 0, time.UTC)

var errNoFile = fault.New(fault.NotFound, "DOSSIER_NOT_FOUND")

// world is the service on a real database, a real mail server, a real push
// service and the sandbox's gateway, with documents a to d, each in a file of its
// own. It plays package dossier and the limits.
type world struct {
	*notice.Service
	db    *entdb.DB
	vault *vault.Vault
	deps  notice.Deps
	queue *noticetest.Queue
	smtp  *noticetest.SMTP
	push  *noticetest.PushService
	box   *sandbox.Sandbox

	ticks atomic.Int64 // microseconds since start; each look moves it by one
	made  atomic.Int64

	mu     sync.Mutex
	heard  bytes.Buffer // the log
	often  bool         // limits refuse
	prefer actor.Preference
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t testing.TB, db *entdb.DB) *world {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	must(t, "make a key", err)
	keys, err := keyring.Open(filepath.Join(dir, "keys"), kek)
	must(t, "make keys", err)
	public, private, err := pusher.NewKeys()
	must(t, "make push keys", err)
	w := &world{db: db, vault: vaulttest.New(t, keys), smtp: noticetest.NewSMTP(t), push: noticetest.NewPushService(t, public)}
	w.queue = noticetest.NewQueue(db, w.now)
	w.box = sandbox.New(nil, w.now, "token", nil)
	gateway := httptest.NewServer(w.box)
	t.Cleanup(gateway.Close)
	messages, err := upstream.New(upstream.Config{BaseURL: gateway.URL, Token: "token", Now: w.now, Retries: -1}, nil)
	must(t, "reach the gateway", err)
	t.Cleanup(messages.Close)
	pushes, err := pusher.New(pusher.Config{Contact: "ops@example.org", Public: public, Private: private, Loopback: true})
	must(t, "make the pusher", err)
	mails, err := mailer.New(mailer.Config{Host: w.smtp.Host, Port: w.smtp.Port, TLS: mailer.Plain, From: "no-reply@notices.example.org", Now: w.now})
	must(t, "make the mailer", err)
	w.deps = notice.Deps{
		DB: db, Keys: keys, Vault: w.vault, Files: w, Limits: w, Queue: w.queue,
		Words:     notice.Words{Message: word, Convert: convert},
		Suppliers: map[notice.Channel]notice.Supplier{notice.Push: pushes, notice.Mail: mails, notice.SMS: texter.New(messages)},
		Unsubscribe: func(token string) string {
			return "https://portal.example.org/unsubscribe?token=" + token
		},
		Loopback: true, SendLimit: 3 * time.Second,
		NewSecret: func() string { return strings.Repeat("s", 20) + w.newID() },
		Now:       w.now, NewID: w.newID, Log: slog.New(slog.NewTextHandler(w, nil)),
	}
	w.Service = w.another(t, nil)
	for _, id := range []actor.DocumentID{"a", "b", "c", "d"} {
		w.addDocument(t, id)
	}
	return w
}

// another is one more process on the same database.
func (w *world) another(t testing.TB, change func(*notice.Deps)) *notice.Service {
	t.Helper()
	d := w.deps
	if change != nil {
		change(&d)
	}
	s, err := notice.New(d)
	must(t, "make the service", err)
	return s
}

func (w *world) addDocument(t testing.TB, id actor.DocumentID) {
	t.Helper()
	w.write(t, func(ctx context.Context) error {
		c, home := w.db.Client(ctx), "file-"+string(id)
		if err := c.Dossier.Create().SetID(home).SetKind(file.KindPerson).SetCreateTime(start).Exec(ctx); err != nil {
			return err
		}
		return c.Document.Create().SetID(string(id)).SetKind(documentrow.KindTaiwanPass).SetDossierID(home).SetOriginID(home).
			SetNumberSealed([]byte{0}).SetRecorded("valid").SetOrigin("register").SetCreateTime(start).Exec(ctx)
	})
}

func (w *world) write(t testing.TB, work func(ctx context.Context) error) {
	t.Helper()
	must(t, "write", w.db.InTx(t.Context(), work))
}

// join puts a document into the file of another one, or, of itself, into its own.
func (w *world) join(t testing.TB, id, other actor.DocumentID) {
	t.Helper()
	w.write(t, func(ctx context.Context) error {
		return w.db.Client(ctx).Document.UpdateOneID(string(id)).SetDossierID("file-" + string(other)).Exec(ctx)
	})
}

// FileDocuments implements [notice.Files].
func (w *world) FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error) {
	c := w.db.Client(ctx)
	r, err := c.Document.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return nil, errNoFile
	}
	if err != nil {
		return nil, err
	}
	all, err := c.Document.Query().Where(documentrow.DossierID(r.DossierID)).Order(documentrow.ByID()).IDs(ctx)
	ids := make([]actor.DocumentID, len(all))
	for i, id := range all {
		ids[i] = actor.DocumentID(id)
	}
	return ids, err
}

// PreferenceOf implements [notice.Files].
func (w *world) PreferenceOf(context.Context, actor.DocumentID) (actor.Preference, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.prefer, nil
}

// Take implements [notice.Limits].
func (w *world) Take(context.Context, limit.Name, string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.often {
		return limit.ErrTooOften
	}
	return nil
}

// Write keeps the log.
func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.heard.Write(p)
}

func (w *world) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.heard.String()
}

// word writes a message's ID and arguments, in the language of the reader.
func word(p actor.Preference, id string, args map[string]string) (string, string) {
	text := id
	for _, k := range []string{"Code", "Title", "Body", "Link", "Name", "Line"} {
		if v, ok := args[k]; ok {
			text += " " + k + "=" + v
		}
	}
	return text, p.Language
}

func convert(p actor.Preference, text, language string) (string, string) {
	if p.Language == "zh-Hant-TW" {
		return strings.ReplaceAll(text, "检查", "檢查"), p.Language
	}
	return text, language
}

func (w *world) now() time.Time {
	return start.Add(time.Duration(w.ticks.Add(1)) * time.Microsecond)
}

func (w *world) advance(d time.Duration) { w.ticks.Add(d.Microseconds()) }

func (w *world) newID() string { return fmt.Sprintf("01957000-0000-7000-8000-%012x", w.made.Add(1)) }

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// as is a person who signed in by a document.
func as(id actor.DocumentID) actor.Actor { return actor.Actor{Role: actor.Person, Document: id} }

// message is one that can be told.
func message(id actor.DocumentID, key string) notice.Message {
	return notice.Message{
		Document: id, Key: key, Kind: "alarm", Topic: notice.Deadline,
		Args: map[string]string{"Name": "canary-argument"}, Lines: []map[string]string{{"Line": "canary-line"}}, About: "obligation",
	}
}

func (w *world) tell(t testing.TB, messages ...notice.Message) {
	t.Helper()
	w.write(t, func(ctx context.Context) error {
		_, err := w.TellMany(ctx, messages)
		return err
	})
}

func (w *world) list(t testing.TB, id actor.DocumentID) notice.Listed {
	t.Helper()
	l, err := w.List(t.Context(), as(id), notice.Page{Limit: 100})
	must(t, "list", err)
	return l
}

// run does the work that is due.
func (w *world) run(t testing.TB) []error {
	t.Helper()
	return w.queue.Run(t, map[string]work.Handler{notice.DeliverWork: w.Deliver, notice.CodeWork: w.SendCode})
}

// finish does all work, however long it has to wait for it.
func (w *world) finish(t testing.TB) {
	t.Helper()
	for range 100 {
		for _, err := range w.run(t) {
			t.Fatalf("work failed: %v", err)
		}
		at, more := w.queue.Next()
		if !more {
			return
		}
		w.advance(at.Sub(w.now()) + time.Second)
	}
	t.Fatal("the work does not end")
}

// browse subscribes a browser.
func (w *world) browse(t testing.TB, id actor.DocumentID) *noticetest.Browser {
	t.Helper()
	b := w.push.Browser(t)
	_, err := w.AddEndpoint(t.Context(), as(id), notice.Address{Push: b.Subscription()})
	must(t, "add a browser", err)
	return b
}

// reach adds and proves a mail address or a phone.
func (w *world) reach(t testing.TB, id actor.DocumentID, a notice.Address) notice.Endpoint {
	t.Helper()
	e, err := w.AddEndpoint(t.Context(), as(id), a)
	must(t, "add an endpoint", err)
	w.run(t)
	e, err = w.VerifyEndpoint(t.Context(), as(id), e.ID, w.code(t, a))
	must(t, "verify an endpoint", err)
	return e
}

// code is the newest that came to an address.
func (w *world) code(t testing.TB, a notice.Address) string {
	t.Helper()
	text := ""
	if a.Phone != "" {
		if got := w.box.Messages(a.Phone); len(got) > 0 {
			text = got[0].Text
		}
	} else if got := w.smtp.Taken(); len(got) > 0 {
		text = got[len(got)-1].Raw
	}
	// Quoted-printable writes = as =3D.
	_, code, ok := strings.Cut(strings.ReplaceAll(text, "=3D", "="), "Code=")
	if !ok || len(code) < 6 {
		t.Fatalf("no code came to %s", a.Channel())
	}
	return code[:6]
}

const (
	mailbox = "reader@example.org"
	phone   = "+886912345678"
)

// states are what became of the deliveries of the newest notice.
func (w *world) states(t testing.TB, id actor.DocumentID) string {
	t.Helper()
	l := w.list(t, id)
	if len(l.Notices) == 0 {
		t.Fatal("no notice")
	}
	var states []string
	for _, d := range l.Notices[0].Deliveries {
		states = append(states, string(d.Channel)+" "+string(d.State))
	}
	return strings.Join(states, ", ")
}

// want compares the states of the newest notice of a.
func (w *world) want(t testing.TB, states string) {
	t.Helper()
	if got := w.states(t, "a"); got != states {
		t.Errorf("deliveries are %q, want %q", got, states)
	}
}

func (w *world) deliveryIDs(t testing.TB) []string {
	t.Helper()
	ids, err := w.db.Client(t.Context()).Delivery.Query().Order(deliveryrow.ByCreateTime(), deliveryrow.ByID()).IDs(t.Context())
	must(t, "read deliveries", err)
	return ids
}
