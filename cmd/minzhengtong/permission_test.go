package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPermissions are folders and files that a user without special rights may
// not write, or that others may read.
func TestPermissions(t *testing.T) {
	t.Parallel()
	dir := ownFolder(t)
	_, stderr := finished(t, dir, 0, "unprivileged", "migrate")
	if stderr == "" {
		t.Error("migrating is not logged")
	}
	for _, name := range []string{"data", "data/minzhengtong.db"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others, or error %v", name, err)
		}
	}
	tests := []struct {
		name, path string
		mode       os.FileMode
		args       []string
		says       string
	}{
		{"folder", ".", 0o500, []string{"--data", "new", "migrate"}, "choose another folder with --data"},
		{"folder of a server", ".", 0o500, append([]string{"--data", "new"}, ports...), "choose another folder with --data"},
		{"database", "data/minzhengtong.db", 0o400, []string{"keys", "reseal"}, "let this user write the file and its folder"},
		{"database of a server", "data/minzhengtong.db", 0o400, ports, "let this user write the file and its folder"},
		{"data folder", "data", 0o500, []string{"--database", "sqlite:data/other.db", "migrate"}, "let this user write the file and its folder"},
	}
	for _, tt := range tests { // one after the other: they change one folder
		path := filepath.Join(dir, tt.path)
		info, err := os.Stat(path)
		if err == nil {
			err = os.Chmod(path, tt.mode)
		}
		if err != nil {
			t.Fatal(err)
		}
		stdout, stderr := finished(t, dir, 1, append([]string{"unprivileged"}, tt.args...)...)
		if !strings.Contains(stderr, tt.says) || strings.Contains(stdout, "serves at") {
			t.Errorf("%s: %s, want %q", tt.name, stderr, tt.says)
		}
		if err := os.Chmod(path, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	finished(t, dir, 0, "unprivileged", "migrate")
}

// ownFolder is a folder of the user as whom "unprivileged" runs.
func ownFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if os.Geteuid() != 0 {
		return dir
	}
	for _, folder := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	return dir
}
