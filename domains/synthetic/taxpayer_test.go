package synthetic_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// subsidy adds up what counts of a taxpayer, at 20 %, rounded half up.
func subsidy(t synthetic.Taxpayer) int64 {
	var net int64
	for _, r := range t.Receipts {
		if r.Category == "wages" && r.Area == "350128" {
			net += r.PaidFen - r.RefundedFen
		}
	}
	return (net*2000 + 5000) / 10000
}

// TestTaxpayersAddUp: 83 people and 335,900.00 yuan, whatever the seed.
func TestTaxpayersAddUp(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		pop := synthetic.New(synthetic.Options{Seed: seed})
		list := pop.Taxpayers()
		var total int64
		for _, taxpayer := range list {
			total += subsidy(taxpayer)
		}
		if len(list) != 83 || total != 33_590_000 {
			t.Errorf("seed %d: %d people with %d fen, want 83 with 33590000", seed, len(list), total)
		}
		if !reflect.DeepEqual(list, pop.Taxpayers()) {
			t.Errorf("seed %d: other people when asked again", seed)
		}
	}
}

// TestTaxpayers looks at each one, and that every sort is there.
func TestTaxpayers(t *testing.T) {
	t.Parallel()
	pop := synthetic.New(synthetic.Options{Seed: 1})
	receipts, accounts, sorts := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, taxpayer := range pop.Taxpayers() {
		pass, _ := taxpayer.Person.Pass()
		months, under := map[time.Month]bool{}, map[document.Kind]bool{}
		for _, r := range taxpayer.Receipts {
			holder, ok := pop.FindPass(r.DocumentNumber)
			if r.DocumentKind == document.TaiwanPermit {
				holder, ok = pop.FindPermit(r.DocumentNumber)
			}
			if !ok || holder.Index != taxpayer.Person.Index {
				t.Errorf("receipt %s is not the person's", r.Number)
			}
			if receipts[r.Number] {
				t.Errorf("receipt %s is there twice", r.Number)
			}
			receipts[r.Number] = true
			if r.PaidFen <= 0 || r.RefundedFen < 0 || r.RefundedFen > r.PaidFen || r.PayTime.Year() != 2025 {
				t.Errorf("receipt %s: %d paid and %d refunded in %d", r.Number, r.PaidFen, r.RefundedFen, r.PayTime.Year())
			}
			switch {
			case r.Category == "interest":
				sorts["interest"]++
			case r.Area != "350128":
				sorts["elsewhere"]++
			default:
				months[r.PayTime.Month()], under[r.DocumentKind] = true, true
			}
			if r.RefundedFen > 0 {
				sorts["refund"]++
			}
		}
		if len(months) != 12 {
			t.Errorf("wages in %d months, want 12", len(months))
		}
		if len(under) == 2 {
			sorts["both documents"]++
		}
		if a := taxpayer.Account; accounts[a.Number] || len(a.Number) != 19 || !luhn(a.Number) || a.DocumentNumber != pass.Number || a.HolderName == "" {
			t.Error("an account that is none, or twice")
		}
		accounts[taxpayer.Account.Number] = true
		if taxpayer.Areas[0] != "350128" || taxpayer.MainlandDays < 1 || taxpayer.MainlandDays > 365 {
			t.Errorf("engaged in %v for %d days", taxpayer.Areas, taxpayer.MainlandDays)
		}
	}
	for _, sort := range []string{"interest", "elsewhere", "refund", "both documents"} {
		if n := sorts[sort]; n < 3 || n > 40 {
			t.Errorf("%s: %d of 83", sort, n)
		}
	}
}

// TestFewTaxpayers: a small population has those that it has, and they are the
// same people as in a larger one.
func TestFewTaxpayers(t *testing.T) {
	t.Parallel()
	few := synthetic.New(synthetic.Options{Seed: 1, People: 20}).Taxpayers()
	many := synthetic.New(synthetic.Options{Seed: 1}).Taxpayers()
	if len(few) == 0 || len(few) > 20 {
		t.Fatalf("%d of 20 people", len(few))
	}
	if !reflect.DeepEqual(few, many[:len(few)]) {
		t.Error("a larger population has other taxpayers")
	}
	shares := map[synthetic.Case]float64{synthetic.PermitOnly: 1}
	if got := synthetic.New(synthetic.Options{Seed: 1, Shares: shares}).Taxpayers(); len(got) != 0 {
		t.Errorf("%d taxpayers without a pass", len(got))
	}
}

func luhn(number string) bool {
	sum := 0
	for k := range len(number) {
		value := int(number[k] - '0')
		if (len(number)-k)%2 == 0 {
			value *= 2
			value = value/10 + value%10
		}
		sum += value
	}
	return sum%10 == 0
}
