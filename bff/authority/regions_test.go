package authority_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/gen/ent/review"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
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

// named is the procedure with a name.
func named(name string) procedure {
	for _, p := range contract() {
		if p.name == name {
			return p
		}
	}
	return procedure{}
}
