package subsidy

import (
	"context"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	claimrow "github.com/minzhengtong/minzhengtong/gen/ent/claim"
	row "github.com/minzhengtong/minzhengtong/gen/ent/entitlement"
	spentrow "github.com/minzhengtong/minzhengtong/gen/ent/spentreceipt"
)

// save decides and writes subjects: all in one transaction, or, where that fails, one by
// one. Another process that decides the same at the same moment makes it fail, and then
// there is nothing left to change.
func (s *Service) save(ctx context.Context, r round, subjects []subject, total *Tally) error {
	sum, err := s.saveAll(ctx, r, subjects)
	if err == nil || ctx.Err() != nil || len(subjects) < 2 {
		total.add(sum)
		return err
	}
	for _, x := range subjects {
		sum, err := s.saveAll(ctx, r, []subject{x})
		if err != nil {
			return err
		}
		total.add(sum)
	}
	return nil
}

func (t *Tally) add(o Tally) {
	t.Entitled += o.Entitled
	t.NotEntitled += o.NotEntitled
	t.NotYet += o.NotYet
	t.Fen += o.Fen
	t.Changed += o.Changed
	t.Passed += o.Passed
}

// count adds a decision.
func (t *Tally) count(d Decision) {
	switch d.Outcome {
	case Entitled:
		t.Entitled++
		t.Fen += d.Fen
	case NotEntitled:
		t.NotEntitled++
	case NotYet:
		t.NotYet++
	}
}

func (s *Service) saveAll(ctx context.Context, r round, subjects []subject) (sum Tally, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		sum = Tally{}
		w, err := s.begin(ctx, r, subjects)
		if err != nil {
			return err
		}
		for _, x := range subjects {
			if err := s.take(ctx, r, w, x, &sum); err != nil {
				return err
			}
		}
		return s.write(ctx, r, w)
	})
	if err != nil {
		return Tally{}, err
	}
	return sum, nil
}

// writing is a page on its way.
type writing struct {
	files  map[actor.DocumentID][]actor.DocumentID // as they are now, of each subject
	held   ledgered
	keys   vault.Set
	made   []made
	spends []spend
	past   []DecisionID // latest until now
}

// made is a decision that is new, with what it adds to what is owed.
type made struct {
	Decision
	file   []actor.DocumentID
	change int64
}

// spend is a receipt that a decision spends.
type spend struct {
	under actor.DocumentID
	hash  []byte
}

// begin reads all that the decisions about some subjects need.
func (s *Service) begin(ctx context.Context, r round, subjects []subject) (*writing, error) {
	var ids []actor.DocumentID
	var owners []string
	for _, x := range subjects {
		ids = append(ids, x.ids()...)
	}
	for _, id := range ids {
		owners = append(owners, string(id))
	}
	keys, err := s.Vault.Make(ctx, owners...)
	if err != nil {
		return nil, err
	}
	members, err := s.members(ctx, ids)
	if err != nil {
		return nil, err
	}
	w := &writing{files: map[actor.DocumentID][]actor.DocumentID{}, keys: keys}
	for _, m := range members {
		w.files[m.asked] = append(w.files[m.asked], m.document)
	}
	w.held, err = s.held(ctx, r, subjects, ids)
	return w, err
}

// take decides about one subject.
func (s *Service) take(ctx context.Context, r round, w *writing, x subject, sum *Tally) error {
	if !sameFile(x.whole, w.files[x.consented]) {
		sum.Passed++
		return nil
	}
	d, spends, err := s.decision(ctx, r, x, w.held)
	if err != nil {
		return err
	}
	sum.count(d)
	latest := w.held.latest(x)
	if len(latest) == 1 && latest[0].says(d) {
		return nil
	}
	sum.Changed++
	d.ID, d.Number = DecisionID(s.NewID()), 1
	if len(latest) > 0 {
		d.Document = latest[0].Document
	}
	d.Number = w.held.numbers[d.Document] + 1
	one := made{Decision: d, file: x.ids()}
	if d.Outcome != NotYet {
		one.change = d.Fen - w.held.owed(x)
	}
	for _, before := range latest {
		w.past = append(w.past, before.ID)
	}
	w.spend(r, spends)
	w.made = append(w.made, one)
	return nil
}

// spend spends receipts that did not count before. Others of the page see it.
func (w *writing) spend(r round, receipts []shown) {
	for _, x := range receipts {
		hash := hashOf(x.Receipt)
		if _, before := w.held.spent[string(hash)]; before {
			continue
		}
		w.held.spent[string(hash)] = spentBy{x.under, r.period}
		w.spends = append(w.spends, spend{x.under, hash})
	}
}

// says reports whether a decision says what another one says.
func (d Decision) says(o Decision) bool {
	return d.Outcome == o.Outcome && d.Fen == o.Fen && d.Version == o.Version && d.same(o.Statement)
}

// write writes what was decided, tells people, and notes it.
func (s *Service) write(ctx context.Context, r round, w *writing) error {
	if len(w.made) == 0 {
		return nil
	}
	if err := s.retire(ctx, w.past); err != nil {
		return err
	}
	decisions := entdb.NewBulk(row.Table, row.FieldID, row.FieldDocumentID, row.FieldPolicy, row.FieldPeriod, row.FieldNumber,
		row.FieldLatest, row.FieldOutcome, row.FieldFen, row.FieldVersionName, row.FieldStatementSealed, row.FieldCreateTime)
	claims := entdb.NewBulk(claimrow.Table, claimrow.FieldID, claimrow.FieldDocumentID, claimrow.FieldEntitlementID, claimrow.FieldPolicy,
		claimrow.FieldPeriod, claimrow.FieldFen, claimrow.FieldPayoutID, claimrow.FieldCreateTime, claimrow.FieldVersion)
	for _, d := range w.made {
		sealed, err := d.seal(w.keys, string(d.Document), d.ID)
		if err != nil {
			return err
		}
		decisions.Add(string(d.ID), string(d.Document), string(d.Policy), string(d.Period), d.Number, true, string(d.Outcome), d.Fen,
			d.Version, sealed, d.Made)
		if d.change != 0 {
			claims.Add(s.NewID(), string(d.Document), string(d.ID), string(d.Policy), string(d.Period), d.change, "", d.Made, 1)
		}
	}
	receipts := entdb.NewBulk(spentrow.Table, spentrow.FieldID, spentrow.FieldDocumentID, spentrow.FieldPolicy, spentrow.FieldPeriod,
		spentrow.FieldHash, spentrow.FieldCreateTime)
	for _, x := range w.spends {
		receipts.Add(s.NewID(), string(x.under), string(r.Policy), string(r.period), x.hash, s.time())
	}
	for _, rows := range []*entdb.Bulk{decisions, claims, receipts} {
		if _, err := rows.Flush(ctx, s.DB); err != nil {
			return err
		}
	}
	if err := s.tell(ctx, w.made); err != nil {
		return err
	}
	var concerned []actor.DocumentID
	for _, d := range w.made {
		concerned = append(concerned, d.file...)
	}
	return s.Audit.Change(ctx, "subsidy.decide", runner, concerned...)
}

// sameFile reports whether a file has the documents that it had.
func sameFile(before, now []actor.DocumentID) bool {
	gone := func(id actor.DocumentID) bool { return !slices.Contains(now, id) }
	return len(before) == len(now) && !slices.ContainsFunc(before, gone)
}
