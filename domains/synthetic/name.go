package synthetic

import (
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Names are the forms in which a person's name is printed. A form that a
// document does not print is empty.
type Names struct {
	// Mainland is in Simplified characters, but see [ScriptVariant].
	Mainland string
	// Taiwan is in Traditional characters, as on the Taiwan identity card.
	Taiwan string
	// Roman is as in the Taiwan passport: SURNAME, GIVEN-NAME.
	Roman string
}

// naming is one name as the two offices print it.
type naming struct {
	truth  Names
	pass   string // the mainland form on the pass
	permit string // the mainland form on the permit
}

// Shares of names that are out of the ordinary, for every case.
const (
	indigenousShare = 0.012
	rareShare       = 0.003
	oneGivenShare   = 0.08
	otherRomanShare = 0.15
)

// The middle dots of the two offices.
const (
	passDot   = "\u2027"
	permitDot = "\u00b7"
)

// drawNaming invents a name that shows the case, if it is one about names.
func drawNaming(d *draw, sex document.Sex, c Case) naming {
	switch {
	case c == CharacterVariant:
		return variantNaming(d, sex)
	case c == Misspelt:
		return misspeltNaming(d, sex)
	case c == ScriptVariant:
		n := hanNaming(d, sex, true)
		n.pass = n.truth.Taiwan
		return n
	case d.chance(indigenousShare):
		return indigenousNaming(d, sex)
	case d.chance(rareShare):
		return rareNaming(d)
	default:
		return hanNaming(d, sex, false)
	}
}

// hanNaming is a surname and one or two characters, which differ between the
// scripts if mustDiffer.
func hanNaming(d *draw, sex document.Sex, mustDiffer bool) naming {
	t, other := tables(), d.chance(otherRomanShare)
	for {
		parts := []glyph{t.surname(d)}
		if !d.chance(oneGivenShare) {
			parts = append(parts, pick(d, t.first[sex]))
		}
		parts = append(parts, pick(d, t.last[sex]))
		n := join(parts, other)
		if !mustDiffer || n.truth.Taiwan != n.truth.Mainland {
			return n
		}
	}
}

// variantNaming ends in a character that the two offices print differently.
func variantNaming(d *draw, sex document.Sex) naming {
	t, other := tables(), d.chance(otherRomanShare)
	last := pick(d, t.variants[sex])
	n := join([]glyph{t.surname(d), pick(d, t.first[sex]), last}, other)
	n.pass = strings.TrimSuffix(n.permit, last.simplified) + last.traditional
	return n
}

// misspeltNaming has a homophone for its last character on the permit.
func misspeltNaming(d *draw, sex document.Sex) naming {
	t, other := tables(), d.chance(otherRomanShare)
	last := pick(d, t.homophones[sex])
	n := join([]glyph{t.surname(d), pick(d, t.first[sex]), last}, other)
	n.permit = strings.TrimSuffix(n.permit, last.simplified) + last.homophone
	return n
}

// rareNaming ends in a character beyond the Basic Multilingual Plane.
func rareNaming(d *draw) naming {
	t := tables()
	return join([]glyph{t.surname(d), pick(d, t.rare)}, false)
}

// indigenousNaming is two parts, with another middle dot on each document.
func indigenousNaming(d *draw, sex document.Sex) naming {
	t := tables()
	first, last := pick(d, t.indigenous[sex]), pick(d, t.indigenous[document.Male])
	mainland := first.simplified + permitDot + last.simplified
	return naming{
		truth: Names{
			Mainland: mainland,
			Taiwan:   first.traditional + passDot + last.traditional,
			Roman:    first.roman + " " + last.roman,
		},
		pass:   first.simplified + passDot + last.simplified,
		permit: mainland,
	}
}

// join prints a surname and given characters in all forms, both offices alike.
func join(parts []glyph, otherRoman bool) naming {
	var mainland, taiwan strings.Builder
	romans := make([]string, len(parts))
	for i, g := range parts {
		mainland.WriteString(g.simplified)
		taiwan.WriteString(g.traditional)
		romans[i] = g.roman
		if otherRoman {
			romans[i] = g.otherRoman
		}
	}
	n := Names{
		Mainland: mainland.String(),
		Taiwan:   taiwan.String(),
		Roman:    romans[0] + ", " + strings.Join(romans[1:], "-"),
	}
	return naming{truth: n, pass: n.Mainland, permit: n.Mainland}
}
