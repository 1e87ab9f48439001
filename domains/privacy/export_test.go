package privacy_test

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
)

// TestExportNamesNoOfficer: officers are told by office and department.
func TestExportNamesNoOfficer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := newBird()
		other, them := w.joined(t, 1)
		w.sing(t, b, other)
		me := w.files.Holder(b.Pass)
		e, err := w.Export(t.Context(), me)
		must(t, "export", err)
		raw, err := e.JSON()
		must(t, "write", err)
		page, err := e.HTML(words)
		must(t, "write", err)
		for _, secret := range []string{`"one"`, `"two"`, other.Pass, other.Permit, other.Names.Mainland} {
			if bytes.Contains(raw, []byte(secret)) || bytes.Contains(page, []byte(secret)) {
				t.Errorf("%s is in the export", secret)
			}
		}
		if !bytes.Contains(raw, []byte("office-one")) || !bytes.Contains(raw, []byte("police")) {
			t.Error("the office or the department is missing")
		}
		var back privacy.Export
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.DisallowUnknownFields()
		must(t, "read back", decoder.Decode(&back))
		if _, err := decoder.Token(); err != io.EOF {
			t.Error("there is more than one document")
		}
		for name, n := range map[string]int{
			"documents": len(back.Documents) - 2, "printings": len(back.Printings) - 1, "links": len(back.Links) - 3, "records": len(back.Records) - 1,
			"sessions": len(back.Sessions) - 1, "consents": len(back.Consents) - 5, "uses": len(back.Uses) - 3, "delegations": len(back.Delegations) - 3,
			"corrections": len(back.Corrections) - 2, "objections": len(back.Objections) - 1,
			"notices": len(back.Notices) - 8, "addresses": len(back.Addresses) - 1, "channels": len(back.Channels) - 2,
			"registrations": len(back.Registrations) - 1, "alarm_settings": len(back.AlarmSettings) - 1, "feeds": len(back.Feeds) - 1,
			"decisions": len(back.Decisions) - 1, "claims": len(back.Claims) - 1, "receipts": len(back.Receipts) - 1,
			"accounts": len(back.Accounts) - 1, "payouts": len(back.Payouts) - 1, "payout_tasks": len(back.Tasks) - 2,
			"licences": len(back.Licences) - 2, "licence_events": len(back.LicenceEvents) - 2,
			"presentations": len(back.Presentations) - 1, "licence_uses": len(back.LicenceUses) - 1,
			"credit_reports": len(back.CreditReports) - 1, "credit_queries": len(back.CreditQueries) - 1,
			"decision_objections": len(back.DecisionObjections) - 1, "disputes": len(back.Disputes) - 2,
			"finance_applications": len(back.Finance) - 2, "lending_cases": len(back.LendingCases) - 2, "lending_offers": len(back.LendingOffers) - 1,
			"lending_notes": len(back.LendingNotes) - 2,
		} {
			if n != 0 {
				t.Errorf("%s: %d too many", name, n)
			}
		}
		if some := back.Delegations[0].Licences; len(some) != 1 || some[0] != back.Licences[0].Number {
			t.Errorf("the latest delegation is limited to %q", some)
		}
		if len(back.Obligations) != 1 || len(back.Alarms) == 0 {
			t.Errorf("%d obligations, %d alarms", len(back.Obligations), len(back.Alarms))
		}
		if strings.Contains(e.FileName(), b.Pass) || !regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(e.FileName()) {
			t.Errorf("the file is named %s", e.FileName())
		}
		theirs, err := w.Export(t.Context(), them)
		must(t, "export of somebody else", err)
		if theirs.File == e.File || len(theirs.Delegations) != 3 || !strings.Contains(theirs.Delegations[0].Other, "*") {
			t.Error("somebody else's export is another one, or shows a number in full")
		}
		_, err = w.Export(t.Context(), desk("one"))
		fails(t, "an officer", err, guard.ErrNotFound)
		delegate := me
		delegate.Delegate, delegate.Delegation = them.Document, "d"
		_, err = w.Export(t.Context(), delegate)
		fails(t, "a delegate", err, guard.ErrNotFound)
	})
}

// TestPageIsSafe: what people and registers wrote is text on the page, in JSON
// too, and the page fetches and runs nothing.
func TestPageIsSafe(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, me := w.joined(t, 1)
		evil := `"><script>alert(1)</script><img src=x onerror=y>{{.}}=1+1`
		_, err := w.files.SaveData(t.Context(), me, []dossier.Input{{Code: "occupation", Value: evil}})
		must(t, "save", err)
		e, err := w.Export(t.Context(), me)
		must(t, "export", err)
		page, err := e.HTML(func(id string, args map[string]string) string { return words(id, args) + "<b>" })
		must(t, "write", err)
		raw, err := e.JSON()
		must(t, "write", err)
		for _, tag := range []string{"<script", "<img", "<b>", "http:", "https:", "src=\"", "javascript:"} {
			if bytes.Contains(page, []byte(tag)) {
				t.Errorf("the page has %s", tag)
			}
			if bytes.Contains(raw, []byte("<script")) {
				t.Error("the JSON could end a script")
			}
		}
		if !strings.Contains(html.UnescapeString(string(page)), evil) {
			t.Error("what was written is not shown as it is")
		}
		for _, part := range []string{`name="viewport"`, "@media print", "default-src 'none'", `lang="en&lt;b&gt;"`} {
			if !bytes.Contains(page, []byte(part)) {
				t.Errorf("the page lacks %s", part)
			}
		}
	})
}
