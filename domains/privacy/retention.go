package privacy

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

// The kinds of data, in the order of data/retention.json.
const (
	Documents    Kind = "documents"    // numbers, holders, printings
	Data         Kind = "data"         // collect-once items
	Records      Kind = "records"      // what was done
	Notes        Kind = "notes"        // what officers and holders wrote on links, inquiries and reviews
	Corrections  Kind = "corrections"  // their texts
	Objections   Kind = "objections"   // their texts
	Sessions     Kind = "sessions"     // sign-ins and names of devices
	Codes        Kind = "codes"        // one-time codes
	WriteKeys    Kind = "write_keys"   // answers to repeated calls
	Delegations  Kind = "delegations"  // without the numbers
	Consents     Kind = "consents"     // IDs, purposes, times
	DataCalls    Kind = "data_calls"   // vouchers
	LinksProofs  Kind = "links_proofs" // IDs, levels, times
	FirmRoles    Kind = "firm_roles"   // of the firm's register
	AuditEntries Kind = "audit_entries"
	Erasures     Kind = "erasures"
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
