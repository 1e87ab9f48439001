// Package authority_test holds the authority matrix: every RPC of the contract,
// called by every role, about a target in every relation to the caller.
//
// The RPCs are read from the contract, and one without a row in the tables of
// the rows_*_test.go files fails [TestEveryProcedureHasARow]. What comes out
// stands in testdata/matrix.golden, one line for each cell; -update writes it
// anew. What must hold whatever that file says is checked in check_test.go.
package authority_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

var update = flag.Bool("update", false, "write the golden file anew")

const golden = "testdata/matrix.golden"

// rows are all rows, by the procedure's name.
func rows() map[string]row {
	all := map[string]row{}
	for _, some := range []map[string]row{
		sessionRows(), dossierRows(), deskRows(), staffRows(), consentRows(), sharingRows(), auditRows(), privacyRows(),
		languageRows(), policyRows(), sceneRows(), taxRows(), alarmRows(), noticeRows(), campaignRows(), credentialRows(), firmCredentialRows(), calledRows(), subsidyRows(),
		creditRows(), disputeRows(), financeRows(), lendingRows(),
	} {
		maps.Copy(all, some)
	}
	return all
}

// TestEveryProcedureHasARow: a new RPC does not go without a row, nor a row
// without its RPC.
func TestEveryProcedureHasARow(t *testing.T) {
	t.Parallel()
	table := rows()
	for _, p := range contract() {
		if table[p.name].request == nil {
			t.Errorf("%s has no row: say in rows_*_test.go how the matrix calls it", p.name)
		}
		delete(table, p.name)
	}
	for name := range table {
		t.Errorf("there is no procedure %s", name)
	}
}

// TestMatrix calls every cell, on both databases.
func TestMatrix(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]bool{} // all lines
	t.Cleanup(func() { write(t, seen) })
	byService := map[string][]procedure{}
	for _, p := range contract() {
		byService[p.service] = append(byService[p.service], p)
	}
	if len(byService) < 10 {
		t.Fatalf("the contract has %d services", len(byService))
	}
	want := lines(t)
	for service, procedures := range byService {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
				h := newHouse(t, db)
				var got []string
				for _, p := range procedures {
					got = append(got, h.procedure(p, rows()[p.name])...)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, line := range got {
					seen[line] = true
				}
				if !*update {
					compare(t, got, want[service])
				}
			})
		})
	}
}

// procedure calls all cells of a procedure, checks what must hold among them, and
// returns their lines.
func (h *house) procedure(p procedure, r row) []string {
	h.t.Helper()
	var list []string
	first := map[relation]answer{}
	for _, role := range roles() {
		cells := map[relation]answer{}
		for _, rel := range relations(p, r, role) {
			c := &cell{house: h, proc: p, row: r, role: role, rel: rel}
			c.setUp()
			a := c.run()
			cells[rel] = a
			if !p.public() {
				list = append(list, c.String()+" → "+a.outcome())
			}
		}
		if role == nobody {
			first = cells
		}
		h.together(p, r, role, cells, first)
	}
	if p.public() { // everybody is answered alike
		for rel, a := range first {
			list = append(list, p.name+" everybody "+rel+" → "+a.outcome())
		}
	}
	return list
}

// relations are those that make sense for a role, the refusals first.
func relations(p procedure, r row, as role) []relation {
	switch {
	case p.public():
		return append([]relation{own}, r.extra...)
	case !p.admits(as):
		return []relation{anything}
	case as == person && r.target == nil:
		return slices.Concat(delegations(), []relation{deleted, unlinked, merged, own})
	case as == person:
		return slices.Concat([]relation{guessed, another, elsewhere, deleted, unlinked}, delegations(), r.extra, []relation{merged, own})
	case as == system && p.audience == commonv1.Audience_AUDIENCE_SYSTEM:
		return slices.Concat([]relation{delegationAnothers, guessed, deleted, elsewhere}, r.extra, []relation{merged, own})
	case r.account:
		return slices.Concat([]relation{delegationAnothers, guessed, another, elsewhere, deleted}, r.extra, []relation{own})
	case r.list && r.apart:
		return []relation{delegationAnothers, family, roamingExpired, roamingRevoked, roamingOther, roaming, own}
	case r.list:
		return []relation{delegationAnothers, family, roamingExpired, roamingRevoked, roamingOther, roaming, merged, own}
	case r.target == nil || p.audience != commonv1.Audience_AUDIENCE_OFFICER:
		return slices.Concat([]relation{delegationAnothers}, r.extra, []relation{own})
	}
	list := []relation{delegationAnothers, guessed, elsewhere, deleted, roamingExpired, roamingRevoked, roamingOther, family}
	if !r.apart {
		list = append(list, unlinked, merged)
	}
	return slices.Concat(list, r.extra, []relation{roaming, own})
}

// setUp makes the world of a cell and signs its caller in.
func (c *cell) setUp() {
	c.t.Helper()
	switch {
	case c.proc.public():
		c.token = c.anyToken()
	case c.rel == anything:
		c.aim(c.somebody())
		c.token = c.anyToken()
	case c.role == person && slices.Contains(delegations(), c.rel):
		c.asDelegate()
	case c.role == person:
		c.asPerson()
	case c.role == system && c.proc.audience == commonv1.Audience_AUDIENCE_SYSTEM:
		c.asSystem()
	default:
		c.token = c.anyToken()
		c.asOfficial()
	}
	if c.role != person && c.rel == delegationAnothers { // only persons can have one
		c.delegation = c.house.delegation(side{c.person(here), false}, side{c.person(here), false}, commonv1.Matter_MATTER_READ_FILE, time.Hour)
	}
}

// duties are an officer's, by role.
func (c *cell) duties() []actor.Duty {
	if c.role == otherDuties {
		return map[commonv1.Duty][]actor.Duty{
			commonv1.Duty_DUTY_UNSPECIFIED: {actor.Pay, actor.Administer},
			commonv1.Duty_DUTY_ACCEPT:      {actor.Review, actor.Pay, actor.Administer},
			commonv1.Duty_DUTY_REVIEW:      {actor.Accept, actor.Pay, actor.Administer},
			commonv1.Duty_DUTY_APPROVE:     {actor.Accept, actor.Review, actor.Pay, actor.Administer},
			commonv1.Duty_DUTY_PAY:         {actor.Accept, actor.Review, actor.Administer},
			commonv1.Duty_DUTY_ADMINISTER:  {actor.Accept, actor.Review, actor.Pay},
		}[c.proc.duty]
	}
	switch {
	case c.role == administrator || c.proc.duty == commonv1.Duty_DUTY_ADMINISTER:
		return []actor.Duty{actor.Administer}
	case c.proc.duty == commonv1.Duty_DUTY_REVIEW:
		return []actor.Duty{actor.Review, actor.Accept}
	case c.proc.duty == commonv1.Duty_DUTY_APPROVE:
		return []actor.Duty{actor.Approve, actor.Review}
	case c.proc.duty == commonv1.Duty_DUTY_PAY:
		return []actor.Duty{actor.Pay, actor.Accept}
	}
	return []actor.Duty{actor.Accept, actor.Review}
}

// compare names each line that differs from the golden file.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("not in %s: %s", golden, line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("only in %s: %s", golden, line)
		}
	}
}

// lines are those of the golden file, by service.
func lines(t *testing.T) map[string][]string {
	t.Helper()
	content, err := os.ReadFile(golden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	of := map[string][]string{}
	for line := range strings.Lines(string(content)) {
		service, _, _ := strings.Cut(line, "/")
		of[service] = append(of[service], strings.TrimSuffix(line, "\n"))
	}
	return of
}

// write writes the golden file anew.
func write(t *testing.T, seen map[string]bool) {
	t.Helper()
	if !*update {
		return
	}
	content := strings.Join(slices.Sorted(maps.Keys(seen)), "\n") + "\n"
	if err := os.WriteFile(golden, []byte(content), 0o600); err != nil {
		t.Error(err)
	}
}
