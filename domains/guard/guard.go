// Package guard is the one place that decides whether somebody may touch a file.
//
// # Words
//
// A file is a set of documents ([Held]). To enter it is to read or change
// anything that stands under it. The basis is what the right to enter stands on:
// the own document, a charge to act for somebody, a role in a firm, a duty, a
// grant to work elsewhere, a consent, a law. A maker prepared something; its checker approves it.
//
// # What never happens
//
//   - Nobody enters without a reason that is listed here: whatever is not
//     allowed is refused, and so is whoever is nobody.
//   - "Not yours" and "not there" are one answer, [ErrNotFound].
//   - No officer enters the file of a document that the officer declared to be
//     the own or a relative's (親屬回避).
//   - Nobody is refused or let in without the call's audit entry naming the
//     documents and the basis.
package guard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of the guard.
var (
	// ErrNotFound: the file is not there, or not the caller's to see.
	ErrNotFound = fault.New(fault.NotFound, "DOSSIER_NOT_FOUND")
	// ErrConflict: the officer declared the holder as self or family.
	ErrConflict = fault.New(fault.Denied, "CONFLICT_OF_INTEREST")
	// ErrMaker: who prepared it cannot approve it.
	ErrMaker = fault.New(fault.Denied, "MAKER_IS_CHECKER")
)

// Held is one document of a file.
type Held struct {
	ID actor.DocumentID
	// Number is compared with what officers declared. Without it no officer
	// enters, because nothing shows that there is no tie.
	Number document.Number
	// Area is the region that the file belongs to, GB/T 2260, or "".
	Area string
}

// Staff says what the guard has to know about an officer. Package staff does.
type Staff interface {
	// Reaches reports whether the officer may work, under the duty of the call,
	// on something that belongs to any of these regions, and names the grant that
	// is needed for it, if one is.
	Reaches(ctx context.Context, by actor.Actor, areas ...string) (bool, actor.GrantID, error)
	// Tied reports whether the officer declared any of these documents.
	Tied(ctx context.Context, officer actor.OfficerID, numbers ...document.Number) (bool, error)
}

// Guard decides. It is safe for concurrent use and holds no state of its own.
type Guard struct{ staff Staff }

// New returns a guard that asks staff about officers.
func New(staff Staff) (*Guard, error) {
	if staff == nil {
		return nil, errors.New("guard: the officers' facts are required")
	}
	return &Guard{staff: staff}, nil
}

// Own lets a person into what is kept for the own file as a whole, in which a delegate
// has no part, and notes it in the call's audit entry. It fails with [ErrNotFound] for
// anybody else.
func Own(ctx context.Context, by actor.Actor) error {
	if by.Role != actor.Person || by.Document == "" || by.Delegate != "" || by.Delegation != "" {
		return ErrNotFound
	}
	audit.On(ctx, audit.Usual(by))
	audit.Concerns(ctx, by.Document)
	return nil
}

// Enter lets an actor into the file of these documents, or says why not. It
// notes the documents and the basis in the call's audit entry either way.
//
// Basis [audit.None] stands for the role's usual one. A person enters with the
// own document, or as a delegate with the principal's; a firm's file with
// [audit.FirmRole], after the caller has proved the role. An officer needs the
// duty of the call, the region and no tie; a consent or a law may be named as
// the basis and does not replace any of them. Where the region takes a grant, it is
// noted in place of the duty, or beside the consent or law. A system enters by a consent or a
// law only, which the caller has checked. Auditors read the log, not files.
//
// It fails with [ErrNotFound] or, for an officer with a tie, [ErrConflict].
func (g *Guard) Enter(ctx context.Context, by actor.Actor, basis audit.Basis, file ...Held) error {
	if basis == audit.None {
		basis = audit.Usual(by)
	}
	for _, held := range file {
		audit.Concerns(ctx, held.ID)
	}
	if by.Role == actor.Officer {
		grant, err := g.officer(ctx, by, basis, file)
		noteOfficer(ctx, by, basis, grant)
		return err
	}
	audit.On(ctx, basis)
	switch by.Role {
	case actor.Person:
		return person(by, basis, file)
	case actor.System:
		if by.ID() != "" && len(file) > 0 && granted(basis) {
			return nil
		}
	case actor.Officer, actor.Auditor:
	}
	return ErrNotFound
}

// person decides for a person or a delegate.
func person(by actor.Actor, basis audit.Basis, file []Held) error {
	// Somebody who acts for another names the charge, and the other way round.
	if by.Document == "" || (by.Delegate == "") != (by.Delegation == "") {
		return ErrNotFound
	}
	notOfFirm := func(h Held) bool { return !h.Number.Kind().OfFirm() }
	mine := func(h Held) bool { return h.ID == by.Document }
	switch {
	case basis == audit.FirmRole && len(file) > 0 && !slices.ContainsFunc(file, notOfFirm):
		return nil
	case basis == audit.Usual(by) && slices.ContainsFunc(file, mine):
		return nil
	}
	return ErrNotFound
}

// noteOfficer notes what an officer's call stands on.
func noteOfficer(ctx context.Context, by actor.Actor, basis audit.Basis, grant actor.GrantID) {
	if grant == "" || basis != audit.Usual(by) {
		audit.On(ctx, basis)
	}
	if grant != "" {
		audit.On(ctx, audit.Roaming(grant))
	}
}

// officer decides for an officer, and names the grant that brings the file within
// reach, if it takes one.
func (g *Guard) officer(ctx context.Context, by actor.Actor, basis audit.Basis, file []Held) (actor.GrantID, error) {
	if by.Officer == "" || by.ID() != string(by.Officer) || by.Duty == "" || !by.Has(by.Duty) || len(file) == 0 || basis != audit.Usual(by) && !granted(basis) {
		return "", ErrNotFound
	}
	var areas []string
	numbers := make([]document.Number, len(file))
	for i, held := range file {
		numbers[i] = held.Number
		if held.Number.Kind() == "" {
			return "", ErrNotFound
		}
		if held.Area != "" {
			areas = append(areas, held.Area)
		}
	}
	reached, grant, err := g.staff.Reaches(ctx, by, areas...)
	if err != nil {
		return "", fmt.Errorf("region of an officer: %w", err)
	}
	if !reached {
		return "", ErrNotFound
	}
	tied, err := g.staff.Tied(ctx, by.Officer, numbers...)
	if err != nil {
		return grant, fmt.Errorf("ties of an officer: %w", err)
	}
	if tied {
		return grant, ErrConflict
	}
	return grant, nil
}

// granted reports whether a basis names a consent or a law.
func granted(basis audit.Basis) bool {
	for _, kind := range []audit.Basis{audit.Consented(""), audit.Legal("")} {
		if name, ok := strings.CutPrefix(string(basis), string(kind)); ok && name != "" {
			return true
		}
	}
	return false
}

// Checker lets an actor approve what the makers prepared, unless it is one of
// them: then, and for nobody, it fails with [ErrMaker]. Makers are the IDs that
// [actor.Actor.ID] gave when they acted.
func (g *Guard) Checker(by actor.Actor, makers ...string) error {
	if id := by.ID(); id == "" || slices.Contains(makers, id) {
		return ErrMaker
	}
	return nil
}
