package dossier

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ErrTooWeak: a link in the file stands on proof that does not allow what was
// asked for. Its arguments say what that was and which level stands; its words,
// that the link be cut and made anew on a stronger proof.
var ErrTooWeak = fault.New(fault.Precondition, "LINK_PROOF_TOO_WEAK")

// Level is the kind of evidence on which a link stands.
type Level string

// The levels. [WeakMatch] only proposes and is never the level of a link.
const (
	// PermitNamesPass: the permit, verified by the police, carries the number
	// of the pass (國辦發〔2018〕81號, Art. 3 lists it among the printed data).
	PermitNamesPass Level = "permit_names_pass"
	// NationalCheck: the national link check, started by the holder.
	NationalCheck Level = "national_check"
	// BothAtWindow: both documents lay on one counter before an officer.
	BothAtWindow Level = "both_at_window"
	// PaperTwoOfficers: a paper answer of the national check, entered
	// independently by two officers.
	PaperTwoOfficers Level = "paper_two_officers"
	// WeakMatch: names, birth date and sex agree.
	WeakMatch Level = "weak_match"
)

// Levels are all of them.
func Levels() []Level {
	return []Level{PermitNamesPass, NationalCheck, BothAtWindow, PaperTwoOfficers, WeakMatch}
}

// Power is something that a link may be used for.
type Power string

// The powers.
const (
	// MayRead: see what was done under both documents together.
	MayRead Power = "read"
	// MaySignIn: sign in by either document.
	MaySignIn Power = "sign_in"
	// MayApply: apply with data given under either document.
	MayApply Power = "apply"
	// MayIssue: be issued licences and proofs on the strength of both.
	MayIssue Power = "issue"
	// MayPay: be paid on what was done under either.
	MayPay Power = "pay"
)

// Powers are all of them.
func Powers() []Power { return []Power{MayRead, MaySignIn, MayApply, MayIssue, MayPay} }

// Powers are what a link of this level may be used for. A copied paper can be
// copied wrongly, so it neither issues nor pays; a weak match does nothing.
func (l Level) Powers() []Power {
	switch l {
	case PermitNamesPass, NationalCheck, BothAtWindow:
		return Powers()
	case PaperTwoOfficers:
		return []Power{MayRead, MaySignIn, MayApply}
	default:
		return nil
	}
}

// Allows reports whether a link of this level may be used so.
func (l Level) Allows(p Power) bool { return slices.Contains(l.Powers(), p) }

// powersOf is what a file may be used for as a whole: what every link allows.
func powersOf(links []Link) []Power {
	return slices.DeleteFunc(Powers(), func(p Power) bool { return allowed(links, p) != nil })
}

// allowed fails with [ErrTooWeak] where one of the links that hold does not allow
// a power.
func allowed(links []Link, p Power) error {
	for _, l := range links {
		if l.Holds() && !l.Level.Allows(p) {
			return ErrTooWeak.With("Power", string(p)).With("Word", string(l.Level))
		}
	}
	return nil
}

// Require demands a power for the file of a document, whoever asks. Whatever is
// done on the strength of both documents of a person calls it first, in the
// transaction of what it does: then a link that is cut or made at the same moment
// comes before or after both. One document alone allows everything.
//
// It fails with [ErrTooWeak], and with [ErrNotFound] for a document that is not
// there or was forgotten.
func (s *Service) Require(ctx context.Context, id DocumentID, p Power) error {
	if !slices.Contains(Powers(), p) {
		return fmt.Errorf("dossier: there is no power %q", p)
	}
	documents, err := s.fileOf(ctx, id)
	if err != nil {
		return err
	}
	d, err := among(documents, id)
	if err == nil && d.erased() {
		err = ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.require(ctx, documents, p)
}

// require is [Service.Require] for the documents of a file that was read just now.
func (s *Service) require(ctx context.Context, documents []Document, p Power) error {
	if len(documents) < 2 {
		return nil
	}
	links, err := s.linksAmong(ctx, documents)
	if err != nil {
		return err
	}
	return allowed(links, p)
}

// within is what a file's documents are for whoever came by one of them: all of
// them where the file has the power, else that one alone.
func (s *Service) within(ctx context.Context, documents []Document, me Document, p Power) ([]Document, error) {
	err := s.require(ctx, documents, p)
	if errors.Is(err, ErrTooWeak) {
		return []Document{me}, nil
	}
	return documents, err
}
