//go:build unix

package entdbtest

import (
	"context"
	_ "embed"
	"errors"
	"net/url"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

//go:embed postgres.sh
var script string

// noPostgres is the script's exit code where PostgreSQL's programs are missing.
const noPostgres = 3

// patience is how long a pair waits for anything.
const patience = 30 * time.Second

// Pair is a PostgreSQL primary with a standby, which the test has for itself. No commit
// is answered before the standby has applied it. Its methods belong to the test's own
// goroutine, but for [Pair.HoldCommits].
type Pair struct {
	// DB is a migrated database there. It is opened by a URL that names both servers.
	DB *entdb.DB

	url string
}

// NewPair starts both servers, which end with the test. It skips the test as [Postgres]
// does, and where PostgreSQL's programs are missing.
func NewPair(t testing.TB) *Pair {
	t.Helper()
	serverURL(t) // whoever has none wants no test on PostgreSQL
	p := &Pair{url: shell(t, "pair")}
	t.Cleanup(func() { shell(t, "stop", p.url) })
	if err := migrate(t.Context(), p.url); err != nil {
		t.Fatalf("migrate the pair: %v", err)
	}
	p.DB = open(t, p.url)
	return p
}

// Failover kills the primary, at once and with all that it does, and promotes the
// standby. It returns when the new primary has a standby of its own, and DB writes again.
func (p *Pair) Failover(t testing.TB) {
	t.Helper()
	shell(t, "failover", p.url)
	until(t, "the database is written again", func() bool {
		return p.DB.InTx(t.Context(), func(ctx context.Context) error {
			_, err := p.DB.SQL(ctx).ExecContext(ctx, "SELECT pg_current_xact_id()") // so that there is something to commit
			return err
		}) == nil
	})
}

// Fate is what becomes of a commit whose answer is lost with the primary.
type Fate int

// The fates.
const (
	// Kept: the standby has it, and it holds after the failover.
	Kept Fate = iota
	// Lost: the standby never heard of it.
	Lost
)

// HoldCommits has no commit answered from now on: it waits for the standby until
// [Pair.Failover]. It fails where the servers cannot be reached.
func (p *Pair) HoldCommits(ctx context.Context, fate Fate) error {
	if fate == Kept {
		return p.ask(ctx, "standby", "SELECT 1 FROM (SELECT pg_wal_replay_pause()) AS paused", new(int))
	}
	var sender int // the process that hands the log over
	if err := p.ask(ctx, "read-write", "SELECT pid FROM pg_stat_replication WHERE application_name = 'walreceiver'", &sender); err != nil {
		return err
	}
	return syscall.Kill(sender, syscall.SIGSTOP)
}

// AwaitCommit returns when a commit waits for its answer, and when the standby has it,
// where that is its fate. It is of use once commits are held: others wait for a moment too.
func (p *Pair) AwaitCommit(t testing.TB, fate Fate) {
	t.Helper()
	waits := "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
	if fate == Kept {
		waits += " AND EXISTS (SELECT 1 FROM pg_stat_replication WHERE flush_lsn >= pg_current_wal_flush_lsn())"
	}
	until(t, "a commit waits", func() bool {
		var there bool
		return p.ask(t.Context(), "read-write", waits, &there) == nil && there
	})
}

// ask reads a value from the server of a kind that pgx knows.
func (p *Pair) ask(ctx context.Context, kind, query string, into any) error {
	u, err := url.Parse(p.url)
	if err != nil {
		return err
	}
	options := u.Query()
	options.Set("target_session_attrs", kind)
	u.RawQuery = options.Encode()
	session, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return err
	}
	return errors.Join(session.QueryRow(ctx, query).Scan(into), session.Close(ctx))
}

// shell does what the script can do, and returns what it prints.
func shell(t testing.TB, args ...string) string {
	t.Helper()
	// The test's own context has ended when it cleans up.
	out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "sh", append([]string{"-c", script, "postgres.sh"}, args...)...).Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		reason := strings.TrimSpace(string(failed.Stderr))
		if failed.ExitCode() == noPostgres {
			missing(t, reason)
		}
		t.Fatalf("%s: %v: %s", args[0], err, reason)
	}
	if err != nil {
		t.Fatalf("%s: %v", args[0], err)
	}
	return strings.TrimSpace(string(out))
}

// until looks again and again whether something is so.
func until(t testing.TB, what string, so func() bool) {
	t.Helper()
	end := time.After(patience)
	for !so() {
		select {
		case <-end:
			t.Fatalf("%s: not within %s", what, patience)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
