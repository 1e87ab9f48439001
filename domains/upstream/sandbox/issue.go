package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
)

// Why a document is not issued anew.
var (
	// ErrNoDocument: nobody holds such a document.
	ErrNoDocument = errors.New("no such document")
	// ErrReplaced: a document with another number took its place already.
	ErrReplaced = errors.New("the document was replaced")
	// ErrNumberForLife: a pass keeps its number.
	ErrNumberForLife = errors.New("a pass keeps its number for life")
	// ErrNoNumber: all numbers of that birth date and sex are given out.
	ErrNoNumber = errors.New("no number is free")
)

// shanghai is the zone of the dates on documents, without summer time since
// 1992. It is written out so that no zone data is needed.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Renew puts a new printing in the place of a document, for the same person.
// With another number the old document is replaced and the new one names it.
// What next leaves empty is filled in as by [Sandbox.Add]; the pass that a
// permit names is not taken over. It returns false, and changes nothing, when
// there is no such document.
func (s *Sandbox) Renew(kind document.Kind, number string, next synthetic.Document) bool {
	s.register.mu.Lock()
	defer s.register.mu.Unlock()
	old, ok := s.register.find(kind, number)
	if ok {
		s.renew(old, next)
	}
	return ok
}

// IssueAnew prints a document again, as after a visit to the authority's
// counter: one issue more, in force for five years from today, everything else
// as it was. With newNumber a permit gets another number of the same birth date
// and sex. Each call issues one more. It fails with [ErrNoDocument],
// [ErrReplaced], [ErrNumberForLife] or [ErrNoNumber].
func (s *Sandbox) IssueAnew(kind document.Kind, number string, newNumber bool) (synthetic.Document, error) {
	s.register.mu.Lock()
	defer s.register.mu.Unlock()
	old, ok := s.register.find(kind, number)
	switch {
	case !ok:
		return synthetic.Document{}, ErrNoDocument
	case old.doc.State == synthetic.StateReplaced:
		return synthetic.Document{}, ErrReplaced
	case newNumber && kind != document.TaiwanPermit:
		return synthetic.Document{}, ErrNumberForLife
	}
	next := old.doc
	next.State = synthetic.StateIssued
	next.ValidFrom, next.ValidTo = s.today(), plusYears(s.today(), 5).AddDays(-1)
	if count, err := strconv.Atoi(old.doc.IssueCount); err == nil {
		next.IssueCount = fmt.Sprintf("%02d", (count+1)%100)
	}
	if newNumber {
		var err error
		if next.Number, err = s.register.freePermit(number); err != nil {
			return synthetic.Document{}, err
		}
		next.IssueCount = "01"
	}
	return s.renew(old, next), nil
}

// renew needs the lock.
func (s *Sandbox) renew(old held, next synthetic.Document) synthetic.Document {
	next = s.complete(old.doc.Kind, next, synthetic.Person{Names: old.doc.Names, Birth: old.doc.Birth, Sex: old.doc.Sex})
	if next.Number != old.doc.Number {
		next.Replaces = old.doc.Number
		old.doc.State = synthetic.StateReplaced
		s.register.add(old.holder, old.doc)
	}
	s.register.add(old.holder, next)
	return next
}

// complete fills in what a document leaves empty.
func (s *Sandbox) complete(kind document.Kind, d synthetic.Document, p synthetic.Person) synthetic.Document {
	d.Kind = kind
	d.Sex = cmp.Or(d.Sex, p.Sex)
	d.State = cmp.Or(d.State, synthetic.StateIssued)
	d.IssueCount = cmp.Or(d.IssueCount, "01")
	d.Names = cmp.Or(d.Names, p.Names)
	d.Birth = cmp.Or(d.Birth, p.Birth)
	d.ValidFrom = cmp.Or(d.ValidFrom, plusYears(s.today(), -1))
	d.ValidTo = cmp.Or(d.ValidTo, plusYears(d.ValidFrom, 5).AddDays(-1))
	return d
}

func (s *Sandbox) today() civil.Date { return civil.DateOf(s.now().In(shanghai)) }

func plusYears(d civil.Date, years int) civil.Date {
	return civil.DateOf(time.Date(d.Year+years, d.Month, d.Day, 0, 0, 0, 0, time.UTC))
}

// freePermit is a number of the same birth date and sex that nobody has. It
// needs the lock.
func (r *register) freePermit(number string) (string, error) {
	const sequences = 1000
	born, errBorn := civil.ParseDate(number[6:10] + "-" + number[10:12] + "-" + number[12:14])
	sequence, errSequence := strconv.Atoi(number[14:17])
	if err := errors.Join(errBorn, errSequence); err != nil {
		return "", ErrNoNumber
	}
	for step := 2; step < sequences; step += 2 {
		next, err := document.ComposePermit(number[:6], born, (sequence+step)%sequences)
		if err != nil {
			return "", ErrNoNumber
		}
		if _, taken := r.find(document.TaiwanPermit, next); !taken {
			return next, nil
		}
	}
	return "", ErrNoNumber
}
