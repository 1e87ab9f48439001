package form

import (
	"strconv"
	"strings"
	"time"

	"github.com/golang-sql/civil"
)

// shanghai is the zone in which [Argument] shows instants. It is a fixed one, so
// that it needs no zone files: Asia/Shanghai has been at UTC+8 without summer time
// since September 1991, and Taipei too [GK]. Messages speak of later instants.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// kinds are the forms of arguments by the end of their names.
var kinds = []struct {
	suffix string
	write  func(Style, string) (string, bool)
}{
	{"Date", dateArgument},
	{"Time", timeArgument},
	{"Until", untilArgument},
	{"Fen", amountArgument(CNY)},
	{"Cents", amountArgument(TWD)},
	{"Capital", capitalArgument},
	{"Phone", phoneArgument},
	{"Number", numberArgument},
}

// Argument writes the value of a message's parameter as its name asks, where the
// name is one of these or ends so:
//
//	Date     a day, 2026-11-24
//	Time     an instant in RFC 3339, shown in Asia/Shanghai
//	Until    either of the two
//	Fen      a whole number of fen, shown as RMB
//	Cents    a whole number of cents, shown as NT$
//	Capital  a whole number of fen, shown in capital figures
//	Phone    a number in E.164
//	Number   a whole number, grouped: a count, so never name a document's number so
//
// It reports false, and gives the value as it is, if the name asks for no form or
// the value is not in the form that the name promises.
func Argument(s Style, name, value string) (string, bool) {
	for _, kind := range kinds {
		if !strings.HasSuffix(name, kind.suffix) {
			continue
		}
		if text, ok := kind.write(s, value); ok {
			return text, true
		}
		break
	}
	return value, false
}

func dateArgument(s Style, value string) (string, bool) {
	d, err := civil.ParseDate(value)
	return Date(s, d), err == nil && writable(d)
}

func timeArgument(s Style, value string) (string, bool) {
	t, err := time.Parse(time.RFC3339, value)
	return Time(s, t, shanghai), err == nil
}

func untilArgument(s Style, value string) (string, bool) {
	if text, ok := dateArgument(s, value); ok {
		return text, true
	}
	return timeArgument(s, value)
}

func amountArgument(c Currency) func(Style, string) (string, bool) {
	return func(s Style, value string) (string, bool) {
		n, ok := wholeNumber(value)
		return Money(s, n, c), ok
	}
}

func capitalArgument(s Style, value string) (string, bool) {
	n, ok := wholeNumber(value)
	if !ok {
		return "", false
	}
	text, err := Capital(s, n, CNY)
	return text, err == nil
}

func phoneArgument(s Style, value string) (string, bool) {
	e164, err := ParsePhone(value, "")
	return Phone(s, e164), err == nil && e164 == value
}

func numberArgument(s Style, value string) (string, bool) {
	n, ok := wholeNumber(value)
	return Number(s, n), ok
}

// wholeNumber reads a number in its only spelling: 007 and +7 are no numbers but
// codes, and are left alone.
func wholeNumber(value string) (int64, bool) {
	n, err := strconv.ParseInt(value, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == value
}
