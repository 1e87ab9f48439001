package authority_test

import (
	"time"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

// anyToken signs somebody in who has the cell's role, and nothing to do with its
// target.
func (c *cell) anyToken() string {
	c.t.Helper()
	switch c.role {
	case nobody:
		return ""
	case broken:
		token := c.Token(c.t, c.officer(hall, actor.Accept))
		return token[:len(token)-8] + "AAAAAAAA"
	case person:
		c.me = c.person(here)
		c.by = c.actor(side{c.me, false})
	case officer, otherDuties, administrator:
		c.by = c.officer(c.office(), c.duties()...)
	case auditor:
		c.by = c.officer(hall, actor.Audit)
	case system:
		c.by, _ = c.program()
	}
	return c.Token(c.t, c.by)
}

// office is where the officers of the cell work.
func (c *cell) office() staff.Office {
	if c.row.office != nil {
		return *c.row.office
	}
	return hall
}

// somebody is the person whose target is named by callers who are turned away.
func (c *cell) somebody() *side {
	c.t.Helper()
	if c.row.target == nil || c.row.account {
		return nil
	}
	of := side{c.person(here), false}
	c.fill(of)
	return &of
}

// asOfficial sets the cell of an officer, an auditor or a system up whose right
// does not depend on a person.
func (c *cell) asOfficial() {
	c.t.Helper()
	switch c.role {
	case officer, administrator, otherDuties:
		c.asOfficer(c.duties()...)
	default:
		if c.rel != guessed && c.row.target != nil {
			c.aim(&side{})
		} else {
			c.target = uuid.NewString()
		}
	}
}

// asSystem sets the cell of a system up that reads about a person.
func (c *cell) asSystem() {
	c.t.Helper()
	c.by, _ = c.program()
	if c.rel == guessed {
		c.aim(nil)
	} else {
		c.onFile()
	}
	c.token = c.Token(c.t, c.by)
}

// asPerson sets a person's cell up.
func (c *cell) asPerson() {
	c.t.Helper()
	c.me = c.person(here)
	mine := side{c.me, false}
	switch c.rel {
	case merged, unlinked:
		c.fill(mine.other())
		c.aim(&side{c.me, true})
		if c.row.mark != nil {
			c.mark = c.row.mark(c, mine.other())
		}
		c.joined(mine)
		if c.rel == unlinked {
			c.sever(c.me)
		}
	case another, elsewhere, deleted:
		if c.row.target == nil { // the caller is erased, and comes back with the token
			c.by = c.actor(mine)
			c.token = c.Token(c.t, c.by)
			c.erase(c.me)
			return
		}
		c.somebodyElses()
	case guessed:
		c.aim(nil)
	default:
		c.fill(mine)
		c.aim(&side{c.me, false})
	}
	c.by = c.actor(mine)
	c.token = c.Token(c.t, c.by)
}

// joined links the documents unless the target did, or must not have it.
func (c *cell) joined(by side) {
	c.t.Helper()
	if by.link == "" && !c.row.apart {
		c.join(by)
	}
}

// somebodyElses makes the target of another person's.
func (c *cell) somebodyElses() {
	c.t.Helper()
	area := here
	if c.rel == elsewhere {
		area = far
	}
	other := side{c.person(area), false}
	c.fill(other)
	c.aim(&other)
	c.joined(other)
	if c.rel == deleted {
		c.erase(other.human)
	}
}

// asDelegate sets the cell of a person up who comes for another.
func (c *cell) asDelegate() {
	c.t.Helper()
	principal := side{c.person(here), false}
	c.me = c.person(here)
	to := side{c.me, false}
	c.fill(principal)
	c.aim(&principal)
	matter := c.proc.matter
	if matter == commonv1.Matter_MATTER_UNSPECIFIED {
		matter = commonv1.Matter_MATTER_READ_FILE
	}
	last := time.Hour
	switch c.rel {
	case delegatedOther:
		matter = matter%4 + 1
	case delegationExpired:
		last = time.Minute
	case delegationAnothers:
		to = side{c.person(here), false}
	}
	if c.rel == delegationGuessed {
		c.delegation = uuid.NewString()
	} else {
		c.delegation = c.house.delegation(principal, to, matter, last)
	}
	switch c.rel {
	case delegationExpired:
		c.Advance(2 * time.Minute)
	case delegationRevoked:
		c.endDelegation(principal, c.delegation)
	}
	c.by = c.actor(side{c.me, false})
	c.token = c.Token(c.t, c.by)
}

// asOfficer sets the cell of an officer up with these duties, the declared one
// first.
func (c *cell) asOfficer(duties ...actor.Duty) {
	c.t.Helper()
	c.by = c.officer(c.office(), duties...)
	switch {
	case c.rel == guessed:
		c.aim(nil)
	case c.row.account:
		c.aim(&side{})
	default:
		c.onFile()
	}
	c.granted(duties)
	c.token = c.Token(c.t, c.by)
}

// onFile makes the target of an officer: under the pass of somebody whose
// region the permit tells, or under the permit, for who then names the pass.
func (c *cell) onFile() {
	c.t.Helper()
	area := here
	switch c.rel {
	case elsewhere, unlinked, roaming, roamingExpired, roamingRevoked, roamingOther:
		area = far
	}
	pass := side{c.person(area), false}
	of := pass
	if c.rel == merged {
		of = pass.other()
	}
	c.fill(of)
	c.aim(&of)
	c.joined(pass)
	switch c.rel {
	case deleted:
		c.erase(of.human)
	case unlinked:
		c.sever(of.human)
	case family:
		c.tied = of.human
		_, err := c.Staff.Declare(c.t.Context(), c.by, staff.Parent, c.Number(c.t, of.other().number()))
		c.must("declare a tie", err)
	}
}

// granted gives an officer the grant of a cell about roaming.
func (c *cell) granted(duties []actor.Duty) {
	c.t.Helper()
	switch c.rel {
	case roaming:
		c.grant = c.roam(c.by, duties[0]).ID
	case roamingExpired:
		c.roam(c.by, duties[0])
		c.Advance(2 * time.Minute)
	case roamingRevoked:
		_, err := c.Staff.RevokeRoaming(c.t.Context(), root, c.roam(c.by, duties[0]).ID)
		c.must("end a grant", err)
	case roamingOther:
		c.roam(c.by, duties[1])
	}
}
