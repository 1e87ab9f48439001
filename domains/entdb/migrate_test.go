package entdb_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// childVariable makes this test binary a process that migrates the database at
// the URL in it with slowMigrations and says each file's name.
const childVariable = "ENTDB_TEST_MIGRATE"

func TestMain(m *testing.M) {
	if url := os.Getenv(childVariable); url != "" {
		if err := migrateChild(context.Background(), url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func migrateChild(ctx context.Context, url string) error {
	db, err := entdb.Open(ctx, entdb.Config{URL: url}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	db.UseMigrations(slowMigrations())
	if err := db.Migrate(ctx, func(name string) { fmt.Println(name) }); err != nil {
		return err
	}
	return db.Close()
}

// slowRows is what the second of slowMigrations writes; long enough to be killed
// while it does.
const slowRows = 400_000

func slowMigrations() fs.FS {
	return files(map[string]string{
		"1_small.sql": "CREATE TABLE rows (n bigint NOT NULL);",
		"2_slow.sql": fmt.Sprintf("INSERT INTO rows WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT n FROM c;",
			slowRows),
		"3_last.sql": "CREATE TABLE last (n bigint NOT NULL);",
	})
}

func files(content map[string]string) fs.FS {
	fsys := fstest.MapFS{}
	for name, statements := range content {
		fsys[name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + statements + "\n")}
	}
	return fsys
}

func openURL(t *testing.T, url string) *entdb.DB {
	t.Helper()
	db, err := entdb.Open(t.Context(), entdb.Config{URL: url, NoSync: true}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func count(t *testing.T, db *entdb.DB, query string) int {
	t.Helper()
	var n int
	if err := db.SQL(t.Context()).QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		ctx := t.Context()
		db := openURL(t, url)
		if v, err := db.Version(ctx); v != 0 || err != nil {
			t.Errorf("version of an empty database is %d, %v; want 0", v, err)
		}
		if err := db.CheckVersion(ctx); !errors.Is(err, entdb.ErrOlder) {
			t.Errorf("CheckVersion of an empty database: %v, want %v", err, entdb.ErrOlder)
		}
		pending, err := db.Pending(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			var told []string
			if err := db.Migrate(ctx, func(name string) { told = append(told, name) }); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(told, pending) {
				t.Errorf("applied %v, want %v", told, pending)
			}
			pending = nil // the second time there is nothing to do
		}
		if err := db.CheckVersion(ctx); err != nil {
			t.Errorf("CheckVersion after migrating: %v", err)
		}
		if v, err := db.Version(ctx); v < 20261123000001 || err != nil {
			t.Errorf("version is %d, %v", v, err)
		}
	})
}

func TestNewerDatabase(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		write(t, db, func(ctx context.Context) error {
			query := db.Rebind("INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, ?)")
			_, err := db.SQL(ctx).ExecContext(ctx, query, int64(99991231235959), true)
			return err
		})
		if err := db.CheckVersion(t.Context()); !errors.Is(err, entdb.ErrNewer) {
			t.Errorf("CheckVersion: %v, want %v", err, entdb.ErrNewer)
		}
		if err := db.Migrate(t.Context(), nil); !errors.Is(err, entdb.ErrNewer) {
			t.Errorf("Migrate: %v, want %v", err, entdb.ErrNewer)
		}
	})
}

// Processes that migrate at once apply each file once.
func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if out, err := child(t, url).CombinedOutput(); err != nil {
					t.Errorf("migrate in a process: %v: %s", err, out)
				}
			})
		}
		wg.Wait()
		if n := count(t, openURL(t, url), "SELECT count(*) FROM rows"); n != slowRows {
			t.Errorf("%d rows, want %d", n, slowRows)
		}
	})
}

// A process killed amid a file leaves the database as it was before that file,
// and nothing locked.
func TestKilledMigration(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		cmd := child(t, url)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() && lines.Text() != "2_slow.sql" {
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the process ended before it was killed")
		}

		db := openURL(t, url)
		db.UseMigrations(slowMigrations())
		var told []string
		if err := db.Migrate(t.Context(), func(name string) { told = append(told, name) }); err != nil {
			t.Fatal(err)
		}
		if want := []string{"2_slow.sql", "3_last.sql"}; !slices.Equal(told, want) {
			t.Errorf("went on with %v, want %v", told, want)
		}
		if n := count(t, db, "SELECT count(*) FROM rows"); n != slowRows {
			t.Errorf("%d rows, want %d", n, slowRows)
		}
	})
}

func child(t *testing.T, url string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+url)
	return cmd
}

// rebuild is how a column is changed on SQLite: the rows move to a new table.
const rebuild = `PRAGMA foreign_keys = off;
CREATE TABLE new_parents (id text NOT NULL, name text NULL, PRIMARY KEY (id));
INSERT INTO new_parents (id, name) SELECT id, name FROM parents;
DROP TABLE parents;
ALTER TABLE new_parents RENAME TO parents;
PRAGMA foreign_keys = on;`

const family = `CREATE TABLE parents (id text NOT NULL, name text NOT NULL, PRIMARY KEY (id));
CREATE TABLE owned (id text NOT NULL REFERENCES parents (id) ON DELETE CASCADE);
CREATE TABLE linked (id text NULL REFERENCES parents (id) ON DELETE SET NULL);
INSERT INTO parents VALUES ('a', 'n');
INSERT INTO owned VALUES ('a');
INSERT INTO linked VALUES ('a');`

func TestRebuildKeepsRows(t *testing.T) {
	t.Parallel()
	db := openURL(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	db.UseMigrations(files(map[string]string{"1_family.sql": family, "2_rebuild.sql": rebuild}))
	if err := db.Migrate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"SELECT count(*) FROM parents", "SELECT count(*) FROM owned", "SELECT count(id) FROM linked"} {
		if n := count(t, db, query); n != 1 {
			t.Errorf("%s: %d, want 1", query, n)
		}
	}
}

func TestMigrationThatBreaksReferences(t *testing.T) {
	t.Parallel()
	db := openURL(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	db.UseMigrations(files(map[string]string{"1_family.sql": family, "2_break.sql": "DELETE FROM parents;"}))
	if err := db.Migrate(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "point at rows that are not there") {
		t.Errorf("Migrate: %v, want a refusal", err)
	}
	if v, err := db.Version(t.Context()); v != 1 || err != nil {
		t.Errorf("version is %d, %v; want 1", v, err)
	}
	if n := count(t, db, "SELECT count(*) FROM parents"); n != 1 {
		t.Errorf("%d parents, want the one that was there", n)
	}
}

// The queue's tables have versions of their own, which count like files.
func TestQueueTables(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		ctx := t.Context()
		newest := count(t, db, "SELECT max(version) FROM river_migration")
		execute := func(query string, args ...any) {
			write(t, db, func(ctx context.Context) error {
				_, err := db.SQL(ctx).ExecContext(ctx, db.Rebind(query), args...)
				return err
			})
		}
		execute("INSERT INTO river_migration (line, version) VALUES (?, ?)", "main", newest+1)
		if err := db.CheckVersion(ctx); !errors.Is(err, entdb.ErrNewer) {
			t.Errorf("CheckVersion of a newer queue: %v, want %v", err, entdb.ErrNewer)
		}
		if err := db.Migrate(ctx, nil); !errors.Is(err, entdb.ErrNewer) {
			t.Errorf("Migrate of a newer queue: %v, want %v", err, entdb.ErrNewer)
		}
		execute("DELETE FROM river_migration WHERE version >= ?", newest)
		if err := db.CheckVersion(ctx); !errors.Is(err, entdb.ErrOlder) {
			t.Errorf("CheckVersion of an older queue: %v, want %v", err, entdb.ErrOlder)
		}
		if pending, err := db.Pending(ctx); err != nil || len(pending) != 1 || pending[0] != fmt.Sprintf("queue_%03d", newest) {
			t.Errorf("pending %v, error %v; want the step that is missing", pending, err)
		}
	})
}

// A raw transaction is the one that the context has, and an error in it counts.
func TestRawTx(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		if err := db.RawTx(t.Context(), func(*sql.Tx) error { return nil }); !errors.Is(err, entdb.ErrOutsideTx) {
			t.Errorf("outside: %v, want %v", err, entdb.ErrOutsideTx)
		}
		err := db.InTx(t.Context(), func(ctx context.Context) error {
			if err := addFirm(ctx, db, "a"); err != nil {
				return err
			}
			_ = db.RawTx(ctx, func(tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, "SELECT nothing FROM nowhere")
				return err
			})
			return nil
		})
		if err == nil {
			t.Error("a failed statement in a raw transaction was forgotten")
		}
		wantFirms(t, db)
	})
}
