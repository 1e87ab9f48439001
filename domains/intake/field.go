package intake

import (
	"strconv"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

const earliestBirth = 1900

// number reads a document number. An empty one is refused.
func (r *row) number(column string, kind document.Kind, today civil.Date) document.Number {
	raw := r.raw(column)
	if raw == "" {
		r.fail(column, ErrFieldMissing)
		return document.Number{}
	}
	n, err := document.Parse(kind, raw, today)
	if err != nil {
		r.fail(column, err)
	}
	return n
}

// numberIfAny reads a document number; an empty field is the zero Number.
func (r *row) numberIfAny(column string, kind document.Kind, today civil.Date) document.Number {
	if r.code(column) == "" {
		return document.Number{}
	}
	return r.number(column, kind, today)
}

// kind reads the kind of a document.
func (r *row) kind(column string) document.Kind {
	kind, err := document.ParseKind(r.code(column))
	if err != nil {
		r.fail(column, err)
	}
	return kind
}

// owner reads the document, a person's or a firm's, to which the row belongs.
func (r *row) owner(today civil.Date) document.Number {
	kind := r.kind("document_kind")
	if kind == "" {
		return document.Number{}
	}
	return r.number("document_number", kind, today)
}

// date reads YYYY-MM-DD or YYYYMMDD; an empty field is the zero date. Other
// ways to write a day are refused, because 1/5 is two days.
func (r *row) date(column string) civil.Date {
	text := r.code(column)
	if text == "" {
		return civil.Date{}
	}
	if _, err := strconv.ParseUint(text, 10, 32); err == nil && len(text) == 8 {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	day, err := civil.ParseDate(text)
	if err != nil || day.Year == 0 {
		r.fail(column, ErrDate)
		return civil.Date{}
	}
	return day
}

// validity reads one printing.
func (r *row) validity() dossier.Validity {
	v := dossier.Validity{IssueCount: r.code("issue_count"), From: r.date("valid_from"), To: r.date("valid_to")}
	if v.IssueCount != "" && !digits(v.IssueCount, 2) {
		r.fail("issue_count", ErrIssueCount)
	}
	if v.From.IsValid() && v.To.IsValid() && v.To.Before(v.From) {
		r.fail("valid_to", ErrDate)
	}
	return v
}

// state reads what the register says of a document.
func (r *row) state(column string) document.Status {
	switch r.code(column) {
	case "issued":
		return document.Valid
	case "replaced":
		return document.Replaced
	case "lost":
		return document.Lost
	case "revoked":
		return document.Revoked
	case "":
		r.fail(column, ErrFieldMissing)
	default:
		r.fail(column, ErrState)
	}
	return ""
}

// sex reads M, F, 男 or 女; an empty field says nothing.
func (r *row) sex(column string) document.Sex {
	switch r.code(column) {
	case "M", "m", "男":
		return document.Male
	case "F", "f", "女":
		return document.Female
	case "":
	default:
		r.fail(column, ErrSex)
	}
	return ""
}

// phone reads a phone number, if there is one.
func (r *row) phone(column string) string {
	raw := r.text(column, maxCode)
	if raw == "" {
		return ""
	}
	phone, err := dossier.ReadPhone(raw)
	if err != nil {
		r.fail(column, err)
	}
	return phone
}

// fen reads an amount; an empty field is nil.
func (r *row) fen(column string) *int64 {
	text := r.code(column)
	if text == "" {
		return nil
	}
	fen, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		r.fail(column, ErrAmount)
		return nil
	}
	return &fen
}

// time reads a moment with its zone, RFC 3339, in the years that both databases
// keep alike.
func (r *row) time(column string) time.Time {
	text := r.code(column)
	if text == "" {
		r.fail(column, ErrFieldMissing)
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.UTC().Year() < earliestBirth || at.UTC().Year() > 9999 {
		r.fail(column, ErrTime)
		return time.Time{}
	}
	return at.UTC()
}

// area is a code of GB/T 2260.
func (r *row) area(column string) string {
	code := r.code(column)
	if !digits(code, 6) {
		r.fail(column, ErrArea)
		return ""
	}
	return code
}

// areaIfAny is a code of GB/T 2260, or "" where the field is empty or the file has
// no such column.
func (r *row) areaIfAny(column string) string {
	if !r.has(column) || r.code(column) == "" {
		return ""
	}
	return r.area(column)
}

// digits reports whether text is n digits.
func digits(text string, n int) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) == n
}
