// Package sharing reads data of a person or a firm across departments (協查).
//
// # Words
//
// A query names a document, a purpose, data by their codes, and what the read
// stands on: a consent, or a legal basis, which is a rule of law listed in
// data/bases.json. The party that reads is the department of the officer or
// system that asks. A voucher (調用憑證) is the number of a read; it takes the
// place of the paper.
//
// # One transaction
//
// Whether the caller may, the decision, the row that says so and the read of the
// data are one transaction. The data are therefore those of the file for which
// the decision was made, even while documents are being taken apart, and what is
// not committed has not been read: the caller gets data only when the row with
// the voucher stands. A read costs no more for it, because the decision writes
// anyway.
//
// # What never happens
//
//   - Data leave without a consent or a legal basis, or without a row that says
//     which.
//   - More is read than was named.
//   - A department sees another one's voucher.
package sharing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// Faults of reads.
var (
	// ErrBasisRequired: neither a consent nor a legal basis is named.
	ErrBasisRequired = fault.New(fault.Precondition, "BASIS_REQUIRED")
	// ErrBasisTwice: both are named, so that nobody could say on which the read
	// stands.
	ErrBasisTwice = fault.New(fault.Invalid, "BASIS_TWICE")
	// ErrScopeUnknown: there is no such data.
	ErrScopeUnknown = fault.New(fault.Invalid, "SHARING_SCOPE_UNKNOWN")
)

// Deps are what the service stands on. All are required.
type Deps struct {
	DB       *entdb.DB
	Files    *dossier.Service
	Consents *consent.Service
	Guard    *guard.Guard
	// Now is the clock, in any zone.
	Now func() time.Time
	// Zone is Asia/Shanghai: a law is in force from a date there.
	Zone *time.Location
}

// Service answers queries. It is safe for concurrent use and holds no state of
// its own.
type Service struct {
	db       *entdb.DB
	files    *dossier.Service
	consents *consent.Service
	guard    *guard.Guard
	now      func() time.Time
	zone     *time.Location
	bases    []basis
}

// New returns a service over d.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Files == nil || d.Consents == nil || d.Guard == nil || d.Now == nil || d.Zone == nil {
		return nil, errors.New("sharing: every dependency is required")
	}
	return &Service{
		db: d.DB, files: d.Files, consents: d.Consents, guard: d.Guard, now: d.Now, zone: d.Zone, bases: shipped(),
	}, nil
}

// Query says what is to be read.
type Query struct {
	// Number is that of any document of the file.
	Number  document.Number
	Purpose consent.PurposeCode
	// Scopes are codes of collect-once items, or [consent.Records].
	Scopes []string
	// Consent or Basis is what the read stands on, and only one of them.
	Consent consent.ID
	Basis   BasisCode
}

// Answer is what was read.
type Answer struct {
	// Use is the read itself, with its voucher.
	Use     consent.Use
	Data    []dossier.Datum
	Records []dossier.Record
}

// Read reads data for the actor's department. Each call is another read with
// another voucher. The answer counts once the caller's transaction, if there is
// one, is committed.
//
// It fails with [ErrBasisRequired], [ErrBasisTwice], [ErrScopeUnknown],
// [ErrBasisUnknown] or [ErrBasisNotValid], as [guard.Guard.Enter] does, and with
// consent.ErrNotValid. A system that names a consent gets this last one too
// where there is no such file: it must not find out who is on file.
func (s *Service) Read(ctx context.Context, by actor.Actor, q Query) (Answer, error) {
	basis, err := s.basisOf(q)
	if err != nil {
		return Answer{}, err
	}
	audit.On(ctx, basis)
	if by.Department == "" {
		return Answer{}, guard.ErrNotFound
	}
	voucher, err := NewVoucher()
	if err != nil {
		return Answer{}, err
	}
	var answer Answer
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		answer = Answer{}
		documents, err := s.enter(ctx, by, basis, q)
		if err != nil {
			return err
		}
		answer.Use, err = s.consents.Use(ctx, by, claim(by, q, voucher, documents))
		if err != nil {
			return err
		}
		answer.Data, answer.Records, err = s.files.Shared(ctx, documents, q.Scopes)
		return err
	})
	if err != nil {
		return Answer{}, fmt.Errorf("read across departments: %w", err)
	}
	return answer, nil
}

// basisOf checks all that does not depend on the person, and returns what the
// read stands on.
func (s *Service) basisOf(q Query) (audit.Basis, error) {
	for i, code := range q.Scopes {
		if code != consent.Records && !slices.Contains(dossier.Codes(), code) {
			return "", ErrScopeUnknown.On("scopes[" + strconv.Itoa(i) + "]")
		}
	}
	switch {
	case len(q.Scopes) == 0:
		return "", ErrScopeUnknown.On("scopes")
	case q.Consent == "" && q.Basis == "":
		return "", ErrBasisRequired
	case q.Consent != "" && q.Basis != "":
		return "", ErrBasisTwice.On("legal_basis")
	case q.Consent != "":
		return audit.Consented(q.Consent), nil
	default:
		return audit.Legal(q.Basis), s.covered(q)
	}
}

// enter returns the documents of the file if the actor may touch it.
func (s *Service) enter(ctx context.Context, by actor.Actor, basis audit.Basis, q Query) ([]dossier.Document, error) {
	documents, err := s.files.FileByNumber(ctx, q.Number)
	if errors.Is(err, dossier.ErrNotFound) && by.Role == actor.System && q.Consent != "" {
		return nil, consent.ErrNotValid
	}
	if err != nil {
		return nil, err
	}
	held := make([]guard.Held, 0, len(documents))
	for _, d := range documents {
		audit.Concerns(ctx, d.ID)
		if d.Kind() != "" { // a forgotten document has no number any more
			held = append(held, d.Held())
		}
	}
	return documents, s.guard.Enter(ctx, by, basis, held...)
}

// claim is the query as package consent decides it.
func claim(by actor.Actor, q Query, voucher string, documents []dossier.Document) consent.Claim {
	c := consent.Claim{
		Voucher: voucher, Document: documents[0].ID, Party: consent.PartyID(by.Department),
		Purpose: q.Purpose, Scopes: q.Scopes, Consent: q.Consent, Law: string(q.Basis),
	}
	for _, d := range documents {
		c.File = append(c.File, d.ID)
		if d.Kind() == q.Number.Kind() && d.Number.Canonical() == q.Number.Canonical() {
			c.Document = d.ID
		}
	}
	return c
}

// Voucher returns the read with a voucher's number, if the actor's department
// made it. It fails with [ErrVoucherWrong] for a number with a slip, and with
// consent.ErrVoucherNotFound.
func (s *Service) Voucher(ctx context.Context, by actor.Actor, typed string) (consent.Use, error) {
	number, err := parseVoucher(typed)
	if err != nil {
		return consent.Use{}, fault.On("number", err)
	}
	audit.On(ctx, audit.Usual(by))
	if by.Department == "" {
		return consent.Use{}, consent.ErrVoucherNotFound
	}
	use, err := s.consents.Voucher(ctx, consent.PartyID(by.Department), number)
	if err != nil {
		return consent.Use{}, err
	}
	audit.Concerns(ctx, use.Document)
	return use, nil
}
