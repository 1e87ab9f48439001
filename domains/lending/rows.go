package lending

import (
	"context"
	"encoding/json"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/lendingcase"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// isOpen is written out and no parameter: only then do both databases see that the index of
// what is open serves.
var isOpen predicate.LendingCase = func(q *entsql.Selector) { q.Where(entsql.ExprP("(state = 'open' OR state = 'accepted')")) }

func (s *Service) cases(ctx context.Context) *ent.LendingCaseQuery {
	return s.DB.Client(ctx).LendingCase.Query()
}

// one reads a case, or fails with [ErrNotFound].
func (s *Service) one(ctx context.Context, id ID) (Case, error) {
	return orNone(s.read(ctx, s.cases(ctx).Where(row.ID(string(id)))))
}

// openOf reads the case of a file for a product that has not ended; without one, there is no
// ID.
func (s *Service) openOf(ctx context.Context, file []actor.DocumentID, code ProductCode) (Case, error) {
	list, err := s.read(ctx, s.cases(ctx).Where(row.DocumentIDIn(entdb.Texts(file)...), row.Product(string(code)), isOpen).Limit(1))
	if err != nil || len(list) == 0 {
		return Case{}, err
	}
	return list[0], nil
}

func orNone(list []Case, err error) (Case, error) {
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Case{}, err
	}
	return list[0], nil
}

// newest are those of some documents and of one firm or of none, the newest first.
func (s *Service) newest(ctx context.Context, documents []actor.DocumentID, firm actor.DossierID, limit int) ([]Case, error) {
	return s.read(ctx, s.cases(ctx).Where(row.DocumentIDIn(entdb.Texts(documents)...), row.FirmID(string(firm))).
		Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit))
}

// sent is a page of what was sent to a bank, the newest first, without all that was said.
func (s *Service) sent(ctx context.Context, bank string, after Cursor, limit int) ([]Case, error) {
	q := s.cases(ctx).Where(row.Bank(bank))
	if after.ID != "" {
		q.Where(row.Or(row.CreateTimeLT(after.Created), row.And(row.CreateTimeEQ(after.Created), row.IDLT(string(after.ID)))))
	}
	rows, err := q.Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	list := make([]Case, len(rows))
	for i, r := range rows {
		list[i] = fromRow(r).bare()
	}
	return list, nil
}

// read runs a query, opens the texts and adds the offers. What lies under a key that is gone
// is left empty.
func (s *Service) read(ctx context.Context, q *ent.LendingCaseQuery) ([]Case, error) {
	rows, err := q.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	owners, ids := make([]string, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		owners[i], ids[i] = r.DocumentID, r.ID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	offers, err := s.offersOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Case, len(rows))
	for i, r := range rows {
		if list[i], err = opened(keys, r); err != nil {
			return nil, err
		}
		if list[i].Offers, err = list[i].open(keys, offers[r.ID]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// fromRow is a case without what is sealed.
func fromRow(r *ent.LendingCase) Case {
	return Case{
		ID: ID(r.ID), Document: actor.DocumentID(r.DocumentID), Firm: actor.DossierID(r.FirmID), Bank: r.Bank, Product: ProductCode(r.Product),
		State: State(r.State), Granted: r.GrantedFen, Created: r.CreateTime.UTC(), Accepted: entdb.Moment(r.AcceptTime), Ended: entdb.Moment(r.EndTime),
		applicant: actor.DocumentID(r.ApplicantID), endedBy: r.EndedBy,
	}
}

func opened(keys vault.Set, r *ent.LendingCase) (Case, error) {
	c := fromRow(r)
	raw, err := c.unseal(keys, r.ID, "need", r.NeedSealed)
	if err != nil {
		return Case{}, err
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &c.said); err != nil {
			return Case{}, fmt.Errorf("read the need of case %s: %w", c.ID, err)
		}
	}
	c.Name, c.Need = c.said.Name, c.said.Need
	answer, err := c.unseal(keys, r.ID, "answer", r.AnswerSealed)
	c.Answer = string(answer)
	return c, err
}

// place is what a text of a row is sealed for.
func place(id, field string) string { return "lending/" + id + "/" + field }

// seal seals a text of one of a case's rows under the data key of its document, which is made
// if there is none yet. An empty text is none.
func (s *Service) seal(ctx context.Context, c Case, id, field string, text []byte) ([]byte, error) {
	if len(text) == 0 {
		return nil, nil
	}
	keys, err := s.Vault.Make(ctx, string(c.Document))
	if err != nil {
		return nil, err
	}
	sealed, err := keys.Seal(string(c.Document), text, place(id, field))
	if err != nil {
		return nil, fmt.Errorf("seal the %s of %s: %w", field, id, err)
	}
	return sealed, nil
}

func (c Case) unseal(keys vault.Set, id, field string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || !keys.Has(string(c.Document)) {
		return nil, nil
	}
	text, err := keys.Unseal(string(c.Document), sealed, place(id, field))
	if err != nil {
		return nil, fmt.Errorf("open the %s of %s: %w", field, id, err)
	}
	return text, nil
}

// insert writes a case.
func (s *Service) insert(ctx context.Context, c Case) error {
	raw, err := c.said.bytes()
	if err != nil {
		return err
	}
	sealed, err := s.seal(ctx, c, string(c.ID), "need", raw)
	if err != nil {
		return err
	}
	err = s.DB.Client(ctx).LendingCase.Create().SetID(string(c.ID)).SetDocumentID(string(c.Document)).SetFirmID(string(c.Firm)).
		SetApplicantID(string(c.applicant)).SetBank(c.Bank).SetProduct(string(c.Product)).SetState(row.State(c.State)).
		SetNeedSealed(sealed).SetCreateTime(c.Created).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save a case: %w", err)
	}
	return nil
}

// change changes a case that is so, or fails with [ErrStale].
func (s *Service) change(ctx context.Context, c Case, set *ent.LendingCaseUpdate) error {
	n, err := set.Where(row.ID(string(c.ID))).SetState(row.State(c.State)).AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = ErrStale
	}
	if err != nil {
		return fmt.Errorf("save case %s: %w", c.ID, err)
	}
	return nil
}

// saveAccepted writes that an offer was accepted.
func (s *Service) saveAccepted(ctx context.Context, c Case) error {
	return s.change(ctx, c, s.DB.Client(ctx).LendingCase.Update().Where(row.StateEQ(row.StateOpen)).SetAcceptTime(c.Accepted))
}

// saveEnd writes how a case ended.
func (s *Service) saveEnd(ctx context.Context, c Case) error {
	answer, err := s.seal(ctx, c, string(c.ID), "answer", []byte(c.Answer))
	if err != nil {
		return err
	}
	set := s.DB.Client(ctx).LendingCase.Update().Where(isOpen).SetGrantedFen(c.Granted).SetEndTime(c.Ended).SetEndedBy(c.endedBy)
	if answer != nil {
		set.SetAnswerSealed(answer)
	}
	return s.change(ctx, c, set)
}
