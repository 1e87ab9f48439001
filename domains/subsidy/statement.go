package subsidy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// Statement is what a decision rests on, as it is kept: enough to work it out again.
type Statement struct {
	// Trace is how the rule came to its outcome, byte for byte as [rules.Trace.Bytes]
	// gave it.
	Trace json.RawMessage `json:"trace"`
	// LeftOut is the receipts that were shown and did not go into the facts.
	LeftOut []LeftOut `json:"left_out"`
	// Vouchers are the numbers of the reads.
	Voucher string `json:"voucher"`
}

// LeftOut is a receipt that is no part of the facts.
type LeftOut struct {
	Receipt string `json:"receipt"`
	Why     Why    `json:"why"`
}

// Why says why a receipt was left out. Its text is stored and never renamed.
type Why string

// The reasons.
const (
	Spent    Why = "spent"    // it counted for another file or another year
	Differs  Why = "differs"  // two documents show it with different figures
	Repeated Why = "repeated" // both documents show it; it is there once
)

// LogValue keeps a statement out of logs.
func (Statement) LogValue() slog.Value { return slog.StringValue("[statement]") }

// same reports whether two statements say the same of what was found, whichever read
// found it.
func (s Statement) same(o Statement) bool {
	s.Voucher, o.Voucher = "", ""
	a, errA := json.Marshal(s)
	b, errB := json.Marshal(o)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// place is what a statement is sealed for.
func place(id DecisionID) string { return "entitlement/" + string(id) }

func (s Statement) seal(keys vault.Set, owner string, id DecisionID) ([]byte, error) {
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write statement: %w", err)
	}
	sealed, err := keys.Seal(owner, raw, place(id))
	if err != nil {
		return nil, fmt.Errorf("seal statement %s: %w", id, err)
	}
	return sealed, nil
}

func openStatement(keys vault.Set, owner string, id DecisionID, sealed []byte) (s Statement, err error) {
	raw, err := keys.Unseal(owner, sealed, place(id))
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil {
		return Statement{}, fmt.Errorf("open statement %s: %w", id, err)
	}
	return s, nil
}

// trace reads the trace of a statement.
func (s Statement) trace() (rules.Trace, error) { return rules.ReadTrace(s.Trace) }
