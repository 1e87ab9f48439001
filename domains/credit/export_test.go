package credit

import (
	"context"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Sections asks all sources about some documents, without files or consents, for a test of
// what they deliver.
func Sections(ctx context.Context, from upstream.CreditSources, kind Kind, qs []upstream.CreditQuestion) []Section {
	c, said := Shipped(), map[upstream.CreditSource]answer{}
	for _, s := range c.Sources {
		var a answer
		a.reading, a.err = from.CreditFacts(ctx, s.Code, qs)
		said[s.Code] = a
	}
	return assemble(c, kind, said, make([]string, len(qs)), nil, time.Time{})
}
