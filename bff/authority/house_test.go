package authority_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// Regions: officers of these tests work here.
const (
	here = "350128"
	far  = "350200"
)

// The offices. There and here are one department, the tax office is another.
var (
	hall  = staff.Office{ID: "hall", Name: "Hall", Department: "service-hall", DepartmentName: "Service hall", Area: here}
	there = staff.Office{ID: "there", Name: "There", Department: "service-hall", DepartmentName: "Service hall", Area: far}
	tax   = staff.Office{ID: "tax", Name: "Tax", Department: "tax", DepartmentName: "Tax", Area: here}
)

// house is a running house with whoever a cell needs.
type house struct {
	*bfftest.Server
	t      testing.TB
	client *http.Client
	folk   []*human
	papers map[string]*human // by the document's ID
	codes  map[string]string // that prove endpoints, by their IDs
	made   int               // officers, firms and the like
}

func newHouse(t testing.TB, db *entdb.DB) *house {
	t.Helper()
	// What is limited is not the matrix's business.
	free := map[limit.Name]limit.Override{}
	for _, r := range limit.Rules() {
		free[r.Name] = limit.Override{Burst: 1_000_000, Every: time.Microsecond}
	}
	h := &house{Server: bfftest.New(t, db, bfftest.Options{Rules: free}), t: t, client: &http.Client{Transport: &http.Transport{}}, papers: map[string]*human{}, codes: map[string]string{}}
	t.Cleanup(h.client.CloseIdleConnections)
	for _, o := range []staff.Office{hall, there, tax, police, lenders, bank, firmBank} {
		h.must("make an office", h.Staff.EnsureOffice(t.Context(), o))
	}
	return h
}

func (h *house) must(what string, err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatalf("%s: %v", what, err)
	}
}

// human is a person with a pass and a permit, both on file and not yet linked.
// Everything that is known of a person holds a canary.
type human struct {
	synthetic.Person
	area          string // of the permit
	link, inquiry string
	gone          bool // erased
	cut           bool // the two were linked, and are not any more
}

// person puts somebody on file whose permit is of a region.
func (h *house) person(area string) *human {
	h.t.Helper()
	p := &human{Person: bfftest.Person(len(h.folk)), area: area}
	h.folk = append(h.folk, p)
	p.Names = synthetic.Names{Mainland: canaryName(p.Index), Taiwan: canaryName(p.Index), Roman: canary('n', p.Index)}
	p.Passes[0].Names = p.Names
	p.Permits[0].Names = synthetic.Names{Mainland: p.Names.Mainland}
	h.Sandbox.Add(p.Person)
	var entries []dossier.Entry
	for _, d := range p.Documents() {
		e := dossier.Entry{
			Number: h.Number(h.t, d.Number), State: document.Valid, Phone: p.Phone,
			Validity: dossier.Validity{IssueCount: d.IssueCount, From: d.ValidFrom, To: d.ValidTo},
			Holder: dossier.Holder{
				Names: dossier.Names{Mainland: d.Names.Mainland, Taiwan: d.Names.Taiwan, Roman: d.Names.Roman}, Birth: d.Birth, Sex: d.Sex,
			},
		}
		if d.Kind == document.TaiwanPermit {
			e.Area = area
		}
		entries = append(entries, e)
	}
	taken, err := h.Files.TakeDocuments(h.t.Context(), entries)
	h.must("take documents", err)
	for _, x := range taken {
		if x.Fault != nil {
			h.t.Fatalf("a document is left out: %v", x.Fault)
		}
	}
	h.papers[h.id(side{p, false})], h.papers[h.id(side{p, true})] = p, p
	return p
}

// canary is a text of person i that stands nowhere else: n for the name, a for
// what stands under the pass, b for what stands under the permit.
func canary(kind rune, i int) string { return fmt.Sprintf("CANARY%c%05d", kind, i) }

// canaryName is a name in Chinese characters that says as much.
func canaryName(i int) string {
	digits := []rune("零壹贰叁肆伍陆柒捌玖")
	var b strings.Builder
	b.WriteString("雀")
	for _, d := range fmt.Sprintf("%05d", i) {
		b.WriteRune(digits[d-'0'])
	}
	return b.String()
}

// side is one document of a person.
type side struct {
	*human
	permit bool
}

func (s side) number() string {
	if s.permit {
		return s.Permits[0].Number
	}
	return s.Passes[0].Number
}

func (s side) other() side { return side{s.human, !s.permit} }

// canary is what stands under the document.
func (s side) canary() string {
	if s.permit {
		return canary('b', s.Index)
	}
	return canary('a', s.Index)
}

// id is the document's; it must be on file.
func (h *house) id(s side) string {
	h.t.Helper()
	id, _, err := h.Files.Locate(h.t.Context(), h.Number(h.t, s.number()))
	h.must("locate a document", err)
	return string(id)
}

// actor is the holder, signed in by the document.
func (h *house) actor(s side) actor.Actor {
	h.t.Helper()
	id, file, err := h.Files.Locate(h.t.Context(), h.Number(h.t, s.number()))
	h.must("locate a document", err)
	return actor.Actor{Role: actor.Person, Document: id, Dossier: file}
}

// as are clients of somebody who has just signed in.
func (h *house) as(by actor.Actor) bfftest.Clients {
	h.t.Helper()
	return h.Clients(h.Token(h.t, by), "en")
}

// holder are clients of a document's holder.
func (h *house) holder(s side) bfftest.Clients {
	h.t.Helper()
	return h.as(h.actor(s))
}

// root makes accounts and grants.
var root = actor.Actor{Role: actor.Officer, Officer: "root", Duties: []actor.Duty{actor.Administer}, Duty: actor.Administer}

// employ makes an account.
func (h *house) employ(office staff.Office, duties ...actor.Duty) (actor.Actor, staff.Credentials) {
	h.t.Helper()
	h.made++
	login := fmt.Sprintf("login-%d", h.made)
	o, secrets, err := h.Staff.Create(h.t.Context(), root, staff.Account{Login: login, Name: login, Office: office.ID, Duties: duties})
	h.must("make an account", err)
	return o.Actor(), secrets
}

// officer makes an account and forgets its password.
func (h *house) officer(office staff.Office, duties ...actor.Duty) actor.Actor {
	h.t.Helper()
	by, _ := h.employ(office, duties...)
	return by
}

// program makes a system of the hall.
func (h *house) program() (actor.Actor, ed25519.PrivateKey) {
	h.t.Helper()
	h.made++
	public, private, err := ed25519.GenerateKey(nil)
	h.must("make a key", err)
	id := actor.OfficerID(fmt.Sprintf("system-%d", h.made))
	h.must("make a system", h.Staff.EnsureSystem(h.t.Context(), staff.System{ID: id, Name: string(id), Department: hall.Department, PublicKey: public}))
	y, err := h.Staff.System(h.t.Context(), id)
	h.must("read a system", err)
	return y.Actor(), private
}

// roam lets an officer work far away for a minute.
func (h *house) roam(by actor.Actor, duties ...actor.Duty) staff.Grant {
	h.t.Helper()
	g, err := h.Staff.GrantRoaming(h.t.Context(), root, staff.Grant{
		Officer: by.Officer, Area: far, Duties: duties, Expires: h.Now().Add(time.Minute), Reason: "help",
	})
	h.must("grant roaming", err)
	return g
}

// inTx does work in a transaction of its own.
func (h *house) inTx(what string, work func(ctx context.Context) error) {
	h.t.Helper()
	h.must(what, h.DB.InTx(h.t.Context(), work))
}
