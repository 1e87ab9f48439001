package privacy

import (
	"encoding/json"
	"time"
)

// The entries about what people are entitled to, and how it is paid.
type (
	// ExportDecision is what a policy came to for a period, with what it rests on.
	ExportDecision struct {
		ID       string `json:"id"`
		Document string `json:"document"`
		Policy   string `json:"policy"`
		Period   string `json:"period"`
		// Latest: no later one stands in its place.
		Latest  bool      `json:"latest"`
		Outcome string    `json:"outcome" show:"word"`
		Fen     int64     `json:"amount_fen"`
		Version string    `json:"version"`
		Created time.Time `json:"create_time"`
		Voucher string    `json:"voucher"`
		// LeftOut are receipts that were shown and did not count, each with why.
		LeftOut []string `json:"left_out"`
		// Trace is facts, parameters, steps and conditions, in the form of package rules.
		Trace json.RawMessage `json:"trace"`
	}
	// ExportClaim is what a decision added to what is owed; below zero it took off.
	ExportClaim struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Decision string    `json:"decision"`
		Policy   string    `json:"policy"`
		Period   string    `json:"period"`
		Fen      int64     `json:"amount_fen"`
		Payout   string    `json:"payout"`
		Created  time.Time `json:"create_time"`
	}
	// ExportReceipt is a receipt that counted; its number stands in the decision.
	ExportReceipt struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Policy   string    `json:"policy"`
		Period   string    `json:"period"`
		Hash     string    `json:"hash"`
		Created  time.Time `json:"create_time"`
	}
	// ExportAccount is where the person wants or wanted to be paid. Its number is not
	// kept.
	ExportAccount struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Kind     string    `json:"kind" show:"word"`
		Tail     string    `json:"tail"`
		State    string    `json:"state" show:"word"`
		Created  time.Time `json:"create_time"`
		Changed  time.Time `json:"change_time"`
	}
	// ExportPayout is an amount on its way to the person.
	ExportPayout struct {
		ID        string    `json:"id"`
		Document  string    `json:"document"`
		Batch     string    `json:"batch"`
		Account   string    `json:"account"`
		Policy    string    `json:"policy"`
		Fen       int64     `json:"amount_fen"`
		State     string    `json:"state" show:"word"`
		Cause     string    `json:"cause"`
		Reference string    `json:"reference"`
		Created   time.Time `json:"create_time"`
		Sent      time.Time `json:"send_time,omitzero"`
		Settled   time.Time `json:"settle_time,omitzero"`
		Changed   time.Time `json:"change_time"`
	}
	// ExportTask is a difference about a payout, or a decision of which an objection was upheld,
	// that officers look or looked into.
	ExportTask struct {
		ID       string    `json:"id"`
		Payout   string    `json:"payout"`
		Kind     string    `json:"kind" show:"word"`
		Expected int64     `json:"expected_fen"`
		Found    int64     `json:"found_fen"`
		Note     string    `json:"note"`
		Created  time.Time `json:"create_time"`
		Closed   time.Time `json:"close_time,omitzero"`
	}
	// ExportDecisionObjection is what the person has against a decision.
	ExportDecisionObjection struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Decision string    `json:"decision"`
		State    string    `json:"state" show:"word"`
		Reason   string    `json:"reason"`
		Created  time.Time `json:"create_time"`
		Due      time.Time `json:"due_time"`
		Decided  time.Time `json:"decide_time,omitzero"`
		Answer   string    `json:"answer"`
	}
)
