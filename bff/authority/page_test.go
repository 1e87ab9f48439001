package authority_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// TestPageTokensAreTheirCallers: a page token leads on for who got it, and is
// worth as much as an invented one to anybody else who may call. What is public is
// everybody's.
func TestPageTokensAreTheirCallers(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		h := newHouse(t, db)
		pages := 0
		for _, p := range contract() {
			r := rows()[p.name]
			if r.request == nil || p.input.Fields().ByName("page_token") == nil {
				continue
			}
			pages++
			c := &cell{house: h, proc: p, row: r, rel: own, role: map[bool]role{true: person, false: officer}[p.forPersons()]}
			if p.admits(auditor) {
				c.role = auditor
			}
			h.pages(c)
		}
		if pages < 8 {
			t.Errorf("%d procedures have pages", pages)
		}
	})
}

// pages checks the page token of one procedure.
func (h *house) pages(c *cell) {
	h.t.Helper()
	c.token = c.anyToken()
	c.several()
	first := c.page("")
	token := nextPage(c, first)
	if token == "" {
		h.t.Errorf("%s: there is no second page", c.proc.name)
		return
	}
	if a := c.page(token); !a.ok {
		h.t.Errorf("%s: the second page is %s", c.proc.name, a.outcome())
	}
	c.token = c.anyToken()
	theirs, invented := c.page(token), c.page(strings.Repeat("A", len(token)))
	if c.proc.public() && theirs.ok && invented.reason == "PAGE_TOKEN_INVALID" {
		return
	}
	if theirs.reason != "PAGE_TOKEN_INVALID" || string(theirs.raw) != string(invented.raw) {
		h.t.Errorf("%s: another's page token is %s, an invented one %s", c.proc.name, theirs.outcome(), invented.outcome())
	}
}

// several makes more than one thing to list for the caller.
func (c *cell) several() {
	c.t.Helper()
	for range 2 {
		of := side{c.me, false}
		if c.me == nil {
			of = side{c.person(here), false}
		}
		switch _, method, _ := strings.Cut(c.proc.name, "/"); method {
		case "ListRecords":
			c.fill(of.other())
			c.fill(of)
			c.joined(of)
		case "ListUses":
			c.voucher(of, hall)
		case "ListLooks":
			c.look(of)
		case "ListCredentialUses":
			used(c, of)
		case "ListFirmCredentialUses":
			if c.target == "" {
				c.target = c.firm(of)
			}
			c.firmUsed(of, c.target)
		case "ListKeyCredentials":
			licence(c, of)
		case "ListNotices":
			told(c, of)
		case "ListObligations":
			registration(c, of)
		case "ListCampaigns":
			message(c, of)
		case "ListCases":
			lentTo(c, of)
		case "ListApplications":
			applied(c, of)
		case "ListDisputes":
			answered(c, of)
		case "ListPayouts":
			batch(c, of)
		case "ListQueries":
			c.report(of, hall.Department)
		case "ListFirmQueries":
			if c.target == "" {
				c.target = c.firm(of)
			}
			c.firmReport(of, c.target)
		case "ListDrafts", "SearchPolicies":
			announcement(c, of)
		default:
			if c.row.list {
				c.row.target(c, of)
			}
		}
	}
}

// page calls for a page of one.
func (c *cell) page(token string) answer {
	c.t.Helper()
	req := c.row.request(c)
	m := req.ProtoReflect()
	if consent := field(req, "consent_id"); consent != nil { // only a filter
		m.Clear(consent)
	}
	m.Set(field(req, "page_size"), protoreflect.ValueOfInt32(1))
	m.Set(field(req, "page_token"), protoreflect.ValueOfString(token))
	return c.call(req)
}

// nextPage is the token in an answer.
func nextPage(c *cell, a answer) string {
	c.t.Helper()
	if !a.ok {
		c.t.Errorf("%s: the first page is %s", c.proc.name, a.outcome())
		return ""
	}
	message := dynamicpb.NewMessage(c.proc.answer)
	c.must("read a page", proto.Unmarshal(a.raw, message))
	return message.Get(field(message, "next_page_token")).String()
}

// field is a field of a message, or nil.
func field(m proto.Message, name protoreflect.Name) protoreflect.FieldDescriptor {
	return m.ProtoReflect().Descriptor().Fields().ByName(name)
}
