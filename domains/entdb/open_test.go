package entdb_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("no database\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, url, say string
		is             error
	}{
		{"empty", "", "sqlite:PATH", nil},
		{"no scheme", "user:secret@host/db", "must begin with", nil},
		{"another scheme", "mysql://user:secret@host/db", "mysql", nil},
		{"no file", "sqlite:", "name a file", nil},
		{"in memory", "sqlite::memory:", "name a file", nil},
		{"no folder", "sqlite:" + filepath.Join(dir, "nowhere", "x.db"), "create it", os.ErrNotExist},
		{"a folder", "sqlite:" + dir, "is a folder", nil},
		{"no database", "sqlite:" + garbage, "restore a backup", entdb.ErrNotDatabase},
		{"unreadable URL", "postgres://user:se%cret@host/db", "not readable", nil},
		{"unreadable port", "postgres://user:secret@host:port/db", "not readable", nil},
		{"unreadable option", "postgres://user@host/db?password=secret&sslmode=perhaps", "not readable", nil},
		{"no server", "postgres://user:secret@127.0.0.1:1/db?connect_timeout=2", "server runs", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, err := entdb.Open(t.Context(), entdb.Config{URL: tt.url}, slog.New(slog.DiscardHandler))
			if err == nil {
				_ = db.Close()
				t.Fatal("opened")
			}
			if !strings.HasPrefix(err.Error(), "database URL") || !strings.Contains(err.Error(), tt.say) {
				t.Errorf("got %q, want it to name the setting and say %q", err, tt.say)
			}
			if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "se%cret") {
				t.Error("the error has the password in it")
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %v", err, tt.is)
			}
		})
	}
}

func TestOpenNoSuchDatabase(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		if strings.HasPrefix(url, "sqlite:") {
			t.Skip("a file that is missing is created")
		}
		_, err := entdb.Open(t.Context(), entdb.Config{URL: strings.Replace(url, "/test_", "/nowhere_", 1)}, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), "create it with ENCODING") {
			t.Errorf("got %v, want how to create it", err)
		}
	})
}

func TestSQLiteFile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain.db", "a b?c#d%20e&f.db", "閩政通.db"} {
		path := filepath.Join(t.TempDir(), name)
		db := openURL(t, "sqlite:"+path)
		if err := db.Migrate(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		write(t, db, func(ctx context.Context) error { return addFirm(ctx, db, "a") })
		files, err := os.ReadDir(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasPrefix(file.Name(), name) {
				t.Errorf("opening %s made %s", name, file.Name())
			}
			if info, err := file.Info(); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s can be read by others: %v, %v", file.Name(), info.Mode(), err)
			}
		}
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
			t.Error("closing left the log beside the file")
		}
	}
}

// Two programs on one file take turns; neither sees an error.
func TestTwoWriters(t *testing.T) {
	t.Parallel()
	entdbtest.EachEmpty(t, func(t *testing.T, url string) {
		first, second := openURL(t, url), openURL(t, url)
		if err := first.Migrate(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		errs := make(chan error)
		for name, db := range map[string]*entdb.DB{"a": first, "b": second} {
			go func() {
				var err error
				for i := 0; i < 100 && err == nil; i++ {
					err = db.InTx(t.Context(), func(ctx context.Context) error {
						if i == 0 {
							return addFirm(ctx, db, name)
						}
						return db.Client(ctx).Firm.UpdateOneID(name).AddVersion(1).Exec(ctx)
					})
				}
				errs <- err
			}()
		}
		if err := errors.Join(<-errs, <-errs); err != nil {
			t.Fatal(err)
		}
		if n := count(t, second, "SELECT sum(version) FROM firms"); n != 200 {
			t.Errorf("counted to %d, want 200", n)
		}
	})
}
