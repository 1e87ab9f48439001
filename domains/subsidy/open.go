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
	dossier  string
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
	claims, err := entdb.Query(ctx, s.DB, `SELECT c.id, c.document_id, c.fen, d.dossier_id FROM claims c JOIN documents d ON d.id = c.document_id
		WHERE c.policy = ? AND c.payout_id = '' ORDER BY d.dossier_id, c.id LIMIT ?`, []any{string(p.Policy), mostClaims},
		func(rows *sql.Rows) (c claim, err error) { return c, rows.Scan(&c.id, &c.document, &c.fen, &c.dossier) })
	if err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	claims = wholeFiles(claims, mostClaims)
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

// wholeFiles leaves out the last file of a list that was cut off at a limit: what is
// missing of it may take off what is there.
func wholeFiles(claims []claim, limit int) []claim {
	if len(claims) < limit {
		return claims
	}
	last := claims[len(claims)-1].dossier
	return slices.DeleteFunc(claims, func(c claim) bool { return c.dossier == last })
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
