package form

import "strings"

// maxCapitalText is the length in bytes of the longest text that is read as
// capital figures. The longest that can be right has 140.
const maxCapitalText = 200

// toSimplified makes one of the characters that the rules allow for each other.
// Traditional ones are accepted everywhere, and 正 for 整, 圓 for 元.
var toSimplified = strings.NewReplacer("幣", "币", "臺", "台", "貳", "贰", "參", "叁", "叄", "叁", "陸", "陆",
	"萬", "万", "億", "亿", "圓", "元", "圆", "元", "正", "整")

// ParseCapital reads an amount in capital figures, to check a payment paper: the
// inverse of [Capital], in fen or cents. The currency must stand before the
// figures and nothing around them, not even a space. Both scripts are read, also
// mixed, and every 零 and 整 that the rules leave open; one that they ask for or
// forbid is [ErrCapitalForm], as everything else that Capital would not write.
func ParseCapital(text string) (minor int64, c Currency, err error) {
	if len(text) > maxCapitalText {
		return 0, "", ErrCapitalForm
	}
	c, text, ok := cutCurrency(toSimplified.Replace(text))
	if !ok {
		return 0, "", ErrCapitalCurrency
	}
	minor, ok = tally(text)
	if !ok || !matches(text, strokes(minor, c)) {
		return 0, "", ErrCapitalForm
	}
	return minor, c, nil
}

func cutCurrency(text string) (Currency, string, bool) {
	for _, c := range []Currency{CNY, TWD} {
		if rest, ok := strings.CutPrefix(text, c.name()); ok {
			return c, rest, true
		}
	}
	return "", "", false
}

// matches reports whether a text is an amount's strokes, with or without the open
// ones. No open stroke begins like the one after it, so one try is enough.
func matches(text string, amount []stroke) bool {
	for _, st := range amount {
		rest, ok := strings.CutPrefix(text, st.text)
		if !ok && !st.open {
			return false
		}
		text = rest
	}
	return text == ""
}

// tally adds up figures without asking whether they are well written. Nonsense
// gives some amount, or none; [matches] finds it out.
func tally(text string) (minor int64, ok bool) {
	var t tallying
	for _, r := range text {
		if !t.add(string(r)) {
			return 0, false
		}
	}
	return t.minor, 0 <= t.minor && t.minor <= MaxCapital
}

// tallying is an amount half read. Its sums may wrap around.
type tallying struct {
	minor  int64 // what units of money have closed
	larger int64 // closed by 亿 or 兆
	myriad int64 // closed by 万, and open to 亿
	group  int64 // closed by 拾, 佰, 仟
	digit  int64
}

// add takes one more character, and reports whether it belongs to an amount.
func (t *tallying) add(sign string) bool {
	for digit, figure := range figures {
		if sign == figure {
			t.digit = int64(digit)
			return true
		}
	}
	switch sign {
	case "拾", "佰", "仟":
		t.group, t.digit = t.group+t.digit*place(sign), 0
	case "万":
		t.myriad, t.group, t.digit = t.myriad+(t.group+t.digit)*1e4, 0, 0
	case "亿":
		t.close(1e8)
	case "兆":
		t.close(1e12)
	case "元":
		t.close(1)
		t.minor, t.larger = t.larger*100, 0
	case "角":
		t.minor, t.digit = t.minor+t.digit*10, 0
	case "分":
		t.minor, t.digit = t.minor+t.digit, 0
	case "整":
	default:
		return false
	}
	return true
}

// close counts all that is not yet closed as many times as the unit says.
func (t *tallying) close(unit int64) {
	t.larger += (t.myriad + t.group + t.digit) * unit
	t.myriad, t.group, t.digit = 0, 0, 0
}

func place(sign string) int64 {
	switch sign {
	case "拾":
		return 10
	case "佰":
		return 100
	}
	return 1000
}
