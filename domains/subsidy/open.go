package subsidy

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// mostClaims is how many open claims one batch looks at.
const mostClaims = 20_000

// claim is one that no payout settles.
type claim struct {
	id       string
	document actor.DocumentID
	fen      int64
}

// payee is a file with its open claims.
type payee struct {
	standing
	claims []claim
	fen    int64
}

// payees are the files with open claims under a policy, in the order of their accounts,
// those that cannot be paid now included.
func (s *Service) payees(ctx context.Context, p Programme) ([]payee, error) {
	claims, err := entdb.Query(ctx, s.DB, `SELECT id, document_id, fen FROM claims WHERE policy = ? AND payout_id = ''
		ORDER BY document_id, id LIMIT ?`, []any{string(p.Policy), mostClaims},
		func(rows *sql.Rows) (c claim, err error) { return c, rows.Scan(&c.id, &c.document, &c.fen) })
	if err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	documents := make([]actor.DocumentID, len(claims))
	for i, c := range claims {
		documents[i] = c.document
	}
	standings, err := s.standings(ctx, p, documents)
	if err != nil {
		return nil, err
	}
	byFile := map[string]*payee{}
	for _, c := range claims {
		x := standings[c.document]
		name := cmp.Or(x.dossier, string(c.document))
		if byFile[name] == nil {
			byFile[name] = &payee{standing: x}
		}
		byFile[name].claims = append(byFile[name].claims, c)
		byFile[name].fen += c.fen
	}
	list := make([]payee, 0, len(byFile))
	for _, x := range byFile {
		if x.hold == "" && x.fen <= 0 {
			x.hold = Offset
		}
		list = append(list, *x)
	}
	slices.SortFunc(list, func(a, b payee) int { return cmp.Compare(a.claims[0].id, b.claims[0].id) })
	return list, nil
}

// digest is a hash over who is paid what for which claims, so that what was shown is what
// is prepared and approved.
func digest(list []payee) [sha256.Size]byte {
	var all []byte
	for _, x := range list {
		if x.hold != "" {
			continue
		}
		all = fmt.Appendf(all, "%s %d", x.account.ID, x.fen)
		for _, c := range x.claims {
			all = fmt.Appendf(all, " %s", c.id)
		}
		all = append(all, '\n')
	}
	return sha256.Sum256(all)
}
