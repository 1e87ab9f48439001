// Package credit makes public-credit reports (公共信用報告) of persons and firms: what the
// sources of public-credit data hold about them, read on their authorisation (信用授權) only.
// It is not the credit record (徵信報告) that licensed bureaus provide.
//
// # Words
//
// A source is one body of data that an office keeps, such as penalties; which there are,
// their fields and what is to be noted in them is data (sources/*.json). A report has one
// section for each source that speaks of such subjects. A section says what the source
// holds, or why it is empty: the source did not answer (a gap, 缺失), does not know the
// subject, or was not authorised. A subject is the file of a person, or a firm. A version
// is a report as it came out once; the same facts make no new one. A grade (等次) is what a
// rule makes of what is to be noted; the rule is data, and its trace comes with it. A query
// (查詢) is one try to obtain or to read a report, refused or not.
//
// # What never happens
//
//   - A source is asked, or a report kept or shown to an office, without an authorisation
//     that holds at that moment. One that ends while sources are asked ends the asking, and
//     nothing is kept.
//   - A source that gave no answer looks like one that holds nothing.
//   - Anything is scored out of sight.
//   - A query leaves no row; a row that a process which died left says that it began.
//   - A report shows what stands under a document that is not in the reader's file any more.
package credit

import (
	"crypto/sha256"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Purpose is what an authorisation is given for.
const Purpose consent.PurposeCode = "credit_report"

// KeepDays is how long after the sources last said the same a report is there. The figure
// is ours: no source among the project's facts confirms it, so it is shown as an example.
const KeepDays = 90

// The faults.
var (
	// ErrEnded: the authorisation ended while the sources were asked. Nothing was kept.
	ErrEnded = fault.New(fault.Denied, "CREDIT_CONSENT_ENDED")
	// ErrFileChanged: documents joined or left the file while the sources were asked, or
	// another version was made at the same moment. Nothing was kept; ask again.
	ErrFileChanged = fault.New(fault.Conflict, "CREDIT_FILE_CHANGED")
	// ErrReport: there is no such report, or it is over.
	ErrReport = fault.New(fault.NotFound, "CREDIT_REPORT_NOT_FOUND")
)

// ReportID names a version: a UUIDv7 text.
type ReportID string

// Report is one version as it is shown.
type Report struct {
	ID ReportID
	// Document is the one under which it stands.
	Document actor.DocumentID
	// Number counts the versions under the document, from 1.
	Number  int64
	Consent consent.ID
	Created time.Time
	// Confirmed is when the sources last said the same.
	Confirmed time.Time
	// Digest is SHA-256 of the content as it was made, whoever looks at how much of it.
	Digest  [sha256.Size]byte
	Content Content
	// Readings say when each source that answered was read for this version.
	Readings []Reading
	// Trace is how the grade came about; nil where the content has none or it is not
	// shown.
	Trace *rules.Trace
	// Voucher is the number of the read (調用憑證).
	Voucher string
}

// Until is when the report is over.
func (r Report) Until() time.Time { return r.Confirmed.AddDate(0, 0, KeepDays) }

// LogValue keeps all but the ID out of logs.
func (r Report) LogValue() slog.Value { return slog.StringValue(string(r.ID)) }

// Reading is one source's answer.
type Reading struct {
	Source upstream.CreditSource `json:"source"`
	// Checked is when the source was read, by its clock.
	Checked time.Time `json:"check_time"`
	// Trace is the source's name for the answer.
	Trace string `json:"trace_id"`
}
