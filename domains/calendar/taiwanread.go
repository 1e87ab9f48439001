package calendar

import (
	"io"
	"slices"

	"github.com/golang-sql/civil"
)

var (
	taiwanRuleColumns = []string{"tax", "day", "confidence", "source"}
	taiwanDateColumns = []string{"tax", "statutory", "date", "why", "confidence", "source"}
)

// ReadTaiwan reads a file of Taiwan dates: CSV in UTF-8 with the columns tax,
// statutory, date, why, confidence, source, at most 64 KiB. A tax and its statutory
// day are among those that the program knows. It fails with [Mistakes], or with the
// error of the reader.
func ReadTaiwan(r io.Reader) ([]TaiwanDate, error) {
	return readTaiwan(r, func(*report, int, TaiwanDate) {})
}

// ReadTaiwanYear reads the file of a year as [ReadTaiwan] does. Every statutory day
// is of this year; a file without rows says that nothing is given for it.
func ReadTaiwanYear(year int, r io.Reader) ([]TaiwanDate, error) {
	return readTaiwan(r, func(to *report, line int, d TaiwanDate) {
		if d.Statutory.Year != year {
			to.add(line, "statutory", OtherYear, d.Statutory.String())
		}
	})
}

// readTaiwan reads a file of which each row passes a check besides its own.
func readTaiwan(r io.Reader, check func(to *report, line int, d TaiwanDate)) ([]TaiwanDate, error) {
	s, err := readSheet(r, taiwanDateColumns)
	if err != nil {
		return nil, err
	}
	var list []TaiwanDate
	for _, r := range s.rows {
		d, ok := s.taiwanDate(r)
		if !ok {
			continue
		}
		if slices.ContainsFunc(list, func(e TaiwanDate) bool {
			return e.Tax == d.Tax && e.Statutory == d.Statutory && e.Date == d.Date
		}) {
			s.add(r.line, "", Twice, d.Date.String())
		}
		check(&s.report, r.line, d)
		list = append(list, d)
	}
	if err := s.err(); err != nil {
		return nil, err
	}
	return list, nil
}

// TaiwanText is Taiwan dates as a file that [ReadTaiwan] takes, in their order.
// Illustrative ones are left out: they are ours.
func TaiwanText(dates []TaiwanDate) string {
	var rows [][]string
	for _, d := range dates {
		if !d.Illustrative {
			rows = append(rows, []string{
				d.Tax, d.Statutory.String(), d.Date.String(), string(d.Why), string(d.Confidence), d.Source,
			})
		}
	}
	return writeSheet(taiwanDateColumns, rows)
}

// taiwanDate reads a row whose dates are dates.
func (s *sheet) taiwanDate(r row) (TaiwanDate, bool) {
	statutory, ok1 := s.date(r, "statutory")
	date, ok2 := s.date(r, "date")
	if !ok1 || !ok2 {
		return TaiwanDate{}, false
	}
	d := TaiwanDate{
		Tax: r.cells["tax"], Statutory: statutory, Date: date, Why: Why(r.cells["why"]),
		Confidence: Confidence(r.cells["confidence"]), Source: r.cells["source"],
	}
	d.check(&s.report, r.line)
	return d, true
}

// check reports what cannot be meant.
func (d TaiwanDate) check(to *report, line int) {
	known := slices.ContainsFunc(taiwanRules(), func(r taiwanRule) bool {
		return r.tax == d.Tax && r.day.Month == d.Statutory.Month && r.day.Day == d.Statutory.Day
	})
	if !known {
		to.add(line, "tax", BadTax, d.Tax)
	}
	if _, moved := whySteps[d.Why]; (!moved && d.Why != AsStated) || moved == (d.Date == d.Statutory) {
		to.add(line, "why", BadWhy, string(d.Why))
	}
	checkMoved(to, line, d.Statutory, d.Date)
	checkConfidence(to, line, d.Confidence, d.Source)
}

// readTaiwanRules reads the days of every year, MM-DD.
func readTaiwanRules(r io.Reader) ([]taiwanRule, error) {
	s, err := readSheet(r, taiwanRuleColumns)
	if err != nil {
		return nil, err
	}
	var rules []taiwanRule
	for _, r := range s.rows {
		day, err := civil.ParseDate("2000-" + r.cells["day"])
		if err != nil {
			s.add(r.line, "day", BadDate, r.cells["day"])
		}
		if !taxForm.MatchString(r.cells["tax"]) {
			s.add(r.line, "tax", BadTax, r.cells["tax"])
		}
		checkConfidence(&s.report, r.line, Confidence(r.cells["confidence"]), r.cells["source"])
		rules = append(rules, taiwanRule{r.cells["tax"], day, r.cells["source"]})
	}
	return rules, s.err()
}
