package search

import (
	"strings"
	"unicode"
)

var searchkey stub

type stub struct{}

func (stub) Key(s string) string {
	s = strings.NewReplacer("補", "补", "貼", "贴", "網", "网", "際", "际", "稅", "税", "臺", "台", "應", "应", "當", "当", "資", "资", "訊", "讯").Replace(strings.ToLower(s))
	var b strings.Builder
	last := rune(' ')
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = ' '
		}
		if unicode.Is(unicode.Han, r) != unicode.Is(unicode.Han, last) && last != ' ' && r != ' ' {
			b.WriteRune(' ')
			last = ' '
		}
		if r == ' ' && last == ' ' {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return strings.TrimSpace(b.String())
}

func (stub) Grams(key string) []string {
	seen := map[string]bool{}
	var list []string
	add := func(g string) {
		if !seen[g] {
			seen[g] = true
			list = append(list, g)
		}
	}
	for _, w := range strings.Fields(key) {
		rs := []rune(w)
		if unicode.Is(unicode.Han, rs[0]) {
			for i, r := range rs {
				add(string(r))
				if i > 0 {
					add(string(rs[i-1 : i+1]))
				}
			}
			continue
		}
		for i := range rs[:min(len(rs), 8)] {
			add(string(rs[:i+1]))
		}
	}
	return list
}

func (stub) Queries(q string) []string {
	k := searchkey.Key(q)
	v := strings.ReplaceAll(k, "网际网路", "互联网")
	if v == k {
		return []string{k}
	}
	return []string{k, v}
}

func (stub) Needed(key string) []string {
	var list []string
	for _, w := range strings.Fields(key) {
		rs := []rune(w)
		if unicode.Is(unicode.Han, rs[0]) && len(rs) > 1 {
			for i := 1; i < len(rs); i++ {
				list = append(list, string(rs[i-1:i+1]))
			}
			continue
		}
		list = append(list, string(rs[:min(len(rs), 8)]))
	}
	return list
}
