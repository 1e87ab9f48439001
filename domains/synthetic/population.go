package synthetic

import (
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Population computes people and firms from a seed. It is immutable, holds no
// person, and is safe for goroutines.
type Population struct {
	options Options
	limits  []caseLimit
	permits permutation
	passes  permutation
}

// New describes a population; nothing is generated before it is asked for.
func New(o Options) *Population {
	o = o.withDefaults()
	return &Population{
		options: o,
		limits:  caseLimits(o.Shares),
		permits: newPermutation(o.Seed, permitKey, permitDays, mainSequences),
		passes:  newPermutation(o.Seed, passKey, passRows, passColumns),
	}
}

// People is how many people there are; their indexes are 0 to People()-1.
func (p *Population) People() int { return p.options.People }

// Firms is how many firms there are; their indexes are 0 to Firms()-1.
func (p *Population) Firms() int { return p.options.Firms }

// FindPass returns the holder of a pass, old printings included, and false when
// no such pass was issued. The number is the eight digits.
func (p *Population) FindPass(number string) (Person, bool) {
	i, ok := p.indexOfPass(number)
	return p.holder(i, ok, document.TaiwanPass, number)
}

// FindPermit returns the holder of a permit, replaced numbers included, and
// false when no such permit was issued. The number is the eighteen characters,
// with X in upper case.
func (p *Population) FindPermit(number string) (Person, bool) {
	i, ok := p.indexOfPermit(number)
	return p.holder(i, ok, document.TaiwanPermit, number)
}

// holder confirms that the person to whom the number would belong holds it.
func (p *Population) holder(i int, ok bool, kind document.Kind, number string) (Person, bool) {
	if !ok {
		return Person{}, false
	}
	person := p.Person(i)
	_, ok = person.Document(kind, number)
	return person, ok
}

func checkIndex(what string, i, n int) {
	if i < 0 || i >= n {
		panic(fmt.Sprintf("synthetic: %s %d of %d", what, i, n))
	}
}
