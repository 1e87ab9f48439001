package dossier_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
)

var desk = dossiertest.Officer("desk")

// named is the i-th person with other names and birth date.
func named(i int, names dossier.Names, birth civil.Date) dossiertest.Person {
	p := dossiertest.NewPerson(i)
	p.Names, p.Birth = names, birth
	return p
}

// settlePass puts a person's pass on file, issued in an area.
func settlePass(w *dossiertest.World, p dossiertest.Person, area string) {
	e := w.PassEntry(p)
	e.Area = area
	w.Take(e)
}

// byName finds files by a name, which must not fail, and returns their IDs.
func byName(t *testing.T, w *dossiertest.World, by actor.Actor, name string, birth civil.Date) []dossier.ID {
	t.Helper()
	files, err := w.FindByName(t.Context(), by, name, birth)
	must(t, "find by name", err)
	ids := make([]dossier.ID, len(files))
	for i, f := range files {
		ids[i] = f.ID
		if len(f.Data)+len(f.Records)+len(f.Roles) > 0 || len(f.Powers) == 0 {
			t.Errorf("a file is shown with %d data, %d records, %d powers", len(f.Data), len(f.Records), len(f.Powers))
		}
	}
	return ids
}

func TestFindByName(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		birth := civil.Date{Year: 1990, Month: 5, Day: 1}
		both := named(0, dossier.Names{Mainland: "陈美玲", Taiwan: "陳美玲", Roman: "CHEN MEI-LING"}, birth)
		simplified := named(2, dossier.Names{Mainland: "陈美玲"}, birth)
		latin := named(4, dossier.Names{Roman: "Takun Wuay"}, birth)
		dotted := named(6, dossier.Names{Mainland: "夏曼·藍波安"}, birth)
		undated := named(8, dossier.Names{Mainland: "陈美玲"}, civil.Date{})
		other := named(10, dossier.Names{Mainland: "陈美玲"}, birth.AddDays(1))
		for _, p := range []dossiertest.Person{both, simplified, latin, dotted, undated, other} {
			settlePass(w, p, "")
		}
		first, second := w.File(both.Pass).ID, w.File(simplified.Pass).ID
		for name, want := range map[string][]dossier.ID{
			"陳美玲": {first, second}, "陈美玲": {first, second}, " 陳 美玲 ": {first, second}, "陈美": nil, "美玲": nil, "陈美玲玲": nil, "CHEN MEI-LING": nil,
			"takun  WUAY": {w.File(latin.Pass).ID}, "夏曼‧蓝波安": {w.File(dotted.Pass).ID}, "林志偉": nil,
		} {
			if got := byName(t, w, desk, name, birth); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%q finds %v, want %v", name, got, want)
			}
		}
		if got := byName(t, w, desk, "陳美玲", birth.AddDays(2)); len(got) != 0 {
			t.Errorf("another birth date finds %v", got)
		}
		for _, bad := range []string{"", " ", "陳?玲", "陳*", "陳□玲", "陳\ufffd玲", "a\xff", strings.Repeat("陳", 400)} {
			_, err := w.FindByName(t.Context(), desk, bad, birth)
			fails(t, fmt.Sprintf("find %.10q", bad), err, dossier.ErrName)
		}
	})
}

// TestFindByNameCountsWhatIsSeen: of namesakes in two regions an officer is shown
// those of the own; only these make a name too common.
func TestFindByNameCountsWhatIsSeen(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx, birth := t.Context(), civil.Date{Year: 1990, Month: 5, Day: 1}
		namesake := func(i int) dossiertest.Person { return named(i, dossier.Names{Mainland: "陈美玲"}, birth) }
		for i := range dossier.MostNamesakes + 5 {
			settlePass(w, namesake(i), fuzhou)
		}
		here, there, family := dossiertest.Officer("here"), dossiertest.Officer("there"), dossiertest.Officer("family")
		w.Staff.Limit(here.Officer, pingtan)
		w.Staff.Limit(there.Officer, fuzhou)
		w.Staff.Limit(family.Officer, pingtan)
		for i := range dossier.MostNamesakes {
			settlePass(w, namesake(100+i), pingtan)
		}
		w.Staff.Tie(family.Officer, w.Number(namesake(100).Pass))

		logged, look := audit.Begin(ctx, here, "FindByName", "")
		files, err := w.FindByName(logged, here, "陳美玲", birth)
		must(t, "find", err)
		if len(files) != dossier.MostNamesakes {
			t.Errorf("%d files are shown", len(files))
		}
		subjects := map[dossier.DocumentID]bool{}
		for _, f := range files {
			for _, d := range f.Documents {
				subjects[d.ID] = true
				if d.Area != pingtan {
					t.Error("a file of another region is shown")
				}
			}
		}
		must(t, "record", w.Audit.Finish(ctx, look, audit.OK))
		noted := subjectsNoted(t, w)
		if len(noted) != len(subjects) {
			t.Errorf("the log names %d documents, shown were %d", len(noted), len(subjects))
		}
		for _, id := range noted {
			if !subjects[id] {
				t.Error("the log names a document that was not shown")
			}
		}
		_, err = w.FindByName(ctx, there, "陳美玲", birth)
		fails(t, "25 of the own region", err, dossier.ErrNameCommon)
		if got := byName(t, w, family, "陳美玲", birth); len(got) != dossier.MostNamesakes-1 {
			t.Errorf("an officer with a tie is shown %d files", len(got))
		}
		for _, nobody := range []actor.Actor{{}, {Role: actor.System, Officer: "s"}, {Role: actor.Auditor, Officer: "a", Duties: actor.Duties(), Duty: actor.Audit}} {
			if got := byName(t, w, nobody, "陳美玲", birth); len(got) != 0 {
				t.Errorf("%s is shown %d files", nobody.Role, len(got))
			}
		}
	})
}

// subjectsNoted are the documents that the only entry of a name search names.
func subjectsNoted(t *testing.T, w *dossiertest.World) []dossier.DocumentID {
	t.Helper()
	rows, err := w.DB.SQL(t.Context()).QueryContext(t.Context(),
		`SELECT s.document_id FROM audit_subjects s JOIN audit_entries e ON e.id = s.entry_id WHERE e.action = 'FindByName'`)
	must(t, "read the log", err)
	defer rows.Close()
	var ids []dossier.DocumentID
	for rows.Next() {
		var id dossier.DocumentID
		must(t, "read the log", rows.Scan(&id))
		ids = append(ids, id)
	}
	must(t, "read the log", rows.Err())
	return ids
}

// TestFindByNameFollowsTheFile: linked, corrected, renewed, replaced, forgotten.
func TestFindByNameFollowsTheFile(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx, p := t.Context(), dossiertest.NewPerson(0)
		old, married := p.Names.Taiwan, dossier.Names{Mainland: "林婚后", Taiwan: "林婚後", Roman: "LIN"}
		w.Join(p)
		joint := w.File(p.Pass).ID
		finds := func(what, name string, want int) {
			t.Helper()
			got := byName(t, w, desk, name, p.Birth)
			if len(got) != want || want == 1 && got[0] != joint {
				t.Errorf("%s: %d files, want %d", what, len(got), want)
			}
		}
		finds("linked", old, 1)

		next := w.PermitEntry(p, "")
		next.Validity, next.Holder.Names = p.Validity(1), married
		w.Take(next)
		finds("the new name of the permit", married.Taiwan, 1)
		finds("the old name of the pass", old, 1)
		for item, value := range map[string]string{dossier.ItemNameTaiwan: married.Taiwan, dossier.ItemNameMainland: married.Mainland} {
			must(t, "correct", w.Correct(ctx, w.ID(p.Pass), item, value))
		}
		finds("corrected everywhere", old, 0)
		finds("corrected everywhere, the new name", married.Mainland, 1)

		last := w.PermitEntry(p, "")
		last.Number, last.Replaces, last.Validity = w.Number(p.PermitNo(1)), w.Number(p.Permit), p.Validity(2)
		last.Holder.Names = dossier.Names{Mainland: "吴又改"}
		w.Take(last)
		finds("by a name of the successor", "吳又改", 1)
		finds("by the name of what was replaced", married.Mainland, 1)

		for _, number := range []string{p.Pass, p.Permit} {
			id := w.ID(number)
			must(t, "erase", w.Erase(ctx, id))
			must(t, "shred", w.Vault.Shred(ctx, string(id)))
		}
		finds("forgotten", married.Mainland, 0)
		finds("what is left of the file", "吳又改", 1)
	})
}

// TestFindByNameAfterTheKeysRotate, and after a fold of names that is not ours any
// more.
func TestFindByNameAfterTheKeysRotate(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx, p := t.Context(), dossiertest.NewPerson(0)
		w.Settle(p)
		count := func() int {
			t.Helper()
			n, err := w.DB.Client(ctx).Locator.Query().Where(locator.PurposeEQ(locator.PurposeHolderName)).Count(ctx)
			must(t, "count", err)
			return n
		}
		if n := count(); n != 2 {
			t.Errorf("%d rows find two documents by their names, want one each", n)
		}
		// As an older program would have left it: one document without the row, one
		// with a row of another fold.
		pass, stale := w.ID(p.Pass), w.Keys.Indexes("holder_name", "stale")[0]
		must(t, "spoil", w.DB.InTx(ctx, func(ctx context.Context) error {
			_, err := w.DB.Client(ctx).Locator.Delete().
				Where(locator.PurposeEQ(locator.PurposeHolderName), locator.DocumentID(string(pass))).Exec(ctx)
			if err != nil {
				return err
			}
			_, err = w.DB.SQL(ctx).ExecContext(ctx, w.DB.Rebind(`UPDATE locators SET hash = ? WHERE purpose = 'holder_name'`), stale.Hash)
			return err
		}))
		if got := byName(t, w, desk, p.Names.Taiwan, p.Birth); len(got) != 0 {
			t.Errorf("%d files are found without an index", len(got))
		}
		must(t, "reseal", w.Reseal(ctx, func(int, int) {}))
		if n := count(); n != 2 {
			t.Errorf("%d rows after indexing anew, want 2", n)
		}
		retired := w.Keys.IndexKeys()[0]
		next, err := w.Keys.Add(keyring.Indexing)
		must(t, "add", err)
		for _, step := range []func() error{
			func() error { return w.Keys.Promote(keyring.Indexing, next) },
			func() error { return w.Reseal(ctx, func(int, int) {}) },
			func() error { return w.Keys.Retire(keyring.Indexing, retired) },
			func() error { return w.Reseal(ctx, func(int, int) {}) },
		} {
			must(t, "rotate", step())
			if got := byName(t, w, desk, p.Names.Taiwan, p.Birth); len(got) != 2 {
				t.Errorf("%d files are found while keys rotate, want 2", len(got))
			}
		}
		if n := count(); n != 2 {
			t.Errorf("%d rows in the end, want 2", n)
		}
	})
}

// TestFirmsHaveNoHolderName: a firm's name is public and is not indexed here.
func TestFirmsHaveNoHolderName(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		became(t, "firm", takeFirms(t, w, dossier.FirmEntry{
			Code: firmCode(t, w, 0), Name: "平潭商行", Representative: w.Number(p.Pass), State: document.Valid,
		}), dossier.Added)
		if _, err := w.FindByName(t.Context(), desk, "平潭商行", p.Birth); errors.Is(err, dossier.ErrName) {
			t.Error("a firm's name cannot be read")
		}
		if got := byName(t, w, desk, "平潭商行", p.Birth); len(got) != 0 {
			t.Error("a firm is found by a person's name")
		}
	})
}
