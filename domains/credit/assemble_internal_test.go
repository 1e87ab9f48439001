package credit

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// TestAnyOrderGivesTheSameReport shuffles what a source says of three documents, facts that
// two of them share and contradict included: the bytes are the same.
func TestAnyOrderGivesTheSameReport(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	d := rand.New(rand.NewPCG(seed, 1))
	source, _ := Shipped().Source("utilities")
	fact := func(i int, outcome string) upstream.CreditFact {
		return upstream.CreditFact{Reference: fmt.Sprint("U", i), Day: civil.Date{Year: 2026, Month: 11, Day: 1 + i%3}, Fields: []upstream.CreditField{
			{Name: "outcome", Kind: upstream.CreditCode, Text: outcome}, {Name: "paid", Kind: upstream.CreditMoney, Number: 1},
			{Name: "utility", Kind: upstream.CreditCode, Text: "gas"},
		}}
	}
	lists := [][]upstream.CreditFact{nil, nil, nil}
	for i := range 12 {
		lists[0] = append(lists[0], fact(i, "on_time"))
		lists[1+i%2] = append(lists[1+i%2], fact(i, []string{"on_time", "late"}[i%4/2]))
	}
	var first []byte
	for range 200 {
		documents := d.Perm(3)
		a, masked := answer{}, make([]string, 3)
		for at, i := range documents {
			list := append([]upstream.CreditFact(nil), lists[i]...)
			d.Shuffle(len(list), func(x, y int) { list[x], list[y] = list[y], list[x] })
			a.reading.Answers = append(a.reading.Answers, upstream.CreditAnswer{Known: true, Facts: list})
			masked[at] = fmt.Sprint("document ", i)
		}
		raw, err := Content{Sections: []Section{sectionOf(source, a, masked)}}.bytes()
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = raw
		}
		if !bytes.Equal(raw, first) {
			t.Fatalf("seed %d: another order gave\n%s\nand not\n%s", seed, raw, first)
		}
	}
}

// TestCut: what the reader may not see is not there, and a grade that rests on it is hidden.
func TestCut(t *testing.T) {
	t.Parallel()
	c := Content{Sections: []Section{
		{Source: "penalties", State: Read, Facts: []Fact{{Reference: "P1"}}, Notable: []Notable{{"open_penalties", []string{"P1"}}}},
		{Source: "gone", State: Read, Facts: []Fact{{Reference: "G1"}}},
		{Source: "utilities", State: Gap, Why: Unavailable},
	}, Grade: Grade{Value: "a"}}
	got := c.within(Shipped(), []string{"utilities"}, []string{"open_penalties"})
	for i, want := range []Section{{Source: "penalties", State: NotAuthorised}, {Source: "gone", State: NotAuthorised}, c.Sections[2]} {
		if s := got.Sections[i]; s.Source != want.Source || s.State != want.State || s.Facts != nil || s.Notable != nil || s.Why != want.Why {
			t.Errorf("section %d is %s, want %s and nothing else", i, s.State, want.State)
		}
	}
	if got.Grade.Value != "" || !got.Grade.Hidden || c.Grade.Hidden || c.Sections[0].Facts == nil {
		t.Error("the grade is shown, or the content itself was cut")
	}
	if whole := c.within(Shipped(), []string{"utilities", "penalties"}, []string{"open_penalties"}); whole.Grade.Value != "a" {
		t.Error("a grade that rests on what may be seen is hidden")
	}
}

// TestMistakesInTheCatalogue: a file that lacks a part is refused.
func TestMistakesInTheCatalogue(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Source){
		"nothing":                  func(*Source) {},
		"no code":                  func(s *Source) { s.Code = "" },
		"no scope":                 func(s *Source) { s.Scope = "" },
		"no subject":               func(s *Source) { s.Subjects = nil },
		"no status":                func(s *Source) { s.Status = "" },
		"no way to dispute":        func(s *Source) { s.Dispute = nil },
		"a title in two languages": func(s *Source) { s.Title = Text{"en": "x", "zh-Hans": "x"} },
		"a field without a kind":   func(s *Source) { s.Fields = []FieldRule{{Name: "x", Title: s.Title}} },
		"codes of money": func(s *Source) {
			s.Fields = []FieldRule{{Name: "x", Kind: upstream.CreditMoney, Title: s.Title, Codes: map[string]Text{"a": s.Title}}}
		},
		"a rule on no field": func(s *Source) {
			s.Notable = []NotableRule{{Code: "x", Field: "none", Values: []string{"open"}, Title: s.Title}}
		},
		"a rule on no value": func(s *Source) {
			s.Notable = []NotableRule{{Code: "x", Field: "state", Values: []string{"none"}, Title: s.Title}}
		},
	} {
		source, _ := Shipped().Source("penalties")
		change(&source)
		if err := source.check(); (err == nil) != (name == "nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
