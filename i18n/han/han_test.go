package han_test

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/i18n/han"
	"github.com/minzhengtong/minzhengtong/i18n/han/internal/compile"
)

func TestAutomatonIsFresh(t *testing.T) {
	t.Parallel()
	a, err := compile.Automaton(os.DirFS("dictionary"))
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile("automaton.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Encode(), committed) {
		t.Error("automaton.bin is stale: run go generate ./i18n/han")
	}
}

func TestConvert(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		d          han.Direction
		text, want string
	}{
		{"words of Taiwan", han.ToTaiwan, "软件工程师的数据库连接信息", "軟體工程師的資料庫連線資訊"},
		{"script alone", han.ToTaiwanScript, "软件工程师的数据库连接信息", "軟件工程師的數據庫連接信息"},
		{"words of the mainland", han.ToMainland, "軟體工程師的資料庫連線資訊", "软件工程师的数据库连接信息"},
		{"characters alone", han.ToSimplified, "軟體工程師的資料庫連線資訊", "软体工程师的资料库连线资讯"},
		{"one character, several meanings", han.ToTaiwan, "皇后在后面，干部干活，头发发展", "皇后在後面，幹部幹活，頭髮發展"},
		{"nothing", han.ToTaiwan, "", ""},
		{"ASCII", han.ToTaiwan, "A SQL B-2026 http://example.cn/?q=%20", "A SQL B-2026 http://example.cn/?q=%20"},
		{"a phrase with Latin letters", han.ToTaiwan, "防止SQL注入", "防止SQL隱碼攻擊"},
		{"a compatibility ideograph", han.ToSimplified, "\uf900", "岂"},
		{"a character of four bytes", han.ToSimplified, "㒓", "𠉂"},
		{"bytes that are not UTF-8", han.ToTaiwan, "软\xff件\xe8\xbd", "軟\xff件\xe8\xbd"},
		{"a surrogate", han.ToTaiwan, "\xed\xa0\x80国", "\xed\xa0\x80國"},
		{"written too long", han.ToTaiwan, "\xe0\x81\x81国", "\xe0\x81\x81國"},
		{"no such direction", han.Direction(9), "国", "国"},
		{"no such direction either", han.Direction(-1), "国", "国"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := han.Convert(tt.d, tt.text); got != tt.want {
				t.Errorf("%q became %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	if got := string(han.Append([]byte("国: "), han.ToTaiwan, []byte("国"))); got != "国: 國" {
		t.Errorf("got %q", got)
	}
}

// TestAppendAllocatesNothing cannot be parallel: it counts what all do.
func TestAppendAllocatesNothing(t *testing.T) {
	text := []byte(strings.Repeat("软件工程师在台湾的里程碑，裡面為SQL注入。", 200))
	dst := make([]byte, 0, 2*len(text))
	for d, name := range configurations {
		if n := testing.AllocsPerRun(20, func() { dst = han.Append(dst[:0], d, text) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// TestSimplifiedStays converts what t2s makes of a character once more. Phrases
// are not that stable: 乾縣 becomes 乾县 as a name, and 干县 the second time.
func TestSimplifiedStays(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"TSCharactersExt.txt", "TSCharacters.txt"} {
		for key := range entries(file) {
			once := han.Convert(han.ToSimplified, key)
			again := han.Convert(han.ToSimplified, once)
			if again != once && key != "薴" { // 苧, which as another character's Traditional is 苎
				t.Errorf("%s became %s and then %s", key, once, again)
			}
		}
	}
}

// TestLinesAreIndependent is what lets a caller convert a stream line by line.
func TestLinesAreIndependent(t *testing.T) {
	t.Parallel()
	text := string(corpus()[:1<<20])
	for d, name := range configurations {
		var byLine strings.Builder
		for line := range strings.Lines(text) {
			byLine.WriteString(han.Convert(d, line))
		}
		if whole := han.Convert(d, text); whole != byLine.String() {
			t.Errorf("%s: %s", name, firstDifference(byLine.String(), whole))
		}
	}
}

func TestGoroutines(t *testing.T) {
	t.Parallel()
	text := string(corpus()[:64<<10])
	want := han.Convert(han.ToMainland, text)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := han.Convert(han.ToMainland, text); got != want {
				t.Error("a goroutine got another text")
			}
		})
	}
	all.Wait()
}

// FuzzConvert compares with the reference and holds what is promised of bytes.
func FuzzConvert(f *testing.F) {
	f.Add("软件工程师在台湾，裡面為SQL注入\uf900")
	f.Add("\xff\xe4\xb8A\xed\xa0\x80乾燥的幹部")
	f.Add("伯克希尔-哈撒韦公司的喫茶小舖，下拉式清單")
	f.Fuzz(func(t *testing.T, text string) {
		agree(t, text)
		for d := range configurations {
			got := han.Convert(d, text)
			if utf8.ValidString(text) && !utf8.ValidString(got) {
				t.Errorf("%q became %q", text, got)
			}
			if appended := han.Append(nil, d, []byte(text)); string(appended) != got {
				t.Errorf("Append gives %q, Convert %q", appended, got)
			}
			if ascii(text) != ascii(got) {
				t.Errorf("ASCII of %q became %q", text, got)
			}
		}
	})
}

// ascii keeps what no conversion may change: ASCII but for the letters and signs
// that stand in phrases.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf || strings.ContainsRune("ABCDELMNPQSUW-", r) {
			return -1
		}
		return r
	}, text)
}
