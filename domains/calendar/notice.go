package calendar

import (
	"regexp"
	"strings"

	"github.com/golang-sql/civil"
)

// Notice is the official paper behind a date. The zero Notice stands for none.
type Notice struct {
	Number string     // 国办发明电〔2025〕7号; unique in a file
	Issuer string     // who issued it
	Issued civil.Date // zero where it is not known
	// Confidence and Source say how sure we are of it and where it was seen.
	Confidence Confidence
	Source     string
}

// Confidence says how well a date is confirmed: H by the official text or by two
// sources, M by one, and in brackets by what: seen [S], general knowledge [GK] or
// computed [CALC].
//
// What is weaker than M is no ground for a date: a file that holds it is refused.
type Confidence string

// computed is the confidence of what our reading of the rule gives. The rule is
// reverse-engineered, so whatever rests on it alone is M.
const computed Confidence = "M [CALC]"

var confidenceForm = regexp.MustCompile(`^[HM]( \[(S|GK|CALC)\])?$`)

// Reference reports whether the date is to be shown as a reference only.
func (c Confidence) Reference() bool { return !strings.HasPrefix(string(c), "H") }

// check reports what a notice lacks.
func (n Notice) check(to *report, line int) {
	if n.Number == "" {
		to.add(line, "notice", NoNumber, "")
	}
	if n.Issuer == "" {
		to.add(line, "name", NoName, "")
	}
	checkConfidence(to, line, n.Confidence, n.Source)
}

func checkConfidence(to *report, line int, c Confidence, source string) {
	if !confidenceForm.MatchString(string(c)) {
		to.add(line, "confidence", Uncertain, string(c))
	}
	if source == "" {
		to.add(line, "source", NoSource, "")
	}
}
