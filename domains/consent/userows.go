package consent

import (
	"context"
	"encoding/json"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	consentrow "github.com/minzhengtong/minzhengtong/gen/ent/consent"
	"github.com/minzhengtong/minzhengtong/gen/ent/datacall"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// ErrVoucherNotFound: no such voucher, or another department's.
var ErrVoucherNotFound = fault.New(fault.NotFound, "VOUCHER_NOT_FOUND")

// insertUses writes uses with who asked.
func (s *Service) insertUses(ctx context.Context, uses []Use, by actor.Actor) error {
	rows := entdb.NewBulk(datacall.Table, datacall.FieldID, datacall.FieldVoucher, datacall.FieldDocumentID, datacall.FieldLegalBasis,
		datacall.FieldPartyID, datacall.FieldOfficeID, datacall.FieldPurpose, datacall.FieldScopes, datacall.FieldDecideTime,
		datacall.FieldConsentID, datacall.FieldSystemID, datacall.FieldOfficerID)
	system, officer := "", string(by.Officer)
	if by.Role == actor.System {
		system, officer = officer, ""
	}
	for _, u := range uses {
		scopes, err := json.Marshal(u.Scopes)
		if err != nil {
			return fmt.Errorf("write use: %w", err)
		}
		var on any // nothing, or the consent
		if u.Consent != "" {
			on = string(u.Consent)
		}
		rows.Add(u.ID, u.Voucher, string(u.Document), u.Law, string(u.Party), u.Office, string(u.Purpose), string(scopes), u.Decided, on, system, officer)
	}
	_, err := rows.Flush(ctx, s.db)
	return err
}

// Voucher returns the use with a voucher's number that a department made. It
// fails with [ErrVoucherNotFound], for another department's as well.
func (s *Service) Voucher(ctx context.Context, party PartyID, number string) (Use, error) {
	rows, err := s.db.Client(ctx).DataCall.Query().Where(datacall.Voucher(number), datacall.PartyID(string(party))).All(ctx)
	if err != nil {
		return Use{}, fmt.Errorf("read voucher: %w", err)
	}
	if len(rows) == 0 {
		return Use{}, ErrVoucherNotFound
	}
	return fromUseRow(rows[0]), nil
}

// usesOn returns uses of one consent, as [Service.Uses] does.
func (s *Service) usesOn(ctx context.Context, id ID, after UseCursor, limit int) ([]Use, bool, error) {
	return s.usesWhere(ctx, datacall.ConsentID(string(id)), after, limit)
}

// usesAmong returns uses that concern a file, as [Service.Uses] does.
func (s *Service) usesAmong(ctx context.Context, file []actor.DocumentID, after UseCursor, limit int) ([]Use, bool, error) {
	ids := entdb.Texts(file)
	return s.usesWhere(ctx, datacall.Or(
		datacall.DocumentIDIn(ids...),
		datacall.HasConsentWith(consentrow.DocumentIDIn(ids...)),
	), after, limit)
}

func (s *Service) usesWhere(ctx context.Context, where predicate.DataCall, after UseCursor, limit int) ([]Use, bool, error) {
	query := s.db.Client(ctx).DataCall.Query().Where(where)
	if after.ID != "" {
		query.Where(datacall.Or(
			datacall.DecideTimeLT(after.Decided),
			datacall.And(datacall.DecideTime(after.Decided), datacall.IDLT(after.ID)),
		))
	}
	// One more than wanted says whether there are more.
	rows, err := query.Order(datacall.ByDecideTime(sql.OrderDesc()), datacall.ByID(sql.OrderDesc())).Limit(limit + 1).All(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("read uses: %w", err)
	}
	names, err := s.partyNames(ctx)
	if err != nil {
		return nil, false, err
	}
	more := len(rows) > limit
	rows = rows[:min(len(rows), limit)]
	uses := make([]Use, len(rows))
	for i, r := range rows {
		uses[i] = fromUseRow(r)
		uses[i].PartyName = names[uses[i].Party]
	}
	return uses, more, nil
}

func fromUseRow(r *ent.DataCall) Use {
	u := Use{
		ID: r.ID, Voucher: r.Voucher, Document: actor.DocumentID(r.DocumentID), Decided: r.DecideTime.UTC(),
		Party: PartyID(r.PartyID), Office: r.OfficeID, Purpose: PurposeCode(r.Purpose), Scopes: r.Scopes, Law: r.LegalBasis,
	}
	if r.ConsentID != nil {
		u.Consent = ID(*r.ConsentID)
	}
	return u
}
