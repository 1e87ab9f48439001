package authority_test

import (
	"bytes"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/gen/ent/review"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	sharingv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1"
)

// TestReviewOfTwoRegions: a review stands between two files, and only who may
// touch both sees it.
func TestReviewOfTwoRegions(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		h := newHouse(t, db)
		theirs, mine := side{h.person(far), false}, side{h.person(here), true}
		h.join(theirs)
		h.Sandbox.SetTruth(theirs.number(), mine.number(), true)
		_, err := h.holder(mine).Dossier.LinkDocument(t.Context(), &dossierv1.LinkDocumentRequest{Document: ref(theirs.number())})
		h.must("ask for a link", err)
		r, err := h.DB.Client(t.Context()).Review.Query().Where(review.Or(review.FirstID(h.id(theirs)), review.SecondID(h.id(theirs)))).Only(t.Context())
		h.must("find the review", err)
		for _, name := range []string{"ListReviews", "GetReview", "CloseReview"} {
			p := named("dossier.v1.DeskService/" + name)
			c := &cell{house: h, proc: p, row: rows()[p.name], role: officer, rel: own, target: r.ID}
			c.by = h.officer(hall, actor.Review)
			c.token = h.Token(t, c.by)
			if a := c.run(); a.ok && !c.row.list {
				t.Errorf("%s: an officer of one region touches both", name)
			}
		}
	})
}

// TestEveryDepartmentFindsOnDuty: an officer of any department of the region finds
// a file, by number and by name, and sees who it is and by which documents; what
// stands under them the officer reads on a consent for the own department only.
func TestEveryDepartmentFindsOnDuty(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		h := newHouse(t, db)
		of := side{h.person(here), false}
		h.fill(of)
		h.fill(of.other())
		h.join(of)
		consent := h.consent(of, tax.Department)
		for _, office := range []staff.Office{hall, tax} {
			c := h.as(h.officer(office, actor.Accept))
			found, err := c.Desk.FindDossier(t.Context(), &dossierv1.FindDossierRequest{Document: ref(of.number()), Purpose: "a matter"})
			h.must("find by number", err)
			h.onlyWho(of.human, found)
			named, err := c.Desk.FindByName(t.Context(), &dossierv1.FindByNameRequest{
				Name: of.Names.Taiwan, BirthDate: of.Birth.String(), Purpose: "a matter",
			})
			h.must("find by name", err)
			h.onlyWho(of.human, named)
			_, err = c.Sharing.ReadData(t.Context(), &sharingv1.ReadDataRequest{Query: query(of.number(), "")})
			bfftest.Fails(t, office.ID+" on nothing but the duty", err, "BASIS_REQUIRED")
			read, err := c.Sharing.ReadData(t.Context(), &sharingv1.ReadDataRequest{Query: query(of.number(), consent)})
			if office != tax {
				bfftest.Fails(t, office.ID+" on a consent for another department", err, "CONSENT_NOT_VALID")
				continue
			}
			h.must("read on a consent", err)
			if !strings.Contains(read.String(), of.canary()) || !strings.Contains(read.String(), of.other().canary()) {
				t.Error("the department with the consent reads nothing")
			}
		}
	})
}

// onlyWho checks that an answer tells a person's name and both documents, and
// nothing that stands under them.
func (h *house) onlyWho(p *human, answer proto.Message) {
	h.t.Helper()
	raw, err := proto.Marshal(answer)
	h.must("write an answer", err)
	for _, s := range []side{{p, false}, {p, true}} {
		if !bytes.Contains(raw, []byte(h.id(s))) || bytes.Contains(raw, []byte(s.canary())) || bytes.Contains(raw, []byte(s.number())) {
			h.t.Errorf("%T lacks a document, or holds its number or what stands under it", answer)
		}
	}
	if !bytes.Contains(raw, []byte(p.Names.Taiwan)) {
		h.t.Errorf("%T does not say who it is", answer)
	}
}

// named is the procedure with a name.
func named(name string) procedure {
	for _, p := range contract() {
		if p.name == name {
			return p
		}
	}
	return procedure{}
}
