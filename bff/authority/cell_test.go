package authority_test

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

// relation says what the request's target is to the caller, or by what right
// the caller comes.
type relation string

const (
	// anything stands for every target: the caller is turned away before it is
	// looked at.
	anything relation = "any"
	// own: the caller's own; for an officer one of the own region; what has no
	// target is own too.
	own relation = "own"
	// merged: what arose under the other document, which was linked later.
	merged relation = "merged"
	// unlinked: the same, after the two were taken apart.
	unlinked  relation = "unlinked"
	another   relation = "another's"
	elsewhere relation = "another-region's"
	// deleted: the target's person was erased; without a target, the caller was.
	deleted relation = "deleted"
	// guessed: well formed, and nobody's.
	guessed relation = "guessed"

	delegated          relation = "delegated"
	delegatedOther     relation = "delegated-another-matter"
	delegationExpired  relation = "delegation-expired"
	delegationRevoked  relation = "delegation-revoked"
	delegationGuessed  relation = "delegation-guessed"
	delegationAnothers relation = "delegation-another's" // given to somebody else

	family         relation = "family"
	roaming        relation = "roaming"
	roamingExpired relation = "roaming-expired"
	roamingRevoked relation = "roaming-revoked"
	// roamingOther: the grant is for another duty.
	roamingOther relation = "roaming-another-duty"

	// self: the caller's own account.
	self relation = "self"
	// maker: the caller did what is to be checked.
	maker relation = "maker"
	// consentOver: the consent that is named was taken back.
	consentOver relation = "consent-over"
)

// delegations are the ways to come with a delegation, the one that may be good
// last.
func delegations() []relation {
	return []relation{delegationGuessed, delegationAnothers, delegationExpired, delegationRevoked, delegatedOther, delegated}
}

// hidden are the relations that all look the same, and what they look like.
func hidden() []relation {
	return []relation{guessed, another, elsewhere, deleted, unlinked, roamingExpired, roamingRevoked, roamingOther}
}

// row is how the matrix calls one procedure.
type row struct {
	// target makes what the request names, for somebody whose file it belongs
	// to, and returns its ID. Without it the request names nothing.
	target func(c *cell, of side) string
	// guess is a target that nobody has; a UUID where it is unset.
	guess   func(c *cell) string
	request func(c *cell) proto.Message
	// account: the target belongs to no person but to an officer's account.
	account bool
	// apart: the documents of the target's person are not linked.
	apart bool
	// list: the answer is a list over many people's files.
	list bool
	// shows: an answer holds names or texts of the target's person.
	shows bool
	// extra are relations that only this row has.
	extra []relation
	// leaves says why a refusal leaves something behind.
	leaves string
	// open are hidden relations that may be told apart here, with the reason.
	open map[relation]string
}

// cell is one call of the matrix.
type cell struct {
	*house
	proc procedure
	row  row
	role role
	rel  relation

	// by is who calls, with token; me is the same where it is a person.
	by         actor.Actor
	token      string
	me         *human
	delegation string
	key        string // of the write, for repeating it
	// owner is whose the target is; nil for a guessed one.
	owner  *side
	target string
	// tied and roams are an officer's: the declared person, a grant in force.
	tied  *human
	roams bool
}

func (c *cell) String() string { return fmt.Sprintf("%s %s %s", c.proc.name, c.role, c.rel) }

// number is the document that the request names.
func (c *cell) number() string {
	if c.owner != nil {
		return c.owner.number()
	}
	return c.nobody().Passes[0].Number
}

// nobody has documents that no register knows.
func (c *cell) nobody() synthetic.Person { return bfftest.Person(900_000 + len(c.folk)) }

// aim makes the target, or guesses one.
func (c *cell) aim(of *side) {
	c.t.Helper()
	c.owner = of
	switch {
	case of != nil && c.row.target != nil:
		c.target = c.row.target(c, *of)
	case c.row.guess != nil:
		c.target = c.row.guess(c)
	default:
		c.target = uuid.NewString()
	}
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
	c.by = c.officer(hall, duties...)
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
// region the permit tells.
func (c *cell) onFile() {
	c.t.Helper()
	area := here
	switch c.rel {
	case elsewhere, unlinked, roaming, roamingExpired, roamingRevoked, roamingOther:
		area = far
	}
	of := side{c.person(area), false}
	c.fill(of)
	c.aim(&of)
	c.joined(of)
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
		c.roam(c.by, duties[0])
		c.roams = true
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
