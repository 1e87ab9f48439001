package searchkey_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/searchkey"
)

func TestKey(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"Traditional", "網際網路補貼", "网际网路补贴"},
		{"Simplified", "互联网补贴", "互联网补贴"},
		{"two Traditional characters that share one", "鍾鐘", "钟钟"},
		{"two steps of folding", "薴", "苎"},
		{"beyond the first plane", "𠁞", "𠀾"},
		{"compatibility ideograph", "\uF9F4先生", "林先生"},
		{"Kangxi radical", "\u2F00", "一"},
		{"full width", "ＶＡＴ　１３％", "vat 13"},
		{"half-width katakana", "ｶﾞｽ", "ガス"},
		{"circled digit", "①補貼", "1 补贴"},
		{"case", "Tax NOTICE", "tax notice"},
		{"Han beside letters", "5G網路A級", "5g 网路 a 级"},
		{"punctuation", "《辦法》，第3條。（試行）", "办法 第 3 条 试行"},
		{"middle dot", "瓦歷斯・諾幹", "瓦历斯 诺干"},
		{"line breaks", "補貼\r\n\t政策", "补贴 政策"},
		{"tags", `<p class="big">補貼</p><br/><A href='x'>政策</A>`, "补贴 政策"},
		{"a comparison is no tag", "a<b and c>d", "a b and c d"},
		{"comment", "補<!-- 註 -->貼", "补 贴"},
		{"entities", "補貼&nbsp;政策&#160;&amp;", "补贴 政策"},
		{"an ampersand", "AT&T", "at t"},
		{"placeholder", "還有{{.Count}}項", "还有 项"},
		{"Markdown", "**補貼** _政策_ `x`", "补贴 政策 x"},
		{"zero width", "補\u200B貼\uFEFF", "补贴"},
		{"soft hyphen", "no\u00ADtice", "notice"},
		{"variation selector", "葛\U000E0100粉", "葛粉"},
		{"decomposed accent", "Cafe\u0301", "café"},
		{"a mark on nothing", "\u0301補\u0301貼", "补贴"},
		{"private use", "陳\uE000玲", "陈 玲"},
		{"invalid UTF-8", "補\xff貼", "补 贴"},
		{"NUL", "補\x00貼", "补 贴"},
		{"nothing to find", "％＿！—…", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		if got := searchkey.Key(tt.text); got != tt.want {
			t.Errorf("%s: Key(%q) = %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

func TestGrams(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, key string
		want      []string
	}{
		{"Han", "互联网", []string{"互联", "联网", "互", "联", "网"}},
		{"one character", "税", []string{"税"}},
		{"repeated", "谢谢谢", []string{"谢谢", "谢"}},
		{"letters", "vat", []string{"v", "va", "vat"}},
		{"mixed", "5g 网", []string{"5", "5g", "网"}},
		{"not over a space", "补 贴", []string{"补", "贴"}},
		{"beyond the first plane", "𠀾𠮷", []string{"𠀾𠮷", "𠀾", "𠮷"}},
		{"empty", "", nil},
	}
	for _, tt := range tests {
		if got := searchkey.Grams(tt.key); !slices.Equal(got, tt.want) {
			t.Errorf("%s: Grams(%q) = %q, want %q", tt.name, tt.key, got, tt.want)
		}
	}
	if got := searchkey.Grams(strings.Repeat("é", 100)); len(got) != searchkey.MaxGram || utf8.RuneCountInString(got[len(got)-1]) != searchkey.MaxGram {
		t.Errorf("Grams of a word of 100 letters are %q, want %d", got, searchkey.MaxGram)
	}
}

func TestNeeded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 40)
	tests := []struct {
		name, query string
		want        []string
	}{
		{"Han", "互联网", []string{"互联", "联网"}},
		{"one character", "税", []string{"税"}},
		{"one character beside a word", "5g 网", []string{"5g", "网"}},
		{"letters", "vat", []string{"vat"}},
		{"a long word", long, []string{long[:searchkey.MaxGram]}},
		{"repeated", "谢谢 谢谢", []string{"谢谢"}},
		{"empty", "", nil},
	}
	for _, tt := range tests {
		if got := searchkey.Needed(tt.query); !slices.Equal(got, tt.want) {
			t.Errorf("%s: Needed(%q) = %q, want %q", tt.name, tt.query, got, tt.want)
		}
	}
}

func TestQueries(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query string
		want        []string
	}{
		{"Taiwan's word", "網際網路", []string{"网际网路", "互联网"}},
		{"Taiwan's word in Simplified characters", "网际网路", []string{"网际网路", "互联网"}},
		{"the mainland's word", "互联网", []string{"互联网", "网际网路"}},
		{"one word on both shores", "補貼", []string{"补贴"}},
		{"the other shore's character", "随着", []string{"随着", "随著"}},
		{"Latin", "VAT", []string{"vat"}},
		{"garbage", "％\xff！", nil},
		{"empty", "", nil},
	}
	for _, tt := range tests {
		if got := searchkey.Queries(tt.query); !slices.Equal(got, tt.want) {
			t.Errorf("%s: Queries(%q) = %q, want %q", tt.name, tt.query, got, tt.want)
		}
	}
}

// finds does what an index does: one form's grams are all there, and its words
// are held.
func finds(text, query string) bool {
	key := searchkey.Key(text)
	grams := searchkey.Grams(key)
	return slices.ContainsFunc(searchkey.Queries(query), func(form string) bool {
		for _, gram := range searchkey.Needed(form) {
			if !slices.Contains(grams, gram) {
				return false
			}
		}
		for word := range strings.FieldsSeq(form) {
			if !strings.Contains(key, word) {
				return false
			}
		}
		return true
	})
}

func TestFinds(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("關於辦理登記的說明。", 2000) + "網際網路" + strings.Repeat("附件另行公布。", 2000)
	tests := []struct {
		name, text, query string
		want              bool
	}{
		{"Traditional query, mainland text", "互联网企业", "網際網路", true},
		{"mainland query, Taiwan text", "網際網路企業", "互联网", true},
		{"Traditional and Simplified", "补贴办法", "補貼", true},
		{"Simplified and Traditional", "補貼辦法", "补贴", true},
		{"Taiwan's words for software", "软件企业", "軟體", true},
		{"the mainland's words for software", "軟體業", "软件", true},
		{"full width", "VAT 13%", "ｖａｔ", true},
		{"case", "Pingtan Notice", "pingTAN", true},
		{"the beginning of a word", "Pingtan Notice", "not", true},
		{"the middle of a word", "Pingtan Notice", "tice", false},
		{"mixed", "5G網路補貼", "5G 補貼", true},
		{"mixed, in one", "关于5G网络的通知", "5G網路", true},
		{"one character", "增值税", "稅", true},
		{"one character in the middle", "增值税", "值", true},
		{"markup in the text", "<b>補貼</b>政策", "补贴 政策", true},
		{"a long text", long, "互聯網", true},
		{"a long text without it", long, "居住證", false},
		{"pairs elsewhere", "补贴办法", "贴办补", false},
		{"characters in another order", "互联网", "联互", false},
		{"garbage", "互联网", "\xff\x00%%%", false},
		{"other surname, one key", "鐘先生", "鍾", true},
	}
	for _, tt := range tests {
		if got := finds(tt.text, tt.query); got != tt.want {
			t.Errorf("%s: %q finds its text: %v, want %v", tt.name, tt.query, got, tt.want)
		}
	}
}

func TestQueriesAreFew(t *testing.T) {
	t.Parallel()
	for _, q := range []string{"網際網路軟體資訊程式", "互联网软件信息程序质量", "网际网路软体资讯程式品质", "隨著發展的里程碑", strings.Repeat("滑鼠", 500)} {
		if got := searchkey.Queries(q); len(got) == 0 || len(got) > 4 || got[0] != searchkey.Key(q) {
			t.Errorf("Queries(%.30q) gives %d keys, the first %.30q", q, len(got), got)
		}
	}
}
