package authority_test

import (
	"fmt"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// relation says what the request's target is to the caller, or by what right
// the caller comes.
type relation = string

const (
	// anything stands for every target: the caller is turned away before it is
	// looked at.
	anything relation = "any"
	// own: the caller's own; for an officer one of the own region; what has no
	// target is own too.
	own relation = "own"
	// merged: what arose under the other document, which was linked later; without a
	// target, the answer tells what stands under both. Who is no person names the
	// one document, and the target arose under the other.
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
	// mark makes something under one of a person's documents and returns the ID by
	// which an answer about the whole file tells of it.
	mark func(c *cell, of side) string
	// account: the target belongs to no person but to an officer's account.
	account bool
	// office is where its officers work; the hall where it is unset.
	office *staff.Office
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
	mark   string // what an answer tells while the documents are linked, and then only
	// tied and grant are an officer's: the declared person, a grant in force.
	tied  *human
	grant actor.GrantID
}

func (c *cell) String() string { return fmt.Sprintf("%s %s %s", c.proc.name, c.role, c.rel) }

// number is the document that the request names.
func (c *cell) number() string {
	switch {
	case c.owner != nil && c.rel == merged && c.role != person:
		return c.owner.other().number()
	case c.owner != nil:
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
