package subsidy

import (
	"context"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/rules"
)

// DecisionID names a decision.
type DecisionID string

// Outcome is what a policy came to for somebody.
type Outcome string

// The outcomes. Their texts are stored and never renamed.
const (
	Entitled    Outcome = "entitled"
	NotEntitled Outcome = "not_entitled"
	// NotYet: something that matters is not known.
	NotYet Outcome = "not_yet"
)

// Decision is what a policy came to for a file in a period, once.
type Decision struct {
	ID DecisionID
	// Document is the one of the file under which its decisions stand.
	Document actor.DocumentID
	Policy   PolicyName
	Period   Period
	// Number counts the decisions under the document, from 1.
	Number  int64
	Outcome Outcome
	// Fen is what the period comes to in all.
	Fen int64
	// Version is the one of the policy that decided.
	Version string
	Made    time.Time
	Statement
}

// decide works out what a version says of facts. A rule that grants nothing at all is
// no entitlement.
func decide(ctx context.Context, v *rules.Version, facts rules.Facts, year int) (Outcome, rules.Trace, error) {
	t, err := v.Evaluate(ctx, facts, lastDay(year))
	if err != nil {
		return "", rules.Trace{}, fmt.Errorf("decide by %s: %w", v.Name, err)
	}
	return outcomeOf(t), t, nil
}

// outcomeOf is what a trace comes to.
func outcomeOf(t rules.Trace) Outcome {
	switch {
	case t.Outcome == rules.Granted && t.Fen > 0:
		return Entitled
	case t.Outcome == rules.Granted || t.Outcome == rules.Refused:
		return NotEntitled
	}
	return NotYet
}

// subject is a person about whom something was asked: under which consent, and the
// documents of a Taiwan resident in the file, as they were then; whole is all of the file.
type subject struct {
	consented actor.DocumentID
	file      []dossier.Document
	whole     []actor.DocumentID
	voucher   string
	answers   answers
}

// ids are the documents of a subject.
func (x subject) ids() []actor.DocumentID { return ids(x.file) }

// decision is what comes of a subject, and the receipts that it spends. What is sure
// replaces what was owed before; what is not yet sure leaves it.
func (s *Service) decision(ctx context.Context, r round, x subject, held ledgered) (d Decision, spends []shown, err error) {
	facts, receipts, out := x.answers.facts(x.file, func(receipt string) bool { return held.elsewhere(r.period, x, receipt) })
	outcome, t, err := decide(ctx, r.version, facts, r.year)
	if err != nil {
		return Decision{}, nil, err
	}
	raw, err := t.Bytes()
	if err != nil {
		return Decision{}, nil, err
	}
	d = Decision{
		Document: x.consented, Policy: r.Policy, Period: r.period, Outcome: outcome, Version: r.version.Name, Made: s.time(),
		Statement: Statement{Trace: raw, LeftOut: out, Voucher: x.voucher},
	}
	if outcome == Entitled {
		d.Fen, spends = t.Fen, counted(t, r.Counted, receipts)
	}
	return d, spends, nil
}

// counted are the receipts that a step of a trace lists.
func counted(t rules.Trace, step string, receipts []shown) (list []shown) {
	numbers := numbersIn(t, step)
	for _, r := range receipts {
		if numbers[r.Receipt] {
			list = append(list, r)
		}
	}
	return list
}

// numbersIn are the numbers of the receipts that a step of a trace lists.
func numbersIn(t rules.Trace, step string) map[string]bool {
	numbers := map[string]bool{}
	for _, s := range t.Steps {
		if s.Name != step {
			continue
		}
		rows, _ := s.Value.([]any) // whatever else has no receipts
		for _, one := range rows {
			if fields, ok := one.(map[string]any); ok {
				number, _ := fields["number"].(string)
				numbers[number] = true
			}
		}
	}
	return numbers
}
