package privacy_test

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

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
	old.sealedMoney(t, ids)
	old.sealedDisputes(t, ids)
	old.sealedFinance(t, ids)
	old.sealedLending(t, ids)
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
