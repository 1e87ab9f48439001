package dossier

import (
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// Finding is one thing that was found about a pair of documents. Findings are
// part of the contract: officers see them by these names.
type Finding string

// The findings.
const (
	PermitUnknown        Finding = "PERMIT_UNKNOWN"          // the police know no such permit
	PassUnknown          Finding = "PASS_UNKNOWN"            // exit-entry knows no such pass
	PermitNamesOtherPass Finding = "PERMIT_NAMES_OTHER_PASS" // the permit carries another pass number
	BirthDateDiffers     Finding = "BIRTH_DATE_DIFFERS"      // the two sides state different birth dates
	SexDiffers           Finding = "SEX_DIFFERS"             // the two sides state different sexes
	NamesDiffer          Finding = "NAMES_DIFFER"            // no two printed forms agree across scripts
	NamesVary            Finding = "NAMES_VARY"              // forms agree only through variant characters
	NamesAgree           Finding = "NAMES_AGREE"             // forms agree exactly or across scripts
	NationalSaysNo       Finding = "NATIONAL_CHECK_SAYS_NO"  // the national check knows two persons
	LinkedElsewhere      Finding = "LINKED_ELSEWHERE"        // one side is linked to another document
	PassNamedTwice       Finding = "PASS_NAMED_TWICE"        // another current permit names the same pass
	CutBefore            Finding = "CUT_BEFORE"              // the pair was taken apart once
	KeptApart            Finding = "KEPT_APART"              // an officer decided that they stay apart
	DocumentNotInForce   Finding = "DOCUMENT_NOT_IN_FORCE"   // lost, revoked, replaced or expired
	OfficerDecides       Finding = "CONTRADICTION_IN_REVIEW" // an open contradiction blocks the pair
	RenewalUnconfirmed   Finding = "RENEWAL_UNCONFIRMED"     // the authority does not confirm the new document
	Superseded           Finding = "SUPERSEDED"              // the holder asked instead, or for another document
)

// side is what is known of one of the two documents.
type side struct {
	number document.Number
	holder Holder
	status document.Status
}

// evidence is what is known about a pass and a permit when the authorities have
// been asked. Nil answers were not asked for, or not given.
type evidence struct {
	byHolder bool
	pass     side
	permit   side
	police   *upstream.PermitAnswer
	national *upstream.LinkAnswer
	// history of the pair in this house
	cut, keptApart, linkedElsewhere, passNamedTwice, blocked bool
}

// outcome says what evidence amounts to.
type outcome string

const (
	makeLink   outcome = "link"       // strong: link at level, on proof
	propose    outcome = "propose"    // weak: an officer may bring better
	contradict outcome = "contradict" // blocked: an officer looks at both sides
	refuse     outcome = "refuse"     // no
	askNation  outcome = "ask"        // silent permit: the national check decides
)

// verdict is the result of [evidence.weigh].
type verdict struct {
	outcome  outcome
	level    Level
	findings []Finding
	trace    string
	checked  time.Time
}

// weigh decides. It is a pure function of the evidence.
//
// Strong evidence is a verified permit that carries the number of the pass, or
// the national check that the holder started. It links by itself unless the
// two sides contradict each other. A permit that carries another pass number
// is refused as somebody else's, unless the persons look the same: then an
// officer sees both sides.
func (e evidence) weigh() verdict {
	switch {
	case e.police == nil || e.police.Verdict != upstream.Match:
		return verdict{outcome: refuse, findings: []Finding{PermitUnknown}}
	case e.pass.status != document.Valid || e.permit.status != document.Valid:
		return verdict{outcome: refuse, findings: []Finding{DocumentNotInForce}}
	case e.keptApart:
		return verdict{outcome: refuse, findings: []Finding{KeptApart}}
	case e.cut && !e.byHolder:
		return verdict{outcome: refuse, findings: []Finding{CutBefore}}
	}
	switch e.police.ExitEntryNumber {
	case e.pass.number.Canonical():
		return e.strong(PermitNamesPass, e.police.TraceID, e.police.CheckTime)
	case "":
		return e.silent()
	default:
		return e.stranger(PermitNamesOtherPass)
	}
}

// strong links, unless something contradicts.
func (e evidence) strong(level Level, trace string, checked time.Time) verdict {
	findings := e.contradictions()
	if len(findings) > 0 {
		return verdict{outcome: contradict, findings: findings}
	}
	return verdict{outcome: makeLink, level: level, trace: trace, checked: checked}
}

// silent decides on a permit that carries no pass number.
func (e evidence) silent() verdict {
	switch {
	case e.byHolder && e.national == nil:
		return verdict{outcome: askNation}
	case e.byHolder && e.national.Verdict == upstream.Match:
		return e.strong(NationalCheck, e.national.TraceID, e.national.CheckTime)
	case e.byHolder && e.national.Verdict == upstream.Mismatch:
		return e.stranger(NationalSaysNo)
	default:
		return e.weak()
	}
}

// stranger refuses a document that an authority calls somebody else's, unless
// the two persons look the same: then one of the registers is wrong.
func (e evidence) stranger(why Finding) verdict {
	if e.weak().outcome != refuse {
		return verdict{outcome: contradict, findings: append([]Finding{why}, e.contradictions()...)}
	}
	return verdict{outcome: refuse, findings: []Finding{why}}
}

// weak proposes when names, birth date and sex agree.
func (e evidence) weak() verdict {
	grade := compareNames(e.pass.holder.Names, e.permit.holder.Names).Grade
	same := e.pass.holder.Birth == e.permit.holder.Birth && e.pass.holder.Birth.IsValid() &&
		e.pass.holder.Sex == e.permit.holder.Sex && e.pass.holder.Sex != ""
	switch {
	case grade == hanname.None:
		return verdict{outcome: refuse, findings: []Finding{NamesDiffer}}
	case !same:
		return verdict{outcome: refuse, findings: differences(e.pass.holder, e.permit.holder)}
	case e.linkedElsewhere || e.passNamedTwice || e.blocked:
		return verdict{outcome: contradict, findings: e.contradictions()}
	case grade == hanname.Variant:
		return verdict{outcome: propose, findings: []Finding{NamesVary}}
	default:
		return verdict{outcome: propose, findings: []Finding{NamesAgree}}
	}
}

// contradictions are what forbids a link even on strong evidence. Names that
// agree in no form are one: the number of a pass can be entered wrongly into a
// permit, and the wrong one may be another person's.
func (e evidence) contradictions() []Finding {
	findings := differences(e.pass.holder, e.permit.holder)
	a, b := e.pass.holder.Names, e.permit.holder.Names
	if len(a.Han()) > 0 && len(b.Han()) > 0 && compareNames(a, b).Grade == hanname.None {
		findings = append(findings, NamesDiffer)
	}
	if e.linkedElsewhere {
		findings = append(findings, LinkedElsewhere)
	}
	if e.passNamedTwice {
		findings = append(findings, PassNamedTwice)
	}
	if e.blocked {
		findings = append(findings, OfficerDecides)
	}
	return findings
}

// differences are the facts on which two registers disagree about a person.
// What one of them does not state is no difference, and neither is a name: the
// two documents print it differently by design.
func differences(a, b Holder) []Finding {
	var findings []Finding
	if a.Birth.IsValid() && b.Birth.IsValid() && a.Birth != b.Birth {
		findings = append(findings, BirthDateDiffers)
	}
	if a.Sex != "" && b.Sex != "" && a.Sex != b.Sex {
		findings = append(findings, SexDiffers)
	}
	return findings
}

// compareNames is the best result among all pairs of printed Han forms, the
// first of equals. Where there is no pair the grade is [hanname.None].
func compareNames(a, b Names) hanname.Result {
	best := hanname.Result{Grade: hanname.None, Reason: hanname.NotHan}
	first := true
	for _, x := range a.Han() {
		for _, y := range b.Han() {
			if r := hanname.Compare(x, y); first || better(r.Grade, best.Grade) {
				best, first = r, false
			}
		}
	}
	return best
}

// spelledNames is compareNames with the forms in Latin letters as well, where
// there is no pair of Han forms. It is for showing only: no spelling links or
// proposes a link.
func spelledNames(a, b Names) hanname.Result {
	if len(a.Han()) > 0 && len(b.Han()) > 0 {
		return compareNames(a, b)
	}
	best := hanname.Result{Grade: hanname.None, Reason: hanname.NotHan}
	for _, x := range a.printed() {
		for _, y := range b.printed() {
			if r := hanname.CompareSpelling(x, y); better(r.Grade, best.Grade) {
				best = r
			}
		}
	}
	return best
}

// grades orders them, from none to the strongest.
var grades = []hanname.Grade{hanname.None, hanname.Spelling, hanname.Variant, hanname.Script, hanname.Exact}

// better orders grades.
func better(a, b hanname.Grade) bool { return slices.Index(grades, a) > slices.Index(grades, b) }
