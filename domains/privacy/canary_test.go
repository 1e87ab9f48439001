package privacy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/replay"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// plain are the columns in which something of the person's own lies unsealed: a
// backup of the main database that is older than the erasure still has it.
// README.md says why.
var plain = []string{"obligations.name", "records.source_ref"}

// bird is a person of whom everything is a canary.
type bird struct {
	dossiertest.Person
	songs []string // what must not be found
}

func newBird() bird {
	p := dossiertest.NewPerson(7777)
	p.Names = dossier.Names{Mainland: "CANARY金丝雀", Taiwan: "CANARY金絲雀", Roman: "CANARY BIRD"}
	p.Phone = "+886977000777"
	return bird{p, []string{"CANARY", "金丝雀", "金絲雀", p.Pass, p.Permit, p.PassNo(3), p.Phone, p.Birth.String(), "70007000700070007", mailbox, "CANARY notice", "CANARY told"}}
}

// TestCanary puts a person into every field that there is, through the domains,
// keeps a backup, erases the person, and looks everywhere.
func TestCanary(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := newBird()
		other, them := w.joined(t, 1)
		w.sing(t, b, other)
		me := w.files.Holder(b.Permit)
		before, err := w.Export(t.Context(), me)
		must(t, "export", err)
		json, err := before.JSON()
		must(t, "write", err)
		page, err := before.HTML(words)
		must(t, "write", err)
		for _, song := range b.songs {
			if !bytes.Contains(json, []byte(song)) {
				t.Errorf("the export lacks %q", song)
			}
			if !strings.Contains(html.UnescapeString(string(page)), song) {
				t.Errorf("the page lacks %q", song)
			}
		}
		backup := w.backup(t)
		ids := []actor.DocumentID{w.files.ID(b.Pass), w.files.ID(b.Permit)}
		preview, err := w.Preview(t.Context(), me)
		must(t, "preview", err)
		for _, l := range preview.Lines {
			if l.Count == 0 && l.Kind != privacy.KindFirmRoles {
				t.Errorf("the bird has no %s", l.Kind)
			}
		}
		_, err = w.Erase(t.Context(), me, preview.Phrase)
		must(t, "erase", err)
		n, err := w.Finish(t.Context(), 10)
		must(t, "finish", err)
		if n != 1 {
			t.Errorf("%d erasures were finished, want 1", n)
		}

		if hits := w.hits(t, w.deps.DB, b.songs); len(hits) > 0 {
			t.Errorf("in the database: %v", hits)
		}
		w.searchFiles(t, b.songs)
		w.searchLog(t, b.songs)
		w.searchExport(t, them, b.songs)
		w.untold(t, ids)
		w.forgotten(t, b, ids)
		w.logStands(t)
		w.restored(t, backup, b, ids)
	})
}

// sing fills every field about a person.
func (w *world) sing(t *testing.T, b bird, other dossiertest.Person) {
	t.Helper()
	ctx := t.Context()
	f := w.files
	f.Know(b.Person, b.Pass)
	pass, permit := f.PassEntry(b.Person), f.PermitEntry(b.Person, b.Pass)
	f.Take(pass, permit)
	f.Finish()
	pass.Validity, pass.Phone = b.Validity(1), "+886977000778"
	f.Take(pass) // another printing
	me := f.Holder(b.Pass)
	taken, err := f.TakeRecords(ctx, []dossier.RecordEntry{{
		Number: f.Number(b.Permit), Kind: "medical_card", Title: "CANARY record", Authority: "医保局",
		Occurred: f.Clock.Now(), Source: "medical", SourceRef: "CANARY reference",
	}})
	if err != nil || taken[0].Fault != nil {
		t.Fatalf("take a record: %v %v", err, taken[0].Fault)
	}
	_, err = f.SaveData(ctx, me, []dossier.Input{
		{Code: "email", Value: "CANARY@example.com"}, {Code: "taiwan_address", Value: "CANARY street"}, {Code: "bank_account", Value: "70007000700070007"},
	})
	must(t, "save data", err)
	_, err = f.SaveData(ctx, me, []dossier.Input{{Code: "taiwan_address", Value: "CANARY avenue"}})
	must(t, "save data", err)

	link := f.File(b.Pass).Links[0]
	must(t, "unlink", w.look(t, desk("one"), "unlink", "CANARY unlink", func(ctx context.Context) error {
		_, err := f.Unlink(ctx, desk("one"), link.ID, "CANARY cut")
		return err
	}))
	w.byPaper(t, b)
	_, err = f.LinkAtWindow(ctx, desk("one"), f.Number(b.Pass), f.Number(b.Permit), "CANARY note")
	must(t, "link", err)
	f.Authorities.SetDown("exit_entry", true)
	_, _, err = f.Renew(ctx, me, me.Document, b.PassNo(3))
	if err != nil {
		t.Logf("renewal waits: %v", err)
	}

	w.signIn(t, me.Document, "CANARY phone")
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.Department.Create().SetID("police").SetName("公安").SetCreateTime(f.Clock.Now()).Exec(ctx)
	})
	w.askForCode(t, me.Document)
	w.answered(t, me.Document)
	w.allow(t, b, other)
	w.complain(t, b)
	w.remind(t, me)
}

// byPaper links the bird's documents by a paper that two officers read, and cuts
// the link again.
func (w *world) byPaper(t *testing.T, b bird) {
	t.Helper()
	ctx, f := t.Context(), w.files
	paper := dossier.Paper{Pass: f.Number(b.Pass), Permit: f.Number(b.Permit), Number: "CANARY paper", Date: f.Today()}
	_, _, err := f.EnterPaper(ctx, desk("one"), paper)
	must(t, "enter a paper", err)
	link, waiting, err := f.EnterPaper(ctx, desk("two"), paper)
	if err != nil || waiting {
		t.Fatalf("enter a paper: waiting %v, %v", waiting, err)
	}
	_, err = f.Unlink(ctx, desk("one"), link.ID, "CANARY another cut")
	must(t, "unlink", err)
}

// askForCode plays package access on its table, and seals as it does.
func (w *world) askForCode(t *testing.T, id actor.DocumentID) {
	t.Helper()
	row, now := w.deps.NewID(), w.files.Clock.Now()
	sealed, err := w.files.Keys.Seal([]byte("CANARY code"), "challenge/"+row)
	must(t, "seal a code", err)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.Challenge.Create().SetID(row).SetPurpose("sign_in").SetSubject([]byte("hash")).SetDocumentID(string(id)).
			SetCodeHash([]byte("hash")).SetPayloadSealed(sealed).SetCreateTime(now).SetExpireTime(now).Exec(ctx)
	})
}

// answered keeps answers to a call of the person and to one of an officer.
func (w *world) answered(t *testing.T, id actor.DocumentID) {
	t.Helper()
	writes, err := replay.New(replay.Deps{DB: w.deps.DB, Keys: w.files.Keys, Vault: w.deps.Vault, Now: w.files.Clock.Now})
	must(t, "replay", err)
	for caller, owner := range map[string]string{"person": string(id), "officer": ""} {
		call := replay.Call{Caller: caller, Procedure: "/s/Write", Key: "CANARY-key", Input: []byte("CANARY input"), Owner: owner}
		_, _, err = writes.Do(t.Context(), call, nil, func(context.Context) ([]byte, []actor.DocumentID, error) {
			return []byte("CANARY answer"), []actor.DocumentID{id}, nil
		})
		must(t, "keep an answer", err)
	}
}

// allow gives consents and delegations to and fro, and uses them.
func (w *world) allow(t *testing.T, b bird, other dossiertest.Person) {
	t.Helper()
	ctx := t.Context()
	f := w.files
	me, them := f.Holder(b.Pass), f.Holder(other.Pass)
	end := f.Clock.Now().AddDate(0, 6, 0)
	text, err := w.consents.Text("credit_report", "en")
	must(t, "text", err)
	c, err := w.consents.Give(ctx, me, consent.Terms{
		Party: "police", Purpose: "credit_report", Scopes: []string{"mobile_phone"}, Expires: end, TextVersion: text.Version, TextLanguage: "en",
	})
	must(t, "consent", err)
	ids, err := f.FileDocuments(ctx, me.Document)
	must(t, "file", err)
	_, err = w.consents.Use(ctx, desk("one"), consent.Claim{
		Voucher: "V1", Document: me.Document, File: ids, Party: "police", Purpose: "credit_report", Scopes: []string{"mobile_phone"}, Consent: c.ID,
	})
	must(t, "use", err)
	_, err = w.consents.Delegate(ctx, me, f.Number(other.Pass), consent.ReadFile, end)
	must(t, "delegate", err)
	_, err = w.consents.Delegate(ctx, them, f.Number(b.Permit), consent.ReadFile, end)
	must(t, "delegate to the bird", err)
}

// complain looks at the file, objects, and asks for corrections.
func (w *world) complain(t *testing.T, b bird) {
	t.Helper()
	ctx := t.Context()
	me := w.files.Holder(b.Pass)
	must(t, "look", w.look(t, desk("one"), "find", "CANARY looked because", func(ctx context.Context) error {
		_, err := w.files.Find(ctx, desk("one"), w.files.Number(b.Pass))
		return err
	}))
	looks, _, err := w.reader.Looks(ctx, me, audit.Page{Limit: 1}, true)
	must(t, "looks", err)
	o, err := w.reader.Object(ctx, me, looks[0].ID, "CANARY objects")
	must(t, "object", err)
	_, err = w.reader.Answer(ctx, desk("two"), o.ID, audit.Justified, "CANARY answered")
	must(t, "answer", err)
	for _, item := range []string{dossier.ItemNameTaiwan, dossier.ItemNameRoman} {
		c, err := w.Request(ctx, me, privacy.Wish{Document: me.Document, Item: item, Value: "CANARY " + item, Reason: "CANARY reason"})
		must(t, "request", err)
		if item == dossier.ItemNameTaiwan {
			_, err = w.Decide(ctx, desk("two"), c.ID, true, "CANARY decided")
			must(t, "decide", err)
		}
	}
}

// hits names the columns in which one of the songs is.
func (w *world) hits(t *testing.T, db *entdb.DB, songs []string) []string {
	t.Helper()
	var found []string
	for _, table := range tables(t, db) {
		rows, err := db.SQL(t.Context()).QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
		must(t, table, err)
		columns, err := rows.Columns()
		must(t, table, err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			must(t, table, rows.Scan(values...))
			for i, v := range values {
				text := fmt.Sprint(*v.(*any))
				if raw, ok := (*v.(*any)).([]byte); ok {
					text = string(raw)
				}
				name := table + "." + columns[i]
				if slices.ContainsFunc(songs, func(s string) bool { return strings.Contains(text, s) }) && !slices.Contains(found, name) {
					found = append(found, name)
				}
			}
		}
		must(t, table, errors.Join(rows.Err(), rows.Close()))
	}
	return found
}

// tables are all tables of a database.
func tables(t *testing.T, db *entdb.DB) []string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if sqlitePath(t, db) == "" {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	rows, err := db.SQL(t.Context()).QueryContext(t.Context(), query)
	must(t, "tables", err)
	var names []string
	for rows.Next() {
		var name string
		must(t, "tables", rows.Scan(&name))
		names = append(names, name)
	}
	must(t, "tables", errors.Join(rows.Err(), rows.Close()))
	if len(names) < 30 {
		t.Fatalf("only %d tables", len(names))
	}
	return names
}

// sqlitePath is the file of a SQLite database, or "".
func sqlitePath(t *testing.T, db *entdb.DB) string {
	t.Helper()
	if db.Rebind("?") != "?" {
		return ""
	}
	var seq int
	var name, path string
	must(t, "path", db.SQL(t.Context()).QueryRowContext(t.Context(), "PRAGMA database_list").Scan(&seq, &name, &path))
	return path
}

// searchFiles reads the bytes of SQLite's files.
func (w *world) searchFiles(t *testing.T, songs []string) {
	t.Helper()
	path := sqlitePath(t, w.deps.DB)
	if path == "" {
		return
	}
	names, err := filepath.Glob(path + "*")
	must(t, "files", err)
	for _, name := range names {
		raw, err := os.ReadFile(name)
		must(t, "read", err)
		for _, song := range songs {
			if bytes.Contains(raw, []byte(song)) {
				t.Errorf("%q is in the bytes of %s", song, filepath.Base(name))
			}
		}
	}
}

func (w *world) searchLog(t *testing.T, songs []string) {
	t.Helper()
	for _, song := range songs {
		if strings.Contains(w.told.heard.String(), song) {
			t.Errorf("%q is in the log", song)
		}
	}
}

func (w *world) searchExport(t *testing.T, by actor.Actor, songs []string) {
	t.Helper()
	e, err := w.Export(t.Context(), by)
	must(t, "export of somebody else", err)
	json, err := e.JSON()
	must(t, "write", err)
	for _, song := range songs {
		if bytes.Contains(json, []byte(song)) {
			t.Errorf("%q is in somebody else's export", song)
		}
	}
}

// forgotten tries the old numbers: nobody is found, and who registers anew is
// somebody new.
func (w *world) forgotten(t *testing.T, b bird, ids []actor.DocumentID) {
	t.Helper()
	ctx := t.Context()
	for _, raw := range []string{b.Pass, b.Permit} {
		number := w.files.Number(raw)
		if id, phone, err := w.files.Reach(ctx, number); err != nil || id != "" || phone != "" {
			t.Errorf("the old number still signs in (%v)", err)
		}
		_, _, err := w.files.Locate(ctx, number)
		fails(t, "locate", err, dossier.ErrNotFound)
		_, err = w.files.Find(ctx, desk("one"), number)
		fails(t, "find", err, dossier.ErrNotFound)
	}
	for _, id := range ids {
		by := actor.Actor{Role: actor.Person, Document: id}
		_, err := w.files.Get(ctx, by)
		fails(t, "get", err, dossier.ErrNotFound)
		_, err = w.Export(ctx, by)
		fails(t, "export", err, guard.ErrNotFound)
		_, err = w.Preview(ctx, by)
		fails(t, "preview", err, guard.ErrNotFound)
		_, err = w.Erase(ctx, by, "0000-0000")
		fails(t, "erase", err, guard.ErrNotFound)
		_, err = w.files.SaveData(ctx, by, []dossier.Input{{Code: "email", Value: "a@example.com"}})
		fails(t, "save", err, dossier.ErrNotFound)
	}
	for _, who := range []string{"one", "two"} {
		if page, _, err := w.ListOpen(ctx, desk(who), privacy.Cursor{}, 10); err != nil || len(page) != 0 {
			t.Errorf("%d corrections wait (%v)", len(page), err)
		}
	}
	w.files.Take(w.files.PassEntry(b.Person))
	if again := w.files.ID(b.Pass); slices.Contains(ids, again) {
		t.Error("the number leads to the forgotten document")
	}
	for _, query := range []string{
		"SELECT count(*) FROM delegations WHERE delegate_id = ?", "SELECT count(*) FROM delegations WHERE principal_id = ? AND length(delegate_sealed) > 0",
		"SELECT count(*) FROM delegations WHERE principal_id = ? AND revoke_time IS NULL", "SELECT count(*) FROM consents WHERE document_id = ? AND revoke_time IS NULL",
		"SELECT count(*) FROM locators WHERE document_id = ?", "SELECT count(*) FROM inquiries WHERE document_id = ? AND (state = 'pending' OR length(target_sealed) > 0)",
	} {
		for _, id := range ids {
			if n := w.count(t, query, string(id)); n != 0 {
				t.Errorf("%s: %d, want 0", query, n)
			}
		}
	}
	if file := w.files.File(b.Pass); len(file.Documents) != 1 || file.RecordCount != 0 {
		t.Error("the new file is not new")
	}
	must(t, "forget the new one too", w.files.Forget(ctx, w.files.ID(b.Pass)))
}

// logStands: the audit log is whole after the erasure.
func (w *world) logStands(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for {
		n, err := w.log.Number(ctx, 100)
		must(t, "number", err)
		if n == 0 {
			break
		}
	}
	_, err := w.log.Service.Anchor(ctx)
	must(t, "anchor", err)
	report, err := audit.Verify(ctx, w.deps.DB, w.log.Anchor, w.log.VerifierKey(), nil)
	must(t, "verify", err)
	if !report.OK() || report.Size < 5 {
		t.Errorf("the log of %d entries does not verify: %v", report.Size, report.First)
	}
}

// backup copies the database as it is now and returns what opens the copy.
func (w *world) backup(t *testing.T) (url string) {
	t.Helper()
	if path := sqlitePath(t, w.deps.DB); path != "" {
		must(t, "checkpoint", w.deps.DB.EmptyLog(t.Context()))
		raw, err := os.ReadFile(path)
		must(t, "read", err)
		to := filepath.Join(t.TempDir(), "backup.db")
		must(t, "write", os.WriteFile(to, raw, 0o600))
		return "sqlite:" + to
	}
	return w.dumped(t)
}

// dumped is a backup by PostgreSQL's own tools.
func (w *world) dumped(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"pg_dump", "psql"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s here", tool)
		}
	}
	server := os.Getenv("MINZHENGTONG_TEST_POSTGRES")
	var name string
	must(t, "name", w.deps.DB.SQL(t.Context()).QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name))
	from, to := at(t, server, name), at(t, server, name+"_backup")
	tool := func(ctx context.Context, input []byte, name string, args ...string) []byte {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Stdin = bytes.NewReader(input)
		out, err := cmd.Output()
		must(t, name, err)
		return out
	}
	dump := tool(t.Context(), nil, "pg_dump", from)
	tool(t.Context(), nil, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", "CREATE DATABASE "+name+"_backup TEMPLATE template0", server)
	t.Cleanup(func() {
		tool(context.Background(), nil, "psql", "-q", "-c", "DROP DATABASE "+name+"_backup WITH (FORCE)", server)
	})
	tool(t.Context(), dump, "psql", "-q", "-v", "ON_ERROR_STOP=1", to)
	return to
}

func at(t *testing.T, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	must(t, "URL", err)
	u.Path = "/" + name
	return u.String()
}

// restored opens the backup with the vault as it is now: of what is sealed
// nothing opens, and nobody is found.
func (w *world) restored(t *testing.T, backup string, b bird, ids []actor.DocumentID) {
	t.Helper()
	ctx := t.Context()
	db, err := entdb.Open(ctx, entdb.Config{URL: backup, NoSync: true}, w.deps.Log)
	must(t, "open the backup", err)
	defer db.Close()
	if hits := w.hits(t, db, b.songs); !slices.Equal(slices.Sorted(slices.Values(hits)), plain) {
		t.Errorf("the backup has the bird in %v, want it in %v", hits, plain)
	}
	gate, err := guard.New(w.files.Staff)
	must(t, "guard", err)
	files, err := dossier.New(dossier.Deps{
		DB: db, Keys: w.files.Keys, Vault: w.files.Vault, Guard: gate, Audit: w.log,
		ExitEntry: w.files.Authorities, Police: w.files.Authorities, LinkCheck: w.files.Authorities,
		Now: w.files.Clock.Now, NewID: w.deps.NewID, Zone: dossiertest.Zone, Log: w.deps.Log,
	})
	must(t, "files", err)
	old := worldOn(t, w.files, files, db, w.files.Vault)
	for _, raw := range []string{b.Pass, b.Permit} {
		_, _, err := files.Locate(ctx, w.files.Number(raw))
		fails(t, "locate in the backup", err, dossier.ErrNotFound)
	}
	held, err := files.Holdings(ctx, 100, ids...)
	must(t, "holdings", err)
	if len(held.Documents) != 0 || len(held.Data) == 0 || len(held.Records) == 0 || len(held.Links) == 0 || len(held.Inquiries) == 0 {
		t.Error("the backup was not what it should be")
	}
	for _, d := range held.Data {
		if d.Value != "" {
			t.Errorf("the backup tells %s", d.Code)
		}
	}
	if held.Records[0].Title != "" || held.Inquiries[0].Target != "" {
		t.Error("the backup tells a title or a number")
	}
	for _, l := range held.Links {
		if l.ProofNote != "" || l.ProofTrace != "" || l.CutReason != "" {
			t.Errorf("the backup tells what the link %s stands on", l.ID)
		}
	}
	page, _, err := old.ListOpen(ctx, desk("one"), privacy.Cursor{}, 10)
	if err != nil || len(page) != 0 {
		t.Errorf("the queue of the backup shows %d corrections (%v)", len(page), err)
	}
	shredded(t, db, w.files.Vault, ids)
}

// shredded tries the key on the sealed columns themselves.
func shredded(t *testing.T, db *entdb.DB, v *vault.Vault, ids []actor.DocumentID) {
	t.Helper()
	for _, id := range ids {
		set, err := v.Keys(t.Context(), string(id))
		must(t, "keys", err)
		var number, holder []byte
		must(t, "row", db.SQL(t.Context()).QueryRowContext(t.Context(),
			db.Rebind(`SELECT number_sealed, holder_sealed FROM documents WHERE id = ?`), string(id)).Scan(&number, &holder))
		for field, sealed := range map[string][]byte{"number": number, "holder": holder} {
			if len(sealed) < 20 {
				t.Errorf("the backup has no %s", field)
			}
			_, err := set.Unseal(string(id), sealed, "document/"+string(id)+"/"+field)
			fails(t, "open the "+field, err, vault.ErrShredded)
		}
	}
}
