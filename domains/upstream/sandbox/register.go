package sandbox

import (
	"strings"
	"sync"
	"unicode"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// register is the truth: the population and what was added to it. mu guards
// everything but the population, which never changes.
type register struct {
	pop *synthetic.Population

	mu     sync.RWMutex
	added  map[paper]held
	names  map[holder][]synthetic.Names
	truths map[pair]bool
	last   holder // the last holder that was added; they count down from -1
}

// holder is a person: an index of the population, or negative for one added.
type holder int

type paper struct {
	kind   document.Kind
	number string
}

type pair struct{ pass, permit string }

// held is a document with its holder.
type held struct {
	holder holder
	doc    synthetic.Document
}

func newRegister(pop *synthetic.Population) *register {
	return &register{pop: pop, added: map[paper]held{}, names: map[holder][]synthetic.Names{}, truths: map[pair]bool{}}
}

// Add makes a person exist beside the population, with all the documents in
// Passes and Permits. A number that exists already is this person's from now
// on. Index, Case, Phone and the Kind of the documents are ignored.
//
// What a document leaves empty is filled in: names, birth date and sex from the
// person, the first issue, in force, for five years since a year ago.
func (s *Sandbox) Add(p synthetic.Person) {
	r := s.register
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last--
	r.names[r.last] = []synthetic.Names{p.Names}
	for _, d := range p.Passes {
		r.add(r.last, s.complete(document.TaiwanPass, d, p))
	}
	for _, d := range p.Permits {
		r.add(r.last, s.complete(document.TaiwanPermit, d, p))
	}
}

// SetTruth decides what the national check says of a pass and a permit, against
// what the registers hold. Both documents must exist to be asked about.
func (s *Sandbox) SetTruth(pass, permit string, same bool) {
	s.register.mu.Lock()
	defer s.register.mu.Unlock()
	s.register.truths[pair{pass, permit}] = same
}

// add needs the lock.
func (r *register) add(h holder, d synthetic.Document) {
	r.added[paper{d.Kind, d.Number}] = held{h, d}
	r.names[h] = append(r.names[h], d.Names)
}

// look finds a document and says whether a name is its holder's.
func (r *register) look(kind document.Kind, number, name string) (found held, exists, named bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	found, exists = r.find(kind, number)
	return found, exists, exists && (name == "" || r.isName(found.holder, name))
}

// samePerson says whether two documents exist, and whether one person has them.
func (r *register) samePerson(pass, permit string) (exist, same bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	first, ok := r.find(document.TaiwanPass, pass)
	second, okSecond := r.find(document.TaiwanPermit, permit)
	if !ok || !okSecond {
		return false, false
	}
	if told, ok := r.truths[pair{pass, permit}]; ok {
		return true, told
	}
	return true, first.holder == second.holder
}

// find needs the lock.
func (r *register) find(kind document.Kind, number string) (held, bool) {
	if h, ok := r.added[paper{kind, number}]; ok || r.pop == nil {
		return h, ok
	}
	search := r.pop.FindPass
	if kind == document.TaiwanPermit {
		search = r.pop.FindPermit
	}
	person, ok := search(number)
	if !ok {
		return held{}, false
	}
	doc, ok := person.Document(kind, number)
	return held{holder(person.Index), doc}, ok
}

// isName compares with every form in which the holder's name is printed
// anywhere. It needs the lock.
func (r *register) isName(h holder, name string) bool {
	asked := plainName(name)
	for _, names := range r.namesOf(h) {
		for _, form := range []string{names.Mainland, names.Taiwan, names.Roman} {
			if form != "" && plainName(form) == asked {
				return true
			}
		}
	}
	return false
}

func (r *register) namesOf(h holder) []synthetic.Names {
	names := r.names[h]
	if h < 0 {
		return names
	}
	person := r.pop.Person(int(h))
	all := append([]synthetic.Names{person.Names}, names...)
	for _, d := range person.Documents() {
		all = append(all, d.Names)
	}
	return all
}

// plainName drops what does not tell people apart: case, spaces, dots, commas
// and hyphens.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
