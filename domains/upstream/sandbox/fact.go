package sandbox

import (
	"slices"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// facts are what offices know about years; mu guards the maps.
type facts struct {
	mu          sync.RWMutex
	tax         map[paperYear][]upstream.TaxPayment
	days        map[paperYear]int
	engagements map[paperYear]upstream.Engagement
}

type paperYear struct {
	number string
	year   int
}

func newFacts() *facts {
	return &facts{
		tax: map[paperYear][]upstream.TaxPayment{}, days: map[paperYear]int{}, engagements: map[paperYear]upstream.Engagement{},
	}
}

// SetTaxPayments decides what was paid under a document for a year, in place of
// what was set before. The document need not exist. What is impossible is
// answered all the same, for tests of who asks.
func (s *Sandbox) SetTaxPayments(number string, year int, list []upstream.TaxPayment) {
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	s.facts.tax[paperYear{number, year}] = slices.Clone(list)
}

// SetMainlandDays decides how many days of a year the holder of a document was
// in the mainland. Set it for both documents of a person.
func (s *Sandbox) SetMainlandDays(number string, year, days int) {
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	s.facts.days[paperYear{number, year}] = days
}

// SetEngagement decides where the holder of a document worked in a year. Set it
// for both documents of a person.
func (s *Sandbox) SetEngagement(number string, year int, e upstream.Engagement) {
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	e.Areas = slices.Clone(e.Areas)
	s.facts.engagements[paperYear{number, year}] = e
}

// taxOf is false where nothing was set.
func (f *facts) taxOf(number string, year int) ([]upstream.TaxPayment, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	list, ok := f.tax[paperYear{number, year}]
	return list, ok
}

// payersIn are the next documents with a payment in an area, at most a page of them, and
// whether there are more.
func (f *facts) payersIn(area string, year int, after string) (numbers []string, more bool) {
	const most = 100
	f.mu.RLock()
	defer f.mu.RUnlock()
	for at, list := range f.tax {
		paid := slices.ContainsFunc(list, func(p upstream.TaxPayment) bool { return p.Area == area })
		if at.year == year && at.number > after && paid {
			numbers = append(numbers, at.number)
		}
	}
	slices.Sort(numbers)
	return numbers[:min(len(numbers), most)], len(numbers) > most
}

func (f *facts) daysOf(number string, year int) (int, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	days, ok := f.days[paperYear{number, year}]
	return days, ok
}

func (f *facts) engagementOf(number string, year int) (upstream.Engagement, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	e, ok := f.engagements[paperYear{number, year}]
	return e, ok
}

// learn sets what the population says of those who worked in Pingtan.
func (s *Sandbox) learn(pop *synthetic.Population) {
	for _, t := range pop.Taxpayers() {
		paid := map[string][]upstream.TaxPayment{}
		for _, r := range t.Receipts {
			paid[r.DocumentNumber] = append(paid[r.DocumentNumber], upstream.TaxPayment{
				Receipt: r.Number, Category: r.Category, Area: r.Area, Paid: r.PayTime, PaidFen: r.PaidFen, RefundedFen: r.RefundedFen,
			})
		}
		for number, list := range paid {
			s.SetTaxPayments(number, t.Year, list)
		}
		for _, d := range t.Person.Documents() {
			s.SetMainlandDays(d.Number, t.Year, t.MainlandDays)
			s.SetEngagement(d.Number, t.Year, upstream.Engagement{Known: true, Areas: t.Areas})
		}
		s.AddAccount(upstream.BankAccount, t.Account.Number, t.Account.HolderName, t.Account.DocumentNumber)
	}
}

// kindOf is the kind of document that a number of its length is.
func kindOf(number string) document.Kind {
	const passDigits = 8
	if len(number) == passDigits {
		return document.TaiwanPass
	}
	return document.TaiwanPermit
}
