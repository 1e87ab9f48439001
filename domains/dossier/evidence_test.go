package dossier

import (
	"slices"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

var (
	evidenceDay   = civil.Date{Year: 2026, Month: 3, Day: 30}
	evidenceTime  = time.Date(2026, 3, 30, 1, 0, 0, 0, time.UTC)
	evidenceTrace = "trace"
)

// sure is a pass and a permit of one person, verified; the permit carries the
// number of the pass.
func sure(t *testing.T) evidence {
	t.Helper()
	birth := civil.Date{Year: 1985, Month: 6, Day: 15}
	number, err := document.ComposePermit("830000", birth, 1)
	if err != nil {
		t.Fatal(err)
	}
	permit, err := document.Parse(document.TaiwanPermit, number, evidenceDay)
	if err != nil {
		t.Fatal(err)
	}
	pass, err := document.Parse(document.TaiwanPass, "10000001", evidenceDay)
	if err != nil {
		t.Fatal(err)
	}
	who := func(names Names) Holder { return Holder{Names: names, Birth: birth, Sex: document.Male} }
	return evidence{
		pass:   side{pass, who(Names{Mainland: "陈志伟", Taiwan: "陳志偉", Roman: "CHEN CHIH-WEI"}), document.Valid},
		permit: side{permit, who(Names{Mainland: "陈志伟"}), document.Valid},
		police: &upstream.PermitAnswer{
			Verdict: upstream.Match, ExitEntryNumber: "10000001", TraceID: evidenceTrace, CheckTime: evidenceTime,
		},
	}
}

func national(v upstream.Verdict) *upstream.LinkAnswer {
	return &upstream.LinkAnswer{Verdict: v, TraceID: "national", CheckTime: evidenceTime.Add(time.Second)}
}

func TestWeigh(t *testing.T) {
	t.Parallel()
	holder := func(e *evidence) { e.byHolder = true }
	silent := func(e *evidence) { e.police.ExitEntryNumber = "" }
	other := func(e *evidence) { e.police.ExitEntryNumber = "99999999" }
	says := func(v upstream.Verdict) func(*evidence) { return func(e *evidence) { e.national = national(v) } }
	otherNames := func(e *evidence) { e.permit.holder.Names = Names{Mainland: "林美玲"} }
	otherBirth := func(e *evidence) { e.permit.holder.Birth.Day++ }
	otherSex := func(e *evidence) { e.permit.holder.Sex = document.Female }
	noBirth := func(e *evidence) { e.permit.holder.Birth = civil.Date{} }
	noSex := func(e *evidence) { e.permit.holder.Sex = "" }
	elsewhere := func(e *evidence) { e.linkedElsewhere = true }
	twice := func(e *evidence) { e.passNamedTwice = true }
	blocked := func(e *evidence) { e.blocked = true }
	apart := func(e *evidence) { e.keptApart = true }
	cut := func(e *evidence) { e.cut = true }
	type edits []func(*evidence)
	tests := []struct {
		name     string
		edits    edits
		outcome  outcome
		level    Level
		findings []Finding
	}{
		{"the permit names the pass", nil, makeLink, PermitNamesPass, nil},
		{"the same, asked by the holder", edits{holder}, makeLink, PermitNamesPass, nil},
		{"no form of the name that can be compared", edits{func(e *evidence) {
			e.permit.holder.Names = Names{Roman: "LIN MEI-LING"}
		}}, makeLink, PermitNamesPass, nil},
		{"what is not stated is no difference", edits{noBirth, noSex}, makeLink, PermitNamesPass, nil},

		{"the police were not asked", edits{func(e *evidence) { e.police = nil }}, refuse, "", []Finding{PermitUnknown}},
		{"the police know no such permit", edits{func(e *evidence) { e.police.Verdict = upstream.NotFound }}, refuse, "", []Finding{PermitUnknown}},
		{"the police say it differs", edits{func(e *evidence) { e.police.Verdict = upstream.Mismatch }}, refuse, "", []Finding{PermitUnknown}},
		{"the pass is not in force", edits{func(e *evidence) { e.pass.status = document.Lost }}, refuse, "", []Finding{DocumentNotInForce}},
		{"the permit is not in force", edits{func(e *evidence) { e.permit.status = document.Expired }}, refuse, "", []Finding{DocumentNotInForce}},
		{"an officer keeps them apart", edits{apart}, refuse, "", []Finding{KeptApart}},
		{"an officer keeps them apart, the holder asks", edits{apart, holder}, refuse, "", []Finding{KeptApart}},
		{"taken apart once", edits{cut}, refuse, "", []Finding{CutBefore}},
		{"taken apart once, the holder asks", edits{cut, holder}, makeLink, PermitNamesPass, nil},

		{"no form of the names agrees", edits{otherNames}, contradict, "", []Finding{NamesDiffer}},
		{"the birth dates differ", edits{otherBirth}, contradict, "", []Finding{BirthDateDiffers}},
		{"the sexes differ", edits{otherSex}, contradict, "", []Finding{SexDiffers}},
		{"one is linked elsewhere", edits{elsewhere}, contradict, "", []Finding{LinkedElsewhere}},
		{"another permit names the pass", edits{twice}, contradict, "", []Finding{PassNamedTwice}},
		{"an officer looks at it", edits{blocked, holder}, contradict, "", []Finding{OfficerDecides}},
		{"everything at once", edits{otherBirth, otherSex, elsewhere, twice, blocked}, contradict, "",
			[]Finding{BirthDateDiffers, SexDiffers, LinkedElsewhere, PassNamedTwice, OfficerDecides}},

		{"names another pass, the persons look the same", edits{other}, contradict, "", []Finding{PermitNamesOtherPass}},
		{"names another pass, and one is linked elsewhere", edits{other, elsewhere}, contradict, "",
			[]Finding{PermitNamesOtherPass, LinkedElsewhere}},
		{"names another pass, and an officer looks at it", edits{other, blocked}, contradict, "",
			[]Finding{PermitNamesOtherPass, OfficerDecides}},
		{"names another pass, other names", edits{other, otherNames}, refuse, "", []Finding{PermitNamesOtherPass}},
		{"names another pass, another birth date", edits{other, otherBirth}, refuse, "", []Finding{PermitNamesOtherPass}},

		{"silent permit, the holder asks", edits{silent, holder}, askNation, "", nil},
		{"silent permit, one person by the national check", edits{silent, holder, says(upstream.Match)}, makeLink, NationalCheck, nil},
		{"the same, but the birth dates differ", edits{silent, holder, otherBirth, says(upstream.Match)}, contradict, "", []Finding{BirthDateDiffers}},
		{"silent permit, two persons by the national check", edits{silent, holder, otherNames, says(upstream.Mismatch)}, refuse, "", []Finding{NationalSaysNo}},
		{"the same, but the persons look the same", edits{silent, holder, says(upstream.Mismatch)}, contradict, "", []Finding{NationalSaysNo}},
		{"silent permit, unknown to the national check", edits{silent, holder, says(upstream.NotFound)}, propose, "", []Finding{NamesAgree}},
		{"the register does not start the national check", edits{silent}, propose, "", []Finding{NamesAgree}},
		{"nor use one that it did not start", edits{silent, says(upstream.Match)}, propose, "", []Finding{NamesAgree}},

		{"weak, names differ by a variant", edits{silent, func(e *evidence) {
			e.pass.holder.Names = Names{Taiwan: "凃志偉"}
			e.permit.holder.Names = Names{Mainland: "涂志伟"}
		}}, propose, "", []Finding{NamesVary}},
		{"weak, other names", edits{silent, otherNames}, refuse, "", []Finding{NamesDiffer}},
		{"weak, no names", edits{silent, func(e *evidence) { e.permit.holder.Names = Names{Roman: "CHEN CHIH-WEI"} }}, refuse, "", []Finding{NamesDiffer}},
		{"weak, other birth date", edits{silent, otherBirth}, refuse, "", []Finding{BirthDateDiffers}},
		{"weak, other sex", edits{silent, otherSex}, refuse, "", []Finding{SexDiffers}},
		{"weak, birth date unknown", edits{silent, noBirth}, refuse, "", nil},
		{"weak, sex unknown on both sides", edits{silent, noSex, func(e *evidence) { e.pass.holder.Sex = "" }}, refuse, "", nil},
		{"weak, linked elsewhere", edits{silent, elsewhere}, contradict, "", []Finding{LinkedElsewhere}},
		{"weak, another permit names the pass", edits{silent, twice}, contradict, "", []Finding{PassNamedTwice}},
		{"weak, an officer looks at it", edits{silent, blocked}, contradict, "", []Finding{OfficerDecides}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := sure(t)
			for _, edit := range tt.edits {
				edit(&e)
			}
			v := e.weigh()
			if v.outcome != tt.outcome || v.level != tt.level || !slices.Equal(v.findings, tt.findings) {
				t.Errorf("weigh = %s %q %v, want %s %q %v", v.outcome, v.level, v.findings, tt.outcome, tt.level, tt.findings)
			}
			if linked := v.outcome == makeLink; linked != (v.trace != "") || linked != !v.checked.IsZero() {
				t.Errorf("a link needs a trace and a time and nothing else has them: %s %q %v", v.outcome, v.trace, v.checked)
			}
		})
	}
}

// TestWeighKeepsTheRightTrace: the proof is the answer that decided.
func TestWeighKeepsTheRightTrace(t *testing.T) {
	t.Parallel()
	e := sure(t)
	e.byHolder, e.national = true, national(upstream.Match)
	if v := e.weigh(); v.trace != evidenceTrace || !v.checked.Equal(evidenceTime) {
		t.Errorf("trace is %q of %v, want that of the police", v.trace, v.checked)
	}
	e.police.ExitEntryNumber = ""
	if v := e.weigh(); v.trace != "national" || !v.checked.Equal(evidenceTime.Add(time.Second)) {
		t.Errorf("trace is %q of %v, want that of the national check", v.trace, v.checked)
	}
}

// TestNoAnswerIsNeverAYes goes through everything else that can be known: what
// an authority did not say makes no link.
func TestNoAnswerIsNeverAYes(t *testing.T) {
	t.Parallel()
	flags := []func(*evidence){
		func(e *evidence) { e.byHolder = true },
		func(e *evidence) { e.cut = true },
		func(e *evidence) { e.keptApart = true },
		func(e *evidence) { e.linkedElsewhere = true },
		func(e *evidence) { e.passNamedTwice = true },
		func(e *evidence) { e.blocked = true },
		func(e *evidence) { e.permit.holder.Birth.Day++ },
		func(e *evidence) { e.permit.holder.Names = Names{} },
	}
	silences := map[string]func(*evidence){
		"police silent, national silent":        func(e *evidence) { e.police, e.national = nil, nil },
		"police silent, national says match":    func(e *evidence) { e.police, e.national = nil, national(upstream.Match) },
		"police say not found":                  func(e *evidence) { e.police.Verdict, e.national = upstream.NotFound, national(upstream.Match) },
		"police say nothing readable":           func(e *evidence) { e.police.Verdict = "" },
		"permit silent, national silent":        func(e *evidence) { e.police.ExitEntryNumber = "" },
		"permit silent, national has not found": func(e *evidence) { e.police.ExitEntryNumber, e.national = "", national(upstream.NotFound) },
		"permit silent, national unreadable":    func(e *evidence) { e.police.ExitEntryNumber, e.national = "", national("") },
	}
	for name, silence := range silences {
		for bits := range 1 << len(flags) {
			e := sure(t)
			for i, set := range flags {
				if bits&(1<<i) != 0 {
					set(&e)
				}
			}
			silence(&e)
			if v := e.weigh(); v.outcome == makeLink {
				t.Errorf("%s, flags %08b: linked at level %q", name, bits, v.level)
			}
		}
	}
}
