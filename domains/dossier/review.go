package dossier

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
	reviewrow "github.com/minzhengtong/minzhengtong/gen/ent/review"
)

// ErrReviewClosed: the review was decided otherwise already.
var ErrReviewClosed = fault.New(fault.Precondition, "REVIEW_CLOSED")

// ReviewCursor is where a page of the queue ends: the last review shown.
type ReviewCursor struct {
	Opened time.Time
	ID     ReviewID
}

// ListReviews returns open reviews after the cursor, oldest first, at most
// limit of them, and whether there are more. An empty kind means both kinds.
func (s *Service) ListReviews(ctx context.Context, kind ReviewKind, after ReviewCursor, limit int) ([]Review, bool, error) {
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
		Order(reviewrow.ByCreateTime(), reviewrow.ByID()).Limit(limit + 1).All(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("read reviews: %w", err)
	}
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	reviews := make([]Review, len(rows))
	for i, r := range rows {
		reviews[i] = reviewFromRow(r)
		if reviews[i].Sides, err = s.sidesOf(ctx, reviews[i]); err != nil {
			return nil, false, err
		}
	}
	return reviews, more, nil
}

// GetReview returns one review with both sides. It fails with [ErrNotFound].
func (s *Service) GetReview(ctx context.Context, id ReviewID) (Review, error) {
	r, err := s.db.Client(ctx).Review.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Review{}, ErrNotFound
	}
	if err != nil {
		return Review{}, fmt.Errorf("read review: %w", err)
	}
	v := reviewFromRow(r)
	v.Sides, err = s.sidesOf(ctx, v)
	return v, err
}

// sidesOf reads the two documents of a review.
func (s *Service) sidesOf(ctx context.Context, v Review) ([]Document, error) {
	first, err := s.byID(ctx, v.first)
	if err != nil {
		return nil, err
	}
	second, err := s.byID(ctx, v.second)
	if err != nil {
		return nil, err
	}
	return []Document{first, second}, nil
}

// KeepApart closes a review: the two documents stay apart, and registers do not
// propose the pair again. Closing it so twice succeeds. It fails with
// [ErrNotFound] or, when the documents were linked meanwhile, [ErrReviewClosed].
func (s *Service) KeepApart(ctx context.Context, by actor.Actor, id ReviewID, reason string) (Review, error) {
	var v Review
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var err error
		if v, err = s.GetReview(ctx, id); err != nil {
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
