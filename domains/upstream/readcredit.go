package upstream

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/golang-sql/civil"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// The bounds of what a source says of one document.
const (
	maxCreditFacts  = 200
	maxCreditFields = 16
	maxCreditName   = 32  // bytes, of the names of fields and of codes
	maxCreditText   = 200 // characters
	maxReference    = 64  // bytes
	maxCreditCount  = 1_000_000_000
	firstCreditYear = 1949
	lastCreditYear  = 2200 // a permit without end says less
)

// readCredit reads the answer of one source: as many answers as were asked, read from the
// source just now, each taken whole or none of them.
func (c *Clients) readCredit(res *pb.ListCreditFactsResponse, source CreditSource, asked int) (CreditReading, error) {
	switch {
	case res.GetSource() != string(source):
		return CreditReading{}, unreadable("another source")
	case len(res.GetAnswers()) != asked:
		return CreditReading{}, unreadable("not as many answers as questions")
	}
	at, err := c.readProof(res, clockSkew)
	if err != nil {
		return CreditReading{}, err
	}
	r := CreditReading{Answers: make([]CreditAnswer, asked), CheckTime: at, TraceID: res.GetTraceId()}
	for i, a := range res.GetAnswers() {
		if r.Answers[i], err = readCreditAnswer(a, c.now()); err != nil {
			return CreditReading{}, err
		}
	}
	return r, nil
}

func readCreditAnswer(a *pb.CreditAnswer, now time.Time) (CreditAnswer, error) {
	verdict, err := readKnown(a.GetVerdict())
	switch {
	case err != nil:
		return CreditAnswer{}, err
	case verdict != Match && (len(a.GetFacts()) > 0 || a.GetMore()):
		return CreditAnswer{}, unreadable("facts of nobody")
	case len(a.GetFacts()) > maxCreditFacts:
		return CreditAnswer{}, unreadable("more facts than an answer has")
	}
	answer, seen := CreditAnswer{Known: verdict == Match, More: a.GetMore()}, map[string]bool{}
	for _, f := range a.GetFacts() {
		fact, err := readCreditFact(f, now)
		if err != nil {
			return CreditAnswer{}, err
		}
		if seen[fact.Reference] {
			return CreditAnswer{}, unreadable("a fact twice")
		}
		seen[fact.Reference] = true
		answer.Facts = append(answer.Facts, fact)
	}
	return answer, nil
}

func readCreditFact(f *pb.CreditFact, now time.Time) (CreditFact, error) {
	day, ok := readDay(f.GetDay())
	switch {
	case f.GetReference() == "" || len(f.GetReference()) > maxReference || !isWording(f.GetReference()):
		return CreditFact{}, unreadable("no reference")
	case !ok || day.After(civil.DateOf(now.Add(clockSkew).In(shanghai))):
		return CreditFact{}, unreadable("no day, or one to come")
	case len(f.GetFields()) > maxCreditFields:
		return CreditFact{}, unreadable("more fields than a fact has")
	}
	fact, seen := CreditFact{Reference: f.GetReference(), Day: day}, map[string]bool{}
	for _, x := range f.GetFields() {
		field, err := readCreditField(x)
		if err != nil {
			return CreditFact{}, err
		}
		if seen[field.Name] {
			return CreditFact{}, unreadable("a field twice")
		}
		seen[field.Name] = true
		fact.Fields = append(fact.Fields, field)
	}
	return fact, nil
}

func readCreditField(f *pb.CreditField) (CreditField, error) {
	if !isWord(f.GetName()) {
		return CreditField{}, unreadable("a field without a name")
	}
	switch v := f.GetValue().(type) {
	case *pb.CreditField_Fen:
		if v.Fen < 0 || v.Fen > maxFen {
			return CreditField{}, unreadable("an impossible amount")
		}
		return CreditField{Name: f.GetName(), Kind: CreditMoney, Number: v.Fen}, nil
	case *pb.CreditField_Count:
		if v.Count < 0 || v.Count > maxCreditCount {
			return CreditField{}, unreadable("an impossible count")
		}
		return CreditField{Name: f.GetName(), Kind: CreditCount, Number: v.Count}, nil
	case *pb.CreditField_Code:
		if !isWord(v.Code) {
			return CreditField{}, unreadable("no code")
		}
		return CreditField{Name: f.GetName(), Kind: CreditCode, Text: v.Code}, nil
	case *pb.CreditField_Day:
		if _, ok := readDay(v.Day); !ok {
			return CreditField{}, unreadable("no day")
		}
		return CreditField{Name: f.GetName(), Kind: CreditDay, Text: v.Day}, nil
	case *pb.CreditField_Text:
		if v.Text == "" || utf8.RuneCountInString(v.Text) > maxCreditText || !isWording(v.Text) {
			return CreditField{}, unreadable("no text")
		}
		return CreditField{Name: f.GetName(), Kind: CreditText, Text: v.Text}, nil
	default:
		return CreditField{}, unreadable("a field without a value")
	}
}

// readDay reads a day of the calendar in its one form.
func readDay(text string) (civil.Date, bool) {
	day, err := civil.ParseDate(text)
	return day, err == nil && day.IsValid() && day.String() == text && day.Year >= firstCreditYear && day.Year <= lastCreditYear
}

// isWord accepts a name that this program can know: a lower-case letter, then letters,
// digits and underscores.
func isWord(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (i == 0 || (c < '0' || c > '9') && c != '_') {
			return false
		}
	}
	return text != "" && len(text) <= maxCreditName
}

// isWording accepts one line of text: nothing that steers a terminal or a page, and no
// blank ends.
func isWording(text string) bool {
	unseen := func(r rune) bool { return !unicode.IsPrint(r) }
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unseen) && strings.TrimSpace(text) == text
}
