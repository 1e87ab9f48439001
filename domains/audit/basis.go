package audit

import (
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Basis is the right by which somebody touches a person's data.
type Basis string

// The bases that need no more words.
const (
	// None: nothing was named.
	None Basis = ""
	// Own: the person's own file.
	Own Basis = "own"
	// FirmRole: a role in the firm whose file it is.
	FirmRole Basis = "firm_role"
)

// Delegated is a charge to act for somebody else.
func Delegated[ID ~string](id ID) Basis { return Basis("delegation/" + string(id)) }

// Consented is a person's consent.
func Consented[ID ~string](id ID) Basis { return Basis("consent/" + string(id)) }

// Legal is a provision of law, by its code in the catalogue.
func Legal[Code ~string](code Code) Basis { return Basis("law/" + string(code)) }

// OnDuty is an officer's duty.
func OnDuty[Duty ~string](d Duty) Basis { return Basis("duty/" + string(d)) }

// Roaming is a grant by which an officer works, under the duty of the call, in
// another region.
func Roaming[ID ~string](id ID) Basis { return Basis("roaming/" + string(id)) }

// Presented is leave to see that the holder gave to whoever has the token.
func Presented[ID ~string](id ID) Basis { return Basis("presentation/" + string(id)) }

// Usual is the basis on which an actor acts where nothing else is named: the own
// file, the delegation, or the duty of the call. It is None for systems.
func Usual(by actor.Actor) Basis {
	switch {
	case by.Delegation != "":
		return Delegated(by.Delegation)
	case by.Role == actor.Person:
		return Own
	case by.Duty != "":
		return OnDuty(by.Duty)
	default:
		return None
	}
}

// join puts several bases into one text, in the order in which they were named.
func join(bases []Basis) Basis {
	words := make([]string, len(bases))
	for i, b := range bases {
		words[i] = string(b)
	}
	return Basis(strings.Join(words, " "))
}
