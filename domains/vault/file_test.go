package vault_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
)

// exec runs a statement on a vault's file from outside.
func exec(t *testing.T, url, statement string) {
	t.Helper()
	db := outside(t, url)
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func outside(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// wrapped reads all wrapped keys from outside.
func wrapped(t *testing.T, url string) map[string][]byte {
	t.Helper()
	rows, err := outside(t, url).QueryContext(t.Context(), "SELECT owner, key_sealed FROM data_keys")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string][]byte{}
	for rows.Next() {
		var owner string
		var sealed []byte
		if err := rows.Scan(&owner, &sealed); err != nil {
			t.Fatal(err)
		}
		all[owner] = sealed
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// content is all bytes of a vault's file and of the files beside it.
func content(t *testing.T, path string) []byte {
	t.Helper()
	names, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, raw...)
	}
	return all
}

// TestNothingIsLeftInTheFile makes keys in no order, so that SQLite moves pages
// about, shreds some, one by one and many at once, and looks for them in every
// file that there is.
func TestNothingIsLeftInTheFile(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(t.TempDir(), "vault.db")
	v := vaulttest.Open(t, "sqlite:"+path, newKeys(t))
	var owners []string
	for _, n := range random.Perm(2000) {
		owners = append(owners, fmt.Sprintf("owner-%06d", n))
	}
	for part := owners; len(part) > 0; {
		n := min(len(part), 1+random.IntN(200))
		mustMake(t, v, part[:n]...)
		part = part[n:]
	}
	before := wrapped(t, "sqlite:"+path)
	gone := owners[:300]
	if !bytes.Contains(content(t, path), before[gone[0]]) {
		t.Fatalf("%s is not in the file to begin with", gone[0])
	}
	for _, owner := range gone[:20] {
		if err := v.Shred(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Shred(t.Context(), gone...); err != nil {
		t.Fatal(err)
	}
	after := content(t, path)
	for _, owner := range gone {
		if bytes.Contains(after, before[owner]) || bytes.Contains(after, before[owner][17:49]) {
			t.Fatalf("the wrapped key of %s is still in the file", owner)
		}
	}
	for _, owner := range owners[300:] {
		if !bytes.Contains(after, before[owner]) {
			t.Fatalf("the wrapped key of %s is lost", owner)
		}
	}
}

// TestNothingIsLeftOnTheServer looks for a shredded key in the table's file.
func TestNothingIsLeftOnTheServer(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		if strings.HasPrefix(url, "sqlite:") {
			t.Skip("has a test of its own")
		}
		ctx, v := t.Context(), vaulttest.Open(t, url, newKeys(t))
		mustMake(t, v, "a", "b", "c")
		session, err := pgx.Connect(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		defer session.Close(context.Background())
		var sealed []byte
		if err := session.QueryRow(ctx, "SELECT key_sealed FROM vault.data_keys WHERE owner = 'b'").Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(tableFile(t, session), sealed) {
			t.Fatal("the key is not in the file to begin with")
		}
		if err := v.Shred(ctx, "b"); err != nil {
			t.Fatal(err)
		}
		if err := v.Compact(ctx); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(tableFile(t, session), sealed) {
			t.Error("the wrapped key is still in the file")
		}
	})
}

// tableFile is the file of the table, as the server's disk has it.
func tableFile(t *testing.T, session *pgx.Conn) []byte {
	t.Helper()
	if _, err := session.Exec(t.Context(), "CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	var path string
	row := session.QueryRow(t.Context(), "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('vault.data_keys')")
	if err := row.Scan(&path); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the server's files cannot be read here: %v", err)
	}
	return raw
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	foreign := "sqlite:" + filepath.Join(dir, "main.db")
	exec(t, foreign, "CREATE TABLE documents (id text)")
	for name, url := range map[string]string{
		"nothing":                   "",
		"no scheme":                 "vault.db",
		"a file of something else":  foreign,
		"a folder that is not":      "sqlite:" + filepath.Join(dir, "none", "vault.db"),
		"a folder":                  "sqlite:" + dir,
		"a URL that cannot be read": "postgres://user:secret%%@host/name",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := vault.Open(t.Context(), url, newKeys(t), time.Now)
			if err == nil {
				v.Close()
				t.Fatal("Open succeeded")
			}
			if strings.Contains(err.Error(), "secret") {
				t.Error("the error shows the password")
			}
		})
	}
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "vault.db")
	vaulttest.Open(t, "sqlite:"+path, newKeys(t))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
}
