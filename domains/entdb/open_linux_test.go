package entdb_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// nobody is a user whom no file belongs to.
const nobody = 65534

func TestOpenReadOnly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		file, folder fs.FileMode
	}{
		{"file", 0o444, 0o777},
		{"folder", 0o666, 0o555},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := entdbtest.File(t)
			folder := filepath.Dir(path)
			for name, mode := range map[string]fs.FileMode{path: tt.file, folder: tt.folder, filepath.Dir(folder): 0o755} {
				if err := os.Chmod(name, mode); err != nil {
					t.Fatal(err)
				}
			}
			t.Cleanup(func() { _ = os.Chmod(folder, 0o700) }) // so that it can be deleted
			err := openAsNobody(t, "sqlite:"+path)
			if !entdb.IsReadOnly(err) || entdb.IsFull(err) || errors.Is(err, entdb.ErrNotDatabase) {
				t.Errorf("got %v, want read-only", err)
			}
		})
	}
}

// openAsNobody opens without root's right to write everything. Only the thread
// loses it, and ends with the goroutine that it is locked to.
func openAsNobody(t *testing.T, url string) error {
	t.Helper()
	opened := make(chan error)
	go func() {
		runtime.LockOSThread()
		if os.Geteuid() == 0 {
			if err := syscall.Setfsuid(nobody); err != nil {
				opened <- err
				return
			}
		}
		db, err := entdb.Open(t.Context(), entdb.Config{URL: url}, slog.New(slog.DiscardHandler))
		if err == nil {
			_ = db.Close()
		}
		opened <- err
	}()
	return <-opened
}
