package synthetic_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

var today = civil.Date{Year: 2026, Month: time.October, Day: 1}

func TestDefaults(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{})
	if pop.People() != 14462 || pop.Firms() != 568 {
		t.Errorf("%d people and %d firms, want 14462 and 568", pop.People(), pop.Firms())
	}
	total := 0.0
	for _, share := range synthetic.DefaultShares() {
		total += share
	}
	if math.Abs(total-1) > 1e-9 {
		t.Errorf("the default shares add up to %v, want 1", total)
	}
	huge := synthetic.New(synthetic.Options{People: math.MaxInt, Firms: math.MaxInt})
	if huge.People() != synthetic.MaxPeople || huge.Firms() != synthetic.MaxFirms {
		t.Errorf("%d people and %d firms, want the most that the ranges hold", huge.People(), huge.Firms())
	}
}

func TestShares(t *testing.T) {
	t.Parallel()
	const people = 40_000
	pop := synthetic.New(synthetic.Options{Seed: 5, People: people})
	count := map[synthetic.Case]int{}
	for i := range people {
		count[pop.Person(i).Case]++
	}
	for c, share := range synthetic.DefaultShares() {
		want := share * people
		if got := float64(count[c]); math.Abs(got-want) > 5*math.Sqrt(want) {
			t.Errorf("%s: %v people, want about %v", c, got, want)
		}
		delete(count, c)
	}
	if len(count) != 0 {
		t.Errorf("cases that nobody asked for: %v", count)
	}
}

func TestOneCaseOnly(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{People: 50, Shares: map[synthetic.Case]float64{synthetic.Lost: 7}})
	for i := range pop.People() {
		if got := pop.Person(i).Case; got != synthetic.Lost {
			t.Fatalf("person %d is %q, want lost", i, got)
		}
	}
}

// TestTruth walks 200,000 people: every number is well formed, in the safe
// range, given out once, and leads back to its holder.
func TestTruth(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 3, People: 200_000})
	seen := make(map[string]int, 500_000)
	for i := range pop.People() {
		person := pop.Person(i)
		if len(person.Passes)+len(person.Permits) == 0 {
			t.Fatalf("person %d has no document", i)
		}
		for _, d := range person.Documents() {
			if owner, ok := seen[d.Number]; ok && owner != i {
				t.Fatalf("persons %d and %d have one number", owner, i)
			}
			seen[d.Number] = i
			checkDocument(t, pop, i, d)
		}
	}
}

func checkDocument(t *testing.T, pop *synthetic.Population, i int, d synthetic.Document) {
	t.Helper()
	number, err := document.Parse(d.Kind, d.Number, today)
	if err != nil {
		t.Fatalf("person %d: %v", i, err)
	}
	find := pop.FindPass
	if d.Kind == document.TaiwanPermit {
		find = pop.FindPermit
		born, _ := number.BirthDate()
		if born != d.Birth || number.Sex() != d.Sex || born.Year < 1900 || born.Year > 1909 {
			t.Fatalf("person %d: birth date or sex differ from the permit's number", i)
		}
	} else if d.Number < "90000000" {
		t.Fatalf("person %d: pass outside the safe range", i)
	}
	if i%8 != 0 {
		return // finding costs as much as all the rest
	}
	if holder, ok := find(d.Number); !ok || holder.Index != i {
		t.Fatalf("the %s of person %d leads to %d, %v", d.Kind, i, holder.Index, ok)
	}
}

func TestFindNobody(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 3, People: 1000})
	for _, number := range []string{"", "x", "00000000", "89999999", "-9000000", "9000000", "100000000", "99999999"} {
		if _, ok := pop.FindPass(number); ok {
			t.Errorf("a holder of pass %q", number)
		}
	}
	good, _ := pop.Person(firstWith(t, pop, synthetic.Plain)).Permit()
	wrong := good.Number[:17] + "0"
	if good.Number[17] == '0' {
		wrong = good.Number[:17] + "1"
	}
	other := "810000" + good.Number[6:]
	for _, number := range []string{"", "x", wrong, other, good.Number[:14] + "-01" + good.Number[17:], "830000190002300019", "830000191001010011"} {
		if _, ok := pop.FindPermit(number); ok {
			t.Error("a holder of a permit that does not exist")
		}
	}
	lonely := pop.Person(firstWith(t, pop, synthetic.PassOnly))
	if len(lonely.Permits) != 0 {
		t.Error("a person with a pass only has a permit")
	}
}

func TestCases(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 9})
	tests := map[synthetic.Case]func(pass, permit synthetic.Document, p synthetic.Person) bool{
		synthetic.Plain: func(pass, permit synthetic.Document, p synthetic.Person) bool {
			return permit.ExitEntryNumber == pass.Number && !permit.RegisterSilent
		},
		synthetic.PermitSilent:   func(_, permit synthetic.Document, _ synthetic.Person) bool { return permit.ExitEntryNumber == "" },
		synthetic.RegisterSilent: func(_, permit synthetic.Document, _ synthetic.Person) bool { return permit.RegisterSilent },
		synthetic.ScriptVariant: func(pass, permit synthetic.Document, _ synthetic.Person) bool {
			return pass.Names.Mainland == pass.Names.Taiwan && pass.Names.Mainland != permit.Names.Mainland
		},
		synthetic.CharacterVariant:   differentNames,
		synthetic.Misspelt:           differentNames,
		synthetic.BirthContradiction: func(pass, permit synthetic.Document, _ synthetic.Person) bool { return pass.Birth != permit.Birth },
		synthetic.PermitNamesOtherPass: func(pass, permit synthetic.Document, _ synthetic.Person) bool {
			return permit.ExitEntryNumber != "" && permit.ExitEntryNumber != pass.Number
		},
		synthetic.TwoPermitsOnePass: func(pass, _ synthetic.Document, p synthetic.Person) bool {
			return p.Permits[0].Number != p.Permits[1].Number && p.Permits[0].ExitEntryNumber == pass.Number
		},
		synthetic.RenewedSameNumber: func(pass, permit synthetic.Document, p synthetic.Person) bool {
			return p.Permits[0].Number == permit.Number && p.Passes[0].IssueCount < pass.IssueCount && p.Passes[0].State == synthetic.StateReplaced
		},
		synthetic.RenewedNewNumber: func(_, permit synthetic.Document, p synthetic.Person) bool {
			return permit.Replaces == p.Permits[0].Number && permit.Replaces != permit.Number
		},
		synthetic.Lost: func(pass, permit synthetic.Document, _ synthetic.Person) bool {
			return (pass.State == synthetic.StateLost) != (permit.State == synthetic.StateLost)
		},
		synthetic.Revoked: func(_, permit synthetic.Document, _ synthetic.Person) bool {
			return permit.State == synthetic.StateRevoked
		},
	}
	for i := range pop.People() {
		p := pop.Person(i)
		pass, _ := p.Pass()
		permit, _ := p.Permit()
		if check, ok := tests[p.Case]; ok && !check(pass, permit, p) {
			t.Fatalf("person %d does not show the case %s", i, p.Case)
		}
	}
}

func differentNames(pass, permit synthetic.Document, _ synthetic.Person) bool {
	return pass.Names.Mainland != permit.Names.Mainland && len([]rune(pass.Names.Mainland)) == len([]rune(permit.Names.Mainland))
}

func TestFirms(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 3, Firms: 3000})
	codes, areas := map[string]bool{}, map[string]bool{}
	for i := range pop.Firms() {
		f := pop.Firm(i)
		code, err := document.Parse(document.CreditCode, f.CreditCode, today)
		if err != nil || len(code.Warnings()) != 0 {
			t.Fatalf("firm %d: %v, %v", i, err, code.Warnings())
		}
		find := pop.FindPass
		if f.RepresentativeKind == document.TaiwanPermit {
			find = pop.FindPermit
		}
		if _, ok := find(f.RepresentativeNumber); !ok {
			t.Fatalf("firm %d is represented by nobody", i)
		}
		codes[f.CreditCode], areas[f.Area] = true, true
	}
	if len(codes) != pop.Firms() || len(areas) != 10 {
		t.Errorf("%d codes in %d areas, want %d in 10", len(codes), len(areas), pop.Firms())
	}
}

func TestRecords(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 3, People: 5000})
	refs := map[string]bool{}
	var kinds []document.Kind
	for i := range pop.People() {
		person := pop.Person(i)
		for _, r := range pop.RecordsOf(i) {
			if _, ok := person.Document(r.DocumentKind, r.DocumentNumber); !ok {
				t.Fatalf("person %d has a record under somebody else's document", i)
			}
			if refs[r.SourceRef] || (r.AmountFen != nil && *r.AmountFen <= 0) {
				t.Fatalf("person %d: a repeated reference or no amount", i)
			}
			refs[r.SourceRef] = true
			if !slices.Contains(kinds, r.DocumentKind) {
				kinds = append(kinds, r.DocumentKind)
			}
		}
	}
	if len(kinds) != 2 {
		t.Errorf("records under %v, want both kinds", kinds)
	}
}

func firstWith(t *testing.T, pop *synthetic.Population, c synthetic.Case) int {
	t.Helper()
	for i := range pop.People() {
		if pop.Person(i).Case == c {
			return i
		}
	}
	t.Fatalf("nobody has the case %s", c)
	return 0
}
