package subsidy_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
)

// rounds is how many random people each property is tried on.
const rounds = 300

// endOf2025 is the day on which the cases below are decided.
var endOf2025 = civil.Date{Year: 2025, Month: 12, Day: 31}

// categories are those that a tax receipt may have, with how the measure sees them.
var categories = map[string]string{
	"wages": "a", "labour": "a", "author": "a", "royalties": "a", "property_lease": "a", "property_transfer": "a", "other_income": "a",
	"business": "b", "contracting": "b", "interest": "", "accidental": "",
}

func receipt(number, category, area string, paid, refunded int64) map[string]any {
	return map[string]any{"number": number, "category": category, "area": area, "currency": "CNY", "paid_fen": paid, "refunded_fen": refunded}
}

// resident are the facts of somebody who works in Pingtan.
func resident(days int64, receipts ...any) rules.Facts {
	return rules.Facts{
		"taiwan_resident": true, "works_in_pingtan": true, "similar_benefit": false, "mainland_days": days, "receipts": receipts,
	}
}

// someReceipts are a year's, at random.
func someReceipts(r *rand.Rand) []any {
	names := []string{}
	for name := range categories {
		names = append(names, name)
	}
	slices.Sort(names)
	list := make([]any, r.IntN(15))
	for i := range list {
		paid := r.Int64N(5_000_000)
		area := []string{"350128", "350128", "350203"}[r.IntN(3)]
		list[i] = receipt(strconv.Itoa(i), names[r.IntN(len(names))], area, paid, r.Int64N(paid+1)*r.Int64N(2))
	}
	return list
}

func pingtan(t testing.TB, facts rules.Facts) rules.Trace {
	t.Helper()
	p, _ := subsidy.Policies().Policy("pingtan_iit")
	v, ok := p.On(endOf2025)
	if !ok {
		t.Fatal("no version holds")
	}
	trace, err := v.Evaluate(t.Context(), facts, endOf2025)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// byHand is the measure as somebody would work it out with a pencil.
func byHand(days int64, receipts []any) int64 {
	var base int64
	for _, one := range receipts {
		r := one.(map[string]any)
		group := categories[r["category"].(string)]
		if r["area"] == "350128" && (group == "a" || group == "b" && days > 183) {
			base += r["paid_fen"].(int64) - r["refunded_fen"].(int64)
		}
	}
	return (max(base, 0)*2 + 5) / 10 // a fifth, the half up
}

// eachYear tries a property on random years.
func eachYear(t *testing.T, property func(t *testing.T, r *rand.Rand, days int64, receipts []any)) {
	t.Helper()
	t.Parallel()
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for range rounds {
		property(t, r, 180+r.Int64N(8), someReceipts(r))
		if t.Failed() {
			t.Fatalf("the seed was %d", seed)
		}
	}
}

func TestPingtanAsByHand(t *testing.T) {
	eachYear(t, func(t *testing.T, _ *rand.Rand, days int64, receipts []any) {
		if got, want := pingtan(t, resident(days, receipts...)).Fen, byHand(days, receipts); got != want {
			t.Errorf("%d days, %v: %d fen, want %d", days, receipts, got, want)
		}
	})
}

func TestOrderOfReceiptsDoesNotMatter(t *testing.T) {
	eachYear(t, func(t *testing.T, r *rand.Rand, days int64, receipts []any) {
		want := pingtan(t, resident(days, receipts...)).Fen
		r.Shuffle(len(receipts), func(i, j int) { receipts[i], receipts[j] = receipts[j], receipts[i] })
		if got := pingtan(t, resident(days, receipts...)).Fen; got != want {
			t.Errorf("%d fen, in another order %d", want, got)
		}
	})
}

func TestMoreTaxIsNeverLessSubsidy(t *testing.T) {
	eachYear(t, func(t *testing.T, r *rand.Rand, days int64, receipts []any) {
		before := pingtan(t, resident(days, receipts...)).Fen
		more := receipt("more", []string{"wages", "business", "interest"}[r.IntN(3)], "350128", r.Int64N(1_000_000), 0)
		if got := pingtan(t, resident(days, append(receipts, more)...)).Fen; got < before {
			t.Errorf("%d fen, with more tax paid %d", before, got)
		}
		if got := pingtan(t, resident(days+1, receipts...)).Fen; got < before {
			t.Errorf("%d fen, with a day more %d", before, got)
		}
	})
}

// TestPartsSumToTheTotal: every receipt is either counted or left out for one reason,
// and those that count make the base.
func TestPartsSumToTheTotal(t *testing.T) {
	eachYear(t, func(t *testing.T, _ *rand.Rand, days int64, receipts []any) {
		steps := map[string]any{}
		for _, s := range pingtan(t, resident(days, receipts...)).Steps {
			steps[s.Name] = s.Value
		}
		counted := steps["counted"].([]any)
		left := len(counted)
		for _, name := range []string{"elsewhere", "not_listed", "too_few_days"} {
			left += len(steps[name].([]any))
		}
		if left != len(receipts) {
			t.Errorf("%d of %d receipts are accounted for", left, len(receipts))
		}
		var sum int64
		for _, one := range counted {
			sum += one.(map[string]any)["paid_fen"].(int64) - one.(map[string]any)["refunded_fen"].(int64)
		}
		if sum != steps["net_tax"] {
			t.Errorf("the parts make %d, the total is %v", sum, steps["net_tax"])
		}
	})
}

// TestHintsFlipTheOutcome: who does what the hints of a refusal say is not refused on
// that ground, and no hint is to be somebody else.
func TestHintsFlipTheOutcome(t *testing.T) {
	t.Parallel()
	refused := map[string]rules.Facts{
		"pingtan_iit":       {"taiwan_resident": true, "works_in_pingtan": false, "similar_benefit": true, "mainland_days": 10, "receipts": []any{}},
		"follow_on_benefit": {"matter_accepted": false, "insured_months": 3},
	}
	for name, facts := range refused {
		p, _ := subsidy.Policies().Policy(name)
		v := p.Versions[len(p.Versions)-1]
		on := v.Span.From
		before, err := v.Evaluate(t.Context(), facts, on)
		if err != nil || before.Outcome != rules.Refused {
			t.Fatalf("%s: %s, %v", name, before.Outcome, err)
		}
		hints := 0
		for _, c := range before.Conditions {
			for _, h := range c.Hints {
				facts[h.Fact] = h.To
				hints++
			}
		}
		after, err := v.Evaluate(t.Context(), facts, on)
		if err != nil || hints < 2 || after.Outcome != rules.Granted {
			t.Errorf("%s: after %d hints %s, %v", name, hints, after.Outcome, err)
		}
	}
}

func TestWhatIsNotConfirmedSaysSo(t *testing.T) {
	t.Parallel()
	for _, p := range subsidy.Policies().Policies() {
		for _, v := range p.Versions {
			decides := v.Undecided == ""
			if decides != v.Illustrative() {
				t.Errorf("%s %s: illustrative is %v", p.Name, v.Name, v.Illustrative())
			}
		}
	}
	p, _ := subsidy.Policies().Policy("pingtan_iit")
	old, ok := p.On(civil.Date{Year: 2013, Month: 6, Day: 1})
	if !ok || old.Undecided == "" {
		t.Error("the measure of 2012, whose text nobody has seen, is decided by rule")
	}
}

// TestThousandReceipts: the limit of an evaluation is far from what anybody has.
func TestThousandReceipts(t *testing.T) {
	t.Parallel()
	receipts := make([]any, 1000)
	for i := range receipts {
		receipts[i] = receipt(strconv.Itoa(i), []string{"wages", "business", "interest"}[i%3], "350128", 1000, 0)
	}
	if got, want := pingtan(t, resident(300, receipts...)).Fen, byHand(300, receipts); got != want {
		t.Errorf("%d fen, want %d", got, want)
	}
}
