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

// tell tells people of decisions that change something for them.
func (s *Service) tell(ctx context.Context, list []made) error {
	var messages []notice.Message
	for _, d := range list {
		var kind string
		switch {
		case d.change > 0:
			kind = kindEntitled
		case d.change < 0:
			kind = kindLowered
		case d.Outcome == NotYet && d.Number == 1:
			kind = kindMissing
		default:
			continue
		}
		messages = append(messages, notice.Message{
			Document: d.Document, Key: "subsidy/" + string(d.ID), Kind: kind, Topic: notice.Money, About: string(d.ID),
			Args: map[string]string{"Year": string(d.Period), "Amount": yuan(max(d.change, -d.change))},
		})
	}
	_, err := s.Notices.TellMany(ctx, messages)
	return err
}

// yuan writes fen as yuan, with two places.
func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }
