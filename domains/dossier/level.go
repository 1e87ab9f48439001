package dossier

import "slices"

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
	return slices.DeleteFunc(Powers(), func(p Power) bool {
		return slices.ContainsFunc(links, func(l Link) bool { return l.Holds() && !l.Level.Allows(p) })
	})
}
