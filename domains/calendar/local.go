package calendar

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/golang-sql/civil"
)

// AllTaxes is the tax of a postponement that is for every tax.
const AllTaxes = "all"

// Override is a local postponement, for a typhoon or because a system failed. It
// goes before the national notice and the rule. Keep it for good: it is why a date
// was what it was; a mistaken one is left out of the list.
type Override struct {
	// Area is the code of six digits of whoever postponed: a province (350000), a
	// city (350100) or a county (350128). It holds for all that lies within.
	Area string
	// Tax is lower case ASCII with underscores, or [AllTaxes].
	Tax string
	// Statutory is the day put off: the 15th for the month's filing, see
	// [Month.Statutory], or another day that the law names.
	Statutory civil.Date
	// Date is the new last day.
	Date civil.Date
	// Notice is the paper. Its Issued is the day of publication and is required.
	Notice Notice
}

var (
	localColumns = []string{"area", "tax", "statutory", "date", "notice", "name", "issued", "confidence", "source"}
	areaForm     = regexp.MustCompile(`^[1-9][0-9]{5}$`)
	taxForm      = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
)

// WithLocal is the calendar with these postponements in place of those it had. It
// fails with [Mistakes], where Line is the place in the list.
func (c Calendar) WithLocal(overrides ...Override) (Calendar, error) {
	var found report
	checkAll(&found, overrides, func(i int) int { return i + 1 })
	if err := found.err(); err != nil {
		return Calendar{}, err
	}
	c.local = slices.Clone(overrides)
	return c, nil
}

// Local lists the postponements. The slice is the caller's.
func (c Calendar) Local() []Override { return slices.Clone(c.local) }

// ReadLocal reads a file of postponements: CSV in UTF-8 with the columns area, tax,
// statutory, date, notice, name (of the issuer), issued, confidence, source, at most
// 64 KiB. It fails with [Mistakes], or with the error of the reader.
func ReadLocal(r io.Reader) ([]Override, error) {
	s, err := readSheet(r, localColumns)
	if err != nil {
		return nil, err
	}
	var list []Override
	var lines []int
	for _, r := range s.rows {
		if o, ok := s.override(r); ok {
			list, lines = append(list, o), append(lines, r.line)
		}
	}
	checkAll(&s.report, list, func(i int) int { return lines[i] })
	if err := s.err(); err != nil {
		return nil, err
	}
	return list, nil
}

// override reads a row whose dates are dates.
func (s *sheet) override(r row) (Override, bool) {
	statutory, ok1 := s.date(r, "statutory")
	date, ok2 := s.date(r, "date")
	issued, ok3 := s.date(r, "issued")
	return Override{
		Area: r.cells["area"], Tax: r.cells["tax"], Statutory: statutory, Date: date,
		Notice: Notice{
			Number: r.cells["notice"], Issuer: r.cells["name"], Issued: issued,
			Confidence: Confidence(r.cells["confidence"]), Source: r.cells["source"],
		},
	}, ok1 && ok2 && ok3
}

// LocalText is the postponements as a file that [ReadLocal] takes, in their order.
func LocalText(overrides []Override) string {
	var rows [][]string
	for _, o := range overrides {
		rows = append(rows, []string{
			o.Area, o.Tax, o.Statutory.String(), o.Date.String(),
			o.Notice.Number, o.Notice.Issuer, dateText(o.Notice.Issued), string(o.Notice.Confidence), o.Notice.Source,
		})
	}
	return writeSheet(localColumns, rows)
}

// key is what two postponements of one day cannot share: nobody could say which of
// them holds.
func (o Override) key() [4]string {
	return [4]string{o.Area, o.Tax, o.Statutory.String(), o.Notice.Issued.String()}
}

// checkAll reports what is wrong with postponements.
func checkAll(to *report, overrides []Override, line func(int) int) {
	seen := map[[4]string]bool{}
	for i, o := range overrides {
		o.check(to, line(i))
		if seen[o.key()] {
			to.add(line(i), "", Twice, o.Notice.Number)
		}
		seen[o.key()] = true
	}
}

func (o Override) check(to *report, line int) {
	if !areaForm.MatchString(o.Area) {
		to.add(line, "area", BadArea, o.Area)
	}
	if !taxForm.MatchString(o.Tax) {
		to.add(line, "tax", BadTax, o.Tax)
	}
	for i, date := range []civil.Date{o.Statutory, o.Date, o.Notice.Issued} {
		if !date.IsValid() || date.Year < 1 {
			to.add(line, []string{"statutory", "date", "issued"}[i], BadDate, date.String())
		}
	}
	checkMoved(to, line, o.Statutory, o.Date)
	o.Notice.check(to, line)
}

// checkMoved reports a last day that cannot be meant.
func checkMoved(to *report, line int, statutory, date civil.Date) {
	switch {
	case date.Before(statutory):
		to.add(line, "date", TooEarly, date.String())
	case date.DaysSince(statutory) > 366:
		to.add(line, "date", TooLate, date.String())
	}
}

// postponed applies the local postponement that holds, if there is one.
func (c Calendar) postponed(d Deadline, w Where) Deadline {
	var holds []Override
	for _, o := range c.local {
		if o.Statutory == d.Statutory && o.covers(w) {
			holds = append(holds, o)
		}
	}
	if len(holds) == 0 {
		return d
	}
	o := slices.MaxFunc(holds, Override.compare)
	step := stepOn(StepLocal, o.Date).under("", o.Notice)
	step.Params["Area"], step.Params["IssuedDate"] = o.Area, o.Notice.Issued.String()
	return d.byNotice(Local, o.Date, o.Notice, step)
}

// covers reports whether the postponement is for a taxpayer.
func (o Override) covers(w Where) bool {
	return strings.HasPrefix(w.Area, o.within()) && (o.Tax == AllTaxes || o.Tax == w.Tax)
}

// within is what the codes of all places in the area begin with.
func (o Override) within() string {
	code := o.Area
	for strings.HasSuffix(code, "00") {
		code = strings.TrimSuffix(code, "00")
	}
	return code
}

// compare says which of two postponements holds, the greater one: the one
// published last, then the one for the smaller area, then the one for the tax. The
// facts do not say how they rank; this is our choice.
func (o Override) compare(p Override) int {
	named := func(o Override) int {
		if o.Tax == AllTaxes {
			return 0
		}
		return 1
	}
	return cmp.Or(
		compare(o.Notice.Issued, p.Notice.Issued),
		cmp.Compare(len(o.within()), len(p.within())),
		cmp.Compare(named(o), named(p)),
	)
}
