package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
	"github.com/minzhengtong/minzhengtong/domains/work"
)

// silent is the authorities. Importing asks nobody.
type silent struct{ upstream.ExitEntry }

func (silent) CheckPermits(context.Context, []upstream.PermitQuestion) ([]upstream.PermitAnswer, error) {
	panic("an import asks the police")
}

func (silent) CheckLink(context.Context, upstream.LinkQuestion) (upstream.LinkAnswer, error) {
	panic("an import asks the national check")
}

// nobody is the officers and the log. Importing asks no officer, and changes
// nothing that has to be noted.
type nobody struct{ guard.Staff }

func (nobody) Change(context.Context, string, actor.Actor, ...actor.DocumentID) error {
	panic("an import links or renews")
}

// idle is a queue. Importing leaves no work.
type idle struct{}

func (idle) Enqueue(context.Context, ...work.Job) error { panic("an import leaves work") }

// desk is a service with what it stands on.
type desk struct {
	*intake.Service
	files *dossier.Service
	taxes *tax.Service
	db    *entdb.DB
	dir   string
	newID func() string // may be replaced before a run
}

// keys returns a new keyring.
func keys(t testing.TB) *keyring.Keyring {
	t.Helper()
	dir := t.TempDir()
	kek, err := keyring.LocalKEK(filepath.Join(dir, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keyring.Open(dir, kek)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// newDesk returns a service on db with keys of its own or, so that two
// databases can be compared, with the ring that is given.
func newDesk(t testing.TB, db *entdb.DB, ring *keyring.Keyring) *desk {
	t.Helper()
	d := &desk{db: db, dir: t.TempDir(), newID: func() string { return uuid.Must(uuid.NewV7()).String() }}
	now := func() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) }
	newID := func() string { return d.newID() }
	gate, err := guard.New(nobody{})
	if err != nil {
		t.Fatal(err)
	}
	safe := vaulttest.New(t, ring)
	d.files, err = dossier.New(dossier.Deps{
		DB: db, Keys: ring, Vault: safe, Guard: gate, Audit: nobody{}, ExitEntry: silent{}, Police: silent{}, LinkCheck: silent{},
		Now: now, NewID: newID, Zone: time.FixedZone("Asia/Shanghai", 8*3600), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.taxes, err = tax.New(tax.Deps{
		DB: db, Files: d.files, Audit: audittest.On(t, db, ring, safe).Service, Queue: idle{}, Now: now, NewID: newID,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Service, err = intake.New(intake.Deps{DB: db, Files: d.files, Taxes: d.taxes, Now: now, NewID: newID})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// file writes a file and returns its path.
func (d *desk) file(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(d.dir, "register.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// take imports content and wants no error.
func (d *desk) take(t testing.TB, kind intake.Kind, content string) intake.Summary {
	t.Helper()
	sum, err := d.Run(t.Context(), intake.Options{Kind: kind, Path: d.file(t, content)})
	if err != nil {
		t.Fatalf("import %s: %v", kind, err)
	}
	return sum
}

// rejected reads the reject file without its header.
func rejected(t testing.TB, sum intake.Summary) []string {
	t.Helper()
	content, err := os.ReadFile(sum.Rejects)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	if lines[0] != "line,field,reason" {
		t.Errorf("the reject file begins %q", lines[0])
	}
	return lines[1:]
}

// counts are added, changed, unchanged and rejected.
func counts(p intake.Progress) [4]int64 {
	return [4]int64{p.Added, p.Changed, p.Unchanged, p.Rejected}
}

// registers writes the files of a population.
func registers(t testing.TB, o synthetic.Options) map[intake.Kind]string {
	t.Helper()
	pop := synthetic.New(o)
	files := map[intake.Kind]string{}
	for kind, write := range map[intake.Kind]func(io.Writer, *synthetic.Population) (synthetic.Tally, error){
		intake.Passes: synthetic.WritePasses, intake.Permits: synthetic.WritePermits,
		intake.Firms: synthetic.WriteFirms, intake.Records: synthetic.WriteRecords,
		intake.Registrations: synthetic.WriteRegistrations, intake.Filings: synthetic.WriteFilings,
	} {
		var out bytes.Buffer
		if _, err := write(&out, pop); err != nil {
			t.Fatal(err)
		}
		files[kind] = out.String()
	}
	return files
}

// kinds are all kinds in the order in which they are imported.
var kinds = []intake.Kind{intake.Passes, intake.Permits, intake.Firms, intake.Records, intake.Registrations, intake.Filings}

// contents are queries for all that an import writes, without the rows' own
// IDs. IDs of documents and files in them are replaced by what they name.
var contents = map[string]string{
	"dossiers": `SELECT id, kind, merged_into FROM dossiers`,
	"documents": `SELECT id, dossier_id, origin_id, replaced_by, kind, issue_count, valid_from, valid_to, recorded,
		CASE WHEN holder_sealed IS NULL THEN 1 ELSE 0 END, area, origin, version,
		CASE WHEN names_pass_sealed IS NULL THEN 1 ELSE 0 END FROM documents`,
	"locators":  `SELECT document_id, purpose, hash FROM locators`,
	"printings": `SELECT document_id, issue_count, valid_from, valid_to FROM printings`,
	"data":      `SELECT document_id, code, origin, CASE WHEN end_time IS NULL THEN 1 ELSE 0 END FROM data`,
	"inquiries": `SELECT document_id, kind, state, tries FROM inquiries`,
	"firms":     `SELECT id, name, category, area, version FROM firms`,
	"roles":     `SELECT firm_id, document_id, role, CASE WHEN end_time IS NULL THEN 1 ELSE 0 END FROM firm_roles`,
	"records":   `SELECT document_id, kind, authority, occur_time, amount_fen, source, source_ref FROM records`,
	"taxes":     `SELECT document_id, tax, cycle, area, valid_from, valid_to, source, source_ref FROM tax_registrations`,
	"due":       `SELECT document_id, kind, period, due_date, state, done_by, done_time, done_ref FROM obligations`,
	"runs":      `SELECT kind, digest, "offset", line, added, changed, unchanged, rejected, CASE WHEN finish_time IS NULL THEN 1 ELSE 0 END FROM import_runs`,
}

// snapshot is the content of every table, sorted. A document is named by the
// keyed hash of its number, a file by that of its first document.
// What is sealed is compared by what it opens to.
func snapshot(t testing.TB, d *desk) map[string][]string {
	t.Helper()
	db := d.db
	names := map[any]any{}
	for _, row := range query(t, db, `SELECT d.id, d.origin_id, l.hash FROM documents d
		JOIN locators l ON l.document_id = d.id WHERE l.purpose = 'number' ORDER BY l.hash DESC`) {
		names[row[0]], names[row[1]] = fmt.Sprintf("%x", row[2]), fmt.Sprintf("file %x", row[2])
	}
	all := map[string][]string{}
	for table, statement := range contents {
		for _, row := range query(t, db, statement) {
			for i, value := range row {
				if at, isTime := value.(time.Time); isTime {
					row[i] = at.UTC().Format(time.RFC3339Nano)
				}
				if _, isText := value.(string); isText && names[value] != nil {
					row[i] = names[value]
				}
			}
			all[table] = append(all[table], fmt.Sprintf("%v", row))
		}
		slices.Sort(all[table])
	}
	for _, row := range query(t, db, `SELECT id FROM documents`) {
		holder, titles := d.opened(t, dossier.DocumentID(row[0].(string)))
		all["holders"] = append(all["holders"], fmt.Sprintf("%v %v %v", names[row[0]], holder, titles))
	}
	slices.Sort(all["holders"])
	return all
}

// opened is the holder of a document, and the titles of what was done under it.
func (d *desk) opened(t testing.TB, id dossier.DocumentID) (dossier.Holder, []string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	document, err := d.files.Document(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	_, records, err := d.files.Shared(ctx, []dossier.Document{document}, []string{dossier.SharedRecords})
	if err != nil {
		t.Fatal(err)
	}
	titles := make([]string, len(records))
	for i, r := range records {
		titles[i] = r.Title
	}
	return document.Holder, titles
}

// holder is the holder of a document, found by its number.
func (d *desk) holder(t testing.TB, raw string) dossier.Holder {
	t.Helper()
	number, err := d.files.Parse("", raw)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := d.files.FileByNumber(context.WithoutCancel(t.Context()), number)
	if err != nil {
		t.Fatal(err)
	}
	return documents[0].Holder
}

// query returns all rows of a query.
func query(t testing.TB, db *entdb.DB, statement string) [][]any {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	rows, err := db.SQL(ctx).QueryContext(ctx, statement)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]any
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			values[i] = *v.(*any)
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// same compares two databases and names the tables that differ.
func same(t testing.TB, got, want map[string][]string) {
	t.Helper()
	for _, name := range append(slices.Collect(maps.Keys(contents)), "holders") {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s: %d rows that are not the same as the %d of the straight run", name, len(got[name]), len(want[name]))
		}
	}
}
