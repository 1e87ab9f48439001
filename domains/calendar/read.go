package calendar

import (
	"io"
	"strconv"
	"time"

	"github.com/golang-sql/civil"
)

// The columns of a year's file.
var yearColumns = []string{"kind", "date", "name", "notice", "confidence", "source"}

// The kinds of rows of a year's file.
const (
	noticeRow   = "notice"   // date of issue or empty, issuer, number, confidence, source
	holidayRow  = "holiday"  // date, name in zh-Hans, number of the notice
	workdayRow  = "workday"  // the same, for a make-up working day
	deadlineRow = "deadline" // date, number of the notice
)

// Read reads the file of a year: CSV in UTF-8 with the columns kind, date, name,
// notice, confidence, source, at most 64 KiB, rows in any order.
//
// A notice row explains a number (issuer as the name, date of issue or nothing,
// confidence, source). A holiday or workday row has a date, the festival's name in
// zh-Hans and the number; a deadline row a date and the number. Every row's date is
// of this year: what the notice of the next year says of the last days of December
// is a row here that names that notice.
//
// It fails with [Mistakes], which holds everything that is wrong, or with the error
// of the reader.
func Read(year int, r io.Reader) (Year, error) {
	s, err := readSheet(r, yearColumns)
	if err != nil {
		return Year{}, err
	}
	b := newBuilder(year, s)
	if year < 1000 || year > 9999 {
		b.add(0, "", BadYear, strconv.Itoa(year))
	}
	for _, r := range s.rows {
		if r.cells["kind"] == noticeRow {
			b.readNotice(r)
		}
	}
	for _, r := range s.rows {
		b.readDated(r)
	}
	if len(b.found) == 0 {
		b.check()
	}
	if err := b.err(); err != nil {
		return Year{}, err
	}
	b.year.table = newTable(year, b.year.days)
	return b.year, nil
}

// builder puts a Year together, row by row.
type builder struct {
	*sheet
	year    Year
	notices map[string]Notice  // by number
	lines   map[time.Month]int // of the deadlines
}

func newBuilder(year int, s *sheet) *builder {
	return &builder{
		sheet:   s,
		year:    Year{number: year, days: map[civil.Date]Day{}, deadlines: map[time.Month]filing{}},
		notices: map[string]Notice{},
		lines:   map[time.Month]int{},
	}
}

func (b *builder) readNotice(r row) {
	n := Notice{
		Number: r.cells["notice"], Issuer: r.cells["name"],
		Confidence: Confidence(r.cells["confidence"]), Source: r.cells["source"],
	}
	if r.cells["date"] != "" {
		n.Issued, _ = b.date(r, "date")
	}
	n.check(&b.report, r.line)
	if _, again := b.notices[n.Number]; again {
		b.add(r.line, "notice", Twice, n.Number)
	}
	b.notices[n.Number] = n
	b.year.notices = append(b.year.notices, n)
}

// readDated reads a row that rules on a date, and passes over notices.
func (b *builder) readDated(r row) {
	kind := r.cells["kind"]
	switch kind {
	case noticeRow:
		return
	case holidayRow, workdayRow, deadlineRow:
	default:
		b.add(r.line, "kind", BadKind, kind)
		return
	}
	b.empty(r, "confidence", "source")
	notice, ok := b.notices[r.cells["notice"]]
	if !ok {
		b.add(r.line, "notice", NoNotice, r.cells["notice"])
	}
	date, ok := b.date(r, "date")
	switch {
	case !ok:
	case date.Year != b.year.number:
		b.add(r.line, "date", OtherYear, date.String())
	case kind == deadlineRow:
		b.readDeadline(r, filing{date, notice})
	default:
		b.readDay(r, Day{Date: date, Kind: dayKinds[kind], Name: r.cells["name"], Notice: notice})
	}
}

var dayKinds = map[string]DayKind{holidayRow: Holiday, workdayRow: MakeUp}

func (b *builder) readDay(r row, d Day) {
	if d.Name == "" {
		b.add(r.line, "name", NoName, "")
	}
	if d.Kind == MakeUp && !weekend(d.Date) {
		b.add(r.line, "date", OnWeekday, d.Date.String())
	}
	if _, again := b.year.days[d.Date]; again {
		b.add(r.line, "date", DateTwice, d.Date.String())
	}
	b.year.days[d.Date] = d
}

func (b *builder) readDeadline(r row, f filing) {
	b.empty(r, "name")
	month := MonthOf(f.date)
	if f.date.Before(month.Statutory()) {
		b.add(r.line, "date", TooEarly, f.date.String())
	}
	if _, again := b.year.deadlines[month.Month]; again {
		b.add(r.line, "date", MonthTwice, month.String())
	}
	b.year.deadlines[month.Month], b.lines[month.Month] = f, r.line
}
