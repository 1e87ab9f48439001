package tax_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// operator imports calendars.
var operator = actor.Actor{Role: actor.System, Officer: "operator"}

// told is one thing that the listener heard.
type told struct {
	change tax.Change
	tax.Obligation
}

// world is the service on real files. Its queue keeps what it is given until the
// test does it, its listener writes down what it hears.
type world struct {
	*tax.Service
	files *dossiertest.World
	// begins are the first days of the months in which registrations were taken, by
	// their refs.
	begins map[string]civil.Date

	mu    sync.Mutex
	jobs  []string // of ReplanKind, those that were committed
	heard []told   // what was committed
	deaf  func(change tax.Change, list []tax.Obligation) error
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, newWorld(t, db)) })
}

func newWorld(t testing.TB, db *entdb.DB) *world {
	t.Helper()
	w := &world{files: dossiertest.New(t, db), begins: map[string]civil.Date{}}
	w.Service = w.again(t)
	return w
}

// again is another service on the same database, as of another process.
func (w *world) again(t testing.TB) *tax.Service {
	t.Helper()
	var made int
	var mu sync.Mutex
	prefix := time.Now().UnixNano()
	s, err := tax.New(tax.Deps{
		DB: w.files.DB, Files: w.files.Service, Audit: w.files.Audit, Queue: w, Now: w.files.Clock.Now,
		NewID: func() string {
			mu.Lock()
			defer mu.Unlock()
			made++
			return fmt.Sprintf("%016x-%012x", prefix, made)
		},
	})
	must(t, "make the service", err)
	s.Listen(w.hear)
	return s
}

func (w *world) hear(ctx context.Context, change tax.Change, list []tax.Obligation) error {
	if w.deaf != nil {
		if err := w.deaf(change, list); err != nil {
			return err
		}
	}
	list = append([]tax.Obligation(nil), list...)
	w.files.DB.AfterCommit(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, o := range list {
			w.heard = append(w.heard, told{change, o})
		}
	})
	return nil
}

// Enqueue implements [work.Queue].
func (w *world) Enqueue(ctx context.Context, jobs ...work.Job) error {
	w.files.DB.AfterCommit(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, j := range jobs {
			w.jobs = append(w.jobs, j.ID)
		}
	})
	return nil
}

// work does what the queue holds.
func (w *world) work(t testing.TB) {
	t.Helper()
	for len(w.jobs) > 0 {
		must(t, "replan", w.Replan(t.Context(), w.jobs[0]))
		w.jobs = w.jobs[1:]
	}
}

// listen forgets what was heard.
func (w *world) listen() { w.heard = nil }

// changes counts what was heard.
func (w *world) changes(c tax.Change) int {
	n := 0
	for _, h := range w.heard {
		if h.change == c {
			n++
		}
	}
	return n
}

// plan plans all that is due.
func (w *world) plan(t testing.TB) {
	t.Helper()
	for {
		n, err := w.PlanDue(t.Context(), 7)
		must(t, "plan", err)
		if n == 0 {
			return
		}
	}
}

// person puts the i-th person's pass on file and returns it.
func (w *world) person(i int) actor.DocumentID {
	p := dossiertest.NewPerson(i)
	w.files.Settle(p)
	return w.files.ID(p.Pass)
}

// firm puts a firm of which the i-th person is the representative on file.
func (w *world) firm(t testing.TB, i int) (actor.DocumentID, dossier.ID) {
	t.Helper()
	raw, err := document.ComposeCreditCode(fmt.Sprintf("91350128MAYYY%03d", i))
	must(t, "compose a code", err)
	code := w.files.Number(raw)
	taken, err := w.files.TakeFirms(t.Context(), []dossier.FirmEntry{{
		Code: code, Name: fmt.Sprintf("%d號商行", i), Area: "350128", State: document.Valid,
		Representative: w.files.Number(dossiertest.NewPerson(i).Pass),
	}})
	must(t, "take a firm", err)
	if taken[0].Fault != nil {
		t.Fatal(taken[0].Fault)
	}
	id, file, err := w.files.Locate(t.Context(), code)
	must(t, "locate a firm", err)
	return id, file
}

// reg is a registration since 2020.
func reg(doc actor.DocumentID, kind tax.Kind, cycle tax.Cycle) tax.Registration {
	return tax.Registration{
		Document: doc, Tax: kind, Cycle: cycle, Area: "350128", From: date("2020-01-01"),
		Source: "test", Ref: string(doc) + "/" + string(kind) + "/" + string(cycle),
	}
}

// take takes registrations, all of which must be taken.
func (w *world) take(t testing.TB, list ...tax.Registration) []dossier.Taken {
	t.Helper()
	taken, err := w.Take(t.Context(), list)
	must(t, "take", err)
	for i, x := range taken {
		if x.Fault != nil {
			t.Fatalf("registration %d is left out: %v on %s", i, x.Fault, x.Fault.Field())
		}
		if today := w.Today(); x.Effect == dossier.Added {
			w.begins[list[i].Ref] = civil.Date{Year: today.Year, Month: today.Month, Day: 1}
		}
	}
	return taken
}

// held is all that is on file of documents, by kind, period and name.
func (w *world) held(t testing.TB, docs ...actor.DocumentID) map[string]tax.Obligation {
	t.Helper()
	h, err := w.Holdings(t.Context(), 100_000, docs...)
	must(t, "read holdings", err)
	held := map[string]tax.Obligation{}
	for _, o := range h.Obligations {
		k := string(o.Document) + " " + string(o.Kind) + " " + string(o.Period)
		if o.Name != "" {
			k += " " + o.Name
		}
		if _, twice := held[k]; twice {
			t.Errorf("%s is there twice", k)
		}
		held[k] = o
	}
	return held
}

// one is an obligation of a document.
func (w *world) one(t testing.TB, doc actor.DocumentID, kind tax.Kind, p tax.Period) tax.Obligation {
	t.Helper()
	o, ok := w.held(t, doc)[string(doc)+" "+string(kind)+" "+string(p)]
	if !ok {
		t.Fatalf("there is no %s for %s", kind, p)
	}
	return o
}

// at moves the clock on to a day.
func (w *world) at(day string) {
	w.files.Clock.Advance(date(day).In(dossiertest.Zone).Add(9 * time.Hour).Sub(w.files.Clock.Now()))
}

func date(text string) civil.Date {
	d, err := civil.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func as(doc actor.DocumentID) actor.Actor { return actor.Actor{Role: actor.Person, Document: doc} }

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

// year2027 is a made-up year file: illustrative days, in no notice that there is.
// Its deadlines are the 15th, or what move names, or the working day after.
func year2027(move map[string]string) string {
	var b strings.Builder
	b.WriteString("kind,date,name,notice,confidence,source\n")
	b.WriteString("notice,2026-11-20,示例,示例〔2026〕1号,M,示例数据，非真实通知\n")
	for _, h := range []string{"01-01 元旦", "02-05 春节", "02-06 春节", "02-07 春节", "02-08 春节", "04-05 清明节", "05-01 劳动节", "05-02 劳动节", "05-03 劳动节", "06-09 端午节", "09-15 中秋节", "10-01 国庆节", "10-02 国庆节", "10-03 国庆节"} {
		day, name, _ := strings.Cut(h, " ")
		fmt.Fprintf(&b, "holiday,2027-%s,%s,示例〔2026〕1号,,\n", day, name)
	}
	deadlines := map[int]string{1: "15", 2: "19", 3: "15", 4: "15", 5: "18", 6: "15", 7: "15", 8: "16", 9: "16", 10: "20", 11: "15", 12: "15"}
	for month := 1; month <= 12; month++ {
		day := fmt.Sprintf("2027-%02d-%s", month, deadlines[month])
		if moved, ok := move[day]; ok {
			day = moved
		}
		fmt.Fprintf(&b, "deadline,%s,,示例〔2026〕1号,,\n", day)
	}
	return b.String()
}

// override is a made-up postponement.
func override(area, of, statutory, day, issued string) string {
	return "area,tax,statutory,date,notice,name,issued,confidence,source\n" +
		strings.Join([]string{area, of, statutory, day, "示例通告" + issued, "示例税务局", issued, "M", "示例数据，非真实通告"}, ",") + "\n"
}
