package alarm_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	row "github.com/minzhengtong/minzhengtong/gen/ent/alarm"
	documentrow "github.com/minzhengtong/minzhengtong/gen/ent/document"
	file "github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	obligationrow "github.com/minzhengtong/minzhengtong/gen/ent/obligation"
)

var (
	shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)
	// start is a Monday, half a month before the filing day of November 2026.
	start = time.Date(2026, time.November, 2, 8, 0, 0, 0, shanghai)
)

var errNoFile = fault.New(fault.NotFound, "DOSSIER_NOT_FOUND")

// world is the service on a real database, with documents a to c, each in a file of
// its own, and a firm in which a and b hold roles. It plays packages tax, dossier and
// notice: dates it reads from the official calendar, files from the tables, and what
// is told it writes into the real inbox, in clear, so that it comes and goes with the
// transaction.
type world struct {
	*alarm.Service
	db   *entdb.DB
	deps alarm.Deps

	mu       sync.Mutex
	now      time.Time
	roles    map[actor.DocumentID][]actor.DocumentID // firm to persons
	calendar calendar.Calendar
	language string
	spoil    func(notice.Message) error // fails to tell

	made, sequence atomic.Int64
}

func eachDB(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t testing.TB, db *entdb.DB) *world {
	t.Helper()
	w := &world{
		db: db, now: start, calendar: calendar.Official(), language: "zh-Hans",
		roles: map[actor.DocumentID][]actor.DocumentID{"firm": {"a", "b"}},
	}
	w.deps = alarm.Deps{
		DB: db, Taxes: w, Files: w, Notices: w, Words: w.word,
		NewSecret: func() string { return rand.Text() + rand.Text() }, Now: w.clock, NewID: w.newID,
	}
	w.Service = w.another(t)
	for _, id := range []actor.DocumentID{"a", "b", "c", "firm"} {
		w.addDocument(t, id)
	}
	return w
}

// another is one more process on the same database.
func (w *world) another(t testing.TB) *alarm.Service {
	t.Helper()
	s, err := alarm.New(w.deps)
	must(t, "make the service", err)
	return s
}

func (w *world) addDocument(t testing.TB, id actor.DocumentID) {
	t.Helper()
	w.write(t, func(ctx context.Context) error {
		c, home, kind, of := w.db.Client(ctx), "file-"+string(id), documentrow.KindTaiwanPass, file.KindPerson
		if id == "firm" {
			kind, of = documentrow.KindCreditCode, file.KindFirm
		}
		if err := c.Dossier.Create().SetID(home).SetKind(of).SetCreateTime(start).Exec(ctx); err != nil {
			return err
		}
		if id == "firm" {
			if err := c.Firm.Create().SetID(home).SetName("示例茶业（虚构）有限公司").SetCategory("").SetArea("350128").Exec(ctx); err != nil {
				return err
			}
		}
		return c.Document.Create().SetID(string(id)).SetKind(kind).SetDossierID(home).SetOriginID(home).
			SetNumberSealed([]byte{0}).SetRecorded("valid").SetOrigin("register").SetCreateTime(start).Exec(ctx)
	})
}

// join puts a document into the file of another one.
func (w *world) join(t testing.TB, id, other actor.DocumentID) {
	t.Helper()
	w.write(t, func(ctx context.Context) error {
		return w.db.Client(ctx).Document.UpdateOneID(string(id)).SetDossierID("file-" + string(other)).Exec(ctx)
	})
}

func (w *world) write(t testing.TB, work func(ctx context.Context) error) {
	t.Helper()
	must(t, "write", w.db.InTx(t.Context(), work))
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) set(to time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = to
}

func (w *world) use(c calendar.Calendar) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calendar = c
}

func (w *world) spoils(f func(notice.Message) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spoil = f
}

func (w *world) newID() string { return fmt.Sprintf("01957000-0000-7000-8000-%012x", w.made.Add(1)) }

// obligation writes an obligation and has the service hear of it.
func (w *world) obligation(t testing.TB, of actor.DocumentID, kind tax.Kind, period tax.Period, due string) tax.Obligation {
	t.Helper()
	return w.add(t, tax.Obligation{Document: of, Kind: kind, Period: period, Area: "350128", Due: date(due), Basis: tax.National})
}

// licence writes one that runs out, and has the service hear of it.
func (w *world) licence(t testing.TB, of actor.DocumentID, name, last string) tax.Obligation {
	t.Helper()
	return w.add(t, tax.Obligation{
		Document: of, Kind: tax.LicenceRenewal, Period: tax.Period(last), Name: name, Due: date(last), Basis: tax.Printed,
	})
}

// add writes an open obligation and has the service hear of it.
func (w *world) add(t testing.TB, o tax.Obligation) tax.Obligation {
	t.Helper()
	o.ID, o.State, o.Changed = tax.ID(w.newID()), tax.Open, w.clock().UTC()
	w.write(t, func(ctx context.Context) error {
		err := w.db.Client(ctx).Obligation.Create().SetID(string(o.ID)).SetDocumentID(string(o.Document)).SetKind(string(o.Kind)).
			SetPeriod(string(o.Period)).SetName(o.Name).SetArea(o.Area).SetDueDate(o.Due.String()).SetBasis(obligationrow.Basis(o.Basis)).
			SetState(obligationrow.StateOpen).SetCreateTime(o.Changed).SetChangeTime(o.Changed).Exec(ctx)
		if err != nil {
			return err
		}
		return w.Hear(ctx, tax.Planned, []tax.Obligation{o})
	})
	return o
}

// change writes an obligation that changed and has the service hear of it.
func (w *world) change(t testing.TB, change tax.Change, o tax.Obligation) {
	t.Helper()
	w.write(t, func(ctx context.Context) error {
		err := w.db.Client(ctx).Obligation.UpdateOneID(string(o.ID)).SetDueDate(o.Due.String()).SetMoves(o.Moves).
			SetState(obligationrow.State(o.State)).SetChangeTime(w.clock()).Exec(ctx)
		if err != nil {
			return err
		}
		return w.Hear(ctx, change, []tax.Obligation{o})
	})
}

// alarms are the alarms of a document, as "slot 11-02 09:00 state", by time.
func (w *world) alarms(t testing.TB, id actor.DocumentID, states ...row.State) []string {
	t.Helper()
	q := w.db.Client(t.Context()).Alarm.Query().Where(row.DocumentID(string(id)))
	if len(states) > 0 {
		q.Where(row.StateIn(states...))
	}
	rows, err := q.Order(row.ByRingTime(), row.BySlot()).All(t.Context())
	must(t, "read alarms", err)
	var list []string
	for _, r := range rows {
		list = append(list, fmt.Sprintf("%s %s %s", r.Slot, r.RingTime.In(shanghai).Format("01-02 15:04"), r.State))
	}
	return list
}

func (w *world) ring(t testing.TB) int {
	t.Helper()
	n, err := w.Ring(t.Context(), 100)
	must(t, "ring", err)
	return n
}

func as(id actor.DocumentID) actor.Actor { return actor.Actor{Role: actor.Person, Document: id} }

func date(text string) civil.Date {
	d, err := civil.ParseDate(text)
	if err != nil {
		panic(err) // of the test itself
	}
	return d
}

// at is a moment of 2026 in Shanghai, written as 11-16 09:00.
func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+text, shanghai)
	if err != nil {
		panic(err) // of the test itself
	}
	return t
}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func fails(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func same[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	g, w := fmt.Sprintf("%v", got), fmt.Sprintf("%v", want)
	if g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

// insert writes many obligations, of which nobody hears.
func (w *world) insert(ctx context.Context, list []tax.Obligation) error {
	b := entdb.NewBulk(obligationrow.Table, obligationrow.FieldID, obligationrow.FieldDocumentID, obligationrow.FieldKind, obligationrow.FieldPeriod,
		obligationrow.FieldRegistrationID, obligationrow.FieldArea, obligationrow.FieldDueDate, obligationrow.FieldBasis, obligationrow.FieldMoves,
		obligationrow.FieldState, obligationrow.FieldDoneBy, obligationrow.FieldDoneRef, obligationrow.FieldCreateTime, obligationrow.FieldChangeTime, obligationrow.FieldVersion)
	for _, o := range list {
		b.Add(string(o.ID), string(o.Document), string(o.Kind), string(o.Period), "", "", o.Due.String(), string(o.Basis), 0, string(o.State), "", "", start, start, 1)
	}
	_, err := b.Flush(ctx, w.db)
	return err
}

type ctx = context.Context

func official() calendar.Calendar { return calendar.Official() }

// bare is the official calendar of the year without its notice of deadlines.
func bare(t testing.TB) calendar.Calendar {
	t.Helper()
	for _, y := range calendar.Official().Years() {
		if y.Number() == start.Year() {
			text := y.Text()
			lines := slices.DeleteFunc(strings.SplitAfter(text, "\n"), func(l string) bool { return strings.HasPrefix(l, "deadline,") })
			bare, err := calendar.Read(start.Year(), strings.NewReader(strings.Join(lines, "")))
			must(t, "read", err)
			return calendar.Official().With(bare)
		}
	}
	t.Fatal("no such year")
	return calendar.Calendar{}
}

func setAt(hour string) alarm.Setting { return alarm.Setting{At: hour} }

// many adds people with some obligations each, all due on November 16th.
func (w *world) many(t testing.TB, people, each int) {
	t.Helper()
	var all []tax.Obligation
	w.write(t, func(ctx context.Context) error {
		all = nil
		homes := entdb.NewBulk(file.Table, file.FieldID, file.FieldKind, file.FieldCreateTime)
		documents := entdb.NewBulk(documentrow.Table, documentrow.FieldID, documentrow.FieldKind, documentrow.FieldDossierID, documentrow.FieldOriginID,
			documentrow.FieldNumberSealed, documentrow.FieldRecorded, documentrow.FieldOrigin, documentrow.FieldCreateTime, documentrow.FieldVersion,
			documentrow.FieldIssueCount, documentrow.FieldValidFrom, documentrow.FieldValidTo, documentrow.FieldArea, documentrow.FieldLanguage, documentrow.FieldCalendar)
		for i := range people {
			id := fmt.Sprint("person-", i)
			homes.Add("file-"+id, "person", start)
			documents.Add(id, "taiwan_pass", "file-"+id, "file-"+id, []byte{0}, "valid", "register", start, 1, "", "", "", "", "", "")
			for k := range each {
				all = append(all, tax.Obligation{ID: tax.ID(w.newID()), Document: actor.DocumentID(id), Kind: "vat_small", Period: tax.Period(fmt.Sprint(k)), Due: date("2026-11-16"), State: tax.Open, Basis: tax.National})
			}
		}
		for _, b := range []*entdb.Bulk{homes, documents} {
			if _, err := b.Flush(ctx, w.db); err != nil {
				return err
			}
		}
		if err := w.insert(ctx, all); err != nil {
			return err
		}
		for part := range slices.Chunk(all, 300) {
			if err := w.Hear(ctx, tax.Planned, part); err != nil {
				return err
			}
		}
		return nil
	})
}

func sqlite(t testing.TB) *entdb.DB { return entdbtest.New(t) }
