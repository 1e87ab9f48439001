package dossier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	reviewrow "github.com/minzhengtong/minzhengtong/gen/ent/review"
	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// ErrReviewClosed: the review was decided otherwise already.
var ErrReviewClosed = fault.New(fault.Precondition, "REVIEW_CLOSED")

// ReviewCursor is where a page of the queue ends: the last review shown.
type ReviewCursor struct {
	Opened time.Time
	ID     ReviewID
}

// ListReviews returns open reviews after the cursor that the officer may touch,
// oldest first, at most limit of them, and whether there are more. The others are
// left out, as if they were not there. An empty kind means both kinds.
func (s *Service) ListReviews(ctx context.Context, by actor.Actor, kind ReviewKind, after ReviewCursor, limit int) ([]Review, bool, error) {
	var shown []touched
	for len(shown) <= limit {
		page, err := s.openReviews(ctx, kind, after, limit+1)
		if err != nil {
			return nil, false, err
		}
		allowed, err := s.touchable(ctx, by, page)
		if err != nil {
			return nil, false, err
		}
		shown = append(shown, allowed...)
		if len(page) <= limit {
			break // the queue ends here
		}
		last := page[len(page)-1]
		after = ReviewCursor{Opened: last.Opened, ID: last.ID}
	}
	more := len(shown) > limit
	if more {
		shown = shown[:limit]
	}
	reviews := make([]Review, len(shown))
	for i, t := range shown {
		t.keep()
		reviews[i] = t.Review
	}
	return reviews, more, nil
}

// openReviews reads a page of the queue, with the files of both sides.
func (s *Service) openReviews(ctx context.Context, kind ReviewKind, after ReviewCursor, limit int) ([]Review, error) {
	where := []predicate.Review{reviewrow.StateEQ(reviewrow.StateOpen)}
	if kind != "" {
		where = append(where, reviewrow.KindEQ(reviewrow.Kind(kind)))
	}
	if after.ID != "" {
		where = append(where, reviewrow.Or(
			reviewrow.CreateTimeGT(after.Opened),
			reviewrow.And(reviewrow.CreateTimeEQ(after.Opened), reviewrow.IDGT(string(after.ID)))))
	}
	rows, err := s.db.Client(ctx).Review.Query().Where(where...).
		Order(reviewrow.ByCreateTime(), reviewrow.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read reviews: %w", err)
	}
	reviews := make([]Review, len(rows))
	for i, r := range rows {
		reviews[i] = reviewFromRow(r)
	}
	return reviews, s.addSides(ctx, reviews)
}

// touched is a review that the officer may touch, and what notes it in the call's
// audit entry.
type touched struct {
	Review
	keep func()
}

// touchable are those of some reviews whose files the officer may touch. The
// call's audit entry names only what is shown, so they are tried outside of it.
func (s *Service) touchable(ctx context.Context, by actor.Actor, reviews []Review) ([]touched, error) {
	var list []touched
	for _, v := range reviews {
		aside, keep := audit.Aside(ctx)
		switch err := s.admitEach(aside, by, v.files); {
		case err == nil:
			list = append(list, touched{v, keep})
		case !errors.Is(err, ErrNotFound) && !errors.Is(err, guard.ErrConflict):
			return nil, err
		}
	}
	return list, nil
}

// GetReview returns one review with both sides, to an officer who may touch both
// files. It fails as [guard.Guard.Enter] does.
func (s *Service) GetReview(ctx context.Context, by actor.Actor, id ReviewID) (Review, error) {
	r, err := s.db.Client(ctx).Review.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Review{}, ErrNotFound
	}
	if err != nil {
		return Review{}, fmt.Errorf("read review: %w", err)
	}
	one := []Review{reviewFromRow(r)}
	if err := s.addSides(ctx, one); err != nil {
		return Review{}, err
	}
	if err := s.admitEach(ctx, by, one[0].files); err != nil {
		return Review{}, err
	}
	return one[0], nil
}

// CompareNames says how alike the names of the two sides are as they are printed
// now: the best result among their Han forms, or among all forms where one side
// has no Han form. It is evidence, never proof. It is zero where a side has no
// name: it was forgotten, or is a firm.
func (v Review) CompareNames() hanname.Result {
	if len(v.Sides) != 2 {
		return hanname.Result{}
	}
	a, b := v.Sides[0].Holder.Names, v.Sides[1].Holder.Names
	if a == (Names{}) || b == (Names{}) {
		return hanname.Result{}
	}
	return spelledNames(a, b)
}

// addSides reads the two documents of each review, and the files they are in.
func (s *Service) addSides(ctx context.Context, reviews []Review) error {
	if len(reviews) == 0 {
		return nil
	}
	var ids []DocumentID
	for _, v := range reviews {
		ids = append(ids, v.first, v.second)
	}
	documents, err := s.fileOf(ctx, ids...)
	if err != nil {
		return err
	}
	byFile := make(map[ID][]Document)
	byID := make(map[DocumentID]Document, len(documents))
	for _, d := range documents {
		byFile[d.Dossier] = append(byFile[d.Dossier], d)
		byID[d.ID] = d
	}
	for i, v := range reviews {
		first, second := byID[v.first], byID[v.second]
		reviews[i].Sides = []Document{first, second}
		reviews[i].files = byFile[first.Dossier]
		if second.Dossier != first.Dossier {
			reviews[i].files = slices.Concat(byFile[first.Dossier], byFile[second.Dossier])
		}
	}
	return nil
}

// KeepApart closes a review: the two documents stay apart, and registers do not
// propose the pair again. Closing it so twice succeeds. It fails as
// [Service.GetReview] does or, when the documents were linked meanwhile, with
// [ErrReviewClosed].
func (s *Service) KeepApart(ctx context.Context, by actor.Actor, id ReviewID, reason string) (Review, error) {
	var v Review
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var err error
		if v, err = s.GetReview(ctx, by, id); err != nil {
			return err
		}
		switch v.State {
		case Apart:
			return nil
		case Linked:
			return ErrReviewClosed
		case Open:
		}
		v.State, v.Closed = Apart, s.time()
		if err := s.closeReview(ctx, v, string(by.Officer), reason); err != nil {
			return err
		}
		return s.refuseInReview(ctx, v)
	})
	if err != nil {
		return Review{}, fmt.Errorf("keep apart %s: %w", id, err)
	}
	return v, nil
}
