package text_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/term"
	"github.com/minzhengtong/minzhengtong/i18n/text"
)

const (
	hans = "zh-Hans"
	hant = "zh-Hant-TW"
)

func TestDeliver(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, stored, want string }{
		{"empty", "", ""},
		{"a sentence", "通过网络提交数据。\n起征点见文件。", "透過網路提交資料。\n起徵點見文件。"},
		{"legal terms keep their words", "增值税、个人所得税、居民身份证", "增值稅、個人所得稅、居民身份證"},
		{"a short form of a term", "个税、医保、台胞证", "個稅、醫保、台胞證"},
		{"procedure and program", "办事程序与应用程序", "辦事程序與應用程式"},
		{"document and file", "纸质文件和电子文件", "紙本文件和電子檔案"},
		{"passed and by means of", "审核通过后，通过平台办理", "審核通過後，透過平台辦理"},
		{"a title keeps its words", "《数据安全法》与数据安全", "《數據安全法》與資料安全"},
		{"a title in a title", "《关于〈软件服务〉的通知》和软件", "《關於〈軟件服務〉的通知》和軟體"},
		{"a title that does not end", "《软件\n》软件", "《軟體\n》軟體"},
		{"places", "厦门市湖里区、台北市、后里区", "廈門市湖里區、臺北市、后里區"},
		{"a place among words", "湖里办事处在湖里区政府", "湖里辦事處在湖里區政府"},
		{"invalid UTF-8", "\xff软件\xe8\xbd", "\xff軟體\xe8\xbd"},
	}
	for _, tt := range tests {
		if got := text.Deliver(tt.stored, hans, hant); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDeliverToTheMainland(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, stored, want string }{
		{"a sentence", "請登入帳號，透過網路上傳檔案。", "请登录账号，通过网络上传文件。"},
		{"legal terms keep their words", "加值型營業稅、綜合所得稅、國民身分證", "加值型营业税、综合所得税、国民身分证"},
		{"procedure stays", "行政程序與訴訟程序", "行政程序与诉讼程序"},
		{"ordinary words stay", "執行、建立、宣告、整合、資料", "执行、建立、宣告、整合、资料"},
		{"a title keeps its words", "《資訊公開法》與資訊", "《资讯公开法》与信息"},
		{"places, 臺 and 台", "臺北市、台北市、后里區、湖里區", "台北市、台北市、后里区、湖里区"},
		{"著", "隨著著作權", "随着著作权"},
	}
	for _, tt := range tests {
		if got := text.Deliver(tt.stored, hant, hans); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	const stored, converted = "软件", "軟體"
	tests := []struct{ from, to, want string }{
		{"zh-Hans", "zh-Hant-TW", converted},
		{"zh-CN", "zh-TW", converted},
		{"ZH-HANS-CN", "nan-hant", converted},
		{"zh-Hans", "zh-Hant-HK", converted},
		{"zh-Hans", "zh-Hans", stored},
		{"zh-Hant-TW", "nan-Hant", stored},
		{"zh-Hans", "en", stored},
		{"en", "zh-Hant-TW", stored},
		{"zh", "zh-Hant", stored},
		{"zh-Hans", "", stored},
		{"", "", stored},
	}
	for _, tt := range tests {
		if got := text.Deliver(stored, tt.from, tt.to); got != tt.want {
			t.Errorf("from %q to %q: %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

// untouched are spans that no delivery changes, each with words inside that it
// would change elsewhere.
var untouched = []struct{ name, span string }{
	{"page", "https://www.example.org/软件"},
	{"page with a query", "https://example.org/a?名=软件&b=数据#登录"},
	{"page with parentheses", "https://example.org/软件_(计算机)"},
	{"page in Chinese", "https://软件.例子"},
	{"page without a scheme", "www.example.org/软件"},
	{"e-mail", "soft@example.org"},
	{"e-mail in Chinese", "软件@网络.例子"},
	{"template", "{{.软件}}"},
	{"number of an argument", "{0}"},
	{"argument with a name", "{软件}"},
	{"shell", "${软件}"},
	{"printf", "%[1]s"},
	{"named printf", "%(软件)s"},
	{"tag", `<a href="/软件" title='数据 > 网络'>`},
	{"closing tag", "</p>"},
	{"comment", "<!-- 软件 -->"},
	{"entity", "&nbsp;"},
	{"code span", "`软件`"},
	{"code span with a backtick", "``软`件``"},
	{"code block", "```\n软件\n```"},
	{"official number", "国办发〔2018〕81号"},
	{"official number of Taiwan", "台財稅字第10404000000號"},
	{"registration of a site", "闽ICP备2021000001号"},
	{"plate", "闽D·12345"},
	{"code", "GB/T 2260-2007"},
	{"numeral", "1,234.50"},
}

func TestNeverTouched(t *testing.T) {
	t.Parallel()
	for _, tt := range untouched {
		for _, way := range [][2]string{{hans, hant}, {hant, hans}} {
			stored := "软軟 " + tt.span + " 软軟"
			got := text.Deliver(stored, way[0], way[1])
			if got == stored || !strings.Contains(got, " "+tt.span+" ") {
				t.Errorf("%s, from %s: %q", tt.name, way[0], got)
			}
			for _, r := range text.Runs("文件 "+tt.span, way[0], way[1]) {
				if r.Term != "" && r.Text != "文件" {
					t.Errorf("%s: %q is marked", tt.name, r.Text)
				}
			}
		}
	}
}

// TestWhereSpansEnd shows that the sentence goes on after what is protected.
func TestWhereSpansEnd(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, stored, want string }{
		{"page straight before Chinese", "见https://example.org办理", "見https://example.org辦理"},
		{"page before a full stop", "见https://example.org/软件。数据", "見https://example.org/软件。資料"},
		{"page in parentheses", "（https://example.org/a）数据(www.example.org/软件)网络", "（https://example.org/a）資料(www.example.org/软件)網路"},
		{"e-mail straight in Chinese", "发至a@example.org网络", "發至a@example.org網路"},
		{"mention", "关注@数据平台", "關注@資料平台"},
		{"slash between words", "软件/硬件，v2.0/网络", "軟體/硬體，v2.0/網路"},
		{"text of a tag", "<b>软件</b>", "<b>軟體</b>"},
		{"less than", "3 < 5，软件 <数据>", "3 < 5，軟體 <資料>"},
		{"a tag that does not end", "<a 软件<b>", "<a 軟體<b>"},
		{"a comment that does not end", "数据<!-- 软件", "資料<!-- 软件"},
		{"a brace that does not end", "{软件\n}", "{軟體\n}"},
		{"a backtick that does not end", "`软件", "`軟體"},
		{"link", "[软件](/软件.pdf \"数据\")", "[軟體](/软件.pdf \"資料\")"},
		{"link in angle brackets", "[软件](<软件 a.pdf>)网络", "[軟體](<软件 a.pdf>)網路"},
		{"no link", "[2026](软件)", "[2026](軟體)"},
		{"percent", "50%(软件)", "50%(軟體)"},
		{"words before an official number", "根据国办发〔2018〕81号文件办理", "根據国办发〔2018〕81号文件辦理"},
		{"a number that is a word", "第3号窗口、通知第5号", "第3號櫃檯、通知第5號"},
		{"no plate", "新APP、云A座", "新APP、雲A座"},
	}
	for _, tt := range tests {
		if got := text.Deliver(tt.stored, hans, hant); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestProtect(t *testing.T) {
	t.Parallel()
	keep := text.Protect("软件园后里12号", "数据", "据网站", "", "\xff")
	const stored, want = "送软件园后里12号，软件、数据网站", "送软件园后里12号，軟體、数据网站"
	for range 2 {
		if got := text.Deliver(stored, hans, hant, keep); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, r := range text.Runs("法人和文件法人", hans, hant, text.Protect("文件法人")) {
		if r.Text == "文件" || r.Term != "" && r.Text != "法人" {
			t.Errorf("a name is marked: %q", r.Text)
		}
	}
	if got := text.Deliver("软件", hans, hant, text.Option{}); got != "軟體" {
		t.Errorf("with an empty option %q", got)
	}
}

// show writes runs with marked ones in brackets.
func show(runs []term.Run) string {
	var b strings.Builder
	for _, r := range runs {
		if r.Term == "" {
			b.WriteString(r.Text)
			continue
		}
		b.WriteString("[" + r.Text + ":" + string(r.Term) + "]")
	}
	return b.String()
}

func TestRuns(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, stored, from, to, want string }{
		{"empty", "", hans, hant, ""},
		{"plain", "您好", hans, hant, "您好"},
		{"a legal term", "交增值税。", hans, hant, "交[增值稅:value_added_tax]。"},
		{"in its own script", "交增值税。", hans, hans, "交[增值税:value_added_tax]。"},
		{"for a reader of English", "交增值税。", hans, "en", "交[增值税:value_added_tax]。"},
		{"a language that is not ours", "增值税", "ja", hant, "增值税"},
		{"to the mainland", "繳增值稅。", hant, hans, "缴[增值税:value_added_tax]。"},
		{"an everyday word that stays", "办事程序", hans, hant, "辦事[程序:procedure]"},
		{"a word that is reworded is no false friend", "登录后，电子文件", hans, hant, "登入後，電子檔案"},
		{"inside another word", "应用程序", hans, hant, "應用程式"},
		{"not inside another word", "居住证明", hans, hant, "居住證明"},
		{"in a title", "《增值税法》", hans, hant, "《[增值稅:value_added_tax]法》"},
		{"not in an address", "/ https://example.org/增值税", hans, hans, "/ https://example.org/增值税"},
	}
	for _, tt := range tests {
		if got := show(text.Runs(tt.stored, tt.from, tt.to)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestRepeatedOpenings delivers long texts in which spans begin and never end. If
// a finder looked through the rest of the text for each, it would take minutes.
func TestRepeatedOpenings(t *testing.T) {
	t.Parallel()
	for _, opening := range []string{"`", "` ", "<", "<a ", "<a '", "<!-- ", "{", "{{", "${", "%(", "](", "](a", "@", "软@", "软.", "://", "a.b/", "1号", "〔", "〕1号", "《", "闽A"} {
		stored := strings.Repeat(opening, 1<<18/len(opening))
		var joined strings.Builder
		for _, r := range text.Runs(stored, hans, hant, text.Protect(strings.Repeat(opening, 9))) {
			joined.WriteString(r.Text)
		}
		if joined.Len() != len(stored) {
			t.Errorf("%d bytes of %q became %d", len(stored), opening, joined.Len())
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if got := text.Deliver("登录平台", hans, hant); got != "登入平台" {
					t.Errorf("a goroutine got %q", got)
				}
			}
		})
	}
	all.Wait()
}
