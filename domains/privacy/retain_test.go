package privacy_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/gen/ent"
)

// TestRetention: the file lists every kind once, and never passes a number of
// days off as the law's: those that we have read name a rule by its number.
func TestRetention(t *testing.T) {
	t.Parallel()
	seen := map[privacy.Kind]bool{}
	for _, r := range privacy.Retention() {
		if seen[r.Kind] || r.Source == "" || r.KeepDays < 0 || r.Erasure != privacy.Kept && r.Erasure != privacy.Forgotten {
			t.Errorf("%s is listed twice or not whole", r.Kind)
		}
		if r.KeepDays > 0 && !r.Illustrative {
			t.Errorf("%s: %d days are passed off as a rule's", r.Kind, r.KeepDays)
		}
		if !strings.HasPrefix(r.Source, "product: ") && r.Kind != privacy.KindAuditEntries {
			t.Errorf("%s: the source %q", r.Kind, r.Source)
		}
		seen[r.Kind] = true
	}
	for _, k := range []privacy.Kind{
		privacy.KindDocuments, privacy.KindData, privacy.KindRecords, privacy.KindNotes, privacy.KindCorrections, privacy.KindObjections,
		privacy.KindLicences, privacy.KindRegister, privacy.KindCreditReports, privacy.KindCreditQueries,
		privacy.KindNotices, privacy.KindEndpoints, privacy.KindObligations, privacy.KindAlarms, privacy.KindSubsidies, privacy.KindPayments, privacy.KindDisputes, privacy.KindFinance, privacy.KindLending,
		privacy.KindSessions, privacy.KindCodes, privacy.KindWriteKeys, privacy.KindDelegations, privacy.KindConsents, privacy.KindDataCalls,
		privacy.KindLinksProofs, privacy.KindFirmRoles, privacy.KindAuditEntries, privacy.KindErasures,
	} {
		if !seen[k] {
			t.Errorf("there is no rule for %s", k)
		}
	}
}

// TestRetain: what is over and past its time goes, on the day and not before,
// and nothing else.
func TestRetain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := newBird()
		other, _ := w.joined(t, 1)
		w.sing(t, b, other)
		me := w.files.Holder(b.Pass)
		delegations, err := w.consents.Delegations(ctx, me)
		must(t, "delegations", err)
		for _, d := range delegations {
			if d.Given {
				_, err := w.consents.EndDelegation(ctx, me, d.ID)
				must(t, "end", err)
			}
		}
		text, err := w.consents.Text("credit_report", "en")
		must(t, "text", err)
		unused, err := w.consents.Give(ctx, me, consent.Terms{
			Party: "police", Purpose: "credit_report", Scopes: []string{"records"}, Expires: w.files.Clock.Now().AddDate(0, 6, 0),
			TextVersion: text.Version, TextLanguage: "en",
		})
		must(t, "consent", err)
		_, _, err = w.consents.Revoke(ctx, me, unused.ID)
		must(t, "revoke", err)

		days := 1095 * 24 * time.Hour
		expire := credit.KeepDays * 24 * time.Hour
		w.files.Clock.Advance(expire)
		kept, errKept := w.Retain(ctx, 100)
		w.files.Clock.Advance(time.Second)
		if n, err := w.Retain(ctx, 100); kept != 0 || n != 1 || errKept != nil || err != nil || w.count(t, "SELECT count(*) FROM credit_reports") != 0 {
			t.Errorf("%d reports went to the second, %d after it (%v, %v), want 0 and 1", kept, n, errKept, err)
		}
		w.files.Clock.Advance(days - expire - time.Second)
		if n, err := w.Retain(ctx, 100); err != nil || n != 0 {
			t.Errorf("to the second %d things went (%v), want 0", n, err)
		}
		held := "SELECT count(*) FROM data WHERE end_time IS NULL"
		before := w.count(t, held)
		w.files.Clock.Advance(time.Second)
		gone := 0
		for {
			n, err := w.Retain(ctx, 1)
			must(t, "retain", err)
			if n > 1 {
				t.Fatalf("%d went at once, want 1", n)
			}
			if n == 0 {
				break
			}
			gone += n
		}
		for query, want := range map[string]int{
			held: before,
			"SELECT count(*) FROM data WHERE end_time IS NOT NULL":            0,
			"SELECT count(*) FROM delegations":                                1, // the one that lasts half a year longer
			"SELECT count(*) FROM consents":                                   5, // three that were used, and two that last half a year longer
			"SELECT count(*) FROM data_calls":                                 3,
			"SELECT count(*) FROM credit_queries":                             1,
			"SELECT count(*) FROM corrections":                                2,
			"SELECT count(*) FROM corrections WHERE length(value_sealed) > 0": 1, // the open one
			// The clock of the log stands, so that the answer is of another year.
			"SELECT count(*) FROM objections": 1,
		} {
			if n := w.count(t, query); n != want {
				t.Errorf("%s: %d, want %d", query, n, want)
			}
		}
		w.write(t, func(ctx context.Context, c *ent.Client) error {
			_, err := w.deps.DB.SQL(ctx).ExecContext(ctx, w.deps.DB.Rebind("UPDATE objections SET answer_time = ?"), w.files.Clock.Now().Add(-days-time.Second))
			return err
		})
		n, err := w.Retain(ctx, 100)
		if err != nil || n != 1 || w.count(t, "SELECT count(*) FROM objections WHERE length(text_sealed) > 0") != 0 {
			t.Errorf("%d objections lost their texts (%v), want 1", n, err)
		}
		if n := w.count(t, "SELECT count(*) FROM audit_entries WHERE action = 'job/retain'"); n != gone+2 {
			t.Errorf("%d entries in the log for %d batches", n, gone+2)
		}
		w.files.Clock.Advance(365 * 24 * time.Hour)
		_, err = w.Retain(ctx, 100)
		must(t, "retain a year later", err)
		if w.count(t, "SELECT count(*) FROM consents") != 3 || w.count(t, "SELECT count(*) FROM delegations") != 0 {
			t.Error("a consent that was used went, or a delegation that is over stayed")
		}
		list, err := w.List(ctx, me)
		must(t, "list", err)
		if len(list) != 2 || list[1].Value != "" || list[1].Item != dossier.ItemNameTaiwan {
			t.Error("the correction without its texts cannot be shown")
		}
	})
}
