package subsidy

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// The kinds of notices.
const (
	kindEntitled = "subsidy_entitled" // something is due
	kindLowered  = "subsidy_lowered"  // a correction takes something off
	kindMissing  = "subsidy_missing"  // something that matters is not known
)

// tell tells somebody of a decision that changes something for them.
func (s *Service) tell(ctx context.Context, d made) error {
	kind := ""
	switch {
	case d.change > 0:
		kind = kindEntitled
	case d.change < 0:
		kind = kindLowered
	case d.Outcome == NotYet && d.Number == 1:
		kind = kindMissing
	}
	if kind == "" {
		return nil
	}
	return s.Notices.Tell(ctx, notice.Message{
		Document: d.Document, Key: "subsidy/" + string(d.ID), Kind: kind, Topic: notice.Money, About: string(d.ID),
		Args: map[string]string{"Year": string(d.Period), "Amount": yuan(max(d.change, -d.change))},
	})
}

// yuan writes fen as yuan, with two places.
func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }
