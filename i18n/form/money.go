package form

import (
	"fmt"
	"strconv"
)

// Currency is a currency's code in ISO 4217.
type Currency string

// The currencies of the two shores. Both have a hundred minor units.
const (
	CNY Currency = "CNY"
	TWD Currency = "TWD"
)

// Money writes an amount of minor units, fen or cents: 人民幣 1,234.56 元,
// 新臺幣 1,234 元, CNY 1,234.56, NT$1,234. RMB always have two decimals, NT$ have
// them only if they are not whole. No amount stands behind a bare ¥ or $, which
// name several currencies. Less than nothing has a hyphen before its figures.
//
// Another currency is written with its code, with two decimals, whatever its own
// minor unit is.
func Money(s Style, minor int64, c Currency) string {
	figures := decimal(minor, c)
	if s.script() == english {
		return englishMoney(figures, c)
	}
	name := c.name()
	if name == "" {
		return string(c) + " " + figures
	}
	return s.write(name) + " " + figures + " 元"
}

func englishMoney(figures string, c Currency) string {
	if c != TWD {
		return string(c) + " " + figures
	}
	if figures[0] == '-' {
		return "-NT$" + figures[1:]
	}
	return "NT$" + figures
}

// decimal writes minor units with two decimals, or none for whole NT$.
func decimal(minor int64, c Currency) string {
	size := magnitude(minor)
	text := grouped(size / 100)
	if c != TWD || size%100 != 0 {
		text += fmt.Sprintf(".%02d", size%100)
	}
	return sign(minor) + text
}

// name is the currency's name in Simplified characters, or "".
func (c Currency) name() string {
	switch c {
	case CNY:
		return "人民币"
	case TWD:
		return "新台币"
	}
	return ""
}

// Number writes a whole number with a comma after every three digits, as both
// shores do.
func Number(_ Style, n int64) string { return sign(n) + grouped(magnitude(n)) }

// magnitude is n without its sign; the least int64 has one too.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func sign(n int64) string {
	if n < 0 {
		return "-"
	}
	return ""
}

func grouped(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	text := make([]byte, 0, len(digits)+len(digits)/3)
	for i := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			text = append(text, ',')
		}
		text = append(text, digits[i])
	}
	return string(text)
}
