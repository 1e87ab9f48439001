package campaign_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/campaign"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/notice/pusher"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
	"github.com/minzhengtong/minzhengtong/domains/work"
	documentrow "github.com/minzhengtong/minzhengtong/gen/ent/document"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	noticerow "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// start is 00:30 of the 25th in Fujian, and the 24th in UTC.
var (
	start = time.Date(2026, time.November, 24, 16, 30, 0, 0, time.UTC)
	zone  = time.FixedZone("Asia/Shanghai", 8*60*60)
)

var (
	author   = officer("author", "tax")
	approver = officer("approver", "tax")
	stranger = officer("stranger", "service-hall")
)

func officer(id, department string) actor.Actor {
	return actor.Actor{Role: actor.Officer, Officer: actor.OfficerID(id), Department: department, Duty: actor.Approve}
}

// world is campaigns and notices on a real database with a push service, and the
// files of people. Its clock stands until it is advanced.
type world struct {
	*campaign.Service
	t       testing.TB
	db      *entdb.DB
	vault   *vault.Vault
	notices *notice.Service
	queue   *noticetest.Queue
	push    *noticetest.PushService

	ticks atomic.Int64 // since start
	made  atomic.Int64
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db, nil)) })
}

// newWorld makes a world whose jobs go to the queue given, or into memory.
func newWorld(t testing.TB, db *entdb.DB, jobs work.Queue) *world {
	t.Helper()
	w := &world{t: t, db: db}
	kek, err := keyring.LocalKEK(filepath.Join(t.TempDir(), "kek"))
	w.must("make a key", err)
	keys, err := keyring.Open(t.TempDir(), kek)
	w.must("make keys", err)
	w.vault = vaulttest.New(t, keys)
	public, private, err := pusher.NewKeys()
	w.must("make push keys", err)
	pushes, err := pusher.New(pusher.Config{Contact: "ops@example.org", Public: public, Private: private, Loopback: true})
	w.must("make the pusher", err)
	w.push, w.queue = noticetest.NewPushService(t, public), noticetest.NewQueue(db, w.now)
	if jobs == nil {
		jobs = w.queue
	}
	w.notices, err = notice.New(notice.Deps{
		DB: db, Keys: keys, Vault: w.vault, Files: w, Limits: w, Queue: jobs,
		Words: notice.Words{
			Message: func(p actor.Preference, id string, _ map[string]string) (string, string) { return id, p.Language },
			Convert: func(_ actor.Preference, text, language string) (string, string) { return text, language },
		},
		Suppliers:   map[notice.Channel]notice.Supplier{notice.Push: pushes},
		Unsubscribe: func(token string) string { return "https://portal.example.org/unsubscribe?token=" + token },
		Loopback:    true, NewSecret: func() string { return strings.Repeat("s", 32) + w.newID() },
		Now: w.now, NewID: w.newID, Log: slog.New(slog.DiscardHandler),
	})
	w.must("make the notices", err)
	w.Service = w.another(w.notices.TellMany)
	return w
}

// another is one more process, which tells in its own way.
func (w *world) another(tell func(context.Context, []notice.Message) (int, error)) *campaign.Service {
	w.t.Helper()
	gate, err := guard.New(staff{})
	w.must("make the guard", err)
	s, err := campaign.New(campaign.Deps{DB: w.db, Tell: tell, Checker: gate.Checker, Now: w.now, NewID: w.newID, Zone: zone})
	w.must("make the service", err)
	return s
}

// staff is what the guard asks about officers; campaigns never do.
type staff struct{ guard.Staff }

func (w *world) now() time.Time { return start.Add(time.Duration(w.ticks.Load())) }

func (w *world) advance(d time.Duration) { w.ticks.Add(int64(d)) }

func (w *world) newID() string { return fmt.Sprintf("01957000-0000-7000-8000-%012x", w.made.Add(1)) }

// FileDocuments implements [notice.Files].
func (w *world) FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error) {
	home, err := w.db.Client(ctx).Document.Get(ctx, string(id))
	if err != nil {
		return nil, err
	}
	var list []actor.DocumentID
	err = w.db.Client(ctx).Document.Query().Where(documentrow.DossierID(home.DossierID)).Select(documentrow.FieldID).Scan(ctx, &list)
	return list, err
}

// PreferenceOf implements [notice.Files].
func (w *world) PreferenceOf(context.Context, actor.DocumentID) (actor.Preference, error) {
	return actor.Preference{}, nil
}

// Take implements [notice.Limits].
func (w *world) Take(context.Context, limit.Name, string) error { return nil }

// paper is a document of the tests: its number says where it stands in the order,
// and its file is that of the number unless said otherwise.
type paper struct {
	n, file  int
	kind     document.Kind
	area, to string
	recorded document.Status
	erased   bool
}

func (p paper) id() actor.DocumentID { return actor.DocumentID(uuidOf("d", p.n)) }

func uuidOf(sort string, n int) string {
	return fmt.Sprintf("01900000-0000-7000-8000-%s%011d", sort, n)
}

// put puts documents on file, of Taiwan passes in force unless said otherwise.
func (w *world) put(papers ...paper) {
	w.t.Helper()
	w.write(func(ctx context.Context) error {
		for _, p := range papers {
			if err := w.putOne(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) putOne(ctx context.Context, p paper) error {
	c, home, origin := w.db.Client(ctx), uuidOf("f", p.n), uuidOf("f", p.n)
	if p.file != 0 {
		home = uuidOf("f", p.file)
	}
	if p.kind == "" {
		p.kind = document.TaiwanPass
	}
	if p.recorded == "" {
		p.recorded = document.Valid
	}
	kind := file.KindPerson
	if p.kind.OfFirm() {
		kind = file.KindFirm
	}
	if err := c.Dossier.Create().SetID(origin).SetKind(kind).SetCreateTime(start).Exec(ctx); err != nil {
		return err
	}
	d := c.Document.Create().SetID(string(p.id())).SetKind(documentrow.Kind(p.kind)).SetDossierID(home).SetOriginID(origin).
		SetNumberSealed([]byte{0}).SetRecorded(documentrow.Recorded(p.recorded)).SetArea(p.area).SetValidTo(p.to).
		SetOrigin(documentrow.OriginRegister).SetCreateTime(start)
	if p.erased {
		d.SetEraseTime(start)
	}
	return d.Exec(ctx)
}

// people are n people with one document each.
func people(n int) []paper {
	list := make([]paper, n)
	for i := range list {
		list[i] = paper{n: i + 1}
	}
	return list
}

// move puts a document into the file that was made for another one.
func (w *world) move(n, file int) {
	w.t.Helper()
	w.write(func(ctx context.Context) error {
		return w.db.Client(ctx).Document.UpdateOneID(uuidOf("d", n)).SetDossierID(uuidOf("f", file)).Exec(ctx)
	})
}

func (w *world) write(do func(ctx context.Context) error) {
	w.t.Helper()
	w.must("write", w.db.InTx(w.t.Context(), do))
}

// told are the numbers of the documents in whose inboxes a campaign's notices are,
// in order, each as often as there are.
func (w *world) told(id campaign.ID) []int {
	w.t.Helper()
	var documents []string
	err := w.db.Client(w.t.Context()).Notice.Query().Where(noticerow.About(string(id))).Order(noticerow.ByDocumentID()).
		Select(noticerow.FieldDocumentID).Scan(w.t.Context(), &documents)
	w.must("read notices", err)
	list := make([]int, len(documents))
	for i, d := range documents {
		_, err := fmt.Sscanf(d[len(d)-11:], "%d", &list[i])
		w.must("read a number", err)
	}
	return list
}

// good is a draft for everybody.
func good() campaign.Draft {
	return campaign.Draft{Title: "请核对证照（示例）", Body: "第一行。\n第二行。", Language: "zh-Hans"}
}

// draft keeps a draft of the author's.
func (w *world) draft(d campaign.Draft) campaign.Campaign {
	w.t.Helper()
	c, err := w.Draft(w.t.Context(), author, d)
	w.must("draft", err)
	return c
}

// begin drafts a campaign and lets it go at once.
func (w *world) begin(d campaign.Draft) campaign.ID {
	w.t.Helper()
	c, err := w.Approve(w.t.Context(), approver, w.draft(d).ID, time.Time{})
	w.must("approve", err)
	return c.ID
}

// step does one step and says how much it did.
func (w *world) step() int {
	w.t.Helper()
	n, err := w.Step(w.t.Context())
	w.must("step", err)
	return n
}

// steps does what can be done now.
func (w *world) steps() {
	w.t.Helper()
	for w.step() > 0 {
	}
}

func (w *world) get(id campaign.ID) campaign.Campaign {
	w.t.Helper()
	c, _, err := w.Get(w.t.Context(), author, id)
	w.must("get", err)
	return c
}

// stands checks where a campaign stands and what it counts.
func (w *world) stands(what string, id campaign.ID, state campaign.State, told, passed int64) {
	w.t.Helper()
	if c := w.get(id); c.State != state || c.Told != told || c.Passed != passed {
		w.t.Errorf("%s: %s, %d told, %d passed, want %s, %d, %d", what, c.State, c.Told, c.Passed, state, told, passed)
	}
}

func (w *world) must(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
}

func (w *world) fails(what string, err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%s: %v, want %v", what, err, want)
	}
}
