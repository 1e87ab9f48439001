package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestMain makes this test binary the program, too: scripts and tests that run
// "minzhengtong" start a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"minzhengtong": main, "unprivileged": unprivileged})
}

// unprivileged is the program as a user without special rights.
func unprivileged() {
	if os.Geteuid() == 0 {
		if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(99)
		}
	}
	main()
}

// nobody is a user who owns nothing.
const nobody = 65534

// patience is how long a test waits for what must come.
const patience = 3 * time.Minute

// TestScripts runs testdata/*.txtar. Beside testscript's own commands there are:
//
//	exits CODE PROGRAM [ARG...]  run a program that ends with a code
//	capture NAME REGEXP          set a variable to the last output's first group
//	sql FILE STATEMENT           run a statement on a SQLite file and print its rows
//	until FILE QUERY             wait until a query on a SQLite file says 1
//	recode gb18030|mark FROM TO  write a file in GB 18030, or with a byte order mark
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireExplicitExec: true, RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "capture": capture, "sql": runSQL, "until": until, "recode": recode,
		},
	})
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s exits with %d, want %d", args[1], got, want)
	}
}

func capture(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("the output does not match %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func runSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer func() { ts.Check(db.Close()) }()
	rows, err := db.Query(args[1])
	ts.Check(err)
	defer func() { ts.Check(rows.Close()) }()
	for rows.Next() {
		var value string
		ts.Check(rows.Scan(&value))
		_, err := fmt.Fprintln(ts.Stdout(), value)
		ts.Check(err)
	}
	ts.Check(rows.Err())
}

func until(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(awaitRow(ts.MkAbs(args[0]), args[1]))
}

// awaitRow waits until a query on a SQLite file, which another process writes
// and may not have made yet, says 1.
func awaitRow(path, query string) error {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it only reads
	tick, end := time.NewTicker(5*time.Millisecond), time.After(patience)
	defer tick.Stop()
	for {
		var holds bool
		if err := db.QueryRow(query).Scan(&holds); err == nil && holds {
			return nil
		}
		select {
		case <-tick.C:
		case <-end:
			return fmt.Errorf("%s: %s does not come true", filepath.Base(path), query)
		}
	}
}

func recode(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[1])
	switch args[0] {
	case "gb18030":
		encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		ts.Check(err)
		text = encoded
	case "mark":
		text = "\uFEFF" + text
	default:
		ts.Fatalf("there is no encoding %s", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o600))
}
