package vault

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// How often, and how long apart, PostgreSQL is asked to write the table anew
// while some transaction might still look at the dead rows.
const (
	compactTries = 20
	compactWait  = 100 * time.Millisecond
)

// compact writes the table into a new file and deletes the old one. VACUUM
// alone leaves the bytes of dead rows in their pages.
//
// Rows that an open transaction might still see are copied as well, so it looks
// at what the server says that it kept.
func (s *postgresStore) compact(ctx context.Context) error {
	kept := -1
	config := s.pool.Config().ConnConfig.Copy()
	config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) {
		if n, ok := firstNumber(notice.Detail); ok {
			kept = n
		}
	}
	session, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = session.Close(ctx) }() // nothing is open on it
	for range compactTries {
		kept = -1
		if _, err := session.Exec(ctx, "VACUUM (FULL, VERBOSE) vault.data_keys"); err != nil {
			return err
		}
		if kept == 0 {
			return nil
		}
		if err := pause(ctx, compactWait); err != nil {
			return err
		}
	}
	return errors.New("an open transaction keeps the server from dropping dead rows; repeat when it has ended")
}

var number = regexp.MustCompile(`[0-9]+`)

// firstNumber is the count in "2 dead row versions cannot be removed yet.", in
// whatever language the server says it.
func firstNumber(text string) (int, bool) {
	n, err := strconv.Atoi(number.FindString(text))
	return n, err == nil
}

// pause waits, or fails when ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
