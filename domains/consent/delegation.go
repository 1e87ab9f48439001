package consent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Matter is what a person can charge somebody else with (委託事項).
type Matter string

// The matters.
const (
	ReadFile      Matter = "read_file" // reads the file and what stands on it
	KeepDocuments Matter = "documents" // renewals, reports of loss
	KeepData      Matter = "data"      // gives and keeps data that forms ask for
	GiveConsents  Matter = "consent"   // gives and takes back consents
	ShowLicences  Matter = "licences"  // shows licences, and gives others leave to see them
)

// Matters are all of them, in the order of the contract.
func Matters() []Matter {
	return []Matter{ReadFile, KeepDocuments, KeepData, GiveConsents, ShowLicences}
}

// Faults of delegations. The bounds of the end are those of consents:
// [ErrExpiresInPast] and [ErrTooLong].
var (
	// ErrDelegation: there is no such delegation, or it does not cover what is
	// asked. Which of these is not told.
	ErrDelegation = fault.New(fault.NotFound, "DELEGATION_NOT_FOUND")
	// ErrToSelf: the delegate is the principal.
	ErrToSelf = fault.New(fault.Invalid, "DELEGATION_TO_SELF")
	// ErrNotPerson: a firm cannot be a delegate.
	ErrNotPerson = fault.New(fault.Invalid, "DELEGATION_NOT_PERSON")
	// ErrMatterUnknown: nobody can be charged with that.
	ErrMatterUnknown = fault.New(fault.Invalid, "DELEGATION_MATTER_UNKNOWN")
	// ErrLicences: a charge can be limited to licences of the principal's own, and
	// only in the matter [ShowLicences].
	ErrLicences = fault.New(fault.Invalid, "DELEGATION_LICENCES_WRONG")
)

// Delegation is one charge to act for somebody else.
type Delegation struct {
	ID     actor.DelegationID
	Matter Matter
	// Licences are the numbers of those to which the charge is limited (證照委託);
	// none is all of them.
	Licences []string
	// Given tells what the actor gave from what the actor holds.
	Given bool
	// Other is the other side's number, masked; "" where it was erased.
	Other   string
	Created time.Time
	Expires time.Time
	// Revoked is zero unless it was ended early.
	Revoked time.Time

	principal actor.DocumentID
	delegate  actor.DocumentID // "" where the number is on no file
	sealed    []byte
}

// LogValue keeps all but the ID out of logs.
func (d Delegation) LogValue() slog.Value { return slog.StringValue(string(d.ID)) }

// covers reports whether somebody whose file this is may act on the charge.
func (d Delegation) covers(file []actor.DocumentID, m Matter, now time.Time) bool {
	return d.delegate != "" && slices.Contains(file, d.delegate) && d.Matter == m &&
		d.Revoked.IsZero() && now.Before(d.Expires)
}

// over reports whether the charge has ended.
func (d Delegation) over(now time.Time) bool { return !d.Revoked.IsZero() || !now.Before(d.Expires) }

// Delegate charges the holder of a document with a matter of the actor's own
// until a time. What it does and answers is the same whether the document is on
// file or not; one that is not gives nobody any right, also when it comes on
// file later. Each call gives another delegation. One that shows licences may be
// limited to some of them, by their numbers; it stays so as long as it lasts.
//
// It fails with [ErrMatterUnknown], [ErrLicences], [ErrExpiresInPast],
// [ErrTooLong], [ErrNotPerson] or [ErrToSelf], on the field at fault, and with
// [ErrDelegation] for a delegate, who cannot delegate on.
func (s *Service) Delegate(ctx context.Context, by actor.Actor, number document.Number, m Matter, end time.Time, licences ...string) (Delegation, error) {
	d := Delegation{ID: actor.DelegationID(s.newID()), Matter: m, Licences: licences, Given: true, Other: number.Masked()}
	err := s.charge(ctx, &d, by, number, end)
	if err != nil {
		return Delegation{}, fmt.Errorf("delegate: %w", err)
	}
	return d, nil
}

func (s *Service) charge(ctx context.Context, d *Delegation, by actor.Actor, number document.Number, end time.Time) error {
	switch {
	case by.Delegation != "", by.Role != actor.Person, by.Document == "":
		return ErrDelegation
	case !slices.Contains(Matters(), d.Matter):
		return ErrMatterUnknown.On("matter")
	case len(d.Licences) > 0 && d.Matter != ShowLicences:
		return ErrLicences.On("licences")
	case number.Kind().OfFirm():
		return ErrNotPerson.On("delegate.number")
	}
	sealed, err := s.sealNumber(ctx, by.Document, d.ID, number)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		on, err := s.mine(ctx, by)
		if err != nil {
			return err
		}
		d.Created, d.Expires = s.time(), end.UTC().Truncate(time.Microsecond)
		if err := expiry(d.Expires, d.Created, ErrExpiresInPast, ErrTooLong); err != nil {
			return err
		}
		d.principal, d.sealed = on.document, sealed
		if d.delegate, err = s.known(ctx, number); err != nil {
			return err
		}
		if slices.Contains(on.file, d.delegate) {
			return ErrToSelf.On("delegate.number")
		}
		if err := s.haveLicences(ctx, on.file, d.Licences); err != nil {
			return err
		}
		if err := s.insertDelegation(ctx, *d); err != nil {
			return err
		}
		return s.audit.Change(ctx, "delegation.give", by, on.document)
	})
}

// haveLicences fails with [ErrLicences] unless a file has each of some licences.
func (s *Service) haveLicences(ctx context.Context, file []actor.DocumentID, numbers []string) error {
	for i, number := range numbers {
		wrong := ErrLicences.On("licences[" + strconv.Itoa(i) + "]")
		if s.licence == nil {
			return wrong
		}
		if err := s.licence(ctx, file, number); absent(err) {
			return wrong
		} else if err != nil {
			return fmt.Errorf("find a licence: %w", err)
		}
	}
	return nil
}

// known is the document with a number, or "" where it is on no file.
func (s *Service) known(ctx context.Context, number document.Number) (actor.DocumentID, error) {
	id, err := s.files.Find(ctx, number)
	if absent(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find the delegate: %w", err)
	}
	return id, nil
}

// EndDelegation ends a delegation that the actor gave or holds. One that has
// ended stays as it is. It fails with [ErrDelegation].
func (s *Service) EndDelegation(ctx context.Context, by actor.Actor, id actor.DelegationID) (Delegation, error) {
	var after Delegation
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		on, err := s.mine(ctx, by)
		if err != nil {
			return err
		}
		if after, err = s.delegation(ctx, id); err != nil {
			return err
		}
		after.Given = slices.Contains(on.file, after.principal)
		if !after.Given && !slices.Contains(on.file, after.delegate) {
			return ErrDelegation
		}
		now := s.time()
		if after.over(now) {
			return nil
		}
		after.Revoked = now
		if err := s.saveEnded(ctx, after); err != nil {
			return err
		}
		return s.audit.Change(ctx, "delegation.end", by, after.principal)
	})
	if err == nil {
		err = s.name(ctx, &after)
	}
	if err != nil {
		return Delegation{}, fmt.Errorf("end delegation %s: %w", id, err)
	}
	return after, nil
}

// Delegations lists what the actor gave and what the actor holds, the newest
// first, a thousand at most.
func (s *Service) Delegations(ctx context.Context, by actor.Actor) ([]Delegation, error) {
	on, err := s.mine(ctx, by)
	if err != nil {
		return nil, err
	}
	list, err := s.delegationsOf(ctx, on.file)
	if err != nil {
		return nil, err
	}
	pointers := make([]*Delegation, len(list))
	for i := range list {
		list[i].Given = slices.Contains(on.file, list[i].principal)
		pointers[i] = &list[i]
	}
	return list, s.name(ctx, pointers...)
}

// mine is the actor's side of delegations, which a delegate has none of. It
// fails with [ErrDelegation].
func (s *Service) mine(ctx context.Context, by actor.Actor) (side, error) {
	if by.Delegation != "" {
		return side{}, ErrDelegation
	}
	on, err := s.own(ctx, by)
	if errors.Is(err, ErrNotFound) {
		err = ErrDelegation
	}
	return on, err
}

// Charge is for whom a delegate acts, and within which bounds.
type Charge struct {
	Principal actor.DocumentID
	// Licences are as in [Delegation].
	Licences []string
}

// Resolve returns the charge on which the holder of a document acts, in a matter
// and while it is in force. Any document of the delegate's file serves. It fails with [ErrDelegation] for all else: no such
// charge, another's, another matter, over.
//
// It costs two queries on indexes, whatever the answer.
func (s *Service) Resolve(ctx context.Context, holder actor.DocumentID, id actor.DelegationID, m Matter) (Charge, error) {
	file, err := s.files.FileDocuments(ctx, holder)
	if err != nil && !absent(err) {
		return Charge{}, fmt.Errorf("documents of a file: %w", err)
	}
	d, err := s.delegation(ctx, id)
	if err != nil {
		return Charge{}, err
	}
	if !d.covers(file, m, s.time()) {
		return Charge{}, ErrDelegation
	}
	return Charge{d.principal, d.Licences}, nil
}
