package authority_test

import (
	"bytes"
	"testing"

	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

// TestRepetitionAfterTheRightIsGone: a write that is repeated under its key is
// answered only while the caller has the right: not with what was given while
// the documents were linked, the grant was in force, the tie not yet declared.
func TestRepetitionAfterTheRightIsGone(t *testing.T) {
	t.Parallel()
	const decide = "privacy.v1.CorrectionDeskService/DecideCorrection"
	tests := map[string]struct {
		procedure string
		role      role
		rel       relation
		lose      func(c *cell)
	}{
		"documents apart": {"dossier.v1.DossierService/SaveData", person, own, func(c *cell) { c.sever(c.me) }},
		"grant over": {decide, officer, roaming, func(c *cell) {
			grants, err := c.Staff.Grants(c.t.Context(), c.by.Officer)
			c.must("read grants", err)
			_, err = c.Staff.RevokeRoaming(c.t.Context(), root, grants[c.by.Officer][0].ID)
			c.must("end a grant", err)
		}},
		"tie declared": {decide, officer, own, func(c *cell) {
			_, err := c.Staff.Declare(c.t.Context(), c.by, staff.Parent, c.Number(c.t, c.owner.other().number()))
			c.must("declare a tie", err)
		}},
		"duty gone": {decide, officer, own, func(c *cell) {
			_, err := c.Staff.ChangeDuties(c.t.Context(), root, c.by.Officer, "", []actor.Duty{actor.Pay})
			c.must("change duties", err)
		}},
		"person erased": {decide, officer, own, func(c *cell) { c.erase(c.owner.human) }},
	}
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		h := newHouse(t, db)
		for name, tt := range tests {
			p := named(tt.procedure)
			h.repeat(name, &cell{house: h, proc: p, row: rows()[p.name], role: tt.role, rel: tt.rel, key: uuid.NewString()}, tt.lose)
		}
	})
}

// repeat makes a call under a key before and after the right to it is lost. What
// is lost is what stands under the permit, or the officer's whole right.
func (h *house) repeat(name string, c *cell, lose func(c *cell)) {
	h.t.Helper()
	c.setUp()
	secret := canary('a', len(h.folk)-1)
	if c.role == person {
		c.fill(side{c.me, true})
		c.join(side{c.me, false})
		secret = side{c.me, true}.canary()
	}
	req := c.row.request(c)
	before := c.call(req)
	if again := c.call(req); !before.ok || !bytes.Equal(before.raw, again.raw) || !bytes.Contains(before.raw, []byte(secret)) {
		h.t.Fatalf("%s: %s is %s, its repetition %s; they should hold %s", name, c.proc.name, before.outcome(), again.outcome(), secret)
	}
	lose(c)
	c.token = c.Token(h.t, c.by)
	after := c.call(req)
	if c.role != person && after.ok || bytes.Contains(after.raw, []byte(secret)) {
		h.t.Errorf("%s: %s is answered again as before", name, c.proc.name)
	}
	c.key = ""
	if fresh := c.call(req); bytes.Contains(fresh.raw, []byte(secret)) {
		h.t.Errorf("%s: %s still tells it", name, c.proc.name)
	}
}
