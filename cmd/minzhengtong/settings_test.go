package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestEverySettingIsPrinted wants every flag of every command printed once, with
// its default and its variable, and the print to be a settings file itself.
func TestEverySettingIsPrinted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"settings"}, &out, io.Discard); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	var c cli
	parser, err := kong.New(&c, kong.Configuration(readConfig))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range flagNames(parser.Model) {
		seen[name] = true
		if n := strings.Count("\n"+out.String(), "\n"+name+": "); n != 1 {
			t.Errorf("%s is printed %d times", name, n)
		}
		if !strings.Contains(out.String(), "#   --"+name+", "+envName(name)+"\n") {
			t.Errorf("%s is printed without its variable", name)
		}
	}
	if len(seen) < 30 {
		t.Errorf("%d settings found", len(seen))
	}
	file := filepath.Join(t.TempDir(), "all.yaml")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"serve", "--help"}, {"settings"},
		{"demo", "generate", t.TempDir(), "--people=2", "--firms=1"},
		{"audit", "key", "--data=" + t.TempDir()},
	} {
		var stderr bytes.Buffer
		if code := run(t.Context(), append([]string{"--config", file}, args...), io.Discard, &stderr); code != 0 {
			t.Errorf("%s with the printed settings: exit code %d, %s", args[0], code, stderr.String())
		}
	}
}
