package privacy

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

// Preview says what an erasure of the person's file would forget and what it
// would keep, kind by kind, and the phrase that confirms it. The phrase changes
// when the file comes to have other documents. It fails with guard.ErrNotFound.
func (s *Service) Preview(ctx context.Context, by actor.Actor) (Preview, error) {
	documents, err := s.own(ctx, by)
	if err != nil {
		return Preview{}, fmt.Errorf("preview erasure: %w", err)
	}
	lines, err := s.lines(ctx, documents)
	if err != nil {
		return Preview{}, fmt.Errorf("preview erasure: %w", err)
	}
	return Preview{Lines: lines, Phrase: phrase(documents)}, nil
}

// lines counts what there is of each kind. What is forgotten has no rule that
// keeps it.
func (s *Service) lines(ctx context.Context, documents []dossier.Document) ([]Line, error) {
	counts, err := s.counts(ctx, documents)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, rule := range retention() {
		if rule.Kind == KindErasures {
			continue
		}
		line := Line{Rule: rule, Count: counts[rule.Kind]}
		if rule.Erasure == Forgotten {
			line.KeepDays, line.Source, line.Illustrative = 0, "", false
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// counted says where the things of other packages are counted, by which column,
// or other expression, names the document.
var counted = []struct {
	kind          Kind
	table, column string
}{
	{KindCorrections, "corrections", "document_id"},
	{KindObjections, "objections", "document_id"},
	{KindNotices, "notices", "document_id"},
	{KindEndpoints, "endpoints", "document_id"},
	{KindEndpoints, "channel_choices", "document_id"},
	{KindObligations, "tax_registrations", "document_id"},
	{KindObligations, "obligations", "document_id"},
	{KindAlarms, "alarm_settings", "document_id"},
	{KindAlarms, "alarms", "document_id"},
	{KindAlarms, "calendar_feeds", "document_id"},
	{KindSubsidies, "entitlements", "document_id"},
	{KindSubsidies, "payee_accounts", "document_id"},
	{KindSubsidies, "subsidy_objections", "document_id"},
	{KindSubsidies, "payout_tasks", `coalesce((SELECT p.document_id FROM payouts p WHERE p.id = payout_tasks.payout_id),
		(SELECT o.document_id FROM subsidy_objections o WHERE payout_tasks.key = 'objection_upheld/' || o.entitlement_id))`},
	{KindCreditReports, "credit_reports", "document_id"},
	{KindCreditQueries, "credit_queries", "document_id"},
	{KindPayments, "claims", "document_id"},
	{KindPayments, "spent_receipts", "document_id"},
	{KindPayments, "payouts", "document_id"},
	{KindLicences, "presentations", "document_id"},
	{KindLicences, "credential_uses", "document_id"},
	{KindRegister, "credentials", "document_id"},
	{KindRegister, "credential_events", "(SELECT c.document_id FROM credentials c WHERE c.id = credential_events.credential_id)"},
	{KindDisputes, "disputes", "document_id"},
	{KindFinance, "finance_applications", "document_id"},
	{KindLending, "lending_cases", "document_id"},
	{KindLending, "lending_offers", "(SELECT c.document_id FROM lending_cases c WHERE c.id = lending_offers.case_id)"},
	{KindLending, "lending_notes", "(SELECT c.document_id FROM lending_cases c WHERE c.id = lending_notes.case_id)"},
	{KindSessions, "sessions", "holder_id"},
	{KindCodes, "challenges", "document_id"},
	{KindWriteKeys, "write_keys", "owner"},
	{KindDelegations, "delegations", "principal_id"},
	{KindDelegations, "delegations", "delegate_id"},
	{KindConsents, "consents", "document_id"},
	{KindDataCalls, "data_calls", "document_id"},
	{KindAuditEntries, "audit_subjects", "document_id"},
}

func (s *Service) counts(ctx context.Context, documents []dossier.Document) (map[Kind]int, error) {
	file, err := s.files.Count(ctx, idsOf(documents)...)
	if err != nil {
		return nil, err
	}
	counts := map[Kind]int{
		KindDocuments: file.Documents, KindData: file.Data, KindRecords: file.Records, KindNotes: file.Notes,
		KindLinksProofs: file.Links, KindFirmRoles: file.Roles,
	}
	among, args := oneOf(idsOf(documents))
	for _, c := range counted {
		n := 0
		query := "SELECT count(*) FROM " + c.table + " WHERE " + c.column + among
		if err := s.db.SQL(ctx).QueryRowContext(ctx, s.db.Rebind(query), args...).Scan(&n); err != nil {
			return nil, fmt.Errorf("count %s: %w", c.table, err)
		}
		counts[c.kind] += n
	}
	return counts, nil
}

// oneOf is the end of a condition that a column names one of some documents,
// with its arguments. No column names one of none.
func oneOf(documents []actor.DocumentID) (condition string, args []any) {
	if len(documents) == 0 {
		return " IN (NULL)", nil
	}
	for _, id := range documents {
		args = append(args, string(id))
	}
	return " IN (?" + strings.Repeat(", ?", len(args)-1) + ")", args
}

// phrase is eight digits that depend on the documents of a file, in whatever
// order: the same in every language, and typed on any keyboard.
func phrase(documents []dossier.Document) string {
	ids := entdb.Texts(idsOf(documents))
	slices.Sort(ids)
	sum := sha256.Sum256([]byte("erase\n" + strings.Join(ids, "\n")))
	n := binary.BigEndian.Uint64(sum[:]) % 100_000_000
	return fmt.Sprintf("%04d-%04d", n/10_000, n%10_000)
}

// confirms reports whether somebody typed a phrase: its digits count, in
// whatever width and whatever stands between them.
func confirms(typed, phrase string) bool {
	digits := func(text string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, width.Narrow.String(text))
	}
	return digits(typed) == digits(phrase)
}
