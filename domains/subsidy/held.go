package subsidy

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
	spentrow "github.com/minzhengtong/minzhengtong/gen/ent/spentreceipt"
)

// mostAtOnce is how many receipts or decisions one statement names.
const mostAtOnce = 500

// ledgered is what stands under the documents of a page, of one policy and period.
type ledgered struct {
	decisions map[actor.DocumentID][]Decision // the latest ones
	numbers   map[actor.DocumentID]int64      // of the newest decision
	claims    map[actor.DocumentID]int64      // what is owed, in fen
	spent     map[string]spentBy              // by hash
}

// spentBy is for whom and when a receipt counted.
type spentBy struct {
	under  actor.DocumentID
	period Period
}

// held reads it.
func (s *Service) held(ctx context.Context, r round, subjects []subject, ids []actor.DocumentID) (h ledgered, err error) {
	h = ledgered{
		decisions: map[actor.DocumentID][]Decision{}, numbers: map[actor.DocumentID]int64{}, claims: map[actor.DocumentID]int64{},
		spent: map[string]spentBy{},
	}
	if err := s.readDecisions(ctx, r, ids, h); err != nil {
		return h, err
	}
	if err := s.readClaims(ctx, r, ids, h); err != nil {
		return h, err
	}
	return h, s.readSpent(ctx, r, subjects, h)
}

// readDecisions reads the decisions that hold, opened.
func (s *Service) readDecisions(ctx context.Context, r round, ids []actor.DocumentID, h ledgered) error {
	rows, err := s.DB.Client(ctx).Entitlement.Query().
		Where(row.PolicyEQ(string(r.Policy)), row.Period(string(r.period)), row.DocumentIDIn(entdb.Texts(ids)...), row.Latest(true)).
		Order(row.ByCreateTime(), row.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("read decisions: %w", err)
	}
	owners := make([]string, len(rows))
	for i, x := range rows {
		owners[i] = x.DocumentID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return err
	}
	for _, x := range rows {
		d := fromRow(x)
		if d.Statement, err = keptStatement(keys, x); err != nil {
			return err
		}
		h.decisions[d.Document] = append(h.decisions[d.Document], d)
	}
	return s.readNumbers(ctx, r, ids, h)
}

// pair is a text with a number.
type pair struct {
	text string
	n    int64
}

func scanPair(rows *sql.Rows) (p pair, err error) { return p, rows.Scan(&p.text, &p.n) }

// readNumbers reads how many decisions there were under each document, which may have
// been of another file then.
func (s *Service) readNumbers(ctx context.Context, r round, ids []actor.DocumentID, h ledgered) error {
	among, list := s.DB.OneOf(entdb.Texts(ids))
	found, err := entdb.Query(ctx, s.DB, `SELECT document_id, max(number) FROM entitlements WHERE document_id `+among+`
		AND policy = ? AND period = ? GROUP BY document_id`, []any{list, string(r.Policy), string(r.period)}, scanPair)
	if err != nil {
		return fmt.Errorf("count decisions: %w", err)
	}
	for _, p := range found {
		h.numbers[actor.DocumentID(p.text)] = p.n
	}
	return nil
}

// readClaims adds up what is owed under each document.
func (s *Service) readClaims(ctx context.Context, r round, ids []actor.DocumentID, h ledgered) error {
	among, list := s.DB.OneOf(entdb.Texts(ids))
	found, err := entdb.Query(ctx, s.DB, `SELECT document_id, CAST(sum(fen) AS bigint) FROM claims WHERE document_id `+among+`
		AND policy = ? AND period = ? GROUP BY document_id`, []any{list, string(r.Policy), string(r.period)}, scanPair)
	if err != nil {
		return fmt.Errorf("add up claims: %w", err)
	}
	for _, p := range found {
		h.claims[actor.DocumentID(p.text)] = p.n
	}
	return nil
}

// readSpent reads which of the receipts that were shown counted before.
func (s *Service) readSpent(ctx context.Context, r round, subjects []subject, h ledgered) error {
	var hashes [][]byte
	for _, x := range subjects {
		for _, answer := range x.answers.payments {
			for _, p := range answer.Payments {
				hashes = append(hashes, hashOf(p.Receipt))
			}
		}
	}
	for part := range slices.Chunk(hashes, mostAtOnce) {
		rows, err := s.DB.Client(ctx).SpentReceipt.Query().Where(spentrow.PolicyEQ(string(r.Policy)), spentrow.HashIn(part...)).All(ctx)
		if err != nil {
			return fmt.Errorf("read spent receipts: %w", err)
		}
		for _, x := range rows {
			h.spent[string(x.Hash)] = spentBy{actor.DocumentID(x.DocumentID), Period(x.Period)}
		}
	}
	return nil
}

// hashOf is what finds a receipt.
func hashOf(receipt string) []byte {
	sum := sha256.Sum256([]byte("subsidy/receipt/" + receipt))
	return sum[:]
}

// latest are the decisions that hold for the file of a subject: several where files came
// together.
func (h ledgered) latest(x subject) (list []Decision) {
	for _, id := range x.ids() {
		list = append(list, h.decisions[id]...)
	}
	slices.SortFunc(list, func(a, b Decision) int { return a.Made.Compare(b.Made) })
	return list
}

// owed is what the file of a subject is owed, what was paid included.
func (h ledgered) owed(x subject) (fen int64) {
	for _, id := range x.ids() {
		fen += h.claims[id]
	}
	return fen
}

// elsewhere reports whether a receipt counted for somebody else or another period.
func (h ledgered) elsewhere(period Period, x subject, receipt string) bool {
	by, ok := h.spent[string(hashOf(receipt))]
	return ok && (by.period != period || !slices.Contains(x.ids(), by.under))
}

// retire marks decisions as overtaken.
func (s *Service) retire(ctx context.Context, ids []DecisionID) error {
	for part := range slices.Chunk(ids, mostAtOnce) {
		if err := s.DB.Client(ctx).Entitlement.Update().Where(row.IDIn(entdb.Texts(part)...)).SetLatest(false).Exec(ctx); err != nil {
			return fmt.Errorf("retire decisions: %w", err)
		}
	}
	return nil
}

func fromRow(r *ent.Entitlement) Decision {
	return Decision{
		ID: DecisionID(r.ID), Document: actor.DocumentID(r.DocumentID), Policy: PolicyName(r.Policy), Period: Period(r.Period),
		Number: r.Number, Outcome: Outcome(r.Outcome), Fen: r.Fen, Version: r.VersionName, Made: r.CreateTime.UTC(),
	}
}
