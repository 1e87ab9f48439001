package synthetic

import "fmt"

// plant turns the ordinary pass and permit of a person into its case. Other
// writes the person's second permit number, which few need.
func (p *Population) plant(person *Person, d *draw, other func() string) {
	pass, permit := &person.Passes[0], &person.Permits[0]
	switch person.Case {
	case PassOnly:
		person.Permits = nil
	case PermitOnly:
		person.Passes = nil
		permit.ExitEntryNumber = ""
	case PermitSilent:
		permit.ExitEntryNumber = ""
	case RegisterSilent:
		permit.RegisterSilent = true
	case ScriptVariant, CharacterVariant, Misspelt:
		if d.chance(0.5) {
			permit.ExitEntryNumber = ""
		}
	case BirthContradiction:
		pass.Birth = firstBirth.AddDays((permit.Birth.DaysSince(firstBirth) + 1 + d.below(permitDays-1)) % permitDays)
	case PermitNamesOtherPass:
		permit.ExitEntryNumber = p.passNumber((person.Index + 1) % p.options.People)
	case TwoPermitsOnePass:
		second := *permit
		second.Number = other()
		person.Permits = []Document{second, *permit}
	case RenewedSameNumber:
		person.Passes = renewed(*pass)
		person.Permits = renewed(*permit)
	case RenewedNewNumber:
		person.Permits = renewed(*permit)
		person.Permits[0].Number = other()
		person.Permits[1].Replaces = person.Permits[0].Number
	case Lost:
		lose(pass, permit, d)
	case Revoked:
		permit.State = StateRevoked
	case Plain:
	}
}

func lose(pass, permit *Document, d *draw) {
	if d.chance(0.5) {
		pass.State = StateLost
	} else {
		permit.State = StateLost
	}
}

// renewed is a document with the printing that it replaced, which ran in the
// five years before.
func renewed(current Document) []Document {
	before := current
	before.State = StateReplaced
	before.ValidFrom = plusYears(current.ValidFrom, -5)
	before.ValidTo = current.ValidFrom.AddDays(-1)
	var count int
	_, _ = fmt.Sscan(current.IssueCount, &count)
	current.IssueCount = fmt.Sprintf("%02d", count+1)
	return []Document{before, current}
}
