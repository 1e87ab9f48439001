package dossier

import (
	"slices"
	"testing"
	"time"
)

// TestLevelPowers spells every cell of the matrix out.
func TestLevelPowers(t *testing.T) {
	t.Parallel()
	want := map[Level]map[Power]bool{
		PermitNamesPass:  {MayRead: true, MaySignIn: true, MayApply: true, MayIssue: true, MayPay: true},
		NationalCheck:    {MayRead: true, MaySignIn: true, MayApply: true, MayIssue: true, MayPay: true},
		BothAtWindow:     {MayRead: true, MaySignIn: true, MayApply: true, MayIssue: true, MayPay: true},
		PaperTwoOfficers: {MayRead: true, MaySignIn: true, MayApply: true, MayIssue: false, MayPay: false},
		WeakMatch:        {MayRead: false, MaySignIn: false, MayApply: false, MayIssue: false, MayPay: false},
	}
	if len(Levels()) != len(want) || len(Powers()) != 5 {
		t.Fatalf("there are %d levels and %d powers, want %d and 5", len(Levels()), len(Powers()), len(want))
	}
	for _, level := range Levels() {
		for _, power := range Powers() {
			if got := level.Allows(power); got != want[level][power] {
				t.Errorf("%s allows %s: %v, want %v", level, power, got, want[level][power])
			}
		}
	}
	if Level("").Allows(MayRead) || BothAtWindow.Allows("") {
		t.Error("a level or power that does not exist is allowed something")
	}
}

func TestProofKinds(t *testing.T) {
	t.Parallel()
	for _, level := range Levels() {
		if _, ok := proofKinds[level]; ok != (level != WeakMatch) {
			t.Errorf("%s stands on a proof: %v", level, ok)
		}
	}
}

func TestPowersOf(t *testing.T) {
	t.Parallel()
	link := func(level Level) Link { return Link{Level: level} }
	cut := Link{Level: PaperTwoOfficers, Cut: time.Unix(1, 0)}
	paper := []Power{MayRead, MaySignIn, MayApply}
	tests := []struct {
		name  string
		links []Link
		want  []Power
	}{
		{"one document", nil, Powers()},
		{"a strong link", []Link{link(NationalCheck)}, Powers()},
		{"a paper", []Link{link(PaperTwoOfficers)}, paper},
		{"the weakest decides", []Link{link(BothAtWindow), link(PaperTwoOfficers), link(PermitNamesPass)}, paper},
		{"a link that was cut does not count", []Link{link(BothAtWindow), cut}, Powers()},
		{"what must not be allows nothing", []Link{link(WeakMatch)}, []Power{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := powersOf(tt.links); !slices.Equal(got, tt.want) {
				t.Errorf("powers are %v, want %v", got, tt.want)
			}
		})
	}
}
