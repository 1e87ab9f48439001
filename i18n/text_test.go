package i18n_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n"
)

func load(tb testing.TB) *i18n.Bundle {
	tb.Helper()
	b, err := i18n.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestText(t *testing.T) {
	t.Parallel()
	b := load(t)
	tests := []struct {
		name string
		lang i18n.Language
		id   string
		args map[string]string
		want string
	}{
		{"source", i18n.Hans, "SIGN_IN_REQUIRED", nil, "请先登录，再继续办理。"},
		{"Taiwan's words", i18n.HantTW, "SIGN_IN_REQUIRED", nil, "請先登入，再繼續辦理。"},
		{"English", i18n.English, "SIGN_IN_REQUIRED", nil, "Please sign in to continue."},
		{"arguments nobody asked for", i18n.English, "SIGN_IN_REQUIRED", map[string]string{"X": "y"}, "Please sign in to continue."},
		{"no such language", "fr", "SIGN_IN_REQUIRED", nil, "請先登入，再繼續辦理。"},
		{"no such message", i18n.Hans, "NO_SUCH_MESSAGE", nil, "暂时无法显示这条信息，请稍后再试。"},
		{"no such message in Taiwan", i18n.HantTW, "", nil, "暫時無法顯示這則訊息，請稍後再試。"},
		{"an argument with a message of its own", i18n.HantTW, "DOCUMENT_OTHER_KIND", map[string]string{"Kind": "taiwan_permit"}, "這是臺灣居民居住證的號碼，請改選該證件類型或重新輸入。"},
		{"an argument without one", i18n.Hans, "DOCUMENT_OTHER_KIND", map[string]string{"Kind": "户口簿"}, "这是户口簿的号码，请改选该证件类型或重新输入。"},
		{"a missing argument", i18n.HantTW, "DOCUMENT_OTHER_KIND", nil, "這是…的號碼，請改選該證件類型或重新輸入。"},
		{"an argument that looks like a template", i18n.Hans, "DOCUMENT_OTHER_KIND", map[string]string{"Kind": "{{.X}}"}, "这是{{.X}}的号码，请改选该证件类型或重新输入。"},
		{"one day", i18n.English, "ATTENTION_DOCUMENT_EXPIRES", map[string]string{"Kind": "taiwan_pass", "Date": "2026-03-31", "Days": "1"}, "Your Mainland Travel Permit for Taiwan Residents expires on 31 March 2026, in 1 day. Please renew it in time."},
		{"many days", i18n.English, "ATTENTION_DOCUMENT_EXPIRES", map[string]string{"Kind": "taiwan_pass", "Date": "2026-03-31", "Days": "30"}, "Your Mainland Travel Permit for Taiwan Residents expires on 31 March 2026, in 30 days. Please renew it in time."},
		{"days that are no number", i18n.English, "ATTENTION_DOCUMENT_EXPIRES", map[string]string{"Kind": "taiwan_pass", "Date": "2026-03-31", "Days": "few"}, "Your Mainland Travel Permit for Taiwan Residents expires on 31 March 2026, in few days. Please renew it in time."},
		{"Minnan", i18n.Minnan, "PROMPT_FAREWELL", nil, "多謝，順行。"},
		{"Minnan with arguments", i18n.Minnan, "PROMPT_QUEUE_CALL", map[string]string{"Ticket": "A012", "Window": "3"}, "請A012號來3號櫃台辦理。"},
		{"what Minnan lacks", i18n.Minnan, "SIGN_IN_REQUIRED", nil, "請先登入，再繼續辦理。"},
		{"one person before you", i18n.English, "PROMPT_QUEUE_AHEAD", map[string]string{"Count": "1"}, "There is 1 person before you. Please wait."},
		{"nobody before you", i18n.English, "PROMPT_QUEUE_AHEAD", map[string]string{"Count": "0"}, "There are 0 people before you. Please wait."},
		{"one day in Chinese", i18n.HantTW, "ATTENTION_DOCUMENT_EXPIRES", map[string]string{"Kind": "taiwan_pass", "Date": "2026年3月31日", "Days": "1"}, "您的臺灣居民來往大陸通行證將於2026年3月31日到期，還有1天，請儘早辦理換發。"},
	}
	for _, tt := range tests {
		if got := b.Text(tt.lang, tt.id, tt.args); got != tt.want {
			t.Errorf("%s: Text = %q, want %q", tt.name, got, tt.want)
		}
	}
	if b.Has("NO_SUCH_MESSAGE") || !b.Has("INTERNAL") {
		t.Error("Has does not tell a missing message from one that is there")
	}
}

// TestIDsAreTheCallers shows that a caller cannot change the bundle.
func TestIDsAreTheCallers(t *testing.T) {
	t.Parallel()
	b := load(t)
	b.IDs()[0] = "CHANGED"
	if got := b.IDs()[0]; got == "CHANGED" {
		t.Errorf("IDs()[0] = %q after a caller wrote to an earlier answer", got)
	}
}

func TestTextAllocatesNothing(t *testing.T) {
	b := load(t)
	n := testing.AllocsPerRun(100, func() {
		for _, lang := range i18n.Languages() {
			b.Text(lang, "AUTHORITY_UNAVAILABLE", nil)
			b.Text(lang, "NO_SUCH_MESSAGE", nil)
		}
	})
	if n != 0 {
		t.Errorf("Text without parameters allocates %v times, want none", n)
	}
}

func TestValidationID(t *testing.T) {
	t.Parallel()
	b := load(t)
	tests := []struct{ rule, want string }{
		{"required", "VALIDATION_REQUIRED"},
		{"string.min_len", "VALIDATION_STRING_MIN_LEN"},
		{"string.max_len", "VALIDATION_STRING_MAX_LEN"},
		{"string.pattern", "VALIDATION_STRING_PATTERN"},
		{"string.uuid", "VALIDATION_STRING_UUID"},
		{"string.uuid_empty", "VALIDATION_STRING_UUID"},
		{"enum.defined_only", "VALIDATION_ENUM_DEFINED_ONLY"},
		{"int64.gte_lte", "VALIDATION_RANGE"},
		{"uint32.gt", "VALIDATION_RANGE"},
		{"sfixed64.lt", "VALIDATION_RANGE"},
		{"timestamp.lt_now", "VALIDATION_RANGE"},
		{"repeated.min_items", "VALIDATION_REPEATED_MIN_ITEMS"},
		{"repeated.max_items", "VALIDATION_REPEATED_MAX_ITEMS"},
		{"repeated.unique", "VALIDATION_REPEATED_UNIQUE"},
		{"bytes.max_len", "VALIDATION_BYTES_MAX_LEN"},
		{"string.email", "VALIDATION_OTHER"},
		{"request.gtin", "VALIDATION_OTHER"},
		{"", "VALIDATION_OTHER"},
	}
	for _, tt := range tests {
		if got := b.ValidationID(tt.rule); got != tt.want {
			t.Errorf("ValidationID(%q) = %q, want %q", tt.rule, got, tt.want)
		}
		if !b.Has(tt.want) {
			t.Errorf("there is no message %q", tt.want)
		}
	}
}

func FuzzText(f *testing.F) {
	b := load(f)
	f.Add("zh-Hans", "DOCUMENT_OTHER_KIND", "Kind", "{{.")
	f.Add("", "ATTENTION_DOCUMENT_EXPIRES", "Days", "99999999999999999999")
	f.Fuzz(func(t *testing.T, lang, id, key, value string) {
		if b.Text(i18n.Language(lang), id, map[string]string{key: value}) == "" {
			t.Errorf("Text(%q, %q) is empty", lang, id)
		}
	})
}

func BenchmarkText(b *testing.B) {
	bundle := load(b)
	for _, bm := range []struct {
		name, id string
		args     map[string]string
	}{
		{"plain", "AUTHORITY_UNAVAILABLE", nil},
		{"missing", "NO_SUCH_MESSAGE", nil},
		{"argument", "DOCUMENT_OTHER_KIND", map[string]string{"Kind": "taiwan_pass"}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bundle.Text(i18n.HantTW, bm.id, bm.args)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}
