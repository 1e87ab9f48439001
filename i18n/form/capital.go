package form

import (
	"errors"
	"strings"
)

// Why an amount has no capital figures, or capital figures no amount.
var (
	// ErrCapitalRange: less than nothing, or more than [MaxCapital].
	ErrCapitalRange = errors.New("form: the amount cannot be written in capital figures")
	// ErrCapitalCurrency: neither RMB nor NT$.
	ErrCapitalCurrency = errors.New("form: capital figures are of RMB or NT$")
	// ErrCapitalForm: not written as the rules for payment papers ask.
	ErrCapitalForm = errors.New("form: not an amount in capital figures as the rules ask")
)

// MaxCapital is the largest amount that [Capital] writes, in fen or cents: one
// less than 10^16 yuan, that is 9999万亿 of RMB and 9999兆 of NT$.
const MaxCapital int64 = 1e18 - 1

// stroke is one character or unit of an amount in capital figures, in Simplified
// characters.
type stroke struct {
	text string
	// open strokes may be written or not; we leave them out.
	open bool
}

var (
	figures = [...]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}
	places  = [...]string{"", "拾", "佰", "仟"}
)

// Capital writes an amount of minor units in capital figures (大寫金額) for a
// payment paper: 人民币壹仟贰佰叁拾肆元伍角陆分, 新臺幣壹仟貳佰參拾肆元整. The
// characters are Simplified for zh-Hans, Traditional for other Chinese, and for
// readers of English those of the shore whose currency it is.
//
// The rules are those for filling in payment papers, annex 1 of 支付結算辦法 (People's
// Bank of China, 1997) [GK], for both currencies: whole yuan end with 整, jiao may
// and fen do not; zeros within the figures are said once. Where the rules leave a
// 零 or 整 open it is left out. From 10^12 on, RMB count 万亿 and NT$ 兆, which is
// ambiguous on the mainland. Fails with [ErrCapitalRange] or [ErrCapitalCurrency].
func Capital(s Style, minor int64, c Currency) (string, error) {
	switch {
	case c.name() == "":
		return "", ErrCapitalCurrency
	case minor < 0 || minor > MaxCapital:
		return "", ErrCapitalRange
	}
	var text strings.Builder
	text.WriteString(c.name())
	for _, st := range strokes(minor, c) {
		if !st.open {
			text.WriteString(st.text)
		}
	}
	return s.paperStyle(c).write(text.String()), nil
}

// paperStyle is the style in which a reader's payment papers are written.
func (s Style) paperStyle(c Currency) Style {
	if s.script() == english && c == CNY {
		return Style{Language: "zh-Hans"}
	}
	return s
}

// strokes writes an amount between 0 and [MaxCapital], with every stroke that is
// allowed.
func strokes(minor int64, c Currency) []stroke {
	yuan, jiao, fen := minor/100, minor/10%10, minor%10
	if minor == 0 {
		return []stroke{{text: "零元整"}}
	}
	var out []stroke
	if yuan > 0 {
		out = append(whole(yuan, c), stroke{text: "元"})
	}
	return append(out, fraction(yuan, jiao, fen)...)
}

// fraction writes what follows the yuan.
func fraction(yuan, jiao, fen int64) []stroke {
	var out []stroke
	switch {
	case jiao == 0 && fen == 0:
		return []stroke{{text: "整"}}
	case jiao == 0 && yuan > 0:
		out = append(out, stroke{text: "零"})
	case jiao > 0 && yuan > 0 && yuan%10 == 0:
		out = append(out, stroke{"零", true})
	}
	if jiao > 0 {
		out = append(out, stroke{text: figures[jiao] + "角"})
	}
	if fen > 0 {
		return append(out, stroke{text: figures[fen] + "分"})
	}
	return append(out, stroke{"整", true})
}

// whole writes a number between 1 and 10^16 - 1.
func whole(n int64, c Currency) []stroke {
	var out []stroke
	last := -1 // the place of the last digit that is no zero
	for place := 15; place >= 0; place-- {
		if digit := n / power(place) % 10; digit > 0 {
			out = append(out, zeros(last, place)...)
			out = append(out, stroke{text: figures[digit] + places[place%4]})
			last = place
		}
		if unit := myriad(n, place, c); unit != "" {
			out = append(out, stroke{text: unit})
		}
	}
	return out
}

// zeros is what is said of the zeros between two digits. It may be nothing where
// they end a group of four and the next group is full: 壹拾万柒仟, 壹拾万零柒仟.
func zeros(last, place int) []stroke {
	if last < 0 || last-place == 1 {
		return nil
	}
	return []stroke{{"零", place%4 == 3 && last/4 == place/4+1}}
}

// myriad is the unit after the place that ends a group of four, or "".
func myriad(n int64, place int, c Currency) string {
	group := func(g int) bool { return n/power(4*g)%10000 > 0 }
	switch {
	case place == 4 && group(1):
		return "万"
	case place == 8 && (group(2) || group(3) && c == CNY):
		return "亿"
	case place == 12 && group(3) && c == CNY:
		return "万" // of 亿, which follows
	case place == 12 && group(3):
		return "兆"
	}
	return ""
}

func power(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// toTraditional writes the words of amounts in Taiwan's characters. Three is 參:
// the form that Taiwan's banks print and its dictionaries give [GK]; the mainland
// prints 叁 in both scripts, which is read as well.
var toTraditional = strings.NewReplacer("币", "幣", "台", "臺", "贰", "貳", "叁", "參", "陆", "陸", "万", "萬", "亿", "億")

// write puts the words of an amount, which come in Simplified characters, into
// the style's script.
func (s Style) write(text string) string {
	if s.script() == simplified {
		return text
	}
	return toTraditional.Replace(text)
}
