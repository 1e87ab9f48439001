// Package vault keeps one data key for each owner, so that all that was sealed
// for an owner can be made unreadable at once, in backups too.
//
// # Words
//
// An owner is whatever has a life of its own; the house uses a document's ID.
// Its data key is 32 random bytes. What belongs to the owner is sealed with
// AES-256-GCM under that key, for the place that a context names.
//
// The vault is a database of its own, apart from the one that holds what is
// sealed. In it a data key lies wrapped by the keyring, so that the vault alone
// opens nothing either. To shred an owner is to destroy the wrapped key and to
// remember that there was one.
//
// # What never happens
//
//   - an owner gets a second key: what was sealed under the first would be lost,
//     and what was shredded would come to life again
//   - Make or Shred returns before the disk has it
//   - a key is kept in memory beyond the [Set] that it was read for: a shredded
//     owner is shredded at the next read, in every process
//   - a key, a plaintext or a context is in an error, a log or a String
package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
)

var (
	// ErrShredded: the owner's data key was destroyed, and none follows it.
	ErrShredded = errors.New("vault: the data key was shredded")
	// ErrNoKey: the owner has no data key in this set, and none was shredded.
	// After a restore it means that the vault is older than what it opens.
	ErrNoKey = errors.New("vault: there is no data key")
	// ErrNotAuthentic: the field was altered, or sealed for another place or owner.
	ErrNotAuthentic = errors.New("vault: sealed field is altered or belongs elsewhere")
	// ErrUnavailable: the vault's database did not answer. Nothing was decided,
	// and the same call may succeed later. The cause stays in the chain.
	ErrUnavailable = fault.New(fault.Unavailable, "VAULT_UNAVAILABLE")
)

// Vault holds the data keys. It is safe for concurrent use, also by several
// processes.
type Vault struct {
	store store
	keys  *keyring.Keyring
	now   func() time.Time
}

// entry is one row: a wrapped data key, or the mark of one that was shredded.
type entry struct {
	owner    string
	sealed   []byte
	shredded *time.Time // nil while the key is there
}

// store is what differs between the two databases. Owners come sorted and
// without repetition; what a call wrote is on the disk when it returns.
type store interface {
	// read returns the rows of those owners that have one.
	read(ctx context.Context, owners []string) ([]entry, error)
	// page returns at most limit rows that are not shredded, after an owner.
	page(ctx context.Context, after string, limit int) ([]entry, error)
	// insert adds the rows whose owners have none, and says how many that were.
	insert(ctx context.Context, rows []entry, at time.Time) (int, error)
	// rewrap replaces wrapped keys where they still are what they were.
	rewrap(ctx context.Context, before, after []entry) error
	// shred destroys the wrapped keys and marks the owners.
	shred(ctx context.Context, owners []string, at time.Time) error
	// compact leaves no trace of shredded keys in the data files.
	compact(ctx context.Context) error
	close() error
}

// Open opens the vault at a URL and makes its table if there is none:
// sqlite:PATH, a file that holds nothing else, or postgres://…, where the table
// lies in a schema named vault. The caller closes it.
func Open(ctx context.Context, url string, keys *keyring.Keyring, now func() time.Time) (*Vault, error) {
	if keys == nil || now == nil {
		return nil, errors.New("vault: keyring or clock is missing")
	}
	var s store
	var err error
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		s, err = openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		s, err = openPostgres(ctx, url)
	default:
		err = errors.New("set it to sqlite:PATH or postgres://user@host/name")
	}
	if err != nil {
		return nil, fmt.Errorf("vault URL: %w", err)
	}
	return &Vault{store: s, keys: keys, now: now}, nil
}

// Close waits for running queries and closes every connection.
func (v *Vault) Close() error { return v.store.close() }

// Keys reads the data keys of those owners that have one, in one query. An
// owner without a key is no error here; using the set for it is.
func (v *Vault) Keys(ctx context.Context, owners ...string) (Set, error) {
	owners = distinct(owners)
	if len(owners) == 0 {
		return Set{}, nil
	}
	rows, err := v.store.read(ctx, owners)
	if err != nil {
		return Set{}, failed(ctx, "read data keys", err)
	}
	set := newSet(len(rows))
	for _, r := range rows {
		if err := v.unwrap(set, r); err != nil {
			return Set{}, err
		}
	}
	return set, nil
}

// Make reads the data keys of the owners and creates those that are missing. It
// may be repeated, and of processes that make the same owner's key at once all
// get the same one. A shredded owner gets none, which shows when the set is
// used for it. A key whose owner never comes to be does no harm.
func (v *Vault) Make(ctx context.Context, owners ...string) (Set, error) {
	owners = distinct(owners)
	set, err := v.Keys(ctx, owners...)
	if err != nil {
		return Set{}, err
	}
	owners = slices.DeleteFunc(owners, set.knows)
	if len(owners) == 0 {
		return set, nil
	}
	fresh, err := v.create(ctx, owners)
	if err != nil {
		return Set{}, err
	}
	if set.Empty() {
		return fresh, nil
	}
	return set.And(fresh), nil
}

// create makes the data keys of owners that had none a moment ago.
func (v *Vault) create(ctx context.Context, owners []string) (Set, error) {
	set := newSet(len(owners))
	rows := make([]entry, len(owners))
	for i, owner := range owners {
		raw := newKey()
		sealed, err := v.keys.Seal(raw, wrapContext(owner))
		if err == nil {
			err = set.add(owner, raw)
		}
		if err != nil {
			return Set{}, fmt.Errorf("vault: make a data key: %w", err)
		}
		rows[i] = entry{owner: owner, sealed: sealed}
	}
	added, err := v.store.insert(ctx, rows, v.time())
	switch {
	case err != nil:
		return Set{}, failed(ctx, "make data keys", err)
	case added == len(owners):
		return set, nil
	}
	return v.Keys(ctx, owners...) // others made some meanwhile: theirs hold, and not ours
}

// Shred destroys the owners' data keys for good. An owner without a key gets
// none from now on. It may be repeated; after an error it must be.
func (v *Vault) Shred(ctx context.Context, owners ...string) error {
	owners = distinct(owners)
	if len(owners) == 0 {
		return nil
	}
	if err := v.store.shred(ctx, owners, v.time()); err != nil {
		return failed(ctx, "shred data keys", err)
	}
	return nil
}

// Compact leaves no bytes of shredded keys in PostgreSQL's data files, which
// keep them until then; on SQLite Shred has done that already. It locks the
// table while it writes it anew, so it is for a quiet hour. Logs and backups of
// the server are not in its reach.
func (v *Vault) Compact(ctx context.Context) error {
	if err := v.store.compact(ctx); err != nil {
		return failed(ctx, "compact", err)
	}
	return nil
}

// resealBatch is how many keys are wrapped anew in one transaction.
const resealBatch = 500

// Reseal wraps every data key under the keyring's present sealing key and says
// how many were not. What the data keys seal stays as it is. It may be killed
// and repeated anywhere.
func (v *Vault) Reseal(ctx context.Context) (int, error) {
	done, after := 0, ""
	for {
		rows, err := v.store.page(ctx, after, resealBatch)
		if err != nil {
			return done, failed(ctx, "read data keys", err)
		}
		if len(rows) == 0 {
			return done, nil
		}
		after = rows[len(rows)-1].owner
		n, err := v.rewrap(ctx, rows)
		if err != nil {
			return done, err
		}
		done += n
	}
}

// rewrap wraps those keys of a batch anew that lie under another sealing key.
func (v *Vault) rewrap(ctx context.Context, rows []entry) (int, error) {
	present := v.keys.SealingKey()
	var before, after []entry
	for _, r := range rows {
		if by, ok := keyring.SealedBy(r.sealed); ok && by == present {
			continue
		}
		raw, err := v.keys.Unseal(r.sealed, wrapContext(r.owner))
		if err != nil {
			return 0, fmt.Errorf("vault: open the data key of %s: %w", r.owner, err)
		}
		sealed, err := v.keys.Seal(raw, wrapContext(r.owner))
		if err != nil {
			return 0, fmt.Errorf("vault: wrap the data key of %s: %w", r.owner, err)
		}
		before, after = append(before, r), append(after, entry{owner: r.owner, sealed: sealed})
	}
	if len(after) == 0 {
		return 0, nil
	}
	if err := v.store.rewrap(ctx, before, after); err != nil {
		return 0, failed(ctx, "wrap data keys", err)
	}
	return len(after), nil
}

// unwrap puts a row into a set.
func (v *Vault) unwrap(set Set, r entry) error {
	if r.shredded != nil {
		set.keys[r.owner] = dataKey{shredded: r.shredded.UTC()}
		return nil
	}
	raw, err := v.keys.Unseal(r.sealed, wrapContext(r.owner))
	if err == nil {
		err = set.add(r.owner, raw)
	}
	if err != nil {
		return fmt.Errorf("vault: open the data key of %s: %w", r.owner, err)
	}
	return nil
}

// wrapContext binds a wrapped key to its owner.
func wrapContext(owner string) string { return "data_key/" + owner }

func (v *Vault) time() time.Time { return v.now().UTC().Truncate(time.Microsecond) }

// distinct sorts the owners, so that two writers never wait for each other in
// a circle, and drops repetitions.
func distinct(owners []string) []string {
	owners = slices.Clone(owners)
	slices.Sort(owners)
	return slices.Compact(owners)
}

// failed tells a database that did not answer from a caller who left.
func failed(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("vault: %s: %w", doing, ctx.Err())
	}
	return fmt.Errorf("vault: %s: %w: %w", doing, ErrUnavailable, err)
}
