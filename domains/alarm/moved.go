package alarm

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// tellMoved tells the holders of obligations whose date is another one which paper
// moved it: one notice for a person.
func (s *Service) tellMoved(ctx context.Context, p plan) error {
	if len(p.open) == 0 {
		return nil
	}
	firms, err := s.firmsOf(ctx, p.open)
	if err != nil {
		return err
	}
	papers := map[string]string{}
	mine := map[actor.DocumentID][]tax.Obligation{}
	for _, o := range p.open {
		d, err := s.taxes.Explain(ctx, o)
		if err != nil {
			return fmt.Errorf("explain a date: %w", err)
		}
		papers[string(o.ID)] = d.Notice.Number
		for _, h := range p.holders[o.Document] {
			mine[h.document] = append(mine[h.document], o)
		}
	}
	var messages []notice.Message
	for _, id := range slices.Sorted(maps.Keys(mine)) {
		m := notice.Message{Document: id, Kind: kindMoved, Topic: notice.Deadline}
		moves := make([]string, len(mine[id]))
		for i, o := range mine[id] {
			moves[i] = fmt.Sprintf("%s/%d", o.ID, o.Moves)
		}
		m.Key = key("moved", id, moves)
		fill(&m, mine[id], firms)
		for _, l := range m.Lines {
			l["Notice"] = papers[l["ID"]]
		}
		messages = append(messages, m)
	}
	_, err = s.notices.TellMany(ctx, messages)
	return err
}
