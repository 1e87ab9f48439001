package dossier_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/document"
)

// seedVariable names a seed to run alone.
const seedVariable = "MINZHENGTONG_TEST_SEED"

// TestModel runs random sequences against a model of what a file is: documents,
// links that hold and successions, and the sets that these join. After each step
// the tables must be what the model says.
func TestModel(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, _ *entdb.DB) {
		sqlite := t.Name() == "TestModel/sqlite"
		seeds, steps := 3, 40
		if sqlite {
			seeds = 24
		}
		first := 1
		if only, err := strconv.Atoi(os.Getenv(seedVariable)); err == nil {
			first, seeds = only, 1
		}
		fresh := func(t *testing.T) *dossiertest.World {
			if sqlite {
				return dossiertest.New(t, entdbtest.New(t))
			}
			return dossiertest.New(t, entdbtest.Postgres(t))
		}
		for seed := first; seed < first+seeds; seed++ {
			moves := draw(uint64(seed), steps)
			t.Run(strconv.Itoa(seed), func(t *testing.T) {
				t.Parallel()
				if err := play(t.Context(), fresh(t), moves); err != nil {
					moves, err = shrink(moves, err, func(moves []move) error { return play(t.Context(), fresh(t), moves) })
					t.Errorf("%v\nafter %v\nrepeat: %s=%d go test -run TestModel ./domains/dossier", err, moves, seedVariable, seed)
				}
			})
		}
	})
}

// shrink leaves out moves as long as the rest still fails.
func shrink(moves []move, err error, again func([]move) error) ([]move, error) {
	for i := len(moves) - 1; i >= 0; i-- {
		fewer := slices.Delete(slices.Clone(moves), i, i+1)
		if e := again(fewer); e != nil {
			moves, err = fewer, e
		}
	}
	return moves, err
}

// play makes the moves and compares after each.
func play(ctx context.Context, w *dossiertest.World, moves []move) error {
	m := newModel(w)
	for i, x := range moves {
		w.Clock.Advance(1e9)
		if err := m.make(ctx, x); err != nil {
			return fmt.Errorf("move %d, %v: %w", i, x, err)
		}
		if err := m.compare(ctx, x); err != nil {
			return fmt.Errorf("after move %d, %v: %w", i, x, err)
		}
	}
	return m.end(ctx)
}

// model is what must be on file. Documents are named by their numbers' places
// in numbers.
type model struct {
	w       *dossiertest.World
	numbers []document.Number
	people  []int // whose each number is

	ids     map[int]string // documents on file
	origin  map[int]string
	next    map[int]int // successions
	lost    map[int]bool
	links   map[string]*mlink
	records map[string]mrecord // by reference
	typed   map[int]mdatum
	firms   map[int]int // representatives
	papers  map[int]mpaper
	down    map[int]bool
	clock   int
}

type mlink struct {
	a, b int
	cut  bool
}

type mrecord struct {
	of     int
	amount int64
}

type mdatum struct {
	value string
	at    int
}

type mpaper struct {
	pass, permit int
	officers     map[int]bool
}

func newModel(w *dossiertest.World) *model {
	m := &model{
		w: w, ids: map[int]string{}, origin: map[int]string{}, next: map[int]int{}, lost: map[int]bool{},
		links: map[string]*mlink{}, records: map[string]mrecord{}, typed: map[int]mdatum{}, firms: map[int]int{},
		papers: map[int]mpaper{}, down: map[int]bool{},
	}
	for i := range 3 {
		p := dossiertest.NewPerson(i)
		for _, raw := range []string{p.Pass, p.PassNo(1), p.Permit, p.PermitNo(1), p.PermitNo(2)} {
			m.numbers, m.people = append(m.numbers, w.Number(raw)), append(m.people, i)
		}
	}
	return m
}

func (m *model) kind(n int) document.Kind { return m.numbers[n].Kind() }

// component is all documents that are one file with n.
func (m *model) component(n int) map[int]bool {
	all := map[int]bool{n: true}
	join := func(a, b int) bool {
		if all[a] == all[b] {
			return false
		}
		all[a], all[b] = true, true
		return true
	}
	for grown := true; grown; {
		grown = false
		for _, l := range m.links {
			grown = !l.cut && join(l.a, l.b) || grown
		}
		for old, next := range m.next {
			grown = join(old, next) || grown
		}
	}
	return all
}

// linkOf is a link that holds within a set of documents between these kinds.
func (m *model) linkOf(set map[int]bool, a, b document.Kind) string {
	for id, l := range m.links {
		ka, kb := m.kind(l.a), m.kind(l.b)
		if !l.cut && set[l.a] && (ka == a && kb == b || ka == b && kb == a) {
			return id
		}
	}
	return ""
}

// crowded reports whether two files together have two current documents of one
// kind.
func (m *model) crowded(a, b int) bool {
	seen := map[document.Kind]bool{}
	both := m.component(a)
	maps.Copy(both, m.component(b))
	for n := range both {
		if _, replaced := m.next[n]; replaced {
			continue
		}
		if seen[m.kind(n)] {
			return true
		}
		seen[m.kind(n)] = true
	}
	return false
}

// newest is the datum that a file must show.
func (m *model) newest(n int) string {
	var best mdatum
	for o := range m.component(n) {
		if d := m.typed[o]; d.at > best.at {
			best = d
		}
	}
	return best.value
}

// compare reads every table.
func (m *model) compare(ctx context.Context, x move) error {
	c := m.w.DB.Client(ctx)
	documents, err := c.Document.Query().Where(row.KindNEQ(row.KindCreditCode)).All(ctx)
	if err != nil {
		return err
	}
	links, err := c.Link.Query().All(ctx)
	if err != nil {
		return err
	}
	if err := m.compareDocuments(ctx, documents, x); err != nil {
		return err
	}
	if err := m.compareLinks(ctx, c, links, x); err != nil {
		return err
	}
	if err := m.compareFiles(ctx, c, documents); err != nil {
		return err
	}
	return m.compareContents(ctx, c)
}

// compareDocuments takes new documents and successions over into the model,
// where the move may make some, and refuses every other change.
func (m *model) compareDocuments(ctx context.Context, rows []*ent.Document, x move) error {
	if len(rows) != len(m.ids) {
		for n, number := range m.numbers {
			if id, _, err := m.w.Locate(ctx, number); err == nil && m.ids[n] == "" {
				m.ids[n] = string(id)
			}
		}
	}
	if len(rows) != len(m.ids) {
		return fmt.Errorf("%d documents, want %d", len(rows), len(m.ids))
	}
	names := map[string]int{}
	for n, id := range m.ids {
		names[id] = n
	}
	for _, r := range rows {
		n, ok := names[r.ID]
		if !ok {
			return fmt.Errorf("document %s has no number", r.ID)
		}
		if m.origin[n] == "" {
			m.origin[n] = r.OriginID
		}
		if m.origin[n] != r.OriginID {
			return fmt.Errorf("origin of document %d moved", n)
		}
		next, was := m.next[n]
		switch {
		case r.ReplacedBy == nil && !was:
		case r.ReplacedBy != nil && !was && (x.do == doRenew || x.do == doFinish):
			m.next[n] = names[*r.ReplacedBy]
			delete(m.lost, n)
		case r.ReplacedBy == nil || names[*r.ReplacedBy] != next:
			return fmt.Errorf("successor of document %d changed", n)
		}
		_, replaced := m.next[n]
		if (r.Recorded == "replaced") != replaced || (r.Recorded == "lost") != m.lost[n] {
			return fmt.Errorf("document %d is recorded as %s; replaced %v, lost %v", n, r.Recorded, replaced, m.lost[n])
		}
	}
	return nil
}

// compareLinks takes new links over, where the move may make some, and refuses
// every other change.
func (m *model) compareLinks(ctx context.Context, c *ent.Client, rows []*ent.Link, x move) error {
	names := map[string]int{}
	for n, id := range m.ids {
		names[id] = n
	}
	if len(rows) < len(m.links) {
		return fmt.Errorf("%d links, want %d", len(rows), len(m.links))
	}
	for _, r := range rows {
		l, known := m.links[r.ID]
		if !known {
			l = &mlink{a: names[r.FirstID], b: names[r.SecondID]}
			if err := m.mayLink(l, string(r.Level), x); err != nil {
				return err
			}
			m.links[r.ID] = l
		}
		if l.cut != (r.CutTime != nil) {
			return fmt.Errorf("link of %d and %d is cut: %v, want %v", l.a, l.b, r.CutTime != nil, l.cut)
		}
		if _, err := c.Proof.Get(ctx, r.ProofID); err != nil {
			return fmt.Errorf("proof of the link of %d and %d: %w", l.a, l.b, err)
		}
	}
	return nil
}

// mayLink says why a link must not have been made.
func (m *model) mayLink(l *mlink, level string, x move) error {
	made := map[string][]action{
		string(dossier.PermitNamesPass):  {doLink, doFinish},
		string(dossier.NationalCheck):    {doLink, doFinish},
		string(dossier.BothAtWindow):     {doWindow},
		string(dossier.PaperTwoOfficers): {doPaper},
	}
	strong := level == string(dossier.PermitNamesPass) || level == string(dossier.NationalCheck)
	switch {
	case !slices.Contains(made[level], x.do):
		return fmt.Errorf("a link at %s", level)
	case strong && m.people[l.a] != m.people[l.b]:
		return fmt.Errorf("documents %d and %d of two persons are linked by %s", l.a, l.b, level)
	case strong && m.down[0], level == string(dossier.NationalCheck) && m.down[1]:
		return fmt.Errorf("documents %d and %d are linked by %s while the authority is gone", l.a, l.b, level)
	}
	return nil
}

// compareFiles compares which documents are one file, and the signposts.
func (m *model) compareFiles(ctx context.Context, c *ent.Client, rows []*ent.Document) error {
	files := map[string]string{} // of each origin
	for n, id := range m.ids {
		i := slices.IndexFunc(rows, func(r *ent.Document) bool { return r.ID == id })
		oldest := m.origin[n]
		kinds := map[document.Kind]bool{}
		for o := range m.component(n) {
			oldest = min(oldest, m.origin[o])
			if _, replaced := m.next[o]; !replaced {
				if kinds[m.kind(o)] {
					return fmt.Errorf("the file of %d has two current documents of one kind", n)
				}
				kinds[m.kind(o)] = true
			}
		}
		if rows[i].DossierID != oldest {
			return fmt.Errorf("document %d is in file %s, want %s", n, rows[i].DossierID, oldest)
		}
		files[m.origin[n]] = oldest
	}
	signs, err := c.Dossier.Query().All(ctx)
	for _, s := range signs {
		want, ok := files[s.ID]
		if !ok {
			continue // a firm's
		}
		to := s.ID
		if s.MergedInto != nil {
			to = *s.MergedInto
		}
		if to != want {
			return fmt.Errorf("file %s points to %s, want %s", s.ID, to, want)
		}
	}
	return err
}

// compareContents compares records, data and roles: each is on one file, that
// of its document, and no fen is lost.
func (m *model) compareContents(ctx context.Context, c *ent.Client) error {
	records, err := c.Record.Query().All(ctx)
	if err != nil {
		return err
	}
	var sum, want int64
	for _, r := range records {
		kept := m.records[r.SourceRef]
		sum, want = sum+*r.AmountFen, want+kept.amount
		if r.DocumentID != m.ids[kept.of] {
			return fmt.Errorf("record %s is under another document than %d", r.SourceRef, kept.of)
		}
	}
	if len(records) != len(m.records) || sum != want {
		return fmt.Errorf("%d records of %d fen, want %d of %d", len(records), sum, len(m.records), want)
	}
	seen := map[int]bool{}
	shown, roles := 0, 0
	for n := range m.ids { // by any of its numbers, old ones included
		if seen[n] {
			continue
		}
		maps.Copy(seen, m.component(n))
		file, err := m.file(ctx, n)
		if err != nil {
			return err
		}
		if got := value(file.Data, "occupation"); got != m.newest(n) {
			return fmt.Errorf("the file of %d shows the datum %q, want %q", n, got, m.newest(n))
		}
		shown, roles = shown+file.RecordCount, roles+len(file.Roles)
	}
	if shown != len(m.records) || roles != len(m.firms) {
		return fmt.Errorf("files show %d records and %d roles, want %d and %d", shown, roles, len(m.records), len(m.firms))
	}
	return nil
}

// end brings the authorities back: whatever was asked gets an answer.
func (m *model) end(ctx context.Context) error {
	for i := range authorities {
		m.down[i] = false
		m.w.Authorities.SetDown(authorities[i], false)
	}
	m.w.Clock.Advance(3600e9)
	for {
		n, err := m.w.FinishInquiries(ctx, 50)
		if err != nil {
			return fmt.Errorf("finish at the end: %w", err)
		}
		if n == 0 {
			break
		}
	}
	if err := m.compare(ctx, move{do: doFinish}); err != nil {
		return fmt.Errorf("at the end: %w", err)
	}
	for n := range m.ids {
		file, err := m.file(ctx, n)
		if err != nil {
			return err
		}
		for _, q := range file.Inquiries {
			if q.State == dossier.Pending {
				return fmt.Errorf("an inquiry about %d is still pending at the end", n)
			}
		}
	}
	return nil
}

// file is all that a holder sees on the file that a number finds.
func (m *model) file(ctx context.Context, n int) (dossier.Dossier, error) {
	id, _, err := m.w.Locate(ctx, m.numbers[n])
	if err != nil {
		return dossier.Dossier{}, err
	}
	return m.w.Get(ctx, actor.Actor{Role: actor.Person, Document: id})
}
