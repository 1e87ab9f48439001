// Package audit keeps the record of every look at personal data and every
// change, refused tries included, so that nobody can change it unseen.
//
// # Words
//
// A look is what one call is about to do. It becomes an entry: who, from which
// office and under which duty, called what, about whose documents (its
// subjects), why, on what basis, with what outcome. The body is the entry's one
// form, and what is hashed. Entries are written without an order; later each
// gets its position in the log, a Merkle tree of the bodies (RFC 6962). A
// checkpoint is the signed head of the tree at one size. The anchor is a file
// outside the database that keeps the tree's leaves and the checkpoints. An
// objection is what a person has against an entry about the own file.
//
// # What never happens
//
//   - A request waits for another one's place in the log.
//   - An entry is changed or removed: to keep the reason of a look from being
//     read, its data key is destroyed, and the log still verifies.
//   - Something of a person stands in a body in clear.
//   - A person sees an entry about somebody else's document; "not yours" and
//     "not there" are one answer.
package audit

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Deps are what a Service works with. All are required.
type Deps struct {
	DB    *entdb.DB
	Keys  *keyring.Keyring
	Vault *vault.Vault
	// Signer signs the checkpoints.
	Signer *Signer
	// Anchor is the path of the anchor file. It is made at first use.
	Anchor string
	Now    func() time.Time
	NewID  func() string // UUIDv7
	Log    *slog.Logger
}

// Service writes the log, gives entries their places and anchors them. It is
// safe for concurrent use, and several processes may share a database.
type Service struct {
	db     *entdb.DB
	keys   *keyring.Keyring
	vault  *vault.Vault
	signer *Signer
	anchor *anchor
	now    func() time.Time
	newID  func() string
	log    *slog.Logger

	// outside is what db.SQL returns where there is no transaction.
	outside entdb.Querier
	group   group
}

// New returns a Service.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Keys == nil || d.Vault == nil || d.Signer == nil || d.Anchor == "" || d.Now == nil || d.NewID == nil || d.Log == nil {
		return nil, errors.New("audit: a dependency is missing")
	}
	s := &Service{
		db: d.DB, keys: d.Keys, vault: d.Vault, signer: d.Signer, anchor: newAnchor(d.Anchor, d.Signer.verifier),
		now: d.Now, newID: d.NewID, log: d.Log, outside: d.DB.SQL(context.Background()),
	}
	s.group.write = s.writeAll
	return s, nil
}

// Finish writes the look's entry, once for each call of it. The outcome is OK or
// the reason of a fault.
//
// Inside of a transaction the entry belongs to it, so the work may run several
// times. Outside of one Finish returns when the entry is durable; entries of
// concurrent calls are written together. When the context ends first, Finish
// returns its error, and the entry is written whole or not at all.
func (s *Service) Finish(ctx context.Context, l *Look, outcome string) error {
	e, why := l.entry()
	e.Outcome = outcome
	return s.put(ctx, e, why)
}

// Change records what a job or a command does to documents. Where ctx carries a
// Look it adds them to it; else it writes an entry with the outcome OK in the
// caller's transaction, or, outside of one, as [Service.Finish] does.
func (s *Service) Change(ctx context.Context, action string, by actor.Actor, documents ...actor.DocumentID) error {
	if from(ctx) != nil {
		Concerns(ctx, documents...)
		return nil
	}
	e := entryBy(by, action)
	e.Subjects, e.Outcome = documents, OK
	return s.put(ctx, e, "")
}

// inTx reports whether ctx is that of a transaction.
func (s *Service) inTx(ctx context.Context) bool { return s.db.SQL(ctx) != s.outside }

// put seals the reason, and writes the entry.
func (s *Service) put(ctx context.Context, e Entry, why string) error {
	e.ID, e.Time = s.newID(), s.moment()
	e = tidy(e)
	if err := s.sealWhy(ctx, &e, why); err != nil {
		return err
	}
	r, err := rowOf(e)
	if err != nil {
		return err
	}
	if s.inTx(ctx) {
		return s.insert(ctx, []row{r})
	}
	return s.group.add(ctx, r)
}

// moment is now as it is kept.
func (s *Service) moment() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
