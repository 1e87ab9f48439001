package entdbtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/migrations"
)

// The variables that lead to a server, and that make its absence a failure.
const (
	serverVariable  = "MINZHENGTONG_TEST_POSTGRES"
	requireVariable = "MINZHENGTONG_TEST_REQUIRE"
)

// templateLock keeps two test binaries from making the template at once. The
// number means nothing.
const templateLock int64 = 0x6d7a745f746d706c

// Postgres returns a migrated PostgreSQL database that is dropped with the test.
// It skips the test where there is no server; see the package's page.
func Postgres(t testing.TB) *entdb.DB {
	t.Helper()
	return open(t, postgresURL(t))
}

// postgresURL is the URL of a migrated database that is dropped with the test.
func postgresURL(t testing.TB) string {
	t.Helper()
	name, err := migrated(serverURL(t))
	if err != nil {
		t.Fatalf("migrate a PostgreSQL database: %v", err)
	}
	return create(t, name)
}

// serverURL is the server's URL; without one the test ends here.
func serverURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(serverVariable)
	if server == "" {
		missing(t, serverVariable+" is not set; domains/entdb/entdbtest/postgres.sh start prints what to set it to")
	}
	return server
}

// missing ends the test because there is no PostgreSQL.
func missing(t testing.TB, reason string) {
	t.Helper()
	if strings.Contains(os.Getenv(requireVariable), "postgres") {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// create copies a database and returns the copy's URL. The copy is dropped with
// the test.
func create(t testing.TB, source string) string {
	t.Helper()
	server := serverURL(t)
	name := "test_" + strings.ToLower(rand.Text())
	err := command(t.Context(), server, "CREATE DATABASE "+name+" TEMPLATE "+source)
	if err != nil {
		t.Fatalf("create a test database: %v", err)
	}
	t.Cleanup(func() {
		// The test's own context has ended.
		if err := command(context.Background(), server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return withDatabase(server, name)
}

// migrated makes the migrated database once for each test binary and names it.
var migrated = func() func(server string) (string, error) {
	var once sync.Once
	var name string
	var err error
	return func(server string) (string, error) {
		once.Do(func() { name, err = makeTemplate(context.Background(), server) })
		return name, err
	}
}()

// makeTemplate returns the name of a database that has this program's schema. It
// stays on the server for the next test binary, under a name made of the
// migrations, and appears under that name only when it is complete.
func makeTemplate(ctx context.Context, server string) (_ string, err error) {
	session, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer func() { _ = session.Close(ctx) }() // lets go of the lock too
	if _, err := session.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return "", err
	}
	name, err := templateName()
	if err != nil {
		return "", err
	}
	var there bool
	row := session.QueryRow(ctx, "SELECT count(*) > 0 FROM pg_database WHERE datname = $1", name)
	if err := row.Scan(&there); err != nil || there {
		return name, err
	}
	unfinished := name + "_unfinished"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + unfinished, "CREATE DATABASE " + unfinished + " TEMPLATE template0"} {
		if _, err := session.Exec(ctx, statement); err != nil {
			return "", err
		}
	}
	if err := migrate(ctx, withDatabase(server, unfinished)); err != nil {
		return "", err
	}
	_, err = session.Exec(ctx, "ALTER DATABASE "+unfinished+" RENAME TO "+name)
	return name, err
}

// templateName changes with the migrations.
func templateName() (string, error) {
	names, err := fs.Glob(migrations.Files, "postgres/*.sql")
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	for _, name := range names {
		content, err := migrations.Files.ReadFile(name)
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(digest, "%s %d %s", name, len(content), content)
	}
	queue, err := rivermigrate.New(riverdatabasesql.New(nil), nil)
	if err != nil {
		return "", err
	}
	_, _ = fmt.Fprintf(digest, "queue %d", len(queue.AllVersions()))
	return fmt.Sprintf("template_%x", digest.Sum(nil)[:8]), nil
}

// command runs one statement on the server, outside of a transaction.
func command(ctx context.Context, server, statement string) error {
	session, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	if _, err := session.Exec(ctx, statement); err != nil {
		_ = session.Close(ctx) // err says more
		return fmt.Errorf("%s: %w", strings.Fields(statement)[0], err)
	}
	return session.Close(ctx)
}

// withDatabase is the server's URL with another database.
func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(serverVariable + " is not a URL")
	}
	u.Path = "/" + name
	return u.String()
}
