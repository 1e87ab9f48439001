package dossiertest

import (
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Person is somebody who was invented, with the numbers of two documents.
type Person struct {
	Pass, Permit string
	Names        dossier.Names
	Birth        civil.Date
	Sex          document.Sex
	Phone        string
}

var (
	surnames = []dossier.Names{{Mainland: "陈", Taiwan: "陳", Roman: "CHEN"}, {Mainland: "林", Taiwan: "林", Roman: "LIN"},
		{Mainland: "张", Taiwan: "張", Roman: "CHANG"}, {Mainland: "吴", Taiwan: "吳", Roman: "WU"}, {Mainland: "刘", Taiwan: "劉", Roman: "LIU"}}
	given = []dossier.Names{{Mainland: "美玲", Taiwan: "美玲", Roman: "MEI-LING"}, {Mainland: "志伟", Taiwan: "志偉", Roman: "CHIH-WEI"},
		{Mainland: "淑华", Taiwan: "淑華", Roman: "SHU-HUA"}, {Mainland: "建国", Taiwan: "建國", Roman: "CHIEN-KUO"}}
)

// births is how many people in a row have a birth date of their own.
const births = 10_000

// NewPerson returns the i-th person, i from 0 to 99,999. No two share a number or a
// phone, no two of the first 10,000 a birth date; neighbours share no name.
func NewPerson(i int) Person {
	family, own := surnames[i%len(surnames)], given[i%len(given)]
	p := Person{
		Pass: fmt.Sprintf("%08d", 10_000_000+i),
		Names: dossier.Names{Mainland: family.Mainland + own.Mainland, Taiwan: family.Taiwan + own.Taiwan,
			Roman: family.Roman + " " + own.Roman},
		Birth: civil.Date{Year: 1970, Month: 1, Day: 1}.AddDays(i % births),
		Sex:   []document.Sex{document.Female, document.Male}[i%2],
		Phone: fmt.Sprintf("+8869%08d", i),
	}
	p.Permit = p.PermitNo(0)
	if sharers := i / births; sharers > 0 {
		p.Permit = p.PermitNo(mostPermits + sharers)
	}
	return p
}

// mostPermits is below how many other permits each of the first 10,000 may have.
const mostPermits = 400

// PermitNo is another permit number that the person, one of the first 10,000, may have
// been given; that of 0 is Permit. N is below 400.
func (p Person) PermitNo(n int) string {
	sequence := 2 * n
	if p.Sex == document.Male {
		sequence++
	}
	number, err := document.ComposePermit("830000", p.Birth, sequence)
	if err != nil {
		panic(err) // of a calendar day and a small sequence there is always one
	}
	return number
}

// PassNo is another pass number that the person may have been given; that of 0
// is Pass. N is below 10.
func (p Person) PassNo(n int) string { return fmt.Sprintf("%d%s", n+1, p.Pass[1:]) }

// Holder is the person as our files have it.
func (p Person) Holder() dossier.Holder {
	return dossier.Holder{Names: p.Names, Birth: p.Birth, Sex: p.Sex}
}

// Validity is printing number n of a document of the person's: it began n
// years after 2023 and lasts five years.
func (p Person) Validity(n int) dossier.Validity {
	return dossier.Validity{
		IssueCount: fmt.Sprintf("%02d", n+1),
		From:       civil.Date{Year: 2023 + n, Month: 1, Day: 1}, To: civil.Date{Year: 2027 + n, Month: 12, Day: 31},
	}
}

// Paper is printing number n of a document of the person's, in force, as an
// authority has it.
func (p Person) Paper(n int) Paper {
	v := p.Validity(n)
	return Paper{
		Holder: upstream.Holder{NameMainland: p.Names.Mainland, NameTaiwan: p.Names.Taiwan, NameRoman: p.Names.Roman,
			Birth: p.Birth, Sex: p.Sex},
		Issue: upstream.Issue{IssueCount: v.IssueCount, ValidFrom: v.From, ValidTo: v.To, Status: document.Valid},
	}
}

// PassEntry is the first printing of the person's pass as a register lists it.
func (w *World) PassEntry(p Person) dossier.Entry {
	w.t.Helper()
	return dossier.Entry{Number: w.Number(p.Pass), Validity: p.Validity(0), Holder: p.Holder(), State: document.Valid, Phone: p.Phone}
}

// PermitEntry is the first printing of the person's permit as a register lists
// it. It carries the number of a pass, or none where names is "".
func (w *World) PermitEntry(p Person, names string) dossier.Entry {
	w.t.Helper()
	e := dossier.Entry{Number: w.Number(p.Permit), Validity: p.Validity(0), Holder: p.Holder(), State: document.Valid}
	if names != "" {
		e.NamesPass = w.Number(names)
	}
	return e
}

// Take takes entries of a register, all of which must be taken.
func (w *World) Take(entries ...dossier.Entry) {
	w.t.Helper()
	taken, err := w.TakeDocuments(w.t.Context(), entries)
	if err != nil {
		w.t.Fatalf("take documents: %v", err)
	}
	for i, x := range taken {
		if x.Fault != nil {
			w.t.Fatalf("entry %d is left out: %v", i, x.Fault)
		}
	}
}

// Know makes both authorities know the person's two documents. The permit
// carries the number of a pass, or none where names is "".
func (w *World) Know(p Person, names string) {
	w.Authorities.SetPass(p.Pass, p.Paper(0))
	permit := p.Paper(0)
	permit.Names = names
	w.Authorities.SetPermit(p.Permit, permit)
}

// Settle puts the person's two documents on file, each in a file of its own,
// known to the authorities; the permit carries no pass number. Nothing is
// asked.
func (w *World) Settle(p Person) {
	w.t.Helper()
	w.Know(p, "")
	w.Take(w.PassEntry(p), w.PermitEntry(p, ""))
}

// Join is [World.Settle] and a link of the two, made at a window.
func (w *World) Join(p Person) dossier.Link {
	w.t.Helper()
	w.Settle(p)
	link, err := w.LinkAtWindow(w.t.Context(), Officer("window"), w.Number(p.Pass), w.Number(p.Permit), "")
	if err != nil {
		w.t.Fatalf("link at a window: %v", err)
	}
	return link
}
