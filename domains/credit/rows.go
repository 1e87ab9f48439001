package credit

import (
	"context"
	"crypto/sha256"
	stdsql "database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	queryrow "github.com/minzhengtong/minzhengtong/gen/ent/creditquery"
	row "github.com/minzhengtong/minzhengtong/gen/ent/creditreport"
)

// version is a report as it is kept.
type version struct {
	Report

	kept    statement
	content Content // of latest ones
}

// LogValue keeps all but the ID out of logs.
func (v version) LogValue() slog.Value { return v.Report.LogValue() }

// place is what a report is sealed for.
func place(id ReportID) string { return "credit_report/" + string(id) }

// shown is a version as it is shown whole.
func (v version) shown() (Report, error) {
	r := v.Report
	content, err := v.kept.content()
	if err != nil {
		return Report{}, err
	}
	r.Content, r.Digest, r.Readings, r.Voucher = content, sha256.Sum256(v.kept.Content), v.kept.Readings, v.kept.Voucher
	if len(v.kept.Trace) > 0 && string(v.kept.Trace) != "null" {
		trace, err := rules.ReadTrace(v.kept.Trace)
		if err != nil {
			return Report{}, fmt.Errorf("credit report %s: %w", r.ID, err)
		}
		r.Trace = &trace
	}
	return r, nil
}

// insert writes a new version with the next number of its file.
func (s *Service) insert(ctx context.Context, v *version, file []actor.DocumentID) error {
	keys, err := s.Vault.Make(ctx, string(v.Document))
	if err != nil {
		return err
	}
	raw, err := json.Marshal(v.kept)
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	sealed, err := keys.Seal(string(v.Document), raw, place(v.ID))
	if err != nil {
		return fmt.Errorf("seal credit report %s: %w", v.ID, err)
	}
	if v.Number, err = s.nextNumber(ctx, file); err != nil {
		return err
	}
	err = s.DB.Client(ctx).CreditReport.Create().SetID(string(v.ID)).SetDocumentID(string(v.Document)).SetNumber(v.Number).
		SetConsentID(string(v.Consent)).SetContentSealed(sealed).SetCreateTime(v.Created).SetConfirmTime(v.Confirmed).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save credit report: %w", err)
	}
	return nil
}

// nextNumber follows the newest version that ever was: its query is there when it is not.
func (s *Service) nextNumber(ctx context.Context, file []actor.DocumentID) (int64, error) {
	among, ids := s.DB.OneOf(entdb.Texts(file))
	numbers, err := entdb.Query(ctx, s.DB, `SELECT coalesce(max(number), 0) FROM (
			SELECT number FROM credit_queries WHERE document_id `+among+` UNION ALL SELECT number FROM credit_reports WHERE document_id `+among+`) n`,
		[]any{ids, ids}, func(rows *stdsql.Rows) (n int64, err error) { return n, rows.Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("number credit reports: %w", err)
	}
	return numbers[0] + 1, nil
}

// confirm writes when the sources said a version again.
func (s *Service) confirm(ctx context.Context, v version) error {
	err := s.DB.Client(ctx).CreditReport.Update().Where(row.ID(string(v.ID))).SetConfirmTime(v.Confirmed).Exec(ctx)
	if err != nil {
		return fmt.Errorf("confirm credit report: %w", err)
	}
	return nil
}

// latest is the newest version that may be shown of some documents of one file, or one
// without an ID.
func (s *Service) latest(ctx context.Context, file []actor.DocumentID) (version, error) {
	// The newest is nearly always one that may be shown; opening all of them takes longer.
	for _, limit := range []int{1, mostListed} {
		all, err := s.versions(ctx, file, limit)
		if err != nil {
			return version{}, err
		}
		if len(all) > 0 {
			v := all[0]
			v.content, err = v.kept.content()
			return v, err
		}
	}
	return version{}, nil
}

// versions are those that may be shown of some documents of one file, the newest first:
// not over, and about no document that is not among them.
func (s *Service) versions(ctx context.Context, file []actor.DocumentID, limit int) ([]version, error) {
	rows, err := s.DB.Client(ctx).CreditReport.Query().
		Where(row.DocumentIDIn(entdb.Texts(file)...), row.ConfirmTimeGT(s.overSince())).
		Order(row.ByCreateTime(sql.OrderDesc()), row.ByID(sql.OrderDesc())).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read credit reports: %w", err)
	}
	all, err := s.open(ctx, rows)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(v version) bool {
		return slices.ContainsFunc(v.kept.Documents, func(id string) bool { return !slices.Contains(file, actor.DocumentID(id)) })
	}), nil
}

// open unseals versions.
func (s *Service) open(ctx context.Context, rows []*ent.CreditReport) ([]version, error) {
	owners := make([]string, len(rows))
	for i, r := range rows {
		owners[i] = r.DocumentID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	all := make([]version, len(rows))
	for i, r := range rows {
		if all[i], err = fromRow(keys, r); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func fromRow(keys vault.Set, r *ent.CreditReport) (version, error) {
	v := version{Report: Report{
		ID: ReportID(r.ID), Document: actor.DocumentID(r.DocumentID), Number: r.Number, Consent: consent.ID(r.ConsentID),
		Created: r.CreateTime.UTC(), Confirmed: r.ConfirmTime.UTC(),
	}}
	raw, err := keys.Unseal(r.DocumentID, r.ContentSealed, place(v.ID))
	if err == nil {
		err = json.Unmarshal(raw, &v.kept)
	}
	if err != nil {
		return version{}, fmt.Errorf("open credit report %s: %w", v.ID, err)
	}
	return v, nil
}

func (s *Service) insertQuery(ctx context.Context, q Query) error {
	err := s.DB.Client(ctx).CreditQuery.Create().SetID(q.ID).SetDocumentID(string(q.Document)).SetKind(queryrow.Kind(q.Kind)).
		SetResult(queryrow.Result(q.Result)).SetReason(q.Reason).SetPartyID(string(q.Party)).SetOfficeID(q.Office).SetPurpose(string(q.Purpose)).
		SetConsentID(string(q.Consent)).SetVoucher(q.Voucher).SetNumber(q.Number).SetQueryTime(q.Asked).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save query: %w", err)
	}
	return nil
}

// endQuery writes what came of a query that was started.
func (s *Service) endQuery(ctx context.Context, q Query) error {
	err := s.DB.Client(ctx).CreditQuery.Update().Where(queryrow.ID(q.ID), queryrow.ResultEQ(queryrow.Result(Started))).
		SetResult(queryrow.Result(q.Result)).SetReason(q.Reason).SetNumber(q.Number).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save query: %w", err)
	}
	return nil
}

// queriesAmong are the queries about some documents, as [Service.Queries] returns them.
func (s *Service) queriesAmong(ctx context.Context, file []actor.DocumentID, after QueryCursor, limit int) ([]Query, bool, error) {
	query := s.DB.Client(ctx).CreditQuery.Query().Where(queryrow.DocumentIDIn(entdb.Texts(file)...))
	if after.ID != "" {
		query.Where(queryrow.Or(
			queryrow.QueryTimeLT(after.Asked), queryrow.And(queryrow.QueryTime(after.Asked), queryrow.IDLT(after.ID)),
		))
	}
	// One more than wanted says whether there are more.
	rows, err := query.Order(queryrow.ByQueryTime(sql.OrderDesc()), queryrow.ByID(sql.OrderDesc())).Limit(limit + 1).All(ctx)
	if err != nil {
		return nil, false, err
	}
	names, err := s.partyNames(ctx)
	if err != nil {
		return nil, false, err
	}
	list := make([]Query, min(len(rows), limit))
	for i := range list {
		list[i] = queryOf(rows[i])
		list[i].PartyName = names[list[i].Party]
	}
	return list, len(rows) > limit, nil
}

func queryOf(r *ent.CreditQuery) Query {
	return Query{
		ID: r.ID, Document: actor.DocumentID(r.DocumentID), Kind: QueryKind(r.Kind), Result: Result(r.Result), Reason: r.Reason,
		Purpose: consent.PurposeCode(r.Purpose),
		Party:   consent.PartyID(r.PartyID), Office: r.OfficeID, Consent: consent.ID(r.ConsentID), Voucher: r.Voucher, Number: r.Number,
		Asked: r.QueryTime.UTC(),
	}
}

// partyNames are the names of all departments. There are some dozens.
func (s *Service) partyNames(ctx context.Context) (map[consent.PartyID]string, error) {
	rows, err := s.DB.Client(ctx).Department.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read departments: %w", err)
	}
	names := make(map[consent.PartyID]string, len(rows))
	for _, r := range rows {
		names[consent.PartyID(r.ID)] = r.Name
	}
	return names, nil
}

// countQueries counts the queries from a moment to before another one.
func (s *Service) countQueries(ctx context.Context, from, to time.Time) ([]counted, error) {
	return entdb.Query(ctx, s.DB, `SELECT kind, result, count(*) FROM credit_queries WHERE query_time >= ? AND query_time < ? GROUP BY kind, result`,
		[]any{from, to}, func(rows *stdsql.Rows) (c counted, err error) { return c, rows.Scan(&c.kind, &c.result, &c.n) })
}
