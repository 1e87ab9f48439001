package privacy

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

// The kinds of data, in the order of data/retention.json.
const (
	KindDocuments     Kind = "documents"      // numbers, holders, printings
	KindData          Kind = "data"           // collect-once items
	KindRecords       Kind = "records"        // what was done
	KindNotes         Kind = "notes"          // what officers and holders wrote on links, inquiries and reviews
	KindCorrections   Kind = "corrections"    // their texts
	KindObjections    Kind = "objections"     // their texts
	KindNotices       Kind = "notices"        // what was told
	KindEndpoints     Kind = "endpoints"      // addresses for notices, and chosen channels
	KindObligations   Kind = "obligations"    // what is due, and the registrations behind it
	KindAlarms        Kind = "alarms"         // settings, alarms, calendar feeds
	KindSubsidies     Kind = "subsidies"      // what decisions rest on, and accounts
	KindPayments      Kind = "payments"       // what was decided, owed and paid, as figures; receipts that counted
	KindCreditReports Kind = "credit_reports" // what sources of credit data said
	KindCreditQueries Kind = "credit_queries" // who asked for a report, for which department, when
	KindLicences      Kind = "licences"       // what licences say, and to whom they were shown
	KindRegister      Kind = "register"       // numbers, states and times of licences
	KindDisputes      Kind = "disputes"       // their texts
	KindFinance       Kind = "finance"        // what certificates for lenders were applied for with, and decided
	KindLending       Kind = "lending"        // needs for loans, offers, notes and papers
	KindSessions      Kind = "sessions"       // sign-ins and names of devices
	KindCodes         Kind = "codes"          // one-time codes
	KindWriteKeys     Kind = "write_keys"     // answers to repeated calls
	KindDelegations   Kind = "delegations"    // without the numbers
	KindConsents      Kind = "consents"       // IDs, purposes, times
	KindDataCalls     Kind = "data_calls"     // vouchers
	KindLinksProofs   Kind = "links_proofs"   // IDs, levels, times
	KindFirmRoles     Kind = "firm_roles"     // of the firm's register
	KindAuditEntries  Kind = "audit_entries"
	KindErasures      Kind = "erasures"
)

//go:embed data/retention.json
var retentionFile []byte

// retention is the rules. The file is part of the program and read by a test, so
// a mistake in it is a bug.
var retention = sync.OnceValue(func() []Rule {
	var rules []Rule
	if err := json.Unmarshal(retentionFile, &rules); err != nil {
		panic("privacy: data/retention.json: " + err.Error())
	}
	return rules
})

// Retention lists how long each kind of data is kept, and on what rule. The
// slice is the caller's.
func Retention() []Rule { return slices.Clone(retention()) }

// ruleOf is the rule of one kind.
func ruleOf(k Kind) Rule {
	i := slices.IndexFunc(retention(), func(r Rule) bool { return r.Kind == k })
	return retention()[i]
}

// keptKinds are the kinds that outlive an erasure.
func keptKinds() []string {
	var kinds []string
	for _, r := range retention() {
		if r.Erasure == Kept {
			kinds = append(kinds, string(r.Kind))
		}
	}
	return kinds
}
