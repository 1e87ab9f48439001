package authority_test

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/gen/ent/migrate"
)

// run makes the call of a cell, and checks what must hold of each one: who is
// turned away, one entry in the log, nobody else's data in the answer, and nothing
// else left of what was refused.
func (c *cell) run() answer {
	c.t.Helper()
	req := c.row.request(c)
	held := c.held()
	_, before := c.written(-1)
	a := c.call(req)
	fresh, _ := c.written(before)
	if after := c.held(); !a.ok && !c.proc.public() && c.row.leaves == "" && held != after {
		c.t.Errorf("%s: %s left something:\n%s\n%s", c, a.outcome(), held, after)
	}
	if !c.proc.admits(c.role) && (a.ok || a.reason != turnedAway[c.role]) {
		c.t.Errorf("%s: %s, want %s", c, a.outcome(), turnedAway[c.role])
	}
	if a.reason == "METHOD_UNKNOWN" || a.reason == "INTERNAL" || a.reason == "REQUEST_INVALID" {
		c.t.Errorf("%s: %s is no answer to that: %s", c, a.reason, a.raw)
	}
	c.recorded(a, fresh)
	c.discreet(a)
	c.shown(a)
	c.marked(a)
	if len(fresh) == 1 && a.ok {
		c.concerns()
		c.stands()
	}
	return a
}

// held says how many rows each table has, but for the log and for what counts
// calls.
func (h *house) held() string {
	h.t.Helper()
	var parts []string
	for _, table := range migrate.Tables {
		if !slices.Contains([]string{"audit_entries", "audit_subjects", "limit_buckets"}, table.Name) {
			parts = append(parts, "'"+table.Name+" ' || (SELECT count(*) FROM "+table.Name+")")
		}
	}
	var counts string
	ctx := h.t.Context()
	h.must("count rows", h.DB.SQL(ctx).QueryRowContext(ctx, "SELECT "+strings.Join(parts, " || ' ' || ")).Scan(&counts))
	return counts
}

// recorded checks the entries that a call left: one, of the right action and
// outcome, by the caller; none where nobody was signed in or everybody may read.
func (c *cell) recorded(a answer, fresh []entry) {
	c.t.Helper()
	by := c.by.ID()
	switch {
	case c.proc.public() && !c.proc.writes, !c.proc.public() && (a.reason == "SIGN_IN_REQUIRED" || a.reason == "TOKEN_INVALID"):
		if len(fresh) != 0 {
			c.t.Errorf("%s: left %d entries, want none: %v", c, len(fresh), fresh)
		}
		return
	case c.proc.public():
		by = ""
	}
	outcome := a.reason
	if a.ok {
		outcome = "ok"
	}
	if want := (entry{c.proc.name, outcome, by}); len(fresh) != 1 || fresh[0] != want {
		c.t.Errorf("%s: left the entries %v, want %v", c, fresh, want)
	}
}

var canaries = regexp.MustCompile(`(?i)canary([nab])([0-9]{5})|雀([零壹贰叁肆伍陆柒捌玖]{5})`)

// discreet checks that an answer holds nothing of anybody whom the caller may
// not know, and no whole number of anybody else's.
func (c *cell) discreet(a answer) {
	c.t.Helper()
	for _, found := range canaries.FindAllSubmatch(a.raw, -1) {
		kind, digits := strings.ToLower(string(found[1])), string(found[2])
		if kind == "" {
			kind, digits = "n", spelled(string(found[3]))
		}
		i, err := strconv.Atoi(digits)
		if err != nil || i >= len(c.folk) || !c.may(c.folk[i], kind, a.ok) {
			c.t.Errorf("%s: %s tells the canary %s%s", c, a.outcome(), kind, digits)
		}
	}
	for _, p := range c.folk {
		for _, s := range []side{{p, false}, {p, true}} {
			whole := c.me == p && (c.rel != unlinked || !s.permit)
			if !whole && bytes.Contains(a.raw, []byte(s.number())) {
				c.t.Errorf("%s: %s tells the whole number of person %d", c, a.outcome(), p.Index)
			}
		}
	}
}

// concerns checks whose data the log says an answered call was about: the
// target's person, where the answer shows the person, and of a list nobody whom
// it leaves out.
func (c *cell) concerns() {
	c.t.Helper()
	subjects := c.subjects()
	for _, id := range subjects {
		if p := c.papers[id]; c.row.list && p != nil && !c.may(p, "n", true) {
			c.t.Errorf("%s: the log says that it was about person %d, who is not to be shown", c, p.Index)
		}
	}
	if !c.row.shows || c.owner == nil || c.owner.human == nil || c.row.list && !c.listed() {
		return
	}
	if !slices.ContainsFunc(subjects, func(id string) bool { return c.papers[id] == c.owner.human }) {
		c.t.Errorf("%s: the log does not say that it was about person %d", c, c.owner.Index)
	}
}

// stands checks that the log names the grant on which an answered call stands: of
// an officer who works elsewhere, where the region decides, and of nobody else.
func (c *cell) stands() {
	c.t.Helper()
	entries, _, err := c.Audit.ListEntries(c.t.Context(), audit.Filter{}, audit.Page{Limit: 1})
	c.must("read the log", err)
	basis := string(entries[0].Basis)
	if c.grant != "" && c.row.open[roamingExpired] == "" {
		if !slices.Contains(strings.Fields(basis), string(audit.Roaming(c.grant))) {
			c.t.Errorf("%s: stands on %q, want the grant %s", c, basis, c.grant)
		}
	} else if strings.Contains(basis, string(audit.Roaming(""))) {
		c.t.Errorf("%s: stands on %q, and there is no grant", c, basis)
	}
}

// shown checks that an answer that is to hold the target's person does, so that
// the silence of the others means something.
func (c *cell) shown(a answer) {
	c.t.Helper()
	if c.row.list && !c.listed() {
		return
	}
	if !a.ok || !c.row.shows || c.owner == nil || c.owner.human == nil || c.rel == unlinked {
		return
	}
	if c.rel == merged && c.role == person && c.mark == "" { // what arose under the other document
		if !bytes.Contains(a.raw, []byte(c.owner.canary())) {
			c.t.Errorf("%s: the answer does not hold what stands under the other document", c)
		}
		return
	}
	texts := []string{canary('n', c.owner.Index), canary('a', c.owner.Index), canary('b', c.owner.Index), canaryName(c.owner.Index)}
	if !slices.ContainsFunc(texts, func(text string) bool { return bytes.Contains(a.raw, []byte(text)) }) {
		c.t.Errorf("%s: the answer does not hold what it is about", c)
	}
}

// listed reports whether a list is to hold the target.
func (c *cell) listed() bool { return slices.Contains([]relation{own, merged, roaming}, c.rel) }

// marked checks that an answer about the whole file tells of what was made under
// the other document, and not any more when the two were taken apart.
func (c *cell) marked(a answer) {
	c.t.Helper()
	if c.mark == "" {
		return
	}
	if told := bytes.Contains(a.raw, []byte(c.mark)); told != (c.rel == merged) {
		c.t.Errorf("%s: %s tells what stands under the other document: %v", c, a.outcome(), told)
	}
}

// spelled are the digits that stand for Chinese ones.
func spelled(name string) string {
	digits := []rune("零壹贰叁肆伍陆柒捌玖")
	var b strings.Builder
	for _, r := range name {
		b.WriteString(strconv.Itoa(slices.Index(digits, r)))
	}
	return b.String()
}

// may reports whether the caller may be told about somebody: kind n is the name,
// a and b are what stands under pass and permit.
func (c *cell) may(p *human, kind string, ok bool) bool {
	switch {
	case c.me == p:
		return c.rel != unlinked || kind != "b"
	case !ok || p.gone || p == c.tied:
		return false
	case c.role == person:
		return c.rel == delegated && c.owner != nil && c.owner.human == p
	case c.role == system:
		return c.owner != nil && c.owner.human == p
	case c.role == officer:
		// A pass by itself belongs to no region; a pair that is looked at together
		// belongs to the permit's.
		alone := !c.row.apart && (p.cut || p.link == "") && kind != "b"
		return p.area == here || c.grant != "" || alone
	}
	return false
}

// together checks what must hold among the cells of a procedure and role: what
// the caller may not know looks like what is not there, whatever the cause, and
// a delegation that is not good like one that is not there.
func (h *house) together(p procedure, r row, as role, cells, first map[relation]answer) {
	h.t.Helper()
	if p.public() { // whatever token somebody brings
		for rel, a := range cells {
			if a.outcome() != first[rel].outcome() {
				h.t.Errorf("%s %s %s: %s, and nobody gets %s", p.name, as, rel, a.outcome(), first[rel].outcome())
			}
		}
		return
	}
	if !p.admits(as) {
		return
	}
	if as != person && cells[delegationAnothers].reason != "DELEGATION_NOT_FOUND" {
		h.t.Errorf("%s %s: comes with a delegation and gets %s", p.name, as, cells[delegationAnothers].outcome())
	}
	for _, rel := range hidden() {
		a, called := cells[rel]
		reference, compared := cells[guessed]
		if !called || r.open[rel] != "" || !compared || r.list || as == officer && rel == unlinked {
			continue
		}
		h.same(p, as, rel, a, guessed, reference)
	}
	if as != person {
		return
	}
	for _, rel := range delegations() {
		a := cells[rel]
		if rel == delegated && p.matter != 0 {
			if !a.ok {
				h.t.Errorf("%s %s %s: %s, want OK: it declares %s", p.name, as, rel, a.outcome(), p.matter)
			}
			continue
		}
		h.same(p, as, rel, a, delegationGuessed, cells[delegationGuessed])
		if a.reason != "DELEGATION_NOT_FOUND" {
			h.t.Errorf("%s %s %s: %s, want DELEGATION_NOT_FOUND", p.name, as, rel, a.outcome())
		}
	}
}

// same checks that a refusal is another one to the last byte.
func (h *house) same(p procedure, as role, rel relation, a answer, reference relation, b answer) {
	h.t.Helper()
	if a.ok || b.ok || !bytes.Equal(a.raw, b.raw) {
		h.t.Errorf("%s %s: %s is answered\n%s (OK %v)\nand %s\n%s (OK %v)", p.name, as, rel, a.raw, a.ok, reference, b.raw, b.ok)
	}
}
