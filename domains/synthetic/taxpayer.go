package synthetic

import (
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Taxpayer is a person who worked in Pingtan in a year and paid income tax there.
type Taxpayer struct {
	Person       Person
	Year         int
	Receipts     []Receipt // of one document after the other
	Areas        []string  // where the person was engaged, GB/T 2260
	MainlandDays int
	Account      Account
}

// Receipt is one receipt of income tax, in fen of CNY.
type Receipt struct {
	DocumentKind   document.Kind
	DocumentNumber string
	Number         string
	Category       string // wages, or interest
	Area           string // where it was paid, GB/T 2260
	PayTime        time.Time
	PaidFen        int64
	RefundedFen    int64
}

// Account is a bank account.
type Account struct {
	Number         string
	HolderName     string // Simplified
	DocumentNumber string // the pass with which it was opened
}

// What is known of the first year in which the subsidy came without an
// application: how many people got how much (facts of the seed). How it was
// spread over them is not known; here it is drawn.
const (
	TaxpayerYear  = 2025
	MostTaxpayers = 83
	SubsidyFen    = 33_590_000 // of all, each rounded to the fen

	pingtan      = "350128"
	searched     = 1000 // people among whom taxpayers are found
	usualSubsidy = 404_698
	spread       = 300_000 // fen, above and below the usual subsidy
	perSubsidy   = 5       // fen of tax for a fen of subsidy, at 20 %
)

// Taxpayers are the first people with a pass in force and nothing difficult about
// them, 83 at most. What they paid in Pingtan for [TaxpayerYear] as wages, less
// refunds, gives at 20 % each, rounded half up to the fen, [SubsidyFen] in all
// when there are 83. Interest, and what was paid elsewhere, does not count.
func (p *Population) Taxpayers() []Taxpayer {
	var list []Taxpayer
	for i := range min(p.People(), searched) {
		person := p.Person(i)
		pass, ok := person.Pass()
		easy := person.Case == Plain || person.Case == PassOnly
		if !ok || !easy || pass.ValidTo.Before(p.options.Today) {
			continue
		}
		list = append(list, p.taxpayer(person, len(list)))
		if len(list) == MostTaxpayers {
			break
		}
	}
	return list
}

// taxpayer is the one with that place in the list.
func (p *Population) taxpayer(person Person, place int) Taxpayer {
	d := newDraw(p.options.Seed, taxpayerStream, person.Index)
	t := Taxpayer{Person: person, Year: TaxpayerYear, Areas: []string{pingtan}, MainlandDays: 100 + d.below(250)}
	t.wages(d, perSubsidy*p.subsidyOf(place)+int64(d.below(perSubsidy)-perSubsidy/2), place)
	if place%6 == 1 {
		t.receive(d, 12, "interest", pingtan, int64(10_000+d.below(300_000)))
	}
	if place%20 == 3 {
		t.Areas = append(t.Areas, "350200")
		t.receive(d, 12, "wages", "350200", int64(10_000+d.below(300_000)))
	}
	pass, _ := person.Pass()
	t.Account = Account{Number: accountNumber(person.Index), HolderName: person.Names.Mainland, DocumentNumber: pass.Number}
	return t
}

// subsidyOf draws in pairs about the usual subsidy; the last one gets the rest.
func (p *Population) subsidyOf(place int) int64 {
	if place == MostTaxpayers-1 {
		return SubsidyFen - (MostTaxpayers-1)*usualSubsidy
	}
	away := int64(newDraw(p.options.Seed, taxpayerStream, -1-place/2).below(spread + 1))
	if place%2 == 1 {
		away = -away
	}
	return usualSubsidy + away
}

// wages are twelve monthly receipts that come to net fen after refunds. Of every
// fourth person who has both documents the first months stand under the permit.
func (t *Taxpayer) wages(d *draw, net int64, place int) {
	permit, both := t.Person.Permit()
	under := 0 // months under the permit
	if both && place%4 == 0 {
		under = 1 + d.below(11)
	}
	left := net
	for month := 1; month <= 12; month++ {
		part := left
		if month < 12 {
			part = left / int64(13-month)
			part += part * int64(d.below(21)-10) / 100 // a tenth more or less
		}
		left -= part
		r := t.receive(d, month, "wages", pingtan, part)
		if month <= under {
			r.DocumentKind, r.DocumentNumber = permit.Kind, permit.Number
		}
		if month == 12 && place%5 == 2 {
			r.RefundedFen = int64(1 + d.below(100_000))
			r.PaidFen += r.RefundedFen
		}
	}
}

// receive adds a receipt under the pass, paid in office hours of one of the first
// fifteen days of a month.
func (t *Taxpayer) receive(d *draw, month int, category, area string, fen int64) *Receipt {
	pass, _ := t.Person.Pass()
	day := civil.Date{Year: t.Year, Month: time.Month(month), Day: 1 + d.below(15)}
	t.Receipts = append(t.Receipts, Receipt{
		DocumentKind: pass.Kind, DocumentNumber: pass.Number, Category: category, Area: area, PayTime: inHours(day, d), PaidFen: fen,
		Number: fmt.Sprintf("SYN%d%07d%02d", t.Year, t.Person.Index, len(t.Receipts)+1),
	})
	return &t.Receipts[len(t.Receipts)-1]
}

// accountNumber is nineteen digits with a check digit (Luhn). No issuer has a
// number that begins with 9990: 9 is for national schemes, and there is no
// country 999.
func accountNumber(i int) string {
	digits := fmt.Sprintf("9990%014d", i)
	sum := 0
	for k := range len(digits) {
		value := int(digits[k] - '0')
		if (len(digits)-k)%2 == 1 { // every second digit, from the last one before the check
			value *= 2
			value = value/10 + value%10
		}
		sum += value
	}
	return fmt.Sprintf("%s%d", digits, (10-sum%10)%10)
}
