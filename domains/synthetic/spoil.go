package synthetic

import "strings"

// weakness says which columns of a row can be spoilt.
type weakness struct{ number, name, date int }

// spoil makes a row that must be refused: a wrong check character (or, for a
// pass, which has none, a missing digit), a day that no calendar has, or no
// name.
func (w weakness) spoil(row []string, d *draw) {
	switch d.below(3) {
	case 0:
		row[w.number] = wrongNumber(row[w.number])
	case 1:
		row[w.date] = row[w.date][:5] + "02-30" + row[w.date][10:]
	default:
		row[w.name] = ""
	}
}

// wrongNumber changes the check character; any one wrong character is found.
func wrongNumber(number string) string {
	body := number[:len(number)-1]
	switch {
	case len(number) == 8:
		return body
	case strings.HasSuffix(number, "1"):
		return body + "2"
	default:
		return body + "1"
	}
}

// untidy writes the number as people type it: full width, with spaces, or with
// a lower-case x. It is still the same number.
func (w weakness) untidy(row []string, d *draw) {
	number := row[w.number]
	switch d.below(3) {
	case 0:
		row[w.number] = fullWidth(number)
	case 1:
		row[w.number] = " " + number[:4] + " " + number[4:] + "\u3000"
	default:
		row[w.number] = strings.ToLower(number) + " "
	}
}

func fullWidth(s string) string {
	const offset = '０' - '0'
	return strings.Map(func(r rune) rune { return r + offset }, s)
}
